"""Customers as the staff put them, and bookings taken over from another system."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hub.app import Hub
from hub.kernel.access import Actor, system
from hub.kernel.errors import Refused
from hub.operations.bookings.keys import stored_key
from hub.operations.bookings.people import reveal
from hub.operations.bookings.queries import customer_of, customers_by_phone
from hub.operations.bookings.tables import AssignmentRow, BookingItemRow, BookingRow, ConsentRow, CustomerRow
from tests.conftest import MORNING, Send
from tests.operations.bookings.salon import Salon, rows_of
from tests.operations.bookings.test_booking import booking, hub_store

AMY = {"name": "Amy 王", "phone": "+1 604 555 0100", "allergy": "乳胶", "note": "喜欢安静", "tier": "gold"}


async def _code(send: Send, name: str, data: dict[str, Any], actor: Actor | None = None) -> str:
    with pytest.raises(Refused) as refused:
        await send(name, data, actor)
    return refused.value.kind.code


async def test_what_is_not_given_stays_and_empty_text_clears(hub: Hub, store: str, send: Send) -> None:
    made = (await send("bookings.put_customer", AMY | {"phone": "+1 604 604 6040"})).result
    assert made["new"] is True
    await send("bookings.put_customer", {"customer_id": made["customer_id"], "note": "", "title": "ms"})
    async with hub.database.read(store) as session:
        found = await customer_of(session, hub.vault, made["customer_id"])
    assert found is not None
    assert (found.name, found.phone, found.allergy) == ("Amy 王", "+16046046040", "乳胶")
    assert (found.note, found.title, found.tier) == ("", "ms", "gold")


async def test_an_allergy_is_kept_with_the_consent_that_it_needs(hub: Hub, store: str, send: Send) -> None:
    amy = {"customer_id": (await send("bookings.put_customer", AMY | {"allergy": ""})).result["customer_id"]}
    assert await rows_of(hub, store, ConsentRow) == []
    await send("bookings.put_customer", {**amy, "allergy": "乳胶"})
    await send("bookings.put_customer", {**amy, "note": ""})
    (given,) = await rows_of(hub, store, ConsentRow)
    assert (given.customer_id, given.purpose, given.withdrawn_at) == (amy["customer_id"], "health", None)


async def test_a_natural_key_names_one_customer(hub: Hub, store: str, send: Send) -> None:
    first = await send("bookings.put_customer", {"name": "甲", "natural_key": "old:1"})
    again = await send("bookings.put_customer", {"name": "甲", "natural_key": "old:1"})
    assert again.result == {"customer_id": first.result["customer_id"], "new": False}
    assert await _code(send, "bookings.put_customer", {"natural_key": "old:2"}) == "customer_missing"
    assert await _code(send, "bookings.put_customer", {"customer_id": "0" * 32, "name": "乙"}) == "not_found"


@pytest.mark.parametrize("written", ["13800138000", "138-0013-8000", "+86 138 0013 8000", "0086 13800138000"])
async def test_a_customer_is_found_however_the_number_is_written(hub: Hub, store: str, send: Send, written: str) -> None:
    made = (await send("bookings.put_customer", {"name": "甲", "phone": "138 0013 8000"})).result
    async with hub.database.read(store) as session:
        found = await customers_by_phone(session, hub.vault, hub_store(hub, store), written)
        nobody = await customers_by_phone(session, hub.vault, hub_store(hub, store), "no number")
    assert [row.id for row in found] == [made["customer_id"]]
    assert nobody == []


async def test_an_erased_person_reveals_nothing(hub: Hub, store: str, send: Send) -> None:
    await send("bookings.put_customer", AMY | {"phone": ""})
    (row,) = await rows_of(hub, store, CustomerRow)
    row.data_key = None
    facts = reveal(hub.vault, row)
    assert (facts.name, facts.allergy, facts.note) == ("", "", "")


async def test_a_sealed_value_does_not_open_in_another_row(hub: Hub, store: str, send: Send) -> None:
    for name in ("甲", "乙"):
        await send("bookings.put_customer", {"name": name})
    one, other = await rows_of(hub, store, CustomerRow)
    one.name_sealed = other.name_sealed
    with pytest.raises(Refused) as refused:
        reveal(hub.vault, one)
    assert refused.value.kind.code == "unavailable"


def old_booking(salon: Salon, state: str = "confirmed", **more: Any) -> dict[str, Any]:
    services = [{"service_id": salon.services["retired"]}]
    start = (MORNING + timedelta(days=3)).isoformat()
    return {"natural_key": "book:7", "services": services, "start": start, "state": state, **more}


async def test_bringing_a_booking_in_again_changes_nothing(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    importer = system(store, "import")
    await send("bookings.put_customer", {"name": "甲", "natural_key": "client:1"}, importer)
    data = old_booking(salon, customer_key="client:1", note="老客人")
    first = (await send("bookings.bring_in", data, importer)).result
    seq = (await send("bookings.bring_in", data, importer)).seq
    again = await send("bookings.bring_in", data, importer)
    assert again.result == {"booking_id": first["booking_id"], "new": False, "changed": False}
    assert again.seq == seq, "no fact without a change"
    (row,) = await rows_of(hub, store, BookingRow)
    assert (row.source, row.state) == ("import", "confirmed")


async def test_a_later_export_may_end_a_booking_but_never_reopen_it(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    importer = system(store, "import")
    await send("bookings.bring_in", old_booking(salon), importer)
    ended = await send("bookings.bring_in", old_booking(salon, "no_show"), importer)
    assert ended.result["changed"] is True
    await send("bookings.bring_in", old_booking(salon), importer)
    (row,) = await rows_of(hub, store, BookingRow)
    assert row.state == "no_show"
    assert await rows_of(hub, store, AssignmentRow) == []


GONE = {"item_key": "item:1", "state": "late_cancel", "ended_at": MORNING.isoformat()}


async def test_one_service_of_a_visit_ahead_is_cancelled_once(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    importer = system(store, "import")
    data = old_booking(salon, services=[{"service_id": salon.services["retired"]}] * 2, item_keys=["item:0", "item:1"])
    await send("bookings.bring_in", data, importer)
    answered = await send("bookings.bring_in_cancellation", GONE, importer)
    assert answered.result["changed"] is True
    rows = {row.id: row for row in await rows_of(hub, store, BookingRow)}
    where = {item.natural_key: rows[item.booking_id] for item in await rows_of(hub, store, BookingItemRow)}
    here, gone = (where[stored_key(hub.vault, key)] for key in ("item:0", "item:1"))
    assert (here.state, gone.state) == ("confirmed", "late_cancel")
    assert (gone.id, gone.ended_at) == (answered.result["booking_id"], MORNING)
    again = await send("bookings.bring_in_cancellation", GONE, importer)
    assert (again.result["changed"], again.seq) == (False, answered.seq)


async def test_what_is_over_or_unknown_is_not_cancelled(hub: Hub, store: str, send: Send, salon: Salon, desk: Actor) -> None:
    importer = system(store, "import")
    await send("bookings.bring_in", old_booking(salon, "done", item_keys=["item:1"]), importer)
    before = await rows_of(hub, store, BookingRow)
    for actor, change, code in (
        (importer, {}, "already_started"),
        (importer, {"item_key": "item:2"}, "not_found"),
        (desk, {}, "forbidden"),
    ):
        assert await _code(send, "bookings.bring_in_cancellation", GONE | change, actor) == code
    assert [row.state for row in await rows_of(hub, store, BookingRow)] == [row.state for row in before] == ["done"]


async def test_only_the_hub_itself_brings_bookings_in(send: Send, salon: Salon, desk: Actor) -> None:
    assert await _code(send, "bookings.bring_in", old_booking(salon), desk) == "forbidden"
    unknown = old_booking(salon, customer_key="nobody")
    assert await _code(send, "bookings.bring_in", unknown, system(desk.store_id)) == "not_found"


async def test_foreign_ids_look_like_missing_ones(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    customer = (await send("bookings.put_customer", {"name": "甲"})).result["customer_id"]
    mine = (await send("bookings.book", booking(salon))).result["booking_id"]
    other = await hub.open_store(name_zh="二店", name_en="Second", zone="Asia/Shanghai")
    stranger = Actor("staff", "f" * 32, other, frozenset({"manager"}))
    assert await _code(send, "bookings.put_customer", {"customer_id": customer, "name": "乙"}, stranger) == "not_found"
    assert await _code(send, "bookings.cancel", {"booking_id": mine}, stranger) == "not_found"
