"""A small salon for the tests of bookings, and a small honest finder of room for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.catalog.queries import catalog_of
from hub.kernel.commands import StoreFacts
from hub.kernel.dispatch import Answered
from hub.kernel.errors import Refused
from hub.operations.bookings.ports import FreeStart, PlannedPhase, SlotRequest
from hub.operations.bookings.rules import SLOT_TAKEN
from hub.operations.bookings.tables import AssignmentRow
from hub.operations.stations.tables import PlaceRow
from hub.operations.team.tables import TechnicianRow

Send = Callable[..., Awaitable[Answered]]


@dataclass(frozen=True, slots=True)
class Salon:
    services: dict[str, str]
    technicians: dict[str, str]
    places: dict[str, str]


def both(name: str) -> dict[str, str]:
    return {"zh": name, "en": name}


async def open_salon(send: Send) -> Salon:
    """Two technicians, two chairs and a basin; a cut, and a colour that develops."""
    await send("catalog.put_skill", {"code": "hair", "name": both("hair")})
    await send("catalog.put_place_kind", {"code": "chair", "name": both("chair"), "clean_minutes": 5})
    await send("catalog.put_place_kind", {"code": "basin", "name": both("basin")})
    hands_on = {"kind": "hands_on", "minutes": 30, "place_kind": "chair", "skill": "hair"}
    colour = [hands_on, {"kind": "processing", "minutes": 20, "place_kind": "chair"}, {**hands_on, "kind": "finishing"}]
    services = {}
    for code, phases in {"cut": [hands_on], "colour": colour, "retired": [hands_on]}.items():
        put = {"code": code, "name": both(code), "category": both("hair"), "price_minor": 10000, "phases": phases}
        put["active"] = code != "retired"
        services[code] = (await send("catalog.put_service", put)).result["service_id"]
    for day in range(7):
        await send("catalog.set_opening_hours", {"weekday": day, "opens": "09:00", "closes": "18:00"})
    technicians = {
        code: (
            await send("team.put_technician", {"code": code, "name": both(code), "gender": "woman", "skills": {"hair": 3}})
        ).result["technician_id"]
        for code in ("li", "wang")
    }
    places = {
        code: (await send("stations.put_place", {"code": code, "kind": kind, "name": both(code)})).result["place_id"]
        for code, kind in {"C1": "chair", "C2": "chair", "B1": "basin"}.items()
    }
    return Salon(services, technicians, places)


class FirstFit:
    """Puts the services one after the other, each phase with the first technician and place that are free. `blind` sees nobody
    else's occupancy, as a finder does whose reading is older than another's commit."""

    def __init__(self, *, blind: bool = False) -> None:
        self.blind = blind

    async def free_starts(
        self, session: AsyncSession, store: StoreFacts, now: datetime, request: SlotRequest
    ) -> list[FreeStart]:
        raise NotImplementedError

    async def place(
        self,
        session: AsyncSession,
        store: StoreFacts,
        now: datetime,
        booking_id: str,
        request: SlotRequest,
        start: datetime,
    ) -> list[PlannedPhase]:
        catalog = await catalog_of(session)
        taken = [] if self.blind else list(await session.scalars(select(AssignmentRow)))
        technicians = list(await session.scalars(select(TechnicianRow).order_by(TechnicianRow.code)))
        places = list(await session.scalars(select(PlaceRow).order_by(PlaceRow.code)))
        planned: list[PlannedPhase] = []
        for item, wish in enumerate(request.services):
            service = catalog.services[wish.service_id]
            named = [t.id for t in technicians if wish.technician_id in {None, t.id}]
            technician = _first(named, taken, "technician_id", start, start + timedelta(minutes=service.minutes))
            last = start + timedelta(minutes=service.minutes + 5)
            kinds = {phase.place_kind for phase in service.phases}
            place = _first([p.id for p in places if p.kind in kinds], taken, "place_id", start, last)
            for phase in service.phases:
                end = start + timedelta(minutes=phase.minutes)
                leaves = phase is service.phases[-1] and wish is request.services[-1]
                clean = catalog.clean_minutes(phase.place_kind) if leaves else 0
                planned.append(
                    PlannedPhase(
                        item=item,
                        ordinal=phase.ordinal,
                        technician_id=technician if phase.needs_technician else None,
                        place_id=place,
                        start=start,
                        end=end,
                        place_until=end + timedelta(minutes=clean),
                    )
                )
                start = end
        return planned


def _first(ids: list[str], taken: list[AssignmentRow], column: str, start: datetime, end: datetime) -> str:
    for candidate in ids:
        rows = [row for row in taken if getattr(row, column) == candidate]
        until = "end" if column == "technician_id" else "place_until"
        if all(row.start >= end or getattr(row, until) <= start for row in rows):
            return candidate
    raise Refused(SLOT_TAKEN)


async def rows_of(hub: Any, store: str, row: type[Any]) -> list[Any]:
    """All rows of one table, by id."""
    async with hub.database.read(store) as session:
        return list(await session.scalars(select(row)))
