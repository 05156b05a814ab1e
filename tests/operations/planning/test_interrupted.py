"""Whoever falls sick, or whatever closes, in the middle of things: nobody is left called, or half done, without a plan."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hub.kernel.clock import ManualClock
from hub.operations.planning.live_day import PhaseOfDay
from hub.operations.team.tables import ShiftRow
from tests.operations.floor import Floor, at, both


async def _do(floor: Floor, name: str, data: dict[str, Any]) -> dict[str, Any]:
    since = await floor.seq()
    result = (await floor.send(name, data, floor.desk)).result
    await floor.planned(since=since)
    return result


async def _phases(floor: Floor, booking_id: str) -> tuple[PhaseOfDay, ...]:
    return (await floor.booking(booking_id)).items[0].phases


async def _called(floor: Floor, clock: ManualClock, **wish: str) -> str:
    booking_id = await floor.book("cut", at(9, 15), **wish)
    clock.set(at(9, 10))
    visit = await _do(floor, "visits.check_in", {"booking_id": booking_id})
    await _do(floor, "visits.call_customer", {"visit_id": visit["visit_id"]})
    return booking_id


async def test_somebody_else_ends_the_colour_of_who_falls_sick_though_she_was_asked_for(
    floor: Floor, clock: ManualClock
) -> None:
    booking_id = await floor.book("colour", at(9, 15), technician="zhao")
    clock.set(at(9, 15))
    item = {"item_id": await floor.item(booking_id)}
    await _do(floor, "visits.start_service", item)
    clock.set(at(9, 25))
    await _do(floor, "team.report_sick", {"technician_id": floor.technicians["zhao"]})
    laid_on, _, washed = await _phases(floor, booking_id)
    assert (laid_on.state, laid_on.technician_id) == ("running", floor.technicians["zhao"])
    assert (washed.start, washed.technician_id) == (at(10, 5), floor.technicians["wang"])
    assert [entry.kind for entry in (await floor.day()).attention] == ["sick"]
    for minute in (45, 65):
        clock.set(at(9, minute) if minute < 60 else at(10, minute - 60))
        await _do(floor, "visits.finish_phase", item)
    assert (await _phases(floor, booking_id))[2].technician_id == floor.technicians["wang"]


async def test_a_break_hands_no_begun_service_to_somebody_else(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("colour", at(9, 15), technician="zhao")
    clock.set(at(9, 15))
    item = {"item_id": await floor.item(booking_id)}
    await _do(floor, "visits.start_service", item)
    clock.set(at(9, 45))
    await _do(floor, "visits.finish_phase", item)
    await _do(floor, "team.start_break", {"technician_id": floor.technicians["zhao"]})
    assert (await _phases(floor, booking_id))[2].technician_id == floor.technicians["zhao"]


async def test_who_was_called_to_somebody_who_falls_sick_is_served_by_another_at_that_place(
    floor: Floor, clock: ManualClock
) -> None:
    booking_id = await _called(floor, clock)
    [before] = await _phases(floor, booking_id)
    await _do(floor, "team.report_sick", {"technician_id": before.technician_id})
    [after] = await _phases(floor, booking_id)
    assert after.start is not None
    assert (before.technician_id, after.technician_id) == (floor.technicians["lin"], floor.technicians["wang"])
    called = await floor.booking(booking_id)
    assert (called.visit_state, called.called_place_id, after.place_id) == ("called", before.place_id, before.place_id)


async def test_who_was_called_to_a_place_that_closes_waits_for_a_call_to_another(floor: Floor, clock: ManualClock) -> None:
    booking_id = await _called(floor, clock, technician="lin")
    [before] = await _phases(floor, booking_id)
    since = await floor.seq()
    await _do(floor, "stations.close_place", {"place_id": before.place_id})
    waiting = await floor.booking(booking_id)
    assert (waiting.visit_state, waiting.called_place_id) == ("waiting", None)
    [after] = waiting.items[0].phases
    assert (after.technician_id, after.start) == (before.technician_id, before.start)
    assert {before.place_id, after.place_id} == {floor.places["C1"], floor.places["C2"]}
    told = [fact for fact in await floor.facts(since) if not fact.type.startswith("planning.")]
    assert [fact.type for fact in told] == ["stations.place_closed", "visits.call_withdrawn"]
    assert told[1].data["place_id"] == before.place_id
    assert (await floor.send("visits.call_customer", {"visit_id": waiting.visit_id}, floor.desk)).result == {"count": 1}
    assert (await floor.booking(booking_id)).called_place_id == after.place_id


async def test_pinned_work_gives_way_as_far_as_its_place_is_closed(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(10))
    [before] = await _phases(floor, booking_id)
    await _do(floor, "planning.pin", {"item_id": await floor.item(booking_id)})
    assert before.place_id is not None
    await _do(floor, "stations.close_place", {"place_id": before.place_id})
    [after] = await _phases(floor, booking_id)
    assert (after.start, after.technician_id, after.pinned) == (before.start, before.technician_id, True)
    assert after.place_id not in (None, before.place_id)


async def test_who_begins_to_serve_has_ended_her_break(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(9, 30), technician="lin")
    lin = floor.technician("lin")
    clock.set(at(9, 10))
    await floor.send("team.start_break", {"technician_id": floor.technicians["lin"]}, lin)
    clock.set(at(9, 30))
    since = await floor.seq()
    item = {"item_id": await floor.item(booking_id)}
    await floor.send("visits.start_service", item, lin)
    told = [fact.type for fact in await floor.facts(since) if not fact.type.startswith("planning.")]
    assert told == ["visits.customer_arrived", "team.break_ended", "visits.service_started"]
    clock.set(at(10))
    await floor.send("visits.finish_service", item, lin)
    assert next(t.state for t in (await floor.day()).technicians if t.code == "lin") == "free"


async def test_who_has_work_planned_after_her_shift_is_there_until_it_is_done(floor: Floor, clock: ManualClock) -> None:
    first, second = [await floor.book("cut", at(16, minute), technician="lin") for minute in (50, 85)]
    lin = floor.technician("lin")

    async def state() -> str:
        return next(t.state for t in (await floor.day()).technicians if t.code == "lin")

    clock.set(at(16, 50))
    await floor.send("visits.check_in", {"booking_id": second}, floor.desk)
    await floor.send("visits.start_service", {"item_id": await floor.item(first)}, lin)
    since = await floor.seq()
    for minutes in (15, 15, 15):
        await floor.send("visits.extend", {"item_id": await floor.item(first), "minutes": minutes}, lin)
    await floor.planned(since=since)
    clock.set(at(18, 5))
    await floor.send("visits.finish_service", {"item_id": await floor.item(first)}, lin)
    assert await state() == "free"
    await floor.send("visits.start_service", {"item_id": await floor.item(second)}, lin)
    clock.set(at(18, 35))
    await floor.send("visits.finish_service", {"item_id": await floor.item(second)}, lin)
    assert await state() == "off"


async def test_nothing_is_moved_by_hand_to_a_closed_place_or_to_somebody_away(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(10))
    item_id = await floor.item(booking_id)
    [planned] = await _phases(floor, booking_id)
    other = next(place for code, place in floor.places.items() if code in ("C1", "C2") and place != planned.place_id)
    clock.set(at(9, 5))
    await _do(floor, "stations.close_place", {"place_id": other, "until": at(9, 50).isoformat()})
    await _do(floor, "team.report_sick", {"technician_id": floor.technicians["wang"]})
    to_wang = {"item_id": item_id, "technician_id": floor.technicians["wang"]}
    await floor.refused("already_away", "visits.change_technician", to_wang)
    await _do(floor, "visits.change_place", {"item_id": item_id, "place_id": other})  # open again by then
    await floor.send("stations.reopen_place", {"place_id": other}, floor.desk)
    await _do(floor, "visits.change_place", {"item_id": item_id, "place_id": planned.place_id or ""})
    await _do(floor, "stations.close_place", {"place_id": other})
    await floor.refused("place_busy", "visits.change_place", {"item_id": item_id, "place_id": other})


async def test_attention_offers_only_buttons_that_can_be_pressed(floor: Floor, clock: ManualClock) -> None:
    missing = await floor.book("cut", at(10))
    called = await floor.book("cut", at(9, 15), technician="wang")
    clock.set(at(9, 15))
    visit_id = (await floor.send("visits.check_in", {"booking_id": called}, floor.desk)).result["visit_id"]
    await floor.send("visits.call_customer", {"visit_id": visit_id}, floor.desk)
    clock.set(at(9, 20))
    assert await _mends(floor, "called_long") == ["visits.recall_customer", "visits.enter_room", "visits.pause"]
    await floor.send("visits.pause", {"visit_id": visit_id}, floor.desk)
    assert await _mends(floor, "called_long") == []
    clock.set(at(13, 45))
    late = next(mend for entry in (await floor.day()).attention for mend in entry.mend if mend[1] == "visits.report_late")
    assert late[2] == {"booking_id": missing, "minutes": 240}
    await floor.send(late[1], dict(late[2]), floor.desk)
    clock.set(at(14, 15))
    assert await _mends(floor, "no_show_due") == ["visits.no_show", "visits.check_in"]


async def _mends(floor: Floor, kind: str) -> list[str]:
    return [command for entry in (await floor.day()).attention if entry.kind == kind for _, command, _ in entry.mend]


async def _put(floor: Floor, code: str, skills: dict[str, int], **more: Any) -> None:
    since = await floor.seq()
    await floor.send("team.put_technician", {"code": code, "name": both(code), "skills": skills, **more})
    await floor.planned(since=since)


@pytest.mark.parametrize("pinned", [False, True])
async def test_nobody_is_planned_with_whoever_has_left_the_team(floor: Floor, clock: ManualClock, pinned: bool) -> None:
    """She stays listed while anything is planned with her, and more would have been booked with her."""
    booking_id = await floor.book("cut", at(10))
    if pinned:
        await _do(floor, "planning.pin", {"item_id": await floor.item(booking_id)})
    [before] = await _phases(floor, booking_id)
    assert before.technician_id == floor.technicians["lin"]
    await _put(floor, "lin", {"cut": 3}, active=False)
    [after] = await _phases(floor, booking_id)
    assert (after.start, after.technician_id, after.pinned) == (before.start, floor.technicians["wang"], pinned)


@pytest.mark.parametrize("change", [{"active": False}, {"skills": {"cut": 3}}])
async def test_somebody_else_ends_the_colour_of_who_has_left_the_team_or_may_not_do_it_any_more(
    floor: Floor, clock: ManualClock, change: dict[str, Any]
) -> None:
    booking_id = await floor.book("colour", at(9, 15), technician="zhao")
    clock.set(at(9, 15))
    item = {"item_id": await floor.item(booking_id)}
    await _do(floor, "visits.start_service", item)
    await _put(floor, "zhao", **{"skills": {"colour": 4}} | change)
    assert (await _phases(floor, booking_id))[2].technician_id == floor.technicians["wang"]
    for minute in (45, 65):
        clock.set(at(9, minute))
        await _do(floor, "visits.finish_phase", item)
    assert (await _phases(floor, booking_id))[2].technician_id == floor.technicians["wang"]


async def test_who_has_worked_today_and_left_the_team_is_off_and_asked_for_by_nobody(floor: Floor, clock: ManualClock) -> None:
    first, second = [await floor.book("cut", at(9, minute), technician="lin") for minute in (0, 60)]
    clock.set(at(9))
    item = {"item_id": await floor.item(first)}
    await _do(floor, "visits.start_service", item)
    clock.set(at(9, 30))
    await _do(floor, "visits.finish_service", item)
    await _put(floor, "lin", {"cut": 3}, active=False)
    assert [t.state for t in (await floor.day()).technicians if t.code == "lin"] == ["off"]
    assert [phase.technician_id for phase in await _phases(floor, second)] == [floor.technicians["wang"]]


async def test_pinned_work_gives_way_where_its_technician_has_lost_the_skill(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(10))
    await _do(floor, "planning.pin", {"item_id": await floor.item(booking_id)})
    [before] = await _phases(floor, booking_id)
    await _put(floor, "lin", {"colour": 2})
    [after] = await _phases(floor, booking_id)
    assert (after.start, after.place_id, after.pinned) == (before.start, before.place_id, True)
    assert (before.technician_id, after.technician_id) == (floor.technicians["lin"], floor.technicians["wang"])


@pytest.mark.parametrize("whose", ["place", "service"])
async def test_pinned_work_gives_way_where_its_place_is_of_another_kind(floor: Floor, clock: ManualClock, whose: str) -> None:
    booking_id = await floor.book("cut", at(10))
    await _do(floor, "planning.pin", {"item_id": await floor.item(booking_id)})
    [before] = await _phases(floor, booking_id)
    code = next(code for code, place in floor.places.items() if place == before.place_id)
    since = await floor.seq()
    if whose == "place":
        await floor.send("stations.put_place", {"code": code, "kind": "basin", "name": both(code)})
    else:
        cut = {"kind": "hands_on", "minutes": 30, "place_kind": "basin", "skill": "cut"}
        names = {"name": both("cut"), "category": both("hair")}
        await floor.send("catalog.put_service", {"code": "cut", "price_minor": 10000, "phases": [cut], **names})
    await floor.planned(since=since)
    [after] = await _phases(floor, booking_id)
    assert (after.start, after.technician_id, after.pinned) == (before.start, before.technician_id, True)
    assert after.place_id == floor.places["B1" if whose == "service" else "C2" if code == "C1" else "C1"]


async def test_the_plan_follows_a_call_to_another_place(floor: Floor, clock: ManualClock) -> None:
    """Somebody sat where the customer was to go, who is called elsewhere and waits for nobody."""
    sitting = await floor.book("cut", at(9), technician="wang")
    booking_id = await floor.book("cut", at(9, 40), technician="lin")
    clock.set(at(9))
    item = {"item_id": await floor.item(sitting)}
    await _do(floor, "visits.start_service", item)
    [taken] = await _phases(floor, sitting)
    visit = await _do(floor, "visits.check_in", {"booking_id": booking_id})
    await _do(floor, "visits.change_place", {"item_id": await floor.item(booking_id), "place_id": taken.place_id})
    clock.set(at(9, 40))
    await _do(floor, "visits.extend", {**item, "minutes": 15})
    await _do(floor, "visits.call_customer", {"visit_id": visit["visit_id"]})
    called = await floor.booking(booking_id)
    [planned] = called.items[0].phases
    assert called.called_place_id not in (None, taken.place_id)
    assert (planned.place_id, planned.start) == (called.called_place_id, at(9, 40))


async def test_pinned_work_gives_way_where_its_technician_does_not_work_then_any_more(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(10))
    await _do(floor, "planning.pin", {"item_id": await floor.item(booking_id)})
    [before] = await _phases(floor, booking_id)
    [shift] = [row for row in await floor.rows(ShiftRow) if row.technician_id == before.technician_id]
    changed = {"shift_id": shift.id, "technician_id": shift.technician_id, "date": shift.date.isoformat()}
    since = await floor.seq()
    await floor.send("team.put_shift", {**changed, "start": "10:15", "end": "18:00"})
    await floor.planned(since=since)
    [after] = await _phases(floor, booking_id)
    assert (after.start, after.place_id, after.pinned) == (before.start, before.place_id, True)
    assert (before.technician_id, after.technician_id) == (floor.technicians["lin"], floor.technicians["wang"])
    change = {"item_id": await floor.item(booking_id), "technician_id": shift.technician_id}
    await floor.hub.followers.close()
    await floor.refused("technician_away", "visits.change_technician", change)


@pytest.mark.parametrize("how", ["bookings.move", "planning.move_item"])
async def test_who_of_a_party_has_agreed_on_another_time_takes_nobody_along(floor: Floor, clock: ManualClock, how: str) -> None:
    """The others kept waiting for them: people who come together start together."""
    stays = await floor.book("cut", at(10), technician="lin", name="王小明", party_id="a" * 32)
    goes = await floor.book("cut", at(10), technician="wang", name="李雷", party_id="a" * 32)
    await floor.planned()
    if how == "bookings.move":
        await _do(floor, how, {"booking_id": goes, "start": at(14).isoformat()})
    else:
        await _do(floor, how, {"item_id": await floor.item(goes), "start": at(14).isoformat()})
        await _do(floor, "planning.replan", {"date": at(9).date().isoformat()})
    assert [(await _phases(floor, each))[0].start for each in (stays, goes)] == [at(10), at(14)]


async def test_a_party_one_of_whom_is_pinned_where_they_all_are_stays_together(floor: Floor, clock: ManualClock) -> None:
    one = await floor.book("cut", at(10), technician="lin", name="王小明", party_id="a" * 32)
    two = await floor.book("cut", at(10), technician="wang", name="李雷", party_id="a" * 32)
    await _do(floor, "planning.pin", {"item_id": await floor.item(two)})
    clock.set(at(9, 50))
    await _do(floor, "visits.report_late", {"booking_id": one, "minutes": 5})
    assert [(await _phases(floor, each))[0].start for each in (one, two)] == [at(10, 5), at(10, 5)]


@pytest.mark.parametrize("party", [None, "a" * 32])
async def test_who_books_twice_for_the_same_time_comes_with_somebody(
    floor: Floor, clock: ManualClock, party: str | None
) -> None:
    """One of them was moved to when the other is done; people who come together, and under one name, even lost their room."""
    who = {"customer": {"name": "王小明", "phone": "13900139000"}, "party_id": party}
    both_at_ten = [await floor.book("cut", at(10), technician=technician, **who) for technician in ("lin", "wang")]
    since = await floor.seq()
    await floor.send("planning.replan", {"date": at(9).date().isoformat()}, floor.desk)
    await floor.planned(since=since)
    assert [(await _phases(floor, each))[0].start for each in both_at_ten] == [at(10), at(10)]


async def test_who_asks_for_more_than_they_have_booked_is_one_person(floor: Floor, clock: ManualClock) -> None:
    booked = await floor.book("cut", at(9, 30), technician="wang", customer={"name": "王小明", "phone": "13900139000"})
    customer_id = (await floor.booking(booked)).customer_id
    clock.set(at(9, 20))
    await _do(floor, "visits.check_in", {"booking_id": booked})
    more = [{"service_id": floor.services["cut"], "requested": "must", "technician_id": floor.technicians["lin"]}]
    walk_in = await _do(floor, "visits.walk_in", {"services": more, "customer_id": customer_id})
    [one], [two] = await _phases(floor, booked), await _phases(floor, walk_in["booking_id"])
    assert one.start is not None
    assert two.start is not None
    assert abs(one.start - two.start) >= timedelta(minutes=30)
