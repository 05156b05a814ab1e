"""What today's desk should know of later days: on which of them bookings have lost their room."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.commands import StoreFacts
from hub.kernel.text import Said
from hub.operations.bookings.tables import AssignmentRow, BookingItemRow, BookingRow
from hub.operations.planning.later_days import BOOKED_AHEAD
from hub.operations.planning.live_day import AttentionOfDay


async def later_days(session: AsyncSession, store: StoreFacts, now: datetime, day: date) -> tuple[AttentionOfDay, ...]:
    """One entry for each day after today on which somebody lacks room, soonest first; none where `day` is not today."""
    if day != store.days.of(now):
        return ()
    placed = exists().where(AssignmentRow.item_id == BookingItemRow.id)
    wanted = (
        select(BookingRow.id, BookingRow.booked_start)
        .join(BookingItemRow, BookingItemRow.booking_id == BookingRow.id)
        .where(
            BookingRow.booked_start >= store.days.span(day)[1],
            BookingRow.state.in_(BOOKED_AHEAD),
            BookingItemRow.cancelled.is_(False),
            ~placed,
        )
        .distinct()
    )
    counts = Counter(store.days.of(start) for _, start in await session.execute(wanted))
    return tuple(_entry(store, later, count) for later, count in sorted(counts.items()))


def _entry(store: StoreFacts, day: date, count: int) -> AttentionOfDay:
    begins = store.days.span(day)[0]
    said = Said(code="attention-later-day", params={"day": begins.isoformat(), "date": day.isoformat(), "count": count})
    return AttentionOfDay(f"later_day:{day}", "later_day", "warning", begins, said, None, None, None, ())
