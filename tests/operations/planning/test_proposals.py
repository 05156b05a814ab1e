"""What is shown before anybody decides: accepting does just that, or says that the world has moved on; undo takes it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hub.kernel.clock import ManualClock
from hub.kernel.dispatch import facts_of
from hub.kernel.tables import Store
from hub.operations.bookings.commands import commands as bookings
from hub.operations.bookings.ports import Wish
from hub.operations.bookings.tables import AssignmentRow, BookingItemRow, BookingRow
from hub.operations.planning.asking import Asking
from hub.operations.planning.commands import commands as planning
from hub.operations.planning.proposals import Proposal, what_if
from hub.operations.planning.trials import Answer, Question, answered
from hub.operations.planning.what_if import ADDED, Added, Change, Closed, Gone, Joined, Late, Moved, Sick
from hub.operations.stations.commands import commands as stations
from hub.operations.stations.tables import ClosureRow
from hub.operations.team.commands import commands as team
from hub.operations.team.tables import AbsenceRow
from hub.operations.visits.commands import commands as visits
from hub.operations.visits.tables import LatenessRow, VisitRow
from tests.operations.floor import Floor, at

Shown = dict[str, Any]
STEP = "5" * 32


async def proposed(floor: Floor, change: Change, *, alternatives: bool = True) -> Proposal:
    async with floor.hub.database.read(floor.store) as session:
        store = facts_of(await session.get_one(Store, floor.store))
        return await what_if(session, store, floor.hub.clock.now(), floor.hub.ports, change, alternatives=alternatives)


async def state(floor: Floor) -> Shown:
    """What people see of the floor, without the log of it."""
    rows = await floor.rows(AssignmentRow)
    return {
        "work": {(r.item_id, r.ordinal): (r.technician_id, r.place_id, r.start, r.end, r.pinned) for r in rows},
        "bookings": {b.id: b.state for b in await floor.rows(BookingRow)},
        "items": {i.id for i in await floor.rows(BookingItemRow)},
        "absences": {a.technician_id for a in await floor.rows(AbsenceRow)},
        "closures": {(c.place_id, c.reason) for c in await floor.rows(ClosureRow)},
        "late": {row.booking_id: row.until for row in await floor.rows(LatenessRow)},
        "visits": {v.booking_id for v in await floor.rows(VisitRow)},
    }


async def starts(floor: Floor) -> dict[str, Any]:
    return {item.id: item.phases[0].start for b in (await floor.day()).bookings for item in b.items}


@pytest.fixture
async def busy(floor: Floor, clock: ManualClock) -> dict[str, str]:
    """Half past nine, with lin's and wang's morning full; the planner rests, so that what is seen is what was accepted."""
    clock.set(at(9, 30))
    found = {
        "one": await floor.book("cut", at(10), technician="lin", name="王小明"),
        "two": await floor.book("cut", at(10), technician="wang", name="李雷"),
        "three": await floor.book("cut", at(10, 45), technician="wang", name="Emma Clarke"),
    }
    await floor.planned()
    await floor.hub.followers.close()
    return found


CHANGES: dict[str, Callable[[Floor, dict[str, str]], Change]] = {
    "late": lambda floor, b: Late(b["two"], 30),
    "sick": lambda floor, b: Sick(floor.technicians["wang"]),
    "closed": lambda floor, b: Closed(floor.places["C2"]),
    "added": lambda floor, b: Added(b["one"], floor.services["cut"], floor.technicians["lin"]),
    "gone": lambda floor, b: Gone(b["two"]),
}


@pytest.mark.parametrize("kind", list(CHANGES))
async def test_accepting_does_exactly_what_was_shown_and_undo_takes_the_whole_step_back(
    kind: str, floor: Floor, busy: dict[str, str]
) -> None:
    before = await state(floor)
    proposal = await proposed(floor, CHANGES[kind](floor, busy))
    assert proposal.refused is None
    assert await state(floor) == before
    await floor.send("planning.accept_proposal", {"proposal_id": proposal.id, "reason": "灯坏了"}, floor.desk, STEP)
    after = await state(floor)
    assert {name for name in after if after[name] != before[name]} >= {
        "late": {"late"},
        "sick": {"absences", "work"},
        "closed": {"closures"},
        "added": {"items", "work"},
        "gone": {"bookings", "work"},
    }[kind]
    _, step, _ = (await floor.day()).undoable[0]
    assert (
        step.code
        == {
            "late": "step-visits-report-late",
            "sick": "step-team-report-sick",
            "closed": "step-stations-close-place",
            "added": "step-visits-add-service",
            "gone": "step-visits-no-show",
        }[kind]
    )
    day = await floor.day()
    assert (
        step.params["who"]
        == {
            "late": "李雷",
            "sick": next(each.name for each in day.technicians if each.id == floor.technicians["wang"]),
            "closed": next(each.name for each in day.places if each.id == floor.places["C2"]),
            "added": "王小明",
            "gone": "李雷",
        }[kind]
    ), "no customer whom it only touches gives it its name"
    now = await starts(floor)
    for move in proposal.moves:
        if move.item_id != ADDED and move.after_start is not None:
            assert now[move.item_id] == move.after_start
    if kind == "closed":
        assert after["closures"] == {(floor.places["C2"], "灯坏了")}
    assert not (await floor.day()).plan.stale
    await floor.send("planning.undo", {"undo_command_id": STEP}, floor.desk)
    assert await state(floor) == before


async def test_the_ways_to_bear_a_sickness_are_really_different(floor: Floor, busy: dict[str, str]) -> None:
    proposal = await proposed(floor, Sick(floor.technicians["wang"]))
    ways = {way.kind: way for way in (proposal, *proposal.alternatives)}
    assert set(ways) == {"asked", "cancel"}
    # Both customers asked for wang alone: nobody else can take them, so they have no room or are cancelled.
    assert set(proposal.unserved) == {busy["two"], busy["three"]}
    assert ways["cancel"].cancels == (busy["two"], busy["three"])
    assert ways["cancel"].unserved == ()
    before = await state(floor)
    await floor.send("planning.accept_proposal", {"proposal_id": ways["cancel"].id}, floor.desk, STEP)
    after = await state(floor)
    assert {after["bookings"][busy[name]] for name in ("two", "three")} == {"cancelled_by_store"}
    assert after["work"].keys() < before["work"].keys()
    await floor.send("planning.undo", {"undo_command_id": STEP}, floor.desk)
    assert await state(floor) == before


async def test_who_walks_in_gets_the_start_that_was_shown_or_another_with_whoever_is_free(
    floor: Floor, busy: dict[str, str]
) -> None:
    lin = Wish(floor.services["cut"], "must", floor.technicians["lin"])
    proposal = await proposed(floor, Joined((lin,)))
    [own] = [move for move in proposal.moves if move.booking_id == ADDED]
    assert own.after_technician_id == floor.technicians["lin"]
    # Both chairs are taken from ten, and want five minutes of cleaning after half an hour.
    assert own.after_start == at(10, 35)
    assert [move for move in proposal.moves if move.booking_id != ADDED] == []
    before = await state(floor)
    await floor.refused("not_found", "planning.accept_proposal", {"proposal_id": proposal.id})
    customer = {"name": "韩梅梅", "phone": "13912345678"}
    command = {"proposal_id": proposal.id, "customer": customer}
    arrived = (await floor.send("planning.accept_walk_in", command, floor.desk, STEP)).result
    booking = await floor.booking(arrived["booking_id"])
    assert (booking.planned_start, booking.customer_name, booking.visit_state) == (own.after_start, "韩梅梅", "waiting")
    assert arrived["promise"] is not None
    assert arrived["code_number"] == booking.code_number
    await floor.send("planning.undo", {"undo_command_id": STEP}, floor.desk)
    after = await state(floor)
    assert (after["work"], after["visits"]) == (before["work"], before["visits"])


async def test_a_promise_that_breaks_in_what_is_shown_is_told_whosever_doing_it_is(
    floor: Floor, busy: dict[str, str], clock: ManualClock
) -> None:
    clock.set(at(10))
    await floor.send("visits.start_service", {"item_id": await floor.item(busy["two"])}, floor.desk)
    for _ in range(4):
        await floor.send("visits.extend", {"item_id": await floor.item(busy["two"]), "minutes": 15}, floor.desk)
    shown = await proposed(floor, Joined((Wish(floor.services["cut"], "must", floor.technicians["lin"]),)), alternatives=False)
    [moved] = [move for move in shown.moves if move.booking_id == busy["three"]]
    assert moved.minutes > 30
    [broken] = shown.broken
    assert (broken.booking_id, broken.anyway) == (busy["three"], True)
    assert broken.minutes > 0


async def test_a_technician_accepts_an_add_on_as_shown_and_nothing_else(floor: Floor, busy: dict[str, str]) -> None:
    lin = floor.technician("lin")
    add = await proposed(floor, Added(busy["one"], floor.services["cut"], floor.technicians["lin"]), alternatives=False)
    sick = await proposed(floor, Sick(floor.technicians["wang"]), alternatives=False)
    await floor.refused("forbidden", "planning.accept_add_on", {"proposal_id": sick.id}, lin)
    await floor.refused("forbidden", "planning.accept_proposal", {"proposal_id": add.id}, lin)
    await floor.send("planning.accept_add_on", {"proposal_id": add.id}, lin, STEP)
    [own] = [move for move in add.moves if move.item_id == ADDED]
    booking = await floor.booking(busy["one"])
    assert [item.phases[0].start for item in booking.items][1] == own.after_start
    await floor.send("planning.undo", {"undo_command_id": STEP}, lin)
    assert len((await floor.booking(busy["one"])).items) == 1


async def test_what_was_shown_is_refused_once_the_world_has_moved_on(floor: Floor, busy: dict[str, str]) -> None:
    walk_in = await proposed(floor, Joined((Wish(floor.services["cut"]),)))
    add = await proposed(floor, Added(busy["one"], floor.services["cut"]), alternatives=False)
    late = await proposed(floor, Late(busy["two"], 30))
    await floor.send("visits.check_in", {"booking_id": busy["one"]}, floor.desk)
    await floor.refused("moved_on", "planning.accept_walk_in", {"proposal_id": walk_in.id})
    await floor.refused("moved_on", "planning.accept_add_on", {"proposal_id": add.id})
    for way in (late, *late.alternatives):
        await floor.refused("moved_on", "planning.accept_proposal", {"proposal_id": way.id})


async def test_an_impossible_wish_still_tells_other_ways(floor: Floor, busy: dict[str, str]) -> None:
    item = await floor.item(busy["one"])
    proposal = await proposed(floor, Moved(item, technician_id=floor.technicians["zhao"]))
    assert (proposal.refused, proposal.id) == ("no_room", "")
    assert await proposed(floor, Moved("f" * 32)) == Proposal("", Moved("f" * 32), "not_planned")
    later = await proposed(floor, Moved(item, start=at(22)))
    assert later.refused == "no_room"
    assert {way.kind for way in later.alternatives} <= {"technician", "time"}


async def test_what_is_closed_and_who_is_away_is_said_to_be_in_the_way(floor: Floor, busy: dict[str, str]) -> None:
    item = await floor.item(busy["one"])
    places = {row.phases[0].place_id for row in (await floor.booking(busy["one"])).items}
    other = next(floor.places[code] for code in ("C1", "C2") if floor.places[code] not in places)
    until = at(23).isoformat()
    await floor.send("stations.close_place", {"place_id": other, "reason": "x", "until": until}, floor.desk)
    assert (await proposed(floor, Moved(item, place_id=other))).refused == "place_shut"
    serves = (await floor.booking(busy["one"])).items[0].phases[0].technician_id
    away = next(floor.technicians[code] for code in ("lin", "wang") if floor.technicians[code] != serves)
    await floor.send("team.report_sick", {"technician_id": away}, floor.desk)
    assert (await proposed(floor, Moved(item, technician_id=away))).refused == "technician_away"


async def test_a_promise_to_who_comes_late_counts_from_when_they_come(floor: Floor, busy: dict[str, str]) -> None:
    window = (await floor.booking(busy["three"])).promise
    assert window is not None
    assert window.end < at(11, 45)
    quiet = await proposed(floor, Late(busy["three"], 60), alternatives=False)
    assert {move.booking_id: move.after_start for move in quiet.moves} == {busy["three"]: at(11, 45)}
    assert quiet.broken == ()
    waits = await proposed(floor, Late(busy["two"], 60), alternatives=False)
    [broken] = waits.broken
    moved = {move.booking_id: move.after_start for move in waits.moves}
    assert broken.booking_id == busy["two"]
    assert moved[busy["two"]] == at(11, broken.minutes)


class Lying(Asking):
    """Puts everybody's work at one time, as long as it lies."""

    def __init__(self, *, lies: bool) -> None:
        super().__init__(process=False)
        self._lies = lies

    async def ask(self, question: Question) -> Answer:
        answer = answered(question, search=False)
        if not self._lies:
            return answer
        first = answer.before.plan.assignments[0]
        ways = []
        for way in answer.ways:
            assert way is not None
            rows = tuple(replace(row, start=first.start, end=first.end) for row in way.plan.assignments)
            ways.append(replace(way, plan=replace(way.plan, assignments=rows)))
        return replace(answer, ways=tuple(ways))


@pytest.mark.parametrize("lies", [True, False])
async def test_a_plan_that_breaks_a_rule_is_not_even_shown(lies: bool, floor: Floor, busy: dict[str, str]) -> None:
    floor.hub.ports.fill(Asking, Lying(lies=lies))
    proposal = await proposed(floor, Gone(busy["one"]))
    assert (proposal.refused == "no_room") is lies


async def test_what_has_happened_already_is_not_shown_for_acceptance(floor: Floor, busy: dict[str, str]) -> None:
    """Whoever is here is neither late nor missing, nobody is away twice, and a closed place is closed."""
    await floor.send("visits.check_in", {"booking_id": busy["two"]}, floor.desk)
    await floor.send("team.report_sick", {"technician_id": floor.technicians["zhao"]}, floor.desk)
    await floor.send("stations.close_place", {"place_id": floor.places["C2"], "reason": "灯坏了"}, floor.desk)
    changes: dict[str, Change] = {
        "already_away": Sick(floor.technicians["zhao"]),
        "already_closed": Closed(floor.places["C2"]),
    }
    for code, change in changes.items():
        found = await proposed(floor, change)
        assert (found.refused, found.id, found.alternatives) == (code, "", ())
    for there in (Late(busy["two"], 30), Gone(busy["two"])):
        assert (await proposed(floor, there)).refused == "already_arrived"
    # A break gives way to a sickness.
    await floor.send("team.start_break", {"technician_id": floor.technicians["wang"]}, floor.desk)
    assert (await proposed(floor, Sick(floor.technicians["wang"]))).refused is None


def test_what_accepting_may_refuse_is_declared() -> None:
    """All that the commands may refuse of which a change is made; `ends_before_start` needs an end, and none is given."""
    books = (bookings, stations, team, visits, planning)
    refused = {name: {kind.code for kind in spec.errors} for book in books for name, spec in book.specs.items()}
    made = ("bookings.cancel", "stations.close_place", "team.report_sick", "visits.no_show", "visits.report_late")
    for name in (*made, "visits.add_service"):
        assert refused[name] - {"ends_before_start"} <= refused["planning.accept_proposal"], name
    assert refused["visits.add_service"] <= refused["planning.accept_add_on"]
