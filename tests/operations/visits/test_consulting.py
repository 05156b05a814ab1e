"""The talk: kept sealed, shown next time, and a new allergy has to be read before the next start."""

from __future__ import annotations

from typing import Any

import pytest

from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.operations.bookings.queries import customer_of
from hub.operations.bookings.tables import ConsentRow, CustomerRow
from hub.operations.visits.queries import ConsultationFacts, consultations_of, served_by
from hub.operations.visits.rules import with_allergy
from hub.operations.visits.tables import ConsultationRow
from tests.operations.floor import Floor, at

CUSTOMER = {"name": "王小明", "phone": "13800138000"}


async def talks(floor: Floor) -> list[ConsultationFacts]:
    [customer] = await floor.rows(CustomerRow)
    async with floor.hub.database.read(floor.store) as session:
        return await consultations_of(session, floor.hub.vault, customer.id)


async def test_what_is_said_is_sealed_and_stands_in_the_history(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(10), customer=CUSTOMER, technician="lin")
    since = await floor.seq()
    said = {"booking_id": booking_id, "skin_type": "sensitive", "preferences": "安静", "note": "发根 2 厘米"}
    await floor.send("visits.record_consultation", said, floor.technician("lin"))
    [fact] = await floor.facts(since)
    assert fact.type == "visits.consultation_recorded"
    assert set(fact.data) == {"consultation_id", "booking_id", "customer_id"}
    [row] = await floor.rows(ConsultationRow)
    assert "安静".encode() not in (row.preferences_sealed or b"")
    [talk] = await talks(floor)
    assert (talk.skin_type, talk.preferences, talk.note) == ("sensitive", "安静", "发根 2 厘米")
    assert talk.technician_id == floor.technicians["lin"]
    clock.set(at(10, 5))
    await floor.send("visits.record_consultation", {"booking_id": booking_id, "note": "改短一点"}, floor.desk)
    assert [talk.note for talk in await talks(floor)] == ["改短一点", "发根 2 厘米"], "the newest first, nothing overwritten"


async def test_an_allergy_told_today_stops_the_start_until_it_is_read(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(10), customer=CUSTOMER, technician="lin")
    since = await floor.seq()
    noted = {"booking_id": booking_id, "allergy": "乳胶", "agreed": True}
    await floor.send("visits.note_allergy", noted, floor.technician("lin"))
    assert [f.type for f in await floor.facts(since)] == ["bookings.consent_given", "visits.allergy_noted"]
    assert "乳胶" not in str([f.data for f in await floor.facts(since)])
    [consent] = await floor.rows(ConsentRow)
    assert consent.purpose == "health"
    clock.set(at(9, 58))
    start: dict[str, Any] = {"item_id": await floor.item(booking_id)}
    with pytest.raises(Refused) as refusal:
        await floor.send("visits.start_service", start, floor.technician("lin"))
    assert refusal.value.kind.code == "allergy_unacknowledged"
    await floor.send("visits.start_service", {**start, "allergy_acknowledged": True}, floor.technician("lin"))


async def test_an_allergy_is_added_and_never_overwritten(floor: Floor) -> None:
    booking_id = await floor.book("cut", at(10), customer=CUSTOMER)
    for allergy in ("PPD", "latex", "ppd"):
        await floor.send("visits.note_allergy", {"booking_id": booking_id, "allergy": allergy, "agreed": True}, floor.desk)
    [customer] = await floor.rows(CustomerRow)
    async with floor.hub.database.read(floor.store) as session:
        known = await customer_of(session, floor.hub.vault, customer.id)
    assert known is not None
    assert known.allergy == "PPD\nlatex"
    assert with_allergy("", "latex") == "latex"


async def test_a_technician_writes_about_her_own_customers_of_the_day(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(10), customer=CUSTOMER, technician="lin")
    note = {"booking_id": booking_id, "note": "x"}
    await floor.refused("not_your_customer", "visits.record_consultation", note, floor.technician("wang"))
    allergy = {"booking_id": booking_id, "allergy": "x", "agreed": True}
    await floor.refused("not_your_customer", "visits.note_allergy", allergy, floor.technician("wang"))
    clock.advance(days=2)
    await floor.refused("not_your_customer", "visits.record_consultation", note, floor.technician("lin"))


async def test_nothing_is_kept_of_nothing_nor_of_a_guest_nor_without_a_yes(floor: Floor) -> None:
    booking_id = await floor.book("cut", at(10), customer=CUSTOMER)
    await floor.refused("consultation_empty", "visits.record_consultation", {"booking_id": booking_id, "note": "  "})
    await floor.refused("invalid", "visits.note_allergy", {"booking_id": booking_id, "allergy": "x", "agreed": False})
    walked = {"services": [{"service_id": floor.services["cut"]}]}
    guest = (await floor.send("visits.walk_in", walked, floor.desk)).result["booking_id"]
    await floor.refused("customer_missing", "visits.record_consultation", {"booking_id": guest, "note": "x"})


async def test_history_names_who_really_served(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(10), customer=CUSTOMER)
    clock.set(at(10))
    item = await floor.item(booking_id)
    await floor.send("visits.start_service", {"item_id": item, "technician_id": floor.technicians["wang"]}, floor.desk)
    clock.set(at(10, 25))
    await floor.send("visits.finish_service", {"item_id": item}, floor.desk)
    async with floor.hub.database.read(floor.store) as session:
        assert await served_by(session, [booking_id]) == {booking_id: floor.technicians["wang"]}
