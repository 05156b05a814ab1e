"""Pages that stand in the shop open while the hub is away, and keep nothing of what it knows."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from hub.gateway.pages import PAGE_OF_SEGMENT
from tests.drills.browsing import furnish, open_salon
from tests.drills.killing import free_port

KEPT = """async () => {
  const paths = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) paths.push(new URL(request.url).pathname);
  return paths;
}"""


SCREENS = {"kiosk": ".kiosk-foot", "technician": ".tablet", "waiting-room": ".room-head", "desk": ".desk-side"}
"""And what is seen of each once it has its view."""


@pytest.fixture
async def device(chromium: Browser) -> AsyncIterator[BrowserContext]:
    context = await chromium.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})
    yield context
    await context.close()


async def kept(page: Page, path: str) -> list[str]:
    """What lies on the device once it holds the page and all that the page has loaded."""
    loaded = """() => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname)"""
    async with asyncio.timeout(60):
        while True:
            there: list[str] = await page.evaluate(KEPT)
            files = [name for name in await page.evaluate(loaded) if name.startswith("/assets/")]
            if path in there and files and set(files) <= set(there):
                return there
            await asyncio.sleep(0.2)


async def test_a_page_opens_without_the_hub_and_is_live_once_it_is_there(tmp_path: Path, device: BrowserContext) -> None:
    data, port = tmp_path / "store", free_port()
    await furnish(data)
    pages = {screen: await device.new_page() for screen in SCREENS}
    async with open_salon(data, port=port) as salon:
        for screen, page in pages.items():
            await page.goto(await salon.link(screen))
            await page.locator(SCREENS[screen]).first.wait_for()
        for screen, page in pages.items():
            there = await kept(page, f"/{screen}")
    assert {path for path in there if not path.startswith("/assets/")} == {f"/{screen}" for screen in SCREENS}
    for page in pages.values():
        await page.reload()
        await (
            page.get_by_role("alert")
            .filter(has_text=re.compile("offline|cannot be reached|back shortly"))
            .wait_for(timeout=60_000)
        )
    async with open_salon(data, port=port):
        for screen, page in pages.items():
            await page.locator(SCREENS[screen]).first.wait_for(timeout=60_000)


async def test_a_proxy_that_speaks_for_a_hub_that_is_away_is_not_believed(tmp_path: Path, device: BrowserContext) -> None:
    data, port = tmp_path / "store", free_port()
    await furnish(data)
    page = await device.new_page()
    async with open_salon(data, port=port) as salon:
        await page.goto(await salon.link("waiting-room"))
        await kept(page, "/waiting-room")

    async def away(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 4\r\nConnection: close\r\n\r\naway")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(away, "127.0.0.1", port):
        await page.reload()
        await page.locator("#app > *").first.wait_for(timeout=60_000)


async def test_no_link_stays_on_the_device_with_its_page(tmp_path: Path, device: BrowserContext) -> None:
    data = tmp_path / "store"
    await furnish(data)
    async with open_salon(data) as salon:
        screen, phone = await device.new_page(), await device.new_page()
        await screen.goto(await salon.link("waiting-room"))
        await kept(screen, "/waiting-room")
        for segment in PAGE_OF_SEGMENT:
            await phone.goto(f"{salon.url}/{segment}/secret" if segment else salon.url)
            there = await kept(phone, f"/{segment}")
    assert not [path for path in there if "secret" in path]
