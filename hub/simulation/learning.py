"""A store as its own hub knows it: roster, places and services as they are, shares and spreads from its log.

What the log says too little about stays at the published values.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from hub.catalog.queries import Catalog, ServiceFacts, catalog_of
from hub.kernel.business_days import BusinessDays
from hub.kernel.clock import SystemClock
from hub.kernel.commands import StoreFacts
from hub.kernel.database import Database
from hub.kernel.dispatch import facts_of
from hub.kernel.tables import Store
from hub.migrations.run import newest, version_of
from hub.operations.bookings.tables import BookingItemRow, BookingRow
from hub.operations.planning.duration_log import observations
from hub.operations.planning.durations import learn
from hub.operations.stations.tables import PlaceRow
from hub.operations.team.tables import ShiftRow, TechnicianRow, TechnicianSkillRow
from hub.operations.visits.tables import VisitRow
from hub.settings import Settings
from hub.simulation.store_file import StoreFile, StoreFileError, store_of

ENOUGH_BOOKINGS = 200
"""Fewer say less about shares than what is published: at 4 % no-shows their standard error is 1.4 points."""

ENOUGH_ARRIVALS = 50
ENOUGH_PHASES = 50

LATEST_ARRIVAL = 120
"""Minutes off the booked time beyond which somebody came for another reason."""

GONE = ("cancelled_by_customer", "cancelled_by_store", "late_cancel")


async def store_of_hub(data: Path) -> StoreFile:
    """The store in a hub's data directory (or at the database that the environment names), which may be running.

    Raises:
        StoreFileError: `store_file_unreadable` when there is no store in it, `store_file_invalid` when it has no roster.
    """
    settings = Settings.from_environment(data=data)
    if not settings.database_url and not (data / "hub.sqlite3").exists():
        raise StoreFileError("store_file_unreadable", f"{data}: no hub.sqlite3")
    database = Database(settings.url)
    try:
        async with database.reader.connect() as connection:
            version = await connection.run_sync(version_of)
        if version not in (None, newest()):
            raise StoreFileError("store_file_unreadable", f"{data}: of another release; start this release's hub on it once")
        async with database.read(None) as session:
            row = await session.scalar(select(Store).order_by(Store.id).limit(1))
        if row is None:
            raise StoreFileError("store_file_unreadable", f"{data}: no store")
        async with database.read(row.id) as session:
            return store_of(await _described(session, facts_of(row)))
    except SQLAlchemyError as error:
        raise StoreFileError("store_file_unreadable", f"{data}: {getattr(error, 'orig', None) or error}") from error
    finally:
        await database.close()


async def _described(session: AsyncSession, store: StoreFacts) -> dict[str, Any]:
    catalog = await catalog_of(session)
    today = store.days.of(SystemClock().now())
    day = await _rostered_day(session, catalog, today)
    opens, closes = catalog.hours[day.weekday()]
    book = await _Book.read(session, store, today)
    places, technicians = await _places(session, catalog), await _technicians(session, day, store.days)
    offered = [service for service in catalog.services.values() if service.active and service.phases]
    kinds, skills = {place["kind"] for place in places}, [technician["skills"] for technician in technicians]
    return {
        "name": store.name_en,
        "opens": store.days.minute(opens),
        "closes": store.days.end_minute(opens, closes),
        "demand": book.demand(),
        "hours": book.hours(),
        "shares": book.shares(),
        "arrival": book.arrival(),
        "sigma": await _sigma(session, store, catalog, today),
        "overtime_minutes": int(store.settings.get("planning", {}).get("overtime_minutes", 60)),
        "places": places,
        "technicians": technicians,
        "services": book.services([service for service in offered if _can_be_done(service, kinds, skills)]),
    }


async def _rostered_day(session: AsyncSession, catalog: Catalog, today: date) -> date:
    """The newest day up to today, on an open weekday, on which somebody of the present team has a shift; if there is none, the
    first ahead."""
    on_the_team = select(TechnicianRow.id).where(TechnicianRow.active.is_(True))
    rostered = select(ShiftRow.date).where(ShiftRow.technician_id.in_(on_the_team)).distinct().order_by(ShiftRow.date)
    days = [day for day in await session.scalars(rostered) if day.weekday() in catalog.hours]
    if not days:
        raise StoreFileError("store_file_invalid", "technicians: nobody has a shift on an open day")
    return max((day for day in days if day <= today), default=days[0])


class _Book:
    """All bookings before today, and who came when."""

    def __init__(
        self,
        days: BusinessDays,
        bookings: Sequence[BookingRow],
        items: Sequence[tuple[str, str, str]],
        arrivals: dict[str, datetime],
    ) -> None:
        self.days = days
        self.bookings = bookings
        self.items = items
        self.arrivals = arrivals

    @classmethod
    async def read(cls, session: AsyncSession, store: StoreFacts, today: date) -> _Book:
        rows = list(await session.scalars(select(BookingRow).where(BookingRow.start_known.is_(True))))
        past = [row for row in rows if store.days.of(row.booked_start) < today and row.state != "held"]
        known = {row.id for row in past}
        columns = select(BookingItemRow.booking_id, BookingItemRow.service_id, BookingItemRow.requested)
        items = await session.execute(columns.where(BookingItemRow.added_on_floor.is_(False)))
        visits = await session.execute(select(VisitRow.booking_id, VisitRow.arrived_at))
        wanted = [(booking, service, requested) for booking, service, requested in items if booking in known]
        return cls(store.days, past, wanted, {booking: at for booking, at in visits if booking in known})

    @property
    def booked(self) -> list[BookingRow]:
        return [row for row in self.bookings if row.source != "walk_in"]

    def demand(self) -> dict[str, float]:
        """Visits of a mean day that had any; a load of three quarters as long as there is no such day."""
        lived = {self.days.of(row.booked_start) for row in self.bookings}
        return {"visits": len(self.bookings) / len(lived)} if len(self.bookings) >= ENOUGH_BOOKINGS else {"load": 0.75}

    def hours(self) -> dict[int, float]:
        if len(self.bookings) < ENOUGH_BOOKINGS:
            return {}
        return dict(Counter(self.days.minute_of(row.booked_start) // 60 for row in self.bookings))

    def shares(self) -> dict[str, float]:
        if len(self.bookings) < ENOUGH_BOOKINGS or not self.booked:
            return {}
        booked, states = len(self.booked), Counter(row.state for row in self.booked)
        gone = [row for row in self.booked if row.state in GONE]
        same_day = [row for row in gone if row.ended_at and self._date(row.ended_at) == self._date(row.booked_start)]
        services = Counter(booking for booking, _, _ in self.items)
        asked = Counter(requested for _, _, requested in self.items)
        total = max(1, len(self.items))
        found = {
            "no_show": states["no_show"] / booked,
            "cancelled": len(gone) / booked,
            "walk_in": 1 - booked / len(self.bookings),
            "several_services": sum(count > 1 for count in services.values()) / max(1, len(services)),
            "must": asked["must"] / total,
            "prefers": asked["prefers"] / total,
            "woman": asked["woman"] / total,
        }
        return {**found, "cancelled_on_the_day": len(same_day) / len(gone)} if gone else found

    def _date(self, moment: datetime) -> date:
        return self.days.of(moment)

    def arrival(self) -> dict[str, float]:
        known = [
            (self.arrivals[row.id] - row.booked_start).total_seconds() / 60 for row in self.booked if row.id in self.arrivals
        ]
        offsets = [minutes for minutes in known if abs(minutes) <= LATEST_ARRIVAL]
        if len(offsets) < ENOUGH_ARRIVALS:
            return {}
        return {"mean": statistics.fmean(offsets), "sd": statistics.stdev(offsets)}

    def services(self, offered: Sequence[ServiceFacts]) -> list[dict[str, Any]]:
        """Those that are offered; as often as they were asked for, all alike as long as that is not known."""
        asked = Counter(service for _, service, _ in self.items) if len(self.items) >= ENOUGH_BOOKINGS else None
        return [
            {
                "code": service.code,
                "demand": 1.0 if asked is None else asked[service.id],
                "phases": [
                    {"kind": p.kind, "minutes": p.minutes, "place": p.place_kind, "skill": p.skill, "level": p.min_level}
                    for p in service.phases
                ],
            }
            for service in offered
        ]


def _can_be_done(service: ServiceFacts, kinds: Container[str], team: Sequence[Mapping[str, int]]) -> bool:
    """Whether that day's places and team, by their skills, have what it takes: what only somebody else can do would not be
    booked either."""
    return all(
        (phase.place_kind is None or phase.place_kind in kinds)
        and (not phase.needs_technician or any(phase.is_for(skills) for skills in team))
        for phase in service.phases
    )


async def _sigma(session: AsyncSession, store: StoreFacts, catalog: Catalog, today: date) -> float:
    known = learn(await observations(session, store, catalog, today))
    return known.sigma if known.observed >= ENOUGH_PHASES else StoreFile.model_fields["sigma"].default


async def _places(session: AsyncSession, catalog: Catalog) -> list[dict[str, Any]]:
    kinds = Counter(await session.scalars(select(PlaceRow.kind).where(PlaceRow.active.is_(True))))
    return [{"kind": kind, "count": n, "clean_up": catalog.clean_minutes(kind)} for kind, n in sorted(kinds.items())]


async def _technicians(session: AsyncSession, day: date, days: BusinessDays) -> list[dict[str, Any]]:
    """Whoever works on that day, from the first shift's beginning to the last one's end."""
    skills: dict[str, dict[str, int]] = {}
    for skill in await session.scalars(select(TechnicianSkillRow)):
        skills.setdefault(skill.technician_id, {})[skill.skill] = skill.level
    shifts: dict[str, list[ShiftRow]] = {}
    for shift in await session.scalars(select(ShiftRow).where(ShiftRow.date == day)):
        shifts.setdefault(shift.technician_id, []).append(shift)
    rows = await session.scalars(select(TechnicianRow).where(TechnicianRow.active.is_(True)).order_by(TechnicianRow.ordinal))
    return [
        {
            "name": row.code,
            "skills": skills.get(row.id, {}),
            "begins": days.minute_on(day, min(s.start for s in shifts[row.id])),
            "ends": days.minute_on(day, max(s.end for s in shifts[row.id])),
            "gender": row.gender or "",
        }
        for row in rows
        if row.id in shifts
    ]
