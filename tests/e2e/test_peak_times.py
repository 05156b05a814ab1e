"""Peak times in a real browser: when they open to strangers, who is known by their tier, and how a manager sets them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from hub.demo.store import Filler, roster
from hub.kernel.access import system
from hub.kernel.mail import MemoryMailer
from tests.e2e.conftest import MORNING, Open, Salon
from tests.e2e.test_my_visits import PHONE, box, come_in  # noqa: F401 - a fixture
from tests.e2e.test_settings import office

# ruff: noqa: F811 - pytest hands fixtures in by their names

SUNDAY = 10
"""Days from the Thursday of the tests to a Sunday: within gold's ten days all day long but for the last hours."""


@pytest.fixture
async def ahead(salon: Salon) -> None:
    """Somebody works on a day on which strangers may not book the evening yet."""
    filler = Filler(salon.hub, system(salon.hub.store_id, "demo"), 7)
    await roster(filler, (MORNING + timedelta(hours=8, days=SUNDAY)).date())


async def times(page: Page, service: str, go: str) -> Any:
    await page.get_by_role("button", name=service).click()
    await page.get_by_role("button", name=go).click()
    await page.locator(".day").nth(SUNDAY).click()
    await expect(page.locator(".start").first).to_be_visible()
    return page.locator(".start", has_text="19:00")


@pytest.mark.parametrize(
    ("language", "service", "go", "line", "title", "rest"),
    [
        (
            "en",
            "Women's cut",
            "Choose a time",
            "Peak times of this day open for you from Thu 21 May, 18:00.",
            "How peak times are booked",
            ("Every day 18:00–20:00", "Diamond", "14 days before", "Everybody else", "3 days before"),
        ),
        (
            "zh",
            "女士剪发",
            "选时间",
            "这一天的高峰时段5月21日周四 18:00 起对您开放。",
            "高峰时段怎么约",
            ("每天 18:00–20:00", "钻石会员", "提前 14 天", "其他客人", "提前 3 天"),
        ),
    ],
)
async def test_a_stranger_reads_when_peak_times_open(
    salon: Salon,
    ahead: None,
    open_page: Open,
    language: str,
    service: str,
    go: str,
    line: str,
    title: str,
    rest: tuple[str, ...],
) -> None:
    page = await open_page(f"{salon.url}/book", 390, 844, language)
    evening = await times(page, service, go)
    await expect(evening).to_have_count(0)
    await expect(page.locator(".peak-opens")).to_have_text(line)
    await page.get_by_text(title).click()
    for words in rest:
        await expect(page.locator(".peak")).to_contain_text(words)
    too_wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not too_wide


async def test_a_customer_who_is_signed_in_books_by_their_tier(
    salon: Salon, ahead: None, box: MemoryMailer, open_page: Open
) -> None:
    await salon.send("bookings.put_customer", name="王雅琴", phone=PHONE, tier="diamond")
    page = await open_page(f"{salon.url}/my-visits", 390, 844)
    await come_in(page, salon, box)
    await expect(page.get_by_role("heading", name="Hello, 王雅琴")).to_be_visible()
    await page.goto(f"{salon.url}/book")
    evening = await times(page, "Women's cut", "Choose a time")
    await expect(page.locator(".peak-opens")).to_have_count(0)
    await evening.click()
    await expect(page.get_by_text("Held for you for")).to_be_visible()
    await page.get_by_label("Name", exact=True).fill("王雅琴")
    await page.get_by_label("Mobile number").fill(PHONE)
    await page.get_by_role("checkbox").check()
    await page.get_by_role("button", name="Book", exact=True).click()
    await expect(page.get_by_text("You are booked")).to_be_visible()


async def test_who_comes_from_their_visit_is_known_at_book(salon: Salon, ahead: None, open_page: Open) -> None:
    known = await salon.send("bookings.put_customer", name="王雅琴", phone=PHONE, tier="diamond")
    made = await salon.send(
        "bookings.book",
        services=[{"service_id": await salon.service("CUTM")}],
        start=(MORNING + timedelta(hours=26)).isoformat(),
        customer_id=known["customer_id"],
    )
    await salon.send("bookings.cancel", booking_id=made["booking_id"])
    page = await open_page(f"{salon.url}/v/{made['link']}", 390, 844)
    await page.get_by_role("button", name="Book again").click()
    evening = await times(page, "Women's cut", "Choose a time")
    await evening.click()
    await expect(page.get_by_text("Held for you for")).to_be_visible()


async def test_a_manager_sets_the_rule_and_the_booking_page_follows(salon: Salon, ahead: None, open_page: Open) -> None:
    customer = await open_page(f"{salon.url}/book", 390, 844)
    evening = await times(customer, "Women's cut", "Choose a time")
    await expect(evening).to_have_count(0)
    page = await office(salon, open_page, "/catalog")
    await page.locator(".segment", has_text="Peak times").click()
    await page.get_by_label("Diamond").fill("24")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("A higher tier may not have to wait longer")).to_be_visible()
    await page.get_by_label("Diamond").fill("336")
    for _ in range(2):
        await page.get_by_role("button", name="Remove this peak time").first.click()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Peak times kept")).to_be_visible()
    await expect(evening).to_have_count(1)
    await expect(customer.locator(".peak")).to_have_count(0)
