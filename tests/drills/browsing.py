"""A demo salon behind a real server and real pages in Chromium, for drills that need a browser."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Browser, BrowserContext

from hub.app import Hub, build
from hub.demo.store import Filler, open_demo, roster
from hub.gateway.pages import built_front_end
from hub.kernel.access import Actor, system
from hub.kernel.clock import Clock, ManualClock, ScaledClock
from hub.operations.planning.replanning import Planner
from hub.settings import Settings
from tests.browser import CHROMIUM
from tests.e2e.conftest import MORNING, Salon
from tests.gateway.conftest import served

PATIENCE_SECONDS = 180.0


def missing() -> str | None:
    """Why no page can be opened here; None where one can."""
    if not CHROMIUM.exists():
        return f"no Chromium at {CHROMIUM}"
    if not (built_front_end() / "desk" / "index.html").exists():
        return "the front end is not built"
    return None


async def furnish(data: Path, *, days: int = 1, bookings: int = 0) -> None:
    """A demo store with its team on shift."""
    hub = build(Settings(data=data), clock=ManualClock(MORNING))
    await hub.prepare()
    await open_demo(hub)
    filler = Filler(hub, system(hub.store_id, "demo"), 7)
    today = (MORNING + timedelta(hours=8)).date()
    for number in range(days):
        await roster(filler, today + timedelta(days=number))
    if bookings:
        await filler.fill(today, bookings)
    await hub.close()


@contextlib.asynccontextmanager
async def open_salon(data: Path, *, port: int = 0, clock: Clock | None = None, **settings: object) -> AsyncIterator[Salon]:
    """The hub over a furnished store, behind a server; it plans without a solver process."""
    own = Settings(data=data, rate_factor=0, solver_threads=0, language="en", **settings)  # type: ignore[arg-type]
    hub = build(own, clock=clock or ScaledClock(MORNING, 1.0))
    await hub.start()
    try:
        async with served(hub, port) as running:
            yield Salon(hub, running.url, manager(hub))
    finally:
        await hub.close()


async def new_context(browser: Browser) -> BrowserContext:
    """A tablet's browser of its own, with the patience that a busy machine needs."""
    context = await browser.new_context(service_workers="block", locale="en-GB", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE_SECONDS * 1000)
    return context


def manager(hub: Hub) -> Actor:
    return Actor("staff", "f" * 32, hub.store_id, frozenset({"manager"}))


def in_haste(hub: Hub) -> None:
    """Plan at once: a drill's people do not pause between two taps."""
    hub.ports.get(Planner).quiet_seconds = 0.05
