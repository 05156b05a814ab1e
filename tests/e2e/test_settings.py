"""A shop changes itself without a command line: people and their hours, services, opening hours, rooms, forms."""

from __future__ import annotations

import asyncio
from typing import Any

from playwright.async_api import Page, expect

from hub.catalog.queries import catalog_of, consent_forms
from hub.operations.team.queries import contact_of, technicians
from tests.e2e.conftest import Open, Salon

DESK = (1440, 900)


async def office(salon: Salon, open_page: Open, path: str, language: str = "en") -> Page:
    page = await open_page(await salon.link("home"), *DESK, language)
    await page.wait_for_load_state()
    await page.locator(f"a[href='{path}']").click()
    return page


async def until(salon: Salon, read: Any, wanted: Any) -> None:
    """What is read of the store becomes what is wanted."""
    found: Any = None
    for _ in range(100):
        async with salon.hub.database.read(salon.hub.store_id) as session:
            found = await read(session)
        if found == wanted:
            return
        await asyncio.sleep(0.1)
    assert found == wanted


async def test_a_record_with_skills_contact_hours_and_leave_is_kept(salon: Salon, open_page: Open) -> None:
    page = await office(salon, open_page, "/team")
    await page.get_by_role("button", name="Jay").click()
    await page.get_by_label("Phone").fill("138 0013 8000")
    await page.get_by_role("button", name="Cut: one level more").click()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Jay is kept")).to_be_visible()
    jay = await salon.technician("T4")

    async def kept(session: Any) -> tuple[str, int]:
        contact = await contact_of(session, salon.hub.vault, jay)
        person = next(t for t in await technicians(session) if t.id == jay)
        return (contact.phone if contact else "", person.skills["cut"])

    await until(salon, kept, ("+8613800138000", 4))

    today = page.locator(".team-day.today")
    until_field = today.get_by_role("textbox", name="Until").last
    await until_field.fill("2030")
    await until_field.blur()
    await expect(page.get_by_text("Hours kept")).to_be_visible()
    await expect(until_field).to_have_value("20:30")

    await page.get_by_label("First day").fill("2026-05-20")
    await page.get_by_label("Last day").fill("2026-05-21")
    await page.get_by_role("button", name="Note").click()
    await expect(page.locator(".team-absences li")).to_contain_text("Leave")


async def test_somebody_new_can_be_added(salon: Salon, open_page: Open) -> None:
    page = await office(salon, open_page, "/team", "zh")
    await page.get_by_role("button", name="添加技师").click()
    await page.get_by_label("中文名").fill("白露")
    await page.get_by_label("英文名").fill("Bai Lu")
    await page.get_by_role("button", name="剪发升一级").click()
    code, keep = page.get_by_label("简称"), page.get_by_role("button", name="保存")
    await expect(code).to_have_value("BAI-LU")
    await code.fill("t4")
    await expect(page.get_by_text("这个简称已经被使用")).to_be_visible()
    await expect(keep).to_be_disabled()
    await code.fill("T9")
    await page.get_by_role("button", name="保存").click()
    await expect(page.get_by_role("heading", name="白露")).to_be_visible()
    await page.get_by_role("button", name="排班").first.click()
    await expect(page.locator(".team-shift")).to_have_count(1)


async def test_a_service_is_changed_with_its_phases_price_and_form(salon: Salon, open_page: Open) -> None:
    page = await office(salon, open_page, "/catalog")
    await page.locator(".catalog-line").filter(has_text="CUTM").click()
    sheet = page.get_by_role("dialog")
    price = sheet.get_by_label("Price")
    await price.fill("12.345")
    await expect(sheet.get_by_role("button", name="Save")).to_be_disabled()
    await price.fill("128.50")
    await sheet.get_by_label("Minutes").fill("35")
    await sheet.get_by_label("To be signed before").select_option("CHEM")
    await sheet.get_by_role("button", name="Add a phase").click()
    await sheet.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Men's cut is kept")).to_be_visible()

    async def kept(session: Any) -> tuple[int, list[int], str | None]:
        cut = (await catalog_of(session)).by_code["CUTM"]
        return cut.price_minor, [phase.minutes for phase in cut.phases], cut.consent_form

    await until(salon, kept, (12850, [35, 35], "CHEM"))


async def test_hours_holidays_rooms_forms_and_names_are_set(salon: Salon, open_page: Open) -> None:
    page = await office(salon, open_page, "/catalog")
    await page.get_by_text("Hours", exact=True).click()
    await page.get_by_role("textbox", name="Sunday closes").fill("18")
    await page.get_by_role("textbox", name="Sunday closes").blur()
    await expect(page.get_by_text("Hours kept")).to_be_visible()
    await page.locator("[data-weekday='0'] input[type=checkbox]").uncheck()
    await until(salon, _hours, {"sunday": ("10:00", "18:00"), "monday": None})
    await page.locator(".catalog-days li").first.get_by_role("button", name="Close").click()
    await expect(page.locator(".catalog-days li").first).to_contain_text("Closed")

    await page.get_by_role("textbox", name="Sunday closes").fill("02")
    await page.get_by_role("textbox", name="Sunday closes").blur()
    await page.get_by_role("button", name="Begin the day at 06:00").click()
    day_begins = page.get_by_label("A new day begins at")
    await expect(day_begins).to_have_value("06:00")
    await day_begins.select_option("01:00")
    await expect(page.get_by_text("would go past 01:00")).to_be_visible()
    await expect(day_begins).to_have_value("06:00")

    await page.get_by_text("Rooms and skills").click()
    await page.get_by_role("button", name="Bamboo room").click()
    await page.get_by_role("dialog").get_by_label("Name · English").fill("Moon room")
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await expect(page.get_by_role("button", name="Moon room")).to_be_visible()

    await page.get_by_text("Forms", exact=True).click()
    await page.locator(".catalog-forms button").filter(has_text="lash").click()
    await page.get_by_role("dialog").get_by_label("Words · English").fill("Other words")
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await expect(page.locator(".catalog-forms").get_by_text("Version 2")).to_be_visible()

    async def version(session: Any) -> int:
        return (await consent_forms(session))["LASH"].version

    await until(salon, version, 2)

    await page.get_by_text("Waiting room", exact=True).click()
    await page.get_by_text("Surname and title").click()
    await expect(page.locator(".catalog-sample")).to_contain_text("Ms Wang")
    walked = await salon.walk_in("CUTM")
    assert walked["visit_id"]
    tv = await open_page(await salon.link("waiting-room"), 1920, 1080)
    await expect(tv.get_by_text("Ms 王")).to_be_visible()


async def _hours(session: Any) -> dict[str, tuple[str, str] | None]:
    hours = (await catalog_of(session)).hours
    return {"sunday": hours.get(6), "monday": hours.get(0)}
