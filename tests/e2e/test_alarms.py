"""Alarms in a real browser: seen on the start page, closed with a note of their own, and their measures set by keyboard."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from hub.app import Hub
from hub.kernel.access import system
from tests.e2e.office import hub, page, site, staff, store  # noqa: F401 - fixtures


async def raised(hub: Hub, store: str, rule: str) -> None:  # noqa: F811 - the fixture's value
    told = {"rule": rule, "subject": "a" * 32, "count": 8, "minutes": 60, "at_seq": 1}
    await hub.door.send("alarms.raise", told, system(store, "alarms"), hub.chance.id())


async def test_the_start_page_counts_them_and_a_note_is_for_one_alarm(page: Page, hub: Hub, store: str) -> None:  # noqa: F811
    await raised(hub, store, "undos")
    await raised(hub, store, "moves")
    # Beside them the manager's own sign-in may be one, at an hour at which the shop is closed.
    await expect(page.get_by_text(re.compile("^[23] to look at"))).to_be_visible()
    await page.get_by_role("link", name="Alarms").click()
    ruled = (page.locator(".alarm", has_text=rule) for rule in ("The day moved about", "Many steps taken back"))
    first, second = (alarm.get_by_role("button", name="Close") for alarm in ruled)
    await first.click()
    note = page.get_by_label("Note", exact=True)
    await expect(note).to_be_focused()
    await page.keyboard.type("meant for the first")
    await page.keyboard.press("Escape")
    await second.click()
    await expect(page.get_by_role("dialog")).to_contain_text("Many steps taken back")
    await expect(note).to_have_value("")
    await note.fill("a training")
    await page.get_by_role("dialog").get_by_role("button", name="Close").last.press("Enter")
    await expect(page.get_by_text("Closed alarms · 1")).to_be_visible()
    await expect(page.get_by_role("heading", name="Alarms")).to_be_focused()


async def test_a_measure_that_cannot_be_is_said_at_its_row_and_the_focus_stays(page: Page, hub: Hub, store: str) -> None:  # noqa: F811
    await page.get_by_role("link", name="Alarms").click()
    await page.get_by_text("When alarms are raised").click()
    row = page.locator(".measure").first
    count = row.get_by_role("spinbutton", name="Count")
    for odd in ("", "0", "10001", "1.5"):
        await count.fill(odd)
        await expect(row.get_by_role("alert")).to_have_text("A whole number from 1 to 10,000.")
        await expect(row.get_by_role("button", name="Save")).to_be_disabled()
        await count.press("Enter")
    await count.fill("33")
    await count.press("Enter")
    await expect(page.get_by_text("Saved")).to_be_visible()
    await expect(row.get_by_role("button", name="Save")).to_be_disabled()
    await expect(count).to_be_focused()
    await expect(count).to_have_value("33")
