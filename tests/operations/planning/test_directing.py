"""The desk's own hand: moving, pinning, what-if, accepting, undoing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.kernel import journal
from hub.kernel.access import anonymous
from hub.kernel.clock import ManualClock
from hub.kernel.dispatch import facts_of
from hub.kernel.tables import Store
from hub.operations.bookings.tables import AssignmentRow, BookingRow
from hub.operations.planning.proposals import Proposal, what_if
from hub.operations.planning.tables import PlanMoveRow, PlanRow, PromiseRow
from hub.operations.planning.what_if import Added, Change, Closed, Gone, Late, Moved, Sick
from hub.operations.team.tables import AbsenceRow
from hub.operations.visits.tables import HelpRow, PhaseRunRow, VisitRow
from tests.operations.floor import Floor, at, both
from tests.operations.forms.conftest import ask_for_it, put_form


async def _proposal(floor: Floor, change: Change) -> Proposal:
    async with floor.hub.database.read(floor.store) as session:
        store = facts_of(await session.get_one(Store, floor.store))
        return await what_if(session, store, floor.hub.clock.now(), floor.hub.ports, change)


async def _occupancy(floor: Floor) -> dict[Any, Any]:
    rows = await floor.rows(AssignmentRow)
    return {(r.item_id, r.ordinal): (r.technician_id, r.place_id, r.start, r.end, r.pinned) for r in rows}


async def test_moving_a_service_repairs_the_day_around_it_and_pins_it(floor: Floor) -> None:
    first = await floor.book("cut", at(11), technician="lin")
    second = await floor.book("cut", at(13), technician="lin", name="李雷")
    await floor.planned()
    item = await floor.item(second)
    since = await floor.seq()
    await floor.send("planning.move_item", {"item_id": item, "start": at(11).isoformat()}, floor.desk)
    facts = [fact.type for fact in await floor.facts(since)]
    assert facts[0] == "planning.item_moved"
    assert "planning.plan_adopted" in facts
    moved, other = await floor.booking(second), await floor.booking(first)
    assert (moved.planned_start, moved.items[0].phases[0].pinned) == (at(11), True)
    assert other.planned_start is not None
    assert other.planned_start >= at(11, 30)
    assert (await floor.day()).plan.author == "desk"
    await floor.send("planning.unpin", {"item_id": item}, floor.desk)
    assert not (await floor.booking(second)).items[0].phases[0].pinned


async def test_a_move_that_no_rule_allows_is_refused(floor: Floor, clock: ManualClock) -> None:
    item = await floor.item(await floor.book("cut", at(11)))
    await floor.planned()
    zhao = {"item_id": item, "technician_id": floor.technicians["zhao"]}
    await floor.refused("no_room", "planning.move_item", zhao)
    await floor.refused("no_room", "planning.move_item", {"item_id": item, "start": at(22).isoformat()})
    await floor.refused("not_found", "planning.move_item", {"item_id": "f" * 32})
    clock.set(at(11))
    since = await floor.seq()
    await floor.send("visits.start_service", {"item_id": item}, floor.desk)
    await floor.planned(since=since)
    await floor.refused("not_planned", "planning.move_item", {"item_id": item, "start": at(12).isoformat()})


async def test_a_pinned_service_stays_when_the_day_is_planned_again(floor: Floor) -> None:
    booking = await floor.book("cut", at(11))
    await floor.planned()
    item = await floor.item(booking)
    wang = {"item_id": item, "technician_id": floor.technicians["wang"], "start": at(12).isoformat()}
    await floor.send("planning.move_item", wang, floor.desk)
    since = await floor.seq()
    await floor.book("cut", at(12), name="李雷")
    await floor.planned(since=since)
    phase = (await floor.booking(booking)).items[0].phases[0]
    assert (phase.technician_id, phase.start, phase.pinned) == (floor.technicians["wang"], at(12), True)


async def test_what_if_changes_nothing_and_accepting_does_what_was_shown(floor: Floor) -> None:
    first = await floor.book("cut", at(11), technician="lin")
    second = await floor.book("cut", at(13), technician="lin", name="李雷")
    await floor.planned()
    before = await _occupancy(floor)
    proposal = await _proposal(floor, Moved(await floor.item(second), start=at(11)))
    assert await _occupancy(floor) == before
    assert proposal.refused is None
    shown = {move.booking_id: move for move in proposal.moves}
    assert (shown[second].before_start, shown[second].after_start) == (at(13), at(11))
    assert shown[first].minutes > 0
    assert [broken.booking_id for broken in proposal.broken] == [first]
    assert 1 <= len(proposal.alternatives) <= 3
    # Wang is free at eleven: nobody else would have to move, so he comes first.
    assert [move.booking_id for move in proposal.alternatives[0].moves] != []
    await floor.send("planning.accept_proposal", {"proposal_id": proposal.id}, floor.desk)
    assert {b.id: b.planned_start for b in (await floor.day()).bookings} == {
        second: at(11),
        first: shown[first].after_start,
    }
    await floor.refused("moved_on", "planning.accept_proposal", {"proposal_id": proposal.id})


async def test_accepting_makes_the_change_itself(floor: Floor, clock: ManualClock) -> None:
    booking = await floor.book("cut", at(11))
    gone = await floor.book("cut", at(15), name="李雷")
    await floor.planned()
    technician = (await floor.booking(booking)).items[0].phases[0].technician_id
    assert technician is not None
    for change in (
        Late(booking, 20),
        Added(booking, floor.services["colour"]),
        Closed(floor.places["C2"], "灯坏了"),
        Sick(technician),
        Gone(gone),
    ):
        proposal = await _proposal(floor, change)
        assert proposal.refused is None, change
        await floor.send("planning.accept_proposal", {"proposal_id": proposal.id}, floor.desk)
        assert not (await floor.day()).plan.stale
        for move in proposal.moves:
            shown = next((b for b in (await floor.day()).bookings if b.id == move.booking_id), None)
            if shown is not None and move.item_id != "0" * 32:
                starts = {item.id: item.phases[0].start for item in shown.items}
                assert starts[move.item_id] == move.after_start
    late = await floor.booking(booking)
    assert late.late_until == at(11, 20)
    assert len(late.items) == 2
    assert late.items[1].phases[0].start is not None
    assert len(await floor.rows(AbsenceRow)) == 1
    assert {row.state for row in await floor.rows(BookingRow) if row.id == gone} == {"no_show"}


async def test_a_proposal_is_refused_once_the_world_has_moved_on_or_it_is_old(floor: Floor, clock: ManualClock) -> None:
    booking = await floor.book("cut", at(11))
    await floor.planned()
    item = await floor.item(booking)
    one = await _proposal(floor, Moved(item, start=at(12)))
    since = await floor.seq()
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 5}, floor.desk)
    await floor.planned(since=since)
    await asyncio.sleep(0.2)
    await floor.refused("moved_on", "planning.accept_proposal", {"proposal_id": one.id})
    two = await _proposal(floor, Moved(item, start=at(12)))
    clock.advance(minutes=3)
    await floor.refused("proposal_gone", "planning.accept_proposal", {"proposal_id": two.id})
    await floor.refused("proposal_gone", "planning.accept_proposal", {"proposal_id": "a" * 32})
    impossible = await _proposal(floor, Moved(item, technician_id=floor.technicians["zhao"]))
    assert (impossible.refused, impossible.moves) == ("no_room", ())


async def test_undo_takes_back_the_step_and_the_plan_that_followed(floor: Floor, clock: ManualClock) -> None:
    first = await floor.book("cut", at(10), technician="lin")
    second = await floor.book("cut", at(11), technician="lin", name="李雷")
    clock.set(at(9, 50))
    await floor.planned()
    await asyncio.sleep(0.2)
    before = await _occupancy(floor)
    since = await floor.seq()
    command_id = "c" * 32
    await floor.send("visits.report_late", {"booking_id": first, "minutes": 60}, floor.desk, command_id)
    number = await floor.planned(since=since)
    assert await _occupancy(floor) != before
    steps = (await floor.day()).undoable
    assert (steps[0][0], steps[0][1].code) == (command_id, "step-visits-report-late")
    await floor.hub.followers.close()
    answer = await floor.send("planning.undo", {"undo_command_id": command_id}, floor.desk)
    assert answer.result == {"plans": [number]}
    assert await _occupancy(floor) == before
    assert (await floor.booking(first)).late_until is None
    assert (await floor.booking(second)).planned_start == at(11)
    plans = {row.number: row.status for row in await floor.rows(PlanRow)}
    assert plans[number] == "undone"
    await floor.refused("not_undoable", "planning.undo", {"undo_command_id": command_id})
    await floor.refused("not_found", "planning.undo", {"undo_command_id": "d" * 32})


async def test_undo_is_refused_when_the_rows_have_changed_since(floor: Floor, clock: ManualClock) -> None:
    booking = await floor.book("cut", at(10), technician="lin")
    clock.set(at(9, 55))
    await floor.planned()
    lin = floor.technician("lin")
    check_in, start, since = "1" * 32, "2" * 32, await floor.seq()
    await floor.send("visits.check_in", {"booking_id": booking}, floor.desk, check_in)
    await floor.send("visits.start_service", {"item_id": await floor.item(booking)}, lin, start)
    await floor.planned(since=since)
    await floor.hub.followers.close()
    await floor.refused("moved_on", "planning.undo", {"undo_command_id": check_in})
    await floor.refused("forbidden", "planning.undo", {"undo_command_id": check_in}, lin)
    await floor.send("planning.undo", {"undo_command_id": start}, lin)
    assert await floor.rows(PhaseRunRow) == []
    [visit] = await floor.rows(VisitRow)
    assert visit.state == "waiting"
    [row] = await floor.rows(AssignmentRow)
    assert (row.technician_id, row.start) == (floor.technicians["lin"], at(10))


async def test_a_step_can_be_undone_when_newer_plans_have_moved_the_same_work(floor: Floor, clock: ManualClock) -> None:
    first = await floor.book("cut", at(10), technician="lin")
    second = await floor.book("cut", at(11), technician="lin", name="李雷")
    clock.set(at(10))
    await floor.planned()
    item, lin, start = await floor.item(first), floor.technician("lin"), "3" * 32
    since = await floor.seq()
    await floor.send("visits.start_service", {"item_id": item}, lin)
    await floor.send("visits.extend", {"item_id": item, "minutes": 15}, lin)
    await floor.send("visits.extend", {"item_id": item, "minutes": 15}, lin)
    await floor.send("visits.extend", {"item_id": item, "minutes": 15}, lin, start)
    await floor.planned(since=since)
    assert (await floor.booking(second)).planned_start == at(11, 15)
    since = await floor.seq()
    late = {"booking_id": second, "minutes": 45}
    await floor.send("visits.report_late", late, floor.desk)
    await floor.planned(since=since)
    assert (await floor.booking(second)).planned_start == at(11, 45)
    await asyncio.sleep(0.2)
    since = await floor.seq()
    assert (await floor.send("planning.undo", {"undo_command_id": start}, lin)).result == {"plans": []}
    [run] = await floor.rows(PhaseRunRow)
    assert run.expected_end == at(11)
    await floor.planned(since=since)
    assert (await floor.booking(second)).planned_start == at(11, 45)


async def test_undoing_an_added_service_ends_the_wait_for_its_form(floor: Floor, clock: ManualClock) -> None:
    await put_form(floor)
    await ask_for_it(floor)
    booking_id = await floor.book("colour", at(10))
    clock.set(at(9, 55))
    await floor.send("visits.check_in", {"booking_id": booking_id}, floor.desk)
    add = {"booking_id": booking_id, "service_id": floor.services["cut"]}
    await floor.send("visits.add_service", add, floor.desk, "c" * 32)
    assert (await floor.booking(booking_id)).visit_state == "forms_pending"
    await floor.send("planning.undo", {"undo_command_id": "c" * 32}, floor.desk)
    assert (await floor.booking(booking_id)).visit_state == "waiting"


async def test_an_added_service_that_has_begun_is_not_taken_back(floor: Floor, clock: ManualClock) -> None:
    """Nobody could ever end what runs for a service that is not there, nor send its customer home."""
    booking = await floor.book("cut", at(9, 30), technician="lin")
    await floor.planned()
    item, step = await floor.item(booking), "a" * 32
    clock.set(at(9, 30))
    await floor.send("visits.start_service", {"item_id": item}, floor.desk)
    since = await floor.seq()
    added = await floor.send(
        "visits.add_service", {"booking_id": booking, "service_id": floor.services["colour"]}, floor.desk, step
    )
    await floor.planned(since=since)
    clock.set(at(10))
    await floor.send("visits.finish_service", {"item_id": item}, floor.desk)
    await floor.planned(since=await floor.seq() - 1)
    since = await floor.seq()
    await floor.send("visits.start_service", {"item_id": added.result["item_id"]}, floor.desk)
    await floor.planned(since=since)
    await floor.refused("moved_on", "planning.undo", {"undo_command_id": step})
    await floor.send("visits.finish_service", {"item_id": added.result["item_id"]}, floor.desk)


async def test_a_pin_that_is_taken_back_binds_nobody_though_newer_plans_have_moved_the_work(floor: Floor) -> None:
    booking = await floor.book("cut", at(11))
    await floor.planned()
    item, step = await floor.item(booking), "b" * 32
    since = await floor.seq()
    await floor.send("planning.pin", {"item_id": item}, floor.desk, step)
    await floor.planned(since=since)
    since = await floor.seq()
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 45}, floor.desk)
    await floor.planned(since=since)
    phase = (await floor.booking(booking)).items[0].phases[0]
    assert (phase.start, phase.pinned) == (at(11, 45), True)
    await floor.send("planning.undo", {"undo_command_id": step}, floor.desk)
    assert not (await floor.booking(booking)).items[0].phases[0].pinned


async def test_a_start_that_is_taken_back_has_kept_no_promise_though_newer_plans_stand(
    floor: Floor, clock: ManualClock
) -> None:
    """Else a start by mistake counts for ever, and the late one that follows it not at all."""
    first = await floor.book("cut", at(12), technician="lin")
    second = await floor.book("cut", at(11), technician="lin", name="李雷")
    await floor.planned()
    step, since = "c" * 32, await floor.seq()
    clock.set(at(10, 55))
    await floor.send("visits.start_service", {"item_id": await floor.item(first)}, floor.desk, step)
    await floor.planned(since=since)
    since = await floor.seq()
    await floor.send("visits.report_late", {"booking_id": second, "minutes": 50}, floor.desk)
    await floor.planned(since=since)
    assert {row.booking_id: row.kept for row in await floor.rows(PromiseRow)} == {first: True, second: None}
    undone = await floor.send("planning.undo", {"undo_command_id": step}, floor.desk)
    assert undone.result["plans"] == []
    assert {row.booking_id: row.kept for row in await floor.rows(PromiseRow)} == {first: None, second: None}


async def _called_to(floor: Floor, clock: ManualClock, place: str) -> str:
    """A visit that has been called there."""
    booking = await floor.book("cut", at(9, 30), technician="lin")
    clock.set(at(9, 25))
    visit = (await floor.send("visits.check_in", {"booking_id": booking}, floor.desk)).result["visit_id"]
    await floor.send("visits.call_customer", {"visit_id": visit, "place_id": floor.places[place]}, floor.desk)
    return str(visit)


async def _calls(floor: Floor) -> dict[str, str | None]:
    return {row.id: row.called_place_id for row in await floor.rows(VisitRow) if row.state == "called"}


@pytest.mark.parametrize("taken_by", ["visits.call_customer", "visits.start_service"])
async def test_a_pause_that_is_taken_back_calls_nobody_to_where_somebody_else_is(
    floor: Floor, clock: ManualClock, taken_by: str
) -> None:
    visit, step, place = await _called_to(floor, clock, "C1"), "5" * 32, floor.places["C1"]
    await floor.send("visits.pause", {"visit_id": visit}, floor.desk, step)
    walk_in = {"services": [{"service_id": floor.services["cut"]}]}
    other = (await floor.send("visits.walk_in", walk_in, floor.desk)).result
    if taken_by == "visits.call_customer":
        await floor.send(taken_by, {"visit_id": other["visit_id"], "place_id": place}, floor.desk)
    else:
        item = {"item_id": await floor.item(other["booking_id"]), "technician_id": floor.technicians["wang"]}
        await floor.send(taken_by, {**item, "place_id": place}, floor.desk)
    since, calls = await floor.seq(), await _calls(floor)
    await floor.send("planning.undo", {"undo_command_id": step}, floor.desk)
    assert await _calls(floor) == calls
    assert [row.paused for row in await floor.rows(VisitRow)] == [False, False]
    facts = [fact for fact in await floor.facts(since) if fact.actor_id == floor.desk.id]
    assert [(fact.type, fact.data.get("visit_id")) for fact in facts] == [
        ("planning.step_undone", None),
        ("visits.call_withdrawn", visit),
    ]


async def test_a_pause_that_is_taken_back_calls_again_to_where_nobody_is(floor: Floor, clock: ManualClock) -> None:
    visit, step = await _called_to(floor, clock, "C1"), "6" * 32
    await floor.send("visits.pause", {"visit_id": visit}, floor.desk, step)
    await floor.send("planning.undo", {"undo_command_id": step}, floor.desk)
    assert await _calls(floor) == {visit: floor.places["C1"]}


async def test_nobody_stays_called_to_a_place_that_is_closed_again_by_undoing(floor: Floor, clock: ManualClock) -> None:
    place, step = {"place_id": floor.places["C1"]}, "7" * 32
    await floor.send("stations.close_place", place, floor.desk)
    await floor.send("stations.reopen_place", place, floor.desk, step)
    await _called_to(floor, clock, "C1")
    await floor.send("planning.undo", {"undo_command_id": step}, floor.desk)
    assert await _calls(floor) == {}


async def test_no_end_is_taken_back_of_a_phase_that_takes_nobody_by_now(floor: Floor, clock: ManualClock) -> None:
    """A plan would take whoever does it for free."""
    booking, step = await floor.book("cut", at(9, 30), technician="lin"), "8" * 32
    clock.set(at(9, 30))
    item = {"item_id": await floor.item(booking)}
    await floor.send("visits.start_service", item, floor.desk)
    await floor.send("visits.finish_service", item, floor.desk, step)
    phases = [{"kind": "processing", "minutes": 30, "place_kind": "chair"}]
    put = {"code": "cut", "name": both("cut"), "category": both("hair"), "price_minor": 10000, "phases": phases}
    await floor.send("catalog.put_service", put)
    await floor.refused("moved_on", "planning.undo", {"undo_command_id": step})


async def test_a_move_that_is_taken_back_holds_nobody_to_the_window_of_the_other_time(floor: Floor) -> None:
    booking, step = await floor.book("cut", at(11)), "4" * 32
    await floor.planned()
    since = await floor.seq()
    await floor.send("bookings.move", {"booking_id": booking, "start": at(15).isoformat()}, floor.desk, step)
    await floor.planned(since=since)
    since = await floor.seq()
    serves = (await floor.booking(booking)).items[0].phases[0].technician_id
    await floor.send("team.report_sick", {"technician_id": serves}, floor.desk)
    await floor.planned(since=since)
    since = await floor.seq()
    undone = await floor.send("planning.undo", {"undo_command_id": step}, floor.desk)
    assert undone.result == {"plans": []}
    await floor.planned(since=since)
    assert (await floor.booking(booking)).planned_start == at(11)
    [promise] = await floor.rows(PromiseRow)
    assert promise.start <= at(11) <= promise.end < at(15)


@pytest.mark.parametrize("walks_in", [True, False])
async def test_nobody_is_asked_to_come_to_who_is_not_here_after_all(floor: Floor, walks_in: bool) -> None:
    step, booking = "f" * 32, await floor.book("cut", at(9, 30))
    wanted = {"services": [{"service_id": floor.services["cut"]}]} if walks_in else {"booking_id": booking}
    came = await floor.send("visits.walk_in" if walks_in else "visits.check_in", wanted, floor.desk, step)
    for asked in ({"booking_id": came.result["booking_id"]}, {"place_id": floor.places["C1"]}):
        await floor.send("visits.ask_help", {"kind": "help", **asked}, floor.desk)
    await floor.send("planning.undo", {"undo_command_id": step}, floor.desk)
    assert [row.place_id for row in await floor.rows(HelpRow) if row.answered_at is None] == [floor.places["C1"]]


async def test_no_end_is_taken_back_once_she_serves_somebody_else(floor: Floor, clock: ManualClock) -> None:
    first, second = [await floor.book("cut", at(9, 30), name=name) for name in ("甲", "乙")]
    lin, step = {"technician_id": floor.technicians["lin"]}, "9" * 32
    clock.set(at(9, 30))
    item = {"item_id": await floor.item(first)}
    await floor.send("visits.start_service", {**item, **lin, "place_id": floor.places["C1"]}, floor.desk)
    await floor.send("visits.finish_service", item, floor.desk, step)
    other = {"item_id": await floor.item(second), "place_id": floor.places["C2"]}
    await floor.send("visits.start_service", {**other, **lin}, floor.desk)
    await floor.refused("technician_busy", "planning.undo", {"undo_command_id": step})


async def test_nobody_undoes_what_the_journal_has_forgotten(floor: Floor, clock: ManualClock) -> None:
    """It would say done, and do nothing."""
    booking, step = await floor.book("cut", at(11)), "d" * 32
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 15}, floor.desk, step)
    clock.advance(days=1, minutes=1)
    await journal.forget_job(floor.hub.database, clock).run(floor.store)
    await floor.refused("not_undoable", "planning.undo", {"undo_command_id": step})


async def test_a_phase_that_its_service_has_no_more_does_not_run_again(floor: Floor, clock: ManualClock) -> None:
    """Nobody could end it, and whoever served would be in it all day."""
    item = {"item_id": await floor.item(await floor.book("colour", at(10), technician="wang"))}
    clock.set(at(10))
    await floor.send("visits.start_service", item, floor.desk)
    for step in ("1" * 32, "2" * 32, "3" * 32):
        await floor.send("visits.finish_phase", item, floor.desk, step)
    await floor.planned()
    await floor.hub.followers.close()
    short = [{"kind": "hands_on", "minutes": 30, "place_kind": "basin", "skill": "colour"}]
    names = {"name": both("colour"), "category": both("hair")}
    await floor.send("catalog.put_service", {"code": "colour", "price_minor": 10000, "phases": short, **names})
    await floor.refused("moved_on", "planning.undo", {"undo_command_id": "3" * 32})


async def test_who_agrees_on_another_time_was_moved_by_nobody(floor: Floor, clock: ManualClock) -> None:
    """What plans said of the old time is over: the customer was told of a move that was their own, and it counted as one."""
    booking_id = await floor.book("cut", at(10), technician="lin")
    await floor.planned()
    await floor.send(
        "planning.move_item", {"item_id": await floor.item(booking_id), "start": at(10, 30).isoformat()}, floor.desk
    )
    assert [(row.before_start, row.after_start) for row in await floor.rows(PlanMoveRow)] == [(at(10), at(10, 30))]
    since = await floor.seq()
    await floor.send("bookings.move", {"booking_id": booking_id, "start": at(14).isoformat()}, floor.desk, "1" * 32)
    await floor.planned(since=since)
    booking = await floor.booking(booking_id)
    assert (booking.moves, booking.moved, booking.planned_start) == (0, None, at(14))
    await floor.send("planning.undo", {"undo_command_id": "1" * 32}, floor.desk)
    booking = await floor.booking(booking_id)
    assert (booking.moves, booking.planned_start) == (1, at(10, 30))


async def test_who_asked_for_somebody_who_has_left_the_team_gets_another_time_all_the_same(
    floor: Floor, clock: ManualClock
) -> None:
    booking_id = await floor.book("cut", at(10), technician="lin")
    await floor.send("team.put_technician", {"code": "lin", "name": both("lin"), "skills": {"cut": 3}, "active": False})
    await floor.send("bookings.move", {"booking_id": booking_id, "start": at(14).isoformat()}, floor.desk)
    assert [row.technician_id for row in await floor.rows(AssignmentRow)] == [floor.technicians["wang"]]


async def test_a_hold_whose_room_was_needed_becomes_no_booking_without_room(floor: Floor, clock: ManualClock) -> None:
    held = {"services": [{"service_id": floor.services["cut"]}], "start": at(10).isoformat()}
    hold = (await floor.send("bookings.hold_slot", held, anonymous(floor.store))).result
    for code in ("lin", "wang"):
        since = await floor.seq()
        await floor.send("team.report_sick", {"technician_id": floor.technicians[code]}, floor.desk)
    await floor.planned(since=since)
    await floor.hub.followers.close()
    assert await floor.rows(AssignmentRow) == []
    filled = {"booking_id": hold["booking_id"], "name": "王小明", "phone": "13900139000", "consent": True}
    await floor.refused(
        "slot_taken", "bookings.confirm_hold", {**filled, "hold_token": hold["hold_token"]}, anonymous(floor.store)
    )
    [absence] = [row for row in await floor.rows(AbsenceRow) if row.technician_id == floor.technicians["wang"]]
    await floor.send("team.end_absence", {"absence_id": absence.id}, floor.desk)
    await floor.send("bookings.confirm_hold", {**filled, "hold_token": hold["hold_token"]}, anonymous(floor.store))
    assert [row.technician_id for row in await floor.rows(AssignmentRow)] == [floor.technicians["wang"]]
