"""The kiosk in a real browser: few taps for who is booked, the wait before the name for who is not, nothing left behind."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import timedelta

import pytest
from playwright.async_api import Page, Route, expect

from hub.operations.bookings.queries import link_of
from kiosk import screen
from tests.e2e.conftest import Open, Salon

UPRIGHT = (1080, 1920)
PHONE = "13800138000"


async def booked(salon: Salon, name: str = "王雅琴") -> tuple[str, str, int]:
    """A booking in an hour's time: its id, its link's token, and the hour on the store's wall."""
    start = (salon.hub.clock.now() + timedelta(hours=1)).replace(minute=30, second=0, microsecond=0)
    services = [{"service_id": await salon.service("CUTW")}]
    customer = {"name": name, "phone": PHONE}
    made = await salon.send("bookings.book", services=services, start=start.isoformat(), customer=customer)
    async with salon.hub.database.read(salon.hub.store_id) as session:
        token = await link_of(session, salon.hub.vault, made["booking_id"])
    assert token is not None
    return made["booking_id"], token, (start + timedelta(hours=8)).hour


async def tap(page: Page, name: str, *, exact: bool = False) -> None:
    await page.get_by_role("button", name=name, exact=exact).first.click()


async def dial(page: Page, digits: str) -> None:
    for digit in digits:
        await tap(page, digit, exact=True)


async def heard(page: Page, heading: str, told: str) -> None:
    """A screen reader goes to the step and reads its heading, and what belongs to it."""
    step = page.get_by_role("main")
    await expect(step).to_be_focused()
    await expect(step).to_have_accessible_name(re.compile(heading))
    await expect(step).to_have_accessible_description(re.compile(told))


async def test_four_taps_and_a_number_check_in(salon: Salon, open_page: Open) -> None:
    booking_id, _, hour = await booked(salon)
    page = await open_page(await salon.link("kiosk"), *UPRIGHT)
    await page.get_by_text("English").click()
    await tap(page, "I have a booking")
    await heard(page, "mobile number", "scanner")
    await dial(page, PHONE)
    await heard(page, "time", ".")
    await tap(page, f"{hour}:00")
    await expect(page.get_by_text("王**")).to_be_visible()
    await heard(page, "you", "王\\*\\*")
    assert "雅琴" not in await page.content()
    await tap(page, "Yes, check me in")
    await tap(page, "I agree")
    await expect(page.get_by_text("You are checked in")).to_be_visible()
    day = await salon.until(lambda day: any(b.visit_id for b in day.bookings))
    booking = day.booking(booking_id)
    assert booking is not None
    await expect(page.locator(".done-tile")).to_have_text(str(booking.code_number))
    place = await page.locator(".done-seat").inner_text()
    await heard(page, "You are checked in", rf"{booking.code_number} [A-Z].*\d\d:\d\d.*{re.escape(place)}")
    await tap(page, "Done")
    await expect(page.get_by_text("欢迎光临")).to_be_visible()
    assert "王**" not in await page.content()


async def test_two_on_one_number_are_told_apart_and_each_finds_their_own_code(salon: Salon, open_page: Open) -> None:
    first, _, hour = await booked(salon)
    await booked(salon, "李大伟")
    arrived = await salon.send("visits.check_in", booking_id=first)
    page = await open_page(await salon.link("kiosk"), *UPRIGHT)
    await page.get_by_text("English").click()
    await tap(page, "I have a booking")
    await dial(page, PHONE)
    await tap(page, f"{hour}:00")
    lines = page.locator(".line")
    await expect(lines).to_have_count(2)
    await expect(page.get_by_role("heading", name="Which one is yours?")).to_be_visible()
    await expect(lines.filter(has_text="王**")).to_contain_text("checked in")
    await expect(lines.filter(has_text="李**")).not_to_contain_text("checked in")
    await lines.filter(has_text="王**").click()
    await expect(page.locator(".done-tile")).to_have_text(str(arrived["code_number"]))
    await tap(page, "Check in my companion")
    await expect(page.locator(".greeting-name")).to_have_text("李**")


async def test_a_usb_scanner_types_the_code(salon: Salon, open_page: Open) -> None:
    _, token, _ = await booked(salon)
    page = await open_page(await salon.link("kiosk"), *UPRIGHT)
    await expect(page.get_by_text("欢迎光临")).to_be_visible()
    await page.keyboard.type(f"http://192.0.2.7:8000/v/{token}")
    await page.keyboard.press("Enter")
    await expect(page.locator(".greeting-name")).to_have_text("王**")


async def scanned(page: Page, code: str) -> None:
    """As fast as a scanner types, however slowly the keys are handed on."""
    devices = await page.context.new_cdp_session(page)
    at = time.time()
    for key in [*code, "Enter"]:
        at += 0.005
        text = "\r" if key == "Enter" else key
        await devices.send("Input.dispatchKeyEvent", {"type": "keyDown", "key": key, "text": text, "timestamp": at})


async def test_a_scanned_code_is_no_name(salon: Salon, open_page: Open) -> None:
    _, token, _ = await booked(salon)
    page = await open_page(await salon.link("kiosk"), *UPRIGHT)
    await page.get_by_text("English").click()
    await tap(page, "No booking")
    await page.locator(".line").first.click()
    await tap(page, "See the wait")
    await page.locator(".line.who.any").click()
    await tap(page, "Join the queue")
    await page.get_by_role("textbox").click()
    await scanned(page, token)
    await expect(page.locator(".greeting-name")).to_have_text("王**")


async def test_a_stranger_learns_nothing_and_a_person_can_be_called(salon: Salon, open_page: Open) -> None:
    _, _, hour = await booked(salon)
    page = await open_page(await salon.link("kiosk"), *UPRIGHT)
    await page.get_by_text("English").click()
    pages = []
    for phone in (PHONE, "13900139000"):
        await tap(page, "I have a booking")
        await dial(page, phone)
        await tap(page, f"{hour + 2}:00")
        await expect(page.get_by_text("We found no booking for today")).to_be_visible()
        pages.append(await page.locator("main").inner_text())
        await tap(page, "Start over")
        # The next one finds the store's own language again.
        await expect(page.get_by_role("button", name="我有预约")).to_be_visible()
        await page.get_by_text("English").click()
    assert pages[0] == pages[1]
    await tap(page, "Call a person")
    await expect(page.get_by_role("button", name="Somebody is coming")).to_be_visible()
    await expect(page.get_by_role("status").filter(has_text="Somebody is coming")).to_be_attached()
    await salon.until(lambda day: any(a.said.code == "attention-help-kiosk" for a in day.attention))


async def test_a_walk_in_sees_the_wait_before_giving_a_name(salon: Salon, open_page: Open) -> None:
    page = await open_page(await salon.link("kiosk"), *UPRIGHT)
    await page.get_by_text("English").click()
    await tap(page, "No booking")
    await page.locator(".line").first.click()
    await tap(page, "See the wait")
    await expect(page.locator(".line.who.any .line-wait")).to_be_visible()
    assert await page.locator("input[type=text]").count() == 0
    await page.locator(".line.who.any").click()
    await tap(page, "Join the queue")
    await page.get_by_role("textbox").fill("<script>alert(1)</script> 🙂")
    await tap(page, "Next")
    await tap(page, "No number")
    await expect(page.get_by_text("You are checked in")).to_be_visible()
    await expect(page.get_by_role("img", name="Scan to follow on your phone")).to_be_visible()


async def test_a_surname_that_is_not_among_the_commonest_is_spelt(salon: Salon, open_page: Open) -> None:
    page = await open_page(await salon.link("kiosk"), *UPRIGHT, "zh")
    await tap(page, "没有预约")
    await page.locator(".line").first.click()
    await tap(page, "看看要等多久")
    await page.locator(".line.who.any").click()
    await tap(page, "现在取号")
    await tap(page, "其他姓氏，用拼音输入")
    for letter in ("C", "h", "u"):
        await tap(page, letter)
    await expect(page.get_by_role("textbox")).to_have_value("Chu")
    await tap(page, "选常见姓氏")
    await expect(page.get_by_role("button", name="王", exact=True)).to_be_visible()
    await tap(page, "下一步")
    await tap(page, "不留手机号")
    await expect(page.get_by_text("签到成功")).to_be_visible()
    assert [booking.customer_name for booking in (await salon.day()).bookings] == ["Chu"]


async def greeted(salon: Salon, open_page: Open) -> Page:
    """A kiosk that has read a booking's code, and asks in English whether it is theirs."""
    _, token, _ = await booked(salon)
    page = await open_page(await salon.link("kiosk"), *UPRIGHT)
    await page.get_by_text("English").click()
    await page.keyboard.type(token)
    await page.keyboard.press("Enter")
    await expect(page.locator(".greeting-name")).to_be_visible()
    return page


async def test_the_wipe_is_announced_and_counted_down_for_who_does_not_see_it(
    salon: Salon, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "IDLE", timedelta(seconds=1))
    monkeypatch.setattr(screen, "COUNTDOWN", timedelta(seconds=12))
    page = await greeted(salon, open_page)
    last = page.get_by_role("dialog", name="Still there?")
    await expect(last).to_have_accessible_description(re.compile(r"wiped in \d+ s"))
    targets = "() => [...document.querySelectorAll('button, .segment')].map((e) => e.getBoundingClientRect().height)"
    assert min(await page.evaluate(targets)) >= 64, "also the choice of the language and the cross of a dialog"
    await expect(last.get_by_role("status")).to_have_text(re.compile("wiped in 10 s"))
    await expect(last.get_by_role("status")).to_have_text(re.compile("wiped in 5 s"))
    await tap(page, "I am still here")
    await expect(last).to_have_count(0)
    await expect(page.get_by_role("main")).to_be_focused()
    await expect(page.get_by_role("button", name="我有预约")).to_be_visible()  # in the end, nobody is
    await expect(page.get_by_role("main")).to_have_accessible_name("欢迎光临")


async def test_a_language_chosen_by_who_goes_away_again_is_not_the_next_ones(
    salon: Salon, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "IDLE", timedelta(seconds=2))
    page = await open_page(await salon.link("kiosk"), *UPRIGHT)
    await expect(page.get_by_role("button", name="我有预约")).to_be_visible()
    await page.get_by_text("English").click()
    await expect(page.get_by_role("button", name="I have a booking")).to_be_visible()
    await expect(page.get_by_role("button", name="我有预约")).to_be_visible()


async def test_the_way_out_is_within_everybodys_reach(salon: Salon, open_page: Open) -> None:
    page = await greeted(salon, open_page)
    await page.reload()  # which goes on where it was, in the language that was chosen
    out = await page.get_by_role("button", name="Start over").bounding_box()
    assert out is not None
    assert out["height"] >= 64
    assert out["y"] > UPRIGHT[1] / 2
    await tap(page, "Start over")
    await expect(page.get_by_role("button", name="我有预约")).to_be_visible()


async def test_nobody_leaves_the_page_by_a_long_press_a_pinch_or_a_pull(salon: Salon, open_page: Open) -> None:
    page = await open_page(await salon.link("kiosk"), *UPRIGHT)
    await page.locator(".kiosk-foot").wait_for()
    stays = 'document.body.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true }))'
    assert not await page.evaluate(stays)
    style = await page.evaluate("Object.fromEntries(Object.entries(getComputedStyle(document.documentElement)))")
    assert (style["touchAction"], style["overscrollBehaviorY"]) == ("pan-x pan-y", "none")


async def test_without_the_hub_the_kiosk_shows_nobodys_business_and_the_way_to_the_desk(salon: Salon, open_page: Open) -> None:
    page = await greeted(salon, open_page)
    await page.context.set_offline(True)
    told = page.get_by_role("alert")
    await expect(told.get_by_role("heading", name="The kiosk is offline")).to_be_visible(timeout=40_000)
    await expect(told).to_contain_text("Please go to the front desk")
    await expect(told).to_contain_text("自助机暂时连不上")
    await expect(page.locator(".greeting-name")).to_have_count(0)


async def test_until_both_languages_are_there_no_text_is_shown_by_its_id(salon: Salon, open_page: Open) -> None:
    """A store that speaks Chinese, a browser that speaks English, and a slow way for the Chinese texts."""
    come = asyncio.Event()

    async def slowly(route: Route) -> None:
        answer = await route.fetch()
        if "welcome-hello = 欢迎" in await answer.text():
            await come.wait()
        await route.fulfill(response=answer)

    address = await salon.link("kiosk")
    page = await open_page("about:blank", *UPRIGHT, "en")
    await page.route("**/assets/kiosk-*.js", slowly)
    await page.goto(address)
    await expect(page.locator(".kiosk-loading")).to_be_visible()
    await page.wait_for_timeout(1_000)
    assert "welcome-" not in await page.locator("#app").inner_text()
    come.set()
    await expect(page.get_by_role("button", name="我有预约")).to_be_visible()
    await expect(page.get_by_text("欢迎光临")).to_be_visible()
