"""Coming, coming late, not coming."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.operations.bookings.tables import AssignmentRow, BookingRow
from hub.operations.visits.rules import CODE_COLORS, CODE_NUMBERS, free_code
from hub.operations.visits.tables import LatenessRow, VisitRow
from tests.operations.floor import Floor, at


async def test_check_in_makes_a_visit_with_a_code_and_a_promise(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(10))
    clock.set(at(9, 50))
    since = await floor.seq()
    answer = (await floor.send("visits.check_in", {"booking_id": booking_id}, floor.desk)).result
    [visit] = await floor.rows(VisitRow)
    assert (visit.id, visit.state, visit.arrived_at) == (answer["visit_id"], "waiting", at(9, 50))
    assert (visit.code_color, visit.code_number) == (answer["code_color"], answer["code_number"])
    assert [fact.type for fact in await floor.facts(since)] == ["visits.customer_arrived", "planning.promise_made"]
    assert answer["promise"]["start"] == "2026-05-14T02:00:00Z"
    assert 50 <= answer["promise"]["odds"] <= 99
    assert (await floor.booking(booking_id)).state == "arrived"


async def test_check_in_twice_at_once_makes_one_visit(floor: Floor) -> None:
    booking_id = await floor.book("cut", at(10))
    sent = [floor.send("visits.check_in", {"booking_id": booking_id}, floor.desk) for _ in range(4)]
    outcomes = await asyncio.gather(*sent, return_exceptions=True)
    refused = [o for o in outcomes if isinstance(o, Refused)]
    assert {refusal.kind.code for refusal in refused} == {"already_arrived"}
    assert len(refused) == 3
    assert len(await floor.rows(VisitRow)) == 1


async def test_check_in_is_refused_on_another_day_and_for_unknown_bookings(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(10))
    await floor.refused("not_found", "visits.check_in", {"booking_id": "f" * 32})
    clock.advance(days=1)
    await floor.refused("wrong_day", "visits.check_in", {"booking_id": booking_id})


async def test_walk_in_gets_a_seat_and_a_promise_at_once(floor: Floor, clock: ManualClock) -> None:
    clock.set(at(11, 2))
    data = {"services": [{"service_id": floor.services["cut"], "requested": "woman"}], "customer": {"name": "👩 <script>"}}
    answer = (await floor.send("visits.walk_in", data, floor.desk)).result
    booking = await floor.booking(answer["booking_id"])
    assert (booking.source, booking.state, booking.customer_name) == ("walk_in", "arrived", "👩 <script>")
    [phase] = booking.items[0].phases
    assert (phase.technician_id, phase.start) == (floor.technicians["lin"], at(11, 2))
    assert answer["promise"]["start"] == "2026-05-14T03:00:00Z"


async def test_walk_in_without_room_today_stays_unplanned_and_is_told_to_the_desk(floor: Floor, clock: ManualClock) -> None:
    clock.set(at(19, 30))
    data = {"services": [{"service_id": floor.services["cut"]}]}
    answer = (await floor.send("visits.walk_in", data, floor.desk)).result
    assert answer["promise"] is None
    assert await floor.rows(AssignmentRow) == []
    kinds = {entry.kind for entry in (await floor.day()).attention}
    assert "unplanned" in kinds


async def test_walk_in_with_nonsense_changes_nothing(floor: Floor) -> None:
    unknown = {"services": [{"service_id": "f" * 32}], "customer": {"name": "x"}}
    await floor.refused("unknown_service", "visits.walk_in", unknown)
    must = {"services": [{"service_id": floor.services["cut"], "requested": "must"}]}
    await floor.refused("unknown_technician", "visits.walk_in", must)
    phone = {"services": [{"service_id": floor.services["cut"]}], "customer": {"name": "x", "phone": "12ab"}}
    await floor.refused("invalid_phone", "visits.walk_in", phone)


async def test_report_late_counts_from_the_booked_start_and_is_the_customers_own(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(10))
    customer = Actor("customer", booking_id, floor.store, frozenset({"member"}), subject=booking_id)
    stranger = Actor("customer", "e" * 32, floor.store, frozenset({"member"}), subject="e" * 32)
    await floor.refused("not_found", "visits.report_late", {"booking_id": booking_id, "minutes": 15}, stranger)
    await floor.send("visits.report_late", {"booking_id": booking_id, "minutes": 15}, customer)
    assert (await floor.booking(booking_id)).late_until == at(10, 15)
    clock.set(at(10, 20))
    await floor.send("visits.check_in", {"booking_id": booking_id}, floor.desk)
    assert await floor.rows(LatenessRow) == []
    await floor.refused("already_arrived", "visits.report_late", {"booking_id": booking_id, "minutes": 5}, customer)


async def test_a_lateness_is_about_the_time_that_it_was_told_for(floor: Floor, clock: ManualClock) -> None:
    """Else whoever is late for three and moves to noon is expected at four."""
    booking_id = await floor.book("cut", at(15))
    await floor.send("visits.report_late", {"booking_id": booking_id, "minutes": 60}, floor.desk)
    longer = {"services": [{"service_id": floor.services["colour"]}], "start": at(15).isoformat()}
    await floor.send("bookings.move", {"booking_id": booking_id, **longer}, floor.desk)
    assert (await floor.booking(booking_id)).late_until == at(16)
    await floor.send("bookings.move", {"booking_id": booking_id, "start": at(12).isoformat()}, floor.desk)
    assert (await floor.booking(booking_id)).late_until is None
    assert await floor.rows(LatenessRow) == []


async def test_whoever_was_missed_and_moved_is_missed_again(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(10))
    for missed, moved in ((10, 12), (12, 15)):
        clock.set(at(missed, 15))
        since = await floor.seq()
        await _run_jobs(floor)
        assert [fact.type for fact in await floor.facts(since)] == ["visits.no_show_due"]
        await floor.send("bookings.move", {"booking_id": booking_id, "start": at(moved).isoformat()}, floor.desk)


async def test_no_show_gives_the_room_back_and_can_be_reversed(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(10))
    clock.set(at(10, 30))
    await floor.send("visits.no_show", {"booking_id": booking_id}, floor.desk)
    assert await floor.rows(AssignmentRow) == []
    await floor.refused("booking_state", "visits.no_show", {"booking_id": booking_id})
    await floor.send("visits.reverse_no_show", {"booking_id": booking_id}, floor.desk)
    [booking] = await floor.rows(BookingRow)
    assert (booking.state, booking.ended_at) == ("expected", None)


async def test_the_hub_notices_missing_customers_and_overruns_once(floor: Floor, clock: ManualClock) -> None:
    missing = await floor.book("cut", at(10))
    served = await floor.book("cut", at(9, 15), technician="wang")
    item = await floor.item(served)
    clock.set(at(9, 15))
    await floor.send("visits.start_service", {"item_id": item}, floor.desk)
    clock.set(at(9, 50))
    since = await floor.seq()
    for _ in range(2):
        await _run_jobs(floor)
    assert [fact.type for fact in await floor.facts(since)] == ["visits.overrun_noticed"]
    clock.set(at(10) + timedelta(minutes=15))
    since = await floor.seq()
    for _ in range(2):
        await _run_jobs(floor)
    [fact] = await floor.facts(since)
    assert (fact.type, fact.data) == ("visits.no_show_due", {"booking_id": missing})
    kinds = {entry.kind for entry in (await floor.day()).attention}
    assert {"overrun", "no_show_due"} <= kinds


async def _run_jobs(floor: Floor) -> None:
    from hub.operations.visits.jobs import jobs

    for job in jobs(floor.hub):
        await job.run(floor.store)


def test_codes_are_unique_until_none_is_left() -> None:
    used: set[tuple[str, int]] = set()
    for chance in range(len(CODE_COLORS) * CODE_NUMBERS):
        used.add(free_code(used, chance * 7919))
    assert len(used) == len(CODE_COLORS) * CODE_NUMBERS
    with pytest.raises(Refused) as refusal:
        free_code(used, 0)
    assert refusal.value.kind.code == "no_free_code"
