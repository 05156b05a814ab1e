"""The manager's page of backups, and the banner of a hub that may not write, in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from hub.app import Hub, build
from hub.backoffice.backups.keys import new_keys
from hub.backoffice.security.first_start import Credential, Person, first_start
from hub.backoffice.security.links import fresh_links
from hub.gateway.pages import built_front_end
from hub.settings import Settings
from tests.e2e.conftest import CHROMIUM, FLAGS
from tests.gateway.conftest import Served, served

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium here"),
    pytest.mark.skipif(not (built_front_end() / "backups").is_dir(), reason="the pages are not built"),
]


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    made = build(Settings(data=tmp_path / "store", rate_factor=0, solver_threads=0))
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def store(hub: Hub) -> str:
    settings = {"require_second_factor": False}
    return await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai", settings=settings)


@pytest.fixture
async def staff(hub: Hub, store: str) -> list[Credential]:
    return await first_start(hub.door, store, [Person("chen", "陈店长", "manager")])


@pytest.fixture
async def site(hub: Hub, staff: list[Credential]) -> AsyncIterator[Served]:
    assert staff
    async with served(hub) as running:
        yield running


@pytest.fixture
async def page(site: Served, hub: Hub, store: str) -> AsyncIterator[Page]:
    link = next(link for link in await fresh_links(hub.door, store) if link.screen == "home")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        opened = await chromium.new_page(locale="en-GB", viewport={"width": 1440, "height": 900})
        await opened.goto(site.url + link.path)
        await expect(opened.get_by_role("link", name="Backups")).to_be_visible()
        yield opened
        await chromium.close()


async def test_a_manager_makes_a_backup_and_tries_it(page: Page, site: Served, hub: Hub) -> None:
    await page.goto(f"{site.url}/backups")
    await expect(page.get_by_text("Not set up")).to_be_visible()
    new_keys(hub.settings.backup_key_file)
    await page.reload()
    await page.get_by_role("button", name="Back up now").click()
    await expect(page.get_by_text("A backup was made")).to_be_visible()
    await page.get_by_role("button", name="Try a restore").click()
    await expect(page.get_by_text("All is well")).to_be_visible()


async def test_a_full_disk_is_said_over_every_page_and_goes_away(page: Page, hub: Hub) -> None:
    hub.database.writing.cause = "disk_full"
    banner = page.get_by_role("alert").filter(has_text="Look only")
    await expect(banner).to_contain_text("disk is full")
    hub.database.writing.cause = None
    await expect(banner).to_be_hidden()
