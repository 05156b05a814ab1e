"""Free slots: each one offered has a valid plan behind it, and none that insertion finds is missing."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from scheduler import Openings, Plan, Problem, Visit, greedy, slots, verify
from scheduler.board import Board
from scheduler.fit import Ask
from scheduler.generate import generate
from scheduler.insertion import Inserter
from tests.scheduler import days
from tests.scheduler.salon import day, visit


def plan_with(problem: Problem, plan: Plan, asked: Visit, start: int) -> tuple[Problem, Plan]:
    """The day with the slot taken, as the store would plan it."""
    taken = replace(asked, booked_start=start, release=start)
    rows = Openings(problem, plan).at(asked, start)
    assert rows is not None
    full = replace(problem, visits=(*problem.visits, taken))
    board = Board(full)
    for one in problem.visits:
        board.put(one, [r for r in plan.assignments if r.visit == one.id])
    board.put(taken, rows)
    return full, Plan(assignments=(*plan.assignments, *rows), breaks=board.breaks(), unserved=plan.unserved)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1_000_000))
@example(350)
@example(1262)
@example(1534)
@example(6925)
@example(13832)
def test_every_slot_has_a_valid_plan_and_none_is_missing(seed: int) -> None:
    problem = days.day(seed)
    plan = greedy(problem)
    asked = replace(
        days.day(seed + 1).visits[0], id="new", party=None, pinned=False, booked_start=None, customer="new", release=0
    )
    if asked.arrival.kind != "not_yet":
        asked = replace(asked, arrival=days.Arrival())
    openings = Openings(problem, plan)
    offered = openings.starts(asked, grid=1)
    for start in offered:
        full, taken = plan_with(problem, plan, asked, start)
        assert verify(full, taken).broken == ()
    missing = [n for n in range(problem.now, problem.horizon) if n not in offered and openings.at(asked, n) is not None]
    assert missing == []


def test_a_full_salon_offers_nothing_and_an_empty_one_everything_in_shift() -> None:
    empty = day()
    assert Openings(empty, Plan()).starts(visit("new"), grid=10) == tuple(range(0, 180, 10))
    nobody = replace(empty, technicians=())
    assert Openings(nobody, Plan()).starts(visit("new")) == ()


def test_openings_are_asked_again_for_another_visit_of_the_same_name() -> None:
    openings = Openings(day(), Plan())
    assert openings.starts(visit("new"))
    nobody_can = replace(visit("new").items[0].phases[0], skill="shave")
    assert openings.starts(visit("new", nobody_can)) == ()


def test_two_weeks_of_slots_come_day_by_day() -> None:
    problem = generate("small", 1, 0.7)
    plan = greedy(problem)
    asked = replace(next(v for v in problem.visits if len(v.items) > 1), id="new", customer=None, booked_start=None)
    found = slots([Openings(problem, plan)] * 14, replace(asked, release=0, promised=None))
    assert len(found) == 14
    assert all(len(set(day_)) == len(day_) and list(day_) == sorted(day_) for day_ in found)


def test_what_is_offered_is_the_earliest_that_insertion_finds() -> None:
    problem = generate("small", 4, 0.8)
    plan = greedy(problem)
    asked = replace(problem.visits[0], id="new", customer=None, booked_start=None, release=0, promised=None)
    board = Board(problem)
    for one in problem.visits:
        board.put(one, [r for r in plan.assignments if r.visit == one.id])
    rows = Inserter(board).place_visit(asked, Ask())
    offered = Openings(problem, plan).starts(asked, grid=1)
    assert rows is not None
    if len(asked.items) == 1:
        assert offered[0] == min(r.start for r in rows)
