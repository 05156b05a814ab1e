"""The manager's page of backups, and the banner of a hub that may not write, in a real browser."""

from __future__ import annotations

from playwright.async_api import Page, expect

from hub.app import Hub
from hub.backoffice.backups.keys import new_keys
from tests.e2e.office import hub, page, site, staff, store  # noqa: F401 - fixtures
from tests.gateway.conftest import Served

# ruff: noqa: F811 - pytest hands fixtures in by their names


async def test_a_manager_makes_a_backup_and_tries_it(page: Page, site: Served, hub: Hub) -> None:
    await page.goto(f"{site.url}/backups")
    await expect(page.get_by_text("Not set up")).to_be_visible()
    new_keys(hub.settings.backup_key_file)
    await page.reload()
    await page.get_by_role("button", name="Back up now").click()
    await expect(page.get_by_text("A backup was made")).to_be_visible()
    await page.get_by_role("button", name="Try a restore").click()
    await expect(page.get_by_text("All is well")).to_be_visible()


async def test_a_full_disk_is_said_over_every_page_and_goes_away(page: Page, hub: Hub) -> None:
    hub.database.writing.cause = "disk_full"
    banner = page.get_by_role("alert").filter(has_text="Read only")
    await expect(banner).to_contain_text("disk is full")
    hub.database.writing.cause = None
    await expect(banner).to_be_hidden()
