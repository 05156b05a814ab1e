"""What a manager does with accounts, and what nobody may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from hub.app import Hub
from hub.backoffice.security.links import fresh_links
from hub.backoffice.security.queries import accounts
from hub.backoffice.security.tables import AccountRow
from hub.kernel.errors import Refused
from hub.kernel.event_log import since
from tests.backoffice.security.browsers import (
    PASSWORD,
    PIN,
    TECHNICIAN,
    Browser,
    account,
    code_of,
    command,
    pair,
    sign_in,
)
from tests.conftest import Send

People = dict[str, str]

NEW = {"login": "new", "name": "New", "roles": ["front_desk"]}


async def refusal(send: Send, name: str, data: Mapping[str, object]) -> str:
    with pytest.raises(Refused) as refused:
        await send(name, data)
    return refused.value.kind.code


async def test_logins_and_technicians_are_unique(send: Send, people: People) -> None:
    base = {"name": "X", "roles": ["technician"]}
    assert await refusal(send, "security.create_account", {**base, "login": "Mei"}) == "login_taken"
    again = {**base, "login": "li2", "technician_id": TECHNICIAN}
    assert await refusal(send, "security.create_account", again) == "technician_has_account"


async def linked(hub: Hub) -> list[dict[str, Any]]:
    async with hub.database.read(hub.store_id) as session:
        return [fact.data for fact in await since(session, 0) if fact.type == "security.technician_linked"]


async def test_an_account_is_linked_to_one_of_the_team_later_and_loses_its_pin_with_the_link(
    send: Send, people: People, hub: Hub, browser: Browser
) -> None:
    made = {"login": "bai", "name": "Bai", "roles": ["technician"], "password": PASSWORD, "must_change_password": False}
    bai = {"account_id": (await send("security.create_account", made)).result["account_id"]}
    assert await refusal(send, "security.issue_pin", bai) == "invalid"
    assert await refusal(send, "security.link_technician", {**bai, "technician_id": TECHNICIAN}) == "technician_has_account"
    client = await browser()
    await sign_in(client, "bai")
    assert (await client.get("/api/views/me")).status_code == 200

    own = "b" * 32
    await send("security.link_technician", {**bai, "technician_id": own})
    assert (await client.get("/api/views/me")).status_code == 401
    await send("security.issue_pin", bai)
    await send("security.link_technician", {**bai, "technician_id": own})
    await send("security.link_technician", {**bai, "technician_id": None})
    assert await linked(hub) == [{**bai, "technician_id": own}, {**bai, "technician_id": None}]
    async with hub.database.read(hub.store_id) as session:
        line = next(a for a in await accounts(session, hub.vault) if a.id == bai["account_id"])
    assert (line.technician_id, line.has_pin) == (None, False)


async def test_a_weak_secret_leaves_no_account(send: Send, people: People, browser: Browser) -> None:
    base = {"login": "wu", "name": "Wu Long", "roles": ["front_desk"]}
    assert await refusal(send, "security.create_account", {**base, "password": "password1234"}) == "password_common"
    assert await refusal(send, "security.create_account", {**base, "password": "Wu Long Wu Long"}) == "password_common"
    pin = {**base, "roles": ["technician"], "technician_id": "b" * 32, "pin": "1234"}
    assert await refusal(send, "security.create_account", pin) == "pin_too_simple"
    assert await refusal(send, "security.create_account", {**base, "pin": PIN}) == "invalid"
    await send("security.create_account", {**base, "password": PASSWORD, "must_change_password": False})
    assert (await sign_in(await browser(), "wu")).status_code == 200


async def test_a_pin_ends_with_the_role_and_not_only_with_the_link(
    send: Send, people: People, hub: Hub, browser: Browser
) -> None:
    manager, tablet, later = await browser(), await browser(), await browser()
    await sign_in(manager, "mei")
    for client in (tablet, later):
        await pair(client, hub, manager, "technician_tablet")
    body, li = {"technician_id": TECHNICIAN, "pin": PIN}, {"account_id": people["li"]}
    assert (await tablet.post("/api/technician-sign-in", json=body)).status_code == 200
    link = next(each for each in await fresh_links(hub.door, hub.store_id) if each.screen == "technician")
    await send("security.set_roles", {**li, "roles": ["front_desk"]})

    seat = {"X-Salon-Seat": "technician"}
    assert (await tablet.get("/api/views/home", headers=seat)).json()["view"]["who"]["roles"] == ["tablet"]
    assert code_of(await later.post("/api/technician-sign-in", json=body)) == "wrong_pin"
    assert (await later.get("/api/views/sign-in", headers=seat)).json()["view"]["faces"] == []
    assert (await (await browser()).get(link.path)).headers["location"] == "/sign-in?problem=link_spent"
    assert "technician" not in [each.screen for each in await fresh_links(hub.door, hub.store_id)]
    assert await refusal(send, "security.set_pin", {**li, "pin": PIN}) == "invalid"
    assert await refusal(send, "security.create_account", {**NEW, "technician_id": "b" * 32, "pin": PIN}) == "invalid"

    await send("security.set_roles", {**li, "roles": ["technician"]})
    assert code_of(await later.post("/api/technician-sign-in", json=body)) == "wrong_pin", "and a new PIN with it"


async def test_whoever_leaves_the_team_takes_no_tablet_any_more(send: Send, people: People, hub: Hub, browser: Browser) -> None:
    lin = {"code": "lin", "name": {"zh": "林", "en": "Lin"}, "gender": "woman"}
    technician = (await send("team.put_technician", lin)).result["technician_id"]
    own = {"login": "lin", "name": "Lin", "roles": ["technician"], "technician_id": technician, "pin": PIN}
    await send("security.create_account", own)
    manager, tablet = await browser(), await browser()
    await sign_in(manager, "mei")
    await pair(tablet, hub, manager, "technician_tablet")
    body = {"technician_id": technician, "pin": PIN}
    assert (await tablet.post("/api/technician-sign-in", json=body)).status_code == 200
    tablet.headers["X-Salon-Seat"] = "technician"
    await send("team.put_technician", lin)
    assert (await tablet.get("/api/views/home")).json()["view"]["who"]["roles"] == ["technician"]
    await send("team.put_technician", {**lin, "active": False})
    assert (await tablet.get("/api/views/home")).json()["view"]["who"]["roles"] == ["tablet"]
    assert code_of(await tablet.post("/api/technician-sign-in", json=body)) == "wrong_pin"


async def test_a_pin_kept_beyond_the_role_opens_nothing(people: People, hub: Hub, store: str, browser: Browser) -> None:
    """Stores of earlier releases hold such accounts."""
    manager, tablet = await browser(), await browser()
    await sign_in(manager, "mei")
    await pair(tablet, hub, manager, "technician_tablet")
    async with hub.database.write(store) as session:
        (await session.get_one(AccountRow, people["li"])).roles = ["front_desk"]
    body = {"technician_id": TECHNICIAN, "pin": PIN}
    assert code_of(await tablet.post("/api/technician-sign-in", json=body)) == "wrong_pin"
    assert (await tablet.get("/api/views/sign-in", headers={"X-Salon-Seat": "technician"})).json()["view"]["faces"] == []


async def test_the_last_manager_stays(send: Send, people: People) -> None:
    mei = {"account_id": people["mei"]}
    assert await refusal(send, "security.close_account", mei) == "last_manager"
    assert await refusal(send, "security.set_roles", {**mei, "roles": ["front_desk"]}) == "last_manager"
    await send("security.set_roles", {"account_id": people["desk"], "roles": ["manager"]})
    await send("security.close_account", mei)


async def test_a_closed_account_comes_back_when_reopened(send: Send, people: People, browser: Browser) -> None:
    await send("security.close_account", {"account_id": people["desk"]})
    client = await browser()
    assert (await sign_in(client, "desk")).status_code == 401
    await send("security.reopen_account", {"account_id": people["desk"]})
    assert (await sign_in(client, "desk")).status_code == 200


async def test_only_managers_touch_accounts(people: People, browser: Browser, hub: Hub) -> None:
    desk, stranger = await browser(), await browser()
    await sign_in(desk, "desk")
    data = {"account_id": people["mei"], "password": "violet-harbour-21-mist"}
    assert code_of(await command(desk, hub, "security.set_password", data)) == "forbidden"
    assert code_of(await command(stranger, hub, "security.set_password", data)) == "not_signed_in"


@pytest.mark.parametrize("name", ["settle_try", "make_link", "use_link", "change_password", "pair_device"])
async def test_what_trusts_the_hubs_word_is_closed_to_managers(name: str, people: People, browser: Browser, hub: Hub) -> None:
    manager = await browser()
    await sign_in(manager, "mei")
    assert code_of(await command(manager, hub, f"security.{name}", {})) == "forbidden"


async def test_ids_of_other_stores_look_like_missing_ones(send: Send, people: People, hub: Hub) -> None:
    other = await hub.open_store(name_zh="远山", name_en="Far Hill", zone="Asia/Shanghai")
    from hub.kernel.access import Actor

    stranger = Actor("staff", "0" * 31 + "9", other, frozenset({"manager"}))
    for account_id in (people["desk"], "f" * 32):
        with pytest.raises(Refused) as refused:
            await send("security.set_roles", {"account_id": account_id, "roles": ["manager"]}, stranger)
        assert refused.value.kind.code == "not_found"


@pytest.mark.parametrize(
    ("roles", "linked_to", "expected"),
    [
        (["technician"], TECHNICIAN, "not_found"),
        (["technician"], None, "not_found"),
        (["technician", "marketer"], TECHNICIAN, "not_found"),
        (["technician", "accountant"], None, "not_found"),
        (["technician", "front_desk"], TECHNICIAN, None),
    ],
)
async def test_a_technician_reaches_her_own_work_alone_whatever_else_she_has(
    send: Send, browser: Browser, hub: Hub, store: str, roles: list[str], linked_to: str | None, expected: str | None
) -> None:
    """Neither a role that has nothing to do with the floor nor a missing link to the team opens everybody's work to her."""
    await account(hub, store, "wu", roles=roles, technician_id=linked_to, password=PASSWORD)
    wang = (await send("team.put_technician", {"code": "wang", "name": {"zh": "王", "en": "Wang"}})).result["technician_id"]
    client = await browser()
    await sign_in(client, "wu")
    sent = await command(client, hub, "team.start_break", {"technician_id": wang})
    assert sent.json().get("code") == expected
