"""What time brings to the floor: overruns and missing customers are noticed, each once."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from sqlalchemy import select

from hub.kernel.access import system
from hub.kernel.dispatch import Door
from hub.kernel.jobs import Job
from hub.operations.bookings.tables import BookingRow
from hub.operations.visits.models import NoticeNoShowDue, NoticeOverrun
from hub.operations.visits.rules import NO_SHOW_AFTER, OVERRUN_AFTER, TO_COME
from hub.operations.visits.tables import LatenessRow, NoShowNoticeRow, PhaseRunRow

EVERY = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=18)
"""A booking further back belongs to another day."""


class Parts(Protocol):
    """What the composition root hands in."""

    @property
    def door(self) -> Door: ...


def jobs(parts: Parts) -> tuple[Job, ...]:
    """The domain's jobs. They look first, so that a quiet store writes nothing."""
    door = parts.door

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

    return (Job("visits.overruns", EVERY, overruns), Job("visits.missing", EVERY, missing))
