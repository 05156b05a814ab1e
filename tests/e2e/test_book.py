"""Booking by phone in a real browser, up to the visit's own page: hold, form, code, moving, cancelling."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from playwright.async_api import Locator, Route, expect

from hub.kernel.clock import ScaledClock
from hub.operations.bookings.queries import link_of
from tests.e2e.conftest import Open, Salon

PHONE = (390, 844)


async def in_sight(what: Locator) -> None:
    """On the screen, and not under the bar at its foot."""
    await expect(what).to_be_focused()
    box = await what.bounding_box()
    assert box
    at = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    assert await what.evaluate("(it, [x, y]) => document.elementFromPoint(x, y) === it", at)


async def test_a_booking_is_made_moved_and_cancelled(salon: Salon, open_page: Open) -> None:
    page = await open_page(f"{salon.url}/book", *PHONE)
    await page.get_by_role("button", name="Women's cut").click()
    await page.get_by_role("button", name="Choose a time").click()
    await page.locator(".day").nth(1).click()
    start = page.locator(".start").first
    time = await start.inner_text()
    await start.click()
    await expect(page.get_by_text("Held for you for")).to_be_visible()
    await page.get_by_label("Name", exact=True).fill("Emma Clarke <b>x</b>")
    await page.get_by_label("Mobile number").fill("123")
    await page.get_by_role("button", name="Book", exact=True).click()
    await expect(page.get_by_text("Without your consent")).to_be_visible()
    await in_sight(page.get_by_role("checkbox"))
    await page.get_by_role("checkbox").check()
    await page.evaluate("scrollTo(0, document.body.scrollHeight)")
    await page.get_by_role("button", name="Book", exact=True).click()
    await expect(page.get_by_label("Mobile number")).to_have_attribute("aria-invalid", "true")
    await in_sight(page.get_by_label("Mobile number"))
    await page.get_by_label("Mobile number").fill("13800138000")
    await page.get_by_role("button", name="Book", exact=True).click()
    await expect(page.get_by_text("You are booked")).to_be_visible()
    await expect(page.locator(".hero-time")).to_have_text(time)
    # What is printed from a dark screen is dark on white, and a scanner reads the code whatever colours the system chooses.
    await page.emulate_media(media="print", color_scheme="dark")
    assert await page.evaluate("getComputedStyle(document.body).color") == "rgb(29, 36, 33)"
    await page.emulate_media(media="screen", color_scheme="dark", forced_colors="active")
    assert await page.locator(".qr").evaluate("(code) => getComputedStyle(code).backgroundColor") == "rgb(255, 255, 255)"
    await page.emulate_media(media="screen", color_scheme="light", forced_colors="none")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Add to calendar").click()
    entry = (await (await download.value).path()).read_text()
    assert "BEGIN:VEVENT" in entry
    assert f"URL:{page.url.split('?')[0]}"[:60] in entry
    await page.get_by_role("button", name="Another time").click()
    other = page.locator("dialog .start").nth(3)
    moved = await other.inner_text()
    await other.click()
    await expect(page.locator(".hero-time")).to_have_text(moved)
    await page.get_by_role("button", name="Cancel booking").click()
    await page.locator("dialog[open]").get_by_role("button", name="Cancel booking").click()
    await expect(page.get_by_text("This booking is cancelled")).to_be_visible()
    await expect(page.get_by_role("button", name="Another time")).to_have_count(0)


async def test_whoever_books_is_told_while_the_page_is_cut_off(salon: Salon, open_page: Open) -> None:
    page = await open_page(f"{salon.url}/book", *PHONE)
    told = page.locator(".book-cut-off")
    await expect(page.get_by_role("button", name="Women's cut")).to_be_visible()
    await expect(told).to_have_count(0)
    await page.context.set_offline(True)
    await expect(told).to_contain_text("Offline", timeout=40_000)
    await page.context.set_offline(False)
    await expect(told).to_have_count(0, timeout=40_000)


async def test_a_time_that_somebody_else_takes_meanwhile_is_explained(salon: Salon, open_page: Open) -> None:
    page = await open_page(f"{salon.url}/book", *PHONE)
    await page.get_by_role("button", name="Women's cut").click()
    await page.get_by_role("button", name="Choose a time").click()
    await page.locator(".day").nth(1).click()
    await expect(page.locator(".start").first).to_be_visible()
    time = await page.locator(".start").first.inner_text()
    await page.route("**/api/commands/bookings.hold_slot", _slot_taken)
    await page.locator(".start").first.click()
    await expect(page.get_by_role("alert")).to_contain_text(f"{time} has just been taken")
    await expect(page.locator(".taken .start")).to_have_count(3)
    await page.unroute("**/api/commands/bookings.hold_slot")
    await page.locator(".taken .start").first.click()
    await expect(page.get_by_text("Held for you for")).to_be_visible()


async def _slot_taken(route) -> None:  # type: ignore[no-untyped-def]
    problem = {"type": "about:blank", "title": "slot_taken", "status": 409, "code": "slot_taken", "detail": "", "params": {}}
    await route.fulfill(status=409, content_type="application/problem+json", json=problem)


async def test_a_hold_that_runs_out_says_so_and_keeps_what_was_typed(salon: Salon, open_page: Open) -> None:
    async def shortly(route: Route) -> None:
        answer = await route.fetch()
        body = await answer.json()
        body["result"]["expires_at"] = (salon.hub.clock.now() + timedelta(minutes=1)).isoformat()
        await route.fulfill(response=answer, json=body)

    page = await open_page(f"{salon.url}/book", *PHONE)
    await page.get_by_role("button", name="Women's cut").click()
    await page.get_by_role("button", name="Choose a time").click()
    await page.locator(".day").nth(1).click()
    await page.route("**/api/commands/bookings.hold_slot", shortly)
    await page.locator(".start").first.click()
    await page.get_by_label("Name", exact=True).fill("Emma Clarke")
    clock = cast(ScaledClock, salon.hub.clock)
    clock.jump_to(clock.now() + timedelta(minutes=2))
    await expect(page.get_by_text("The hold has ended")).to_be_visible()
    await page.unroute("**/api/commands/bookings.hold_slot")
    await page.get_by_role("button", name="Choose a time").click()
    await page.locator(".start").first.click()
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Emma Clarke")


async def test_the_browsers_own_back_leads_through_the_steps(salon: Salon, open_page: Open) -> None:
    page = await open_page(f"{salon.url}/book", *PHONE)
    await page.get_by_role("button", name="Women's cut").click()
    await page.get_by_role("button", name="Choose a time").click()
    await page.locator(".day").nth(1).click()
    await page.locator(".start").first.click()
    await expect(page.get_by_text("Held for you for")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_text("When suits you?")).to_be_visible()
    await page.get_by_role("button", name="Back").click()
    await expect(page.get_by_role("button", name="Women's cut", pressed=True)).to_be_visible()
    await page.go_forward()
    await expect(page.get_by_text("When suits you?")).to_be_visible()


async def test_a_link_that_opens_nothing_says_what_to_do(salon: Salon, open_page: Open) -> None:
    page = await open_page(f"{salon.url}/v/nonsense", *PHONE)
    await expect(page.get_by_text("This link does not open a booking")).to_be_visible()
    await page.get_by_role("button", name="To the booking page").click()
    await expect(page.get_by_text("What would you like?")).to_be_visible()


async def test_the_visit_page_follows_from_the_booking_to_the_chair(salon: Salon, open_page: Open) -> None:
    start = (salon.hub.clock.now() + timedelta(minutes=60)).replace(minute=0, second=0, microsecond=0)
    made = await salon.send(
        "bookings.book",
        services=[{"service_id": await salon.service("CUTM")}],
        start=start.isoformat(),
        customer={"name": "王雅琴", "phone": "13800138000"},
    )
    page = await open_page(f"{salon.url}/v/{made['link']}", *PHONE)
    await expect(page.locator(".hero-time")).to_have_text("12:00")
    await page.get_by_role("button", name="I am late").click()
    await page.get_by_role("button", name="15 min").click()
    await expect(page.locator(".hero-time")).to_have_text("12:15")
    arrived = await salon.send("visits.check_in", booking_id=made["booking_id"])
    await expect(page.locator(".hero-tile")).to_have_text(str(arrived["code_number"]))
    await salon.send("visits.call_customer", visit_id=arrived["visit_id"])
    await expect(page.get_by_text("Please come now")).to_be_visible()
    day = await salon.day()
    booking = day.booking(made["booking_id"])
    assert booking is not None
    await salon.send("visits.start_service", item_id=booking.items[0].id)
    await expect(page.get_by_text("Done about")).to_be_visible()
    await expect(page.get_by_role("button", name="Cancel booking")).to_have_count(0)


async def in_two_days(salon: Salon, *services: dict[str, str]) -> str:
    """The address of the visit's page of a booking."""
    start = (salon.hub.clock.now() + timedelta(days=2)).replace(hour=4, minute=0, second=0, microsecond=0)
    customer = {"name": "王雅琴", "phone": "13800138000"}
    made = await salon.send("bookings.book", services=list(services), start=start.isoformat(), customer=customer)
    async with salon.hub.database.read(salon.hub.store_id) as session:
        return f"{salon.url}/v/{await link_of(session, salon.hub.vault, made['booking_id'])}"


async def test_the_wish_for_one_service_leaves_the_others_free(salon: Salon, open_page: Open) -> None:
    nails = {"service_id": await salon.service("GELN"), "requested": "must", "technician_id": await salon.technician("T8")}
    page = await open_page(await in_two_days(salon, {"service_id": await salon.service("CUTM")}, nails), *PHONE)
    await page.get_by_role("button", name="Another time").click()
    await page.locator("dialog .start").first.click()
    await expect(page.locator(".toast-text", has_text="Moved to")).to_be_visible()


async def test_the_day_of_the_booking_is_in_sight_when_it_is_moved(salon: Salon, open_page: Open) -> None:
    page = await open_page(await in_two_days(salon, {"service_id": await salon.service("CUTM")}), *PHONE)
    await page.get_by_role("button", name="Another time").click()
    chosen = page.locator("dialog .day.chosen")
    await expect(chosen).to_contain_text("Sat 16 May")
    await expect(chosen).to_be_in_viewport(ratio=0.99)
