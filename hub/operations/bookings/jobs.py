"""What time does to bookings: holds run out, days begin; and what an upgrade leaves to be done."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from sqlalchemy import func, select

from hub.kernel.access import system
from hub.kernel.dispatch import Door, facts_of
from hub.kernel.jobs import Job
from hub.kernel.tables import Store
from hub.kernel.upgrading import catching_up
from hub.operations.bookings.commands import ExpectDay, IndexKeys, ReleaseExpiredHolds
from hub.operations.bookings.keys import KEYED, any_in_plain_text
from hub.operations.bookings.tables import BookingRow

HOLDS_EVERY = timedelta(seconds=20)
DAY_EVERY = timedelta(minutes=5)


class Parts(Protocol):
    """What the composition root hands in."""

    @property
    def door(self) -> Door: ...


def jobs(parts: Parts) -> tuple[Job, ...]:
    """The domain's jobs. They look first, so that a quiet store writes nothing."""
    door = parts.door

    async def release(store_id: str) -> None:
        async with door.database.read(store_id) as session:
            overdue = (
                select(func.count())
                .select_from(BookingRow)
                .where(BookingRow.state == "held", BookingRow.hold_expires_at <= door.clock.now())
            )
            any_due = await session.scalar(overdue)
        if any_due:
            await door.submit(ReleaseExpiredHolds(), system(store_id, "bookings"), door.chance.id())

    async def begin_day(store_id: str) -> None:
        async with door.database.read(store_id) as session:
            store = await session.get_one(Store, store_id)
            days = facts_of(store).days
            today = days.of(door.clock.now())
            begins, ends = days.span(today)
            due = (
                select(func.count())
                .select_from(BookingRow)
                .where(BookingRow.state == "confirmed", BookingRow.booked_start >= begins, BookingRow.booked_start < ends)
            )
            any_due = await session.scalar(due)
        if any_due:
            await door.submit(ExpectDay(date=today), system(store_id, "bookings"), door.chance.id())

    return (
        Job("bookings.holds", HOLDS_EVERY, release),
        Job("bookings.day", DAY_EVERY, begin_day),
        catching_up("bookings.keys", door, any_in_plain_text, IndexKeys, [table.name for table in KEYED]),
    )
