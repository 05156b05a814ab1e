"""A day of the book as it was, and the commands that make it today's. It reads the store's rows and writes by commands only."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.catalog.queries import Catalog, catalog_of
from hub.catalog.tables import OpeningHoursRow
from hub.kernel.access import system
from hub.kernel.business_days import BusinessDays
from hub.kernel.dispatch import Door
from hub.operations.bookings.rules import OPEN
from hub.operations.bookings.tables import BookingItemRow, BookingRow
from hub.operations.team.queries import absences, shifts, technicians

End = Literal["came", "no_show", "cancelled"]

ENDS: Mapping[str, End] = {
    "confirmed": "came",
    "expected": "came",
    "arrived": "came",
    "done": "came",
    "no_show": "no_show",
    "cancelled_by_customer": "cancelled",
    "cancelled_by_store": "cancelled",
    "late_cancel": "cancelled",
}

STEP_MINUTES = 30
"""Hours and shifts begin and end on the half hour."""


@dataclass(frozen=True, slots=True)
class PastBooking:
    """A booking of that day. `minute` counts from the date's midnight, beyond 1440 in the small hours; None: it is unknown."""

    key: str
    customer_id: str | None
    services: tuple[BookingItemRow, ...]
    minute: int | None
    minutes: int
    end: End

    @property
    def technician_id(self) -> str | None:
        return self.services[0].requested_technician_id


@dataclass(frozen=True, slots=True)
class PastDay:
    """`shifts`: technician, start and end in minutes after the date's midnight; `opens` and `closes` hold the whole day."""

    day: date
    bookings: tuple[PastBooking, ...]
    shifts: tuple[tuple[str, int, int], ...]
    opens: int
    closes: int

    @property
    def first(self) -> int:
        """When the first one was due."""
        return min(booking.minute for booking in self.bookings if booking.minute is not None)


def replay_prefix(day: date, today: date) -> str:
    """What the keys begin with that bookings of `day` have when they are lived again on `today`."""
    return f"replay:{day}:{today}/"


def wall(minute: int) -> str:
    """HH:MM; a whole day is midnight again."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


async def past_day(session: AsyncSession, days: BusinessDays, day: date) -> PastDay | None:
    """The book of `day`: all who were expected that morning. Those who cancelled on earlier days were not. None: nobody."""
    begins, ends = days.span(day)
    catalog = await catalog_of(session)
    wanted = select(BookingRow).where(
        BookingRow.booked_start >= begins,
        BookingRow.booked_start < ends,
        or_(BookingRow.natural_key.is_(None), BookingRow.natural_key.not_like("replay:%")),
    )
    found = []
    for row in await session.scalars(wanted.order_by(BookingRow.booked_start, BookingRow.id)):
        end = ENDS.get(row.state)
        too_early = end == "cancelled" and (row.ended_at is None or days.of(row.ended_at) < day)
        if end is not None and not too_early and (booking := await _booking(session, row, end, days, catalog)):
            found.append(booking)
    if not any(booking.minute is not None for booking in found):
        return None
    hours = await session.scalar(select(OpeningHoursRow).where(OpeningHoursRow.weekday == day.weekday()))
    opens = min([b.minute for b in found if b.minute is not None]) // STEP_MINUTES * STEP_MINUTES
    closes = _up(max(b.minute + b.minutes for b in found if b.minute is not None))
    if hours is not None:
        opens = min(opens, days.minute(hours.opens))
        closes = max(closes, days.end_minute(hours.opens, hours.closes))
    placed = _with_a_time(found, opens, days)
    return PastDay(day, tuple(placed), await _shifts(session, days, day, placed), opens, min(closes, days.last_minute))


async def _booking(
    session: AsyncSession, row: BookingRow, end: End, days: BusinessDays, catalog: Catalog
) -> PastBooking | None:
    wanted = select(BookingItemRow).where(BookingItemRow.booking_id == row.id, BookingItemRow.cancelled.is_(False))
    items = tuple(await session.scalars(wanted.order_by(BookingItemRow.ordinal)))
    if not items:
        return None
    minutes = sum(phase.minutes for item in items for phase in catalog.services[item.service_id].phases)
    minute = days.minute_of(row.booked_start) if row.start_known else None
    return PastBooking(row.natural_key or row.id, row.customer_id, items, minute, minutes, end)


def _with_a_time(bookings: Sequence[PastBooking], opens: int, days: BusinessDays) -> list[PastBooking]:
    """Those of whom only the day is known get the first gap of their technician's day that is long enough, or the opening."""
    placed = [booking for booking in bookings if booking.minute is not None]
    for booking in bookings:
        if booking.minute is None:
            placed.append(replace(booking, minute=_gap(placed, booking, opens, days)))
    return sorted(placed, key=lambda booking: (booking.minute or 0, booking.key))


def _gap(placed: Sequence[PastBooking], wanted: PastBooking, opens: int, days: BusinessDays) -> int:
    own = sorted(
        (b.minute, b.minute + b.minutes)
        for b in placed
        if b.minute is not None and b.technician_id == wanted.technician_id and wanted.technician_id is not None
    )
    if not own:
        return opens
    end = own[0][1]
    for start, until in own[1:]:
        if start - end >= wanted.minutes:
            break
        end = max(end, until)
    return min(end, days.last_minute - STEP_MINUTES)


async def _shifts(
    session: AsyncSession, days: BusinessDays, day: date, bookings: Sequence[PastBooking]
) -> tuple[tuple[str, int, int], ...]:
    """The roster of that day; whoever the book names beyond it worked as long as their bookings."""
    found = []
    for shift in await shifts(session, *days.span(day)):
        if shift.date == day:
            found.append((shift.technician_id, days.minute_of(shift.start), days.minute_on(day, shift.end)))
    rostered = {technician for technician, _, _ in found}
    spans: dict[str, tuple[int, int]] = {}
    for booking in bookings:
        at = booking.minute or 0
        for item in booking.services:
            who = item.requested_technician_id
            if who is not None and who not in rostered:
                first, last = spans.get(who, (at, at))
                spans[who] = min(first, at), max(last, at + booking.minutes)
    found += [(who, at // STEP_MINUTES * STEP_MINUTES, min(_up(last), days.last_minute)) for who, (at, last) in spans.items()]
    return tuple(found)


def _up(minute: int) -> int:
    return -(-minute // STEP_MINUTES) * STEP_MINUTES


@dataclass(frozen=True, slots=True)
class Today:
    """Makes a past day today's, through the door. Doing it again changes nothing."""

    door: Door
    store_id: str
    days: BusinessDays
    day: PastDay
    today: date

    async def make(self) -> dict[str, str]:
        """Clear today and fill it; the new bookings' ids by the old ones' keys."""
        if not await self._begun():
            await self._clear()
        hours = {"weekday": self.today.weekday(), "opens": wall(self.day.opens), "closes": wall(self.day.closes)}
        await self._send("catalog.set_opening_hours", hours, "hours")
        await self._send("catalog.reopen_day", {"date": self.today.isoformat()}, "open")
        active = await self._active()
        for who, start, end in self.day.shifts:
            begins, ends = self.days.between(self.today, wall(start), wall(end))
            # An hour that the clocks skip that night is nobody's shift.
            if who in active and begins < ends:
                data = {"technician_id": who, "date": self.today.isoformat(), "start": wall(start), "end": wall(end)}
                await self._send("team.put_shift", data, f"shift:{who}:{start}")
        return {booking.key: await self._bring(booking) for booking in self.day.bookings}

    async def _bring(self, booking: PastBooking) -> str:
        data = {
            "natural_key": replay_prefix(self.day.day, self.today) + booking.key,
            "customer_id": booking.customer_id,
            "services": [
                {"service_id": i.service_id, "requested": i.requested, "technician_id": i.requested_technician_id}
                for i in booking.services
            ],
            "start": moment_of(self.today, booking.minute or 0, self.days).isoformat(),
            "state": "confirmed",
        }
        return str((await self._send("bookings.bring_in", data, f"booking:{booking.key}"))["booking_id"])

    async def _begun(self) -> bool:
        prefix = replay_prefix(self.day.day, self.today)
        async with self.door.database.read(self.store_id) as session:
            wanted = select(BookingRow.id).where(BookingRow.natural_key.like(f"{prefix}%")).limit(1)
            return await session.scalar(wanted) is not None

    async def _active(self) -> set[str]:
        async with self.door.database.read(self.store_id) as session:
            return {person.id for person in await technicians(session, active=True)}

    async def _clear(self) -> None:
        """Take today's own book, roster and absences out of the way."""
        begins, ends = self.days.span(self.today)
        async with self.door.database.read(self.store_id) as session:
            own = select(BookingRow.id).where(
                BookingRow.booked_start >= begins, BookingRow.booked_start < ends, BookingRow.state.in_(OPEN - {"held"})
            )
            booked = list(await session.scalars(own))
            rostered = [shift.id for shift in await shifts(session, begins, ends)]
            away = [absence.id for absence in await absences(session, begins, ends)]
        for booking_id in booked:
            await self._send("bookings.cancel", {"booking_id": booking_id, "reason": "other"}, f"cancel:{booking_id}")
        for shift_id in rostered:
            await self._send("team.remove_shift", {"shift_id": shift_id}, f"unroster:{shift_id}")
        for absence_id in away:
            await self._send("team.end_absence", {"absence_id": absence_id}, f"back:{absence_id}")

    async def _send(self, name: str, data: Mapping[str, Any], key: str) -> dict[str, Any]:
        named = f"{self.store_id}:{replay_prefix(self.day.day, self.today)}{key}"
        command_id = uuid.uuid5(uuid.NAMESPACE_OID, named).hex
        return (await self.door.send(name, data, system(self.store_id, "replay"), command_id)).result


def moment_of(day: date, minute: int, days: BusinessDays) -> datetime:
    """The moment of `day` that lies `minute` minutes after the date's midnight on the store's wall."""
    return days.moment(day, wall(minute))
