"""A copy of everything that is held: complete, readable, without what would weaken locks or tell of others."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import orjson
import pytest

from hub.app import Hub
from hub.backoffice.privacy import command
from hub.backoffice.privacy.copy_page import as_page, is_technical
from hub.backoffice.privacy.copying import copy_of
from hub.backoffice.privacy.holdings import APART, HIDDEN, LEADS
from hub.backoffice.privacy.queries import consents_of, views_seen
from hub.gateway.fluent import LANGUAGES, sentence
from hub.kernel.access import Actor, anonymous
from hub.kernel.clock import ManualClock
from hub.kernel.dispatch import facts_of
from hub.kernel.errors import Refused
from hub.kernel.tables import Base, Store
from hub.kernel.text import Language
from tests.backoffice.privacy.people import CANARY, Canary, add_customer, customer_row, newest_facts
from tests.conftest import ORIGIN, Send
from tests.operations.floor import DAY, at, open_floor
from tests.roles import session_of

OTHER = Canary("Bandersnatch Ok", "+8613700000001", "other@stays.example", "plain", "none such")


async def copy_as_text(hub: Hub, store: str, customer_id: str) -> str:
    async with hub.database.read(store) as session:
        facts = facts_of(await session.get_one(Store, store))
        copy = await copy_of(session, facts, hub.vault, customer_id, hub.clock.now())
    assert copy is not None
    return orjson.dumps(copy).decode()


async def test_everything_of_the_person_is_in_it_and_nothing_of_others(hub: Hub, store: str, send: Send, desk: Actor) -> None:
    other, mine = await add_customer(send, OTHER), await add_customer(send)
    await send("privacy.see_contact", {"customer_id": mine, "reason": "other", "note": "mimsy borogoves"}, desk)
    text = await copy_as_text(hub, store, mine)
    for value in (CANARY.name, CANARY.phone, CANARY.email, CANARY.note, CANARY.allergy, "mimsy borogoves"):
        assert value in text
    for value in (OTHER.name, OTHER.phone, other):
        assert value not in text
    copy = json.loads(text)
    assert {"bookings.customer_put", "privacy.seen"} <= {entry["what"] for entry in copy["log"]}
    assert copy["held"]["customer"][0]["data_key"] == HIDDEN
    assert copy["classes"]["customer"]["allergy"] == "sensitive: safe treatment"
    row = await customer_row(hub, store, mine)
    assert row.phone_index
    assert row.phone_index not in text


async def test_nobody_has_no_copy(hub: Hub, store: str) -> None:
    async with hub.database.read(store) as session:
        facts = facts_of(await session.get_one(Store, store))
        assert await copy_of(session, facts, hub.vault, "f" * 32, hub.clock.now()) is None


async def test_the_page_runs_nothing_that_was_typed(hub: Hub, store: str, send: Send) -> None:
    mine = await add_customer(send, Canary(name="<script>alert(1)</script>", note='"><img src=x onerror=alert(1)>'))
    copy = json.loads(await copy_as_text(hub, store, mine))
    page = as_page(copy, ZoneInfo("Asia/Shanghai"), sentence)
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_a_word_for_everything_that_a_person_can_have(language: Language) -> None:
    """Of every table that leads to a customer, found as the copy itself finds them."""
    tables = [t for t in Base.metadata.sorted_tables if t.name not in APART and "store_id" in t.columns]
    held = [t for t in tables if t.name in LEADS.values() or LEADS.keys() & set(t.columns.keys())]
    columns = [column for table in held for column in table.columns]
    names = {str(c.name).removesuffix("_sealed") for c in columns if c.name != "store_id"}
    purposes = {c.info["purpose"] for c in columns if c.info.get("purpose")}
    asked = {f"copy-part-{table.name}" for table in held} | {f"copy-purpose-{purpose}" for purpose in purposes}
    asked |= {f"copy-column-{name}" for name in names if not is_technical(name)}
    assert len(asked) > 100
    said = {text for text in asked if sentence(language, text.replace("_", "-").replace(" ", "-")) is not None}
    assert asked - said == set()


async def test_the_page_speaks_of_the_store_s_own_clock_and_of_nothing_technical(
    hub: Hub, store: str, send: Send, desk: Actor
) -> None:
    mine = await add_customer(send)
    await send("bookings.put_customer", {"customer_id": mine, "title": "ms"})
    await send("privacy.see_contact", {"customer_id": mine, "reason": "other", "note": "x"}, desk)
    async with hub.database.read(store) as session:
        facts = facts_of(await session.get_one(Store, store))
        copy = await copy_of(session, facts, hub.vault, mine, datetime(2026, 5, 14, 20, 30, tzinfo=UTC))
    assert copy is not None
    page = as_page(copy, facts.zone, sentence)
    assert "2026-05-15 04:30" in page
    assert "您的资料 <span lang=en>About you</span>" in page
    assert "过敏史" in page
    assert "没有等级" in page or "Without a tier" in page
    assert "女士 <span lang=en>Ms</span>" in page
    assert ">ms<" not in page
    assert page.index("About you") < page.index("Who opened your file")
    assert mine not in page
    assert "copy-" not in page, "a text without words"


async def test_the_command_line_writes_both_forms_and_puts_it_on_record(
    hub: Hub, store: str, send: Send, tmp_path: Path
) -> None:
    mine = await add_customer(send)
    written = await command.export(hub, store, CANARY.phone, tmp_path / "out")
    assert [path.name for path in written] == [f"{mine}.json", f"{mine}.html"]
    assert all(CANARY.allergy in path.read_text("utf-8") for path in written)
    written[0].chmod(0o644)
    again = await command.export(hub, store, CANARY.phone, tmp_path / "out")
    assert [path.stat().st_mode & 0o777 for path in again] == [0o600, 0o600], "for whoever took it alone"
    async with hub.database.read(store) as session:
        assert [seen.what for seen in await views_seen(session, hub.vault)] == ["copy", "copy"]


async def test_the_terminal_asks_by_name_before_it_erases(hub: Hub, store: str, send: Send) -> None:
    await add_customer(send)
    assert await command.named(hub, store, CANARY.phone) == f"{CANARY.name} +86 138****8765 z***@canary.example"


async def test_a_customer_takes_their_own_over_http_and_nobody_elses(hub: Hub, store: str, send: Send) -> None:
    await add_customer(send, OTHER)
    mine = await add_customer(send)
    token = await session_of(hub, store, "member", mine)
    headers = {"Origin": ORIGIN, "X-Requested-With": "salon-hub", "Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(hub.asgi), base_url=ORIGIN, headers=headers) as client:
        answer = await client.post("/api/privacy/own-copy", json={"id": uuid.uuid4().hex, "form": "json"})
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert CANARY.allergy in answer.text
        assert OTHER.phone not in answer.text
        page = await client.post("/api/privacy/own-copy", json={"id": uuid.uuid4().hex})
        assert page.headers["content-type"].startswith("text/html")
        assert "attachment" in page.headers["content-disposition"]
        foreign = await client.post("/api/privacy/copy", json={"id": uuid.uuid4().hex, "customer_id": mine})
        assert foreign.json()["code"] == "forbidden"
    async with hub.database.read(store) as session:
        assert [seen.what for seen in await views_seen(session, hub.vault, customer_id=mine)] == ["copy", "copy"]


async def test_a_copy_is_put_on_record_again_where_its_request_comes_again_later(
    hub: Hub, store: str, send: Send, clock: ManualClock
) -> None:
    """An answer that got lost is no second look; next week's is, at what has changed since."""
    mine = await add_customer(send)
    headers = {"Origin": ORIGIN, "X-Requested-With": "salon-hub"}
    body = {"id": uuid.uuid4().hex, "customer_id": mine}
    seen = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(hub.asgi), base_url=ORIGIN, headers=headers) as client:
        for days in (0, 0, 7):
            clock.advance(hours=24 * days)
            token = await session_of(hub, store, "manager", "7" * 32)
            sent = await client.post("/api/privacy/copy", json=body, headers={"Authorization": f"Bearer {token}"})
            assert CANARY.phone in sent.text
            async with hub.database.read(store) as session:
                seen.append(len(await views_seen(session, hub.vault, customer_id=mine)))
    assert seen == [1, 1, 2]


async def test_consent_is_given_and_taken_back_per_purpose(hub: Hub, store: str, send: Send, desk: Actor) -> None:
    mine = await add_customer(send)
    me = Actor("customer", mine, store, frozenset({"member"}), session_id="s")
    await send("privacy.set_consent", {"customer_id": mine, "purpose": "marketing", "agreed": True}, desk)
    given = await send("privacy.set_own_consent", {"purpose": "reminders", "agreed": True}, me)
    assert await newest_facts(hub, store, given.seq - 1) == ["privacy.consent_given"]
    taken = await send("privacy.set_own_consent", {"purpose": "marketing", "agreed": False}, me)
    assert await newest_facts(hub, store, taken.seq - 1) == ["privacy.consent_withdrawn"]
    again = await send("privacy.set_own_consent", {"purpose": "marketing", "agreed": False}, me)
    assert again.seq == taken.seq, "what is so already is no fact"
    async with hub.database.read(store) as session:
        consents = {c.purpose: c.withdrawn_at is None for c in await consents_of(session, mine)}
    # The first was noted with the allergy that she came with.
    assert consents == {"health": True, "marketing": False, "reminders": True}, (
        "the first with the allergy that was written down"
    )


@pytest.mark.parametrize("before", ["never given", "taken back"])
@pytest.mark.parametrize("command", ["bookings.confirm_hold", "waitlist.join"])
async def test_nobody_else_gives_the_consent_of_a_customer_whom_the_store_knows(
    hub: Hub, store: str, send: Send, desk: Actor, command: str, before: str
) -> None:
    """A name and a number are known to many; whoever books under them does not agree for that person."""
    salon = await open_floor(hub, store, send, desk)
    mine = await add_customer(send)
    me = Actor("customer", mine, store, frozenset({"member"}), session_id="s")
    if before == "taken back":
        await send("privacy.set_own_consent", {"purpose": "booking", "agreed": True}, me)
        await send("privacy.set_own_consent", {"purpose": "booking", "agreed": False}, me)
    wish = {"services": [{"service_id": salon.services["cut"]}]}
    said = {"name": CANARY.name, "phone": CANARY.phone, "consent": True}

    async def asks(actor: Actor, hour: int) -> bool:
        """Whether the consent is there after somebody has asked for room in that name."""
        if command == "waitlist.join":
            span = {"date_from": DAY.isoformat(), "date_to": DAY.isoformat(), "time_from": f"{hour}:00"}
            await send(command, {**wish, **span, **said}, actor)
        else:
            held = (await send("bookings.hold_slot", {**wish, "start": at(hour).isoformat()}, actor)).result
            await send(command, {"booking_id": held["booking_id"], "hold_token": held["hold_token"], **said}, actor)
        async with hub.database.read(store) as session:
            return any(c.purpose == "booking" and c.withdrawn_at is None for c in await consents_of(session, mine))

    assert not await asks(anonymous(store), 10)
    assert not await asks(Actor("device", "d" * 32, store, frozenset({"kiosk"}), device_id="d" * 32), 11)
    assert await asks(me, 12)


async def test_taking_back_the_consent_about_health_clears_the_allergies(hub: Hub, store: str, send: Send) -> None:
    mine = await add_customer(send)
    me = Actor("customer", mine, store, frozenset({"member"}), session_id="s")
    await send("privacy.set_own_consent", {"purpose": "health", "agreed": True}, me)
    assert (await customer_row(hub, store, mine)).allergy_sealed is not None
    await send("privacy.set_own_consent", {"purpose": "health", "agreed": False}, me)
    assert (await customer_row(hub, store, mine)).allergy_sealed is None


async def test_a_visits_link_gives_no_copy(store: str, send: Send) -> None:
    mine = await add_customer(send)
    with pytest.raises(Refused, match="not_found"):
        await send("privacy.take_own_copy", {}, Actor("customer", mine, store, frozenset({"member"}), subject=mine))
