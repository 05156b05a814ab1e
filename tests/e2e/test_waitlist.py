"""The waiting list by thumb: joining on a full day, the offer on one's own page, and the desk that sees it all."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.async_api import expect

from hub.catalog.queries import catalog_of
from hub.kernel.errors import Refused
from hub.operations.bookings.ports import SlotFinder, SlotRequest, Wish
from tests.e2e.conftest import MORNING, Open, Salon, store_facts

PHONE = (390, 844)
DESK = (1440, 900)


async def fill(salon: Salon, service: str) -> list[tuple[datetime, str]]:
    """Book every start that is free today; the bookings by their start."""
    made: list[tuple[datetime, str]] = []
    wish = Wish(await salon.service(service))
    while True:
        async with salon.hub.database.read(salon.hub.store_id) as session:
            store = await store_facts(session)
            finder = salon.hub.ports.get(SlotFinder)  # type: ignore[type-abstract]
            day = MORNING.astimezone(store.zone).date()
            free = await finder.free_starts(session, store, salon.hub.clock.now(), SlotRequest((wish,), day))
        if not free:
            return made
        for start in free:
            try:
                answered = await salon.send(
                    "bookings.book",
                    services=[{"service_id": wish.service_id}],
                    start=start.start.isoformat(),
                    customer={"name": f"客{len(made)}"},
                )
            except Refused:
                continue
            made.append((start.start, answered["booking_id"]))


@pytest.mark.jobs
async def test_from_a_full_day_to_a_booking(salon: Salon, open_page: Open) -> None:
    made = await fill(salon, "LASH")
    page = await open_page(f"{salon.url}/book", *PHONE)
    async with salon.hub.database.read(salon.hub.store_id) as session:
        name = (await catalog_of(session)).by_code["LASH"].name.en
    await page.get_by_role("button", name=name).first.click()
    await page.get_by_role("button", name="Choose a time").click()
    await page.get_by_role("tab").first.click()
    await page.get_by_role("button", name="Join the waiting list").click()
    sheet = page.get_by_role("dialog")
    await sheet.get_by_role("textbox", name="Name").fill("<script>陈晨</script>")
    await sheet.get_by_role("textbox", name="Mobile number").fill("13812345678")
    await sheet.get_by_role("checkbox").check()
    await sheet.get_by_role("button", name="Join the waiting list").click()
    await expect(page.get_by_role("heading", name="You are on the waiting list")).to_be_visible()

    desk = await open_page(await salon.link("desk"), *DESK)
    await desk.get_by_text("Waiting list", exact=False).first.click()
    await expect(desk.get_by_text("<script>陈晨</script>")).to_be_visible()

    later = next(booking for start, booking in made if start > salon.hub.clock.now() + timedelta(hours=2))
    await salon.send("bookings.cancel", booking_id=later)
    await expect(page.get_by_role("heading", name="A time has become free for you")).to_be_visible(timeout=40_000)
    await expect(desk.get_by_role("button", name="Accepts")).to_be_visible()
    await page.get_by_role("button", name="Yes, I am coming").click()
    await page.wait_for_url("**/v/**")
    await expect(desk.get_by_text("Nobody waits for a time")).to_be_visible()


async def test_leaving_the_list_asks_first(salon: Salon, open_page: Open) -> None:
    day = MORNING.date().isoformat()
    data = {"services": [{"service_id": await salon.service("LASH")}], "date_from": day, "date_to": day}
    joined = await salon.send("waitlist.add", **data, customer={"name": "陈晨"})
    page = await open_page(f"{salon.url}/w/{joined['link']}", *PHONE)
    waits = page.get_by_role("heading", name="You are on the waiting list")
    asked = page.get_by_role("dialog", name="Leave the waiting list?")
    await page.get_by_role("button", name="Leave the waiting list").click()
    await asked.get_by_role("button", name="Stay on the list").click()
    await expect(asked).to_be_hidden()
    await expect(waits).to_be_visible()
    await page.get_by_role("button", name="Leave the waiting list").click()
    await asked.get_by_role("button", name="Leave the waiting list").click()
    await expect(page.get_by_role("heading", name="You have left the waiting list")).to_be_visible()
    await expect(asked).to_be_hidden()


async def test_a_forged_link_opens_nothing(salon: Salon, open_page: Open) -> None:
    page = await open_page(f"{salon.url}/w/not-a-link", *PHONE, "zh")
    await expect(page.get_by_role("button").first).to_be_visible()
    await expect(page.get_by_text("候补名单上")).to_be_hidden()
