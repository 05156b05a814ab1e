"""The manager's list of staff, and everybody's own page."""

from __future__ import annotations

from hub.app import Hub
from hub.backoffice.security.roles import SECOND_FACTOR_ROLES
from tests.backoffice.security.browsers import TECHNICIAN, Browser, code_of, command, is_signed_in, pair, sign_in

People = dict[str, str]


async def test_an_issued_password_is_for_one_sign_in(browser: Browser, people: People, hub: Hub) -> None:
    manager, client = await browser(), await browser()
    await sign_in(manager, "mei")
    await sign_in(client, "desk")
    issued = await command(manager, hub, "security.issue_password", {"account_id": people["desk"]})
    assert not await is_signed_in(client)
    step = (await sign_in(client, "desk", issued.json()["result"]["password"])).json()
    assert step["needs"] == "new_password"


async def test_an_issued_pin_takes_a_tablet(browser: Browser, people: People, hub: Hub) -> None:
    manager, tablet = await browser(), await browser()
    await sign_in(manager, "mei")
    await pair(tablet, hub, manager, "technician_tablet")
    issued = await command(manager, hub, "security.issue_pin", {"account_id": people["li"]})
    body = {"technician_id": TECHNICIAN, "pin": issued.json()["result"]["pin"]}
    assert (await tablet.post("/api/technician-sign-in", json=body)).status_code == 200
    assert code_of(await command(manager, hub, "security.issue_pin", {"account_id": people["desk"]})) == "invalid"


async def test_the_manager_sees_who_works_here(browser: Browser, people: People, hub: Hub) -> None:
    manager = await browser()
    await sign_in(manager, "mei")
    await command(manager, hub, "security.close_account", {"account_id": people["desk"]})
    view = (await manager.get("/api/views/staff")).json()["view"]
    assert set(view["second_factor_roles"]) == SECOND_FACTOR_ROLES
    shown = {line["login"]: (line["roles"], line["is_me"], line["has_password"], line["has_pin"]) for line in view["accounts"]}
    assert shown == {"mei": (["manager"], True, True, False), "li": (["technician"], False, False, True)}
    assert [line["login"] for line in view["closed"]] == ["desk"]


async def test_staff_stand_by_their_log_in_whenever_they_came(browser: Browser, people: People, hub: Hub) -> None:
    manager = await browser()
    await sign_in(manager, "mei")
    for login in ("Zoe", "ann"):
        await command(manager, hub, "security.create_account", {"login": login, "name": login, "roles": ["front_desk"]})
    view = (await manager.get("/api/views/staff")).json()["view"]
    assert [line["login"].casefold() for line in view["accounts"]] == ["ann", "desk", "li", "mei", "zoe"]


async def test_ones_own_page_shows_nobody_else(browser: Browser, people: People, hub: Hub) -> None:
    client, stranger = await browser(), await browser()
    await sign_in(client, "desk")
    view = (await client.get("/api/views/me")).json()["view"]
    assert (view["login"], view["has_second_factor"], view["shortest"]) == ("desk", False, 12)
    assert code_of(await stranger.get("/api/views/me")) == "not_signed_in"
    assert code_of(await client.get("/api/views/staff")) == "forbidden"
