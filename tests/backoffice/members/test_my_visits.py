"""What a customer who has come in reaches: their own file and visits, and nobody else's."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from displays import my_visits
from hub.app import Hub
from hub.gateway.sessions import SessionRow
from hub.operations.bookings.queries import BookingFacts, ItemFacts
from tests.backoffice.members.coming_in import (
    LI,
    MAIL,
    NOBODY,
    WANG,
    ask,
    book,
    come_in,
    customers,
    enter,
    my,
    own,
)
from tests.backoffice.security.browsers import Browser, code_of, command
from tests.backoffice.security.post import Post
from tests.conftest import MORNING, Send
from tests.operations.bookings.salon import Salon


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


def test_a_plan_that_is_behind_makes_no_visit_longer() -> None:
    booked, late = MORNING, MORNING + timedelta(hours=2)

    def facts(state: str) -> BookingFacts:
        spans = [(late, late + timedelta(minutes=30)), (late + timedelta(minutes=30), late + timedelta(minutes=75))]
        items = tuple(ItemFacts(str(n), "s", "any", None, False, start, end) for n, (start, end) in enumerate(spans))
        return BookingFacts("b", None, state, "desk", booked, None, 0, booked, items)

    assert my_visits.booked_end(facts("expected")) == booked + timedelta(minutes=75)
    assert my_visits.booked_end(facts("arrived")) is None
    assert my_visits.booked_end(replace(facts("expected"), items=())) is None


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
    assert codes == ["booked"] * 3 + ["book_at_desk"]
