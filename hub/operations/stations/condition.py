"""A place's condition, for this domain's commands and for visits, inside a command's transaction."""

from __future__ import annotations

from hub.kernel.commands import Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.operations.stations.events import CleaningStarted, PlaceClean, PlaceDirty
from hub.operations.stations.rules import Condition
from hub.operations.stations.tables import PlaceRow

_FACTS = {"dirty": PlaceDirty, "cleaning": CleaningStarted, "ready": PlaceClean}


async def place_by_id(context: Context, place_id: str) -> PlaceRow:
    """Raises `not_found`."""
    row = await context.session.get(PlaceRow, place_id)
    if row is None:
        raise Refused(NOT_FOUND, what="place")
    return row


async def set_condition(context: Context, place_id: str, condition: Condition) -> None:
    """Put the place into a condition and say so; nothing happens where it is so already. Raises `not_found`."""
    place = await place_by_id(context, place_id)
    if place.condition == condition:
        return
    place.condition, place.condition_since = condition, context.now
    context.record(_FACTS[condition](place_id=place_id))
