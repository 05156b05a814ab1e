"""What the store knows already of a book: asked once before anything is sent, so that importing again sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.catalog.queries import ServiceFacts, catalog_of
from hub.imports.tables import KeptRow
from hub.kernel.tables import AnswerRow
from hub.operations.bookings.tables import BookingItemRow, BookingRow, CustomerRow
from hub.operations.team.queries import TechnicianFacts, technicians
from hub.operations.team.tables import ShiftRow

ACTOR = "import"


@dataclass(frozen=True, slots=True)
class KnownShift:
    id: str
    start: datetime
    end: datetime


@dataclass(slots=True)
class Known:
    """`commands`: ids that an import has sent before. `items`: a booked service's key → its booking's state. `bookings`,
    `customers`, `kept`: natural keys. `services` and `people` are by code, `shifts` by technician and date."""

    commands: set[str] = field(default_factory=set)
    items: dict[str, str] = field(default_factory=dict)
    bookings: dict[str, bool] = field(default_factory=dict)
    """Natural key → whether the time of day is known."""
    customers: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    services: Mapping[str, ServiceFacts] = field(default_factory=dict)
    people: Mapping[str, TechnicianFacts] = field(default_factory=dict)
    shifts: dict[tuple[str, date], list[KnownShift]] = field(default_factory=dict)


async def known_of(session: AsyncSession) -> Known:
    """Everything that imports have brought into the session's store, and what else a book's codes may mean there."""
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
        items={str(key): state for key, state in await session.execute(states)},
        bookings={str(key): timed for key, timed in await session.execute(booked)},
        customers={
            str(key)
            for key in await session.scalars(select(CustomerRow.natural_key).where(CustomerRow.natural_key.is_not(None)))
        },
        kept=set(await session.scalars(select(KeptRow.natural_key))),
        services={service.code: service for service in (await catalog_of(session)).services.values()},
        people={person.code: person for person in await technicians(session)},
        shifts=shifts,
    )
