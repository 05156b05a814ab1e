"""What is promised and what was learned, in a real browser: the shares, the odds, and how long services take."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Page, expect

from hub.app import Hub
from hub.operations.planning.tables import PromiseRow
from tests.e2e.office import hub, page, site, staff, store  # noqa: F401 - fixtures
from tests.gateway.conftest import Served

# ruff: noqa: F811 - pytest hands fixtures in by their names


async def _promised(hub: Hub, store: str) -> None:
    """Forty windows of today and before: 95 % stated, 36 kept; ten of 80 %, of which four were kept."""
    now = hub.clock.now()
    async with hub.database.write(store) as session:
        for number in range(50):
            sure = number < 40
            start = now - timedelta(days=number % 5, minutes=1)
            session.add(
                PromiseRow(
                    booking_id=f"{number:032}",
                    start=start,
                    end=start + timedelta(minutes=20),
                    odds=95 if sure else 80,
                    made_at=start,
                    told={},
                    broken=False,
                    kept=number % 10 != 9 if sure else number % 10 < 4,
                )
            )


async def _services(hub: Hub, store: str) -> None:
    from hub.kernel.access import Actor

    manager = Actor("staff", "0" * 31 + "1", store, frozenset({"manager"}))

    async def send(name: str, data: dict[str, object]) -> None:
        await hub.door.send(name, data, manager, hub.chance.id())

    await send("catalog.put_skill", {"code": "cut", "name": {"zh": "剪发", "en": "Cut"}})
    phases = [{"kind": "hands_on", "minutes": 45, "skill": "cut"}]
    named = {"name": {"zh": "精剪", "en": "Haircut"}, "category": {"zh": "美发", "en": "Hair"}}
    await send("catalog.put_service", {"code": "cut", **named, "price_minor": 1, "phases": phases})
    people = {"lin": ("林悦", "Lin Yue"), "wang": ("王强", "Wang Qiang")}
    for code, (zh, en) in people.items():
        await send("team.put_technician", {"code": code, "name": {"zh": zh, "en": en}, "skills": {"cut": 3}})


async def test_an_empty_store_says_what_is_missing(page: Page, site: Served) -> None:
    await page.goto(f"{site.url}/lengths")
    await expect(page.get_by_text("No promise has come due yet")).to_be_visible()
    await expect(page.get_by_text("No services yet")).to_be_visible()


async def test_shares_odds_and_lengths_are_on_the_screen_in_both_languages(
    page: Page, site: Served, hub: Hub, store: str
) -> None:
    await _promised(hub, store)
    await _services(hub, store)
    await page.goto(f"{site.url}/lengths")
    await expect(page.get_by_text("40 of 50 kept").first).to_be_visible()
    odds = page.get_by_role("row")
    await expect(odds.filter(has_text="95–99%")).to_contain_text("90%")
    await expect(odds.filter(has_text="80–89%")).to_contain_text("too sure")
    await expect(odds.filter(has_text="50–69%")).to_contain_text("–")
    cut = page.get_by_role("article").filter(has_text="Haircut")
    await expect(cut).to_contain_text("Catalog 45 min")
    await expect(cut).to_contain_text("0 of 20 seen")
    await expect(cut.get_by_role("row").filter(has_text="Lin Yue")).to_contain_text("45")
    await _shot(page, "en")
    await page.get_by_text("中文").click()
    await expect(page.get_by_role("heading", name="各项服务实际要多久")).to_be_visible()
    await expect(page.get_by_text("说得过满")).to_be_visible()
    await _shot(page, "zh")


async def _shot(page: Page, name: str) -> None:
    """A picture for people, where somebody asks for one."""
    if folder := os.environ.get("SALON_HUB_SHOTS"):
        await page.screenshot(path=Path(folder) / f"lengths-{name}.png", full_page=True)
