"""The talk: written on the tablet, also without Wi-Fi, read at the desk, and remembered at the next visit."""

from __future__ import annotations

import asyncio

from playwright.async_api import Page, expect
from sqlalchemy import func, select

from hub.operations.visits.tables import ConsultationRow
from tests.e2e.conftest import Open, Salon

TABLET, DESK = (1280, 800), (1440, 900)


async def write(page: Page, **said: str) -> None:
    """Fill the sheet by its labels and keep it."""
    sheet = page.get_by_role("dialog")
    for label, text in said.items():
        await sheet.get_by_label(label.replace("_", " ")).fill(text)
    if "New_allergy" in said:
        await sheet.get_by_text("The customer agrees that we keep this").click()
    await sheet.get_by_role("button", name="Save").click()


async def seated(salon: Salon) -> None:
    """A customer who waits for Jay."""
    await salon.walk_in("CUTM", technician="T4")
    await salon.until(lambda day: any(item.phases[0].start for b in day.bookings for item in b.items))


async def test_notes_wishes_and_an_allergy_are_kept_and_stop_the_next_start(salon: Salon, open_page: Open) -> None:
    await seated(salon)
    page = await open_page(await salon.link("technician", "阿杰"), *TABLET)
    await page.get_by_role("button", name="Notes").click()
    await expect(page.get_by_role("dialog").get_by_text("Nothing is noted yet")).to_be_visible()
    await page.get_by_role("dialog").get_by_text("Sensitive").click()
    await write(page, Wishes="no small talk", Note="2 cm at the roots", New_allergy="latex")
    await expect(page.locator(".brief")).to_contain_text("no small talk")
    await expect(page.locator(".brief")).to_contain_text("2 cm at the roots")
    await expect(page.locator(".brief")).to_contain_text("Sensitive skin")
    await expect(page.get_by_role("alert").filter(has_text="Allergy on file")).to_be_visible()
    assert "latex" not in await page.content()
    await expect(page.get_by_role("button", name="Start")).to_be_disabled()
    await page.get_by_role("button", name="I have read about the allergy").click()
    await page.get_by_role("button", name="Start").click()
    await salon.until(lambda day: any(b.visit_state == "in_service" for b in day.bookings))


async def test_a_note_without_wifi_is_sent_once_the_hub_is_back(salon: Salon, open_page: Open) -> None:
    await seated(salon)
    page = await open_page(await salon.link("technician", "阿杰"), *TABLET)
    await expect(page.get_by_role("button", name="Notes")).to_be_visible()
    sheet = "performance.getEntriesByType('resource').some((each) => each.name.includes('/Consultation-'))"
    while not await page.evaluate(sheet):  # loaded before it is asked for: later there may be no network
        await asyncio.sleep(0.05)
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Notes").click()
    await expect(page.get_by_role("dialog").get_by_text("Nothing is noted yet")).to_be_visible()
    await write(page, Note="left side shorter")
    await page.get_by_role("button", name="Ask for help").click()
    await expect(page.get_by_text("2 actions are not sent yet")).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.locator(".brief")).to_contain_text("left side shorter", timeout=40_000)
    async with salon.hub.database.read(salon.hub.store_id) as session:
        assert await session.scalar(select(func.count()).select_from(ConsultationRow)) == 1


async def test_the_desk_reads_and_writes_the_same_history(salon: Salon, open_page: Open) -> None:
    await seated(salon)
    desk = await open_page(await salon.link("desk"), *DESK)
    await desk.locator(".notice-why").filter(has_text="has arrived").click()
    await desk.get_by_role("button", name="Consultation").click()
    await write(desk, Wishes="window seat")
    page = await open_page(await salon.link("technician", "阿杰"), *TABLET)
    await expect(page.locator(".brief")).to_contain_text("window seat")
