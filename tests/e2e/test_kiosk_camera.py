"""The kiosk's camera, with a stream from a real capture device as Chromium plays it from a file."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page, expect

from hub.gateway.address import PublicAddress
from tests.browser import launched
from tests.e2e.camera import film
from tests.e2e.conftest import Salon
from tests.e2e.test_kiosk import UPRIGHT, booked, dial, tap

PAD_AFTER_SECONDS = 6.0


@asynccontextmanager
async def before_the_camera(address: str, seen: str | None, folder: Path) -> AsyncIterator[Page]:
    """A kiosk whose camera sees the QR code of `seen`, or an empty room."""
    async with launched(*film(folder / "camera.y4m", seen)) as browser:
        context = await browser.new_context(
            service_workers="block", locale="en-GB", viewport={"width": UPRIGHT[0], "height": UPRIGHT[1]}
        )
        page = await context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        await page.goto(address)
        yield page
    assert not faults


async def test_a_code_before_the_camera_checks_in(salon: Salon, tmp_path: Path) -> None:
    booking_id, token, _ = await booked(salon)
    base: PublicAddress = salon.hub.ports.get(PublicAddress)  # type: ignore[type-abstract]  # known by its Protocol
    async with before_the_camera(await salon.link("kiosk"), f"{base.base()}/v/{token}", tmp_path) as page:
        await page.get_by_text("English").click()
        await tap(page, "I have a booking")
        await expect(page.locator(".greeting-name")).to_have_text("王**", timeout=30_000)
        await tap(page, "Yes, check me in")
        await tap(page, "I agree")
        await expect(page.get_by_text("You are checked in")).to_be_visible()
    day = await salon.until(lambda day: any(b.visit_id for b in day.bookings))
    booking = day.booking(booking_id)
    assert booking is not None
    assert booking.visit_state == "waiting"


async def test_a_camera_that_sees_nothing_gives_way_to_the_pad(salon: Salon, tmp_path: Path) -> None:
    _, _, hour = await booked(salon)
    async with before_the_camera(await salon.link("kiosk"), None, tmp_path) as page:
        await page.get_by_text("English").click()
        await tap(page, "I have a booking")
        began = time.monotonic()
        await expect(page.locator(".look video")).to_be_visible()
        pad = page.get_by_role("button", name="5", exact=True)
        assert await pad.count() == 0, "first the camera alone"
        await expect(pad).to_be_visible(timeout=30_000)
        assert time.monotonic() - began >= PAD_AFTER_SECONDS - 1
        playing = await page.locator(".look video").evaluate("video => video.srcObject?.getVideoTracks()[0]?.readyState")
        assert playing == "live", "the camera goes on looking beside the pad"
        await dial(page, "13800138000")
        await tap(page, f"{hour}:00")
        await expect(page.get_by_text("王**")).to_be_visible()
