"""Rooms and chairs: what there is, closed or open, clean or not (房态)."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field
from sqlalchemy import or_, select

from hub.catalog.tables import PlaceKindRow
from hub.kernel.commands import Answer, Command, CommandBook, Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.ids import Id
from hub.kernel.text import BilingualName, Code, ShortText
from hub.operations.stations.condition import place_by_id, set_condition
from hub.operations.stations.events import PlaceClosed, PlacePut, PlaceReopened
from hub.operations.stations.rules import (
    ALREADY_CLOSED,
    ENDS_BEFORE_START,
    NOT_CLOSED,
    PLACE_IN_USE,
    UNKNOWN_PLACE_KIND,
    check_until,
)
from hub.operations.stations.tables import ClosureRow, PlaceRow

commands = CommandBook("stations")


class PutPlace(Command):
    """A place by its code."""

    code: Code
    kind: Code
    name: BilingualName
    ordinal: Annotated[int, Field(ge=0, le=10_000)] = 0
    active: bool = True


class PlaceKept(Answer):
    place_id: Id


class ClosePlace(Command):
    """Closed from now until `until`, or until somebody reopens it."""

    place_id: Id
    until: AwareDatetime | None = None
    reason: ShortText = ""


class ReopenPlace(Command):
    place_id: Id


class MarkDirty(Command):
    place_id: Id


class StartCleaning(Command):
    place_id: Id


class MarkClean(Command):
    place_id: Id


@commands.handles(PutPlace, permission="catalog.edit", answer=PlaceKept, errors=(UNKNOWN_PLACE_KIND, PLACE_IN_USE))
async def put_place(context: Context, command: PutPlace) -> PlaceKept:
    if await context.session.scalar(select(PlaceKindRow).where(PlaceKindRow.code == command.kind)) is None:
        raise Refused(UNKNOWN_PLACE_KIND, code=command.kind)
    row = await context.session.scalar(select(PlaceRow).where(PlaceRow.code == command.code))
    if row is None:
        row = PlaceRow(id=context.chance.id(), code=command.code, condition="ready")
        context.session.add(row)
    kind_before = row.kind if row.kind != command.kind else None
    row.kind, row.ordinal, row.active = command.kind, command.ordinal, command.active
    row.name_zh, row.name_en = command.name.zh, command.name.en
    context.record(PlacePut(place_id=row.id, kind_before=kind_before))
    return PlaceKept(place_id=row.id)


@commands.handles(ClosePlace, permission="floor.direct", errors=(NOT_FOUND, ALREADY_CLOSED, ENDS_BEFORE_START))
async def close_place(context: Context, command: ClosePlace) -> None:
    place = await place_by_id(context, command.place_id)
    check_until(context.now, command.until)
    if await _open_closure(context, place.id) is not None:
        raise Refused(ALREADY_CLOSED)
    closure = ClosureRow(id=context.chance.id(), place_id=place.id, start=context.now, end=command.until, reason=command.reason)
    context.session.add(closure)
    context.record(PlaceClosed(closure_id=closure.id, place_id=place.id, start=closure.start, until=closure.end))


@commands.handles(ReopenPlace, permission="floor.direct", errors=(NOT_FOUND, NOT_CLOSED))
async def reopen_place(context: Context, command: ReopenPlace) -> None:
    place = await place_by_id(context, command.place_id)
    closure = await _open_closure(context, place.id)
    if closure is None:
        raise Refused(NOT_CLOSED)
    closure.end = context.now
    context.record(PlaceReopened(place_id=place.id))


@commands.handles(MarkDirty, permission="floor.work", errors=(NOT_FOUND,))
async def mark_dirty(context: Context, command: MarkDirty) -> None:
    await set_condition(context, command.place_id, "dirty")


@commands.handles(StartCleaning, permission="floor.work", errors=(NOT_FOUND,))
async def start_cleaning(context: Context, command: StartCleaning) -> None:
    await set_condition(context, command.place_id, "cleaning")


@commands.handles(MarkClean, permission="floor.work", errors=(NOT_FOUND,))
async def mark_clean(context: Context, command: MarkClean) -> None:
    await set_condition(context, command.place_id, "ready")


async def _open_closure(context: Context, place_id: str) -> ClosureRow | None:
    wanted = select(ClosureRow).where(
        ClosureRow.place_id == place_id,
        ClosureRow.start <= context.now,
        or_(ClosureRow.end.is_(None), ClosureRow.end > context.now),
    )
    row: ClosureRow | None = await context.session.scalar(wanted)
    return row
