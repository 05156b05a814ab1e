"""Days that are over while something of them stands open: which these are, and from when nobody works on one any more."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.catalog.queries import opening
from hub.kernel.business_days import BusinessDays
from hub.kernel.commands import StoreFacts
from hub.operations.bookings.tables import AssignmentRow, BookingRow
from hub.operations.team.tables import AbsenceRow
from hub.operations.visits.rules import TO_COME
from hub.operations.visits.tables import HelpRow, PhaseRunRow, VisitRow

LEFT_ALONE = timedelta(hours=3)
"""After closing, and after the last work that anybody expected: somebody may still be at it."""

STANDING_OPEN = TO_COME | {"arrived"}
"""Bookings whose end nobody has told."""


async def unsettled_days(session: AsyncSession, days: BusinessDays, today: date) -> list[date]:
    """The days before `today` of which a customer in the store, a request for help or a break stands open, and those of whose
    customers some came and of others nobody has said anything; oldest first.
    """
    begins = days.span(today)[0]
    begun = (
        select(BookingRow.booked_start).where(BookingRow.state == "arrived", BookingRow.booked_start < begins),
        select(HelpRow.asked_at).where(HelpRow.answered_at.is_(None), HelpRow.asked_at < begins),
        select(AbsenceRow.start).where(AbsenceRow.kind == "break", AbsenceRow.end.is_(None), AbsenceRow.start < begins),
    )
    found = {days.of(moment) for wanted in begun for moment in await session.scalars(wanted)}
    untold = select(BookingRow.booked_start).where(BookingRow.state.in_(TO_COME), BookingRow.booked_start < begins)
    for day in {days.of(moment) for moment in await session.scalars(untold)} - found:
        if await was_lived(session, days, day):
            found.add(day)
    return sorted(found)


async def was_lived(session: AsyncSession, days: BusinessDays, day: date) -> bool:
    """Whether anybody came on that day; of a day without the hub nobody can say who stayed away."""
    begins, ends = days.span(day)
    came = select(VisitRow.id).join(BookingRow, BookingRow.id == VisitRow.booking_id)
    of_day = BookingRow.booked_start >= begins, BookingRow.booked_start < ends
    return await session.scalar(came.where(*of_day).limit(1)) is not None


async def over_at(session: AsyncSession, store: StoreFacts, day: date) -> datetime:
    """From when a day is over for good."""
    begins, ends = store.days.span(day)
    hours = await opening(session, store, day)
    of_day = select(BookingRow.id).where(BookingRow.booked_start >= begins, BookingRow.booked_start < ends)
    last = (
        select(func.max(PhaseRunRow.expected_end)).where(PhaseRunRow.booking_id.in_(of_day)),
        select(func.max(AssignmentRow.end)).where(AssignmentRow.booking_id.in_(of_day)),
    )
    work = [moment for wanted in last if (moment := await session.scalar(wanted)) is not None]
    return max(ends, max([*work, *(hours or ())[1:]], default=begins) + LEFT_ALONE)
