"""Passkeys: an honest one opens, alone or as the second factor; everything that is off about one opens nothing."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from displays.security import me
from hub.app import Hub, build
from hub.backoffice import security
from hub.backoffice.security import passkeys
from hub.kernel.clock import ManualClock
from hub.kernel.tables import EventRow
from hub.operations import team
from hub.settings import Settings
from tests.backoffice.security.authenticator import Authenticator
from tests.backoffice.security.browsers import HERE, PASSWORD, Browser, code_of, command, is_signed_in, sign_in

People = dict[str, str]


async def events(hub: Hub, store: str) -> list[str]:
    async with hub.database.read(store) as session:
        return list(await session.scalars(select(EventRow.type).order_by(EventRow.seq)))


async def added(client: httpx.AsyncClient, hub: Hub, key: Authenticator, name: str = "Mei's phone") -> dict[str, Any]:
    """What the hub says to a passkey more."""
    offer = (await client.post("/api/passkeys/offer", json={"present": PASSWORD})).json()
    data = {"name": name, "credential": key.create(offer["options"])}
    result: dict[str, Any] = (await command(client, hub, "security.add_passkey", data)).json()["result"]
    return result


async def asked(client: httpx.AsyncClient, step: str | None = None) -> dict[str, Any]:
    options: dict[str, Any] = (await client.post("/api/sign-in/passkey", json={"step": step})).json()["options"]
    return options


async def used(client: httpx.AsyncClient, credential: dict[str, Any], step: str | None = None) -> httpx.Response:
    return await client.post("/api/sign-in/passkey/finish", json={"credential": credential, "step": step})


async def with_passkey(local: Browser, hub: Hub, login: str = "mei", **lies: Any) -> tuple[httpx.AsyncClient, Authenticator]:
    """A browser of somebody who has a passkey."""
    client, key = await local(), Authenticator(HERE, **lies)
    await sign_in(client, login)
    assert (await added(client, hub, key))["outcome"] == "done"
    return client, key


async def test_a_passkey_alone_opens(local: Browser, people: People, hub: Hub, store: str) -> None:
    _, key = await with_passkey(local, hub)
    other = await local()
    entered = await used(other, key.get(await asked(other)))
    assert entered.json()["outcome"] == "entered"
    assert await is_signed_in(other)
    assert (await events(hub, store))[-3:] == [
        "security.passkey_added",
        "security.recovery_codes_made",
        "security.signed_in",
    ]


async def test_what_the_browser_is_asked_for(local: Browser, people: People, hub: Hub) -> None:
    client = await local()
    await sign_in(client, "mei")
    made = (await client.post("/api/passkeys/offer", json={"present": PASSWORD})).json()["options"]
    assert made["rp"] == {"id": "localhost", "name": "Celadon"}
    assert made["authenticatorSelection"]["residentKey"] == "required"
    assert made["authenticatorSelection"]["userVerification"] == "required"
    wanted = await asked(await local())
    assert (wanted["rpId"], wanted["userVerification"], wanted.get("allowCredentials", [])) == ("localhost", "required", [])


async def test_it_costs_the_present_password(local: Browser, people: People) -> None:
    client = await local()
    stranger = await client.post("/api/passkeys/offer", json={"present": PASSWORD})
    assert code_of(stranger) == "not_signed_in"
    await sign_in(client, "mei")
    assert code_of(await client.post("/api/passkeys/offer", json={"present": "wrong"})) == "wrong_password"


async def test_it_is_the_second_factor_after_the_password(local: Browser, people: People, hub: Hub) -> None:
    _, key = await with_passkey(local, hub)
    other = await local()
    step = (await sign_in(other, "mei")).json()
    assert (step["outcome"], step["needs"], step["ways"]) == ("step", "second_factor", ["passkey"])
    wanted = await asked(other, step["step"])
    assert len(wanted["allowCredentials"]) == 1
    assert (await used(other, key.get(wanted), step["step"])).json()["outcome"] == "entered"
    again = await used(other, key.get(wanted), step["step"])
    assert code_of(again) == "sign_in_expired"


async def test_a_recovery_code_opens_once_and_makes_no_app_of_nothing(
    local: Browser, people: People, hub: Hub, store: str
) -> None:
    """Whoever has a passkey alone would else count as having an app, and could give the passkey away as the last factor."""
    client, key = await local(), Authenticator(HERE)
    await sign_in(client, "mei")
    codes = (await added(client, hub, key))["recovery_codes"]
    other = await local()
    step = (await sign_in(other, "mei")).json()
    entered = await other.post("/api/sign-in/second-factor", json={"step": step["step"], "code": codes[0]})
    assert (entered.json()["outcome"], entered.json()["recovery_codes"]) == ("entered", [])
    assert "security.second_factor_set" not in await events(hub, store)
    view = (await other.get("/api/views/me")).json()["view"]
    assert (view["has_authenticator"], view["recovery_codes_left"]) == (False, 9)
    again = (await sign_in(await local(), "mei")).json()
    assert again["ways"] == ["passkey"]


async def test_a_recovery_code_does_not_confirm_an_app_that_was_only_begun(local: Browser, people: People, hub: Hub) -> None:
    client, key = await local(), Authenticator(HERE)
    await sign_in(client, "mei")
    codes = (await added(client, hub, key))["recovery_codes"]
    await client.post("/api/second-factor/offer", json={"present": PASSWORD})
    said = (await command(client, hub, "security.confirm_second_factor", {"code": codes[0]})).json()["result"]
    assert said["outcome"] == "refused"
    step = (await sign_in(await local(), "mei")).json()
    assert step["ways"] == ["passkey"]
    made = (await command(client, hub, "security.make_recovery_codes", {"code": codes[0]})).json()["result"]
    assert (made["outcome"], len(made["recovery_codes"])) == ("done", 10), "the code was not spent on a try that it cannot win"


async def test_recovery_codes_come_with_it(local: Browser, people: People, hub: Hub) -> None:
    client, key = await local(), Authenticator(HERE)
    await sign_in(client, "mei")
    codes = (await added(client, hub, key))["recovery_codes"]
    assert len(codes) == 10
    other = await local()
    step = (await sign_in(other, "mei")).json()["step"]
    proved = await other.post("/api/sign-in/second-factor", json={"step": step, "code": codes[0]})
    assert proved.json()["outcome"] == "entered"


async def test_a_challenge_is_good_once_and_for_five_minutes(
    local: Browser, people: People, hub: Hub, clock: ManualClock
) -> None:
    _, key = await with_passkey(local, hub, step=0)
    other = await local()
    signed = key.get(await asked(other))
    assert (await used(other, signed)).status_code == 200
    assert code_of(await used(await local(), signed)) == "passkey_refused", "replayed"
    late = key.get(await asked(other))
    clock.advance(seconds=passkeys.CHALLENGE_SECONDS)
    assert code_of(await used(other, late)) == "passkey_refused"


async def test_challenges_are_for_one_purpose_and_one_account(local: Browser, people: People, hub: Hub) -> None:
    _, key = await with_passkey(local, hub, step=0)
    _, desks = await with_passkey(local, hub, "desk", step=0)
    other = await local()
    step = (await sign_in(other, "mei")).json()["step"]
    assert code_of(await used(other, key.get(await asked(other)), step)) == "passkey_refused", "made to come in alone"
    assert code_of(await used(other, key.get(await asked(other, step)))) == "passkey_refused", "made for a step"
    wanted = await asked(other, step)
    assert code_of(await used(other, desks.get(wanted), step)) == "passkey_refused", "somebody else's"
    assert (await used(other, key.get(await asked(other, step)), step)).status_code == 200


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://salon.example"},
        {"rp_id": "salon.example"},
        {"signature": b"\x30\x06\x02\x01\x01\x02\x01\x01"},
        {"user": b"0" * 32},
    ],
    ids=["page", "relying party", "signature", "person"],
)
async def test_a_lie_opens_nothing(local: Browser, people: People, hub: Hub, lie: dict[str, Any]) -> None:
    _, key = await with_passkey(local, hub)
    other = await local()
    assert code_of(await used(other, key.get(await asked(other), **lie))) == "passkey_refused"
    assert not await is_signed_in(other)
    assert (await used(other, key.get(await asked(other)))).status_code == 200, "the same without the lie"


async def test_the_person_must_have_been_verified(local: Browser, people: People, hub: Hub) -> None:
    client, key = await with_passkey(local, hub)
    key.verified = False
    other = await local()
    assert code_of(await used(other, key.get(await asked(other)))) == "passkey_refused"
    assert (await added(client, hub, Authenticator(HERE, verified=False)))["outcome"] == "refused"


async def test_a_copied_passkey_shows_and_opens_nothing(local: Browser, people: People, hub: Hub, store: str) -> None:
    _, key = await with_passkey(local, hub)
    other = await local()
    assert (await used(other, key.get(await asked(other)))).status_code == 200
    key.count -= 1
    assert code_of(await used(await local(), key.get(await asked(other)))) == "passkey_refused"
    assert (await events(hub, store))[-2:] == ["security.passkey_copy_seen", "security.sign_in_refused"]


def test_a_count_that_does_not_rise_is_a_copy_unless_nobody_counts() -> None:
    assert [passkeys.is_a_copy(*pair) for pair in ((0, 0), (0, 1), (4, 5), (5, 5), (5, 4), (5, 0))] == [
        False,
        False,
        False,
        True,
        True,
        True,
    ]


async def test_guessing_is_throttled(local: Browser, people: People, hub: Hub) -> None:
    _, key = await with_passkey(local, hub)
    other = await local()
    junk = {"rawId": "x", "id": "x", "type": "public-key", "response": {"clientDataJSON": "eyJ9"}}
    codes = [code_of(await used(other, junk)) for _ in range(11)]
    assert codes == ["passkey_refused"] * 10 + ["too_many_tries"]
    assert (await used(await local(), key.get(await asked(other)))).status_code == 200, "the owner is not locked out by it"


async def test_challenges_are_capped_by_address(local: Browser, people: People) -> None:
    client = await local()
    answers = [await client.post("/api/sign-in/passkey", json={}) for _ in range(61)]
    assert [a.status_code for a in answers] == [200] * 60 + [429]


@pytest.mark.parametrize(
    ("base", "origin", "rp_id"),
    [
        ("http://192.168.1.20:8000", "http://192.168.1.20:8000", None),
        ("https://192.168.1.20", "https://192.168.1.20", None),
        ("http://192.168.1.20:8000", "http://localhost:8000", "localhost"),
        ("https://salon.example", "https://salon.example", "salon.example"),
        ("https://salon.example:443", "https://salon.example", "salon.example"),
        ("https://salon.example", "https://salon.example:8443", None),
        ("https://salon.example", "http://salon.example", None),
        ("https://salon.example", "https://evil.example", None),
        ("https://salon.example", "https://x.salon.example", None),
        ("https://salon.example", "https://salon.example:99999", None),
        ("https://salon.example", "https://[::1", None),
    ],
)
def test_where_there_are_passkeys(base: str, origin: str, rp_id: str | None) -> None:
    assert passkeys.relying_party(base, origin) == rp_id


async def test_another_address_says_so(browser: Browser, people: People) -> None:
    client = await browser()
    assert code_of(await client.post("/api/sign-in/passkey", json={})) == "passkeys_not_here"


@pytest.mark.parametrize("host", ["x:99999", "x y", "sal\u00f6n", "a" * 300, "x/y"])
async def test_an_odd_page_is_refused_and_breaks_nothing(browser: Browser, people: People, host: str) -> None:
    client = await browser()
    odd = {"Origin": f"https://{host}".encode(), "Host": host.encode()}
    answer = await client.post("/api/sign-in/passkey", json={}, headers=odd)
    assert code_of(answer) in {"passkeys_not_here", "foreign_origin"}


@pytest.mark.parametrize(
    "credential", [{}, {"rawId": 7}, {"rawId": "A", "response": []}, {"response": {"clientDataJSON": "e30"}}]
)
async def test_odd_credentials_are_refused_and_break_nothing(
    local: Browser, people: People, hub: Hub, credential: dict[str, Any]
) -> None:
    client = await local()
    assert code_of(await used(client, credential)) == "passkey_refused"
    await sign_in(client, "mei")
    told = await command(client, hub, "security.add_passkey", {"name": "x", "credential": credential})
    assert told.json()["result"]["outcome"] == "refused"


async def test_they_are_named_listed_and_removed(local: Browser, people: People, hub: Hub) -> None:
    client, key = await with_passkey(local, hub)
    (line,) = (await client.get("/api/views/me")).json()["view"]["passkeys"]
    assert (line["name"], line["where"], line["used_at"]) == ("Mei's phone", "localhost", None)
    renamed = {"passkey_id": line["id"], "name": "Old phone"}
    assert (await command(client, hub, "security.rename_passkey", renamed)).status_code == 200
    other = await local()
    await sign_in(other, "desk")
    foreign = await command(other, hub, "security.remove_passkey", {"passkey_id": line["id"]})
    assert code_of(foreign) == "not_found"
    assert (await command(client, hub, "security.remove_passkey", {"passkey_id": line["id"]})).status_code == 200
    view = (await client.get("/api/views/me")).json()["view"]
    assert (view["passkeys"], view["has_second_factor"], view["recovery_codes_left"]) == ([], False, 0)
    assert code_of(await used(await local(), key.get(await asked(other)))) == "passkey_refused"


async def test_a_managers_reset_removes_them(local: Browser, people: People, hub: Hub) -> None:
    manager = await local()
    await sign_in(manager, "mei")
    client, key = await with_passkey(local, hub, "desk")
    assert (await command(manager, hub, "security.reset_second_factor", {"account_id": people["desk"]})).status_code == 200
    assert not await is_signed_in(client)
    assert code_of(await used(client, key.get(await asked(client)))) == "passkey_refused"


async def test_a_closed_account_stays_out(local: Browser, people: People, hub: Hub) -> None:
    manager = await local()
    await sign_in(manager, "mei")
    _, key = await with_passkey(local, hub, "desk")
    await command(manager, hub, "security.close_account", {"account_id": people["desk"]})
    other = await local()
    assert code_of(await used(other, key.get(await asked(other)))) == "passkey_refused"


async def test_under_the_stores_https_address_they_are_for_its_host(
    settings: Settings, clock: ManualClock, browser: Browser, people: People, hub: Hub
) -> None:
    """`public_url` says where; a page at localhost has none of these."""
    address = "https://salon.example"
    public = build(
        settings.model_copy(update={"public_url": address}), clock=clock, domains=[team, security], screens=[me.screen]
    )
    await public.start()
    headers = {"Origin": address, "X-Requested-With": "salon-hub"}
    transport = httpx.ASGITransport(public.asgi, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=address, headers=headers) as client:
        await sign_in(client, "mei")
        key = Authenticator(address)
        assert (await added(client, public, key))["outcome"] == "done"
        view = (await client.get("/api/views/me")).json()["view"]
        assert (view["passkey_address"], view["passkeys"][0]["where"]) == (address, "salon.example")
        options = await asked(client)
        assert options["rpId"] == "salon.example"
        assert (await used(client, key.get(options))).json()["outcome"] == "entered"
        client.base_url, client.headers["Origin"] = httpx.URL(HERE), HERE
        stolen = key.get(await asked(client), origin=HERE, rp_id="localhost")
        assert code_of(await used(client, stolen)) == "passkey_refused", "made for another host"
    await public.close()
