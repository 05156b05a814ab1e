"""A manager looks back on a day: empty at first, then what was lost, to what, and both days side by side, in both languages."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from hub.app import Hub
from hub.backoffice.security.first_start import Person, first_start
from hub.backoffice.security.links import fresh_links
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from tests.conftest import Send
from tests.e2e.test_desk import hub  # noqa: F401 - a fixture
from tests.gateway.conftest import served
from tests.operations.floor import DAY, Floor, at, open_floor
from tests.operations.planning.test_hindsight import one_after_the_other

# ruff: noqa: F811 - pytest hands fixtures in by their names


@pytest.fixture
async def store(hub: Hub) -> str:
    settings = {"require_second_factor": False}
    return await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai", settings=settings)


@pytest.fixture
async def floor(hub: Hub, store: str, send: Send, desk: Actor) -> Floor:
    return await open_floor(hub, store, send, desk)


@pytest.fixture
async def page(hub: Hub, floor: Floor, chromium: Browser) -> AsyncIterator[Page]:
    await first_start(hub.door, floor.store, [Person("chen", "陈店长", "manager")])
    async with served(hub) as site:
        context = await chromium.new_context(
            service_workers="block",
            locale="en-GB",
            viewport={"width": 1440, "height": 900},
            base_url=site.url,
            reduced_motion="reduce",
        )
        made = await context.new_page()
        faults: list[str] = []
        made.on("pageerror", lambda error: faults.append(str(error)))
        yield made
        await context.close()
        assert faults == []


async def enter(page: Page, floor: Floor) -> None:
    """As the manager, by now's clock."""
    links = await fresh_links(floor.hub.door, floor.store)
    await page.goto(next(link.path for link in links if link.screen == "home"))
    await expect(page.get_by_role("link", name="Looking back")).to_be_visible()


async def played(floor: Floor, clock: ManualClock) -> None:
    await one_after_the_other(floor, clock)
    clock.set(at(9) + timedelta(days=1))


async def test_a_store_without_a_day_behind_it_says_what_will_stand_here(page: Page, floor: Floor) -> None:
    await enter(page, floor)
    await page.goto("/look-back")
    await expect(page.get_by_text("No day to look back on yet")).to_be_visible()
    await page.goto(f"/look-back?day={DAY}")
    await expect(page.get_by_text("This day is not over yet")).to_be_visible()


async def test_a_day_is_seen_beside_the_best_that_could_have_been_made_of_it(
    page: Page, floor: Floor, clock: ManualClock
) -> None:
    await played(floor, clock)
    await enter(page, floor)
    await page.goto("/look-back")
    await expect(page.get_by_role("combobox", name="Day")).to_contain_text("Thu 14 May · 2 came")
    waiting = page.get_by_role("row").filter(has_text="Waiting")
    await expect(waiting).to_contain_text("1 h 10 min", timeout=60_000)
    cost = page.get_by_role("listitem").filter(has_text="王小明 took 30 min longer than planned with lin")
    await expect(cost).to_contain_text("1 h 10 min of waiting")
    hit = cost.get_by_role("button", name="李雷")
    await expect(hit).to_contain_text("11:10 lin")
    await expect(hit).to_contain_text("10:00")
    await hit.click()
    await expect(page.locator(".picture-block.on")).to_have_count(2)
    await _shot(page, "en")
    await page.get_by_text("中文").click()
    await expect(page.get_by_role("heading", name="因为什么")).to_be_visible()
    await expect(page.get_by_text("王小明由lin服务，比计划多用 30 分钟")).to_be_visible()
    await _shot(page, "zh")


async def test_a_refusal_has_a_way_out(page: Page, floor: Floor, clock: ManualClock) -> None:
    await played(floor, clock)
    await enter(page, floor)
    stop = "**/api/views/look-back-day*"
    await page.route(stop, lambda route: route.abort())
    await page.goto("/look-back")
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.unroute(stop)
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("heading", name="What it was lost to")).to_be_visible(timeout=60_000)


async def _shot(page: Page, name: str) -> None:
    """A picture for people, where somebody asks for one."""
    if folder := os.environ.get("SALON_HUB_SHOTS"):
        await page.screenshot(path=Path(folder) / f"look-back-{name}.png", full_page=True)
