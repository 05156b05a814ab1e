"""Bookings that somebody has shown to be theirs: by the signed link, or by a number and the hour of the booking together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.commands import StoreFacts
from hub.kernel.crypto import Vault
from hub.operations.bookings import links
from hub.operations.bookings.people import phone_indexes
from hub.operations.bookings.rules import BOOKING_PURPOSE
from hub.operations.bookings.tables import BookingRow, ConsentRow, CustomerRow

DAYS_AHEAD = 30
"""So many days after today are looked at, for who comes on the wrong day."""


@dataclass(frozen=True, slots=True)
class ProvedBooking:
    """`consented`: nothing more has to be asked before the store keeps this person's name and number.

    `named`: by its own link or hour; False: found beside one of those.
    """

    id: str
    customer_id: str | None
    state: str
    booked_start: datetime
    consented: bool
    named: bool = True


async def proved_by_link(
    session: AsyncSession, store: StoreFacts, vault: Vault, now: datetime, token: str
) -> list[ProvedBooking]:
    """The booking that a link opens now, and those of today that came in with it as one party."""
    row = await links.booking_of(session, vault, token, now)
    if row is None:
        return []
    rows = [row]
    if row.party_id is not None:
        begins, ends = store.days.span(store.days.of(now))
        party = select(BookingRow).where(
            BookingRow.party_id == row.party_id,
            BookingRow.id != row.id,
            BookingRow.state != "held",
            BookingRow.booked_start >= begins,
            BookingRow.booked_start < ends,
        )
        rows += await session.scalars(party.order_by(BookingRow.booked_start, BookingRow.id))
    return await _proved(session, rows, named={row.id})


async def proved_by_number(
    session: AsyncSession, store: StoreFacts, vault: Vault, now: datetime, phone: str, hour: int
) -> list[ProvedBooking]:
    """Bookings of this number that begin within this hour of the day, today or soon; with one of today's, all of today's.

    A number with bookings at other hours costs the same single query and answers the same as a number that nobody has.

    Raises:
        Refused: `invalid_phone`.
    """
    indexes = phone_indexes(vault, store, phone)
    today = store.days.of(now)
    of_number = (
        select(BookingRow)
        .join(CustomerRow, CustomerRow.id == BookingRow.customer_id)
        .where(CustomerRow.phone_index.in_(indexes), BookingRow.state != "held")
        .order_by(BookingRow.booked_start, BookingRow.id)
    )
    hours = []
    for number in range(DAYS_AHEAD + 1):
        begins = store.days.moment(today + timedelta(days=number), f"{hour:02}:00")
        hours.append((BookingRow.booked_start >= begins) & (BookingRow.booked_start < begins + timedelta(hours=1)))
    rows = list(await session.scalars(of_number.where(or_(*hours))))
    named = {row.id for row in rows}
    begins, ends = store.days.span(today)
    if any(begins <= row.booked_start < ends for row in rows):
        of_today = of_number.where(BookingRow.booked_start >= begins, BookingRow.booked_start < ends)
        rows = list(await session.scalars(of_today))
    return await _proved(session, rows, named=named)


async def proved_again(session: AsyncSession, booking_ids: Iterable[str]) -> list[ProvedBooking]:
    """How bookings that were proved before stand now."""
    rows = select(BookingRow).where(BookingRow.id.in_(list(booking_ids))).order_by(BookingRow.booked_start, BookingRow.id)
    return await _proved(session, list(await session.scalars(rows)))


async def _proved(session: AsyncSession, rows: list[BookingRow], *, named: set[str] | None = None) -> list[ProvedBooking]:
    customers = [row.customer_id for row in rows if row.customer_id]
    agreed = select(ConsentRow.customer_id).where(
        ConsentRow.customer_id.in_(customers), ConsentRow.purpose == BOOKING_PURPOSE, ConsentRow.withdrawn_at.is_(None)
    )
    consented = set(await session.scalars(agreed)) if rows else set()
    return [
        ProvedBooking(
            id=row.id,
            customer_id=row.customer_id,
            state=row.state,
            booked_start=row.booked_start,
            consented=row.customer_id is None or row.customer_id in consented,
            named=named is None or row.id in named,
        )
        for row in rows
    ]
