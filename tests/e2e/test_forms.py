"""A service that asks for a signature: at the kiosk with a finger or by holding, at the desk, on the technician's tablet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from playwright.async_api import Page, expect
from sqlalchemy import select

from hub.operations.bookings.queries import link_of
from hub.operations.forms.tables import SignedFormRow
from hub.operations.planning.live_day import LiveDay
from tests.e2e.conftest import Open, Salon
from tests.e2e.test_kiosk import UPRIGHT, tap

LASHES = "LASH"


async def lashes_booked(salon: Salon) -> tuple[str, str]:
    """A booking of today that asks for a form, and its link's token."""
    start = (salon.hub.clock.now() + timedelta(hours=1)).replace(minute=30, second=0, microsecond=0)
    made = await salon.send(
        "bookings.book",
        services=[{"service_id": await salon.service(LASHES)}],
        start=start.isoformat(),
        customer={"name": "王雅琴", "phone": "13800138000"},
    )
    async with salon.hub.database.read(salon.hub.store_id) as session:
        token = await link_of(session, salon.hub.vault, made["booking_id"])
    assert token is not None
    return made["booking_id"], token


async def write_name(page: Page) -> None:
    """Two strokes across the pad, once its sheet has come to rest."""
    await page.locator(".signature-pad").hover()
    box = await page.locator(".signature-pad").bounding_box()
    assert box is not None
    left, top, across = box["x"], box["y"], box["width"]
    for start, end in (((0.2, 0.1), (0.5, 0.25)), ((0.5, 0.1), (0.8, 0.28))):
        await page.mouse.move(left + across * start[0], top + across * start[1])
        await page.mouse.down()
        await page.mouse.move(left + across * end[0], top + across * end[1], steps=12)
        await page.mouse.up()


def standing(day: LiveDay, booking_id: str) -> str:
    booking = day.booking(booking_id)
    assert booking is not None
    return booking.forms[0].standing


async def scan(page: Page, text: str) -> None:
    """What a USB scanner types, as fast as one does it however busy this machine is."""
    await page.evaluate(
        """keys => keys.forEach(key => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })))""",
        [*text, "Enter"],
    )


async def at_the_form(salon: Salon, open_page: Open, token: str) -> Page:
    page = await open_page(await salon.link("kiosk"), *UPRIGHT)
    await page.get_by_text("English").click()
    await scan(page, token)
    await tap(page, "Yes, check me in")
    await tap(page, "I agree")
    await expect(page.get_by_role("heading", name="Consent: lash extensions")).to_be_visible()
    await expect(page.get_by_text("cyanoacrylate")).to_be_visible()
    return page


async def test_what_is_missing_is_signed_at_the_kiosk_with_a_finger(salon: Salon, open_page: Open) -> None:
    booking_id, token = await lashes_booked(salon)
    page = await at_the_form(salon, open_page, token)
    day = await salon.until(lambda day: any(b.visit_state == "forms_pending" for b in day.bookings))
    assert standing(day, booking_id) == "missing", "checked in already: whoever walks away now is known to the desk"
    sign = page.get_by_role("button", name="Sign and go on")
    await expect(sign).to_be_disabled()
    await write_name(page)
    await page.get_by_role("button", name="Clear").click()
    await expect(sign).to_be_disabled()
    await write_name(page)
    await sign.click()
    await expect(page.get_by_text("You are checked in")).to_be_visible()
    day = await salon.until(lambda day: any(b.visit_state == "waiting" for b in day.bookings))
    assert standing(day, booking_id) == "signed"
    async with salon.hub.database.read(salon.hub.store_id) as session:
        [row] = await session.scalars(select(SignedFormRow))
    assert (row.way, row.language, row.version) == ("drawn", "en", 1)


async def test_who_does_not_draw_holds_and_the_desk_confirms_the_name(salon: Salon, open_page: Open) -> None:
    booking_id, token = await lashes_booked(salon)
    page = await at_the_form(salon, open_page, token)
    hold = page.get_by_role("button", name="Cannot write?")
    box = await hold.bounding_box()
    assert box is not None
    assert box["height"] >= 64
    # In the page, whose own timers a busy machine holds up alike.
    await hold.evaluate("""async (button) => {
        button.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
        await new Promise((done) => setTimeout(done, 600));
        button.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
    }""")
    await expect(page.get_by_role("heading", name="Consent: lash extensions")).to_be_visible()
    await hold.dispatch_event("pointerdown")
    await expect(page.get_by_text("checks your name")).to_be_visible()
    day = await salon.until(lambda day: any(a.said.code == "attention-form-held" for a in day.attention))
    assert standing(day, booking_id) == "to_confirm"

    desk = await open_page(await salon.link("desk"), 1440, 900)
    await desk.get_by_role("button", name="Name is right").first.click()
    day = await salon.until(lambda day: any(b.visit_state == "waiting" for b in day.bookings))
    assert standing(day, booking_id) == "signed"


async def test_rather_with_a_person_and_the_desk_takes_it_or_waves_through(salon: Salon, open_page: Open) -> None:
    booking_id, token = await lashes_booked(salon)
    page = await at_the_form(salon, open_page, token)
    await tap(page, "I would rather do this with a person")
    await expect(page.get_by_text("Somebody comes to you with the form")).to_be_visible()
    await salon.until(lambda day: any(a.said.code.startswith("attention-help-form") for a in day.attention))

    desk = await open_page(await salon.link("desk"), 1440, 900)
    await desk.locator(".notice-why").filter(has_text="has not signed").click()
    await desk.get_by_role("button", name="Take signature").first.click()
    await expect(desk.get_by_role("dialog").get_by_text("cyanoacrylate")).to_be_visible()
    await write_name(desk)
    await desk.get_by_role("dialog").get_by_role("button", name="Signed").click()
    await expect(desk.locator(".panel-form[data-standing=signed]")).to_contain_text("Signed")
    day = await salon.until(lambda day: any(b.visit_state == "waiting" for b in day.bookings))
    assert standing(day, booking_id) == "signed"


async def test_a_second_visit_asks_for_nothing_again(salon: Salon, open_page: Open) -> None:
    booking_id, token = await lashes_booked(salon)
    strokes = [[100, 100, 500, 200], [500, 100, 800, 200]]
    signed = {"booking_id": booking_id, "form": LASHES, "version": 1, "language": "zh", "strokes": strokes}
    await salon.send("forms.sign", **signed)
    page = await open_page(await salon.link("kiosk"), *UPRIGHT)
    await page.get_by_text("English").click()
    await scan(page, token)
    await tap(page, "Yes, check me in")
    await tap(page, "I agree")
    await expect(page.get_by_text("You are checked in")).to_be_visible()


async def test_the_technician_hands_her_tablet_over(salon: Salon, open_page: Open) -> None:
    walked = await salon.walk_in(LASHES, technician="T8")
    await salon.until(lambda day: any(item.phases[0].start for b in day.bookings for item in b.items))
    page = await open_page(await salon.link("technician", "米娅"), 1280, 800)
    await expect(page.locator(".form-line.open")).to_contain_text("not signed yet")
    await expect(page.get_by_role("button", name="Start")).to_be_disabled()
    await page.get_by_role("button", name="Hand over to sign").click()
    await write_name(page)
    await page.get_by_role("dialog").get_by_role("button", name="Signed").click()
    await expect(page.locator(".form-line")).to_contain_text("signed")
    await page.get_by_role("button", name="Start").click()
    day = await salon.until(lambda day: any(b.visit_state == "in_service" for b in day.bookings))
    assert standing(day, walked["booking_id"]) == "signed"


async def test_words_that_change_on_the_open_pad_are_signed_as_they_are_now(salon: Salon, open_page: Open) -> None:
    walked = await salon.walk_in(LASHES, technician="T8")
    await salon.until(lambda day: any(item.phases[0].start for b in day.bookings for item in b.items))
    page = await open_page(await salon.link("technician", "米娅"), 1280, 800)
    await page.get_by_role("button", name="Hand over to sign").click()
    await write_name(page)
    sign = page.get_by_role("dialog").get_by_role("button", name="Signed")
    await expect(sign).to_be_enabled()

    name, text = {"zh": "睫毛", "en": "Lashes"}, {"zh": "新的说明", "en": "Other words about the glue"}
    await salon.send("catalog.put_consent_form", code=LASHES, name=name, text=text)
    await expect(page.get_by_role("dialog").get_by_text("Other words about the glue")).to_be_visible()
    await expect(page.get_by_role("alert").filter(has_text="have just been changed")).to_be_visible()
    await expect(sign).to_be_disabled()
    await write_name(page)
    await sign.click()
    day = await salon.until(lambda day: day.bookings[0].forms[0].standing == "signed")
    assert standing(day, walked["booking_id"]) == "signed"
    async with salon.hub.database.read(salon.hub.store_id) as session:
        [row] = await session.scalars(select(SignedFormRow))
    assert row.version == 2


async def served_by_mia(salon: Salon, name: str | None = "王雅琴") -> dict[str, Any]:
    """A manicure under way, to which lashes are added; the visit."""
    wish = {"service_id": await salon.service("GELN"), "requested": "must", "technician_id": await salon.technician("T8")}
    customer = {"customer": {"name": name, "title": "ms"}} if name else {}
    visit = await salon.send("visits.walk_in", services=[wish], **customer)
    [booking] = (await salon.until(lambda day: all(i.phases[0].start for b in day.bookings for i in b.items))).bookings
    mine = {"item_id": booking.items[0].id, "technician_id": await salon.technician("T8")}
    await salon.send("visits.start_service", **mine)
    wanted = {"booking_id": booking.id, "service_id": await salon.service(LASHES)}
    await salon.send("visits.add_service", **wanted, technician_id=mine["technician_id"])
    return visit


async def test_what_an_added_service_asks_for_is_signed_on_the_tablet_before_its_turn(salon: Salon, open_page: Open) -> None:
    await served_by_mia(salon)
    page = await open_page(await salon.link("technician", "米娅"), 1280, 800)
    await expect(page.get_by_text("Consent: lash extensions: not signed yet")).to_be_visible()
    await page.get_by_role("button", name="Finish").click()
    await salon.until(lambda day: day.bookings[0].visit_state == "forms_pending")
    await expect(page.get_by_role("button", name="Start")).to_be_disabled()
    await page.get_by_role("button", name="Hand over to sign").click()
    await write_name(page)
    await page.get_by_role("dialog").get_by_role("button", name="Sign").click()
    await salon.until(lambda day: day.bookings[0].visit_state == "waiting")
    await page.get_by_role("button", name="Start").click()
    await salon.until(lambda day: day.bookings[0].visit_state == "in_service")


async def test_a_guest_without_a_name_is_sent_to_the_desk_by_one_tap(salon: Salon, open_page: Open) -> None:
    await served_by_mia(salon, name=None)
    page = await open_page(await salon.link("technician", "米娅"), 800, 1280)
    await page.get_by_role("button", name="Finish").click()
    await page.get_by_role("button", name="Let the desk see to the form").click()
    day = await salon.until(lambda day: any(note.kind == "help" for note in day.attention))
    [asked] = [note for note in day.attention if note.kind == "help"]
    assert (asked.said.code.startswith("attention-help-form"), asked.booking_id) == (True, day.bookings[0].id)


async def test_the_desk_takes_the_signature_for_an_added_service_from_the_attention_column(
    salon: Salon, open_page: Open
) -> None:
    await served_by_mia(salon)
    desk = await open_page(await salon.link("desk"), 1440, 900)
    line = desk.get_by_label("Needs attention").locator("article", has_text="has not signed")
    await expect(line).to_be_visible()
    await line.get_by_role("button", name="Take signature").click()
    await write_name(desk)
    await desk.get_by_role("dialog").get_by_role("button", name="Sign").click()
    day = await salon.until(lambda day: day.bookings[0].to_sign == ())
    assert day.bookings[0].visit_state == "in_service"
    await expect(line).to_have_count(0)
