"""A device that is slow to go on once it has drawn: what is typed at the first sight of something goes there, and stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from playwright.async_api import Page, expect

from tests.e2e.conftest import Open, Salon
from tests.e2e.test_desk import floor, hub, page  # noqa: F401 - fixtures
from tests.e2e.test_desk_walk import tap
from tests.e2e.test_settings import office
from tests.operations.floor import Floor, at

# ruff: noqa: F811 - pytest hands fixtures in by their names

HELD_BACK = """
    const wait = window.setTimeout;
    let held;
    window.holdBack = (sight) => {
        const watch = new MutationObserver(() => {
            if (!document.querySelector(sight)) return;
            watch.disconnect();
            held = [];
        });
        watch.observe(document, { childList: true, subtree: true });
    };
    window.goOn = () => {
        const due = held;
        held = undefined;
        for (const run of due) run();
        return due.length;
    };
    window.setTimeout = (run, ...rest) => (rest.length || !held ? wait(run, ...rest) : -held.push(run));
"""
"""What Preact leaves for after the next frame (`useEffect`), it hands to `setTimeout` without a delay."""


async def slow(page: Page) -> None:
    """From its next load on, the page can be kept from what comes after its drawing."""
    await page.add_init_script(HELD_BACK)


@asynccontextmanager
async def at_first_sight(page: Page, sight: str) -> AsyncIterator[list[int]]:
    """What is done in here is done before the page goes on from the first sight of `sight`. Filled in the end: how much of the
    page had to wait."""
    waited: list[int] = []
    await page.evaluate("(sight) => holdBack(sight)", sight)
    yield waited
    await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    waited.append(await page.evaluate("goOn()"))


async def test_the_keyboard_of_the_desk_is_where_the_eye_is(page: Page, floor: Floor) -> None:
    await floor.book("cut", at(10), technician="lin", name="Emma Clarke")
    await floor.planned()
    await slow(page)
    await page.goto("/desk")
    await expect(page.locator(".tl-block.solid")).to_have_count(1)
    await page.wait_for_load_state("networkidle")  # what the desk loads after its first picture
    menu, items = page.get_by_role("menu"), page.get_by_role("menuitem")
    lin = page.get_by_role("button", name="lin").first
    held = 0
    for opens in (partial(lin.press, "Enter"), partial(tap, page, 0, 11)):
        async with at_first_sight(page, "[role=menu]") as waited:
            await opens()
            await items.nth(1).wait_for()
            await page.keyboard.press("ArrowDown")
        held += waited[0]
        await expect(items.nth(1)).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(menu).to_have_count(0)
    assert held > 0, "the page was not slow"

    words = page.get_by_label("Code, name, or last digits of the phone")
    async with at_first_sight(page, ".search"):
        await page.keyboard.press("Control+k")
        await words.wait_for()
        await page.keyboard.type("emma")
    await expect(words).to_have_value("emma")
    await page.keyboard.press("Enter")
    await expect(page.locator(".panel h2")).to_contain_text("Emma Clarke")


async def test_what_is_typed_into_a_new_form_is_not_emptied_again(salon: Salon, open_page: Open) -> None:
    page = await office(salon, open_page, "/staff")
    await slow(page)
    await page.reload()
    add = page.get_by_role("button", name="Add somebody")
    await add.wait_for()
    async with at_first_sight(page, "dialog .field"):
        await add.click()
        await page.get_by_label("Name", exact=True).wait_for()
        await page.keyboard.type("Bai Lu")
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Bai Lu")


async def test_a_second_form_has_the_keyboard_at_once(salon: Salon, open_page: Open) -> None:
    page = await open_page("about:blank", 1440, 900)
    await slow(page)
    await page.goto(f"{salon.url}/sign-in")
    await page.get_by_role("button", name="Forgot your password?").click()
    back = page.get_by_role("button", name="Start again")
    await back.wait_for()
    async with at_first_sight(page, "[autofocus]"):
        await back.click()
        await page.get_by_label("Sign-in name").wait_for()
        await page.keyboard.type("chen")
    await expect(page.get_by_label("Sign-in name")).to_have_value("chen")


async def test_the_kiosk_takes_the_keyboard_from_nobody_who_has_begun_to_type(salon: Salon, open_page: Open) -> None:
    page = await open_page("about:blank", 1080, 1920)
    await slow(page)
    await page.goto(await salon.link("kiosk"))
    await page.get_by_text("English").click()
    await page.get_by_role("button", name="No booking").click()
    await page.locator(".line").first.click()
    await page.get_by_role("button", name="See the wait").click()
    await page.locator(".line.who.any").click()
    name = page.get_by_role("textbox")
    await page.get_by_role("button", name="Join the queue").wait_for()
    async with at_first_sight(page, "input"):
        await page.get_by_role("button", name="Join the queue").click()
        await name.click()
        await page.keyboard.type("Wu")
    await page.keyboard.type(" Di")
    await expect(name).to_have_value("Wu Di")
