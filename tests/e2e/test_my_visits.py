"""A customer comes in by a code, sees what is ahead, moves it by its own page, corrects their details and leaves."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from hub.kernel.mail import Mailer, MemoryMailer
from tests.e2e.conftest import Open, Salon

PHONE = "13800138000"


@pytest.fixture
def box(salon: Salon) -> MemoryMailer:
    mailer = MemoryMailer()
    salon.hub.ports.fill(Mailer, mailer)  # type: ignore[type-abstract]
    return mailer


async def code_from(box: MemoryMailer) -> str:
    async with asyncio.timeout(20):
        while not box.sent:
            await asyncio.sleep(0.05)
    found = re.search(r"\b\d{6}\b", box.sent.pop().text)
    assert found
    return found.group()


async def booked(salon: Salon, name: str = "王雅琴", hours: int = 30) -> None:
    """A cut tomorrow in the afternoon."""
    start = salon.hub.clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours)
    wish = {"service_id": await salon.service("CUTM")}
    customer = {"name": name, "phone": PHONE, "title": "ms"}
    await salon.send("bookings.book", services=[wish], start=start.isoformat(), customer=customer)


async def come_in(page: Page, salon: Salon, box: MemoryMailer) -> None:
    await page.goto(f"{salon.url}/my-visits")
    await page.get_by_label("Phone number").fill(PHONE)
    await page.get_by_role("button", name="Send me a code").click()
    await expect(page.get_by_role("heading", name="Type the code")).to_be_visible()
    await page.get_by_label("Code", exact=True).fill(await code_from(box))
    await page.get_by_role("button", name="Show my visits").click()


async def test_a_customer_sees_changes_and_corrects(salon: Salon, box: MemoryMailer, open_page: Open) -> None:
    await booked(salon)
    page = await open_page(f"{salon.url}/", 390, 844)
    await page.get_by_role("link", name="My visits").click()
    await come_in(page, salon, box)
    await expect(page.get_by_role("heading", name="Hello, 王雅琴")).to_be_visible()
    await expect(page.locator(".my-visit")).to_have_count(1)

    await page.get_by_role("button", name="Correct my details").click()
    note = "<img src=x onerror=alert(1)> 靠窗 🎀"
    await page.get_by_label("What we should know").fill(note)
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".my-note")).to_have_text(note)

    facts = page.locator(".my-fact", has_text="Mail")
    await facts.get_by_role("button", name="Add").click()
    await page.get_by_label("New mail address").fill("wang@post.example")
    await page.get_by_role("button", name="Send me a code").click()
    await page.get_by_label("Code", exact=True).fill(await code_from(box))
    await page.locator(".my-contact").get_by_role("button", name="Save").click()
    await expect(facts).to_contain_text("wang@post.example")

    allergies = page.get_by_label("Keep my allergies for a safe treatment")
    await allergies.click()
    await expect(allergies).to_be_checked()
    for answer, kept in (("Keep them", True), ("Delete them", False)):
        await allergies.click()
        await page.get_by_role("dialog", name="No longer keep my allergies?").get_by_role("button", name=answer).click()
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(allergies).to_be_checked(checked=kept)

    await page.locator(".my-visit").click()
    await page.wait_for_url("**/v/*")
    await page.get_by_role("button", name="Cancel").click()
    await page.get_by_role("dialog").get_by_role("button", name=re.compile("cancel", re.IGNORECASE)).last.click()
    await expect(page.get_by_role("button", name="Book again")).to_be_visible()
    await page.goto(f"{salon.url}/my-visits")
    await expect(page.locator(".my-past li")).to_contain_text("Cancelled")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_label("Phone number")).to_be_visible()


async def test_a_stranger_learns_nothing(salon: Salon, box: MemoryMailer, open_page: Open) -> None:
    page = await open_page(f"{salon.url}/my-visits", 390, 844)
    await page.get_by_label("Phone number").fill("13900139000")
    await page.get_by_role("button", name="Send me a code").click()
    await expect(page.get_by_role("heading", name="Type the code")).to_be_visible()
    await page.get_by_label("Code", exact=True).fill("000000")
    await page.get_by_role("button", name="Show my visits").click()
    await expect(page.get_by_role("alert")).to_contain_text("This code is wrong or has expired")
    assert box.sent == []


async def test_those_who_share_a_number_say_who_they_are(salon: Salon, box: MemoryMailer, open_page: Open) -> None:
    await booked(salon)
    await booked(salon, "李丽", 32)
    page = await open_page(f"{salon.url}/my-visits", 390, 844)
    await come_in(page, salon, box)
    await page.get_by_role("button", name="李**").click()
    await expect(page.get_by_role("heading", name="Hello, 李丽")).to_be_visible()
    await expect(page.locator(".my-visit")).to_have_count(1)


async def test_where_nothing_can_be_sent_the_page_says_what_to_do(salon: Salon, open_page: Open) -> None:
    salon.hub.ports.fill(Mailer, MemoryMailer(()))  # type: ignore[type-abstract]
    page = await open_page(f"{salon.url}/my-visits", 390, 844)
    await expect(page.get_by_text("No codes can be sent at the moment")).to_be_visible()
