"""S18, the other half: thirty ordinary days raise hardly an alarm.

A salon of the demo's size lives them through the door on a clock that is turned by hand: its customers book, come or stay
away, and beside that its people do what a rule could take for an abuse. How often they do each is in `HABITS`: times a day,
drawn anew each day (Poisson), at hours of their own. Nothing is planned and nobody is served: no rule looks at that.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import select

from hub.app import Hub, build
from hub.backoffice.alarms.commands import Close, SetLimit
from hub.backoffice.alarms.queries import open_alarms
from hub.backoffice.alarms.rules import CODES, TYPES
from hub.backoffice.security.first_start import Credential
from hub.backoffice.security.queries import accounts
from hub.demo import salon
from hub.demo.store import Filler, open_demo, roster
from hub.kernel.access import Actor, system
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.kernel.ids import SeededRandomness
from hub.kernel.tables import CursorRow, EventRow
from hub.operations.planning.replanning import Planner
from hub.settings import Settings
from tests.conftest import ORIGIN
from tests.drills.habits import HABITS, Habit
from tests.drills.index import Drill, Finding

FALSE_ALARMS_A_DAY = 1.0
NEVER = 1e9
"""Seconds for which the planner waits for quiet."""

LOOKED_AFTER = 25
"""Doings between two looks at whether the rules have kept up."""

ZONE = ZoneInfo(salon.ZONE)
FIRST_DAY = date(2026, 5, 14)


@dataclass(slots=True)
class Calm:
    """What the days came to."""

    days: int = 0
    facts: int = 0
    """In the log, all in all."""
    weighed: int = 0
    """Of them, those that some rule looks at."""
    done: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)

    @property
    def kept(self) -> bool:
        return self.days > 0 and self.weighed > 0 and sum(self.alarms.values()) <= FALSE_ALARMS_A_DAY * self.days

    def __str__(self) -> str:
        raised = ", ".join(f"{count} × {rule}" for rule, count in sorted(self.alarms.items())) or "none"
        lived = f"{self.days} ordinary days with {self.facts:,} facts, {self.weighed:,} of them weighed"
        return (
            f"{lived}: {sum(self.alarms.values())} false alarms ({raised}), {sum(self.alarms.values()) / self.days:.2f} a day"
        )


@dataclass(slots=True)
class Shop:
    """The salon, its people's browsers and its hand-turned clock."""

    hub: Hub
    clock: ManualClock
    credentials: list[Credential]
    desk: Actor
    manager: Actor
    chance: random.Random
    calm: Calm
    browsers: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    def browser(self, whose: str) -> httpx.AsyncClient:
        """A person's own browser, which keeps its cookies from day to day."""
        if whose not in self.browsers:
            transport = httpx.ASGITransport(self.hub.asgi)
            headers = {"Origin": ORIGIN, "X-Requested-With": "salon-hub"}
            self.browsers[whose] = httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)
        return self.browsers[whose]

    async def try_to(
        self, command: str, data: Mapping[str, Any], actor: Actor | None = None, command_id: str | None = None
    ) -> dict[str, Any] | None:
        """None where the door refuses: people try things that do not go."""
        named = command_id or self.hub.chance.id()
        try:
            return (await self.hub.door.send(command, dict(data), actor or self.desk, named)).result
        except Refused:
            return None


async def live(
    folder: Path,
    *,
    days: int,
    habits: Mapping[str, Habit] = HABITS,
    tight: bool = False,
    acts: int | None = None,
    seed: int = 1,
) -> Calm:
    """The days, and the alarms that they raised. `tight`: with measures that nobody keeps to. `acts`: no more a day."""
    calm, clock = Calm(days), ManualClock(_moment(FIRST_DAY, time(1)))
    settings = Settings(data=folder / "store", front_end=folder / "dist", rate_factor=0, solver_threads=0, anchor_minutes=0)
    hub = build(settings, clock=clock, chance=SeededRandomness(seed))
    hub.ports.get(Planner).quiet_seconds = NEVER
    await hub.start()
    credentials = await open_demo(hub)
    shop = await _open(hub, clock, credentials, random.Random(seed), calm)
    if tight:
        for code in CODES:
            await hub.door.submit(SetLimit(rule=code, is_on=True, count=1, minutes=60), shop.manager, hub.chance.id())
    try:
        for number in range(days):
            await _live_a_day(shop, FIRST_DAY + timedelta(days=number), habits, acts)
        async with hub.database.read(hub.store_id) as session:
            types = list(await session.scalars(select(EventRow.type)))
        calm.facts, calm.weighed = len(types), sum(kind in TYPES for kind in types)
    finally:
        for browser in shop.browsers.values():
            await browser.aclose()
        await hub.close()
    return calm


async def _open(hub: Hub, clock: ManualClock, credentials: list[Credential], chance: random.Random, calm: Calm) -> Shop:
    async with hub.database.read(hub.store_id) as session:
        known = await accounts(session, hub.vault)
    ids = {each.login: each.id for each in known}
    desk = Actor("staff", ids["desk"], hub.store_id, frozenset({"front_desk"}))
    manager = Actor("staff", ids["manager"], hub.store_id, frozenset({"manager"}))
    return Shop(hub, clock, credentials, desk, manager, chance, calm)


async def _live_a_day(shop: Shop, day: date, habits: Mapping[str, Habit], most: int | None) -> None:
    """From the first who comes in to the last who leaves; then the alarms are looked at and closed."""
    shop.clock.set(_moment(day, time(5)))
    filler = Filler(shop.hub, system(shop.hub.store_id, "demo"), 7)
    for ahead in range(3):
        await roster(filler, day + timedelta(days=ahead))
    for number, (at, name, act) in enumerate(_drawn(shop, day, habits)[:most]):
        shop.clock.set(at)
        await act(shop)
        shop.calm.done[name] += 1
        if number % LOOKED_AFTER == 0:
            await _watched(shop.hub)
    await _watched(shop.hub)
    async with shop.hub.database.read(shop.hub.store_id) as session:
        raised = await open_alarms(session)
    for alarm in raised:
        shop.calm.alarms[alarm.rule] += 1
        closing = Close(alarm_id=alarm.id, note="an ordinary day")
        await shop.hub.door.submit(closing, shop.manager, shop.hub.chance.id())


def _drawn(shop: Shop, day: date, habits: Mapping[str, Habit]) -> list[tuple[datetime, str, Callable[[Shop], Awaitable[None]]]]:
    """What will be done on that day, in order."""
    found = []
    for name, habit in habits.items():
        for _ in range(habit.times(shop.chance)):
            minute = shop.chance.uniform(*habit.between)
            found.append((_moment(day, time()) + timedelta(minutes=minute), name, habit.act))
    return sorted(found, key=lambda each: each[:2])


async def _watched(hub: Hub) -> None:
    """Until the rules have read all that there is."""
    async with asyncio.timeout(60):
        while True:
            async with hub.database.read(hub.store_id) as session:
                last = select(EventRow.seq).where(EventRow.type.in_(TYPES)).order_by(EventRow.seq.desc()).limit(1)
                newest = await session.scalar(last) or 0
                cursor = await session.get(CursorRow, (hub.store_id, "alarms"))
            if cursor is not None and cursor.seq >= newest:
                return
            await asyncio.sleep(0.01)


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=ZONE).astimezone(UTC)


async def _in_full(folder: Path) -> Finding:
    calm = await live(folder, days=30)
    print(", ".join(f"{count} × {name}" for name, count in sorted(calm.done.items())))  # noqa: T201 - what was lived
    return Finding(str(calm), calm.kept)


DRILLS = (Drill("S18", "ordinary days raise at most one false alarm each", _in_full),)
