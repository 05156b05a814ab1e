"""The relaxation's bounds: never above the best plan at any prices, exact where nobody is in the way, and of some use."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler import Arrival, Level, Plan, Problem, solve, verify
from scheduler.board import Board
from scheduler.bounding import Bounding, Floor
from scheduler.columns import Columns
from scheduler.effort import Effort, Known
from scheduler.generate import generate
from scheduler.greedy import greedy
from scheduler.held import held
from scheduler.incumbent import Incumbent
from scheduler.limits import Deadline, Limits
from scheduler.meaning import is_fact, phases_of
from scheduler.neighbourhood import Neighbourhoods
from scheduler.proof import hopeless
from scheduler.relaxation import Multipliers, Relaxation
from scheduler.time_indexed import TimeIndexed
from tests.scheduler import brute, days
from tests.scheduler.salon import ANNA, day, visit

OBJECTIVE: tuple[Level, ...] = ("unserved", "promise_lateness", "waiting")
BITES = 2
"""A seed whose tiny day can be tried out."""

LATER: tuple[Level, ...] = ("unserved", "promise_lateness", "waiting", "changes", "wishes")


def movable(problem: Problem) -> tuple[list[str], frozenset[str]]:
    """Who is rearranged, and who cannot be served at all."""
    lost, kept = hopeless(problem), held(problem)
    open_visits = [v.id for v in problem.visits if v.id not in lost and any(not is_fact(p) for _, _, p in phases_of(v))]
    return [name for name in open_visits if name not in kept], lost


def best_of(problem: Problem) -> Plan | None:
    """The best plan, where it can be found by trying and leaves nobody out who could be served."""
    try:
        best = brute.best(problem, most=150)
    except brute.TooManyError:
        return None
    return best if set(best.unserved) == set(hopeless(problem)) else None


def tiny_and_later(seed: int) -> list[tuple[Problem, Plan]]:
    """A tiny day and the same some time later, each with its best plan."""
    problem = replace(days.tiny(seed), objective=OBJECTIVE)
    best = best_of(problem)
    if best is None:
        return []
    found = [(problem, best)]
    later = replace(days.disturbed(problem, best.assignments, seed), objective=LATER)
    again = best_of(later)
    return [*found, (later, again)] if again is not None else found


def held_board(problem: Problem, plan: Plan, free: list[str]) -> Board:
    return Bounding(problem, free, hopeless(problem))._board(plan)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1_000_000))
def test_no_prices_bound_more_than_the_best_plan_has(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for problem, best in tiny_and_later(seed):
        free, _ = movable(problem)
        visits = [v for v in problem.visits if v.id in free]
        if not visits:
            continue
        late = best.objective["promise_lateness"]
        # Room for worse, so that windows do not give the answer away.
        columns = Columns(held_board(problem, best, free), visits, (late + 5, None), ({}, {}))
        for level, caps in (("promise_lateness", {}), ("waiting", {"promise_lateness": late})):
            relaxation = Relaxation(columns, level, caps)  # type: ignore[arg-type]
            assert not relaxation.impossible
            for _ in range(4):
                room = rng.exponential(1.0, (len(columns.rows), columns.cells)) * (rng.random(columns.cells) < 0.5)
                found = relaxation.evaluate(Multipliers(room, rng.exponential(2.0, len(caps))))
                assert found.bound <= best.objective[level] + 1e-6  # type: ignore[index]
            bound, _ = relaxation.ascend(float(best.objective[level]) + 1, lambda: True, 60)  # type: ignore[index]
            assert bound <= best.objective[level] + 1e-6  # type: ignore[index]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1_000_000))
def test_floors_never_exceed_the_best_plan(seed: int) -> None:
    for problem, best in tiny_and_later(seed):
        free, lost = movable(problem)
        bounding = Bounding(problem, free, lost)
        # Any plan that serves everybody may be at hand, the best one and the first one among them.
        for plan in (best, greedy(problem)):
            if not bounding.suits(plan):
                continue
            late = bounding.lateness(plan, 0, 60.0)
            assert late is None or late.bound <= best.objective["promise_lateness"]
            for _ in range(3):
                wait = bounding.waiting(plan, 0, lambda: True)
                assert wait is None or wait.bound <= best.objective["waiting"]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1_000_000), st.permutations(["unserved", "promise_lateness", "waiting"]))
def test_floors_hold_in_every_order_of_the_levels(seed: int, order: list[Level]) -> None:
    problem = replace(days.tiny(seed), objective=tuple(order))
    best = best_of(problem)
    if best is None:
        return
    free, lost = movable(problem)
    bounding = Bounding(problem, free, lost)
    plan = greedy(problem)
    if not bounding.suits(plan):
        return
    for floor in (bounding.lateness(plan, 0, 60.0), bounding.waiting(plan, 0, lambda: True)):
        assert floor is None or floor.bound <= best.objective[floor.level]


def test_an_order_that_the_relaxations_do_not_know_is_left_alone() -> None:
    problem = generate("small", 2, 0.6)
    plan = greedy(problem)
    free, lost = movable(problem)
    usual = Bounding(problem, free, lost)
    assert usual.suits(plan)
    for order in (("promise_lateness", "unserved", "waiting"), ("waiting",), ("unserved", "changes", "waiting")):
        other = replace(problem, objective=order)
        assert not Bounding(other, free, lost).suits(greedy(other))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1_000_000))
def test_what_the_relaxation_leaves_out_is_in_no_best_plan(seed: int) -> None:
    for problem, best in tiny_and_later(seed):
        free, lost = movable(problem)
        bounding = Bounding(problem, free, lost)
        floor = bounding.waiting(best, -1, lambda: True) if bounding.free else None
        if floor is None or floor.columns is None:
            continue
        # A bad plan, and only the columns that are left and its own: the search must still find the best.
        incumbent = Incumbent(problem, Deadline(Limits(seconds=60, workers=1)))
        incumbent.offer(greedy(problem))
        search = Neighbourhoods(problem, incumbent, lost=lost)
        known = Known({}, floor.columns)
        search.rearrange(search.everything(), Effort(20.0, down_to="waiting"), "whole day", known)
        found = incumbent.best.objective
        assert (found["promise_lateness"], found["waiting"]) == (best.objective["promise_lateness"], best.objective["waiting"])
        assert verify(problem, incumbent.best).valid


def test_a_bound_that_forgot_the_room_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: without paying for the room that there is, the property above fails."""
    real = Relaxation.evaluate

    def generous(self: Relaxation, multipliers: Multipliers) -> object:
        found = real(self, multipliers)
        return replace(found, bound=found.bound + float((multipliers.room * self.columns.room).sum()))

    monkeypatch.setattr(Relaxation, "evaluate", generous)
    bites = test_no_prices_bound_more_than_the_best_plan_has.hypothesis.inner_test  # type: ignore[attr-defined]
    with pytest.raises(AssertionError):
        bites(BITES)


def test_everybody_alone_is_bounded_exactly() -> None:
    alone = [visit("a", arrival=Arrival("here", 0), promised=(0, 30), tier_weight=2)]
    problem = replace(day(*alone, objective=OBJECTIVE), technicians=(replace(ANNA, earliest_free=50),))
    best = greedy(problem)
    relaxation = Relaxation(Columns(Board(problem), problem.visits, (None, None), ({}, {})), "waiting", {})
    assert relaxation.evaluate(relaxation.nothing()).bound == best.objective["waiting"]


def test_two_in_one_chair_are_bounded_by_more_than_each_alone() -> None:
    waiting = [visit(name, arrival=Arrival("here", 0), promised=(0, 30)) for name in "abc"]
    problem = replace(day(*waiting, objective=OBJECTIVE), technicians=(ANNA,))
    best = greedy(problem)
    relaxation = Relaxation(Columns(Board(problem), problem.visits, (None, None), ({}, {})), "waiting", {})
    alone = relaxation.evaluate(relaxation.nothing()).bound
    bound, _ = relaxation.ascend(float(best.objective["waiting"]), lambda: True, 400)
    assert alone == 0
    assert bound > 0.8 * best.objective["waiting"]


def test_a_day_is_bounded_closely_within_seconds() -> None:
    problem = generate("small", 2, 0.6)
    rng = random.Random(1)
    plan = solve(problem, limits=Limits(seconds=20, workers=1, deterministic=True))
    free, lost = movable(problem)
    rng.shuffle(free)
    bounding = Bounding(problem, free, lost)
    floors: list[Floor] = []
    known = {"promise_lateness": 0, "waiting": 0}
    for _ in range(12):
        floor = bounding.waiting(plan, 0, lambda: True)
        found = [floor] if floor is not None else bounding.linear(plan, known, time.monotonic() + 20)  # type: ignore[arg-type]
        for one in found:
            known[one.level] = max(known[one.level], one.bound)
        floors += found
    for level in ("promise_lateness", "waiting"):
        bounds = [floor.bound for floor in floors if floor.level == level]
        assert bounds == sorted(bounds)
        assert 0.8 * plan.objective[level] < bounds[-1] <= plan.objective[level]


def test_coarse_columns_are_fewer_and_bound_no_more() -> None:
    problem = generate("small", 2, 0.6)
    moved = replace(problem, now=203)
    free, _ = movable(moved)
    visits = [v for v in moved.visits if v.id in free]
    fine, coarse = (Columns(Board(moved), visits, (400, None), ({}, {}), n) for n in (1, 5))
    assert coarse.size < fine.size
    bounds = []
    for columns in (fine, coarse):
        mip = TimeIndexed(Relaxation(columns, "promise_lateness", {}))
        mip.build()
        bounds.append(mip.solve(20.0, 0, 400).bound)
    assert bounds[1] <= bounds[0]
