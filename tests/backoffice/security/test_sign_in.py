"""Signing in with a password: what is told, what is counted, and who is never locked out."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from hub.app import Hub, build
from hub.backoffice import security
from hub.backoffice.security import passwords
from hub.backoffice.security.commands.upkeep import ForgetSpent
from hub.backoffice.security.entrance import Entrance
from hub.backoffice.security.tables import DeviceRow, TrustRow
from hub.gateway.sessions import SessionRow
from hub.kernel.access import anonymous, system
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.kernel.tables import EventRow, Store
from tests.backoffice.security.browsers import PASSWORD, Browser, account, code_of, command, is_signed_in, sign_in
from tests.stored import stored

People = dict[str, str]


async def types_of(hub: Hub, store: str) -> list[str]:
    async with hub.database.read(store) as session:
        return list(await session.scalars(select(EventRow.type).order_by(EventRow.seq)))


async def test_right_password_opens_a_session_that_no_script_reads(browser: Browser, people: People) -> None:
    client = await browser()
    answer = await sign_in(client, "MEI")
    assert answer.json() == {"outcome": "entered", "step": None, "needs": None, "to": None, "recovery_codes": [], "ways": []}
    assert all("HttpOnly" in c and "SameSite=lax" in c for c in answer.headers.get_list("set-cookie"))
    assert await is_signed_in(client)


async def test_wrong_password_and_unknown_login_look_alike(browser: Browser, people: People, hub: Hub, store: str) -> None:
    client = await browser()
    wrong, unknown = await sign_in(client, "mei", "x" * 12), await sign_in(client, "nobody", "x" * 12)
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.content == unknown.content
    assert (await types_of(hub, store))[-2:] == ["security.sign_in_refused"] * 2
    assert not await is_signed_in(client)


async def test_a_closed_account_stays_out(browser: Browser, people: People, hub: Hub) -> None:
    manager, other = await browser(), await browser()
    await sign_in(manager, "mei")
    await sign_in(other, "desk")
    assert (await command(manager, hub, "security.close_account", {"account_id": people["desk"]})).status_code == 200
    assert not await is_signed_in(other)
    assert code_of(await sign_in(other, "desk")) == "wrong_credentials"


async def test_ten_wrong_tries_then_wait(browser: Browser, people: People, clock: ManualClock) -> None:
    client = await browser()
    codes = [code_of(await sign_in(client, "mei", "wrong")) for _ in range(11)]
    assert codes == ["wrong_credentials"] * 10 + ["too_many_tries"]
    slowed = await sign_in(client, "mei")
    assert code_of(slowed) == "too_many_tries"
    assert 0 < int(slowed.headers["retry-after"]) <= 900
    clock.advance(minutes=15)
    assert (await sign_in(client, "mei")).status_code == 200


async def test_fifty_tries_at_once_are_still_ten(browser: Browser, people: People) -> None:
    client = await browser()
    answers = await asyncio.gather(*(sign_in(client, "mei", "wrong") for _ in range(50)))
    assert sorted(a.status_code for a in answers) == [401] * 10 + [429] * 40


async def test_strangers_cannot_lock_the_owner_out(browser: Browser, people: People) -> None:
    """The twin shows that the stranger's side really is locked."""
    own, strange = await browser(), await browser()
    await sign_in(own, "mei")
    await own.post("/api/sign-out")
    for _ in range(12):
        await sign_in(strange, "mei", "wrong")
    assert code_of(await sign_in(strange, "mei")) == "too_many_tries"
    assert (await sign_in(own, "mei")).status_code == 200


async def test_unknown_logins_are_slowed_down_alike(browser: Browser, people: People) -> None:
    client = await browser()
    codes = [code_of(await sign_in(client, "nobody", "wrong")) for _ in range(11)]
    assert codes == ["wrong_credentials"] * 10 + ["too_many_tries"]


async def test_tries_survive_a_restart(hub: Hub, browser: Browser, people: People, store: str) -> None:
    client = await browser()
    for _ in range(10):
        await sign_in(client, "mei", "wrong")
    again = build(hub.settings, clock=hub.clock, domains=[security], screens=[])
    await again.start()
    with pytest.raises(Refused) as refused:
        await Entrance(again.door).by_password(anonymous(store), "mei", PASSWORD)
    await again.close()
    assert refused.value.kind.code == "too_many_tries"


async def test_sign_out_ends_the_session_on_the_server(browser: Browser, people: People) -> None:
    client, thief = await browser(), await browser()
    await sign_in(client, "mei")
    thief.cookies.update(client.cookies)
    assert await is_signed_in(thief)
    await client.post("/api/sign-out")
    assert not await is_signed_in(client)
    assert not await is_signed_in(thief)


async def test_signing_in_again_ends_the_session_that_the_same_browser_held(browser: Browser, people: People) -> None:
    """Its token stays behind on a screen that several people use: nobody may go on with it."""
    client, elsewhere = await browser(), await browser()
    await sign_in(elsewhere, "mei")
    await sign_in(client, "mei")
    first = client.cookies["salon_hub"]
    await sign_in(client, "desk")
    assert client.cookies["salon_hub"] != first
    old = await browser()
    old.cookies.set("salon_hub", first)
    assert not await is_signed_in(old)
    assert [await is_signed_in(each) for each in (client, elsewhere)] == [True, True], "other browsers keep theirs"


async def test_a_sign_out_has_the_browser_drop_its_copies(browser: Browser, people: People) -> None:
    client = await browser()
    await sign_in(client, "mei")
    assert "clear-site-data" not in (await client.get("/api/views/home")).headers
    assert (await client.post("/api/sign-out", json={})).headers["clear-site-data"] == '"cache"'


async def test_other_roles_end_the_sessions(browser: Browser, people: People, hub: Hub) -> None:
    manager, other = await browser(), await browser()
    await sign_in(manager, "mei")
    await sign_in(other, "desk")
    done = await command(manager, hub, "security.set_roles", {"account_id": people["desk"], "roles": ["marketer"]})
    assert done.status_code == 200
    assert not await is_signed_in(other)


async def test_a_session_ends_by_itself(browser: Browser, people: People, clock: ManualClock) -> None:
    client = await browser()
    await sign_in(client, "mei")
    clock.advance(hours=3)
    assert await is_signed_in(client)
    clock.advance(hours=4)
    assert not await is_signed_in(client)


async def test_what_is_over_is_forgotten(browser: Browser, people: People, hub: Hub, store: str, clock: ManualClock) -> None:
    """Each browser in which somebody ever signed in would leave its rows for good."""

    async def kept() -> tuple[int, int, int]:
        await hub.door.submit(ForgetSpent(), system(store), hub.chance.id())
        async with hub.database.read(store) as session:
            counts = [await session.scalar(select(func.count()).select_from(row)) for row in (SessionRow, DeviceRow, TrustRow)]
        return counts[0] or 0, counts[1] or 0, counts[2] or 0

    left, stays = await browser(), await browser()
    await sign_in(left, "mei")
    await left.post("/api/sign-out")
    await sign_in(stays, "desk")
    assert await kept() == (4, 2, 2), "what has only just ended stays: two people, two marks"
    clock.advance(hours=24 * 3)
    assert await kept() == (2, 2, 2)
    assert (await sign_in(stays, "desk")).status_code == 200
    clock.advance(hours=24 * 403)
    assert await kept() == (0, 0, 0)


async def test_own_password_is_changed_with_the_present_one(browser: Browser, people: People) -> None:
    client, other = await browser(), await browser()
    await sign_in(client, "mei")
    await sign_in(other, "mei")
    body = {"present": "wrong", "password": "violet-harbour-21-mist"}
    assert code_of(await client.post("/api/change-password", json=body)) == "wrong_password"
    body["present"] = PASSWORD
    assert (await client.post("/api/change-password", json=body)).status_code == 200
    assert await is_signed_in(client)
    assert not await is_signed_in(other)
    assert code_of(await sign_in(other, "mei")) == "wrong_credentials"
    assert (await sign_in(other, "mei", "violet-harbour-21-mist")).status_code == 200


async def test_a_reset_password_is_for_one_sign_in(browser: Browser, people: People, hub: Hub) -> None:
    manager, client = await browser(), await browser()
    await sign_in(manager, "mei")
    data = {"account_id": people["desk"], "password": "first-day-teapot-55"}
    assert (await command(manager, hub, "security.set_password", data)).status_code == 200
    step = (await sign_in(client, "desk", "first-day-teapot-55")).json()
    assert (step["outcome"], step["needs"]) == ("step", "new_password")
    assert not await is_signed_in(client)
    short = await client.post("/api/sign-in/new-password", json={"step": step["step"], "password": "short"})
    assert code_of(short) == "password_too_short"
    body = {"step": step["step"], "password": "violet-harbour-21-mist"}
    assert (await client.post("/api/sign-in/new-password", json=body)).json()["outcome"] == "entered"
    assert await is_signed_in(client)
    assert code_of(await client.post("/api/sign-in/new-password", json=body)) == "sign_in_expired"


async def test_mlps_passwords_expire_and_do_not_come_back(browser: Browser, hub: Hub, store: str, clock: ManualClock) -> None:
    async with hub.database.write(store) as session:
        (await session.get_one(Store, store)).settings = {"password_policy": "mlps"}
    await account(hub, store, "wang", password="Kq7-mzaw")
    client = await browser()
    assert (await sign_in(client, "wang", "Kq7-mzaw")).json()["outcome"] == "entered"
    clock.advance(days=90)
    step = (await sign_in(client, "wang", "Kq7-mzaw")).json()
    assert step["needs"] == "new_password"
    again = await client.post("/api/sign-in/new-password", json={"step": step["step"], "password": "Kq7-mzaw"})
    assert code_of(again) == "password_used_before"
    other = await client.post("/api/sign-in/new-password", json={"step": step["step"], "password": "Zr4-pwxe"})
    assert other.json()["outcome"] == "entered"


async def test_mlps_remembers_five_and_no_more(browser: Browser, hub: Hub, store: str, clock: ManualClock) -> None:
    async with hub.database.write(store) as session:
        (await session.get_one(Store, store)).settings = {"password_policy": "mlps"}
    used = [f"Kq{number}-mzaw" for number in range(7)]
    await account(hub, store, "wang", password=used[0])
    client = await browser()
    await sign_in(client, "wang", used[0])

    async def change(present: str, password: str) -> int:
        clock.advance(minutes=1)
        body = {"present": present, "password": password}
        return (await client.post("/api/change-password", json=body)).status_code

    for before, after in pairwise(used[:5]):
        assert await change(before, after) == 200
    assert [await change(used[4], earlier) for earlier in used[:5]] == [422] * 5
    assert await change(used[4], used[5]) == 200
    assert await change(used[5], used[0]) == 200, "the sixth last may come back"


async def test_a_step_expires(browser: Browser, people: People, hub: Hub, clock: ManualClock) -> None:
    manager, client = await browser(), await browser()
    await sign_in(manager, "mei")
    await command(manager, hub, "security.set_password", {"account_id": people["desk"], "password": "first-day-teapot-55"})
    step = (await sign_in(client, "desk", "first-day-teapot-55")).json()["step"]
    clock.advance(minutes=10)
    late = await client.post("/api/sign-in/new-password", json={"step": step, "password": "violet-harbour-21-mist"})
    assert code_of(late) == "sign_in_expired"


async def test_half_a_sign_in_ends_with_the_password_that_began_it(browser: Browser, people: People, hub: Hub) -> None:
    """Whoever has found out the password of the first day goes on with it no longer once it was taken back."""
    manager, thief, owner = await browser(), await browser(), await browser()
    await sign_in(manager, "mei")
    for password in ("first-day-teapot-55", "next-day-kettle-66"):
        await command(manager, hub, "security.set_password", {"account_id": people["desk"], "password": password})
        if password.startswith("first"):
            step = (await sign_in(thief, "desk", password)).json()["step"]
    body = {"step": step, "password": "violet-harbour-21-mist"}
    assert code_of(await thief.post("/api/sign-in/new-password", json=body)) == "sign_in_expired"
    again, own = [(await sign_in(each, "desk", "next-day-kettle-66")).json()["step"] for each in (thief, owner)]
    chosen = await owner.post("/api/sign-in/new-password", json={"step": own, "password": "orange-anvil-73-moss"})
    assert chosen.json()["outcome"] == "entered"
    assert code_of(await thief.post("/api/sign-in/new-password", json={**body, "step": again})) == "sign_in_expired"


async def test_half_a_sign_in_ends_with_the_roles_that_it_began_with(browser: Browser, people: People, hub: Hub) -> None:
    """It owed no second factor then; as a manager it would."""
    manager, client = await browser(), await browser()
    await sign_in(manager, "mei")
    await command(manager, hub, "security.set_password", {"account_id": people["desk"], "password": "first-day-teapot-55"})
    step = (await sign_in(client, "desk", "first-day-teapot-55")).json()["step"]
    await command(manager, hub, "security.set_roles", {"account_id": people["desk"], "roles": ["manager"]})
    body = {"step": step, "password": "violet-harbour-21-mist"}
    assert code_of(await client.post("/api/sign-in/new-password", json=body)) == "sign_in_expired"


@pytest.mark.parametrize("path", ["/api/sign-in", "/api/change-password"])
async def test_a_password_that_is_changed_while_it_is_looked_at_opens_nothing(
    browser: Browser, people: People, hub: Hub, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Looking takes its time, outside the transaction."""
    manager, thief = await browser(), await browser()
    await sign_in(manager, "mei")
    await sign_in(thief, "desk")
    fits = passwords.fits

    async def slowly(kept: str | None, shown: str) -> bool:
        right = await fits(kept, shown)
        monkeypatch.setattr(passwords, "fits", fits)
        await command(manager, hub, "security.issue_password", {"account_id": people["desk"]})
        return right

    monkeypatch.setattr(passwords, "fits", slowly)
    bodies = {
        "/api/sign-in": {"login": "desk", "password": PASSWORD},
        "/api/change-password": {"present": PASSWORD, "password": "violet-harbour-21-mist"},
    }
    assert code_of(await thief.post(path, json=bodies[path])) in {"wrong_credentials", "wrong_password"}
    assert not await is_signed_in(thief)


async def test_the_copied_database_holds_no_secret_and_no_login(browser: Browser, people: People, hub: Hub) -> None:
    client = await browser()
    await sign_in(client, "mei")
    token = client.cookies["salon_hub"]
    kept = await stored(hub)
    assert people["mei"].encode() in kept
    for secret in (PASSWORD, token, "Mei"):
        assert secret.encode() not in kept
