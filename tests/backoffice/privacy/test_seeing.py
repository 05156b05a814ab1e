"""Whoever sees what is masked says why, and it stays on record."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace

import pytest

from hub.app import Hub
from hub.backoffice.privacy.commands import seeing
from hub.backoffice.privacy.queries import views_seen
from hub.backoffice.security.ports import wall_of
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from tests.backoffice.privacy.people import CANARY, Canary, add_customer, newest_facts
from tests.conftest import Send


async def test_a_contact_is_shown_and_put_on_record(hub: Hub, store: str, send: Send, desk: Actor) -> None:
    customer_id = await add_customer(send)
    shown = await send("privacy.see_contact", {"customer_id": customer_id, "reason": "call_back"}, desk)
    assert shown.result == {"phone": CANARY.phone, "email": CANARY.email}
    async with hub.database.read(store) as session:
        [seen] = await views_seen(session, hub.vault)
    assert (seen.actor_id, seen.customer_id, seen.what, seen.reason) == (desk.id, customer_id, "phone", "call_back")
    assert seen.at == wall_of(hub.ports).now()
    assert await newest_facts(hub, store, shown.seq - 1) == ["privacy.seen"]


async def test_the_answer_is_not_kept(hub: Hub, send: Send, desk: Actor) -> None:
    data = {"customer_id": await add_customer(send), "reason": "call_back"}
    await send("privacy.see_contact", data, desk, "a" * 32)
    with pytest.raises(Refused, match="conflict"):
        await send("privacy.see_contact", data, desk, "a" * 32)


async def test_other_reasons_need_words_and_the_words_are_sealed(hub: Hub, store: str, send: Send, desk: Actor) -> None:
    customer_id = await add_customer(send)
    with pytest.raises(Refused, match="reason_missing"):
        await send("privacy.see_contact", {"customer_id": customer_id, "reason": "other"}, desk)
    async with hub.database.read(store) as session:
        assert await views_seen(session, hub.vault) == []
    data = {"customer_id": customer_id, "reason": "other", "note": "left an umbrella"}
    await send("privacy.see_contact", data, desk)
    async with hub.database.read(store) as session:
        assert (await views_seen(session, hub.vault))[0].note == "left an umbrella"


async def test_many_files_in_an_hour_need_another_person(send: Send, desk: Actor, clock: ManualClock) -> None:
    people = [
        await add_customer(send, Canary(phone=f"+86138123487{n:02}", email=f"c{n}@x.example"))
        for n in range(seeing.REVEALS_AN_HOUR + 1)
    ]
    for customer_id in people[:-1]:
        await send("privacy.see_contact", {"customer_id": customer_id, "reason": "call_back"}, desk)
    last = {"customer_id": people[-1], "reason": "call_back"}
    with pytest.raises(Refused, match="too_many_revealed"):
        await send("privacy.see_contact", last, desk)
    clock.advance(hours=1, seconds=1)
    assert (await send("privacy.see_contact", last, desk)).result["phone"]


async def test_copies_are_no_way_around_the_cap(send: Send, manager: Actor) -> None:
    """They show the contact as well."""
    for n in range(seeing.REVEALS_AN_HOUR + 1):
        customer_id = await add_customer(send, Canary(phone=f"+86138123487{n:02}", email=f"c{n}@x.example"))
        name = "privacy.take_copy" if n % 2 else "privacy.see_contact"
        with pytest.raises(Refused, match="too_many_revealed") if n == seeing.REVEALS_AN_HOUR else nullcontext():
            await send(name, {"customer_id": customer_id, "reason": "request"})
    with pytest.raises(Refused, match="too_many_revealed"):
        await send("privacy.take_copy", {"customer_id": customer_id})


async def test_without_the_cap_there_would_be_no_end(send: Send, desk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the one above."""
    monkeypatch.setattr(seeing, "REVEALS_AN_HOUR", 10_000)
    for n in range(22):
        customer_id = await add_customer(send, Canary(phone=f"+86138123487{n:02}", email=f"c{n}@x.example"))
        await send("privacy.see_contact", {"customer_id": customer_id, "reason": "call_back"}, desk)


async def test_an_approval_lifts_the_cap_for_an_hour(hub: Hub, store: str, send: Send, manager: Actor) -> None:
    other = Actor("staff", "9" * 32, store, frozenset({"accountant"}))
    asked = await send("privacy.ask_unmasking", {"reason": "incident"})
    await send("privacy.approve", {"approval_id": asked.result["approval_id"]}, other)
    for n in range(seeing.REVEALS_AN_HOUR + 2):
        customer_id = await add_customer(send, Canary(phone=f"+86138123487{n:02}", email=f"c{n}@x.example"))
        await send("privacy.see_contact", {"customer_id": customer_id, "reason": "complaint"})
    async with hub.database.read(store) as session:
        newest = (await views_seen(session, hub.vault))[0]
    assert newest.approval_id == asked.result["approval_id"]


async def test_an_approval_ends_with_the_role_that_may_ask_for_it(send: Send, store: str, manager: Actor, desk: Actor) -> None:
    """The same person is at the front desk now, where contacts may be opened, but not many."""
    asked = await send("privacy.ask_unmasking", {"reason": "incident"})
    other = Actor("staff", "9" * 32, store, frozenset({"accountant"}))
    await send("privacy.approve", {"approval_id": asked.result["approval_id"]}, other)
    changed = replace(manager, roles=desk.roles)
    for n in range(seeing.REVEALS_AN_HOUR + 1):
        customer_id = await add_customer(send, Canary(phone=f"+86138123487{n:02}", email=f"c{n}@x.example"))
        with pytest.raises(Refused, match="too_many_revealed") if n == seeing.REVEALS_AN_HOUR else nullcontext():
            await send("privacy.see_contact", {"customer_id": customer_id, "reason": "complaint"}, changed)


async def test_allergies_are_opened_by_who_serves_the_customer(hub: Hub, store: str, send: Send, desk: Actor) -> None:
    customer_id = await add_customer(send)
    opened = await send("privacy.open_allergy", {"customer_id": customer_id}, desk)
    assert opened.result == {"allergy": CANARY.allergy}
    stranger = Actor("staff", "8" * 32, store, frozenset({"technician"}), subject="7" * 32)
    with pytest.raises(Refused, match="not_your_customer"):
        await send("privacy.open_allergy", {"customer_id": customer_id}, stranger)
    async with hub.database.read(store) as session:
        assert [seen.what for seen in await views_seen(session, hub.vault)] == ["allergy"]


async def test_the_record_can_be_narrowed(hub: Hub, store: str, send: Send, desk: Actor, manager: Actor) -> None:
    one, two = await add_customer(send), await add_customer(send, Canary(phone="+8613912345678"))
    await send("privacy.see_contact", {"customer_id": one, "reason": "call_back"}, desk)
    await send("privacy.open_allergy", {"customer_id": two}, manager)
    async with hub.database.read(store) as session:
        assert [s.customer_id for s in await views_seen(session, hub.vault, actor_id=desk.id)] == [one]
        assert [s.customer_id for s in await views_seen(session, hub.vault, what="allergy")] == [two]
        assert [s.actor_id for s in await views_seen(session, hub.vault, customer_id=one)] == [desk.id]
        assert await views_seen(session, hub.vault, device_id="none") == []
