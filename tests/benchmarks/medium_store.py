"""A store of the middle size on a working day, for benchmarks: twenty technicians, some 150 visits booked for every day.

The ground comes through the door, the bookings as rows: nobody measures how they came.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import hub.simulation
from hub.app import Hub
from hub.kernel.access import Actor
from hub.kernel.business_days import BusinessDays
from hub.operations.bookings.tables import AssignmentRow, BookingItemRow, BookingRow
from hub.simulation.book import Day, draw_day
from hub.simulation.ground import Ground, lay_out
from hub.simulation.store_file import StoreFile, read_store

FILE = Path(hub.simulation.__file__).parent / "stores" / "medium.yaml"
ASKED_FOR = 175
"""Visits a day, so that some 150 find room."""

ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Medium:
    """Ids by name, of what a benchmark asks for."""

    store: str
    services: dict[str, str]
    technicians: dict[str, str]
    places: dict[str, str]
    visits: int
    bookings_today: list[str]


def described() -> StoreFile:
    """The medium store that the simulator brings along, a little fuller and without walk-ins."""
    store = read_store(FILE)
    demand = store.demand.model_copy(update={"visits": ASKED_FOR, "load": None})
    return store.model_copy(update={"demand": demand, "shares": store.shares.model_copy(update={"walk_in": 0.0})})


async def open_medium(made: Hub, today: date, days: int) -> Medium:
    """Open the store in a started hub and book `days` days from `today`."""
    store = made.store_id or await made.open_store(name_zh="中型店", name_en="Medium", zone=ZONE)
    ground = lay_out(described())
    manager = Actor("staff", "0" * 31 + "1", store, frozenset({"manager"}))

    async def send(name: str, data: dict[str, Any]) -> dict[str, Any]:
        return (await made.door.send(name, data, manager, made.chance.id())).result

    services = await _catalog(ground, send)
    technicians, places = await _people_and_places(ground, send, today, days)
    visits, first = 0, []
    for number in range(days):
        day, drawn = today + timedelta(days=number), draw_day(ground, 1, number)
        visits += len(drawn.customers)
        rows, names = list(_rows(made, drawn, day, ground, services, technicians, places)), []
        names = [row.id for row in rows if isinstance(row, BookingRow)]
        first = first or names
        async with made.database.write(store) as session:
            session.add_all(rows)
    return Medium(store, services, technicians, places, visits, first)


def _both(name: str) -> dict[str, str]:
    return {"zh": name, "en": name}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


async def _catalog(ground: Ground, send: Any) -> dict[str, str]:
    store = ground.store
    for skill in sorted({skill for technician in store.technicians for skill in technician.skills}):
        await send("catalog.put_skill", {"code": skill, "name": _both(skill)})
    for kind in store.places:
        await send("catalog.put_place_kind", {"code": kind.kind, "name": _both(kind.kind), "clean_minutes": kind.clean_up})
    for weekday in range(7):
        hours = {"weekday": weekday, "opens": _clock(store.opens), "closes": _clock(store.closes)}
        await send("catalog.set_opening_hours", hours)
    found = {}
    for service in store.services:
        phases = [
            {
                "kind": phase.kind,
                "minutes": phase.minutes,
                "place_kind": phase.place,
                "skill": phase.skill,
                "min_level": phase.level,
            }
            for phase in service.phases
        ]
        put = {"code": service.code, "name": _both(service.code), "category": _both("all"), "price_minor": 1, "phases": phases}
        found[service.code] = (await send("catalog.put_service", put))["service_id"]
    return found


async def _people_and_places(ground: Ground, send: Any, today: date, days: int) -> tuple[dict[str, str], dict[str, str]]:
    technicians, places = {}, {}
    for number, person in enumerate(ground.technicians):
        skills = {skill: level for skill, level in person.skills.items() if skill != "*"}
        gender = person.tags[0] if person.tags else None
        put = {"code": person.id, "name": _both(person.id), "gender": gender, "skills": skills, "ordinal": number}
        technicians[person.id] = (await send("team.put_technician", put))["technician_id"]
        begins, ends = person.shifts[0]
        for ahead in range(days):
            shift = {"date": (today + timedelta(days=ahead)).isoformat(), "start": _clock(begins), "end": _clock(ends)}
            await send("team.put_shift", {"technician_id": technicians[person.id], **shift})
    for place in ground.places:
        put = {"code": place.id, "kind": place.kind, "name": _both(place.id)}
        places[place.id] = (await send("stations.put_place", put))["place_id"]
    return technicians, places


def _rows(
    made: Hub,
    drawn: Day,
    day: date,
    ground: Ground,
    services: dict[str, str],
    technicians: dict[str, str],
    places: dict[str, str],
) -> Iterator[BookingRow | BookingItemRow | AssignmentRow]:
    """The drawn day as bookings with their rooms."""
    from zoneinfo import ZoneInfo

    midnight = BusinessDays(ZoneInfo(ZONE)).span(day)[0]
    clean = {place.id: place.clean_up for place in ground.places}
    codes = {tuple(phase.minutes for phase in s.phases): s.code for s in ground.store.services}
    rows = {(row.visit, row.item, row.phase): row for row in drawn.rows}

    def moment(minute: int) -> datetime:
        return midnight + timedelta(minutes=minute)

    for customer in drawn.customers:
        booking = BookingRow(
            id=made.chance.id(),
            state="confirmed",
            source="desk",
            booked_start=moment(customer.booked or 0),
            made_at=made.clock.now(),
            made_seq=0,
            link_key=made.chance.id()[:16],
        )
        yield booking
        for number, item in enumerate(customer.items):
            code = codes[tuple(phase.duration for phase in item.phases)]
            request = {"requested": "any", "requested_technician_id": None}
            if item.request.technicians and item.request.kind in ("must", "prefers"):
                request = {
                    "requested": item.request.kind,
                    "requested_technician_id": technicians[item.request.technicians[0]],
                }
            item_id = made.chance.id()
            yield BookingItemRow(
                id=item_id,
                booking_id=booking.id,
                ordinal=number,
                service_id=services[code],
                added_on_floor=False,
                cancelled=False,
                **request,
            )
            for ordinal in range(len(item.phases)):
                row = rows[customer.id, item.id, ordinal]
                following = rows.get((customer.id, item.id, ordinal + 1))
                stays = following is not None and following.place == row.place
                until = following.start if following and stays else row.end + clean.get(row.place or "", 0)
                yield AssignmentRow(
                    id=made.chance.id(),
                    item_id=item_id,
                    ordinal=ordinal,
                    booking_id=booking.id,
                    technician_id=technicians[row.technician] if row.technician else None,
                    place_id=places[row.place] if row.place else None,
                    start=moment(row.start),
                    end=moment(row.end),
                    place_until=moment(max(until, row.end)),
                    pinned=False,
                )
