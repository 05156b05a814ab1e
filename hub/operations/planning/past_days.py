"""Days that are over: as a list to choose from, what happened on one, and whether its record has changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.commands import StoreFacts
from hub.operations.bookings.tables import BookingRow
from hub.operations.planning.hindsight import PastDay, past_day_of
from hub.operations.planning.rows import rows_of
from hub.operations.planning.tables import PromiseRow
from hub.operations.visits.tables import PhaseRunRow, VisitRow

DAYS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class DayWithVisits:
    day: date
    came: int


async def days_with_visits(session: AsyncSession, store: StoreFacts, now: datetime) -> list[DayWithVisits]:
    """Of the last `DAYS_SHOWN` days those on which somebody came, the latest first; today is not over."""
    today = store.days.of(now)
    begins, ends = store.days.span(today - timedelta(days=DAYS_SHOWN))[0], store.days.span(today)[0]
    wanted = select(BookingRow.booked_start).join(VisitRow, VisitRow.booking_id == BookingRow.id)
    starts = await session.scalars(wanted.where(BookingRow.booked_start >= begins, BookingRow.booked_start < ends))
    counted = Counter(store.days.of(start) for start in starts)
    return [DayWithVisits(day, counted[day]) for day in sorted(counted, reverse=True)]


async def past_day(session: AsyncSession, store: StoreFacts, day: date) -> PastDay | None:
    """What happened that day; None when nobody came."""
    return past_day_of(await rows_of(session, store, store.days.span(day)[1], day))


async def stamp_of(session: AsyncSession, store: StoreFacts, day: date) -> str:
    """Another one as soon as something about that day's visits was put on record, or taken back."""
    begins, ends = store.days.span(day)
    that_day = select(BookingRow.id).where(BookingRow.booked_start >= begins, BookingRow.booked_start < ends)
    visits = select(func.count(), func.max(VisitRow.arrived_at), func.max(VisitRow.left_at))
    runs = select(func.count(), func.max(PhaseRunRow.started_at), func.max(PhaseRunRow.ended_at))
    promises = select(func.count(PromiseRow.kept))
    found = (
        *(await session.execute(visits.where(VisitRow.booking_id.in_(that_day)))).one(),
        *(await session.execute(runs.where(PhaseRunRow.booking_id.in_(that_day)))).one(),
        await session.scalar(promises.where(PromiseRow.booking_id.in_(that_day))),
    )
    return "|".join(str(value) for value in found)
