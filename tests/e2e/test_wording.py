"""A salon says it in its own words: every open screen follows without a reload, and back again."""

from __future__ import annotations

import asyncio

from playwright.async_api import Page, Route, expect

from tests.e2e.conftest import Open, Salon
from tests.e2e.test_settings import office

DESK = (1440, 900)


async def search(page: Page, words: str) -> None:
    await page.get_by_role("searchbox", name="Search").fill(words)


def line(page: Page, message_id: str) -> str:
    return f".wording-line[data-id='{message_id}']"


async def test_open_screens_follow_a_changed_word_and_its_way_back(salon: Salon, open_page: Open) -> None:
    kiosk = await open_page(await salon.link("kiosk"), 1080, 1920, "zh")
    desk = await open_page(await salon.link("desk"), *DESK)
    await expect(kiosk.get_by_text("欢迎光临")).to_be_visible()
    await expect(desk.get_by_text("Walk-in").first).to_be_visible()
    for page in (kiosk, desk):
        await page.evaluate("window.stayed = true")

    page = await office(salon, open_page, "/wording")
    await search(page, "欢迎光临")
    row = page.locator(line(page, "welcome-hello"))
    await row.get_by_role("button", name="Change welcome-hello, Chinese").click()
    await row.get_by_label("Chinese").fill("美丽从这里开始")
    await expect(row.locator(".wording-preview")).to_have_text("美丽从这里开始")
    await row.get_by_role("button", name="Save").click()
    await expect(kiosk.get_by_text("美丽从这里开始")).to_be_visible()
    await expect(row.get_by_text("Yours")).to_be_visible()

    await salon.send("catalog.put_wording", language="en", message_id="desk-do-walk-in", text="Drop-in")
    await expect(desk.get_by_text("Drop-in").first).to_be_visible()
    assert await kiosk.evaluate("window.stayed") is True
    assert await desk.evaluate("window.stayed") is True

    await page.get_by_text("Changed · 2").click()
    await search(page, "")
    await expect(page.locator(".wording-line")).to_have_count(2)
    await row.get_by_role("button", name="Change welcome-hello, Chinese").click()
    await row.get_by_role("button", name="Back to the original").click()
    await expect(kiosk.get_by_text("欢迎光临")).to_be_visible()
    assert await kiosk.evaluate("window.stayed") is True
    await page.get_by_role("button", name="Undo").last.click()
    await expect(kiosk.get_by_text("美丽从这里开始")).to_be_visible()


async def test_a_start_without_the_hub_keeps_the_words(salon: Salon, open_page: Open) -> None:
    await salon.send("catalog.put_wording", language="en", message_id="offline-title", text="One moment, we are on it")
    kiosk = await open_page(await salon.link("kiosk"), 1080, 1920)
    async with asyncio.timeout(20):
        while "we are on it" not in str(await kiosk.evaluate("localStorage.getItem('salon-hub.texts')")):
            await asyncio.sleep(0.05)

    async def away(route: Route) -> None:
        await route.abort()

    await kiosk.route("**/api/**", away)
    await kiosk.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    await kiosk.reload()
    await expect(kiosk.get_by_text("One moment, we are on it")).to_be_visible()


async def test_what_would_not_fit_is_said_at_the_field_and_what_is_filled_in_is_a_tap_away(
    salon: Salon, open_page: Open
) -> None:
    page = await office(salon, open_page, "/wording")
    await search(page, "welcome-waiting")
    row = page.locator(line(page, "welcome-waiting"))
    await row.get_by_role("button", name="Change welcome-waiting, English").click()
    field = row.get_by_label("English")
    await field.fill("Guests before you: ")
    await row.get_by_role("button", name="Save").click()
    await expect(row.get_by_role("alert")).to_contain_text("$count is missing")
    await row.get_by_role("button", name="Insert $count").click()
    await expect(field).to_have_value("Guests before you: { $count }")
    await expect(row.locator(".wording-preview")).to_have_text("Guests before you: 3")
    await field.press("Control+Enter")
    await expect(page.get_by_text("Every screen says so now")).to_be_visible()
    await expect(row.locator(".wording-slot")).to_have_text(["$count", "$count"])
    await expect(row.get_by_role("button", name="Change welcome-waiting, English")).to_be_focused()

    await search(page, "no such words anywhere")
    await expect(page.get_by_text("No text has these words")).to_be_visible()


async def test_what_was_typed_stays_when_something_else_is_searched_for(salon: Salon, open_page: Open) -> None:
    page = await office(salon, open_page, "/wording")
    await search(page, "welcome-hello")
    row = page.locator(line(page, "welcome-hello"))
    await row.get_by_role("button", name="Change welcome-hello, Chinese").click()
    await row.get_by_role("button", name="Change welcome-hello, English").click()
    chinese = row.get_by_label("Chinese")
    await chinese.fill("")
    await chinese.press_sequentially("美丽从这里开始")
    await expect(chinese).to_have_value("美丽从这里开始")
    await search(page, "welcome-walk-in")
    await expect(page.get_by_role("heading", name="Not saved yet")).to_be_visible()
    await expect(page.locator(line(page, "welcome-walk-in"))).to_be_visible()
    await expect(page.get_by_role("searchbox", name="Search")).to_be_focused()
    await expect(row.get_by_label("Chinese")).to_have_value("美丽从这里开始")
    await expect(row.get_by_role("textbox")).to_have_count(1)

    await search(page, "no such words anywhere")
    await expect(page.get_by_text("No text has these words")).to_be_visible()
    await row.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Every screen says so now")).to_be_visible()
    await expect(page.get_by_role("heading", name="Not saved yet")).to_have_count(0)
    await search(page, "welcome-hello")
    await expect(row.get_by_text("美丽从这里开始")).to_be_visible()
