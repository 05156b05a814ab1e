"""Fixtures of the office's pages: an empty store that asks for no second factor, and its manager's browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from hub.app import Hub, build
from hub.backoffice.security.first_start import Credential, Person, first_start
from hub.backoffice.security.links import fresh_links
from hub.settings import Settings
from tests.gateway.conftest import Served, served


@pytest.fixture
async def hub(empty_store: Path) -> AsyncIterator[Hub]:
    """On the machine's clock, with the built pages, without a solver's process."""
    made = build(Settings(data=empty_store, rate_factor=0, solver_threads=0))
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
async def page(site: Served, hub: Hub, store: str, chromium: Browser) -> Page:
    """The manager, signed in at the page that leads everywhere."""
    link = next(link for link in await fresh_links(hub.door, store) if link.screen == "home")
    opened = await chromium.new_page(service_workers="block", locale="en-GB", viewport={"width": 1440, "height": 900})
    await opened.goto(site.url + link.path)
    await expect(opened.get_by_role("heading", name="Hello, 陈店长")).to_be_visible()
    return opened
