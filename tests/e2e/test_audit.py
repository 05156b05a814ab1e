"""The record and the alarms, in a real browser against a real hub."""

from __future__ import annotations

from playwright.async_api import expect

from hub.backoffice.alarms.commands import Raise
from hub.backoffice.audit.commands import NoteAnchoring
from hub.kernel.access import system
from tests.e2e.conftest import Open, Salon


async def test_a_manager_reads_filters_and_checks_the_record(salon: Salon, open_page: Open) -> None:
    page = await open_page(await salon.link("home"), 1440, 900)
    await page.wait_for_url(f"{salon.url}/")
    await page.goto(f"{salon.url}/audit")
    await expect(page.locator(".audit-row").first).to_be_visible()
    await page.get_by_label("About").select_option("team")
    await expect(page.locator(".audit-kind").first).to_have_text("Team")
    await page.locator(".audit-row").first.click()
    await expect(page.locator(".audit-details")).to_contain_text("team.")
    await page.get_by_role("button", name="Check now").click()
    await expect(page.get_by_role("heading", name="The record is whole")).to_be_visible(timeout=30_000)
    by = system(salon.hub.store_id, "audit")
    await salon.hub.door.submit(NoteAnchoring(why="disk_full"), by, salon.hub.chance.id())
    await expect(page.locator(".chain-fault")).to_contain_text(
        "The disk of the anchors is full. No anchor can be written since"
    )
    await salon.hub.door.submit(NoteAnchoring(why=None), by, salon.hub.chance.id())
    await expect(page.locator(".chain-fault")).to_have_count(0)


async def test_a_manager_sees_an_alarm_at_the_desk_and_closes_it_with_a_note(salon: Salon, open_page: Open) -> None:
    page = await open_page(await salon.link("home"), 1280, 800, "zh")
    await page.wait_for_url(f"{salon.url}/")
    await page.goto(f"{salon.url}/desk")
    await expect(page.locator(".attention")).to_be_visible()
    raising = Raise(rule="undos", subject="", count=9, minutes=30, at_seq=1)
    await salon.hub.door.submit(raising, system(salon.hub.store_id, "alarms"), salon.hub.chance.id())
    await page.get_by_role("link", name="警报：撤销操作过多").click()
    await page.wait_for_url(f"{salon.url}/alarms")
    await expect(page.locator(".alarm-name")).to_have_text("撤销操作过多")
    await page.get_by_role("button", name="处理完毕").click()
    await page.get_by_label("说明").last.fill("带新人练习")
    await page.get_by_role("dialog").get_by_role("button", name="处理完毕").click()
    await expect(page.get_by_text("一切正常")).to_be_visible()
