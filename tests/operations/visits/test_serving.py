"""Starting, going on, finishing; the guards of technicians and places."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text

from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.operations.bookings.tables import AssignmentRow, BookingRow
from hub.operations.stations.tables import PlaceRow
from hub.operations.team.tables import TurnRow
from hub.operations.visits.tables import AllergyAcknowledgedRow, PhaseRunRow, VisitRow
from tests.operations.floor import Floor, at, both


async def test_starting_implies_check_in_and_takes_what_the_plan_says(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(10), technician="wang")
    item_id = await floor.item(booking_id)
    planned = (await floor.booking(booking_id)).items[0].phases[0]
    clock.set(at(10, 3))
    since = await floor.seq()
    answer = (await floor.send("visits.start_service", {"item_id": item_id}, floor.technician("wang"))).result
    [run] = await floor.rows(PhaseRunRow)
    assert (run.technician_id, run.place_id) == (floor.technicians["wang"], planned.place_id)
    assert (run.started_at, run.expected_end) == (at(10, 3), at(10, 33))
    assert answer["ordinal"] == 0
    assert await floor.rows(AssignmentRow) == []
    # A requested technician (点钟) uses up no turn.
    assert [f.type for f in await floor.facts(since)] == ["visits.customer_arrived", "visits.service_started"]
    day = await floor.day()
    assert day.technicians[1].state == "in_service"
    assert next(p for p in day.places if p.id == planned.place_id).state == "occupied"


async def test_a_turn_is_used_by_whoever_was_not_asked_for(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(9, 30))
    clock.set(at(9, 30))
    item = await floor.item(booking_id)
    await floor.send("visits.start_service", {"item_id": item, "technician_id": floor.technicians["lin"]}, floor.desk)
    day = await floor.day()
    lin, wang = day.technicians[0], day.technicians[1]
    assert (lin.turns_taken, wang.turns_taken) == (1, 0)
    assert lin.turn_rank is not None
    assert wang.turn_rank is not None
    assert lin.turn_rank > wang.turn_rank
    taken = {(row.technician_id, row.date): row.turns_taken for row in await floor.rows(TurnRow)}
    assert taken[lin.id, date(2026, 5, 14)] == 1


async def test_a_turn_goes_along_with_a_service_that_somebody_takes_over_from_its_beginning(
    floor: Floor, clock: ManualClock
) -> None:
    async def taken() -> dict[str, int]:
        return {t.code: t.turns_taken for t in (await floor.day()).technicians if t.turns_taken}

    booking = await floor.book("colour", at(9, 30))
    clock.set(at(9, 30))
    item = await floor.item(booking)
    zhao, wang = ({"item_id": item, "technician_id": floor.technicians[name]} for name in ("zhao", "wang"))
    await floor.send("visits.start_service", zhao, floor.desk)
    since, before = await floor.seq(), await taken()
    await floor.send("visits.change_technician", wang, floor.desk)
    assert [fact.type for fact in await floor.facts(since)] == [
        "team.turn_returned",
        "team.turn_taken",
        "visits.technician_changed",
    ]
    assert (before, await taken()) == ({"zhao": 1}, {"wang": 1})
    await floor.send("visits.change_technician", zhao, floor.desk)
    assert await taken() == {"zhao": 1}
    for _ in range(2):
        await floor.send("visits.finish_phase", {"item_id": item}, floor.desk)
    # The finishing alone is no turn: zhao has done what counts.
    await floor.send("visits.change_technician", wang, floor.desk)
    assert await taken() == {"zhao": 1}


async def test_no_turn_is_counted_where_somebody_takes_over_from_whom_the_customer_asked_for(
    floor: Floor, clock: ManualClock
) -> None:
    booking = await floor.book("cut", at(9, 30), technician="lin")
    clock.set(at(9, 30))
    item = await floor.item(booking)
    await floor.send("visits.start_service", {"item_id": item}, floor.desk)
    await floor.send("visits.change_technician", {"item_id": item, "technician_id": floor.technicians["wang"]}, floor.desk)
    assert {t.turns_taken for t in (await floor.day()).technicians} == {0}


async def test_processing_frees_the_technician_and_keeps_the_place(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("colour", at(10), technician="wang")
    item = await floor.item(booking_id)
    clock.set(at(10))
    await floor.send("visits.start_service", {"item_id": item}, floor.desk)
    clock.set(at(10, 28))
    await floor.send("visits.finish_phase", {"item_id": item}, floor.technician("wang"))
    day = await floor.day()
    seat = next(p for p in day.places if p.item_id == item)
    assert (seat.kind, seat.state) == ("chair", "occupied")
    assert day.technicians[1].state == "processing_free"
    clock.set(at(10, 48))
    since = await floor.seq()
    await floor.send("visits.finish_phase", {"item_id": item}, floor.technician("wang"))
    [dirty, finished] = await floor.facts(since)
    assert (dirty.type, finished.type) == ("stations.place_dirty", "visits.phase_finished")
    runs = sorted(await floor.rows(PhaseRunRow), key=lambda run: run.ordinal)
    assert [run.state for run in runs] == ["done", "done", "running"]
    assert [run.technician_id for run in runs] == [floor.technicians["wang"], None, floor.technicians["wang"]]
    assert runs[2].place_id == floor.places["B1"]
    clock.set(at(11, 5))
    since = await floor.seq()
    last = (await floor.send("visits.finish_phase", {"item_id": item}, floor.desk)).result
    assert last["ordinal"] is None
    assert [f.type for f in await floor.facts(since)] == ["visits.service_finished", "visits.visit_served"]


async def test_finishing_early_gives_up_what_was_planned(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("colour", at(10))
    item = await floor.item(booking_id)
    clock.set(at(10))
    await floor.send("visits.start_service", {"item_id": item}, floor.desk)
    assert len(await floor.rows(AssignmentRow)) == 2
    await floor.send("visits.finish_service", {"item_id": item}, floor.desk)
    assert await floor.rows(AssignmentRow) == []
    [visit] = await floor.rows(VisitRow)
    assert visit.state == "served"
    await floor.refused("service_done", "visits.start_service", {"item_id": item})
    await floor.refused("service_not_running", "visits.extend", {"item_id": item, "minutes": 5})


async def test_a_technician_or_place_in_use_refuses_another_customer(floor: Floor, clock: ManualClock) -> None:
    first, second = await floor.book("cut", at(10)), await floor.book("cut", at(11), name="李雷")
    items = [await floor.item(first), await floor.item(second)]
    lin, chair = floor.technicians["lin"], floor.places["C1"]
    clock.set(at(10))
    start = {"item_id": items[0], "technician_id": lin, "place_id": chair}
    await floor.send("visits.start_service", start, floor.desk)
    other = {"item_id": items[1], "technician_id": floor.technicians["wang"]}
    await floor.refused("technician_busy", "visits.start_service", {"item_id": items[1], "technician_id": lin})
    await floor.refused("place_busy", "visits.start_service", {**other, "place_id": chair})
    await floor.refused("place_unfit", "visits.start_service", {**other, "place_id": floor.places["B1"]})
    await floor.refused("technician_unfit", "visits.start_service", {**other, "technician_id": floor.technicians["zhao"]})
    await floor.refused("service_running", "visits.start_service", start)


async def test_two_taps_at_once_for_one_technician_have_one_winner(floor: Floor, clock: ManualClock) -> None:
    bookings = [await floor.book("cut", at(10)), await floor.book("cut", at(10), name="李雷")]
    items = [await floor.item(booking) for booking in bookings]
    clock.set(at(10))
    lin = floor.technicians["lin"]
    sent = [floor.send("visits.start_service", {"item_id": i, "technician_id": lin}, floor.desk) for i in items]
    outcomes = await asyncio.gather(*sent, return_exceptions=True)
    refused = [o for o in outcomes if isinstance(o, Refused)]
    assert [refusal.kind.code for refusal in refused] == ["technician_busy"]


async def test_the_database_itself_refuses_a_technician_twice(floor: Floor, clock: ManualClock) -> None:
    bookings = [await floor.book("cut", at(10)), await floor.book("cut", at(10), name="李雷")]
    clock.set(at(10))
    for booking, code in zip(bookings, ("lin", "wang"), strict=True):
        data = {"item_id": await floor.item(booking), "technician_id": floor.technicians[code]}
        await floor.send("visits.start_service", data, floor.desk)
    same = text("UPDATE phase_run SET technician_id = :one")
    with pytest.raises(Exception, match=r"phase_run\.technician_id|one_running_per_technician"):
        async with floor.hub.database.writer.begin() as connection:
            await connection.execute(same, {"one": floor.technicians["lin"]})
    # Without its guard the database would take it.
    async with floor.hub.database.writer.begin() as connection:
        await connection.execute(text("DROP INDEX one_running_per_technician"))
        await connection.execute(same, {"one": floor.technicians["lin"]})


async def test_an_allergy_must_be_acknowledged_before_the_start(floor: Floor, clock: ManualClock) -> None:
    customer = {"name": "过敏", "allergy": "PPD"}
    put = (await floor.send("bookings.put_customer", customer, floor.desk)).result
    data = {"services": [{"service_id": floor.services["cut"]}], "start": at(10).isoformat()}
    booked = await floor.send("bookings.book", {**data, "customer_id": put["customer_id"]}, floor.desk)
    booking_id = str(booked.result["booking_id"])
    item = await floor.item(booking_id)
    clock.set(at(10))
    assert (await floor.booking(booking_id)).has_allergy
    await floor.refused("allergy_unacknowledged", "visits.start_service", {"item_id": item})
    lin = floor.technician("lin")
    await floor.send("visits.start_service", {"item_id": item, "allergy_acknowledged": True}, lin)
    [row] = await floor.rows(AllergyAcknowledgedRow)
    assert row.actor_id == lin.id


async def test_technicians_touch_their_own_work_only(floor: Floor, clock: ManualClock) -> None:
    item = await floor.item(await floor.book("cut", at(10), technician="lin"))
    clock.set(at(10))
    lin, wang = floor.technician("lin"), floor.technician("wang")
    named = {"item_id": item, "technician_id": floor.technicians["lin"]}
    await floor.refused("forbidden", "visits.start_service", named, wang)
    await floor.send("visits.start_service", {"item_id": item}, lin)
    for name, more in {"finish_phase": {}, "finish_service": {}, "extend": {"minutes": 5}}.items():
        await floor.refused("forbidden", f"visits.{name}", {"item_id": item, **more}, wang)


async def test_extending_counts_from_now_once_the_end_has_passed(floor: Floor, clock: ManualClock) -> None:
    item = await floor.item(await floor.book("cut", at(10)))
    clock.set(at(10))
    await floor.send("visits.start_service", {"item_id": item}, floor.desk)
    await floor.send("visits.extend", {"item_id": item, "minutes": 10}, floor.desk)
    assert (await floor.rows(PhaseRunRow))[0].expected_end == at(10, 40)
    clock.set(at(10, 45))
    await floor.send("visits.extend", {"item_id": item, "minutes": 5}, floor.desk)
    assert (await floor.rows(PhaseRunRow))[0].expected_end == at(10, 50)


async def test_technician_and_place_can_be_changed_while_it_runs(floor: Floor, clock: ManualClock) -> None:
    item = await floor.item(await floor.book("cut", at(10), technician="lin"))
    clock.set(at(10))
    await floor.send("visits.start_service", {"item_id": item, "place_id": floor.places["C1"]}, floor.desk)
    await floor.send("visits.change_technician", {"item_id": item, "technician_id": floor.technicians["wang"]}, floor.desk)
    since = await floor.seq()
    await floor.send("visits.change_place", {"item_id": item, "place_id": floor.places["C2"]}, floor.desk)
    [run] = await floor.rows(PhaseRunRow)
    assert (run.technician_id, run.place_id) == (floor.technicians["wang"], floor.places["C2"])
    assert [f.type for f in await floor.facts(since)] == ["stations.place_dirty", "visits.place_changed"]
    conditions = {place.code: place.condition for place in await floor.rows(PlaceRow)}
    assert (conditions["C1"], conditions["C2"]) == ("dirty", "ready")


async def test_an_added_service_is_seated_after_the_others(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(10), technician="wang")
    clock.set(at(10))
    await floor.send("visits.start_service", {"item_id": await floor.item(booking_id)}, floor.desk)
    more = {"booking_id": booking_id, "service_id": floor.services["colour"]}
    added = (await floor.send("visits.add_service", more, floor.technician("wang"))).result
    item = (await floor.booking(booking_id)).items[1]
    assert item.id == added["item_id"]
    assert item.added_on_floor
    assert item.phases[0].start == at(10, 30)
    [visit] = await floor.rows(VisitRow)
    await floor.send("visits.finish_service", {"item_id": await floor.item(booking_id)}, floor.desk)
    [visit] = await floor.rows(VisitRow)
    assert visit.state == "waiting"


async def test_called_seated_served_and_out_of_the_door(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(10), technician="lin")
    clock.set(at(9, 55))
    visit_id = (await floor.send("visits.check_in", {"booking_id": booking_id}, floor.desk)).result["visit_id"]
    lin = floor.technician("lin")
    assert (await floor.send("visits.call_customer", {"visit_id": visit_id}, lin)).result == {"count": 1}
    assert (await floor.day()).technicians[0].state == "called"
    await floor.refused("visit_state", "visits.call_customer", {"visit_id": visit_id})
    assert (await floor.send("visits.recall_customer", {"visit_id": visit_id}, lin)).result == {"count": 2}
    called = await floor.booking(booking_id)
    assert (called.visit_state, called.call_count) == ("called", 2)
    assert called.called_place_id == called.items[0].phases[0].place_id
    await floor.send("visits.enter_room", {"visit_id": visit_id}, lin)
    await floor.refused("visit_state", "visits.recall_customer", {"visit_id": visit_id})
    item = await floor.item(booking_id)
    await floor.send("visits.start_service", {"item_id": item}, lin)
    await floor.refused("visit_state", "visits.leave", {"visit_id": visit_id})
    await floor.send("visits.finish_service", {"item_id": item}, lin)
    await floor.send("visits.send_to_checkout", {"visit_id": visit_id}, lin)
    await floor.send("visits.leave", {"visit_id": visit_id}, floor.desk)
    [visit], [booking] = await floor.rows(VisitRow), await floor.rows(BookingRow)
    assert (visit.state, visit.left_at, booking.state) == ("left", at(9, 55), "done")


async def test_a_customer_is_called_only_to_where_a_waiting_service_begins(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("colour", at(10), technician="wang")
    clock.set(at(9, 55))
    call = {"visit_id": (await floor.send("visits.check_in", {"booking_id": booking_id}, floor.desk)).result["visit_id"]}
    # The basin is of the kind for the last phase, not for the first.
    await floor.refused("place_unfit", "visits.call_customer", {**call, "place_id": floor.places["B1"]})
    chair = {"code": "C3", "kind": "chair", "name": both("C3")}
    gone = {"place_id": (await floor.send("stations.put_place", chair)).result["place_id"]}
    await floor.send("stations.put_place", {**chair, "active": False})
    await floor.refused("not_found", "visits.call_customer", {**call, **gone})
    await floor.send("visits.call_customer", {**call, "place_id": floor.places["C2"]}, floor.desk)
    assert (await floor.booking(booking_id)).called_place_id == floor.places["C2"]


async def test_any_of_several_waiting_services_may_be_called_to_and_a_technician_calls_to_her_own(
    floor: Floor, clock: ManualClock
) -> None:
    wash = {"kind": "hands_on", "minutes": 15, "place_kind": "basin", "skill": "cut"}
    put = {"code": "wash", "name": both("wash"), "category": both("hair"), "price_minor": 3000, "phases": [wash]}
    service_id = (await floor.send("catalog.put_service", put)).result["service_id"]
    wishes = [
        {"service_id": floor.services["cut"], "requested": "must", "technician_id": floor.technicians["wang"]},
        {"service_id": service_id, "requested": "must", "technician_id": floor.technicians["lin"]},
    ]
    booking_id = await floor.book("cut", at(10), services=wishes)
    cut, washed = (item.id for item in (await floor.booking(booking_id)).items)
    clock.set(at(9, 55))
    call = {"visit_id": (await floor.send("visits.check_in", {"booking_id": booking_id}, floor.desk)).result["visit_id"]}
    await floor.send("visits.call_customer", call, floor.technician("lin"))
    assert (await floor.booking(booking_id)).called_place_id == floor.places["B1"]
    await floor.send("visits.pause", call, floor.desk)
    await floor.send("visits.resume", call, floor.desk)
    await floor.send("visits.call_customer", call, floor.desk)
    called = (await floor.booking(booking_id)).called_place_id
    assert called in (floor.places["C1"], floor.places["C2"])
    # Another basin is no business of who is called to a chair.
    basin = {"code": "B2", "kind": "basin", "name": both("B2")}
    other = (await floor.send("stations.put_place", basin)).result["place_id"]
    await floor.send("visits.change_place", {"item_id": washed, "place_id": other}, floor.desk)
    assert (await floor.booking(booking_id)).called_place_id == called
    chair = floor.places["C2" if called == floor.places["C1"] else "C1"]
    await floor.send("visits.change_place", {"item_id": cut, "place_id": chair}, floor.desk)
    assert (await floor.booking(booking_id)).called_place_id == chair


async def test_nobody_is_called_on_to_a_place_in_use(floor: Floor, clock: ManualClock) -> None:
    bookings = [await floor.book("cut", at(10)), await floor.book("cut", at(11), name="李雷")]
    clock.set(at(9, 55))
    seats = floor.places["C1"], floor.places["C2"]
    for booking_id, place_id in zip(bookings, seats, strict=True):
        visit_id = (await floor.send("visits.check_in", {"booking_id": booking_id}, floor.desk)).result["visit_id"]
        await floor.send("visits.call_customer", {"visit_id": visit_id, "place_id": place_id}, floor.desk)
    change = {"item_id": await floor.item(bookings[0]), "place_id": seats[1]}
    await floor.refused("place_busy", "visits.change_place", change)
    await floor.send("visits.start_service", {"item_id": await floor.item(bookings[1])}, floor.desk)
    await floor.refused("place_busy", "visits.change_place", change)


async def test_whose_planned_place_is_in_use_is_called_to_a_free_one_of_its_kind(floor: Floor, clock: ManualClock) -> None:
    first = await floor.book("cut", at(9), technician="lin")
    clock.set(at(9))
    await floor.send("visits.check_in", {"booking_id": first}, floor.desk)
    await floor.send("visits.start_service", {"item_id": await floor.item(first)}, floor.desk)
    busy = (await floor.booking(first)).items[0].phases[0].place_id
    second = await floor.book("cut", at(10), technician="wang")
    clock.set(at(9, 55))
    call = {"visit_id": (await floor.send("visits.check_in", {"booking_id": second}, floor.desk)).result["visit_id"]}
    async with floor.hub.database.write(floor.store) as session:
        row = await session.scalar(select(AssignmentRow).where(AssignmentRow.booking_id == second))
        row.place_id = busy
    await floor.refused("place_busy", "visits.call_customer", {**call, "place_id": busy})
    await floor.send("visits.call_customer", call, floor.desk)
    free = next(floor.places[code] for code in ("C1", "C2") if floor.places[code] != busy)
    assert (await floor.booking(second)).called_place_id == free
    third = await floor.book("cut", at(10), technician="lin", name="李雷")
    waits = {"visit_id": (await floor.send("visits.check_in", {"booking_id": third}, floor.desk)).result["visit_id"]}
    await floor.refused("places_full", "visits.call_customer", waits)


async def test_a_paused_customer_is_neither_called_nor_started(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(10))
    clock.set(at(9, 55))
    visit = {"visit_id": (await floor.send("visits.check_in", {"booking_id": booking_id}, floor.desk)).result["visit_id"]}
    await floor.send("visits.pause", visit, floor.desk)
    assert (await floor.day()).queue == ()
    item = await floor.item(booking_id)
    await floor.refused("visit_paused", "visits.call_customer", visit)
    await floor.refused("visit_paused", "visits.start_service", {"item_id": item})
    await floor.send("visits.resume", visit, floor.desk)
    assert (await floor.day()).queue == (booking_id,)


async def test_help_is_asked_and_answered_once(floor: Floor) -> None:
    asked = await floor.send("visits.ask_help", {"kind": "clean", "place_id": floor.places["C1"]}, floor.technician("lin"))
    help_id = asked.result["help_id"]
    [entry] = [e for e in (await floor.day()).attention if e.kind == "help"]
    assert entry.mend[0][1:] == ("visits.answer_help", {"help_id": help_id})
    since = await floor.seq()
    for _ in range(2):
        await floor.send("visits.answer_help", {"help_id": help_id}, floor.desk)
    assert [f.type for f in await floor.facts(since)] == ["visits.help_answered"]
    assert [e for e in (await floor.day()).attention if e.kind == "help"] == []


async def test_nobody_is_seated_where_somebody_else_is_called_to_as_long_as_there_is_another_place(
    floor: Floor, clock: ManualClock
) -> None:
    clock.set(at(9, 30))
    first = await floor.book("cut", at(9, 30), technician="lin")
    second = await floor.book("cut", at(9, 30), technician="wang", name="李雷")
    planned = (await floor.booking(second)).items[0].phases[0].place_id
    visit = (await floor.send("visits.check_in", {"booking_id": first}, floor.desk)).result["visit_id"]
    await floor.send("visits.call_customer", {"visit_id": visit, "place_id": planned}, floor.desk)
    await floor.send("visits.enter_room", {"visit_id": visit}, floor.desk)
    for booking in (second, first):
        await floor.send("visits.start_service", {"item_id": await floor.item(booking)}, floor.desk)
    places = {run.booking_id: run.place_id for run in await floor.rows(PhaseRunRow)}
    assert places[first] == planned
    assert places[second] in set(floor.places.values()) - {planned}


async def test_the_only_free_place_is_taken_though_somebody_is_called_to_it(floor: Floor, clock: ManualClock) -> None:
    clock.set(at(9, 30))
    await floor.send("stations.close_place", {"place_id": floor.places["C2"]}, floor.desk)
    bookings = [await floor.book("cut", at(hour), name=str(hour)) for hour in (10, 11)]
    visit = (await floor.send("visits.check_in", {"booking_id": bookings[0]}, floor.desk)).result["visit_id"]
    await floor.send("visits.call_customer", {"visit_id": visit, "place_id": floor.places["C1"]}, floor.desk)
    await floor.send("visits.start_service", {"item_id": await floor.item(bookings[1])}, floor.desk)
    assert [run.place_id for run in await floor.rows(PhaseRunRow)] == [floor.places["C1"]]


async def test_a_phase_that_runs_is_not_taken_out_of_its_service(floor: Floor, clock: ManualClock) -> None:
    """Nobody would know that its technician has her hands full, nor where it could go on."""
    clock.set(at(10))
    booking = await floor.book("colour", at(10), technician="zhao")
    item = await floor.item(booking)
    laid_on, developing, washed = (
        {"kind": "hands_on", "minutes": 30, "place_kind": "chair", "skill": "colour", "min_level": 2},
        {"kind": "processing", "minutes": 20, "place_kind": "chair"},
        {"kind": "finishing", "minutes": 15, "place_kind": "basin", "skill": "colour"},
    )
    put = {"code": "colour", "name": both("colour"), "category": both("hair"), "price_minor": 10000}
    manager = Actor("staff", "0" * 31 + "1", floor.store, frozenset({"manager"}))
    await floor.send("visits.start_service", {"item_id": item}, floor.desk)
    await floor.send("visits.finish_phase", {"item_id": item}, floor.desk)
    for phases in ([laid_on], [laid_on, washed]):
        await floor.refused("service_in_hand", "catalog.put_service", {**put, "phases": phases}, manager)
    shorter = {**put, "phases": [laid_on, {**developing, "minutes": 15}]}
    await floor.send("catalog.put_service", shorter, manager)
    await floor.send("visits.finish_phase", {"item_id": item}, floor.desk)
    await floor.send("catalog.put_service", {**put, "phases": [laid_on]}, manager)


async def test_whoever_takes_over_a_service_has_ended_her_break(floor: Floor, clock: ManualClock) -> None:
    booking = await floor.book("cut", at(9, 30), technician="lin")
    clock.set(at(9, 30))
    item = await floor.item(booking)
    await floor.send("visits.start_service", {"item_id": item}, floor.desk)
    await floor.send("team.start_break", {"technician_id": floor.technicians["wang"]}, floor.desk)
    clock.set(at(9, 40))
    wang = {"item_id": item, "technician_id": floor.technicians["wang"]}
    await floor.send("visits.change_technician", wang, floor.desk)
    await floor.send("visits.finish_service", {"item_id": item}, floor.desk)
    assert {t.code: t.state for t in (await floor.day()).technicians}["wang"] == "free"


@pytest.mark.parametrize("step", ["visits.enter_room", "visits.start_service"])
async def test_a_place_where_somebody_is_keeps_its_kind(floor: Floor, clock: ManualClock, step: str) -> None:
    """Nobody could be brought in to the next step there, and cleaning would go by another kind's minutes."""
    booking = await floor.book("cut", at(10))
    clock.set(at(9, 55))
    visit = (await floor.send("visits.check_in", {"booking_id": booking}, floor.desk)).result["visit_id"]
    await floor.send("visits.call_customer", {"visit_id": visit, "place_id": floor.places["C1"]}, floor.desk)
    which = {"visit_id": visit} if step == "visits.enter_room" else {"item_id": await floor.item(booking)}
    await floor.send(step, which, floor.desk)
    manager = Actor("staff", "0" * 31 + "1", floor.store, frozenset({"manager"}))
    put = {"code": "C1", "kind": "chair", "name": both("by the window")}
    await floor.refused("place_in_use", "stations.put_place", {**put, "kind": "basin"}, manager)
    await floor.send("stations.put_place", put, manager)
    await floor.send("stations.put_place", {**put, "code": "C2", "kind": "basin"}, manager)


@pytest.mark.parametrize("change", [{"active": False}, {"kind": "basin"}])
async def test_nobody_stays_called_to_a_place_that_is_retired_or_becomes_another(
    floor: Floor, clock: ManualClock, change: dict[str, Any]
) -> None:
    booking = await floor.book("cut", at(10))
    clock.set(at(9, 55))
    visit = (await floor.send("visits.check_in", {"booking_id": booking}, floor.desk)).result["visit_id"]
    await floor.send("visits.call_customer", {"visit_id": visit, "place_id": floor.places["C1"]}, floor.desk)
    put = {"code": "C1", "kind": "chair", "name": both("by the window")}
    await floor.send("stations.put_place", put)
    assert (await floor.booking(booking)).called_place_id == floor.places["C1"]
    since = await floor.seq()
    await floor.send("stations.put_place", {**put, **change})
    assert [fact.type for fact in await floor.facts(since)] == ["stations.place_put", "visits.call_withdrawn"]
    [waiting] = await floor.rows(VisitRow)
    assert (waiting.state, waiting.called_place_id) == ("waiting", None)
    await floor.send("visits.call_customer", {"visit_id": visit}, floor.desk)
    assert (await floor.booking(booking)).called_place_id == floor.places["C2"]


async def test_a_service_without_planned_room_changes_nobody_and_nothing_is_told(floor: Floor, clock: ManualClock) -> None:
    for technician in floor.technicians.values():
        await floor.send("team.report_sick", {"technician_id": technician}, floor.desk)
    walk_in = {"services": [{"service_id": floor.services["cut"]}]}
    booking = (await floor.send("visits.walk_in", walk_in, floor.desk)).result["booking_id"]
    item = await floor.item(booking)
    assert await floor.rows(AssignmentRow) == []
    changes = {"technician": floor.technicians["lin"], "place": floor.places["C1"]}
    for what, wanted in changes.items():
        await floor.refused("nothing_planned", f"visits.change_{what}", {"item_id": item, f"{what}_id": wanted})


async def test_a_change_to_what_is_so_already_is_silent(floor: Floor, clock: ManualClock) -> None:
    clock.set(at(9, 30))
    item = await floor.item(await floor.book("cut", at(9, 30), technician="lin"))
    await floor.send("visits.start_service", {"item_id": item}, floor.desk)
    [run] = await floor.rows(PhaseRunRow)
    since = await floor.seq()
    await floor.send("visits.change_technician", {"item_id": item, "technician_id": run.technician_id}, floor.desk)
    await floor.send("visits.change_place", {"item_id": item, "place_id": run.place_id}, floor.desk)
    assert await floor.facts(since) == []


async def test_nobody_who_has_stepped_out_is_in_the_room(floor: Floor, clock: ManualClock) -> None:
    booking = await floor.book("cut", at(9, 30))
    clock.set(at(9, 20))
    visit = (await floor.send("visits.check_in", {"booking_id": booking}, floor.desk)).result["visit_id"]
    await floor.send("visits.pause", {"visit_id": visit}, floor.desk)
    await floor.refused("visit_paused", "visits.enter_room", {"visit_id": visit})
    await floor.send("visits.resume", {"visit_id": visit}, floor.desk)
    await floor.send("visits.enter_room", {"visit_id": visit}, floor.desk)


@pytest.mark.parametrize("step", ["visits.start_service", "visits.change_place"])
async def test_nobody_stays_called_to_where_somebody_else_is_seated(floor: Floor, clock: ManualClock, step: str) -> None:
    called, other = [await floor.book("cut", at(9, 30), technician=who, name=who) for who in ("lin", "wang")]
    clock.set(at(9, 30))
    visit = (await floor.send("visits.check_in", {"booking_id": called}, floor.desk)).result["visit_id"]
    await floor.send("visits.call_customer", {"visit_id": visit}, floor.desk)
    place = (await floor.booking(called)).called_place_id
    item = {"item_id": await floor.item(other)}
    if step == "visits.change_place":
        await floor.send("visits.start_service", item, floor.desk)
        assert (await floor.booking(called)).called_place_id == place
    since = await floor.seq()
    await floor.send(step, {**item, "place_id": place}, floor.desk, "c" * 32)
    waiting = await floor.booking(called)
    assert (waiting.visit_state, waiting.called_place_id) == ("waiting", None)
    assert "visits.call_withdrawn" in [fact.type for fact in await floor.facts(since)]


async def test_who_leaves_waits_for_nobody_to_come(floor: Floor, clock: ManualClock) -> None:
    one, two = [await floor.book("cut", at(9, 30), technician=who, name=who) for who in ("lin", "wang")]
    clock.set(at(9, 20))
    visit = (await floor.send("visits.check_in", {"booking_id": one}, floor.desk)).result["visit_id"]
    for booking in (one, two):
        await floor.send("visits.ask_help", {"kind": "form", "booking_id": booking}, floor.desk)
    await floor.send("visits.leave", {"visit_id": visit}, floor.desk)
    assert [entry.booking_id for entry in (await floor.day()).attention if entry.kind == "help"] == [two]


async def test_nobody_has_stayed_away_before_the_day(floor: Floor, clock: ManualClock) -> None:
    shift = {"technician_id": floor.technicians["lin"], "date": "2026-05-15", "start": "09:00", "end": "18:00"}
    await floor.send("team.put_shift", shift)
    booking = await floor.book("cut", at(34))
    await floor.refused("wrong_day", "visits.no_show", {"booking_id": booking})
