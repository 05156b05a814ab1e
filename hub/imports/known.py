"""What the store knows already of a book: asked once before anything is sent, so that importing again sends nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.catalog.queries import ServiceFacts, catalog_of
from hub.imports.keeping import kept_as
from hub.imports.tables import KeptRow
from hub.kernel.business_days import BusinessDays
from hub.kernel.crypto import Vault
from hub.kernel.tables import AnswerRow
from hub.kernel.wall_time import date_of
from hub.operations.bookings.keys import stored_key
from hub.operations.bookings.tables import BookingItemRow, BookingRow, CustomerRow
from hub.operations.team.queries import TechnicianFacts, technicians
from hub.operations.team.tables import ShiftRow

ACTOR = "import"


@dataclass(frozen=True, slots=True)
class KnownShift:
    id: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class KnownItem:
    """A booked service as the store has it. `key` is its own, `booking` its booking's, `customer` the customer's, all as they
    are stored; `timed`: the time of day is known; `made_on` the day it was brought in, or its own if that is earlier."""

    key: str | None
    booking: str | None
    customer: str | None
    day: date
    service_id: str
    technician_id: str | None
    state: str
    timed: bool
    made_on: date


Triple = tuple[str | None, date, str]
"""Customer's key as it is stored, day, service's id: what every report names of a booked service."""


@dataclass(slots=True)
class Known:
    """`commands`: ids that an import has sent before. `items`: a booked service's key → its booking's state. `bookings`,
    `customers`, `kept`: keys, all as the store has them. `services` and `people` are by code, `shifts` by technician and
    business day."""

    commands: set[str] = field(default_factory=set)
    items: dict[str, str] = field(default_factory=dict)
    bookings: dict[str, bool] = field(default_factory=dict)
    """Key → whether the time of day is known."""
    customers: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    booked: dict[Triple, list[KnownItem]] = field(default_factory=dict)
    services: Mapping[str, ServiceFacts] = field(default_factory=dict)
    people: Mapping[str, TechnicianFacts] = field(default_factory=dict)
    shifts: dict[tuple[str, date], list[KnownShift]] = field(default_factory=dict)
    days: BusinessDays | None = None
    """How the store counts its days; a book names the calendar's dates."""
    kept_as: Callable[[str], str] = str
    """What stands in the store for a kept row's natural key."""
    stored: Callable[[str], str] = str
    """The same for those of customers, bookings and their services."""

    def keeps(self, key: str) -> bool:
        """Whether the store has this row already, sealed or as an older release kept it."""
        return key in self.kept or self.kept_as(key) in self.kept


async def known_of(session: AsyncSession, days: BusinessDays, vault: Vault | None) -> Known:
    """Everything that imports have brought into the session's store, and what else a book's codes may mean there."""
    stored: Callable[[str], str] = partial(stored_key, vault) if vault is not None else str
    sent = select(AnswerRow.command_id).where(AnswerRow.actor == f"system:{ACTOR}")
    states = (
        select(BookingItemRow.natural_key, BookingRow.state)
        .join(BookingRow, BookingRow.id == BookingItemRow.booking_id)
        .where(BookingItemRow.natural_key.is_not(None))
    )
    booked = select(BookingRow.natural_key, BookingRow.start_known).where(BookingRow.natural_key.is_not(None))
    shifts: dict[tuple[str, date], list[KnownShift]] = {}
    for row in await session.scalars(select(ShiftRow).order_by(ShiftRow.start)):
        shifts.setdefault((row.technician_id, row.date), []).append(KnownShift(row.id, row.start, row.end))
    return Known(
        commands=set(await session.scalars(sent)),
        items={stored(str(key)): state for key, state in await session.execute(states)},
        bookings={stored(str(key)): timed for key, timed in await session.execute(booked)},
        customers={
            stored(str(key))
            for key in await session.scalars(select(CustomerRow.natural_key).where(CustomerRow.natural_key.is_not(None)))
        },
        kept=set(await session.scalars(select(KeptRow.natural_key))),
        booked=await _booked(session, days.zone, stored),
        services={service.code: service for service in (await catalog_of(session)).services.values()},
        people={person.code: person for person in await technicians(session)},
        shifts=shifts,
        days=days,
        kept_as=partial(kept_as, vault) if vault is not None else str,
        stored=stored,
    )


async def _booked(session: AsyncSession, zone: ZoneInfo, stored: Callable[[str], str]) -> dict[Triple, list[KnownItem]]:
    """What imports have brought in, by what every report names of it; in order of start."""
    wanted = (
        select(BookingItemRow, BookingRow, CustomerRow.natural_key)
        .join(BookingRow, BookingRow.id == BookingItemRow.booking_id)
        .outerjoin(CustomerRow, CustomerRow.id == BookingRow.customer_id)
        .where(or_(BookingItemRow.natural_key.is_not(None), BookingRow.natural_key.is_not(None)))
        .order_by(BookingRow.booked_start, BookingItemRow.id)
    )
    found: dict[Triple, list[KnownItem]] = {}
    for item, booking, key in await session.execute(wanted):
        customer = stored(key) if key is not None else None
        day = date_of(booking.booked_start, zone)
        known = KnownItem(
            stored(item.natural_key) if item.natural_key is not None else None,
            stored(booking.natural_key) if booking.natural_key is not None else None,
            customer,
            day,
            item.service_id,
            item.requested_technician_id,
            booking.state,
            booking.start_known,
            date_of(booking.made_at, zone),
        )
        found.setdefault((customer, day, item.service_id), []).append(known)
    return found
