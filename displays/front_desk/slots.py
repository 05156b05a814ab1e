"""Free starts for what somebody wants to book: only those with which the whole day stays valid."""

from __future__ import annotations

from datetime import date as calendar_date
from datetime import datetime, timedelta
from typing import Annotated, cast, get_args

from pydantic import BaseModel, ConfigDict, StringConstraints

from displays.touching import FLOOR_FACTS
from hub.gateway.screens import Params, Reading, Screen, View, head_of
from hub.kernel.errors import INVALID, Refused
from hub.kernel.text import Bilingual
from hub.kernel.wall_time import WallDate
from hub.operations.bookings.ports import FreeStart, Requested, SlotFinder, SlotRequest, Wish
from hub.operations.bookings.queries import priority_rule
from hub.operations.team.queries import technicians

WISHES_MAX = 8
DAYS_AHEAD = 14
"""How far to look for the next day with room."""

_REQUESTS = get_args(Requested)


class SlotParams(Params):
    """`wishes`: one service after the other, `service~requested~technician`, joined by commas; the last part may be empty."""

    wishes: Annotated[str, StringConstraints(min_length=1, max_length=800)]
    date: WallDate | None = None


class Slot(BaseModel):
    model_config = ConfigDict(frozen=True)

    start: datetime
    end: datetime
    technicians: list[Bilingual]
    odds: int
    """Percent that it begins in time."""
    reserved_until: datetime | None
    """A start at a peak time: until then only higher tiers may book it by themselves."""


class SlotsView(View):
    date: calendar_date
    slots: list[Slot]
    next_date: calendar_date | None
    """The next day with room, where this one has none."""


async def read(reading: Reading, params: SlotParams) -> SlotsView:
    wishes = wishes_of(params.wishes)
    date = params.date or reading.store.days.of(reading.now)
    names = {t.id: t.name for t in await technicians(reading.session)}
    free = await _free(reading, SlotRequest(wishes, date, 1))
    rule, days = priority_rule(reading.store.settings), reading.store.days
    next_date = None
    if not free:
        later = await _free(reading, SlotRequest(wishes, date + timedelta(days=1), DAYS_AHEAD))
        next_date = reading.store.days.of(later[0].start) if later else None
    return SlotsView(
        store=head_of(reading.store),
        date=date,
        slots=[
            Slot(
                start=s.start,
                end=s.end,
                technicians=[names[t] for t in s.technician_ids if t in names],
                odds=s.odds,
                reserved_until=rule.closed_until(s.start, "none", reading.now, days),
            )
            for s in free
        ],
        next_date=next_date,
    )


async def _free(reading: Reading, request: SlotRequest) -> list[FreeStart]:
    finder = reading.ports.get(SlotFinder)  # type: ignore[type-abstract]  # a port is known by its Protocol
    return await finder.free_starts(reading.session, reading.store, reading.now, request)


def wishes_of(written: str) -> tuple[Wish, ...]:
    """The wishes as the page writes them. Raises `invalid`."""
    found = []
    for part in written.split(","):
        service_id, requested, technician_id = (*part.split("~"), "", "")[:3]
        named = requested in ("prefers", "must")
        if not service_id or requested not in _REQUESTS or named != bool(technician_id):
            raise Refused(INVALID, fields=[{"field": "wishes", "problem": "wish"}])
        found.append(Wish(service_id, cast(Requested, requested), technician_id or None))
    if len(found) > WISHES_MAX:
        raise Refused(INVALID, fields=[{"field": "wishes", "problem": "too_many"}])
    return tuple(found)


screen = Screen(
    name="desk-slots",
    permission="bookings.write",
    params=SlotParams,
    view=SlotsView,
    read=read,
    touched_by=FLOOR_FACTS,
    audience=lambda actor, params: f"{params.date}:{params.wishes}",
    refresh=timedelta(seconds=60),
    errors=(INVALID,),
)
