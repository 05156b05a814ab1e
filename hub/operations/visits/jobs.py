"""What time brings to the floor: overruns and missing customers are noticed, each once; days that are over are closed."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Protocol

from sqlalchemy import select

from hub.kernel.access import system
from hub.kernel.dispatch import Door, facts_of
from hub.kernel.jobs import Job
from hub.kernel.tables import Store
from hub.operations.bookings.tables import BookingRow
from hub.operations.visits.day_end import over_at, unsettled_days
from hub.operations.visits.models import CloseDay, NoticeNoShowDue, NoticeOverrun
from hub.operations.visits.rules import NO_SHOW_AFTER, OVERRUN_AFTER, TO_COME
from hub.operations.visits.tables import LatenessRow, NoShowNoticeRow, PhaseRunRow

EVERY = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=18)
"""A booking further back belongs to another day."""

DAYS_EVERY = timedelta(minutes=5)
DAY_SURELY_OVER = timedelta(minutes=10)
"""For so long a day has to be seen to be over before it is closed: a clock that jumps ahead is mostly set right soon."""


class Parts(Protocol):
    """What the composition root hands in."""

    @property
    def door(self) -> Door: ...


def jobs(parts: Parts, monotonic: Callable[[], float] = time.monotonic) -> tuple[Job, ...]:
    """The domain's jobs. They look first, so that a quiet store writes nothing. `monotonic`: seconds that nobody can set."""
    door = parts.door
    seen: dict[tuple[str, date], float] = {}
    """When each day was first seen to be over."""

    async def overruns(store_id: str) -> None:
        over = select(PhaseRunRow.id).where(
            PhaseRunRow.state == "running",
            PhaseRunRow.overrun_noticed_at.is_(None),
            PhaseRunRow.expected_end <= door.clock.now() - OVERRUN_AFTER,
        )
        async with door.database.read(store_id) as session:
            found = list(await session.scalars(over))
        for run_id in found:
            await door.submit(NoticeOverrun(run_id=run_id), system(store_id, "visits"), door.chance.id())

    async def missing(store_id: str) -> None:
        now = door.clock.now()
        due = select(BookingRow.id).where(
            BookingRow.state.in_(TO_COME),
            BookingRow.booked_start <= now - NO_SHOW_AFTER,
            BookingRow.booked_start > now - LONGEST_WAIT,
            BookingRow.id.not_in(select(NoShowNoticeRow.booking_id)),
            BookingRow.id.not_in(select(LatenessRow.booking_id).where(LatenessRow.until > now - NO_SHOW_AFTER)),
        )
        async with door.database.read(store_id) as session:
            found = list(await session.scalars(due))
        for booking_id in found:
            await door.submit(NoticeNoShowDue(booking_id=booking_id), system(store_id, "visits"), door.chance.id())

    async def days(store_id: str) -> None:
        now = door.clock.now()
        async with door.database.read(store_id) as session:
            store = facts_of(await session.get_one(Store, store_id))
            unsettled = await unsettled_days(session, store.days, store.days.of(now))
            over = [day for day in unsettled if now >= await over_at(session, store, day)]
        for key in [key for key in seen if key[0] == store_id and key[1] not in over]:
            del seen[key]
        for day in over:
            passed = monotonic() - seen.setdefault((store_id, day), monotonic())
            if passed * door.clock.speed >= DAY_SURELY_OVER.total_seconds():
                await door.submit(CloseDay(date=day), system(store_id, "visits"), door.chance.id())

    return (
        Job("visits.overruns", EVERY, overruns),
        Job("visits.missing", EVERY, missing),
        Job("visits.days", DAYS_EVERY, days),
    )
