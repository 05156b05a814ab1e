"""Passkeys in a real browser with a virtual authenticator: set up where obliged, added, used alone and as the second factor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from hub.app import Hub, build
from hub.backoffice.security.first_start import Credential, Person, first_start
from hub.settings import Settings
from tests.e2e.conftest import Open
from tests.gateway.conftest import served


@pytest.fixture
async def hub(empty_store: Path) -> AsyncIterator[Hub]:
    """A whole hub on the machine's clock, with the built pages."""
    made = build(Settings(data=empty_store, rate_factor=0, language="en", solver_threads=0))
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def staff(hub: Hub, store: str) -> list[Credential]:
    people = [Person("chen", "陈店长", "manager"), Person("zhou", "前台小周", "front_desk")]
    return await first_start(hub.door, store, people)


@pytest.fixture
async def here(hub: Hub, staff: list[Credential]) -> AsyncIterator[str]:
    """The hub's address on the server itself, where browsers have passkeys without TLS."""
    assert staff
    async with served(hub) as running:
        yield f"http://localhost:{urlsplit(running.url).port}"


async def with_authenticator(page: Page) -> Page:
    """A phone's lock, as Chromium's developer tools play it; the person always proves to be themselves."""
    tools = await page.context.new_cdp_session(page)
    await tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


async def sign_in(page: Page, here: str, who: Credential) -> None:
    await page.goto(f"{here}/sign-in")
    await page.get_by_label("Sign-in name").fill(who.login)
    await page.get_by_label("Password", exact=True).fill(who.password or "")
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def test_a_manager_sets_one_up_and_comes_in_with_it_alone(here: str, staff: list[Credential], open_page: Open) -> None:
    page = await with_authenticator(await open_page(f"{here}/sign-in", 390, 844))
    await sign_in(page, here, staff[0])
    await expect(page.get_by_role("heading", name="Set up the second step")).to_be_visible()
    await page.get_by_role("button", name="Set up a passkey on this device").click()
    await expect(page.locator(".way-codes li")).to_have_count(10)
    await page.get_by_role("button", name="I have kept them").click()
    await expect(page.get_by_role("heading", name="Hello, 陈店长")).to_be_visible()

    await page.goto(f"{here}/me")
    await expect(page.locator(".me-passkeys:not(.me-places) li")).to_have_count(1)
    await expect(page.get_by_text("Your role must have a second step.")).to_be_visible()
    await expect(page.get_by_role("button", name="Remove Linux")).to_have_count(0)
    await page.get_by_role("button", name="Rename Linux").click()
    await page.get_by_role("dialog").get_by_label("Name").fill("<b>Counter</b> 柜台")
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await expect(page.locator(".me-passkeys:not(.me-places) strong")).to_have_text("<b>Counter</b> 柜台")

    await page.goto(f"{here}/")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    await page.goto(f"{here}/sign-in")
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_role("heading", name="Hello, 陈店长")).to_be_visible()

    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    await sign_in(page, here, staff[0])
    await page.get_by_role("button", name="Use a passkey").click()
    await expect(page.get_by_role("heading", name="Hello, 陈店长")).to_be_visible()


async def test_one_is_added_and_removed_on_ones_own_page(here: str, staff: list[Credential], open_page: Open) -> None:
    page = await with_authenticator(await open_page(f"{here}/sign-in", 1440, 900))
    await sign_in(page, here, staff[1])
    await expect(page.get_by_role("heading", name="Hello")).to_be_visible()
    await page.goto(f"{here}/me")
    await page.get_by_role("button", name="Add a passkey").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Current password").fill("wrong")
    await dialog.get_by_role("button", name="Next").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("current password is not right")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Add a passkey").click()
    await expect(dialog.get_by_label("Current password")).to_have_value("")
    await expect(dialog.get_by_role("alert")).to_have_count(0)
    await dialog.get_by_label("Current password").fill(staff[1].password or "")
    await dialog.get_by_role("button", name="Next").click()
    await expect(page.locator(".me-codes li")).to_have_count(10)
    code = await page.locator(".me-codes li").first.inner_text()
    await page.get_by_role("button", name="I have kept them").click()

    card = page.locator("section").filter(has=page.get_by_role("heading", name="Recovery codes", exact=True))
    await expect(card).to_contain_text("10 recovery codes are left")
    for typed, said in (("000000", "not right"), (code, "Keep these recovery codes")):
        await card.get_by_label("Code").fill(typed)
        await card.get_by_role("button", name="New recovery codes").click()
        await expect(card).to_contain_text(said)
    assert code not in await card.locator(".me-codes").inner_text()
    await card.get_by_role("button", name="I have kept them").click()

    await page.get_by_role("button", name="Remove Linux").click()
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(page.locator(".me-passkeys:not(.me-places) li")).to_have_count(1)
    await page.get_by_role("button", name="Remove Linux").click()
    await dialog.get_by_role("button", name="Remove", exact=True).click()
    await expect(page.locator(".me-passkeys:not(.me-places) li")).to_have_count(0)


async def test_without_a_passkey_here_the_page_stays_kind(here: str, open_page: Open) -> None:
    page = await with_authenticator(await open_page(f"{here}/sign-in", 390, 844))
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_role("alert")).to_contain_text("this device has no passkey for this salon")


async def test_plain_http_in_the_network_says_why_there_are_none(
    here: str, staff: list[Credential], open_page: Open, hub: Hub
) -> None:
    port = urlsplit(here).port
    page = await open_page(f"http://127.0.0.1:{port}/sign-in", 390, 844)
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await expect(page.get_by_role("button", name="Sign in with a passkey")).to_have_count(0)
    await sign_in(page, f"http://127.0.0.1:{port}", staff[1])
    await expect(page.get_by_role("heading", name="Hello")).to_be_visible()
    await page.goto(f"http://127.0.0.1:{port}/me")
    await expect(page.locator(".me-trouble")).to_contain_text("On the server itself they work at localhost")
