"""The technician's tablet: a service from call to finish, and an hour without Wi-Fi."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.async_api import expect

from hub.backoffice.security.queries import accounts
from hub.kernel import event_log
from tests.e2e.conftest import Open, Salon, at_rest

TABLET = (1280, 800)


async def test_a_service_goes_from_call_to_finish_by_thumb(salon: Salon, open_page: Open) -> None:
    await salon.walk_in("CUTM", technician="T4")
    await salon.until(lambda day: any(item.phases[0].start for b in day.bookings for item in b.items))
    page = await open_page(await salon.link("technician", "阿杰"), *TABLET)
    await expect(page.get_by_role("heading", name="王**")).to_be_visible()
    await page.get_by_role("button", name="Call", exact=True).click()
    await expect(page.get_by_role("button", name="Call again")).to_be_visible()
    await page.get_by_role("button", name="Start").click()
    await expect(page.get_by_text("In service").first).to_be_visible()
    await page.get_by_role("button", name="+5 min").click()
    await expect(page.get_by_text("Extended by 5 min")).to_be_visible()
    await page.get_by_role("button", name="Finish").click()
    day = await salon.until(lambda day: any(b.visit_state == "served" for b in day.bookings))
    assert [p.state for b in day.bookings for i in b.items for p in i.phases] == ["done"]


async def test_upright_the_steps_of_the_work_in_hand_are_seen_without_scrolling(salon: Salon, open_page: Open) -> None:
    await salon.walk_in("CUTW", technician="T4")
    await salon.until(lambda day: any(item.phases[0].start for b in day.bookings for item in b.items))
    page = await open_page(await salon.link("technician", "阿杰"), 820, 1100)
    await page.get_by_role("button", name="Start").click()
    for name in ("James O'Neill", "Emma Clarke"):
        await salon.walk_in("CUTW", name=name, technician="T4")
    await expect(page.locator(".next-card")).to_contain_text("Arrived")
    await expect(page.get_by_role("button", name="+5 min")).to_be_visible()
    await expect(page.locator(".steps")).to_be_in_viewport(ratio=1)
    assert await at_rest(page, "() => ((card) => card.scrollHeight <= card.clientHeight)(document.querySelector('.focus'))")


async def test_a_tap_can_be_taken_back_for_eight_seconds(salon: Salon, open_page: Open) -> None:
    await salon.walk_in("CUTM", technician="T4")
    await salon.until(lambda day: any(item.phases[0].start for b in day.bookings for item in b.items))
    page = await open_page(await salon.link("technician", "阿杰"), *TABLET)
    await page.get_by_role("button", name="Start").click()
    await salon.until(lambda day: any(b.visit_state == "in_service" for b in day.bookings))
    await page.get_by_role("button", name="Undo").click()
    await salon.until(lambda day: any(b.visit_state == "waiting" for b in day.bookings))


async def test_a_tap_without_a_connection_is_taken_back_behind_it(salon: Salon, open_page: Open) -> None:
    await salon.walk_in("CUTM", technician="T4")
    await salon.until(lambda day: any(item.phases[0].start for b in day.bookings for item in b.items))
    page = await open_page(await salon.link("technician", "阿杰"), *TABLET)
    await expect(page.get_by_role("button", name="Start")).to_be_visible()
    await page.context.set_offline(True)
    async with page.expect_event("requestfailed"):
        await page.get_by_role("button", name="Start").click()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("2 actions are not sent yet")).to_be_visible()

    await page.context.set_offline(False)
    await expect(page.get_by_text("not sent yet")).to_be_hidden(timeout=40_000)
    # The last tap goes without being counted: its fact is waited for.
    told: list[str] = []
    async with asyncio.timeout(30):
        while "planning.step_undone" not in told:
            await asyncio.sleep(0.1)
            async with salon.hub.database.read(salon.hub.store_id) as session:
                told = [fact.type for fact in await event_log.since(session, 0, 10_000)]
    assert told.index("visits.service_started") < told.index("planning.step_undone")
    await expect(page.get_by_role("button", name="Start")).to_be_visible()


async def test_an_allergy_is_read_before_the_start(salon: Salon, open_page: Open) -> None:
    customer = await salon.send("bookings.put_customer", name="Emma Clarke", allergy="PPD")
    wish = {"service_id": await salon.service("CUTM"), "requested": "must", "technician_id": await salon.technician("T4")}
    await salon.send("visits.walk_in", services=[wish], customer_id=customer["customer_id"])
    await salon.until(lambda day: any(item.phases[0].start for b in day.bookings for item in b.items))
    page = await open_page(await salon.link("technician", "阿杰"), *TABLET)
    await expect(page.get_by_role("alert").filter(has_text="Allergy on file")).to_be_visible()
    await expect(page.get_by_role("button", name="Start")).to_be_disabled()
    await page.get_by_role("button", name="I have read about the allergy").click()
    await page.get_by_role("button", name="Start").click()
    await salon.until(lambda day: any(b.visit_state == "in_service" for b in day.bookings))


async def test_an_allergy_that_changes_while_it_is_open_is_read_again(salon: Salon, open_page: Open) -> None:
    customer = await salon.send("bookings.put_customer", name="Emma Clarke", allergy="PPD")
    wish = {"service_id": await salon.service("CUTM"), "requested": "must", "technician_id": await salon.technician("T4")}
    walked = await salon.send("visits.walk_in", services=[wish], customer_id=customer["customer_id"])
    await salon.until(lambda day: any(item.phases[0].start for b in day.bookings for item in b.items))
    page = await open_page(await salon.link("technician", "阿杰"), *TABLET)
    warning = page.get_by_role("alert").filter(has_text="Allergy on file")
    await warning.get_by_role("button", name="Read it").click()
    await expect(warning).to_contain_text("PPD")
    await page.get_by_role("button", name="I have read about the allergy").click()
    await expect(page.get_by_role("button", name="Start")).to_be_enabled()

    await salon.send("visits.note_allergy", booking_id=walked["booking_id"], allergy="nickel", agreed=True)
    await expect(warning).to_contain_text("Changed since you read it")
    await expect(warning).not_to_contain_text("PPD")
    await expect(page.get_by_role("button", name="Start")).to_be_disabled()
    await warning.get_by_role("button", name="Read it").click()
    await expect(warning).to_contain_text("nickel")


async def test_ten_taps_without_a_connection_are_all_done_once_when_it_is_back(salon: Salon, open_page: Open) -> None:
    await salon.walk_in("CUTM", technician="T4")
    await salon.until(lambda day: any(item.phases[0].start for b in day.bookings for item in b.items))
    page = await open_page(await salon.link("technician", "阿杰"), *TABLET)
    await page.get_by_role("button", name="Start").click()
    await expect(page.get_by_text("In service").first).to_be_visible()
    before = await salon.until(lambda day: any(b.visit_state == "in_service" for b in day.bookings))
    ends = before.bookings[0].items[0].phases[0].end

    await page.context.set_offline(True)
    for _ in range(9):
        await page.get_by_role("button", name="+5 min").click()
    await page.get_by_role("button", name="Ask for help").click()
    await expect(page.get_by_text("10 actions are not sent yet")).to_be_visible()
    assert (await salon.day()).bookings[0].items[0].phases[0].end == ends

    await page.context.set_offline(False)
    day = await salon.until(lambda day: any(note.kind == "help" for note in day.attention), seconds=40)
    assert ends is not None
    later = day.bookings[0].items[0].phases[0].end
    assert later is not None
    assert round((later - ends).total_seconds() / 60) == 45
    await expect(page.get_by_text("not sent yet")).to_be_hidden()


async def test_a_tap_that_the_hub_refuses_is_shown_as_a_conflict(salon: Salon, open_page: Open) -> None:
    walked = await salon.walk_in("CUTM", technician="T4")
    await salon.until(lambda day: any(item.phases[0].start for b in day.bookings for item in b.items))
    page = await open_page(await salon.link("technician", "阿杰"), *TABLET, "zh")
    await expect(page.get_by_role("button", name="起钟")).to_be_visible()
    await page.context.set_offline(True)
    await page.get_by_role("button", name="起钟").click()
    await salon.send("visits.leave", visit_id=walked["visit_id"])
    await page.context.set_offline(False)
    await expect(page.get_by_role("alert").filter(has_text="未被接受")).to_be_visible(timeout=40_000)
    await page.get_by_role("button", name="知道了").click()
    await expect(page.get_by_text("未被接受")).to_be_hidden()


async def test_many_conflicts_are_one_line_and_the_work_in_hand_stays_in_view(salon: Salon, open_page: Open) -> None:
    walked = await salon.walk_in("CUTM", technician="T4")
    day = await salon.until(lambda day: any(item.phases[0].start for b in day.bookings for item in b.items))
    item = day.bookings[0].items[0].id
    await salon.send("visits.start_service", item_id=item, technician_id=await salon.technician("T4"))
    page = await open_page(await salon.link("technician", "阿杰"), *TABLET)
    await expect(page.get_by_role("button", name="+5 min")).to_be_visible()
    await page.context.set_offline(True)
    for _ in range(4):
        await page.get_by_role("button", name="+5 min").click()
    await salon.send("visits.finish_service", item_id=item)
    await salon.send("visits.leave", visit_id=walked["visit_id"])
    await page.context.set_offline(False)
    told = page.get_by_role("alert").filter(has_text="4 actions were not accepted")
    await expect(told).to_be_visible(timeout=40_000)
    bar = await told.bounding_box()
    assert bar is not None
    assert bar["height"] < 100
    await told.get_by_role("button", name="Look").click()
    sheet = page.get_by_role("dialog")
    rows = sheet.locator(".conflicts > li")
    await expect(rows).to_have_count(4)
    at = await rows.first.locator("time").inner_text()
    now = salon.hub.clock.now().astimezone(ZoneInfo("Asia/Shanghai"))
    since = now - datetime.strptime(f"{now:%Y-%m-%d} {at} {now:%z}", "%Y-%m-%d %H:%M %z")
    assert timedelta(0) <= since < timedelta(minutes=5), "on the hub's clock"
    await sheet.get_by_role("button", name="Got it, all 4").click()
    await expect(page.get_by_text("not accepted")).to_be_hidden()


async def test_what_could_be_added_says_at_once_what_it_would_do(salon: Salon, open_page: Open) -> None:
    await salon.walk_in("CUTM", technician="T4")
    await salon.until(lambda day: any(item.phases[0].start for b in day.bookings for item in b.items))
    page = await open_page(await salon.link("technician", "阿杰"), *TABLET)
    await page.get_by_role("button", name="Start").click()
    await salon.until(lambda day: any(b.visit_state == "in_service" for b in day.bookings))
    await page.get_by_role("button", name="Add service").click()
    sheet = page.get_by_role("dialog")
    free = sheet.locator("button[data-verdict=free]")
    await expect(free.first).to_contain_text("Free at")
    shown = await free.first.locator(".verdict").inner_text()
    await free.first.click()
    await expect(page.locator(".toast").last).to_contain_text("Added")
    day = await salon.until(lambda day: any(len(b.items) == 2 for b in day.bookings))
    start = day.bookings[0].items[1].phases[0].start
    assert start is not None
    assert start.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%H:%M") in shown


async def test_a_pin_is_typed_on_a_keyboard_and_a_new_pin_leads_back_to_the_faces(salon: Salon, open_page: Open) -> None:
    """What has ended is the technician's sign-in: the tablet stays paired."""
    made = await salon.send("security.prepare_device", kind="technician_tablet", name="white", device_id=None, origin=salon.url)
    page = await open_page(f"{salon.url}/technician", *TABLET)
    await page.get_by_label("Pairing code").fill(made["code"])
    await page.keyboard.press("Enter")
    technician = await salon.technician("T4")
    async with salon.hub.database.read(salon.hub.store_id) as session:
        jay = next(a.id for a in await accounts(session, salon.hub.vault) if a.technician_id == technician)
    pin = (await salon.send("security.issue_pin", account_id=jay))["pin"]
    await page.get_by_role("button", name="Jay").click()
    await expect(page.locator(".pin-dots")).to_be_visible()
    await page.keyboard.type(f"{pin}7")
    await page.keyboard.press("Backspace")
    await expect(page.locator(".dot.full")).to_have_count(4)
    await page.keyboard.press("Enter")
    await expect(page.locator(".tablet-head h1")).to_have_text("Jay")  # and not the heading over the PIN

    async with page.expect_event("load"):
        await salon.send("security.issue_pin", account_id=jay)
    await expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()
    await expect(page.locator(".connection.live")).to_be_visible()
    await salon.send("security.revoke_device", device_id=made["device_id"])
    await expect(page.get_by_role("alert")).to_contain_text("no longer paired")
