"""A furnished demo salon behind a real server, and a real browser in front of it."""

from __future__ import annotations

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from hub.app import Hub, build
from hub.backoffice.security.links import fresh_links
from hub.catalog.queries import catalog_of
from hub.demo.store import Filler, open_demo, roster, store_facts
from hub.gateway.pages import built_front_end
from hub.kernel.access import Actor, system
from hub.kernel.clock import ManualClock, ScaledClock
from hub.operations.planning.live_day import LiveDay
from hub.operations.planning.queries import live_day
from hub.operations.team.queries import technicians
from hub.settings import Settings
from tests.browser import CHROMIUM
from tests.gateway.conftest import served
from tests.once import made_once

# A page's answer is waited for, not timed: on a busy machine a hold alone has taken over five seconds.
expect.set_options(timeout=20_000)

MORNING = datetime(2026, 5, 14, 3, 0, tzinfo=UTC)
"""A Thursday, 11:00 in the salon: open for an hour, everybody there."""

Open = Callable[..., Awaitable[Page]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}"))
            item.add_marker(
                pytest.mark.skipif(
                    not (built_front_end() / "desk" / "index.html").exists(), reason="the front end is not built"
                )
            )


@dataclass(slots=True)
class Salon:
    """A running salon and what a test needs to set its scene."""

    hub: Hub
    url: str
    actor: Actor

    async def send(self, name: str, /, **data: Any) -> dict[str, Any]:
        return (await self.hub.door.send(name, data, self.actor, uuid.uuid4().hex)).result

    async def service(self, code: str) -> str:
        async with self.hub.database.read(self.hub.store_id) as session:
            return (await catalog_of(session)).by_code[code].id

    async def technician(self, code: str) -> str:
        async with self.hub.database.read(self.hub.store_id) as session:
            return next(t.id for t in await technicians(session) if t.code == code)

    async def walk_in(
        self, code: str, name: str = "王雅琴", title: str = "ms", technician: str | None = None
    ) -> dict[str, Any]:
        """A customer who waits in the store, asking for a technician by code or for anybody."""
        wish = {"service_id": await self.service(code)}
        if technician:
            wish |= {"requested": "must", "technician_id": await self.technician(technician)}
        return await self.send("visits.walk_in", services=[wish], customer={"name": name, "title": title})

    async def day(self) -> LiveDay:
        async with self.hub.database.read(self.hub.store_id) as session:
            store = await store_facts(session)
            now = self.hub.clock.now()
            return await live_day(session, store, self.hub.vault, now, now.astimezone(store.zone).date())

    async def until(self, condition: Callable[[LiveDay], bool], seconds: float = 30.0) -> LiveDay:
        """The first day that fulfils `condition`.

        Raises:
            TimeoutError: none did in time.
        """
        async with asyncio.timeout(seconds):
            while not condition(day := await self.day()):
                await asyncio.sleep(0.1)
        return day

    async def link(self, screen: str, whom: str | None = None) -> str:
        """The address of a fresh one-time link to `screen`, of the person called `whom` where given."""
        links = await fresh_links(self.hub.door, self.hub.store_id)
        path = next(link.path for link in links if link.screen == screen and (whom is None or link.whom == whom))
        return f"{self.url}{path}"


async def at_rest(page: Page, measure: str, of: Any = None) -> Any:
    """What is measured in one go, once it stays the same: fonts and what comes after the first picture move things."""
    await page.evaluate("document.fonts.ready.then(() => {})")
    before = None
    async with asyncio.timeout(20):
        while (now := await page.evaluate(measure, of)) != before:
            before = now
            await page.wait_for_timeout(100)
    return now


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a demo store with its team on shift and no bookings, to be copied by each test."""

    async def furnish(home: Path) -> None:
        hub = build(Settings(data=home / "store"), clock=ManualClock(MORNING))
        await hub.prepare()
        await open_demo(hub)
        filler = Filler(hub, system(hub.store_id, "demo"), 7)
        for days in range(3):
            await roster(filler, (MORNING + timedelta(hours=8, days=days)).date())
        await hub.close()

    return made_once(tmp_path_factory, "furnished", lambda home: asyncio.run(furnish(home)))


@pytest.fixture
async def salon(tmp_path: Path, furnished: Path) -> AsyncIterator[Salon]:
    shutil.copytree(furnished, tmp_path / "salon")
    settings = Settings(data=tmp_path / "salon" / "store", rate_factor=0, language="en", solver_threads=0)
    hub = build(settings, clock=ScaledClock(MORNING, 1.0))
    await hub.start()
    async with served(hub) as running:
        yield Salon(hub, running.url, Actor("staff", "f" * 32, hub.store_id, frozenset({"manager"})))
    await hub.close()


@pytest.fixture
async def open_page(chromium: Browser) -> AsyncIterator[Open]:
    """`await open_page(address, 1280, 800, "zh")`: a page in a browser of its own; a script's error fails the test."""
    faults: list[str] = []
    contexts: list[BrowserContext] = []

    async def come(address: str, width: int, height: int, language: str = "en") -> Page:
        locale = "zh-CN" if language == "zh" else "en-GB"
        context = await chromium.new_context(
            service_workers="block", locale=locale, viewport={"width": width, "height": height}
        )
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        await page.goto(address)
        return page

    yield come
    for context in contexts:
        await context.close()
    assert not faults
