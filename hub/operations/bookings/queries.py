"""What others may read of the bookings. Values are in plain text: screens mask what they need not show."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.commands import StoreFacts
from hub.kernel.crypto import Vault
from hub.kernel.tables import EventRow
from hub.operations.bookings import links
from hub.operations.bookings.peak_times import TIERS, PriorityRule, priority_rule
from hub.operations.bookings.people import (
    CustomerFacts,
    booking_note,
    customers_by_phone,
    phone_indexes,
    reveal,
    revealed_name,
)
from hub.operations.bookings.ports import FreeStart, SlotFinder, SlotRequest, Wish
from hub.operations.bookings.priority import tier_of
from hub.operations.bookings.tables import AssignmentRow, BookingItemRow, BookingRow, CustomerRow

__all__ = [
    "TIERS",
    "BookingFacts",
    "Change",
    "CustomerFacts",
    "FreeStart",
    "ItemFacts",
    "PriorityRule",
    "SlotFinder",
    "SlotRequest",
    "Wish",
    "booking_facts",
    "booking_note",
    "booking_of_link",
    "bookings_of",
    "bookings_of_customer",
    "customer_of",
    "customers_by_phone",
    "history",
    "link_of",
    "phone_indexes",
    "priority_rule",
    "reveal",
    "revealed_name",
    "technicians_of",
    "tier_of",
]


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """A service still wanted, with the span in which the plan has it; None: no room yet."""

    id: str
    service_id: str
    requested: str
    requested_technician_id: str | None
    added_on_floor: bool
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class BookingFacts:
    id: str
    customer_id: str | None
    state: str
    source: str
    booked_start: datetime
    party_id: str | None
    moves: int
    made_at: datetime
    items: tuple[ItemFacts, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a booking's record: who, when, what. `data` holds ids and times only."""

    seq: int
    at: datetime
    actor_kind: str
    actor_id: str
    device_id: str | None
    type: str
    data: dict[str, object]


async def bookings_of(session: AsyncSession, store: StoreFacts, day: date) -> list[BookingFacts]:
    """All bookings whose booked start lies on this business day, in whatever state, by start."""
    begins, ends = store.days.span(day)
    wanted = select(BookingRow).where(BookingRow.booked_start >= begins, BookingRow.booked_start < ends)
    return await _facts(session, list(await session.scalars(wanted.order_by(BookingRow.booked_start, BookingRow.id))))


async def bookings_of_customer(session: AsyncSession, customer_id: str) -> list[BookingFacts]:
    """A customer's bookings, the newest start first; holds are nobody's yet."""
    wanted = select(BookingRow).where(BookingRow.customer_id == customer_id)
    return await _facts(session, list(await session.scalars(wanted.order_by(BookingRow.booked_start.desc()))))


async def booking_facts(session: AsyncSession, booking_id: str) -> BookingFacts | None:
    row = await session.get(BookingRow, booking_id)
    return (await _facts(session, [row]))[0] if row is not None else None


async def booking_of_link(session: AsyncSession, vault: Vault, token: str, now: datetime) -> str | None:
    """The id of the booking that a visit link's token opens now; None for any other token."""
    row = await links.booking_of(session, vault, token, now)
    return row.id if row is not None else None


async def link_of(session: AsyncSession, vault: Vault, booking_id: str) -> str | None:
    """The token of a booking's visit link; the same each time it is asked for."""
    row = await session.get(BookingRow, booking_id)
    return links.sign(vault, row) if row is not None else None


async def customer_of(session: AsyncSession, vault: Vault, customer_id: str) -> CustomerFacts | None:
    row = await session.get(CustomerRow, customer_id)
    return reveal(vault, row) if row is not None else None


async def names_of(session: AsyncSession, vault: Vault, booking_ids: Collection[str]) -> dict[str, str]:
    """Customers' names by booking; those without a customer are left out."""
    wanted = select(BookingRow.id, CustomerRow).join(CustomerRow, BookingRow.customer_id == CustomerRow.id)
    found = await session.execute(wanted.where(BookingRow.id.in_(booking_ids)))
    return {booking: reveal(vault, customer).name for booking, customer in found}


async def history(session: AsyncSession, booking_id: str) -> list[Change]:
    """The booking's record from the log, oldest first."""
    booking = await session.get(BookingRow, booking_id)
    if booking is None:
        return []
    wanted = (
        select(EventRow)
        .where(EventRow.seq > booking.made_seq, EventRow.data["booking_id"].as_string() == booking_id)
        .order_by(EventRow.seq)
    )
    return [
        Change(row.seq, row.at, row.actor_kind, row.actor_id, row.device_id, row.type, row.data)
        for row in await session.scalars(wanted)
    ]


async def _facts(session: AsyncSession, rows: list[BookingRow]) -> list[BookingFacts]:
    ids = [row.id for row in rows]
    spans: dict[str, list[AssignmentRow]] = {}
    for assignment in await session.scalars(select(AssignmentRow).where(AssignmentRow.booking_id.in_(ids))):
        spans.setdefault(assignment.item_id, []).append(assignment)
    items: dict[str, list[ItemFacts]] = {}
    wanted = select(BookingItemRow).where(BookingItemRow.booking_id.in_(ids), BookingItemRow.cancelled.is_(False))
    for item in await session.scalars(wanted.order_by(BookingItemRow.ordinal)):
        items.setdefault(item.booking_id, []).append(_item(item, spans.get(item.id, [])))
    return [_booking(row, tuple(items.get(row.id, ()))) for row in rows]


def _booking(row: BookingRow, items: tuple[ItemFacts, ...]) -> BookingFacts:
    return BookingFacts(
        id=row.id,
        customer_id=row.customer_id,
        state=row.state,
        source=row.source,
        booked_start=row.booked_start,
        party_id=row.party_id,
        moves=row.moves,
        made_at=row.made_at,
        items=items,
    )


def _item(row: BookingItemRow, planned: list[AssignmentRow]) -> ItemFacts:
    return ItemFacts(
        id=row.id,
        service_id=row.service_id,
        requested=row.requested,
        requested_technician_id=row.requested_technician_id,
        added_on_floor=row.added_on_floor,
        start=min((a.start for a in planned), default=None),
        end=max((a.end for a in planned), default=None),
    )


async def technicians_of(session: AsyncSession, booking_ids: Sequence[str]) -> dict[str, str]:
    """Who is, or was, planned for each service, by the service's id; the first technician where phases differ."""
    planned = select(AssignmentRow).where(AssignmentRow.booking_id.in_(booking_ids), AssignmentRow.technician_id.is_not(None))
    found: dict[str, str] = {}
    for row in await session.scalars(planned.order_by(AssignmentRow.ordinal)):
        found.setdefault(row.item_id, row.technician_id or "")
    return found
