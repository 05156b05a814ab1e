"""The domain's book of commands, and what its requests have in common."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import select

from hub.catalog.queries import catalog_of
from hub.kernel.commands import CommandBook, Context
from hub.kernel.ids import Id
from hub.operations.bookings.ports import Requested, Wish
from hub.operations.bookings.rules import check_start, check_wishes
from hub.operations.team.tables import TechnicianRow

commands = CommandBook("bookings")

SERVICES_MAX = 8
"""Services of one booking: a long day in the salon."""

Start = Annotated[AwareDatetime, Field(description="The moment when the first service begins, with its offset.")]


class ServiceWish(BaseModel):
    """One service; `technician_id` goes with `prefers` and `must`, and only with them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service_id: Id
    requested: Requested = "any"
    technician_id: Id | None = None


Services = Annotated[tuple[ServiceWish, ...], Field(min_length=1, max_length=SERVICES_MAX)]


def wishes_of(services: tuple[ServiceWish, ...]) -> tuple[Wish, ...]:
    return tuple(Wish(s.service_id, s.requested, s.technician_id) for s in services)


async def checked_wishes(
    context: Context, services: tuple[ServiceWish, ...], start: datetime | None, *, online: bool
) -> tuple[Wish, ...]:
    """The wishes, once the store can hear them.

    Raises:
        Refused: `unknown_service` (retired, or not bookable online), `unknown_technician`, `slot_past`, `slot_too_far`.
    """
    if start is not None:
        check_start(start, context.now)
    catalog = await catalog_of(context.session)
    offered = {s.id for s in catalog.services.values() if s.active and (s.bookable_online or not online)}
    technicians = set(await context.session.scalars(select(TechnicianRow.id).where(TechnicianRow.active.is_(True))))
    wishes = wishes_of(services)
    check_wishes(wishes, offered, technicians)
    return wishes
