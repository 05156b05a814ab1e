"""R8: clock-proof.

A day is played over each way in which clocks err: the machine's clock set forward and back, the nights of summer time and of
winter time, a leap day, a turn of the year. People do what comes, in bursts with the planner between them; whatever the clock
does, what must hold of the rows holds, every screen can be read, a plan comes, and the day can be brought to its end.
"""

from __future__ import annotations

import contextlib
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hub.app import Hub, build
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.dispatch import Answered
from hub.kernel.errors import Refused
from hub.kernel.ids import SeededRandomness
from hub.operations.planning.replanning import Planner
from hub.settings import Settings
from tests.drills.index import Drill, Finding
from tests.drills.invariants import broken
from tests.drills.living import choices, read_day
from tests.operations.floor import Floor, open_floor

Jump = dict[int, timedelta]
"""Before this step of the day the clock is set by so much."""

SCREENS = ("desk", "floor", "waiting-room", "desk-offers")


@dataclass(frozen=True, slots=True)
class Way:
    """A zone, the day on its wall, when the shop opens there, and what is done to the clock."""

    zone: str
    day: date
    opens: str = "09:00"
    jumps: Jump = field(default_factory=dict)


WAYS: dict[str, Way] = {
    "set forward by three hours": Way("Asia/Shanghai", date(2026, 5, 14), jumps={8: timedelta(hours=3)}),
    "set back by two hours": Way("Asia/Shanghai", date(2026, 5, 14), jumps={8: timedelta(hours=-2)}),
    "set back by seconds again and again": Way(
        "Asia/Shanghai", date(2026, 5, 14), jumps={step: timedelta(seconds=-90) for step in range(4, 30)}
    ),
    "a year ahead and back": Way("Asia/Shanghai", date(2026, 5, 14), jumps={8: timedelta(days=366), 9: timedelta(days=-366)}),
    "into yesterday and back": Way("Asia/Shanghai", date(2026, 5, 14), jumps={8: timedelta(days=-1), 10: timedelta(days=1)}),
    "summer time begins": Way("Europe/Berlin", date(2026, 3, 29), opens="00:30"),
    "summer time ends": Way("Europe/Berlin", date(2026, 10, 25), opens="00:30"),
    "summer time begins, New York": Way("America/New_York", date(2026, 3, 8), opens="00:30"),
    "summer time ends, New York": Way("America/New_York", date(2026, 11, 1), opens="00:30"),
    "half an hour of summer time": Way("Australia/Lord_Howe", date(2026, 4, 5), opens="00:30"),
    "midnight does not exist": Way("America/Santiago", date(2026, 9, 6), opens="01:00"),
    "leap day": Way("Asia/Shanghai", date(2028, 2, 29)),
    "turn of the year": Way("Asia/Shanghai", date(2027, 1, 1)),
}


@dataclass(slots=True)
class Report:
    ways: int = 0
    accepted: int = 0
    plans: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.ways} days of odd clocks, {self.accepted:,} commands, {self.plans:,} plans: {len(self.wrong)} broken "
            f"invariants{': ' + '; '.join(sorted(set(self.wrong))[:4]) if self.wrong else ''}"
        )


async def day_over(data: Path, name: str, report: Report, *, steps: int, seed: int) -> None:
    """Play the day of `WAYS[name]` in `steps` bursts; what does not hold goes to the report."""
    way, chance = WAYS[name], random.Random(seed)
    zone = ZoneInfo(way.zone)
    opens = datetime.combine(way.day, datetime.strptime(way.opens, "%H:%M").time(), zone).astimezone(UTC)  # noqa: DTZ007
    clock = ManualClock(opens - timedelta(minutes=20))
    hub = build(Settings(data=data, solver_threads=0, rate_factor=0, anchor_minutes=0), clock=clock, chance=SeededRandomness(1))
    hub.ports.get(Planner).quiet_seconds = 0.01
    await hub.start()
    try:
        store = await hub.open_store(name_zh="青瓷", name_en="Celadon", zone=way.zone)
        floor = await _furnished(hub, store, way)
        await _book(floor, opens, chance, report)
        for step in range(steps):
            clock.advance(seconds=(way.jumps.get(step, timedelta()) + timedelta(minutes=11)).total_seconds())
            await _burst(floor, chance, report)
            await _look(floor, name, report)
        await _bring_to_end(floor, name, report)
        report.wrong += [f"{name}: {thing}" for thing in await broken(hub, store)]
        report.plans += (await read_day(hub)).plan.number
        report.ways += 1
    finally:
        await hub.close()


async def _furnished(hub: Hub, store: str, way: Way) -> Floor:
    desk = Actor("staff", "0" * 31 + "2", store, frozenset({"manager"}))

    async def send(name: str, data: dict[str, Any], actor: Actor | None = None) -> Answered:
        return await hub.door.send(name, data, actor or desk, uuid.uuid4().hex)

    return await open_floor(hub, store, send, desk, day=way.day, opens=way.opens, closes="23:00")


async def _book(floor: Floor, opens: datetime, chance: random.Random, report: Report) -> None:
    for quarter in range(1, 30, 2):
        wishes = [{"service_id": floor.services[chance.choice(("cut", "colour"))]}]
        start = opens + timedelta(minutes=15 * quarter)
        data = {"services": wishes, "start": start.isoformat(), "customer": {"name": f"客人{quarter}"}}
        report.accepted += await _accepted(floor, "bookings.book", data, report)


async def _burst(floor: Floor, chance: random.Random, report: Report) -> None:
    day = await read_day(floor.hub)
    for _ in range(4):
        name, data = chance.choice(choices(day, chance))
        if name != "team.report_sick":
            report.accepted += await _accepted(floor, name, data, report)


async def _accepted(floor: Floor, name: str, data: dict[str, Any], report: Report) -> bool:
    try:
        await floor.send(name, data, floor.desk)
    except Refused:
        return False
    except Exception as error:
        report.wrong.append(f"{name} failed: {type(error).__name__}")
        return False
    return True


async def _look(floor: Floor, name: str, report: Report) -> None:
    """Every screen can be read, and nothing is booked twice."""
    for screen in SCREENS:
        try:
            asked = floor.hub.viewer.asked(floor.hub.viewer.screen(screen), {}, floor.desk)
            async with floor.hub.viewer.moment(floor.store) as moment:
                await floor.hub.viewer.show(asked, moment)
        except Exception as error:
            report.wrong.append(f"{name}: {screen} cannot be read: {type(error).__name__}")
    report.wrong += [f"{name}: {thing}" for thing in await broken(floor.hub, floor.store)]


async def _bring_to_end(floor: Floor, name: str, report: Report) -> None:
    """Whoever is in the store is served to the end and leaves; then a plan knows everything."""
    day = await read_day(floor.hub)
    here = {b.id: b for b in day.bookings if b.visit_id and b.visit_state not in (None, "left")}
    for booking in here.values():
        for item in booking.items:
            if any(phase.state == "running" for phase in item.phases):
                await _must(floor, "visits.finish_service", {"item_id": item.id}, name, report)
    for booking in here.values():
        await _must(floor, "visits.leave", {"visit_id": booking.visit_id}, name, report)
    with contextlib.suppress(AssertionError):
        await floor.planned(seconds=20.0)
        return
    report.wrong.append(f"{name}: no plan comes")


async def _must(floor: Floor, command: str, data: dict[str, Any], name: str, report: Report) -> None:
    try:
        await floor.send(command, data, floor.desk)
    except Refused as refused:
        report.wrong.append(f"{name}: {command} is refused: {refused.kind.code}")


async def days(folder: Path, *, steps: int, seed: int, ways: Callable[[str], bool] = lambda _: True) -> Report:
    report = Report()
    for number, name in enumerate(filter(ways, WAYS)):
        await day_over(folder / str(number), name, report, steps=steps, seed=seed + number)
    return report


async def in_full(folder: Path) -> Finding:
    report = await days(folder, steps=40, seed=1)
    return Finding(str(report), not report.wrong and report.ways == len(WAYS))


DRILLS = (Drill("R8", "clock-proof", in_full),)
