"""The MIPs over few columns: bounds never above the best plan, plans that verify keeps, however few columns there are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler import Arrival, Level, Limits, Plan, Problem, greedy, solve
from scheduler.board import Board
from scheduler.bounding import Bounding, Floor
from scheduler.columns import Columns
from scheduler.generate import generate
from scheduler.incumbent import Incumbent
from scheduler.limits import Deadline
from scheduler.mip import reach
from scheduler.neighbourhood import Neighbourhoods
from scheduler.relaxation import Multipliers, Relaxation
from scheduler.time_indexed_waiting import TimeIndexedWaiting
from tests.scheduler.salon import ANNA, day, visit
from tests.scheduler.test_relaxation import movable, tiny_and_later
from tests.scheduler.work import limits

SECONDS = 20.0
BITES = range(3, 43)
"""Seeds among which some tiny days wait."""


def priced(problem: Problem, plan: Plan, spare: int) -> tuple[Relaxation, Multipliers] | None:
    """The relaxation of waiting among plans that are no later than this one, and some prices."""
    free, lost = movable(problem)
    visits = [v for v in problem.visits if v.id in free]
    if not visits:
        return None
    late = plan.objective["promise_lateness"]
    board = Bounding(problem, free, lost)._board(plan)
    relaxation = Relaxation(Columns(board, visits, (late + spare, None), ({}, {})), "waiting", {"promise_lateness": late})
    _, prices = relaxation.ascend(float(plan.objective["waiting"]) + spare, lambda: True, 20)
    return relaxation, prices


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1_000_000), st.sampled_from([1, 20, 10_000]))
def test_its_bounds_never_exceed_the_best_plan(seed: int, count: int) -> None:
    for problem, best in tiny_and_later(seed):
        found = priced(problem, best, 5)
        if found is None:
            continue
        relaxation, prices = found
        # Room for worse, so that what is cut off does not give the answer away.
        most = best.objective["waiting"] + 2 * relaxation.grain
        bounded = TimeIndexedWaiting(relaxation, prices, most, count).bound(SECONDS)
        assert bounded is None or bounded.bound <= best.objective["waiting"]
        if "changes" in problem.objective:
            mip = TimeIndexedWaiting(relaxation, prices, best.objective["waiting"], count, "changes")
            least = mip.least(SECONDS, best.objective["changes"])
            assert least is None or least.bound <= best.objective["changes"]


def test_a_mip_that_counts_twice_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: with every wait counted double the property above fails."""
    real = TimeIndexedWaiting.build

    def doubled(self: TimeIndexedWaiting) -> dict[int, float]:
        return {n: 2 * cost for n, cost in real(self).items()}

    monkeypatch.setattr(TimeIndexedWaiting, "build", doubled)
    bites = test_its_bounds_never_exceed_the_best_plan.hypothesis.inner_test  # type: ignore[attr-defined]

    def some_bite() -> None:
        for seed in BITES:
            bites(seed, 10_000)

    with pytest.raises(AssertionError):
        some_bite()


def test_it_is_exact_for_one_chair_and_one_person() -> None:
    objective: tuple[Level, ...] = ("unserved", "promise_lateness", "waiting")
    waiting = [visit(name, arrival=Arrival("here", 0), promised=(0, 30), tier_weight=n + 1) for n, name in enumerate("abc")]
    problem = replace(day(*waiting, objective=objective), technicians=(ANNA,))
    best = solve(problem, limits=limits(5))
    assert best.status == "optimal"
    found = priced(problem, best, 40)
    assert found is not None
    bounded = TimeIndexedWaiting(*found, best.objective["waiting"] + 40, 10_000).bound(SECONDS)
    assert bounded is not None
    assert bounded.bound == best.objective["waiting"]
    assert bounded.rows is not None
    assert {r.technician for rows in bounded.rows.values() for r in rows} == {"anna"}


def floors_of(problem: Problem, plan: Plan) -> tuple[Bounding, list[Floor]]:
    free, lost = movable(problem)
    bounding = Bounding(problem, free, lost)
    found: list[Floor] = []
    while not bounding.ripe:
        floor = bounding.waiting(plan, 0, lambda: True)
        if floor is None:
            break
        found.append(floor)
    exact = bounding.least_waiting(plan, 0, SECONDS)
    return bounding, [*found, exact] if exact is not None else found


def test_its_plans_can_be_adopted_and_then_changed_as_little_as_possible() -> None:
    problem = generate("small", 2, 0.6)
    before = solve(problem, limits=Limits(seconds=20, workers=1, deterministic=True))
    later = replace(problem, published=before.assignments, now=30)
    gone = later.technicians[0]
    later = replace(later, technicians=(replace(gone, absences=((60, 150),)), *later.technicians[1:]))
    incumbent = Incumbent(later, Deadline(limits(60)))
    incumbent.offer(greedy(later))
    free, lost = movable(later)
    search = Neighbourhoods(later, incumbent, lost=lost)
    assert set(incumbent.best.unserved) <= lost
    first = incumbent.best.objective
    bounding, floors = floors_of(later, incumbent.best)
    assert floors[-1].rows is None or search.adopt(floors[-1].rows, "time-indexed")
    known = {**incumbent.best.objective, "changes": 0}
    fewer = bounding.least_changes(incumbent.best, known, SECONDS)
    if fewer is not None and fewer.rows is not None:
        search.adopt(fewer.rows, "time-indexed")
    assert not incumbent.refused
    assert tuple(incumbent.best.objective.values()) <= tuple(first.values())
    assert fewer is None or fewer.bound <= incumbent.best.objective["changes"]
    assert free


def test_changes_are_bounded_only_once_waiting_is_proven() -> None:
    problem = generate("small", 2, 0.6)
    plan = greedy(problem)
    bounding, _ = floors_of(problem, plan)
    assert bounding.least_changes(plan, {"waiting": plan.objective["waiting"] - 1}, SECONDS) is None


def test_the_reach_of_a_mip_is_what_its_columns_can_say() -> None:
    through = np.array([5.0, 1.0, 3.0, 2.0, 9.0])
    assert reach(through, 1.0, 20.0, 10) == 20.0
    # Three columns are 1, 2 and 3: plans with one of the others are worth 5 at least.
    assert 3.0 < reach(through, 1.0, 20.0, 3) < 5.0
    assert reach(through, 4.9995, 20.0, 3) == 4.9999
    assert reach(through, 1.0, 2.5, 3) == 2.5


def test_all_pairs_of_services_at_once_cost_what_each_costs_alone() -> None:
    problem = generate("small", 1)
    several = [v for v in problem.visits if len(v.items) == 2]
    assert len({v.items_in_order for v in several}) == 2
    columns = Columns(Board(problem), problem.visits, (None, None), ({}, {}))
    relaxation = Relaxation(columns, "waiting", {"promise_lateness": 50})
    pairs = relaxation._pairs
    assert pairs is not None
    rng = np.random.default_rng(1)
    for _ in range(5):
        prices = Multipliers(rng.exponential(1.0, (len(columns.rows), columns.cells)), rng.exponential(2.0, 1))
        price, weights = relaxation._price(prices), relaxation._weights(prices)
        value, picks, extra = pairs.cheapest(price, weights)
        alone = [one.cheapest(price, weights) for one in relaxation.chained]
        assert value == pytest.approx(sum(each for each, _, _ in alone))
        assert len(picks) == 2 * len(several)
        paid = price[picks].sum() + sum(weight * extra[level] for level, weight in weights)
        assert paid == pytest.approx(value)
