"""Greedy insertion and repair: always valid, keeps what it can, holds what must be held."""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler import Break, BreakTime, Fixed, Limits, Phase, Place, Plan, ProblemError, Visit, greedy, repair, solve, verify
from scheduler.board import Board
from scheduler.generate import generate
from scheduler.greedy import mended
from scheduler.held import held
from scheduler.meaning import key_of
from tests.scheduler import days
from tests.scheduler.salon import ANNA, BEN, CHAIRS, cut, day, row, visit
from tests.scheduler.work import limits

SEEDS = st.integers(0, 1_000_000)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_greedy_is_valid_on_fresh_and_disturbed_days(seed: int) -> None:
    problem = days.day(seed)
    plan = greedy(problem)
    assert verify(problem, plan).broken == ()
    later = days.disturbed(problem, plan.assignments, seed)
    assert verify(later, greedy(later)).broken == ()


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_repair_changes_nothing_when_nothing_happened(seed: int) -> None:
    problem = replace(days.day(seed), now=0)
    plan = greedy(problem)
    again = repair(problem, plan.assignments)
    served = {r.visit for r in plan.assignments}
    assert {key_of(r): r for r in again.assignments if r.visit in served} == {key_of(r): r for r in plan.assignments}


def test_an_overrun_moves_only_who_is_in_the_way() -> None:
    published = (row("v"), row("w", start=35, end=65), row("x", "ben", 35, 65, "c2"))
    problem = day(visit("v", cut(fixed=Fixed("anna", "c1", 0, 50))), visit("w"), visit("x"), now=10, published=published)
    plan = greedy(problem)
    moved = {r.visit for r in plan.assignments if r.visit != "v" and r not in published}
    assert plan.unserved == ()
    assert moved == {"w"}


def test_whose_turn_it_is_does_not_go_to_the_end_of_a_full_day() -> None:
    """Ben is out, and Anna's overrun pushes W off her line: X and Y each make way a little instead of W waiting for hours."""
    lines = (row("v"), row("w", start=35, end=65), row("x", start=70, end=100), row("y", start=105, end=135))
    starts = {"w": 35, "x": 70, "y": 105}
    promised = [visit(name, booked_start=at, promised=(at, at + 5)) for name, at in starts.items()]
    begun = visit("v", cut(fixed=Fixed("anna", "c1", 0, 50)))
    problem = replace(day(begun, *promised, now=10, published=lines), technicians=(ANNA,))
    assert {r.visit: r.start for r in repair(problem, lines).assignments}["w"] >= 135
    plan = greedy(problem)
    assert verify(problem, plan).broken == ()
    assert [r.visit for r in sorted(plan.assignments, key=lambda r: r.start)] == ["v", "w", "x", "y"]


def test_knock_on_delays_release_held_visits_and_nothing_else_does() -> None:
    published = (row("v"), row("w", start=35, end=65), row("x", start=70, end=100), row("y", "ben", 35, 65, "c2"))
    begun = visit("v", cut(fixed=Fixed("anna", "c1", 0, 50)))
    problem = day(begun, *(visit(name, pinned=True) for name in "wxy"), now=10, published=published)
    assert set(held(problem)) == {"y"}
    on_time = replace(problem, visits=(visit("v", cut(fixed=Fixed("anna", "c1", 0, 30))), *problem.visits[1:]))
    assert set(held(on_time)) == {"w", "x", "y"}


def test_a_begun_service_waits_for_a_place_that_is_closed_in_its_pause() -> None:
    """Its next phases go to a basin that is closed for longer than anybody would try minute by minute."""
    washing = Phase(kind="processing", duration=20, place_kind="basin", max_gap_before=None)
    drying = Phase(kind="finishing", duration=10, place_kind="chair", max_gap_before=None)
    begun = visit("v", cut(fixed=Fixed("anna", "c1", 0, 30)))
    cutting = begun.items[0].phases[0]
    basin = Place("b1", "basin", closures=((30, 200),))
    for phases in ((cutting, washing), (cutting, drying, washing)):
        problem = day(replace(begun, items=(replace(begun.items[0], phases=phases),)), now=10)
        problem = replace(problem, places=(*problem.places, basin))
        plan = greedy(problem)
        assert verify(problem, plan).broken == ()
        assert plan.unserved == ()
        assert plan.assignments[-1].start == 200


def test_nobody_is_on_the_plan_when_nobody_works() -> None:
    problem = replace(day(visit("v")), technicians=())
    assert greedy(problem).unserved == ("v",)


def test_a_medium_day_is_laid_out_quickly() -> None:
    problem = generate("medium", 1, 0.8)
    begun = time.process_time()
    plan = greedy(problem)
    spent = time.process_time() - begun
    assert verify(problem, plan).valid
    # Measured 50 ms; the bound only notices when it becomes ten times slower on a busy machine.
    assert spent < 1.0


def test_a_hint_is_kept_where_it_fits() -> None:
    problem = day(visit("v"), visit("w"))
    hint = Plan(assignments=(row("v", "ben", 100, 130, "c2"),))
    kept = {r.visit: r for r in greedy(problem, hint).assignments}
    assert kept["v"] == hint.assignments[0]


def _alone(name: str, *, length: int, who: str = "anna", at: int = 0) -> Visit:
    """A visit of one person's work that needs no place, from a moment on."""
    return visit(name, cut(duration=length, skill=None, place_kind=None, duration_by_technician={who: length}), release=at)


def test_work_without_length_lies_across_nothing() -> None:
    problem = replace(day(_alone("short", length=0, at=10), _alone("long", length=30)), now=0)
    for plan in (greedy(problem), solve(problem, limits=limits(0))):
        assert verify(problem, plan).broken == ()
        assert plan.unserved == ()
    resting = replace(
        problem, visits=(_alone("short", length=0, at=10),), technicians=(replace(ANNA, breaks=(Break(20, 0, 35),)), BEN)
    )
    plan = greedy(resting)
    assert verify(resting, plan).broken == ()
    assert [(rest.start, rest.end) for rest in plan.breaks] == [(10, 30)]


def test_work_without_length_may_begin_or_end_a_shift_and_an_absence() -> None:
    def starts(at: int) -> list[int]:
        problem = day(_alone("v", length=0, at=at))
        problem = replace(problem, technicians=(replace(ANNA, shifts=((5, 20),), absences=((10, 15),)),))
        return [row.start for row in greedy(problem).assignments]

    assert [starts(at) for at in (0, 10, 11, 15, 20, 21)] == [[5], [10], [15], [15], [20], []]


def test_a_break_may_be_taken_when_the_day_is_over() -> None:
    problem = replace(day(_alone("v", length=30)), horizon=30, technicians=(replace(ANNA, breaks=(Break(20, 0, 60),)), BEN))
    plan = solve(problem, limits=limits(5))
    assert verify(problem, plan).broken == ()
    assert (plan.unserved, plan.breaks[0].start) == ((), 30)


def test_what_is_fixed_outside_all_time_is_unserved_and_takes_no_time() -> None:
    for start in (-5, 2_000_000_000):
        problem = day(visit("v", cut(fixed=Fixed(start=start))), visit("w"))
        plan = solve(problem, limits=limits(5))
        assert plan.unserved == ("v",)
        assert verify(problem, plan).broken == ()
    begun = visit("v", cut(fixed=Fixed("anna", "c1", 0, 2_000_000_000)))
    problem = replace(day(begun, visit("w"), now=10), places=(*CHAIRS, Place("c3", "chair", earliest_free=2_000_000_000)))
    plan = greedy(problem)
    assert verify(problem, plan).broken == ()
    assert {row.technician for row in plan.assignments if row.visit == "w"} == {"ben"}


def test_a_plan_is_mended_by_leaving_out_whoever_breaks_a_rule() -> None:
    problem = day(visit("v"), visit("w"), visit("x", party="p"), visit("y", party="p"))
    rows = row("v"), row("w", "ben", place="c2"), row("x", "anna", 60, 90), row("y", "anna", 60, 90, place="c2")
    assert {one.rule for one in verify(problem, Plan(assignments=rows)).broken} == {"technician_once"}
    plan = mended(problem, Plan(assignments=rows))
    assert verify(problem, plan).broken == ()
    assert plan.unserved == ("x", "y")
    away = replace(problem, technicians=(replace(ANNA, breaks=(Break(20, 0, 300),)), BEN))
    worse = mended(away, Plan(assignments=rows, breaks=(BreakTime("anna", 0, 0, 20),)))
    assert verify(away, worse).broken == ()


def test_a_hint_that_leaves_out_whoever_is_held_moves_nobody() -> None:
    published = row("v", start=50, end=80)
    problem = day(visit("v", pinned=True), visit("w"), published=(published,))
    plan = solve(problem, hint=Plan(unserved=("v", "w")), limits=limits(5))
    assert published in plan.assignments
    assert plan.unserved == ()


def test_a_break_in_an_endless_window_is_laid_at_once() -> None:
    problem = replace(day(visit("v")), technicians=(replace(ANNA, breaks=(Break(20, 0, 2_000_000_000),) * 2), BEN))
    plan = greedy(problem)
    assert verify(problem, plan).broken == ()
    assert Board(problem).far < 1_000


def test_a_party_that_is_in_its_own_way_is_given_up_without_trying_every_unit() -> None:
    both = visit("v", party="p"), visit("w", party="p")
    day_in_seconds = replace(day(*both), horizon=86_400, technicians=(replace(ANNA, shifts=((0, 86_400),)),))
    begun = time.process_time()
    plan = greedy(day_in_seconds)
    # Measured 1 ms; trying every second took 25 s.
    assert time.process_time() - begun < 1.0
    assert plan.unserved == ("v", "w")


@pytest.mark.parametrize("gap", [0, 10, None])
def test_a_party_begins_when_the_second_of_them_finds_somebody(gap: int | None) -> None:
    both = (visit(name, Phase("processing", duration=5), cut(max_gap_before=gap), party="p") for name in "vw")
    problem = replace(day(*both), technicians=(ANNA, replace(BEN, shifts=((77, 300),))))
    plan = greedy(problem)
    assert verify(problem, plan).broken == ()
    starts = {row.start for row in plan.assignments if row.phase == 0}
    assert starts == {0 if gap is None else 72 - gap}


def test_who_has_no_place_when_the_time_is_over_is_unserved() -> None:
    problem = day(*(visit(f"v{number}") for number in range(5)))
    now, worked = iter(range(1_000)), iter(range(1_000))
    limits = Limits(seconds=8, workers=1, clock=lambda: float(next(now)), busy_clock=lambda: float(next(worked)))
    plan = solve(problem, limits=limits)
    assert verify(problem, plan).broken == ()
    assert 0 < len(plan.unserved) < 5
    assert plan.bound["unserved"] == 0


def test_everybody_has_a_place_where_the_machine_stood_still() -> None:
    now = iter(range(1_000))
    limits = Limits(seconds=0, workers=1, clock=lambda: float(next(now)), busy_clock=lambda: 0.0)
    assert solve(day(*(visit(f"v{number}") for number in range(5))), limits=limits).unserved == ()


@pytest.mark.parametrize("rest", [Break(10**9, 0, 2 * 10**9), Break(10, 2 * 10**9 - 10, 2 * 10**9)])
def test_a_day_whose_breaks_or_clean_up_never_end_is_refused(rest: Break) -> None:
    resting = replace(day(visit("v")), technicians=(replace(ANNA, breaks=(rest,)),))
    dirty = replace(day(visit("v")), places=(Place("c1", "chair", clean_up=2 * 10**9),))
    for problem in (resting, dirty):
        with pytest.raises(ProblemError, match="day_too_long"):
            solve(problem, limits=Limits(seconds=0, workers=1))


def test_a_moment_of_work_far_beyond_the_day_costs_no_memory() -> None:
    resting = replace(ANNA, breaks=(Break(10, 0, 100),))
    far = visit("v", cut(place_kind=None, duration=0, fixed=Fixed("anna", None, 2 * 10**9)))
    tracemalloc.start()
    plan = greedy(replace(day(far, visit("w")), technicians=(resting,)))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert plan.unserved == ()
    assert most < 20_000_000
