"""Whatever happens on the floor, in whatever order: the view pushed last is the view computed afresh, on every screen."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from hub.app import Hub
from hub.demo.store import Filler, open_demo, roster
from hub.gateway.push import Audience
from hub.gateway.wire import Packet
from hub.kernel.access import Actor, system
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from tests.drills.living import choices, read_day

COMMANDS = 500
LOOK_EVERY = 8
"""Commands between two looks at the day; those in between act on an old picture, as people do."""

QUIET_SECONDS = 20.0


@dataclass(eq=False)
class Looker:
    views: list[dict[str, Any]] = field(default_factory=list)

    def hand(self, _audience: Audience, message: Packet) -> None:
        self.views.append(orjson.loads(message.text[2:])[1])

    def tell_error(self, _audience: Audience, error: BaseException) -> None:
        raise AssertionError("a view failed") from error


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_view_pushed_last_is_the_view_computed_afresh(hub: Hub, clock: ManualClock) -> None:
    clock.advance(hours=2)
    await open_demo(hub)
    today = (await read_day(hub)).date
    filler = Filler(hub, system(hub.store_id, "demo"), 7)
    await roster(filler, today)
    assert await filler.fill(today, 18) > 10
    watched = await watch_all(hub)
    accepted = await live(hub, clock, random.Random(11))
    assert sum(accepted.values()) > COMMANDS / 4, accepted
    clock.advance(minutes=3)
    await asyncio.gather(*(converged(hub, looker, audience) for looker, audience in watched))
    for looker, _ in watched:
        assert [v["seq"] for v in looker.views] == sorted(v["seq"] for v in looker.views)


async def watch_all(hub: Hub) -> list[tuple[Looker, Audience]]:
    """Every screen of the floor, with everybody who looks at it."""
    day = await read_day(hub)
    manager = Actor("staff", "f" * 32, hub.store_id, frozenset({"manager"}))
    asked: list[tuple[str, Actor]] = [(name, manager) for name in ("desk", "floor", "waiting-room", "desk-offers", "book")]
    for technician in day.technicians[:3]:
        asked.append(
            ("technician", Actor("staff", technician.id, hub.store_id, frozenset({"technician"}), subject=technician.id))
        )
    for booking in day.bookings[:3]:
        asked.append(("visit", Actor("customer", booking.id, hub.store_id, frozenset({"member"}), subject=booking.id)))
    watched = []
    for name, actor in asked:
        looker = Looker()
        watched.append((looker, await hub.publisher.watch(looker, hub.viewer.asked(hub.viewer.screen(name), {}, actor))))
    return watched


async def live(hub: Hub, clock: ManualClock, chance: random.Random) -> Counter[str]:
    """Send random commands; how often each was accepted."""
    desk = Actor("staff", "d" * 32, hub.store_id, frozenset({"manager"}))
    accepted: Counter[str] = Counter()
    for number in range(COMMANDS):
        if number % LOOK_EVERY == 0:
            clock.advance(minutes=chance.choice((0, 1, 3)))
            day = await read_day(hub)
        name, data = chance.choice(choices(day, chance))
        try:
            await hub.door.send(name, data, desk, uuid.uuid4().hex)
        except Refused:
            continue
        accepted[name] += 1
    return accepted


async def converged(hub: Hub, looker: Looker, audience: Audience) -> None:
    """Wait until what was pushed last is what a fresh look shows."""
    try:
        async with asyncio.timeout(QUIET_SECONDS):
            while True:
                async with hub.viewer.moment(audience.asked.store_id) as moment:
                    fresh = orjson.loads((await hub.viewer.show(audience.asked, moment)).body)
                if told(looker.views[-1], audience) == told(fresh, audience):
                    return
                await asyncio.sleep(0.2)
    except TimeoutError:
        assert told(looker.views[-1], audience) == told(fresh, audience), audience.asked.screen.name


def told(message: dict[str, Any], audience: Audience) -> dict[str, Any]:
    """The view; where time alone changes nothing on a screen, the moment of reading does not count."""
    still = audience.asked.screen.refresh is None
    return {key: value for key, value in message["view"].items() if not (still and key == "now")}
