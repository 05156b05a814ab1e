"""Roles and privacy in a real browser: a grant taken and given back, a number shown for a reason, and what takes two people."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from hub.backoffice.privacy.queries import views_seen
from hub.backoffice.security.queries import accounts
from hub.kernel.access import Actor
from tests.backoffice.privacy.people import CANARY
from tests.e2e.conftest import Salon
from tests.roles import session_of


async def page_of(salon: Salon, chromium: Browser, who: str, role: str, path: str, language: str = "en") -> Page:
    """A page of somebody who is signed in."""
    token = await session_of(salon.hub, salon.hub.store_id, role, who)
    locale = "zh-CN" if language == "zh" else "en-GB"
    context = await chromium.new_context(service_workers="block", locale=locale, viewport={"width": 1280, "height": 900})
    seat = "salon_hub_customer" if role == "member" else "salon_hub"
    await context.add_cookies([{"name": seat, "value": token, "url": salon.url}])
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(f"{salon.url}{path}")
    return page


async def manager_of(salon: Salon) -> str:
    async with salon.hub.database.read(salon.hub.store_id) as session:
        known = await accounts(session, salon.hub.vault)
    return next(a.id for a in known if "manager" in a.roles)


async def customer_of(salon: Salon) -> str:
    data: dict[str, Any] = {
        "name": CANARY.name,
        "phone": CANARY.phone,
        "email": CANARY.email,
        "note": CANARY.note,
        "allergy": CANARY.allergy,
    }
    answered = await salon.hub.door.send("bookings.put_customer", data, salon.actor, uuid.uuid4().hex)
    customer_id: str = answered.result["customer_id"]
    return customer_id


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_role_is_changed_by_a_tap_and_given_back(salon: Salon, chromium: Browser, language: str) -> None:
    page = await page_of(salon, chromium, await manager_of(salon), "manager", "/roles", language)
    label = "Front desk: Make, move and cancel bookings" if language == "en" else "前台: 新增、改期、取消预约"
    switch = page.get_by_role("switch", name=label)
    await expect(switch).to_have_attribute("aria-checked", "true")
    await switch.click()
    await expect(switch).to_have_attribute("aria-checked", "false")
    desk = Actor("staff", "d", salon.hub.store_id, frozenset({"front_desk"}))
    assert not salon.hub.access.allows(desk, "bookings.write")
    await page.get_by_role("button", name="Undo the one change" if language == "en" else "恢复默认权限").click()
    await expect(switch).to_have_attribute("aria-checked", "true")
    assert salon.hub.access.allows(desk, "bookings.write")


async def test_an_open_desk_loses_and_regains_its_buttons_with_the_right(salon: Salon, chromium: Browser) -> None:
    async with salon.hub.database.read(salon.hub.store_id) as session:
        known = await accounts(session, salon.hub.vault)
    front = next(a.id for a in known if a.roles == ("front_desk",))
    desk = await page_of(salon, chromium, front, "front_desk", "/desk")
    book = desk.get_by_role("button", name="Book", exact=True)
    await expect(book).to_be_visible()
    page = await page_of(salon, chromium, await manager_of(salon), "manager", "/roles")
    switch = page.get_by_role("switch", name="Front desk: Make, move and cancel bookings")
    await switch.click()
    await expect(book).to_have_count(0)
    await desk.keyboard.press("b")
    await desk.locator(".tl-head-button").first.click()
    await expect(desk.get_by_role("menuitem", name="Break")).to_be_visible()
    await expect(desk.get_by_role("menuitem", name="Book with")).to_have_count(0)
    await expect(desk.get_by_role("dialog")).to_have_count(0)
    await desk.keyboard.press("Escape")
    await switch.click()
    await expect(book).to_be_visible()


async def test_a_number_is_shown_for_a_reason_and_is_on_record(salon: Salon, chromium: Browser) -> None:
    await customer_of(salon)
    me = await manager_of(salon)
    page = await page_of(salon, chromium, me, "manager", "/privacy")
    await page.get_by_role("tab", name="Customers’ rights").click()
    await page.get_by_label("Find a customer").fill("Quetz")
    await page.get_by_role("button", name=CANARY.name).click()
    await expect(page.get_by_text("+86 138****8765")).to_be_visible()
    await expect(page.get_by_text(CANARY.phone)).to_have_count(0)
    await page.get_by_role("button", name="Show in full").click()
    await expect(page.get_by_label("Why do you look?")).to_be_focused()
    await page.get_by_label("Why do you look?").select_option("identity")
    await page.get_by_role("button", name="Show", exact=True).click()
    await expect(page.get_by_text(CANARY.phone)).to_be_visible()
    await page.get_by_role("button", name="Read the allergies").click()
    await expect(page.get_by_text(CANARY.allergy)).to_be_visible()
    await expect(page.get_by_role("dialog").get_by_text("Checking who it is")).to_be_visible()
    async with salon.hub.database.read(salon.hub.store_id) as session:
        seen = await views_seen(session, salon.hub.vault)
    assert [(each.what, each.reason, each.actor_id) for each in seen] == [
        ("allergy", "treatment", me),
        ("phone", "identity", me),
    ]


async def test_two_people_let_a_list_be_taken(salon: Salon, chromium: Browser) -> None:
    await customer_of(salon)
    asking = await page_of(salon, chromium, await manager_of(salon), "manager", "/privacy")
    await asking.get_by_role("button", name="List of all customers").click()
    await expect(asking.get_by_role("button", name="Ask", exact=True)).to_be_disabled()
    await asking.get_by_label("Why", exact=True).select_option("audit")
    await asking.get_by_role("button", name="Ask", exact=True).click()
    await expect(asking.get_by_text("Somebody else has to allow it.", exact=True)).to_be_visible()
    allowing = await page_of(salon, chromium, uuid.uuid4().hex, "accountant", "/privacy")
    await allowing.get_by_role("button", name="Allow").click()
    await allowing.get_by_role("dialog").get_by_role("button", name="Allow").click()
    async with asking.expect_download() as coming:
        await asking.get_by_role("button", name="Take the list").click()
    assert (await coming.value).suggested_filename == "customers.xlsx"
    await expect(asking.get_by_role("button", name="Take the list")).to_have_count(0)


async def test_who_may_allow_it_sees_that_it_waits_and_the_asker_hears_the_answer(salon: Salon, chromium: Browser) -> None:
    asking = await page_of(salon, chromium, await manager_of(salon), "manager", "/privacy")
    second = await page_of(salon, chromium, uuid.uuid4().hex, "accountant", "/")
    await expect(second.get_by_role("link", name="Privacy")).to_be_visible()
    await expect(second.get_by_text("waits for you")).to_have_count(0)
    await asking.get_by_role("button", name="See many files").click()
    await asking.get_by_label("Why", exact=True).select_option("incident")
    await asking.get_by_role("button", name="Ask", exact=True).click()
    await expect(second.get_by_text("One request waits for you")).to_be_visible()
    await second.goto(f"{salon.url}/privacy")
    await second.get_by_role("button", name="Decline").press("Enter")
    await expect(asking.get_by_text("has declined it: See many files for an hour")).to_be_visible()
    await expect(second.get_by_role("heading", name="Waiting")).to_be_focused()
    await asking.get_by_role("tab", name="Requests").focus()
    await asking.keyboard.press("ArrowRight")
    await expect(asking.get_by_role("tab", name="Who looked")).to_be_focused()
    await expect(asking.get_by_role("tab", name="Who looked")).to_have_attribute("aria-selected", "true")


async def test_a_customer_sees_who_looked_and_asks_to_be_forgotten(salon: Salon, chromium: Browser) -> None:
    customer = await customer_of(salon)
    desk = Actor("staff", "9" * 32, salon.hub.store_id, frozenset({"front_desk"}))
    seen = {"customer_id": customer, "reason": "call_back"}
    await salon.hub.door.send("privacy.see_contact", seen, desk, uuid.uuid4().hex)
    page = await page_of(salon, chromium, customer, "member", "/my-visits")
    await expect(page.get_by_text("Front desk · your contact · To call back")).to_be_visible()
    await page.get_by_label("Write to me about offers").check()
    async with page.expect_download() as coming:
        await page.get_by_role("button", name="Copy to read").click()
    assert (await coming.value).suggested_filename == f"{customer}.html"
    await page.get_by_role("button", name="Be forgotten").click()
    await page.get_by_role("button", name="Ask for it").click()
    await expect(page.get_by_text("to be forgotten; the salon will answer")).to_be_visible()


async def test_who_is_erased_is_gone_from_what_the_asker_looks_at(salon: Salon, chromium: Browser) -> None:
    await customer_of(salon)
    asking = await page_of(salon, chromium, await manager_of(salon), "manager", "/privacy")
    await asking.get_by_role("tab", name="Customers’ rights").click()
    await asking.get_by_label("Find a customer").fill(CANARY.name)
    await asking.get_by_role("button", name=CANARY.name).click()
    await asking.get_by_role("button", name="Ask to erase this customer").click()
    await expect(asking.get_by_role("dialog")).to_have_count(0)
    allowing = await page_of(salon, chromium, uuid.uuid4().hex, "accountant", "/privacy")
    await allowing.get_by_role("button", name="Allow").click()
    await allowing.get_by_role("button", name="Allow and erase").click()
    await expect(asking.get_by_text("has allowed it")).to_be_visible()
    await expect(asking.get_by_role("button", name=CANARY.name)).to_have_count(0)
