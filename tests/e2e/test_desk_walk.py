"""What a person at a busy desk does without thinking: idle time is filled, forms are taken, another day is looked at."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

from playwright.async_api import Page, Route, expect
from sqlalchemy import update

from hub.operations.planning.tables import PromiseRow
from hub.operations.waitlist.tables import GapRow
from tests.conftest import Send
from tests.e2e.conftest import at_rest
from tests.e2e.test_desk import floor, grip, hub, page  # noqa: F401 - fixtures
from tests.operations.floor import DAY, Floor, at

# ruff: noqa: F811 - pytest hands fixtures in by their names


POINT = """([lane, hour]) => {
    const box = (element) => element.getBoundingClientRect();
    const hours = [...document.querySelectorAll(".tl-hour")];
    const [ten, eleven] = ["10:00", "11:00"].map((word) => box(hours.find((each) => each.textContent === word)));
    const track = box(document.querySelectorAll(".tl-track")[lane]);
    return [ten.x + ten.width / 2 + (hour - 10) * (eleven.x - ten.x), track.y + track.height / 2];
}"""

BOXES = """(parts) => parts.map((part) => {
    const { x, y, width, height } = document.querySelector(part).getBoundingClientRect();
    return { x, y, width, height };
})"""


async def tap(page: Page, lane: int, hour: float) -> None:
    """On the lane, at that hour of its wall."""
    x, y = await at_rest(page, POINT, [lane, hour])
    await page.mouse.click(x, y)


async def test_idle_time_is_offered_to_the_waiting_list_by_a_tap_on_it(page: Page, floor: Floor) -> None:
    await floor.book("cut", at(10), technician="lin", name="Emma Clarke")
    await floor.book("cut", at(12), technician="lin", name="Li Lei")
    await floor.planned()
    await page.goto("/desk")
    await expect(page.locator(".tl-block.solid")).to_have_count(2)
    await tap(page, 0, 11)
    menu = page.get_by_role("menu")
    await expect(menu).to_contain_text("10:30–12:00")
    await expect(menu).to_contain_text("1 h 30 min free")
    await page.keyboard.press("Escape")
    await expect(menu).to_have_count(0)
    await tap(page, 0, 11)
    await menu.get_by_role("menuitem", name="Fill from the waiting list").click()
    await expect(page.locator(".toast")).to_have_count(1)
    [gap] = await floor.rows(GapRow)
    assert (gap.cause, gap.start, gap.end, gap.technician_ids) == ("desk", at(10, 30), at(12), [floor.technicians["lin"]])


async def test_a_booking_into_idle_time_keeps_its_technician_and_its_time(page: Page, floor: Floor) -> None:
    await floor.book("cut", at(10), technician="lin", name="Emma Clarke")
    await floor.planned()
    await page.goto("/desk")
    await expect(page.locator(".tl-block.solid")).to_have_count(1)
    await tap(page, 0, 11)
    await page.get_by_role("menuitem", name="Book here").click()
    sheet = page.get_by_role("dialog", name="New booking")
    await sheet.get_by_label("Find a service").fill("cut")
    await page.keyboard.press("Enter")
    await expect(sheet.get_by_label("Who should do it")).to_have_value(f"must:{floor.technicians['lin']}")
    await expect(sheet.locator(".slot.chosen")).to_contain_text("10:30")
    await sheet.get_by_label("Name or phone").fill("Han Meimei")
    await sheet.get_by_role("button", name="New customer “Han Meimei”").click()
    await sheet.get_by_role("button", name="Book ", exact=False).click()
    await expect(page.locator(".tl-block.solid").filter(has_text="Han Meimei")).to_be_visible()
    made = next(b for b in (await floor.day()).bookings if b.customer_name == "Han Meimei")
    assert (made.booked_start, made.items[0].phases[0].technician_id) == (at(10, 30), floor.technicians["lin"])


async def test_the_keyboard_finds_the_next_idle_time_in_a_technicians_menu(page: Page, floor: Floor) -> None:
    await floor.book("cut", at(9), technician="lin", name="Emma Clarke")
    await floor.planned()
    await page.goto("/desk")
    await page.locator(".tl-block.solid").click()
    await expect(page.locator(".panel h2")).to_contain_text("Emma Clarke")
    lin = page.get_by_role("button", name="lin").first
    await lin.focus()
    await page.keyboard.press("Enter")
    free = page.get_by_role("menuitem", name="Free 09:30–")
    await expect(page.get_by_role("menuitem").first).to_be_focused()
    await page.keyboard.press("End")
    await expect(free).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("menuitem").first).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("menu")).to_have_count(0)
    await expect(lin).to_be_focused()
    await expect(page.locator(".panel h2")).to_contain_text("Emma Clarke")  # one Escape closes the menu alone
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem").first).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    here = page.get_by_role("menuitem", name="Book here")
    await expect(here).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("menuitem", name="Fill from the waiting list")).to_be_focused()
    await page.keyboard.press("Home")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="New booking")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(lin).to_be_focused()
    await page.evaluate("() => { Element.prototype.scrollTo = (to) => { document.title = to.behavior; }; }")
    for motion, how in (("no-preference", "smooth"), ("reduce", "auto")):
        await page.emulate_media(reduced_motion=motion)  # type: ignore[arg-type]
        await page.keyboard.press("n")
        await expect(page).to_have_title(how)


async def test_a_code_from_a_scanner_is_no_order(page: Page, floor: Floor) -> None:
    booking = await floor.book("cut", at(9), technician="lin", name="Emma Clarke")
    await floor.send("visits.start_service", {"item_id": await floor.item(booking)}, floor.desk)
    await page.goto("/desk")
    running = page.locator(".tl-block.look-running").filter(has_text="Emma Clarke")
    await running.click()
    await expect(page.get_by_role("complementary", name="Details of Emma Clarke")).to_be_visible()
    since = await floor.seq()
    typed = [{"key": key} for key in "fXsilF0"]
    await page.evaluate("keys => keys.forEach(key => dispatchEvent(new KeyboardEvent('keydown', key)))", typed)
    await page.keyboard.press("t")
    await expect(page.get_by_role("radio", name="Places")).to_be_checked()
    await page.wait_for_timeout(500)  # as a person does between two keys
    assert await floor.facts(since) == []
    await page.keyboard.press("f")
    await expect(running).to_have_count(0)


async def test_a_late_answer_shuts_nothing_that_was_opened_since(page: Page, floor: Floor) -> None:
    answer = asyncio.Event()

    async def slowly(route: Route) -> None:
        await answer.wait()
        await route.continue_()

    await page.route("**/api/commands/bookings.book", slowly)
    await page.goto("/desk")
    await page.get_by_role("button", name="Book", exact=True).click()
    sheet = page.get_by_role("dialog", name="New booking")
    await sheet.get_by_label("Find a service").fill("cut")
    await page.keyboard.press("Enter")
    await sheet.locator(".slot").first.click()
    await sheet.get_by_label("Name or phone").fill("Han Meimei")
    await sheet.get_by_role("button", name="New customer “Han Meimei”").click()
    async with page.expect_request("**/api/commands/bookings.book"):
        await sheet.get_by_role("button", name="Book ", exact=False).click()
    await page.keyboard.press("Escape")
    await expect(sheet).to_have_count(0)
    await page.keyboard.press("w")
    walk_in = page.get_by_role("dialog", name="Walk-in")
    await walk_in.get_by_label("Find a service").fill("col")
    answer.set()
    await expect(page.locator("dialog .toast")).to_contain_text("Han Meimei")
    await expect(walk_in.get_by_label("Find a service")).to_have_value("col")


async def test_late_is_noted_by_one_tap_however_hastily_it_is_tapped(page: Page, floor: Floor) -> None:
    booking_id = await floor.book("cut", at(10), technician="lin", name="Emma Clarke")
    await floor.planned()
    await page.goto("/desk")
    await page.locator(".tl-block.solid").filter(has_text="Emma Clarke").click()
    late = page.locator("[data-late='15']")
    await late.hover()
    await expect(page.locator(".late-box .preview:not(.asking)")).to_contain_text("Nobody else moves")
    since = await floor.seq()
    await late.dblclick()
    await expect(page.locator(".toast").get_by_text("15")).to_be_visible()
    await expect(page.locator(".attention-list > li")).to_have_count(1)
    await expect(page.locator(".attention")).to_contain_text("Emma Clarke comes 15 min late")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert [f.type for f in await floor.facts(since)].count("visits.customer_late") == 1
    assert (await floor.booking(booking_id)).late_until == at(10, 15)


async def test_nobody_is_kept_waiting_for_hours_by_one_tap(page: Page, floor: Floor) -> None:
    await floor.book("cut", at(10), technician="lin", name="Emma Clarke")
    for half in range(4):
        await floor.book("cut", at(10, 30) + timedelta(minutes=30 * half), technician="lin", name=f"Li Lei {half}")
    await floor.planned()
    await page.goto("/desk")
    await page.locator(".tl-block.solid").filter(has_text="Emma Clarke").click()
    late = page.locator("[data-late='15']")
    await late.hover()
    await expect(page.locator(".late-box .preview:not(.asking)")).to_contain_text("they start at 12:30")
    since = await floor.seq()
    await late.click()
    await expect(page.get_by_role("dialog").get_by_text("12:30").first).to_be_visible()
    assert "visits.customer_late" not in [f.type for f in await floor.facts(since)]


async def test_control_z_takes_back_ones_own_step_and_never_somebody_elses(page: Page, floor: Floor) -> None:
    mine = await floor.book("cut", at(9, 30), technician="lin", name="Emma Clarke")
    other = await floor.book("cut", at(9, 30), technician="wang", name="Li Lei")
    await floor.planned()
    await page.goto("/desk")
    await page.locator(".tl-block.solid").filter(has_text="Emma Clarke").click()
    await page.keyboard.press("i")
    await expect(page.locator(".guest")).to_have_count(1)
    await floor.send("visits.check_in", {"booking_id": other}, floor.desk)
    await expect(page.locator(".guest")).to_have_count(2)
    await page.reload()
    await expect(page.locator(".guest")).to_have_count(2)
    await page.keyboard.press("Control+z")
    await expect(page.locator(".toast").last).to_contain_text("Undone: Checked in Emma Clarke")
    await page.keyboard.press("Control+z")
    await expect(page.locator(".toast").last).to_contain_text("Nothing to undo")
    assert [(await floor.booking(each)).visit_state for each in (mine, other)] == [None, "waiting"]
    # The button names whose step it takes back.
    await page.get_by_role("button", name="Undo: Checked in Li Lei").click()
    await expect(page.locator(".guest")).to_have_count(0)


async def test_work_and_the_past_are_no_idle_time(page: Page, floor: Floor) -> None:
    await page.goto("/desk")
    await expect(page.locator(".tl-lane")).to_have_count(3)
    await tap(page, 0, 8.5)
    await tap(page, 0, 18.5)
    await expect(page.get_by_role("menu")).to_have_count(0)


async def test_only_what_a_technician_can_do_is_offered_with_them(page: Page, floor: Floor) -> None:
    await page.goto("/desk")
    await page.get_by_role("button", name="zhao").click()
    await page.get_by_role("menuitem", name="Book with zhao").click()
    sheet = page.get_by_role("dialog", name="New booking")
    await expect(sheet.get_by_role("button", name="colour")).to_be_visible()
    await expect(sheet.get_by_role("button", name="cut")).to_have_count(0)


async def test_the_bubble_of_a_drag_stays_on_the_screen(page: Page, floor: Floor) -> None:
    await floor.book("cut", at(12), technician="lin", name="Li Lei")
    await floor.planned()
    await page.goto("/desk")
    x, y = await grip(page.locator(".tl-block.solid").filter(has_text="Li Lei"))
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(1400, y + 2, steps=8)
    bubble = page.locator(".tl-bubble")
    await expect(bubble).to_be_visible()
    shown = await bubble.bounding_box()
    assert shown
    assert shown["x"] + shown["width"] <= 1440
    await page.keyboard.press("Escape")
    await page.mouse.up()


async def test_a_form_that_is_missing_is_taken_from_the_attention_column(page: Page, floor: Floor, send: Send) -> None:
    form = {"zh": "同意书", "en": "Consent"}
    await send("catalog.put_consent_form", {"code": "peel", "name": form, "text": form})
    phases = [{"kind": "hands_on", "minutes": 30, "skill": "cut", "place_kind": "chair"}]
    service = {"code": "peel", "name": form, "category": form, "price_minor": 1, "consent_form": "peel", "phases": phases}
    service_id = (await send("catalog.put_service", service)).result["service_id"]
    floor.services["peel"] = str(service_id)
    booking = await floor.book("peel", at(9, 15), name="Emma Clarke")
    await floor.planned()
    await floor.send("visits.check_in", {"booking_id": booking}, floor.desk)
    await page.goto("/desk")
    await page.locator(".attention").get_by_role("button", name="Take signature").click()
    await expect(page.get_by_role("dialog", name="Consent · Emma Clarke")).to_be_visible()


async def test_another_day_is_named_at_once_and_the_store_leads_home(page: Page, floor: Floor) -> None:
    await page.goto("/desk")
    await expect(page.locator(".tl-lane")).to_have_count(3)
    await page.wait_for_load_state("networkidle")  # what the desk loads after its first picture
    gate = page.context
    await gate.set_offline(True)
    await page.keyboard.press("]")
    tomorrow = DAY + timedelta(days=1)
    await expect(page.get_by_label("Choose a day")).to_have_value(tomorrow.isoformat())
    await expect(page.locator(".desk-body.going")).to_have_count(1)
    await gate.set_offline(False)
    await expect(page.locator(".desk-body.going")).to_have_count(0)
    await page.locator(".bar-store a").click()
    await expect(page).to_have_url("/")


async def test_who_waits_between_two_services_waits_since_the_first_one_ended(page: Page, floor: Floor) -> None:
    wishes = [{"service_id": floor.services[name]} for name in ("cut", "cut")]
    data = {"services": wishes, "start": at(9, 15).isoformat(), "customer": {"name": "Emma Clarke"}}
    booking = str((await floor.send("bookings.book", data, floor.desk)).result["booking_id"])
    await floor.planned()
    await floor.send("visits.check_in", {"booking_id": booking}, floor.desk)
    await page.goto("/desk")
    guest = page.locator(".guest").filter(has_text="Emma Clarke")
    await expect(guest.locator(".window")).to_contain_text("–")
    first = (await floor.booking(booking)).items[0]
    clock = floor.hub.clock
    clock.set(at(9, 15))  # type: ignore[attr-defined]
    start = {"item_id": first.id, "technician_id": floor.technicians["lin"]}
    await floor.send("visits.start_service", start, floor.desk)
    clock.set(at(9, 45))  # type: ignore[attr-defined]
    await floor.send("visits.finish_service", {"item_id": first.id}, floor.desk)
    await expect(guest.locator(".window")).not_to_contain_text("–")
    await expect(guest.locator(".waited")).to_have_text(re.compile("0.min"))


async def test_a_promise_that_the_plan_can_keep_again_is_not_called_broken(page: Page, floor: Floor) -> None:
    booking = await floor.book("cut", at(11), name="Emma Clarke")
    await floor.planned()
    await page.goto("/desk")
    await page.locator(".tl-block.solid").filter(has_text="Emma Clarke").click()
    promised = page.locator(".times-promise")
    await expect(promised).to_contain_text("% sure")
    async with floor.hub.database.write(floor.store) as session:
        await session.execute(update(PromiseRow).where(PromiseRow.booking_id == booking).values(broken=True))
    floor.hub.clock.set(at(9, 1))  # type: ignore[attr-defined]
    await page.reload()
    await page.locator(".tl-block.solid").filter(has_text="Emma Clarke").click()
    await expect(promised).to_contain_text("can be kept again")
    await expect(page.locator(".times-promise.broken")).to_have_count(0)


async def test_a_part_that_did_not_load_comes_dressed_when_the_network_is_back(page: Page, floor: Floor) -> None:
    parts = re.compile(r"/assets/(Panel|Dialogs)-[^/]+\.(js|css)$")
    await floor.book("cut", at(10), technician="lin", name="Emma Clarke")
    await floor.planned()
    await page.route(parts, lambda route: route.abort())
    await page.goto("/desk")
    await page.locator(".tl-block.solid").click()
    await page.keyboard.press("b")
    panel, dialog = page.get_by_role("complementary", name="Details of Emma Clarke"), page.get_by_role("dialog")
    await expect(page.locator("aside.panel")).to_be_visible()
    await expect(panel).to_have_count(0)
    await page.unroute(parts)
    await expect(dialog).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(panel.get_by_role("button", name="Check in")).to_be_visible()
    await expect(panel.locator(".panel-head")).to_have_css("display", "flex")


async def test_a_day_without_shifts_says_so_and_what_to_do(page: Page, floor: Floor) -> None:
    await page.goto(f"/desk?date={DAY + timedelta(days=40)}")
    await expect(page.get_by_text("Nobody is on shift on this day")).to_be_visible()
    await expect(page.locator(".tl-lane")).to_have_count(0)


async def test_what_mends_it_stays_inside_its_notice_however_long_its_words(page: Page, floor: Floor, send: Send) -> None:
    await floor.book("cut", at(14), technician="lin", name="Emma Clarke")
    await floor.planned()
    tomorrow = {"technician_id": floor.technicians["lin"], "date": (DAY + timedelta(days=1)).isoformat()}
    await send("team.put_shift", {**tomorrow, "start": "09:00", "end": "18:00"})
    since = await floor.seq()
    leave = {"technician_id": floor.technicians["lin"], "start": at(9).isoformat(), "until": at(33).isoformat()}
    await send("team.note_leave", leave)
    await floor.planned(since=since)
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.goto("/desk")
    mend = page.locator(".notice-mend .button")
    await expect(mend.filter(has_text="Ask, then move to Fri 15 May")).to_have_count(1)
    beyond = "e => e.getBoundingClientRect().right - e.closest('.notice').getBoundingClientRect().right"
    assert [await each.evaluate(beyond) <= 0 for each in await mend.all()] == [True] * await mend.count()


async def test_at_twice_its_size_nothing_of_the_bar_lies_over_something_else_or_outside(page: Page, floor: Floor) -> None:
    """1440 px at 200 % are 720 (WCAG 2.2, 1.4.4)."""
    await page.set_viewport_size({"width": 720, "height": 450})
    await page.goto("/desk")
    await expect(page.locator(".tl-lane")).to_have_count(3)
    boxes = await at_rest(page, BOXES, [".bar-figures", ".bar-tools", ".tools-day", ".tools-look"])
    for number, one in enumerate(boxes):
        assert one["x"] >= 0
        assert one["x"] + one["width"] <= 720
        for other in boxes[number + 1 :]:
            beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            assert beside or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
