"""Customers who come in by a code: who gets one, what it opens, and that nobody learns who is a customer."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import event, select

from displays import my_visits, visit
from hub import catalog
from hub.app import Hub, build
from hub.backoffice import security
from hub.backoffice.security.commands.codes import LASTS, TRIES
from hub.gateway.sessions import SessionRow
from hub.kernel.clock import ManualClock
from hub.kernel.ids import SeededRandomness
from hub.kernel.mail import Mailer, MemoryMailer
from hub.kernel.tables import EventRow
from hub.operations import bookings, planning, stations, team, visits
from hub.operations.bookings.ports import SlotFinder
from hub.operations.bookings.queries import reveal
from hub.operations.bookings.tables import CustomerRow
from hub.settings import Settings
from tests.backoffice.security.browsers import Browser, code_of, command
from tests.backoffice.security.post import Post
from tests.conftest import MORNING, Send
from tests.operations.bookings.salon import FirstFit, Salon, open_salon

WANG, LI, NOBODY = "13800138000", "13900139000", "13700137000"
MAIL = "wang@post.example"


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    made = build(
        settings,
        clock=clock,
        chance=SeededRandomness(1),
        domains=[catalog, team, stations, bookings, visits, planning, security],
        screens=[my_visits.screen, visit.screen],
    )
    await made.start()
    made.ports.fill(SlotFinder, FirstFit())  # type: ignore[type-abstract]
    yield made
    await made.close()


@pytest.fixture
def post(hub: Hub) -> Post:
    return Post(hub)


@pytest.fixture
async def salon(store: str, send: Send) -> Salon:
    return await open_salon(send)


@contextmanager
def hub_statements(hub: Hub) -> Iterator[list[str]]:
    """The statements that run meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    engines = {hub.database.reader.sync_engine, hub.database.writer.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


async def ask(client: httpx.AsyncClient, **contact: str) -> httpx.Response:
    return await client.post("/api/my-visits/code", json=contact)


async def enter(client: httpx.AsyncClient, token: str, code: str) -> httpx.Response:
    return await client.post("/api/my-visits/enter", json={"token": token, "code": code})


async def my(client: httpx.AsyncClient) -> dict[str, Any]:
    shown = await client.get("/api/views/my-visits", headers={"X-Salon-Seat": "customer"})
    view: dict[str, Any] = shown.json()["view"]
    return view


async def own(client: httpx.AsyncClient, hub: Hub, name: str, data: dict[str, Any]) -> httpx.Response:
    body = {"id": hub.chance.id(), "data": data}
    return await client.post(f"/api/commands/security.{name}", json=body, headers={"X-Salon-Seat": "customer"})


async def come_in(browser: Browser, post: Post, phone: str = WANG) -> httpx.AsyncClient:
    """A customer in a browser of their own."""
    client = await browser()
    token = (await ask(client, phone=phone)).json()["token"]
    entered = await enter(client, token, await post.code())
    assert entered.json()["outcome"] == "entered", entered.text
    return client


async def book(
    send: Send, salon: Salon, phone: str = WANG, name: str = "王小明", hours: float = 1, **more: Any
) -> dict[str, Any]:
    start = MORNING + timedelta(hours=hours)
    customer = {"name": name, "phone": phone, **more}
    wish = {"service_id": salon.services["cut"]}
    answered = await send("bookings.book", {"services": [wish], "start": start.isoformat(), "customer": customer})
    result: dict[str, Any] = answered.result
    return result


async def customers(hub: Hub, store: str) -> dict[str, str]:
    """Ids by phone."""
    async with hub.database.read(store) as session:
        return {reveal(hub.vault, row).phone[-11:]: row.id for row in await session.scalars(select(CustomerRow))}


async def types_of(hub: Hub, store: str) -> list[str]:
    async with hub.database.read(store) as session:
        return list(await session.scalars(select(EventRow.type).order_by(EventRow.seq)))


async def test_a_code_opens_ones_own_visits_and_nobody_elses(
    browser: Browser, post: Post, salon: Salon, send: Send, hub: Hub, store: str
) -> None:
    mine = await book(send, salon)
    await book(send, salon, LI, "李丽", hours=2)
    client = await browser()
    asked = await ask(client, phone="138 0013 8000", language="en")
    (message,) = await post.sent()
    assert (message.to, message.channel, message.good_for) == ("+8613800138000", "sms", LASTS)
    assert message.text.startswith("Celadon: your code is ")
    digits = re.sub(r"\D", "", message.text.split("is good")[0])
    entered = await enter(client, asked.json()["token"], digits)
    assert entered.json() == {"outcome": "entered", "people": []}
    assert all("HttpOnly" in cookie for cookie in entered.headers.get_list("set-cookie"))
    view = await my(client)
    assert view["me"] == {"name": "王小明", "phone": "+8613800138000", "email": "", "language": "zh", "note": ""}
    assert [line["booking_id"] for line in view["upcoming"]] == [mine["booking_id"]]
    assert view["upcoming"][0]["link"] == mine["link"]
    assert view["upcoming"][0]["services"][0]["technician"] is not None
    told = [kind for kind in await types_of(hub, store) if kind.startswith("security.")]
    assert told == ["security.code_asked", "security.customer_entered"]


async def test_known_and_unknown_look_alike(browser: Browser, post: Post, salon: Salon, send: Send) -> None:
    await book(send, salon)
    client = await browser()
    known, unknown = await ask(client, phone=WANG), await ask(client, phone=NOBODY)
    assert known.status_code == unknown.status_code == 200
    assert known.json().keys() == unknown.json().keys()
    assert len(known.content) == len(unknown.content)
    (message,) = await post.sent()
    assert message.to == "+86" + WANG, "only somebody who is known gets one"
    answers = [await enter(client, asked.json()["token"], "000000") for asked in (known, unknown)]
    assert answers[0].status_code == answers[1].status_code == 401
    assert answers[0].content == answers[1].content


async def test_the_work_before_the_answer_is_the_same(browser: Browser, post: Post, salon: Salon, send: Send, hub: Hub) -> None:
    """Time alike: the same statements run, whether or not anybody has the number."""
    await book(send, salon)
    await hub.followers.close()
    client = await browser()
    seen: list[list[str]] = []
    for phone in (WANG, NOBODY):
        before = await types_of(hub, hub.store_id)
        with hub_statements(hub) as statements:
            await ask(client, phone=phone)
        seen.append([s for s in statements if "contact_code" in s or "customer" in s or "sign_in_attempt" in s])
        assert (await types_of(hub, hub.store_id))[len(before) :] == ["security.code_asked"]
    assert seen[0] == seen[1]
    assert seen[0]


async def test_a_code_is_good_once_for_ten_minutes_in_the_browser_that_asked(
    browser: Browser, post: Post, salon: Salon, send: Send, clock: ManualClock
) -> None:
    await book(send, salon)
    client, thief = await browser(), await browser()
    token = (await ask(client, phone=WANG)).json()["token"]
    code = await post.code()
    other = (await ask(thief, phone=NOBODY)).json()["token"]
    assert code_of(await enter(thief, other, code)) == "code_refused", "another browser's"
    assert (await enter(client, token, code)).status_code == 200
    assert code_of(await enter(client, token, code)) == "code_refused", "twice"
    token = (await ask(client, phone=WANG)).json()["token"]
    code = await post.code()
    clock.advance(seconds=LASTS.total_seconds())
    assert code_of(await enter(client, token, code)) == "code_refused", "late"


async def test_five_wrong_tries_kill_a_code(browser: Browser, post: Post, salon: Salon, send: Send) -> None:
    """The twin: four leave it alive."""
    await book(send, salon)
    for wrong, outcome in ((TRIES - 1, 200), (TRIES, 401)):
        client = await browser()
        token = (await ask(client, phone=WANG)).json()["token"]
        code = await post.code()
        for _ in range(wrong):
            assert code_of(await enter(client, token, f"{(int(code) + 1) % 10**6:06d}")) == "code_refused"
        assert (await enter(client, token, code)).status_code == outcome


async def test_nobodys_phone_rings_all_night(
    browser: Browser, post: Post, salon: Salon, send: Send, clock: ManualClock
) -> None:
    """Per number three in a quarter of an hour, from wherever they are asked for; the owner's own browser still gets one."""
    await book(send, salon)
    home = await come_in(browser, post)
    answers = [await ask(await browser(), phone=WANG) for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 429, 429], "the first came before the browser was known"
    assert 0 < int(answers[-1].headers["retry-after"]) <= 900
    assert (await ask(home, phone=WANG)).status_code == 200
    clock.advance(minutes=15)
    assert (await ask(await browser(), phone=WANG)).status_code == 200


async def test_one_browser_cannot_ask_for_everybody(browser: Browser, post: Post, salon: Salon) -> None:
    client = await browser()
    answers = [await ask(client, phone=f"138001380{number:02}") for number in range(11)]
    assert [a.status_code for a in answers] == [200] * 10 + [429]
    assert await post.sent() == []


async def test_guessing_at_one_number_is_throttled_over_many_codes(
    browser: Browser, post: Post, salon: Salon, send: Send, clock: ManualClock
) -> None:
    await book(send, salon)
    client = await browser()
    tokens = [(await ask(client, phone=WANG)).json()["token"] for _ in range(3)]
    answers = [code_of(await enter(client, token, "000000")) for token in tokens for _ in range(4)]
    assert answers == ["code_refused"] * 10 + ["too_many_tries"] * 2


async def test_a_shared_number_asks_who_it_is(browser: Browser, post: Post, salon: Salon, send: Send) -> None:
    await book(send, salon, name="王小明")
    await book(send, salon, name="王小红", hours=2)
    client = await browser()
    token = (await ask(client, phone=WANG)).json()["token"]
    said = (await enter(client, token, await post.code())).json()
    assert (said["outcome"], [each["name"] for each in said["people"]]) == ("choose", ["王**", "王**"])
    assert (await my(client))["me"] is None
    foreign = await client.post("/api/my-visits/choose", json={"token": token, "customer_id": "f" * 32})
    assert code_of(foreign) == "not_found"
    chosen = await client.post("/api/my-visits/choose", json={"token": token, "customer_id": said["people"][1]["customer_id"]})
    assert chosen.json()["outcome"] == "entered"
    view = await my(client)
    assert (view["me"]["name"], len(view["upcoming"])) == ("王小红", 1)
    again = await client.post("/api/my-visits/choose", json={"token": token, "customer_id": said["people"][0]["customer_id"]})
    assert code_of(again) == "code_refused"


async def test_choosing_needs_the_code_first(browser: Browser, post: Post, salon: Salon, send: Send, hub: Hub) -> None:
    await book(send, salon)
    client = await browser()
    token = (await ask(client, phone=WANG)).json()["token"]
    person = (await customers(hub, hub.store_id))[WANG]
    body = {"token": token, "customer_id": person}
    assert code_of(await client.post("/api/my-visits/choose", json=body)) == "code_refused"


async def test_the_session_reaches_no_booking_by_itself_and_no_other_file(
    browser: Browser, post: Post, salon: Salon, send: Send, hub: Hub, store: str
) -> None:
    """Moving and cancelling go by each visit's own link; ids of others, and one's own, look like missing ones."""
    mine = await book(send, salon)
    other = await book(send, salon, LI, "李丽", hours=2)
    client = await come_in(browser, post)
    headers = {"X-Salon-Seat": "customer"}
    for booked in (mine, other):
        body = {"id": hub.chance.id(), "data": {"booking_id": booked["booking_id"]}}
        refused = await client.post("/api/commands/bookings.cancel", json=body, headers=headers)
        assert code_of(refused) == "not_found"
    link = {"Authorization": f"Visit {(await my(client))['upcoming'][0]['link']}"}
    body = {"id": hub.chance.id(), "data": {"booking_id": mine["booking_id"]}}
    assert (await client.post("/api/commands/bookings.cancel", json=body, headers=link)).status_code == 200
    view = await my(client)
    assert ([line["result"] for line in view["past"]], view["upcoming"]) == (["cancelled"], [])


async def test_a_visits_link_opens_no_file(browser: Browser, salon: Salon, send: Send, hub: Hub) -> None:
    mine = await book(send, salon)
    client = await browser()
    client.headers["Authorization"] = f"Visit {mine['link']}"
    assert (await my(client))["me"] is None
    assert code_of(await own(client, hub, "put_own_profile", {"note": "x"})) == "not_found"
    assert code_of(await own(client, hub, "ask_own_contact", {"email": MAIL})) == "not_found"
    assert code_of(await own(client, hub, "leave_my_visits", {})) == "not_found"


async def test_the_profile_is_ones_own_to_correct(
    browser: Browser, post: Post, salon: Salon, send: Send, hub: Hub, store: str
) -> None:
    await book(send, salon)
    await book(send, salon, LI, "李丽", hours=2)
    client = await come_in(browser, post)
    assert (await own(client, hub, "put_own_profile", {"language": "en", "note": "window seat"})).status_code == 200
    me = (await my(client))["me"]
    assert (me["name"], me["language"], me["note"]) == ("王小明", "en", "window seat")
    other = await come_in(browser, post, LI)
    assert (await my(other))["me"]["note"] == ""


async def test_another_address_is_proved_before_it_counts(
    browser: Browser, post: Post, salon: Salon, send: Send, hub: Hub, store: str
) -> None:
    await book(send, salon)
    client = await come_in(browser, post)
    token = (await own(client, hub, "ask_own_contact", {"email": f" {MAIL} "})).json()["result"]["token"]
    (message,) = await post.sent()
    assert (message.to, message.channel) == (MAIL, "mail")
    code = (re.search(r"\d{6}", message.text) or [""])[0]
    wrong = await own(client, hub, "confirm_own_contact", {"token": token, "code": f"{(int(code) + 1) % 10**6:06d}"})
    assert wrong.json()["result"]["outcome"] == "refused"
    assert (await my(client))["me"]["email"] == ""
    right = await own(client, hub, "confirm_own_contact", {"token": token, "code": code})
    assert right.json()["result"]["outcome"] == "done"
    assert (await my(client))["me"]["email"] == MAIL
    other = await browser()
    asked = await ask(other, email=MAIL.upper())
    assert (await enter(other, asked.json()["token"], await post.code())).json()["outcome"] == "entered"


async def test_another_customers_code_confirms_nothing(
    browser: Browser, post: Post, salon: Salon, send: Send, hub: Hub
) -> None:
    await book(send, salon)
    await book(send, salon, LI, "李丽", hours=2)
    wang, li = await come_in(browser, post), await come_in(browser, post, LI)
    token = (await own(wang, hub, "ask_own_contact", {"email": MAIL})).json()["result"]["token"]
    data = {"token": token, "code": await post.code()}
    assert (await own(li, hub, "confirm_own_contact", data)).json()["result"]["outcome"] == "refused"
    assert (await my(li))["me"]["email"] == ""


async def test_signing_out_ends_the_session(browser: Browser, post: Post, salon: Salon, send: Send) -> None:
    await book(send, salon)
    client, thief = await come_in(browser, post), await browser()
    thief.cookies.update(client.cookies)
    assert (await my(thief))["me"] is not None
    await client.post("/api/sign-out", headers={"X-Salon-Seat": "customer"})
    assert (await my(client))["me"] is None
    assert (await my(thief))["me"] is None


async def test_another_number_at_the_desk_ends_the_sessions_of_the_old_one(
    browser: Browser, post: Post, salon: Salon, send: Send, hub: Hub, store: str
) -> None:
    """The twin: a note leaves them."""
    await book(send, salon)
    client = await come_in(browser, post)
    person = (await customers(hub, store))[WANG]
    await send("bookings.put_customer", {"customer_id": person, "note": "quiet", "phone": WANG})
    assert (await my(client))["me"] is not None
    await send("bookings.put_customer", {"customer_id": person, "phone": NOBODY})
    assert (await my(client))["me"] is None
    async with hub.database.read(store) as session:
        rows = list(await session.scalars(select(SessionRow).where(SessionRow.actor_id == person)))
    assert rows
    assert all(row.revoked_at is not None for row in rows)


async def test_caps_on_hoarding_hold_for_whoever_comes_in_by_code(
    browser: Browser, post: Post, salon: Salon, send: Send, hub: Hub
) -> None:
    """Cancel-and-book loops: after three cancellations in a day the number books at the desk only."""
    client = await browser()
    codes = []
    for hours in (1, 2, 3, 4):
        start = (MORNING + timedelta(hours=hours)).isoformat()
        wish = {"service_id": salon.services["cut"]}
        held = (await command(client, hub, "bookings.hold_slot", {"services": [wish], "start": start})).json()["result"]
        person = {"name": "王小明", "phone": WANG, "consent": True}
        token = {"booking_id": held["booking_id"], "hold_token": held["hold_token"]}
        made = (await command(client, hub, "bookings.confirm_hold", {**token, **person})).json()
        codes.append(made.get("code", "booked"))
        if hours == 1:
            token = (await ask(client, phone=WANG)).json()["token"]
            await enter(client, token, await post.code())
        if "result" in made:
            (line,) = (await my(client))["upcoming"]
            link = {"Authorization": f"Visit {line['link']}"}
            body = {"id": hub.chance.id(), "data": {"booking_id": line["booking_id"]}}
            assert (await client.post("/api/commands/bookings.cancel", json=body, headers=link)).status_code == 200
    assert codes == ["booked"] * 3 + ["too_many"]


async def test_without_a_way_to_send_it_says_so(browser: Browser, salon: Salon, hub: Hub) -> None:
    hub.ports.fill(Mailer, MemoryMailer(()))  # type: ignore[type-abstract]
    client = await browser()
    assert (await my(client))["channels"] == []
    assert code_of(await ask(client, phone=WANG)) == "unavailable"


async def test_neither_the_log_nor_the_table_holds_the_code_or_the_number(
    browser: Browser, post: Post, salon: Salon, send: Send, hub: Hub, store: str
) -> None:
    await book(send, salon)
    client = await browser()
    await ask(client, phone=WANG)
    code = await post.code()
    kept = b"".join(path.read_bytes() for path in hub.settings.data.glob("*.sqlite*"))
    assert kept
    assert WANG.encode() not in kept
    async with hub.database.read(store) as session:
        facts = [str(data) for data in await session.scalars(select(EventRow.data))]
    assert not any(re.search(rf"\b{code}\b", fact) for fact in facts)
