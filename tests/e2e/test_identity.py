"""Signing in, pairing a device and removing it, in a real browser against a real hub."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from hub.app import Hub, build
from hub.backoffice.security.commands.accounts import SetPassword
from hub.backoffice.security.first_start import Credential, Person, first_start
from hub.backoffice.security.links import fresh_links
from hub.backoffice.security.queries import accounts
from hub.gateway.pages import built_front_end
from hub.kernel.access import system
from hub.settings import Settings
from tests.browser import CHROMIUM
from tests.gateway.conftest import Served, served

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium at /usr/bin/chromium"),
    pytest.mark.skipif(
        not all((built_front_end() / page / "index.html").exists() for page in ("home", "sign-in", "devices")),
        reason="the front end is not built",
    ),
]

Visitor = Callable[[], Awaitable[BrowserContext]]


@pytest.fixture
async def hub(empty_store: Path) -> AsyncIterator[Hub]:
    """A whole hub on the machine's clock, with the built pages."""
    made = build(Settings(data=empty_store, rate_factor=0, solver_threads=0))
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def store(hub: Hub) -> str:
    """A store that asks nobody for a second factor."""
    settings = {"require_second_factor": False}
    return await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai", settings=settings)


@pytest.fixture
async def staff(hub: Hub, store: str) -> list[Credential]:
    people = [Person("chen", "陈店长", "manager"), Person("zhou", "前台小周", "front_desk")]
    return await first_start(hub.door, store, people)


@pytest.fixture
async def site(hub: Hub, staff: list[Credential]) -> AsyncIterator[Served]:
    assert staff
    async with served(hub) as running:
        yield running


@pytest.fixture
def visitor(chromium: Browser) -> Visitor:
    """Makes browsers of their own, which keep their own cookies."""

    async def come() -> BrowserContext:
        return await chromium.new_context(service_workers="block", locale="en-GB", viewport={"width": 1440, "height": 900})

    return come


async def sign_in(page: Page, site: Served, who: Credential, password: str | None = None) -> None:
    await page.goto(f"{site.url}/sign-in")
    await page.get_by_label("Sign-in name").fill(who.login)
    await page.get_by_label("Password", exact=True).fill(password or who.password or "")
    await page.locator("form button[type=submit]").click()


async def test_a_manager_signs_in_and_finds_every_screen(site: Served, visitor: Visitor, staff: list[Credential]) -> None:
    page = await (await visitor()).new_page()
    await page.goto(f"{site.url}/")
    await expect(page.get_by_role("link", name="Book a visit")).to_be_visible()
    await expect(page.get_by_role("link", name="Devices")).to_have_count(0)
    await sign_in(page, site, staff[0], "wrong password")
    await expect(page.get_by_role("alert")).to_contain_text("do not fit together")
    await page.get_by_label("Password", exact=True).fill(staff[0].password or "")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Hello, 陈店长")).to_be_visible()
    for name in ("Front desk", "Waiting room", "Check-in kiosk", "Book a visit", "Devices"):
        await expect(page.get_by_role("link", name=name)).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Welcome")).to_be_visible()


async def test_a_device_is_paired_named_and_removed(site: Served, visitor: Visitor, staff: list[Credential]) -> None:
    manager, kiosk = await (await visitor()).new_page(), await (await visitor()).new_page()
    await sign_in(manager, site, staff[0])
    await manager.get_by_role("link", name="Devices").click()
    await manager.get_by_role("button", name="Add a device").first.click()
    name = "<script>document.title='x'</script> 门口 🎀"
    await expect(manager.get_by_role("radio", name="Kiosk")).to_be_focused()
    await manager.locator("form.choice").get_by_label("Name").fill(name)
    await manager.get_by_role("button", name="Make a code").click()
    digits = (await manager.get_by_label("Pairing code").inner_text()).replace(" ", "")

    await kiosk.goto(f"{site.url}/sign-in?next=/kiosk")
    await kiosk.get_by_label("Pairing code").fill(digits)
    await kiosk.locator("form button[type=submit]").click()
    await kiosk.wait_for_url("**/kiosk")
    await expect(manager.get_by_text(f"{name} is paired")).to_be_visible()
    await manager.get_by_role("button", name="Done").click()
    await expect(manager.locator(".device-name")).to_contain_text(name)
    await expect(manager).to_have_title("Devices")

    await kiosk.goto(f"{site.url}/")
    await expect(kiosk.get_by_role("link", name="Check-in kiosk")).to_be_visible()
    screen = await kiosk.context.new_page()
    await screen.goto(f"{site.url}/kiosk")
    await expect(screen.get_by_role("button").first).to_be_visible()
    await manager.get_by_role("button", name="Remove").press("Enter")
    await manager.get_by_role("dialog").get_by_role("button", name="Remove").press("Enter")
    await expect(manager.get_by_text("Removed · 1")).to_be_visible()
    await expect(manager.get_by_role("heading", name="Devices")).to_be_focused()
    await expect(kiosk.get_by_role("link", name="Check-in kiosk")).to_have_count(0)
    await expect(kiosk.get_by_role("heading", name="Welcome")).to_be_visible()
    await expect(screen.get_by_role("alert")).to_contain_text("no longer paired with the salon")
    await expect(screen.get_by_label("Pairing code")).to_be_focused()


async def test_a_link_that_another_page_leads_to_asks_first(site: Served, visitor: Visitor, hub: Hub, store: str) -> None:
    link = next(link for link in await fresh_links(hub.door, store) if link.screen == "home")
    page, body = await (await visitor()).new_page(), f'<a href="{site.url}{link.path}">x</a>'
    await page.route("**/elsewhere", lambda route: route.fulfill(body=body, content_type="text/html"))
    await page.goto("http://elsewhere.test/elsewhere")
    await page.get_by_role("link").click()
    await expect(page.get_by_role("heading", name="Open the link here?")).to_be_visible()
    await page.get_by_role("button", name="Open the link").click()
    await expect(page.get_by_role("heading", name="Hello, 陈店长")).to_be_visible()


async def test_a_spent_link_says_so(site: Served, visitor: Visitor, hub: Hub, store: str) -> None:
    link = next(link for link in await fresh_links(hub.door, store) if link.screen == "home")
    first, second = await (await visitor()).new_page(), await (await visitor()).new_page()
    await first.goto(site.url + link.path)
    await expect(first.get_by_role("heading", name="Hello, 陈店长")).to_be_visible()
    await second.goto(site.url + link.path)
    await expect(second.get_by_role("alert")).to_contain_text("This link has been used already")


async def test_a_reset_password_leads_to_a_new_one(
    site: Served, visitor: Visitor, staff: list[Credential], hub: Hub, store: str
) -> None:
    async with hub.database.read(store) as session:
        zhou = next(a.id for a in await accounts(session, hub.vault) if a.login == "zhou")
    command = SetPassword(account_id=zhou, password="first-day-teapot-55")
    await hub.door.submit(command, system(store), hub.chance.id())
    page = await (await visitor()).new_page()
    await sign_in(page, site, staff[1], "first-day-teapot-55")
    await expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    await expect(page.get_by_label("New password")).to_be_focused()
    await expect(page.get_by_text("At least 12 characters")).to_be_visible()
    await page.get_by_label("New password").fill("password1234")
    await page.get_by_role("button", name="Save and go on").click()
    await expect(page.get_by_role("alert")).to_contain_text("among the first that others would guess")
    await page.get_by_label("New password").fill("violet-harbour-21-mist")
    await page.get_by_role("button", name="Save and go on").click()
    await expect(page.get_by_role("heading", name="Hello, 前台小周")).to_be_visible()


async def test_a_manager_hands_out_a_link_to_choose_a_password(site: Served, visitor: Visitor, staff: list[Credential]) -> None:
    manager, page = await (await visitor()).new_page(), await (await visitor()).new_page()
    await sign_in(manager, site, staff[0])
    await expect(manager.get_by_role("heading", name="Hello, 陈店长")).to_be_visible()
    await manager.goto(f"{site.url}/staff")
    await manager.get_by_role("button", name="前台小周").click()
    await manager.get_by_role("button", name="Make a reset link").click()
    link = await manager.locator(".secret-link").inner_text()
    await manager.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")  # as on a page without TLS
    await manager.get_by_role("button", name="Copy").click()
    await expect(manager.get_by_text("Copied", exact=True)).to_be_visible()
    await page.goto(link)
    await expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    await page.get_by_label("New password").fill("violet-harbour-21-mist")
    await page.get_by_role("button", name="Save and go on").click()
    await expect(page.get_by_role("heading", name="Hello, 前台小周")).to_be_visible()
    await page.goto(link)
    await expect(page.get_by_role("alert")).to_contain_text("This link has been used already")


async def test_a_link_asks_before_it_signs_in_somebody_else(
    site: Served, visitor: Visitor, staff: list[Credential], hub: Hub, store: str
) -> None:
    page = await (await visitor()).new_page()
    await sign_in(page, site, staff[0])
    await expect(page.get_by_role("heading", name="Hello")).to_be_visible()
    async with hub.database.read(store) as session:
        desk = next(each for each in await accounts(session, hub.vault) if each.login == "zhou")
    made = await hub.door.send("security.issue_reset_link", {"account_id": desk.id}, system(store), hub.chance.id())
    await page.goto(site.url + made.result["path"])
    await expect(page.get_by_text("陈店长 is signed in here")).to_be_visible()
    await page.get_by_role("button", name="Go on").click()
    await expect(page).to_have_url(f"{site.url}/")
    await page.goto(site.url + made.result["path"])
    await page.get_by_role("button", name="Open the link").click()
    await expect(page.get_by_label("New password")).to_be_visible()


async def test_where_no_mail_is_sent_the_page_says_who_can_help(site: Served, visitor: Visitor) -> None:
    page = await (await visitor()).new_page()
    await page.goto(f"{site.url}/sign-in")
    await expect(page.get_by_label("Sign-in name")).to_be_focused()
    await page.get_by_role("button", name="Forgot your password?").click()
    await expect(page.get_by_text("A manager can make you a link")).to_be_visible()
    await page.get_by_role("button", name="Start again").click()
    await expect(page.get_by_label("Sign-in name")).to_be_focused()


async def test_what_takes_something_from_a_person_is_asked_first(
    site: Served, visitor: Visitor, staff: list[Credential]
) -> None:
    manager, desk = await (await visitor()).new_page(), await (await visitor()).new_page()
    for page, who in ((manager, staff[0]), (desk, staff[1])):
        await sign_in(page, site, who)
        await expect(page.get_by_role("heading", name="Hello")).to_be_visible()
    await desk.goto(f"{site.url}/me")
    await manager.goto(f"{site.url}/staff")
    await manager.get_by_role("button", name="前台小周").click()
    dialog = manager.get_by_role("dialog")
    await dialog.get_by_role("button", name="New password").click()
    await expect(dialog).to_contain_text("stops at once, and this person is signed out everywhere")
    await dialog.get_by_role("button", name="Back").click()
    await dialog.get_by_role("button", name="Close account").click()
    await expect(dialog).to_contain_text("cannot come in again until you reopen the account")
    await expect(desk.get_by_role("heading", name="前台小周")).to_be_visible()
    await dialog.get_by_role("button", name="Close account").click()
    await expect(manager.get_by_text("Closed accounts · 1")).to_be_visible()
    await expect(desk.get_by_role("alert")).to_contain_text("Your sign-in here has ended")
    assert "next=%2Fme" in desk.url


async def test_a_name_that_is_taken_is_said_at_its_field(site: Served, visitor: Visitor, staff: list[Credential]) -> None:
    page = await (await visitor()).new_page()
    await sign_in(page, site, staff[0])
    await expect(page.get_by_role("heading", name="Hello")).to_be_visible()
    await page.goto(f"{site.url}/staff")
    await page.get_by_role("button", name="Add somebody").click()
    await expect(page.get_by_label("Name", exact=True)).to_be_focused()
    await page.keyboard.type("另一个小周")
    await page.get_by_label("Sign-in name").fill("zhou")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Sign-in name")).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_role("alert")).to_contain_text("Somebody already signs in with this name")
    await page.get_by_label("Sign-in name").fill("zhou2")
    await page.keyboard.press("Enter")
    await expect(page.locator(".secret")).to_contain_text("zhou2")


async def test_a_manager_sets_the_rules_of_signing_in(site: Served, visitor: Visitor, staff: list[Credential]) -> None:
    """An obligation that begins signs out whoever has no second step, and leads them through one."""
    page = await (await visitor()).new_page()
    await sign_in(page, site, staff[0])
    await expect(page.get_by_role("heading", name="Hello, 陈店长")).to_be_visible()
    await page.goto(f"{site.url}/staff")
    await page.get_by_text("Graded protection", exact=True).click()
    await expect(page.get_by_text("changed every 90 days")).to_be_visible()
    await page.get_by_text("Obligatory", exact=True).click()
    dialog = page.get_by_role("dialog", name="Ask managers and accountants for a second step?")
    await expect(dialog).to_contain_text("Signed out at once, until they have set one up at their next sign-in: 陈店长")
    await expect(dialog).to_contain_text("You are among them")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("heading", name="Rules of signing in")).to_be_visible()
    await page.get_by_text("Obligatory", exact=True).click()
    await dialog.get_by_role("button", name="Obligatory").click()
    await page.wait_for_url("**/sign-in**")
    await expect(page.get_by_role("alert")).to_contain_text("Your sign-in here has ended")
    await page.get_by_label("Sign-in name").fill(staff[0].login)
    await page.get_by_label("Password", exact=True).fill(staff[0].password or "")
    await page.locator("form button[type=submit]").click()
    await expect(page.get_by_role("heading", name="Set up the second step")).to_be_visible()


async def test_every_page_of_the_office_has_the_way_out(site: Served, visitor: Visitor, staff: list[Credential]) -> None:
    """And after it nothing of the page stays behind the back button."""
    context = await visitor()
    page = await context.new_page()
    headers = {"X-Requested-With": "salon-hub", "Origin": site.url}
    known = {"login": staff[0].login, "password": staff[0].password}
    for path in ("/devices", "/staff", "/roles", "/privacy", "/audit", "/alarms", "/backups", "/me", "/desk"):
        assert (await context.request.post(f"{site.url}/api/sign-in", data=known, headers=headers)).ok
        await page.goto(f"{site.url}{path}")
        await page.get_by_role("button", name="Sign out", exact=True).click()
        await expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_text("陈店长")).to_have_count(0)


async def test_one_session_is_ended_and_an_app_is_begun_for_the_present_password(
    site: Served, visitor: Visitor, staff: list[Credential]
) -> None:
    here, there = await (await visitor()).new_page(), await (await visitor()).new_page()
    for page in (here, there):
        await sign_in(page, site, staff[0])
        await expect(page.get_by_role("heading", name="Hello, 陈店长")).to_be_visible()
    await here.goto(f"{site.url}/me")
    await expect(here.locator(".me-places li").filter(has_text="last used")).to_have_count(1)
    await here.get_by_role("button", name="Sign out here: Browser").click()
    card = here.locator(".me-places").locator("xpath=ancestor::section | ancestor::article").first
    await card.get_by_label("Current password").fill("not the password")
    await card.get_by_role("button", name="Sign out there").click()
    await expect(card.get_by_role("alert")).to_contain_text("current password is not right")
    await card.get_by_label("Current password").fill(staff[0].password or "")
    await card.get_by_role("button", name="Sign out there").click()
    await expect(here.get_by_role("button", name="Sign out here: Browser")).to_have_count(0)
    await expect(there.get_by_role("heading", name="Welcome")).to_be_visible()

    await here.get_by_role("button", name="Set up").click()
    form = here.locator("form").filter(has=here.get_by_role("button", name="Next"))
    await form.get_by_label("Current password").fill(staff[0].password or "")
    await form.get_by_role("button", name="Next").click()
    await expect(here.get_by_role("button", name="Switch on")).to_be_visible()
