"""The second factor: right codes once, recovery codes once, and never two chances beyond the limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from hub.app import Hub
from hub.backoffice.security import totp
from hub.kernel.clock import ManualClock
from hub.kernel.tables import Store
from tests.backoffice.security.browsers import PASSWORD, Browser, code_of, command, is_signed_in, sign_in

People = dict[str, str]

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """RFC 6238, appendix B, the last six of its eight digits."""
    assert totp.code_at(RFC_SECRET, seconds // totp.STEP_SECONDS) == code


def test_a_step_is_taken_once_and_drift_is_one_step() -> None:
    now = datetime(2026, 5, 14, tzinfo=UTC)
    step = totp.step_of(now)
    code = totp.code_at(RFC_SECRET, step)
    assert totp.matching_step(RFC_SECRET, code, now, -1) == step
    assert totp.matching_step(RFC_SECRET, code, now, step) is None
    assert totp.matching_step(RFC_SECRET, code, now + timedelta(seconds=30), -1) == step
    assert totp.matching_step(RFC_SECRET, code, now + timedelta(seconds=60), -1) is None


async def enrolled(client: httpx.AsyncClient, hub: Hub, clock: ManualClock) -> tuple[str, list[str]]:
    """Secret and recovery codes of whoever is signed in."""
    offer = (await client.post("/api/second-factor/offer", json={"present": PASSWORD})).json()
    assert offer["address"].startswith("otpauth://totp/")
    code = totp.code_at(offer["secret"], totp.step_of(clock.now()))
    done = (await command(client, hub, "security.confirm_second_factor", {"code": code})).json()["result"]
    assert (done["outcome"], len(done["recovery_codes"])) == ("done", 10)
    clock.advance(seconds=30)
    return offer["secret"], done["recovery_codes"]


async def test_the_first_app_costs_the_present_password(browser: Browser, people: People) -> None:
    client = await browser()
    assert code_of(await client.post("/api/second-factor/offer", json={"present": PASSWORD})) == "not_signed_in"
    await sign_in(client, "mei")
    assert code_of(await client.post("/api/second-factor/offer", json={"present": "wrong"})) == "wrong_password"


async def prove(client: httpx.AsyncClient, step: str, code: str) -> httpx.Response:
    return await client.post("/api/sign-in/second-factor", json={"step": step, "code": code})


async def test_the_password_alone_no_longer_opens(browser: Browser, people: People, hub: Hub, clock: ManualClock) -> None:
    client = await browser()
    await sign_in(client, "mei")
    secret, _ = await enrolled(client, hub, clock)
    other = await browser()
    step = (await sign_in(other, "mei")).json()
    assert (step["outcome"], step["needs"]) == ("step", "second_factor")
    assert not await is_signed_in(other)
    assert code_of(await prove(other, step["step"], "000000")) == "wrong_code"
    code = totp.code_at(secret, totp.step_of(clock.now()))
    assert (await prove(other, step["step"], code)).json()["outcome"] == "entered"
    assert await is_signed_in(other)
    third = await browser()
    again = (await sign_in(third, "mei")).json()["step"]
    assert code_of(await prove(third, again, code)) == "wrong_code", "a code was good twice"


async def test_recovery_codes_are_good_once_each(browser: Browser, people: People, hub: Hub, clock: ManualClock) -> None:
    client = await browser()
    await sign_in(client, "mei")
    _, codes = await enrolled(client, hub, clock)
    for expected in ("entered", None):
        other = await browser()
        step = (await sign_in(other, "mei")).json()["step"]
        assert (await prove(other, step, codes[0])).json().get("outcome") == expected


async def test_ten_wrong_codes_then_wait(browser: Browser, people: People, hub: Hub, clock: ManualClock) -> None:
    client, other = await browser(), await browser()
    await sign_in(client, "mei")
    secret, _ = await enrolled(client, hub, clock)
    step = (await sign_in(other, "mei")).json()["step"]
    answers = [code_of(await prove(other, step, "000000")) for _ in range(11)]
    assert answers == ["wrong_code"] * 10 + ["too_many_tries"]
    right = totp.code_at(secret, totp.step_of(clock.now()))
    assert code_of(await prove(other, step, right)) == "too_many_tries"
    own = (await sign_in(client, "mei")).json()["step"]
    assert (await prove(client, own, right)).json()["outcome"] == "entered", "the owner's own browser is not locked"


async def test_the_store_can_require_it_from_managers(
    browser: Browser, people: People, hub: Hub, store: str, clock: ManualClock
) -> None:
    async with hub.database.write(store) as session:
        (await session.get_one(Store, store)).settings = {"require_second_factor": True}
    client, desk = await browser(), await browser()
    assert (await sign_in(desk, "desk")).json()["outcome"] == "entered"
    step = (await sign_in(client, "mei")).json()
    assert step["needs"] == "second_factor_setup"
    offer = (await client.post("/api/sign-in/second-factor-setup", json={"step": step["step"]})).json()
    code = totp.code_at(offer["secret"], totp.step_of(clock.now()))
    entered = (await prove(client, step["step"], code)).json()
    assert (entered["outcome"], len(entered["recovery_codes"])) == ("entered", 10)
    assert await is_signed_in(client)


async def test_who_knew_the_password_alone_puts_no_app_in_the_place_of_the_owners(
    browser: Browser, people: People, hub: Hub, store: str, clock: ManualClock
) -> None:
    async with hub.database.write(store) as session:
        (await session.get_one(Store, store)).settings = {"require_second_factor": True}
    owner, thief = await browser(), await browser()
    begun = [(await sign_in(client, "mei")).json()["step"] for client in (owner, thief)]
    secret = (await owner.post("/api/sign-in/second-factor-setup", json={"step": begun[0]})).json()["secret"]
    assert (await prove(owner, begun[0], totp.code_at(secret, totp.step_of(clock.now())))).json()["outcome"] == "entered"
    for path, data in (("second-factor-setup", {}), ("passkey-setup", {}), ("second-factor", {"code": "123456"})):
        answer = await thief.post(f"/api/sign-in/{path}", json={"step": begun[1], **data})
        assert (answer.status_code, code_of(answer)) == (401, "sign_in_expired"), path
    clock.advance(seconds=30)
    again = (await sign_in(await browser(), "mei")).json()["step"]
    assert (await prove(owner, again, totp.code_at(secret, totp.step_of(clock.now())))).json()["outcome"] == "entered"


async def test_a_manager_helps_somebody_who_lost_it(browser: Browser, people: People, hub: Hub, clock: ManualClock) -> None:
    manager, client = await browser(), await browser()
    await sign_in(manager, "mei")
    await sign_in(client, "desk")
    await enrolled(client, hub, clock)
    reset = await command(manager, hub, "security.reset_second_factor", {"account_id": people["desk"]})
    assert reset.status_code == 200
    assert not await is_signed_in(client)
    assert (await sign_in(client, "desk")).json()["outcome"] == "entered"


async def test_it_is_removed_with_a_code_only(browser: Browser, people: People, hub: Hub, clock: ManualClock) -> None:
    client = await browser()
    await sign_in(client, "mei")
    secret, _ = await enrolled(client, hub, clock)
    wrong = await command(client, hub, "security.remove_second_factor", {"code": "000000"})
    assert wrong.json()["result"]["outcome"] == "refused"
    code = totp.code_at(secret, totp.step_of(clock.now()))
    assert (await command(client, hub, "security.remove_second_factor", {"code": code})).json()["result"]["outcome"] == "done"
    assert (await sign_in(await browser(), "mei")).json()["outcome"] == "entered"
