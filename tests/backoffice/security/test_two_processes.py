"""Two hubs on one database count as one: no try, code, challenge or step is worth more because there are two doors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from displays.security import devices, home, me, staff
from displays.security import sign_in as sign_in_screen
from hub.app import Hub, build
from hub.backoffice import security
from hub.backoffice.security import throttle, totp
from hub.gateway.sessions import MEMORY_SECONDS
from hub.kernel.clock import ManualClock
from hub.kernel.ids import SeededRandomness
from hub.operations import team
from tests.backoffice.security.authenticator import Authenticator
from tests.backoffice.security.browsers import ORIGIN, PIN, TECHNICIAN, code_of, command, is_signed_in, pair, sign_in
from tests.backoffice.security.test_factors import enrolled, prove

People = dict[str, str]
At = Callable[[Hub], Awaitable[httpx.AsyncClient]]


def beside(hub: Hub, seed: int) -> Hub:
    """Another hub on the same database and keys."""
    return build(
        hub.settings,
        clock=hub.clock,
        chance=SeededRandomness(seed),
        domains=[team, security],
        screens=[home.screen, devices.screen, sign_in_screen.screen, staff.screen, me.screen],
    )


@pytest.fixture
async def second(hub: Hub, store: str) -> AsyncIterator[Hub]:
    made = beside(hub, 2)
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def at() -> AsyncIterator[At]:
    """A browser that talks to this hub, or keeps its cookies when it talks to another."""
    clients: list[httpx.AsyncClient] = []

    async def come(hub: Hub) -> httpx.AsyncClient:
        headers = {"Origin": ORIGIN, "X-Requested-With": "salon-hub", "Accept-Language": "en"}
        transport = httpx.ASGITransport(hub.asgi, raise_app_exceptions=False)
        clients.append(httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers))
        return clients[-1]

    yield come
    for client in clients:
        await client.aclose()


async def test_ten_wrong_passwords_are_ten_over_both(hub: Hub, second: Hub, people: People, at: At) -> None:
    one, two = await at(hub), await at(second)
    tries = [sign_in(client, "mei", "wrong") for _ in range(15) for client in (one, two)]
    answers = [answer.status_code for answer in await asyncio.gather(*tries)]
    assert sorted(answers) == [401] * 10 + [429] * 20
    assert code_of(await sign_in(two, "mei")) == "too_many_tries"


async def test_strangers_at_either_door_do_not_lock_the_owner_out(hub: Hub, second: Hub, people: People, at: At) -> None:
    own = await at(hub)
    await sign_in(own, "mei")
    await own.post("/api/sign-out")
    strangers = [await at(hub), await at(second)]
    for _ in range(12):
        for stranger in strangers:
            await sign_in(stranger, "mei", "wrong")
    home_again = await at(second)
    home_again.cookies.update(own.cookies)
    assert (await sign_in(home_again, "mei")).status_code == 200
    assert {code_of(await sign_in(stranger, "mei")) for stranger in strangers} == {"too_many_tries"}


async def test_ten_wrong_pins_are_ten_over_both(hub: Hub, second: Hub, people: People, at: At) -> None:
    manager, tablet, same = await at(hub), await at(hub), await at(second)
    await sign_in(manager, "mei")
    await pair(tablet, hub, manager, "technician_tablet")
    same.cookies.update(tablet.cookies)
    body = {"technician_id": TECHNICIAN, "pin": "9753"}
    tries = [client.post("/api/technician-sign-in", json=body) for _ in range(8) for client in (tablet, same)]
    answers = [answer.status_code for answer in await asyncio.gather(*tries)]
    assert sorted(answers) == [401] * 10 + [429] * 6
    right = await same.post("/api/technician-sign-in", json={"technician_id": TECHNICIAN, "pin": PIN})
    assert code_of(right) == "too_many_tries"


async def test_a_code_of_the_app_opens_one_door_once(hub: Hub, second: Hub, people: People, at: At, clock: ManualClock) -> None:
    client = await at(hub)
    await sign_in(client, "mei")
    secret, _ = await enrolled(client, hub, clock)
    browsers = [await at(each) for each in (hub, second) * 4]
    steps = [(await sign_in(each, "mei")).json()["step"] for each in browsers]
    code = totp.code_at(secret, totp.step_of(clock.now()))
    answers = await asyncio.gather(*(prove(each, step, code) for each, step in zip(browsers, steps, strict=True)))
    assert sorted(a.status_code for a in answers) == [200] + [401] * 7


async def test_ten_wrong_app_codes_are_ten_over_both(hub: Hub, second: Hub, people: People, at: At, clock: ManualClock) -> None:
    client = await at(hub)
    await sign_in(client, "mei")
    await enrolled(client, hub, clock)
    browsers = [await at(hub), await at(second)]
    steps = [(await sign_in(each, "mei")).json()["step"] for each in browsers]
    tries = [prove(each, step, "000000") for _ in range(7) for each, step in zip(browsers, steps, strict=True)]
    assert sorted(a.status_code for a in await asyncio.gather(*tries)) == [401] * 10 + [429] * 4


async def test_a_signed_challenge_opens_one_door_once(hub: Hub, second: Hub, people: People, at: At) -> None:
    here = "http://localhost"
    key = Authenticator(here, step=0)
    clients = [await at(hub), await at(hub), await at(second)]
    for client in clients:
        client.base_url, client.headers["Origin"] = httpx.URL(here), here
    await sign_in(clients[0], "mei")
    offer = (await clients[0].post("/api/passkeys/offer", json={"present": "kettle-orbit-93-lantern"})).json()["options"]
    await command(clients[0], hub, "security.add_passkey", {"name": "x", "credential": key.create(offer)})
    options = (await clients[1].post("/api/sign-in/passkey", json={})).json()["options"]
    credential = key.get(options)
    uses = [client.post("/api/sign-in/passkey/finish", json={"credential": credential}) for client in clients[1:] * 3]
    assert sorted(a.status_code for a in await asyncio.gather(*uses)) == [200] + [401] * 5


async def test_tries_survive_a_restart_of_both(hub: Hub, second: Hub, people: People, at: At) -> None:
    one = await at(second)
    for _ in range(10):
        await sign_in(one, "mei", "wrong")
    await second.close()
    third = beside(hub, 3)
    await third.start()
    assert code_of(await sign_in(await at(third), "mei")) == "too_many_tries"
    await third.close()


async def test_without_a_shared_count_each_door_would_give_ten(
    hub: Hub, second: Hub, people: People, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: counts kept per process, as a cache would, are worth twice as many tries; the tests above would notice."""
    shared = throttle.bucket
    names = {id(hub.vault): "one", id(second.vault): "two"}
    monkeypatch.setattr(throttle, "bucket", lambda vault, *parts: shared(vault, names[id(vault)], *parts))
    one, two = await at(hub), await at(second)
    tries = [sign_in(client, "mei", "wrong") for _ in range(12) for client in (one, two)]
    answers = [answer.status_code for answer in await asyncio.gather(*tries)]
    assert answers.count(401) == 20


async def test_a_revoked_session_is_out_at_the_other_door_within_two_seconds(
    hub: Hub, second: Hub, people: People, at: At
) -> None:
    manager, desk = await at(hub), await at(second)
    await sign_in(manager, "mei")
    await sign_in(desk, "desk")
    assert await is_signed_in(desk)
    assert MEMORY_SECONDS < 2
    done = await command(manager, hub, "security.close_account", {"account_id": people["desk"]})
    assert done.status_code == 200
    await asyncio.sleep(MEMORY_SECONDS)
    assert not await is_signed_in(desk)
