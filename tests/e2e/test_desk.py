"""The front desk in a real browser against a real hub: check in, call, undo, drag with its consequences, walk in, keyboard."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from hub.app import Hub, build
from hub.backoffice.security.first_start import Person, first_start
from hub.gateway.pages import built_front_end
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.ids import SeededRandomness
from hub.operations.bookings.tables import BookingRow
from hub.operations.planning.replanning import Planner
from hub.settings import Settings
from tests.browser import CHROMIUM
from tests.conftest import Send
from tests.gateway.conftest import served
from tests.operations.floor import DAY, Floor, FloorStore, at

FRONT_END = Path(os.environ.get("SALON_HUB_FRONT_END") or built_front_end())
WILD = "<script>document.title='x'</script> 🎀 " + "长" * 150

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium at /usr/bin/chromium"),
    pytest.mark.skipif(not (FRONT_END / "desk" / "index.html").exists(), reason="the front end is not built"),
]


@pytest.fixture
async def hub(empty_store: Path, clock: ManualClock) -> AsyncIterator[Hub]:
    made = build(
        Settings(data=empty_store, rate_factor=0, front_end=FRONT_END, solver_threads=0),
        clock=clock,
        wall=clock,
        chance=SeededRandomness(1),
    )
    made.ports.get(Planner).quiet_seconds = 0.02
    await made.start()
    yield made
    await made.close()


@pytest.fixture
def floor(hub: Hub, floor_store: FloorStore, send: Send, desk: Actor) -> Floor:
    return floor_store.opened(hub, send, desk)


@pytest.fixture
async def page(hub: Hub, floor: Floor, chromium: Browser) -> AsyncIterator[Page]:
    """The desk's page, signed in as the front desk; opened by the test once its bookings are made."""
    [who] = await first_start(hub.door, floor.store, [Person("zhou", "前台小周", "front_desk")])
    async with served(hub) as site:
        context = await chromium.new_context(
            service_workers="block",
            locale="en-GB",
            viewport={"width": 1440, "height": 900},
            base_url=site.url,
            reduced_motion="reduce",
        )
        headers = {"X-Requested-With": "salon-hub", "Origin": site.url}
        entered = await context.request.post(
            "/api/sign-in", data={"login": who.login, "password": who.password}, headers=headers
        )
        assert entered.ok
        made = await context.new_page()
        faults: list[str] = []
        made.on("pageerror", lambda error: faults.append(str(error)))
        yield made
        await context.close()
        assert faults == []


async def test_a_customer_is_checked_in_called_and_seated_and_a_step_is_taken_back(page: Page, floor: Floor) -> None:
    await floor.book("cut", at(9, 15), name="Emma Clarke")
    await floor.planned()
    await page.goto("/desk")
    await expect(page.get_by_text("Nobody is waiting")).to_be_visible()
    await page.locator(".tl-block.solid").filter(has_text="Emma Clarke").click()
    panel = page.get_by_role("complementary", name="Details of Emma Clarke")
    await panel.get_by_role("button", name="Check in").click()
    guest = page.locator(".guest").filter(has_text="Emma Clarke")
    await expect(guest).to_be_visible()
    await expect(page.locator(".attention").get_by_text("Emma Clarke has arrived")).to_be_visible()
    await page.locator(".toast").get_by_role("button", name="Undo").click()
    await expect(guest).to_have_count(0)
    await page.keyboard.press("i")
    await expect(guest).to_be_visible()
    await page.keyboard.press("c")
    await expect(guest.get_by_text("Called")).to_be_visible()
    seated = guest.get_by_role("button", name="Seated")
    await seated.click()
    await expect(seated).to_have_count(0)
    await page.keyboard.press("s")
    await expect(page.locator(".tl-block.look-running").filter(has_text="Emma Clarke")).to_be_visible()
    assert (await floor.day()).bookings[0].visit_state == "in_service"
    await panel.get_by_role("button", name="Finish", exact=True).click()
    settling = page.get_by_role("region", name="Done, still here")
    await settling.get_by_role("button", name="To check-out").click()
    await settling.get_by_role("button", name="Leaves").click()
    await expect(settling).to_have_count(0)
    assert (await floor.day()).bookings[0].visit_state == "left"


async def test_a_key_for_what_cannot_be_done_says_so(page: Page, floor: Floor) -> None:
    await floor.book("cut", at(9, 15), name="Emma Clarke")
    await floor.planned()
    await page.goto("/desk")
    block = page.locator(".tl-block.solid").filter(has_text="Emma Clarke")
    await expect(block).to_be_visible()
    await page.keyboard.press("f")
    await expect(page.locator(".toast")).to_have_text("Choose a booking first")
    await block.click()
    await page.keyboard.press("f")
    await expect(page.locator(".toast").last).to_have_text("Not possible for Emma Clarke right now")


async def test_a_key_for_what_one_may_not_do_says_so(page: Page, floor: Floor, hub: Hub, send: Send, manager: Actor) -> None:
    await floor.book("cut", at(9, 15), name="Emma Clarke")
    await floor.planned()
    taken = ("floor.check_in", "bookings.write")
    changes = [{"role": "front_desk", "permission": permission, "allowed": False} for permission in taken]
    await send("security.set_grants", {"changes": changes}, manager)
    await hub.rounds.once()
    await page.goto("/desk")
    await page.locator(".tl-block.solid").filter(has_text="Emma Clarke").click()
    for said, key in enumerate("bwi", start=1):
        await page.wait_for_timeout(100)  # keys that follow each other at once are a scanner's
        await page.keyboard.press(key)
        await expect(page.locator(".toast")).to_have_text(["You may not do this here. Ask a manager."] * said)
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_who_leaves_the_details_by_keyboard_goes_on_from_the_block(page: Page, floor: Floor) -> None:
    await floor.book("cut", at(10), name="Emma Clarke")
    await floor.planned()
    await page.goto("/desk")
    block = page.locator(".tl-block.solid").filter(has_text="Emma Clarke")
    await block.click()
    await page.locator(".panel").get_by_role("button", name="Check in").focus()
    await page.keyboard.press("Escape")
    await expect(page.locator(".panel")).to_have_count(0)
    await expect(block).to_be_focused()


async def test_a_date_is_typed_digit_by_digit(page: Page, floor: Floor) -> None:
    """Its year is 0002 on the way."""
    await page.goto("/desk")
    day = page.get_by_label("Choose a day")
    await expect(day).to_have_value(DAY.isoformat())
    for typed in (f"000{DAY.year // 1000}", f"00{DAY.year // 100}", f"0{DAY.year // 10}"):
        await day.fill(DAY.isoformat().replace(str(DAY.year), typed))
        await expect(page.locator(".tools-date strong")).to_have_text("Today")
    await day.fill((DAY + timedelta(days=1)).isoformat())
    await expect(page.get_by_role("button", name="Back to today")).to_be_visible()
    await expect(page).to_have_url(re.compile(f"date={(DAY + timedelta(days=1)).isoformat()}"))


async def test_search_leaves_what_is_half_filled_in(page: Page, floor: Floor) -> None:
    await page.goto("/desk")
    await expect(page.get_by_role("button", name="Book", exact=True)).to_be_visible()
    await page.keyboard.press("b")
    booking = page.get_by_role("dialog").filter(has_text="New booking")
    await expect(booking).to_be_visible()
    await page.keyboard.press("Control+k")
    await page.wait_for_timeout(200)
    await expect(booking).to_be_visible()


async def test_search_opens_what_the_focus_is_on_and_nothing_while_a_name_is_composed(page: Page, floor: Floor) -> None:
    for hour, name in enumerate(("Emma Clarke", "Emma Stone"), start=10):
        await floor.book("cut", at(hour), name=name)
    await floor.planned()
    await page.goto("/desk")
    await expect(page.locator(".tl-block.solid")).to_have_count(2)
    await page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Code, name")
    await field.fill("emma")
    await expect(page.get_by_role("option")).to_have_count(2)
    assert await field.get_attribute("aria-activedescendant") == await page.get_by_role("option").first.get_attribute("id")
    await field.evaluate("""field => field.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true }))""")
    await page.get_by_role("option").last.get_by_role("button").focus()
    last = await page.get_by_role("option").last.inner_text()
    await page.keyboard.press("Enter")
    name = "Emma Stone" if "Stone" in last else "Emma Clarke"
    await expect(page.locator(".panel").get_by_role("heading", name=name)).to_be_visible()


async def test_a_number_without_a_name_is_not_lost_in_silence(page: Page, floor: Floor) -> None:
    await page.goto("/desk")
    await expect(page.get_by_role("button", name="Walk-in")).to_be_visible()
    await page.keyboard.press("w")
    dialog = page.get_by_role("dialog")
    await dialog.locator(".pick .choice").first.click()
    await dialog.get_by_label("Name or phone").fill("13800138000")
    await dialog.get_by_role("button", name="13800138000").click()
    take = dialog.locator(".dialog-actions .primary")
    await expect(take).to_be_disabled()
    await expect(dialog.get_by_text("A number is kept with a name.")).to_be_visible()
    await dialog.get_by_label("Name", exact=True).fill("Emma Clarke")
    await expect(take).to_be_enabled()


async def grip(block: Locator) -> tuple[float, float]:
    """Where on the screen a block is taken hold of, once it can be dragged: the hand comes after the first picture."""
    await expect(block).to_have_css("cursor", "grab")
    await block.hover(position={"x": 10, "y": 10})  # which waits until it lies still
    box = await block.bounding_box()
    assert box
    return box["x"] + 10, box["y"] + 10


async def test_a_drag_shows_what_it_does_and_moves_nothing_until_it_is_accepted(page: Page, floor: Floor) -> None:
    other = await floor.book("cut", at(11), technician="lin", name="Emma Clarke")
    taken = await floor.book("cut", at(9, 30), technician="lin", name="Li Lei")
    await floor.planned()
    await page.goto("/desk")
    source = page.locator(".tl-block.solid").filter(has_text="Li Lei")
    target = page.locator(".tl-block.solid").filter(has_text="Emma Clarke")
    (x, y), (there, _) = await grip(source), await grip(target)
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 50, y + 2, steps=3)
    await page.mouse.move(there, y + 2, steps=5)
    bubble = page.locator(".tl-bubble")
    await expect(bubble).to_contain_text("11:00")
    await expect(bubble).to_contain_text("1 other customer moves")
    await expect(bubble).to_contain_text("Emma Clarke")
    assert (await floor.booking(taken)).planned_start == at(9, 30)
    await page.mouse.up()
    sheet = page.get_by_role("dialog", name="Move Li Lei")
    await expect(sheet.locator(".effects").first).to_contain_text("1 other customer moves")
    assert (await floor.booking(taken)).planned_start == at(9, 30)
    await sheet.get_by_role("button", name="Move", exact=True).click()
    await expect(sheet).to_have_count(0)
    await expect(page.locator(".toast")).to_contain_text("Li Lei moved")
    assert (await floor.booking(taken)).planned_start == at(11)
    assert (await floor.booking(other)).planned_start != at(11)
    await page.keyboard.press("Control+z")
    await expect(page.locator(".toast").last).to_contain_text("Undone: Moved Li Lei")
    assert (await floor.booking(taken)).planned_start == at(9, 30)
    assert (await floor.booking(other)).planned_start == at(11)


async def test_only_places_of_the_kind_are_offered_and_none_that_is_in_use(page: Page, floor: Floor) -> None:
    colour = await floor.book("colour", at(9), technician="wang", name="Emma Clarke")
    await floor.planned()
    await page.goto("/desk")
    await page.locator(".tl-block.solid").filter(has_text="Emma Clarke").first.click()
    change, others = page.locator("[data-action=change_place]"), page.locator(".choices .choice")
    await change.click()
    # Neither the basin, which the last phase needs, nor the chair that it has.
    await expect(others).to_have_text([re.compile("C[12]")])
    await page.keyboard.press("Escape")
    await floor.send("visits.start_service", {"item_id": await floor.item(colour)}, floor.desk)
    cut = await floor.book("cut", at(9), technician="lin", name="Li Lei")
    await floor.send("visits.start_service", {"item_id": await floor.item(cut)}, floor.desk)
    await change.click()
    await expect(others).to_be_disabled()


async def test_escape_leaves_a_dragged_block_where_it_was(page: Page, floor: Floor) -> None:
    await floor.book("cut", at(9, 30), name="Li Lei")
    await floor.planned()
    await page.goto("/desk")
    x, y = await grip(page.locator(".tl-block.solid").filter(has_text="Li Lei"))
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 110, y, steps=4)
    await expect(page.locator(".tl-shadow")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.mouse.up()
    await expect(page.locator(".tl-shadow")).to_have_count(0)
    await expect(page.get_by_role("dialog")).to_have_count(0)
    details = page.get_by_role("complementary", name="Details of Li Lei")
    await expect(details).to_have_count(0)
    await page.locator(".tl-block.solid").filter(has_text="Li Lei").click()
    await expect(details).to_be_visible()


async def test_a_booking_is_made_for_a_new_customer_at_a_free_start(page: Page, floor: Floor) -> None:
    await page.goto("/desk")
    await expect(page.locator(".tl-lane")).to_have_count(3)
    books = page.get_by_role("button", name="Book", exact=True)
    await books.focus()
    await page.keyboard.press("b")
    sheet = page.get_by_role("dialog", name="New booking")
    await expect(sheet.get_by_label("Find a service")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(sheet).to_have_count(0)
    await expect(books).to_be_focused()  # and not nowhere, where the keyboard would begin anew
    await page.keyboard.press("Enter")
    await sheet.get_by_label("Find a service").fill("colour")
    await page.keyboard.press("Enter")
    await expect(sheet.get_by_role("button", name="Another service")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(sheet.get_by_label("Find a service")).to_be_focused()
    await sheet.locator(".slot").first.click()
    await sheet.get_by_label("Name or phone").fill("Han Meimei")
    await sheet.get_by_role("button", name="New customer “Han Meimei”").click()
    await sheet.get_by_label("Phone").fill("139 1234 5678")
    await sheet.get_by_role("button", name="Book ", exact=False).click()
    await expect(page.locator(".tl-block.solid").filter(has_text="Han Meimei").first).to_be_visible()
    [booking] = (await floor.day()).bookings
    assert (booking.customer_phone_tail, booking.items[0].service_code) == ("5678", "colour")


async def test_a_walk_in_stands_in_the_queue_with_a_code(page: Page, floor: Floor) -> None:
    await page.goto("/desk")
    await page.get_by_role("button", name="Walk-in").click()
    sheet = page.get_by_role("dialog", name="Walk-in")
    await sheet.get_by_role("button", name="cut", exact=False).first.click()
    await expect(sheet.locator(".way.first")).to_contain_text("09:00")
    await sheet.get_by_role("button", name="Put on the list").click()
    await expect(page.locator(".guest")).to_have_count(1)
    [booking] = (await floor.day()).bookings
    assert str(booking.code_number) in await page.locator(".guest .code-tile b").inner_text()


async def test_a_technician_falls_sick_and_a_place_is_closed_from_their_names(page: Page, floor: Floor) -> None:
    await page.goto("/desk")
    await page.get_by_role("button", name="wang").click()
    await page.get_by_role("menuitem", name="Sick from now").click()
    await expect(page.locator(".attention").get_by_text("wang is sick")).to_be_visible()
    await page.locator(".attention").get_by_role("button", name="Is back").click()
    await expect(page.locator(".attention").get_by_text("wang is sick")).to_have_count(0)
    await page.keyboard.press("t")
    await page.get_by_role("button", name="C1").click()
    await page.get_by_role("menuitem", name="Close it").click()
    await expect(page.get_by_role("button", name="Repair")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".tl-shade.closed")).to_have_count(1)
    assert (await floor.day()).places[1].state == "closed"


async def test_names_of_any_kind_are_text_in_both_languages_and_search_finds_them(page: Page, floor: Floor) -> None:
    await floor.book("cut", at(9, 30), name=WILD)
    await floor.planned()
    await page.goto("/desk")
    await page.locator(".tl-block.solid").first.click()
    await expect(page.locator(".panel h2")).to_contain_text("<script>")
    await page.get_by_text("中文").click()
    await expect(page.get_by_role("button", name="到店登记")).to_be_visible()
    await expect(page).to_have_title("前台")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+k")
    await page.get_by_label("号码、姓名或手机尾号").fill("🎀")
    await page.keyboard.press("Enter")
    await expect(page.locator(".panel h2")).to_contain_text("🎀")
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide == 1440


async def test_why_not_tells_the_reason_and_the_price_and_is_done_all_the_same(page: Page, floor: Floor) -> None:
    other = await floor.book("cut", at(11), technician="lin", name="Emma Clarke")
    moved = await floor.book("cut", at(13), name="Li Lei")
    await floor.planned()
    await page.goto("/desk")
    await page.locator(".tl-block.solid").filter(has_text="Li Lei").click()
    await expect(page.locator(".panel")).to_be_visible()
    await page.keyboard.press("y")
    sheet = page.get_by_role("dialog", name="Why not another way? Li Lei")
    await sheet.get_by_label("Start").select_option(at(11).strftime("%Y-%m-%dT%H:%M:%S.000Z"))
    before = (await floor.booking(moved)).items[0].phases[0].technician_id
    if before != floor.technicians["lin"]:
        await sheet.get_by_label("Technician").select_option(floor.technicians["lin"])
    await expect(sheet.locator(".why-not-cause")).to_contain_text("lin is with Emma Clarke then")
    await expect(sheet.locator(".levels")).to_contain_text("later than promised, in all")
    await expect(sheet.locator(".effects")).to_contain_text("after the promise")
    assert (await floor.booking(moved)).planned_start == at(13)
    await sheet.get_by_role("button", name="Do it anyway").click()
    await expect(sheet).to_have_count(0)
    assert (await floor.booking(moved)).planned_start == at(11)
    assert (await floor.booking(other)).planned_start != at(11)


async def test_a_sickness_is_seen_before_it_is_reported_and_another_way_is_taken(page: Page, floor: Floor) -> None:
    gone = await floor.book("cut", at(11), technician="wang", name="Li Lei")
    await floor.planned()
    await page.goto("/desk")
    await page.get_by_role("button", name="wang").click()
    menu = page.get_by_role("menu")
    await expect(menu.locator(".preview")).to_have_text(re.compile("^ *1 without room$"))
    await expect(page.locator(".tl-block.touched")).to_have_count(1)
    await menu.get_by_role("menuitem", name="See what it does first").click()
    sheet = page.get_by_role("dialog", name="wang is sick")
    await expect(sheet.locator(".way.first")).to_contain_text("no room today")
    cancel = sheet.locator(".way[data-way=cancel]")
    await expect(cancel).to_contain_text("1 booking is cancelled")
    assert (await floor.booking(gone)).state == "confirmed" or (await floor.booking(gone)).state == "expected"
    await cancel.get_by_role("button", name="Take this").click()
    await expect(page.locator(".attention").get_by_text("wang is sick")).to_be_visible()
    assert (await floor.day()).booking(gone) is None
    await page.locator(".toast").get_by_role("button", name="Undo").click()
    await expect(page.locator(".attention").get_by_text("wang is sick")).to_have_count(0)
    assert (await floor.booking(gone)).planned_start == at(11)


async def test_a_toast_stands_above_an_open_dialog_and_can_be_taken_back_there(page: Page, floor: Floor) -> None:
    booking = await floor.book("cut", at(11), name="Li Lei")
    await floor.planned()
    await page.goto("/desk")
    await page.locator(".tl-block.solid").filter(has_text="Li Lei").click()
    await page.locator(".panel").get_by_role("button", name="Pin", exact=True).click()
    await expect(page.locator(".toast")).to_have_count(1)
    await page.keyboard.press("b")
    await expect(page.get_by_role("dialog", name="New booking")).to_be_visible()
    await page.locator("dialog .toast").get_by_role("button", name="Undo").click()
    await expect(page.locator("dialog .toast").last).to_contain_text("Undone")
    assert not (await floor.booking(booking)).items[0].phases[0].pinned


async def test_a_later_day_that_lost_its_room_is_told_today_and_mended_there(page: Page, floor: Floor, send: Send) -> None:
    tomorrow = DAY + timedelta(days=1)
    for code in ("lin", "wang"):
        shift = {"technician_id": floor.technicians[code], "date": tomorrow.isoformat(), "start": "09:00", "end": "18:00"}
        await send("team.put_shift", shift)
    start = at(11) + timedelta(days=1)
    booking = await floor.book("cut", start, technician="lin", name="Emma Clarke")
    leave = {"start": start.isoformat(), "until": (start + timedelta(hours=7)).isoformat()}
    await send("team.note_leave", {"technician_id": floor.technicians["lin"], **leave})
    await page.goto("/desk")
    told = page.locator(".attention").get_by_role("button", name="1 booking has lost its room")
    await expect(told).to_be_visible()
    await _shot(page, "later-day-en")
    await told.click()
    lost = page.locator(".attention").get_by_text("for Emma Clarke has no room yet")
    await expect(lost).to_be_visible()
    await _shot(page, "later-day-there-en")
    await page.locator(".attention").get_by_role("button", name="Ask, then move to 10:30").click()
    await expect(lost).to_have_count(0)
    await expect(page.get_by_text("Everybody booked has room")).to_be_visible()
    row = next(row for row in await floor.rows(BookingRow) if row.id == booking)
    assert row.booked_start == start - timedelta(minutes=30)


async def _shot(page: Page, name: str) -> None:
    """A picture for people, where somebody asks for one."""
    if folder := os.environ.get("SALON_HUB_SHOTS"):
        await page.screenshot(path=Path(folder) / f"desk-{name}.png")
