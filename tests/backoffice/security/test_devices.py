"""Devices are paired once, do their own thing only, and are out at once when they are revoked."""

from __future__ import annotations

import asyncio

from hub.app import Hub
from hub.kernel.clock import ManualClock
from tests.backoffice.security.browsers import (
    PASSWORD,
    PIN,
    TECHNICIAN,
    Browser,
    code_of,
    command,
    is_signed_in,
    pair,
    sign_in,
)

People = dict[str, str]


async def test_a_code_pairs_one_browser_once(browser: Browser, people: People, hub: Hub) -> None:
    manager, one, two = await browser(), await browser(), await browser()
    await sign_in(manager, "mei")
    prepared = await command(manager, hub, "security.prepare_device", {"kind": "kiosk", "name": "门口"})
    code = prepared.json()["result"]["code"]
    answers = await asyncio.gather(*(b.post("/api/pair", json={"code": code}) for b in (one, two)))
    assert sorted(a.status_code for a in answers) == [200, 401]
    winner = next(a for a in answers if a.status_code == 200)
    assert winner.json()["to"] == "/kiosk"
    home = await (one if answers[0] is winner else two).get("/api/views/home")
    assert home.json()["view"]["who"] == {"kind": "device", "name": "门口", "roles": ["kiosk"], "device_kind": "kiosk"}
    assert {e["screen"] for e in home.json()["view"]["entries"]} == {"kiosk", "book"}


async def test_a_code_runs_out(browser: Browser, people: People, hub: Hub, clock: ManualClock) -> None:
    manager, tablet = await browser(), await browser()
    await sign_in(manager, "mei")
    prepared = await command(manager, hub, "security.prepare_device", {"kind": "kiosk", "name": "门口"})
    clock.advance(minutes=10)
    late = await tablet.post("/api/pair", json={"code": prepared.json()["result"]["code"]})
    assert code_of(late) == "pairing_refused"


async def test_a_new_code_voids_the_old_one(browser: Browser, people: People, hub: Hub) -> None:
    manager, tablet = await browser(), await browser()
    await sign_in(manager, "mei")
    first = (await command(manager, hub, "security.prepare_device", {"kind": "kiosk", "name": "门口"})).json()["result"]
    await command(manager, hub, "security.prepare_device", {"device_id": first["device_id"]})
    assert code_of(await tablet.post("/api/pair", json={"code": first["code"]})) == "pairing_refused"


async def test_pairing_again_ends_the_earlier_browser(browser: Browser, people: People, hub: Hub) -> None:
    manager, old, new = await browser(), await browser(), await browser()
    await sign_in(manager, "mei")
    device_id = await pair(old, hub, manager, "kiosk")
    again = (await command(manager, hub, "security.prepare_device", {"device_id": device_id})).json()["result"]
    await new.post("/api/pair", json={"code": again["code"]})
    assert await is_signed_in(new)
    assert not await is_signed_in(old)


async def test_guessing_codes_is_slowed_down(browser: Browser, people: People, hub: Hub) -> None:
    client = await browser()
    answers = [await client.post("/api/pair", json={"code": f"{n:08d}"}) for n in range(11)]
    assert [code_of(a) for a in answers] == ["pairing_refused"] * 10 + ["too_many_tries"]


async def test_the_link_of_a_device_pairs_it_too(browser: Browser, people: People, hub: Hub) -> None:
    manager, kiosk, late = await browser(), await browser(), await browser()
    await sign_in(manager, "mei")
    data = {"kind": "kiosk", "name": "门口", "origin": "http://hub.test:8000"}
    offer = (await command(manager, hub, "security.prepare_device", data)).json()["result"]
    assert len(offer["matrix"]) == len(offer["matrix"][0]) >= 21
    opened = await kiosk.get(offer["path"])
    assert (opened.status_code, opened.headers["location"]) == (303, "/kiosk")
    assert await is_signed_in(kiosk)
    assert (await late.get(offer["path"])).headers["location"] == "/sign-in?problem=link_spent"
    assert code_of(await late.post("/api/pair", json={"code": offer["code"]})) == "pairing_refused"


async def test_a_revoked_device_is_out_with_whoever_is_on_it(browser: Browser, people: People, hub: Hub) -> None:
    manager, tablet = await browser(), await browser()
    await sign_in(manager, "mei")
    device_id = await pair(tablet, hub, manager, "technician_tablet")
    await tablet.post("/api/technician-sign-in", json={"technician_id": TECHNICIAN, "pin": PIN})
    assert await is_signed_in(tablet)
    assert (await command(manager, hub, "security.revoke_device", {"device_id": device_id})).status_code == 200
    assert not await is_signed_in(tablet)
    assert code_of(await command(manager, hub, "security.prepare_device", {"device_id": device_id})) == "device_revoked"
    again = await tablet.post("/api/technician-sign-in", json={"technician_id": TECHNICIAN, "pin": PIN})
    assert code_of(again) == "not_signed_in"


async def test_a_technician_takes_a_paired_tablet_by_pin(browser: Browser, people: People, hub: Hub) -> None:
    manager, tablet = await browser(), await browser()
    await sign_in(manager, "mei")
    await pair(tablet, hub, manager, "technician_tablet")
    wrong = await tablet.post("/api/technician-sign-in", json={"technician_id": TECHNICIAN, "pin": "9753"})
    nobody = await tablet.post("/api/technician-sign-in", json={"technician_id": "0" * 31 + "7", "pin": PIN})
    assert [code_of(wrong), code_of(nobody)] == ["wrong_pin"] * 2, "the tablet told who has a PIN"
    assert wrong.json()["detail"] == nobody.json()["detail"]
    right = await tablet.post("/api/technician-sign-in", json={"technician_id": TECHNICIAN, "pin": PIN})
    assert right.json()["outcome"] == "entered"
    tablet.headers["X-Salon-Seat"] = "technician"
    actor = (await tablet.get("/api/views/home")).json()["view"]["who"]
    assert (actor["kind"], actor["name"], actor["roles"]) == ("staff", "Li", ["technician"])
    await tablet.post("/api/sign-out")
    assert (await tablet.get("/api/views/home")).json()["view"]["who"]["kind"] == "device"


async def test_a_tablet_left_alone_goes_back_to_the_faces(
    browser: Browser, people: People, hub: Hub, clock: ManualClock
) -> None:
    manager, tablet = await browser(), await browser()
    await sign_in(manager, "mei")
    await pair(tablet, hub, manager, "technician_tablet")
    await tablet.post("/api/technician-sign-in", json={"technician_id": TECHNICIAN, "pin": PIN})
    tablet.headers["X-Salon-Seat"] = "technician"
    clock.advance(hours=2)
    assert (await tablet.get("/api/views/home")).json()["view"]["who"]["kind"] == "device"


async def test_a_pin_opens_nothing_beside_a_paired_tablet(browser: Browser, people: People) -> None:
    stranger, desk = await browser(), await browser()
    await sign_in(desk, "desk")
    for client in (stranger, desk):
        answer = await client.post("/api/technician-sign-in", json={"technician_id": TECHNICIAN, "pin": PIN})
        assert code_of(answer) == "not_signed_in"


async def test_a_colleague_gets_no_more_tries_a_day_by_waiting_for_whose_pin_it_is(
    browser: Browser, people: People, hub: Hub
) -> None:
    manager, tablet = await browser(), await browser()
    await sign_in(manager, "mei")
    await pair(tablet, hub, manager, "technician_tablet")

    async def tried(pin: str) -> str:
        answer = await tablet.post("/api/technician-sign-in", json={"technician_id": TECHNICIAN, "pin": pin})
        return str(answer.json().get("code") or answer.json()["outcome"])

    for _ in range(3):
        assert [await tried("9753") for _ in range(9)] == ["wrong_pin"] * 9
        assert await tried(PIN) == "entered", "whoever mistypes comes in"
    assert [await tried("9753") for _ in range(4)] == ["wrong_pin"] * 3 + ["too_many_tries"]


async def test_pins_are_counted_per_tablet(browser: Browser, people: People, hub: Hub, clock: ManualClock) -> None:
    manager, one, two = await browser(), await browser(), await browser()
    await sign_in(manager, "mei")
    await pair(one, hub, manager, "technician_tablet", "Tab 1")
    await pair(two, hub, manager, "technician_tablet", "Tab 2")

    async def tries(count: int) -> list[str]:
        body = {"technician_id": TECHNICIAN, "pin": "9753"}
        answers = [await one.post("/api/technician-sign-in", json=body) for _ in range(count)]
        return [code_of(a) for a in answers]

    assert await tries(11) == ["wrong_pin"] * 10 + ["too_many_tries"]
    right = await two.post("/api/technician-sign-in", json={"technician_id": TECHNICIAN, "pin": PIN})
    assert right.status_code == 200
    for _ in range(2):
        clock.advance(minutes=15)
        assert await tries(10) == ["wrong_pin"] * 10
    clock.advance(minutes=15)
    assert await tries(1) == ["too_many_tries"], "thirty a day is all"


async def test_one_browser_holds_several_seats(browser: Browser, people: People, hub: Hub) -> None:
    """A shop with one PC opens every screen in it."""
    client = await browser()
    await sign_in(client, "mei")
    await pair(client, hub, client, "kiosk")
    await pair(client, hub, client, "waiting_room")

    async def who(seat: str) -> list[str]:
        answer = await client.get("/api/views/home", headers={"X-Salon-Seat": seat})
        return list(answer.json()["view"]["who"]["roles"])

    assert [await who(seat) for seat in ("staff", "kiosk", "waiting-room", "desk")] == [
        ["manager"],
        ["kiosk"],
        ["screen"],
        ["manager"],
    ]


async def test_a_paired_desk_is_trusted_and_may_do_nothing_alone(browser: Browser, people: People, hub: Hub) -> None:
    manager, desk, strange = await browser(), await browser(), await browser()
    await sign_in(manager, "mei")
    await pair(desk, hub, manager, "desk")
    assert not await is_signed_in(desk)
    assert (await sign_in(desk, "desk")).status_code == 200
    for _ in range(11):
        await sign_in(strange, "desk", "wrong")
    assert code_of(await sign_in(strange, "desk")) == "too_many_tries"
    assert (await sign_in(desk, "desk", PASSWORD)).status_code == 200


async def test_the_manager_sees_devices_and_who_is_on_them(
    browser: Browser, people: People, hub: Hub, clock: ManualClock
) -> None:
    manager, tablet = await browser(), await browser()
    await sign_in(manager, "mei")
    device_id = await pair(tablet, hub, manager, "technician_tablet", "粉色平板")
    await tablet.post("/api/technician-sign-in", json={"technician_id": TECHNICIAN, "pin": PIN})
    clock.advance(seconds=30)
    await command(manager, hub, "security.prepare_device", {"kind": "kiosk", "name": "门口"})
    lines = (await manager.get("/api/views/devices")).json()["view"]["devices"]
    assert [(line["name"], line["state"], line["people"]) for line in lines] == [
        ("门口", "pairing", []),
        ("粉色平板", "online", ["Li"]),
    ]
    await command(manager, hub, "security.rename_device", {"device_id": device_id, "name": "<b>白色</b>"})
    await command(manager, hub, "security.revoke_device", {"device_id": device_id})
    view = (await manager.get("/api/views/devices")).json()["view"]
    assert [line["name"] for line in view["revoked"]] == ["<b>白色</b>"]
    assert code_of(await tablet.get("/api/views/devices")) == "not_signed_in"


async def test_faces_are_shown_on_paired_tablets_only(browser: Browser, people: People, hub: Hub) -> None:
    manager, stranger = await browser(), await browser()
    await sign_in(manager, "mei")
    for client in (manager, stranger):
        view = (await client.get("/api/views/sign-in")).json()["view"]
        assert (view["is_tablet"], view["faces"]) == (False, [])
