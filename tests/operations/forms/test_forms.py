"""A form is signed before the service that asks for it, counts until its words change, and is kept no longer than needed."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.kernel.access import Actor, system
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.kernel.tables import Base
from hub.operations.bookings.tables import CustomerRow
from hub.operations.forms.jobs import jobs
from hub.operations.forms.rules import INK_MIN, KEPT, POINTS_MAX, check_drawing, ink_of
from hub.operations.forms.tables import SignedFormRow
from hub.operations.visits.tables import VisitRow
from tests.operations.floor import Floor, at
from tests.operations.forms.conftest import ask_for_it, put_form

NAME = [[100, 200, 400, 260], [420, 200, 700, 300]]


async def came(floor: Floor, clock: ManualClock, **more: Any) -> str:
    """A booking whose customer is in the store."""
    booking_id = await floor.book("cut", at(10), **more)
    clock.set(at(9, 55))
    await floor.send("visits.check_in", {"booking_id": booking_id}, floor.desk)
    return booking_id


def signature(booking_id: str, **more: Any) -> dict[str, Any]:
    return {"booking_id": booking_id, "form": "CHEM", "version": 1, "language": "zh", "strokes": NAME, **more}


async def state(floor: Floor) -> str:
    return str((await floor.rows(VisitRow))[-1].state)


async def test_who_has_something_to_sign_is_neither_called_nor_started_until_it_is_signed(
    floor: Floor, clock: ManualClock
) -> None:
    booking_id = await came(floor, clock)
    [visit] = await floor.rows(VisitRow)
    assert visit.state == "forms_pending"
    [asked] = (await floor.booking(booking_id)).forms
    assert (asked.form, asked.version, asked.standing) == ("CHEM", 1, "missing")
    await floor.refused("visit_state", "visits.call_customer", {"visit_id": visit.id})
    start = {"item_id": await floor.item(booking_id), "technician_id": floor.technicians["lin"]}
    await floor.refused("form_missing", "visits.start_service", start)

    since = await floor.seq()
    await floor.send("forms.sign", signature(booking_id), floor.desk)
    assert [fact.type for fact in await floor.facts(since)] == ["forms.form_signed", "visits.forms_done"]
    assert await state(floor) == "waiting"
    [signed] = (await floor.booking(booking_id)).forms
    assert (signed.standing, signed.at) == ("signed", clock.now())
    await floor.send("visits.start_service", start, floor.desk)


async def test_the_drawing_is_sealed_under_the_customers_key_and_on_no_fact(floor: Floor, clock: ManualClock) -> None:
    booking_id = await came(floor, clock)
    await floor.send("forms.sign", signature(booking_id), floor.desk)
    [row] = await floor.rows(SignedFormRow)
    [customer] = await floor.rows(CustomerRow)
    assert row.signature_sealed is not None
    assert b"100,200" not in row.signature_sealed
    opened = floor.hub.vault.open(customer.data_key, customer.id, row.signature_sealed, f"signed_form/{row.id}/signature")
    assert json.loads(opened) == NAME
    assert "strokes" not in json.dumps([fact.data for fact in await floor.facts()])


async def test_it_counts_at_the_next_visit_and_new_words_ask_again(floor: Floor, clock: ManualClock) -> None:
    customer = {"name": "王小明", "phone": "13800138000"}
    first = await came(floor, clock, customer=customer)
    await floor.send("forms.sign", signature(first), floor.desk)
    second = await floor.book("cut", at(12), customer=customer)
    assert [form.standing for form in (await floor.booking(second)).forms] == ["signed"]

    assert await put_form(floor) == 1, "the same words are the same version"
    assert await put_form(floor, {"zh": "新的内容", "en": "New words"}) == 2
    assert [form.standing for form in (await floor.booking(second)).forms] == ["missing"]
    await floor.refused("form_outdated", "forms.sign", signature(second))
    await floor.send("forms.sign", signature(second, version=2), floor.desk)
    assert [form.standing for form in (await floor.booking(second)).forms] == ["signed"]


async def test_nobody_signs_for_somebody_else_or_for_what_is_not_asked(floor: Floor, clock: ManualClock) -> None:
    signed = await came(floor, clock)
    await floor.send("forms.sign", signature(signed), floor.desk)
    other = await floor.book("cut", at(12), name="李华")
    assert [form.standing for form in (await floor.booking(other)).forms] == ["missing"]
    colour = await floor.book("colour", at(14))
    await floor.refused("form_not_asked", "forms.sign", signature(colour))
    await floor.refused("not_found", "forms.sign", signature("f" * 32))
    walked = {"services": [{"service_id": floor.services["cut"]}]}
    guest = (await floor.send("visits.walk_in", walked, floor.desk)).result
    assert await state(floor) == "forms_pending"
    await floor.refused("customer_missing", "forms.sign", signature(guest["booking_id"]))


async def test_signing_twice_keeps_one_signature(floor: Floor, clock: ManualClock) -> None:
    booking_id = await came(floor, clock)
    first = await floor.send("forms.sign", signature(booking_id), floor.desk)
    again = await floor.send("forms.sign", signature(booking_id), floor.desk)
    assert first.result == again.result
    assert len(await floor.rows(SignedFormRow)) == 1


async def test_the_desk_waves_one_booking_through_and_says_why(floor: Floor, clock: ManualClock) -> None:
    booking_id = await came(floor, clock)
    since = await floor.seq()
    asked = {"booking_id": booking_id, "form": "CHEM", "reason": "paper"}
    await floor.send("forms.waive", asked, floor.desk)
    facts = await floor.facts(since)
    assert [fact.type for fact in facts] == ["forms.form_waived", "visits.forms_done"]
    assert facts[0].data["reason"] == "paper"
    assert await state(floor) == "waiting"
    other = await floor.book("cut", at(12))
    assert [form.standing for form in (await floor.booking(other)).forms] == ["missing"], "it counts for one booking"
    with pytest.raises(Refused) as refusal:
        await floor.send("forms.waive", {**asked, "booking_id": other}, floor.technician("lin"))
    assert refusal.value.kind.code == "forbidden"


async def test_a_paused_customer_still_has_to_sign(floor: Floor, clock: ManualClock) -> None:
    await came(floor, clock)
    [visit] = await floor.rows(VisitRow)
    await floor.send("visits.pause", {"visit_id": visit.id}, floor.desk)
    await floor.send("visits.resume", {"visit_id": visit.id}, floor.desk)
    assert await state(floor) == "forms_pending"


async def test_the_desk_is_told_what_is_not_signed(floor: Floor, clock: ManualClock) -> None:
    booking_id = await came(floor, clock)
    told = [entry for entry in (await floor.day()).attention if entry.kind == "forms"]
    assert [(entry.said.code, entry.booking_id) for entry in told] == [("attention-form", booking_id)]
    await floor.send("forms.sign", signature(booking_id), floor.desk)
    assert not [entry for entry in (await floor.day()).attention if entry.kind == "forms"]


async def test_a_form_that_the_store_does_not_have_cannot_be_asked_for(floor: Floor) -> None:
    with pytest.raises(Refused) as refusal:
        await ask_for_it(floor, "NONE")
    assert refusal.value.kind.code == "unknown_consent_form"


async def test_drawings_are_cleared_when_nobody_has_to_keep_them(floor: Floor, clock: ManualClock) -> None:
    booking_id = await came(floor, clock)
    await floor.send("forms.sign", signature(booking_id), floor.desk)
    [job] = jobs(floor.hub)
    clock.advance(days=KEPT.days - 1)
    await job.run(floor.store)
    assert (await floor.rows(SignedFormRow))[0].signature_sealed is not None
    clock.advance(days=2)
    since = await floor.seq()
    await job.run(floor.store)
    [row] = await floor.rows(SignedFormRow)
    assert row.signature_sealed is None
    assert row.at < clock.now() - KEPT, "that it was signed, and when, stays"
    told = [fact for fact in await floor.facts(since) if fact.type == "forms.signatures_cleared"]
    assert [fact.data for fact in told] == [{"count": 1}]
    await floor.send("forms.clear_signatures", {}, system(floor.store, "forms"))
    assert len([fact for fact in await floor.facts(since) if fact.type == "forms.signatures_cleared"]) == 1


def test_the_column_says_how_long_it_is_kept() -> None:
    column = Base.metadata.tables["signed_form"].columns["signature_sealed"]
    assert (column.info["class"], column.info["purpose"], column.info["kept"]) == ("sensitive", "proof of consent", KEPT)
    assert timedelta(days=365) <= KEPT


@pytest.mark.parametrize(
    "strokes",
    [[[500, 500]], [[500, 500, 501, 501]], [[0, 0, 1000]], [[0, 0, 1000, 1000] * (POINTS_MAX // 2 - 1)] * 2],
    ids=["a dot", "a touch", "half a point", "no hand"],
)
async def test_what_is_no_signature_is_refused(floor: Floor, clock: ManualClock, strokes: list[list[int]]) -> None:
    booking_id = await came(floor, clock)
    await floor.refused("signature_empty", "forms.sign", signature(booking_id, strokes=strokes))


@given(st.lists(st.lists(st.integers(0, 1000), min_size=2, max_size=40).filter(lambda s: len(s) % 2 == 0), min_size=1))
def test_ink_decides_and_its_place_does_not(strokes: list[list[int]]) -> None:
    assert ink_of(strokes) == pytest.approx(ink_of([[1000 - each for each in stroke] for stroke in strokes]))
    if ink_of(strokes) < INK_MIN:
        with pytest.raises(Refused):
            check_drawing(strokes)
    else:
        check_drawing(strokes)


async def test_a_technician_takes_a_signature_and_confirms_nobody(floor: Floor, clock: ManualClock) -> None:
    booking_id = await came(floor, clock)
    lin: Actor = floor.technician("lin")
    await floor.send("forms.sign", signature(booking_id), lin)
    with pytest.raises(Refused) as refusal:
        await floor.send("forms.confirm", {"signed_form_id": "f" * 32}, lin)
    assert refusal.value.kind.code == "forbidden"


async def test_a_service_added_while_waiting_is_signed_for_before_the_turn_comes_again(
    floor: Floor, clock: ManualClock
) -> None:
    booking_id = await floor.book("colour", at(10))
    clock.set(at(9, 55))
    await floor.send("visits.check_in", {"booking_id": booking_id}, floor.desk)
    assert await state(floor) == "waiting"

    since = await floor.seq()
    add = {"booking_id": booking_id, "service_id": floor.services["cut"]}
    added = (await floor.send("visits.add_service", add, floor.desk)).result
    facts = await floor.facts(since)
    assert [fact.type for fact in facts if fact.type.startswith("visits.")] == ["visits.service_added", "visits.forms_asked"]
    [visit] = await floor.rows(VisitRow)
    assert facts[-1].data == {"visit_id": visit.id, "booking_id": booking_id}
    assert visit.state == "forms_pending"
    assert [form.form for form in (await floor.booking(booking_id)).to_sign] == ["CHEM"]
    assert [e.said.code for e in (await floor.day()).attention if e.kind == "forms"] == ["attention-form"]
    await floor.refused("visit_state", "visits.call_customer", {"visit_id": visit.id})

    again = await floor.seq()
    await floor.send("visits.add_service", add, floor.desk)
    assert "visits.forms_asked" not in [fact.type for fact in await floor.facts(again)], "it waits for it already"

    await floor.send("forms.sign", signature(booking_id), floor.desk)
    assert await state(floor) == "waiting"
    assert (await floor.booking(booking_id)).to_sign == ()
    start = {"item_id": added["item_id"], "technician_id": floor.technicians["lin"]}
    await floor.send("visits.start_service", start, floor.desk)


async def test_without_the_service_that_asked_for_it_nothing_is_left_to_sign(floor: Floor) -> None:
    wishes = [{"service_id": floor.services[code]} for code in ("cut", "colour")]
    await floor.send("visits.walk_in", {"services": wishes}, floor.desk)
    [booking] = (await floor.day()).bookings
    assert await state(floor) == "forms_pending"
    since = await floor.seq()
    await floor.send("visits.drop_service", {"item_id": booking.items[0].id}, floor.desk)
    told = [fact.type for fact in await floor.facts(since)]
    assert told == ["bookings.item_removed", "visits.service_dropped", "visits.forms_done"]
    assert await state(floor) == "waiting"


async def test_a_service_added_during_another_is_signed_for_between_the_two(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("colour", at(10))
    clock.set(at(9, 55))
    await floor.send("visits.check_in", {"booking_id": booking_id}, floor.desk)
    first = await floor.item(booking_id)
    await floor.send("visits.start_service", {"item_id": first, "technician_id": floor.technicians["wang"]}, floor.desk)
    add = {"booking_id": booking_id, "service_id": floor.services["cut"]}
    added = (await floor.send("visits.add_service", add, floor.desk)).result
    assert await state(floor) == "in_service", "what was begun goes on"
    assert [e.booking_id for e in (await floor.day()).attention if e.kind == "forms"] == [booking_id], "but the desk knows"

    since = await floor.seq()
    await floor.send("visits.finish_service", {"item_id": first}, floor.desk)
    assert await state(floor) == "forms_pending"
    assert "visits.forms_asked" in [fact.type for fact in await floor.facts(since)]
    start = {"item_id": added["item_id"], "technician_id": floor.technicians["lin"]}
    await floor.refused("form_missing", "visits.start_service", start)
    await floor.send("forms.sign", signature(booking_id), floor.technician("lin"))
    assert await state(floor) == "waiting"
    await floor.send("visits.start_service", start, floor.desk)
