"""R4: every screen converges.

Eight real pages in Chromium look at a living salon through a network that cuts, delays and half opens their connections.
When it is quiet again, what each page was told last must be what the hub sees; and a page that hears nothing says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from playwright.async_api import Browser, Page

from hub.gateway.push import Audience
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from tests.browser import launched
from tests.drills import browsing
from tests.drills.index import Drill, Finding
from tests.drills.killing import beside
from tests.drills.living import choices, read_day
from tests.drills.wires import Proxy, proxied
from tests.e2e.conftest import MORNING, Salon

SCREENS = (
    ("desk", None),
    ("desk", None),
    ("waiting-room", None),
    ("waiting-room", None),
    ("technician", "阿杰"),
    ("technician", "阿杰"),
    ("technician", "苏苏"),
    ("home", None),
)

FAULT_EVERY_SECONDS = 0.4
QUIET_SECONDS = 5.0
STALE_SECONDS = 15.0
PATIENCE_SECONDS = 120.0
WORST_DELAY_SECONDS = 0.6


@dataclass(eq=False)
class Looker:
    """A page, and the newest of each view that its sockets were told. Without slots: the library marks its listeners."""

    name: str
    page: Page
    told: dict[str, dict[str, Any]] = field(default_factory=dict)

    def listen(self) -> None:
        self.page.on("websocket", lambda socket: socket.on("framereceived", self.hear))

    def hear(self, frame: str | bytes) -> None:
        if not isinstance(frame, str) or not frame.startswith('42["view"'):
            return
        message = json.loads(frame[2:])[1]
        known = self.told.get(message["key"])
        if known is None or known["epoch"] != message["epoch"] or known["seq"] <= message["seq"]:
            self.told[message["key"]] = message


@dataclass(slots=True)
class Report:
    screens: int = 0
    events: int = 0
    faults: dict[str, int] = field(default_factory=lambda: {"cut": 0, "delayed": 0, "half open": 0})
    apart: int = 0
    """Screens that were not equal to the hub's view when patience ended."""
    seconds: float = 0.0
    """From quiet until the last screen was equal."""
    stale: int = 0
    """Screens that said that they were old after `STALE_SECONDS` of silence."""

    @property
    def kept(self) -> bool:
        return not self.apart and self.seconds <= QUIET_SECONDS and self.stale == self.screens

    def __str__(self) -> str:
        faults = ", ".join(f"{count} {what}" for what, count in self.faults.items())
        return (
            f"{self.screens} screens, {self.events:,} events, sockets {faults}: {self.apart} apart, all equal "
            f"{self.seconds:.1f} s after quiet, {self.stale} with a stale badge after {STALE_SECONDS:.0f} s of silence"
        )


async def converge(folder: Path, *, events: int, screens: int, seed: int, silence: bool = True) -> Report:
    """`events` accepted commands while faults come and go; then quiet."""
    report, chance, clock = Report(screens), random.Random(seed), ManualClock(MORNING)
    await browsing.furnish(folder / "store", bookings=18)
    async with (
        browsing.open_salon(folder / "store", clock=clock) as salon,
        proxied(int(salon.url.rsplit(":", 1)[1])) as proxy,
        launched() as browser,
    ):
        browsing.in_haste(salon.hub)
        lookers = [await _open(salon, proxy, browser, *SCREENS[number]) for number in range(screens)]
        over = asyncio.Event()
        async with beside(_disturb(proxy, chance, report, over)) as disturbing:
            await _live(salon, clock, chance, report, events)
            clock.advance(minutes=3)  # time touches every screen that it can
            over.set()
            await disturbing
        await _whole(proxy)
        await _equal(salon, lookers, report)
        if silence:
            await _silent(proxy, lookers, report)
    return report


async def _open(salon: Salon, proxy: Proxy, browser: Browser, screen: str, whom: str | None) -> Looker:
    link = await salon.link(screen, whom)
    context = await browsing.new_context(browser)
    looker = Looker(screen, await context.new_page())
    looker.listen()
    await looker.page.goto(link.replace(salon.url, f"http://127.0.0.1:{proxy.port}"))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not looker.told:
            await asyncio.sleep(0.1)
    return looker


async def _disturb(proxy: Proxy, chance: random.Random, report: Report, over: asyncio.Event) -> None:
    while not over.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), chance.uniform(0, 2 * FAULT_EVERY_SECONDS))
            return
        whole = [each for each in proxy.living if each.is_socket and not each.swallow]
        if not whole:
            continue
        connection, what = chance.choice(whole), chance.choice(list(report.faults))
        report.faults[what] += 1
        if what == "cut":
            connection.cut()
        elif what == "delayed":
            connection.delay = chance.uniform(0.05, WORST_DELAY_SECONDS)
        else:
            connection.swallow = True


async def _live(salon: Salon, clock: ManualClock, chance: random.Random, report: Report, events: int) -> None:
    while report.events < events:
        clock.advance(seconds=20)
        day = await read_day(salon.hub)
        for _ in range(6):
            name, data = chance.choice(choices(day, chance))
            if name == "team.report_sick":
                continue
            try:
                await salon.hub.door.send(name, data, salon.actor, uuid.uuid4().hex)
            except Refused:
                continue
            report.events += 1
        await asyncio.sleep(0.02)


async def _whole(proxy: Proxy) -> None:
    """Quiet begins when no connection is delayed any more and every page has left the half open ones behind."""
    for connection in proxy.living:
        connection.delay = 0.0
    async with asyncio.timeout(PATIENCE_SECONDS):
        while proxy.half_open:
            await asyncio.sleep(0.05)


async def _equal(salon: Salon, lookers: list[Looker], report: Report) -> None:
    began, left = time.monotonic(), list(lookers)
    while left and time.monotonic() - began < PATIENCE_SECONDS:
        left = [looker for looker in left if not await _is_equal(salon, looker)]
        report.seconds = time.monotonic() - began
        await asyncio.sleep(0.05)
    report.apart = len(left)


async def _is_equal(salon: Salon, looker: Looker) -> bool:
    """All that the page watches now, told as the hub would tell it afresh."""
    hub, watched = salon.hub, 0
    for audience in list(hub.publisher._audiences.values()):
        told = looker.told.get(audience.key)
        if told is None:
            continue
        watched += 1
        async with hub.viewer.moment(hub.store_id) as moment:
            fresh = orjson.loads((await hub.viewer.show(audience.asked, moment)).body)
        if _view(told, audience) != _view(fresh, audience):
            return False
    return watched > 0


def _view(message: dict[str, Any], audience: Audience) -> dict[str, Any]:
    """Where time alone changes nothing on a screen, the moment of reading does not count."""
    still = audience.asked.screen.refresh is None
    return {key: value for key, value in message["view"].items() if not (still and key == "now")}


async def _silent(proxy: Proxy, lookers: list[Looker], report: Report) -> None:
    """The network is gone without a word: nothing arrives, nothing is refused."""
    proxy.swallow_new = True
    for connection in proxy.living:
        connection.swallow = True
    await asyncio.sleep(STALE_SECONDS + 5)
    for looker in lookers:
        report.stale += await looker.page.locator(".connection.stale, .connection.offline").count() > 0
    proxy.swallow_new = False
    for connection in list(proxy.living):
        connection.cut()


async def in_full(folder: Path) -> Finding:
    if (reason := browsing.missing()) is not None:
        return Finding(reason, kept=False, skipped=True)
    report = await converge(folder, events=1_000, screens=len(SCREENS), seed=1)
    return Finding(str(report), report.kept)


DRILLS = (Drill("R4", "every screen converges", in_full),)
