"""One asks, another one allows, in time, and it is done once."""

from __future__ import annotations

import io
import uuid
import zipfile
from zoneinfo import ZoneInfo

import httpx
import pytest

from displays.privacy.office import PrivacyView
from displays.privacy.office import screen as privacy_page
from hub.app import Hub
from hub.backoffice.alarms.rules import RULES, Suspicion, suspicions
from hub.backoffice.privacy.commands import approvals
from hub.backoffice.privacy.commands.approvals import ASKED_FOR
from hub.backoffice.privacy.customer_list import lines_of, spreadsheet
from hub.backoffice.privacy.queries import approvals as all_approvals
from hub.backoffice.privacy.queries import views_seen
from hub.gateway.fluent import sentence
from hub.kernel.access import Actor, system
from hub.kernel.business_days import BusinessDays
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.kernel.event_log import since
from tests.backoffice.privacy.people import CANARY, Canary, add_customer, newest_facts
from tests.conftest import ORIGIN, Send
from tests.roles import session_of


@pytest.fixture
def second(store: str) -> Actor:
    return Actor("staff", "5" * 32, store, frozenset({"accountant"}))


async def state_of(hub: Hub, store: str, approval_id: str) -> str:
    async with hub.database.read(store) as session:
        return next(a.state for a in await all_approvals(session) if a.id == approval_id)


async def ask(send: Send) -> str:
    approval_id: str = (await send("privacy.ask_list", {"reason": "audit"})).result["approval_id"]
    return approval_id


async def test_the_asker_cannot_allow_it(hub: Hub, store: str, send: Send, manager: Actor, second: Actor) -> None:
    approval_id = await ask(send)
    with pytest.raises(Refused, match="needs_another_person"):
        await send("privacy.approve", {"approval_id": approval_id})
    assert await state_of(hub, store, approval_id) == "asked"
    allowed = await send("privacy.approve", {"approval_id": approval_id}, second)
    assert await newest_facts(hub, store, allowed.seq - 1) == ["privacy.approval_given"]
    assert await state_of(hub, store, approval_id) == "approved"


async def made_by(send: Send, actor: Actor, login: str) -> Actor:
    made = await send("security.create_account", {"login": login, "name": login, "roles": ["manager"]}, actor)
    return Actor("staff", made.result["account_id"], actor.store_id, frozenset({"manager"}))


async def asked(send: Send, actor: Actor) -> str:
    return str((await send("privacy.ask_list", {"reason": "audit"}, actor)).result["approval_id"])


async def refused_for(send: Send, asker: Actor, approver: Actor) -> str:
    approval_id = await asked(send, asker)
    with pytest.raises(Refused) as refused:
        await send("privacy.approve", {"approval_id": approval_id}, approver)
    await send("privacy.withdraw", {"approval_id": approval_id}, asker)
    return refused.value.kind.code


async def test_a_manager_who_was_made_by_the_other_is_no_second_person(
    send: Send, manager: Actor, second: Actor, clock: ManualClock
) -> None:
    one = await made_by(send, manager, "one")
    two, grandchild = await made_by(send, manager, "two"), await made_by(send, one, "three")
    for asker, approver in ((manager, one), (one, manager), (one, two), (manager, grandchild), (grandchild, two)):
        assert await refused_for(send, asker, approver) == "in_one_hand"
    allowed = await asked(send, manager)
    await send("privacy.approve", {"approval_id": allowed}, second)

    clock.advance(hours=24 * 7)
    await send("privacy.approve", {"approval_id": await asked(send, manager)}, one)


async def test_nor_is_one_whose_way_in_the_other_has_renewed(send: Send, manager: Actor, clock: ManualClock) -> None:
    other = await made_by(send, manager, "other")
    clock.advance(hours=24 * 8)
    await send("privacy.approve", {"approval_id": await asked(send, manager)}, other)
    roles = {"account_id": other.id, "roles": ["manager", "technician"]}
    await send("security.set_roles", roles)
    await send("security.link_technician", {"account_id": other.id, "technician_id": "c" * 32})
    for name in ("security.issue_password", "security.issue_reset_link", "security.issue_pin"):
        clock.advance(hours=24 * 8)
        await send(name, {"account_id": other.id})
        assert await refused_for(send, manager, other) == "in_one_hand"


async def test_only_who_has_the_right_allows(send: Send, desk: Actor) -> None:
    approval_id = await ask(send)
    with pytest.raises(Refused, match="forbidden"):
        await send("privacy.approve", {"approval_id": approval_id}, desk)


async def test_a_list_is_taken_once(hub: Hub, store: str, send: Send, second: Actor) -> None:
    approval_id = await ask(send)
    with pytest.raises(Refused, match="approval_over"):
        await send("privacy.take_list", {"approval_id": approval_id, "count": 1})
    await send("privacy.approve", {"approval_id": approval_id}, second)
    other = Actor("staff", "4" * 32, store, frozenset({"manager"}))
    with pytest.raises(Refused, match="not_found"):
        await send("privacy.take_list", {"approval_id": approval_id, "count": 1}, other)
    await send("privacy.take_list", {"approval_id": approval_id, "count": 3})
    with pytest.raises(Refused, match="approval_over"):
        await send("privacy.take_list", {"approval_id": approval_id, "count": 3})
    async with hub.database.read(store) as session:
        [seen] = await views_seen(session, hub.vault)
    assert (seen.what, seen.count, seen.approval_id) == ("list", 3, approval_id)


async def opened_by_one(hub: Hub, store: str) -> list[Suspicion]:
    """What the alarm of many opened files says of the whole log."""
    rule = RULES["files_opened"]
    async with hub.database.read(store) as session:
        return suspicions(rule, rule.limit, await since(session, 0), lambda _fact: False)


async def test_what_a_second_person_allowed_is_no_alarm_and_what_is_opened_besides_is(
    hub: Hub, store: str, send: Send, second: Actor
) -> None:
    customer, many = await add_customer(send), RULES["files_opened"].limit.count
    look = {"customer_id": customer, "reason": "treatment"}
    approval_id = await ask(send)
    await send("privacy.approve", {"approval_id": approval_id}, second)
    for _ in range(many - 1):
        await send("privacy.open_allergy", look)
    await send("privacy.take_list", {"approval_id": approval_id, "count": 500})
    assert await opened_by_one(hub, store) == []
    await send("privacy.open_allergy", look)
    [found] = await opened_by_one(hub, store)
    assert found.count == many


async def test_the_contacts_seen_while_that_is_allowed_are_no_alarm(hub: Hub, store: str, send: Send, second: Actor) -> None:
    customer = await add_customer(send)
    asked = (await send("privacy.ask_unmasking", {"reason": "audit"})).result["approval_id"]
    await send("privacy.approve", {"approval_id": asked}, second)
    for _ in range(RULES["files_opened"].limit.count):
        await send("privacy.see_contact", {"customer_id": customer, "reason": "call_back"})
    assert await opened_by_one(hub, store) == []


async def test_time_runs_out_on_both_sides(hub: Hub, store: str, send: Send, second: Actor, clock: ManualClock) -> None:
    late = await ask(send)
    clock.advance(hours=ASKED_FOR.total_seconds() / 3600)
    with pytest.raises(Refused, match="approval_over"):
        await send("privacy.approve", {"approval_id": late}, second)
    unused = await ask(send)
    await send("privacy.approve", {"approval_id": unused}, second)
    clock.advance(minutes=30)
    with pytest.raises(Refused, match="approval_over"):
        await send("privacy.take_list", {"approval_id": unused, "count": 1})
    await send("privacy.expire_approvals", {}, system(store))
    assert [await state_of(hub, store, each) for each in (late, unused)] == ["expired", "expired"]


async def test_declined_and_withdrawn_are_over(send: Send, hub: Hub, store: str, second: Actor) -> None:
    declined = await ask(send)
    await send("privacy.decline", {"approval_id": declined}, second)
    withdrawn = await ask(send)
    with pytest.raises(Refused, match="not_found"):
        await send("privacy.withdraw", {"approval_id": withdrawn}, second)
    await send("privacy.withdraw", {"approval_id": withdrawn})
    for over in (declined, withdrawn):
        with pytest.raises(Refused, match="approval_over"):
            await send("privacy.approve", {"approval_id": over}, second)


async def test_the_same_is_not_asked_twice(send: Send) -> None:
    await ask(send)
    with pytest.raises(Refused, match="already_asked"):
        await ask(send)


async def nobody(*_: object) -> bool:
    return False


async def test_without_the_second_person_it_would_pass(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: a guard that compares with nobody lets the asker through."""
    approval_id = await ask(send)
    monkeypatch.setattr(approvals, "_is_own", lambda context, row: False)
    monkeypatch.setattr(approvals, "in_one_hand", nobody)
    await send("privacy.approve", {"approval_id": approval_id})


async def test_the_spreadsheet_over_http(hub: Hub, store: str, send: Send, second: Actor) -> None:
    await add_customer(send)
    who = hub.chance.id()
    token = await session_of(hub, store, "manager", who)
    asker = Actor("staff", who, store, frozenset({"manager"}))
    approval_id = (await send("privacy.ask_list", {"reason": "audit"}, asker)).result["approval_id"]
    await send("privacy.approve", {"approval_id": approval_id}, second)
    headers = {"Origin": ORIGIN, "X-Requested-With": "salon-hub", "Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(hub.asgi), base_url=ORIGIN, headers=headers) as client:
        body = {"id": uuid.uuid4().hex, "approval_id": approval_id, "language": "en"}
        taken = await client.post("/api/privacy/customer-list", json=body)
        assert taken.status_code == 200
        assert taken.headers["cache-control"] == "no-store"
        again = await client.post("/api/privacy/customer-list", json=body)
        assert again.json()["code"] == "approval_over"
    with zipfile.ZipFile(io.BytesIO(taken.content)) as book:
        words = book.read("xl/sharedStrings.xml").decode()
    assert CANARY.phone in words
    assert CANARY.name in words
    assert CANARY.allergy not in words
    assert CANARY.note not in words


async def test_the_spreadsheet_speaks_the_language_of_who_takes_it(hub: Hub, store: str, send: Send) -> None:
    person = {"name": "林语", "phone": "+8613900001111", "title": "ms", "tier": "gold"}
    await send("bookings.put_customer", person)
    await send("bookings.put_customer", {"name": "没有等级的人", "phone": "+8613900002222"})
    async with hub.database.read(store) as session:
        lines = await lines_of(session, hub.vault, BusinessDays(ZoneInfo("Asia/Shanghai")))
    for language, title, tier in (("zh", "女士", "金卡"), ("en", "Ms", "Gold")):
        with zipfile.ZipFile(io.BytesIO(spreadsheet(lines, language, sentence))) as book:
            words = book.read("xl/sharedStrings.xml").decode()
        assert all(f">{word}<" in words for word in (title, tier))
        assert not any(f">{code}<" in words for code in ("ms", "gold", "none"))


async def test_what_waits_stays_in_sight_however_much_came_after(
    hub: Hub, store: str, send: Send, second: Actor, clock: ManualClock
) -> None:
    """A customer's wish to be erased has no end of time: sixty later requests must not push it off the page."""
    customer = await add_customer(send)
    asked = await send("privacy.ask_own_erasure", {}, Actor("customer", customer, store, frozenset({"member"}), session_id="s"))
    for _ in range(61):
        clock.advance(minutes=1)
        await send("privacy.decline", {"approval_id": await ask(send)}, second)
    async with hub.database.read(store) as session:
        known = await all_approvals(session)
    assert known[-1].id == asked.result["approval_id"]
    assert len(known) == 61


async def test_what_is_too_late_offers_no_buttons(hub: Hub, store: str, send: Send, second: Actor, clock: ManualClock) -> None:
    """In the minute before the hub has put it away, too."""
    late = await ask(send)
    other = Actor(second.kind, second.id, store, frozenset({"manager"}))

    async def seen() -> PrivacyView:
        async with hub.viewer.moment(store) as moment:
            shown = await hub.viewer.show(hub.viewer.asked(privacy_page, {}, other), moment)
        return PrivacyView.model_validate_json(shown.view)

    assert [(line.id, line.can_decide) for line in (await seen()).waiting] == [(late, True)]
    clock.advance(hours=ASKED_FOR.total_seconds() / 3600)
    view = await seen()
    assert (view.waiting, [(line.state, line.can_decide) for line in view.over]) == ([], [("expired", False)])


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "https://evil.example", "\t=1+1"])
async def test_what_people_type_never_becomes_a_formula(hub: Hub, store: str, send: Send, name: str) -> None:
    await add_customer(send, Canary(name=name))
    async with hub.database.read(store) as session:
        lines = await lines_of(session, hub.vault, BusinessDays(ZoneInfo("Asia/Shanghai")))
    with zipfile.ZipFile(io.BytesIO(spreadsheet(lines, "zh", sentence))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet
        assert 't="s"' in sheet
