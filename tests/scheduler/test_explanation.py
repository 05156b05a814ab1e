"""Why, and why not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler import Arrival, Fixed, Forced, Phase, Place, Plan, ProblemError, explain, greedy, solve, verify, why_not
from scheduler.meaning import key_of
from tests.scheduler import days
from tests.scheduler.salon import ANNA, BEN, CHAIRS, cut, day, row, visit
from tests.scheduler.work import limits

QUICK = limits(3)


def test_an_overrun_is_the_reason_of_a_delay() -> None:
    published = (row("v"), row("w", start=35, end=65))
    begun = visit("v", cut(fixed=Fixed("anna", "c1", 0, 50)))
    problem = replace(day(begun, visit("w"), now=10, published=published), technicians=(ANNA,))
    moves = explain(problem, published, greedy(problem))
    assert [(m.visit, m.cause.rule, m.cause.visit) for m in moves] == [("w", "place_once", "v")] or [
        (m.visit, m.cause.rule, m.cause.visit) for m in moves
    ] == [("w", "technician_once", "v")]
    assert moves[0].cause.by == moves[0].after.start - 35  # type: ignore[union-attr]


def test_an_absence_is_the_reason_of_a_change_of_people() -> None:
    published = (row("v", start=50, end=80),)
    problem = day(visit("v", booked_start=50), published=published)
    sick = replace(problem, technicians=(replace(ANNA, absences=((0, 200),)), BEN))
    (move,) = explain(sick, published, greedy(sick))
    assert (move.cause.rule, move.cause.resource) == ("not_absent", "anna")
    assert move.after is not None
    assert move.after.technician == "ben"


def test_a_choice_names_the_level_and_the_gain() -> None:
    published = (row("v", start=50, end=80),)
    problem = day(visit("v", arrival=Arrival("here", 0)), published=published)
    plan = solve(problem, limits=QUICK)
    (move,) = explain(problem, published, plan)
    assert (move.cause.rule, move.cause.level) == ("objective", "waiting")
    assert move.cause.by > 0


def test_new_and_dropped_visits_say_so() -> None:
    problem = day(visit("v"), visit("w", cut(skill="shave")))
    causes = {m.visit: m.cause.rule for m in explain(problem, (), greedy(problem))}
    assert causes == {"v": "newly_placed"}
    dropped = explain(problem, (row("w"),), greedy(problem))
    assert {m.visit: m.cause.rule for m in dropped if m.after is None} == {"w": "technician_able"}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1_000_000))
def test_every_change_is_explained_and_nothing_else(seed: int) -> None:
    problem = days.day(seed)
    published = greedy(problem).assignments
    later = days.disturbed(problem, published, seed)
    plan = greedy(later)
    moves = explain(later, published, plan)
    before, after = {key_of(r): r for r in published}, {key_of(r): r for r in plan.assignments}
    fixed = {
        (v.id, i.id, n)
        for v in later.visits
        for i in v.items
        for n, p in enumerate(i.phases)
        if p.fixed is not None and p.fixed.start is not None
    }
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)} - fixed
    assert {(m.visit, m.item, m.phase) for m in moves} == changed
    assert all(m.cause.rule for m in moves)


def test_why_not_shows_what_the_other_choice_costs() -> None:
    problem = day(visit("v", arrival=Arrival("here", 0)), visit("w", arrival=Arrival("here", 0)))
    plan = solve(problem, limits=QUICK)
    later = why_not(problem, plan, Forced("v", start=40), QUICK)
    assert later.possible
    assert later.worse == "waiting"
    assert later.by_level["waiting"] > 0
    assert verify(problem, later.plan).valid


def test_why_not_says_when_it_cannot_be() -> None:
    problem = day(visit("v", cut(min_level=2)))
    impossible = why_not(problem, solve(problem, limits=QUICK), Forced("v", technician="ben"), QUICK)
    assert not impossible.possible
    assert impossible.worse == "unserved"


@pytest.mark.parametrize("work", [cut(), cut(skill=None)], ids=["hands on", "nobody needed"])
def test_why_not_says_that_nothing_starts_in_the_past(work: Phase) -> None:
    problem = replace(day(visit("v", work, arrival=Arrival("here", 0))), now=30)
    plan = solve(problem, limits=QUICK)
    assert not why_not(problem, plan, Forced("v", start=10, place="c1"), QUICK).possible
    assert why_not(problem, plan, Forced("v", start=30, place="c1"), QUICK).possible


def test_why_not_forces_a_place_on_the_phases_of_its_kind_alone() -> None:
    basin = Place("b1", "basin")
    problem = replace(day(visit("v", cut(), cut(place_kind="basin", duration=10))), places=(*CHAIRS, basin))
    plan = solve(problem, limits=QUICK)
    other = why_not(problem, plan, Forced("v", place="c2"), QUICK)
    assert [row.place for row in other.plan.assignments] == ["c2", "b1"]
    assert other.possible
    with pytest.raises(ProblemError, match="place_of_other_kind"):
        why_not(day(visit("v", cut(place_kind="basin"))), plan, Forced("v", place="c2"), QUICK)


def test_why_not_with_the_same_choice_is_no_difference() -> None:
    problem = day(visit("v"))
    plan = solve(problem, limits=QUICK)
    who = plan.assignments[0]
    same = why_not(problem, plan, Forced("v", technician=who.technician, place=who.place, start=who.start), QUICK)
    assert same.possible
    assert same.worse is None


def test_why_not_about_nobody_is_an_error() -> None:
    with pytest.raises(KeyError):
        why_not(day(), Plan(), Forced("nobody"))
