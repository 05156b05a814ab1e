"""R3: never double-booked.

Desks race for one slot, each through a hub of its own where the engine allows several; random spans are thrown at the
database's guards; and a floor lives on while the planner plans it anew. The finder of the races sees nobody else's work, as
one does whose reading is older than another's commit: only the guards stand between the desks.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import uuid
from bisect import bisect
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from hub.app import Hub
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.dispatch import Answered
from hub.kernel.errors import Refused
from hub.operations.bookings.ports import SlotFinder
from hub.operations.planning.replanning import Planner
from hub.settings import Settings
from tests.conftest import MORNING
from tests.drills.index import Drill, Finding
from tests.drills.invariants import overlaps
from tests.drills.living import choices, read_day
from tests.operations.bookings.salon import FirstFit, Salon, open_salon
from tests.operations.floor import Floor, floor_hub, open_floor
from tests.operations.ground import lower_hub
from tests.postgres import cluster, missing

DESKS_MOST = 8
HUBS = 4
"""On one PostgreSQL; SQLite has one writer."""

COLUMNS = ("technician_id", "place_id")


@dataclass(slots=True)
class Report:
    races: int = 0
    won_by_one: int = 0
    spans: int = 0
    wrong_spans: int = 0
    """Spans that the database kept although they overlap, or refused although they do not."""
    steps: int = 0
    plans: int = 0
    double: int = 0
    strange: int = 0
    """Refusals other than that the slot is taken, as the desk or only the database has seen."""

    @property
    def kept(self) -> bool:
        return self.won_by_one == self.races and not (self.wrong_spans or self.double or self.strange)

    def __str__(self) -> str:
        return (
            f"{self.races:,} races, {self.races - self.won_by_one} without exactly one winner, {self.spans:,} random spans, "
            f"{self.wrong_spans} judged wrongly, {self.steps:,} steps and {self.plans} plans: {self.double} overlaps"
        )


@contextlib.asynccontextmanager
async def hubs(settings: Settings, count: int) -> AsyncIterator[list[Hub]]:
    """Several hubs on one database with one open store, each with a finder that sees nobody."""
    clock, made = ManualClock(MORNING), []
    try:
        for _ in range(count):
            hub = lower_hub(settings, clock)
            await hub.start()
            hub.ports.fill(SlotFinder, FirstFit(blind=True))  # type: ignore[type-abstract]
            made.append(hub)
            if len(made) == 1:
                await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai")
        yield made
    finally:
        for hub in made:
            await hub.close()


def manager(store: str) -> Actor:
    return Actor("staff", "0" * 32, store, frozenset({"manager"}))


async def race_rounds(desks: Sequence[Hub], report: Report, *, races: int, seed: int, off: Sequence[str] = ()) -> None:
    """`races` races of 2 to 8 desks for the one technician or the last chair. `off`: statements that take guards away."""
    chance, store = random.Random(seed), desks[0].store_id

    async def send(name: str, data: dict[str, Any], hub: Hub = desks[0]) -> Answered:
        return await hub.door.send(name, data, manager(store), uuid.uuid4().hex)

    salon = await open_salon(send)
    async with desks[0].database.write(None) as session:
        for statement in off:
            await session.execute(text(statement))
    for number in range(races):
        start = MORNING + timedelta(days=number % 30, hours=1 + number // 30 % 8)
        wish: dict[str, Any] = {"service_id": salon.services[chance.choice(("cut", "colour"))]}
        if chance.random() < 0.5:
            wish |= {"requested": "must", "technician_id": salon.technicians["li"]}
        racing = (_desk(desks[n % len(desks)], salon, store, wish, start, report) for n in range(chance.randint(2, DESKS_MOST)))
        winners = [booking for booking in await asyncio.gather(*racing) if booking]
        report.races += 1
        report.won_by_one += len(winners) == 1
        if number % 50 == 0:
            report.double += await overlaps(desks[0], store)
        for booking in winners:
            await send("bookings.cancel", {"booking_id": booking})
    report.double += await overlaps(desks[0], store)


async def _desk(hub: Hub, salon: Salon, store: str, wish: dict[str, Any], start: datetime, report: Report) -> str:
    data = {"services": [wish], "start": start.isoformat(), "customer": {"name": "客人"}}
    try:
        answered = await hub.door.send("bookings.book", data, manager(store), uuid.uuid4().hex)
    except Refused as refused:
        report.strange += refused.kind.code not in {"slot_taken", "conflict"}
        return ""
    return str(answered.result["booking_id"])


async def span_rounds(hub: Hub, report: Report, *, spans: int, seed: int) -> None:
    """Spans at random, half for a technician and half for a place; the database must keep those that overlap none kept."""
    chance, sqlite = random.Random(seed), hub.database.is_sqlite
    begin = MORNING.replace(tzinfo=None) if sqlite else MORNING
    for column in COLUMNS:
        statement = text(
            f'INSERT INTO assignment (id, item_id, ordinal, booking_id, {column}, start, "end", place_until, pinned, store_id)'  # noqa: S608
            " VALUES (:id, :id, 0, :id, 'one', :start, :end, :end, :pinned, :store)"
        )
        kept: list[tuple[datetime, datetime]] = []
        async with hub.database.writer.connect() as connection:
            for _ in range(spans // 2):
                start = begin + timedelta(minutes=chance.randrange(40_000))
                span = start, start + timedelta(minutes=chance.randrange(5, 120))
                at = bisect(kept, span)
                free = (at == 0 or kept[at - 1][1] <= span[0]) and (at == len(kept) or span[1] <= kept[at][0])
                row = {"id": uuid.uuid4().hex, "start": span[0], "end": span[1], "pinned": False, "store": hub.store_id}
                if sqlite:
                    row |= {"start": _bound(span[0]), "end": _bound(span[1])}
                try:
                    async with connection.begin_nested():
                        await connection.execute(statement, row)
                except IntegrityError:
                    report.wrong_spans += free
                else:
                    report.wrong_spans += not free
                    kept.insert(at, span)
                report.spans += 1
            await connection.rollback()


def _bound(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="microseconds")


async def planned_rounds(settings: Settings, report: Report, *, rounds: int, seed: int) -> None:
    """Four desks at once, doing what comes, while the planner plans the floor anew; every third burst waits for it."""
    chance, clock = random.Random(seed), ManualClock(MORNING)
    hub = floor_hub(settings, clock, planning=True)
    planner = hub.ports.get(Planner)
    planner.quiet_seconds = 0.02
    await hub.start()
    try:
        store = await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai")
        desk = Actor("staff", "0" * 31 + "2", store, frozenset({"manager"}))

        async def send(name: str, data: dict[str, Any], actor: Actor | None = None) -> Answered:
            return await hub.door.send(name, data, actor or desk, uuid.uuid4().hex)

        floor = await open_floor(hub, store, send, desk)
        for number in range(rounds):
            asked = [await _something(floor, chance) for _ in range(4)]
            await asyncio.gather(*(_tried(floor, name, data) for name, data in asked))
            report.steps += len(asked)
            clock.advance(minutes=chance.choice((0, 0, 1)))
            report.double += await overlaps(hub, store)
            if number % 3 == 0:
                await floor.planned(seconds=30.0)
        await floor.planned(seconds=30.0)
        report.double += await overlaps(hub, store)
        report.plans += (await floor.day()).plan.number
    finally:
        await hub.close()


async def _something(floor: Floor, chance: random.Random) -> tuple[str, dict[str, Any]]:
    wishes = [{"service_id": floor.services[chance.choice(("cut", "colour"))]}]
    start = floor.hub.clock.now() + timedelta(minutes=15 * chance.randrange(1, 24))
    if chance.random() < 0.3:
        return "bookings.book", {"services": wishes, "start": start.isoformat(), "customer": {"name": "客人"}}
    if chance.random() < 0.2:
        return "visits.walk_in", {"services": wishes}
    day = await read_day(floor.hub)
    if day.bookings and chance.random() < 0.3:
        booking = chance.choice(day.bookings).id
        return "bookings.move", {"booking_id": booking, "start": start.isoformat(), "services": wishes}
    ask = chance.choice(choices(day, chance)) if day.bookings else ("visits.walk_in", {"services": wishes})
    return ask if ask[0] != "team.report_sick" else ("visits.walk_in", {"services": wishes})


async def _tried(floor: Floor, name: str, data: dict[str, Any]) -> None:
    with contextlib.suppress(Refused):
        await floor.send(name, data, floor.desk)


async def guard_rounds(settings: Settings, *, races: int, spans: int, seed: int) -> Report:
    """Races and spans on one engine; `settings` name an empty store."""
    report = Report()
    count = 1 if settings.url.startswith("sqlite") else HUBS
    async with hubs(settings, count) as made:
        await race_rounds(made, report, races=races, seed=seed)
        await span_rounds(made[0], report, spans=spans, seed=seed)
    return report


async def in_full(folder: Path) -> Finding:
    numbers = {"races": 1_000, "spans": 10_000, "seed": 1}
    here = await guard_rounds(Settings(data=folder / "races", solver_threads=0, rate_factor=0), **numbers)
    await planned_rounds(Settings(data=folder / "floor", solver_threads=0, rate_factor=0), here, rounds=250, seed=2)
    if (reason := missing()) is not None:
        return Finding(f"on SQLite {here}; {reason}", here.kept)
    with cluster() as server:
        there = await guard_rounds(_on(folder / "there", server.url), **numbers)
    with cluster() as server:
        await planned_rounds(_on(folder / "floor there", server.url), there, rounds=250, seed=2)
    return Finding(f"on SQLite {here}; on PostgreSQL {there}", here.kept and there.kept)


def _on(data: Path, url: str) -> Settings:
    return Settings(data=data, database_url=url, solver_threads=0, rate_factor=0)


DRILLS = (Drill("R3", "never double-booked", in_full),)
