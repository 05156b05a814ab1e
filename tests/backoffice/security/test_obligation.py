"""A second factor that is obligatory: nobody who must have one comes in without, and nobody can take the last one away."""

from __future__ import annotations

from hub.app import Hub
from hub.backoffice.security import totp
from hub.kernel.clock import ManualClock
from hub.kernel.tables import Store
from tests.backoffice.security.authenticator import Authenticator
from tests.backoffice.security.browsers import HERE, PASSWORD, Browser, code_of, command, is_signed_in, sign_in
from tests.backoffice.security.test_passkeys import with_passkey

People = dict[str, str]


async def obliged(hub: Hub, store: str) -> None:
    """The setting as a store has it that was never asked."""
    async with hub.database.write(store) as session:
        (await session.get_one(Store, store)).settings = {}


async def test_a_manager_without_a_factor_is_led_through_a_passkey(
    local: Browser, people: People, hub: Hub, store: str
) -> None:
    await obliged(hub, store)
    client, key = await local(), Authenticator(HERE)
    step = (await sign_in(client, "mei")).json()
    assert (step["outcome"], step["needs"]) == ("step", "second_factor_setup")
    assert not await is_signed_in(client)
    offer = (await client.post("/api/sign-in/passkey-setup", json={"step": step["step"]})).json()
    body = {"step": step["step"], "name": "Phone", "credential": key.create(offer["options"])}
    done = (await client.post("/api/sign-in/passkey-setup/finish", json=body)).json()
    assert (done["outcome"], len(done["recovery_codes"])) == ("entered", 10)
    assert await is_signed_in(client)
    assert code_of(await client.post("/api/sign-in/passkey-setup", json={"step": step["step"]})) == "sign_in_expired"


async def test_the_last_factor_stays_where_it_is_obligatory(
    local: Browser, people: People, hub: Hub, store: str, clock: ManualClock
) -> None:
    client, _ = await with_passkey(local, hub)
    await obliged(hub, store)
    (line,) = (await client.get("/api/views/me")).json()["view"]["passkeys"]
    kept = await command(client, hub, "security.remove_passkey", {"passkey_id": line["id"]})
    assert code_of(kept) == "factor_required"
    assert len((await client.get("/api/views/me")).json()["view"]["passkeys"]) == 1
    offer = (await client.post("/api/second-factor/offer", json={"present": PASSWORD})).json()
    code = totp.code_at(offer["secret"], totp.step_of(clock.now()))
    assert (await command(client, hub, "security.confirm_second_factor", {"code": code})).json()["result"]["outcome"] == "done"
    assert (await command(client, hub, "security.remove_passkey", {"passkey_id": line["id"]})).status_code == 200
    clock.advance(seconds=30)
    code = totp.code_at(offer["secret"], totp.step_of(clock.now()))
    last = await command(client, hub, "security.remove_second_factor", {"code": code})
    assert code_of(last) == "factor_required"


async def test_the_front_desk_is_not_obliged(local: Browser, people: People, hub: Hub, store: str) -> None:
    """The twin: the obligation is the role's, not everybody's."""
    await obliged(hub, store)
    assert (await sign_in(await local(), "desk")).json()["outcome"] == "entered"
