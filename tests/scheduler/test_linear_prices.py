"""Prices from linear programs: bounds never above the best plan, whatever columns there are, and far better ones than steps."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler import Limits, Plan, Problem, greedy, solve
from scheduler import linear_prices as module
from scheduler.aiming import MOST_COLUMNS, Aim
from scheduler.bounding import Bounding
from scheduler.columns import Columns
from scheduler.generate import generate
from scheduler.linear_prices import DEAR, LinearPrices, Round
from scheduler.mip import Linear
from scheduler.relaxation import Relaxation
from tests.scheduler.test_relaxation import movable, tiny_and_later

SECONDS = 20.0
BITES = (45, 160)
"""Seeds of tiny days in which somebody is in somebody's way."""
ROUNDS = 12


def relaxed(problem: Problem, plan: Plan, cap: int) -> Relaxation | None:
    free, lost = movable(problem)
    visits = [v for v in problem.visits if v.id in free]
    if not visits:
        return None
    board = Bounding(problem, free, lost)._board(plan)
    columns = Columns(board, visits, (plan.objective["promise_lateness"] + 5, None), ({}, {}))
    return Relaxation(columns, "waiting", {"promise_lateness": cap})


def rounds(relaxation: Relaxation, plan: Plan) -> list[Round]:
    linear = LinearPrices(relaxation, relaxation.nothing(), plan)
    late, wait = plan.objective["promise_lateness"], plan.objective["waiting"]
    found: list[Round] = []
    while len(found) < ROUNDS and not (found and found[-1].done):
        one = linear.round(late, wait, time.monotonic() + SECONDS)
        assert one is not None
        found.append(one)
    return found


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1_000_000), st.sampled_from([0, 3]))
def test_no_program_bounds_more_than_the_best_plan_has(seed: int, columns: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # With hardly a column to begin with, what is missing must not make the bounds too high.
        patch.setattr(module, "FIRST_COLUMNS", columns)
        patch.setattr(module, "NEAR_COLUMNS", columns)
        patch.setattr(module, "LEAST_CHOICE", 1)
        for problem, best in tiny_and_later(seed):
            late, wait = best.objective["promise_lateness"], best.objective["waiting"]
            for cap in (0, late):
                relaxation = relaxed(problem, best, cap)
                if relaxation is None:
                    continue
                found = rounds(relaxation, best)
                assert all(one.lateness <= late + 1e-6 for one in found)
                assert all(one.waiting <= wait + DEAR * (late - cap) + 1e-4 for one in found)


def test_a_program_that_forgot_the_room_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: without paying for the room that there is, the property above fails."""
    real = Relaxation.evaluate

    def generous(self: Relaxation, multipliers: object) -> object:
        found = real(self, multipliers)  # type: ignore[arg-type]
        return replace(found, bound=found.bound + float((multipliers.room * self.columns.room).sum()))  # type: ignore[attr-defined]

    monkeypatch.setattr(Relaxation, "evaluate", generous)
    bites = test_no_program_bounds_more_than_the_best_plan_has.hypothesis.inner_test  # type: ignore[attr-defined]

    def some_bite() -> None:
        for seed in BITES:
            bites(seed, 3)

    with pytest.raises(AssertionError):
        some_bite()


def test_it_reaches_what_steps_do_not() -> None:
    """Lateness is dear where it is capped, and there the subgradient stays far below the least waiting."""
    problem = generate("small", 2, 0.6)
    plan = solve(problem, limits=Limits(seconds=20, workers=1, deterministic=True))
    late, wait = plan.objective["promise_lateness"], plan.objective["waiting"]
    relaxation = relaxed(problem, plan, late)
    assert relaxation is not None
    stepped, _ = relaxation.ascend(float(wait), lambda: True, 200)
    last = rounds(relaxation, plan)[-1]
    assert last.done
    assert stepped < last.waiting <= wait + 1e-6


def test_the_bounding_proves_lateness_and_waiting_together() -> None:
    problem = generate("small", 2, 0.6)
    plan = greedy(problem)
    free, lost = movable(problem)
    bounding = Bounding(problem, free, lost)
    assert bounding.together
    assert bounding.linear(plan, {}, time.monotonic() + SECONDS) == []
    known: dict[str, int] = {}
    for _ in range(ROUNDS):
        floor = bounding.waiting(plan, 0, lambda: True)
        floors = [floor] if floor is not None else bounding.linear(plan, known, time.monotonic() + SECONDS)  # type: ignore[arg-type]
        for one in floors:
            known[one.level] = max(known.get(one.level, 0), one.bound)
    best = solve(problem, limits=Limits(seconds=30, workers=2))
    assert 0 < known["promise_lateness"] <= best.objective["promise_lateness"]
    aim = bounding._aim
    assert aim.exact
    assert aim.lateness == known["promise_lateness"]


def test_a_program_that_cannot_be_solved_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = generate("small", 2, 0.6)
    plan = greedy(problem)
    free, lost = movable(problem)
    bounding = Bounding(problem, free, lost)
    while bounding.waiting(plan, 0, lambda: True) is not None:
        pass

    def unsolved(self: object, costs: object, end: float) -> Linear | None:
        return None

    monkeypatch.setattr("scheduler.mip.Mip.linear", unsolved)
    assert bounding.linear(plan, {}, time.monotonic() + SECONDS) == []
    assert not bounding.together


def test_the_aim_is_the_least_lateness_until_no_plan_of_it_is_found() -> None:
    aim = Aim()
    aim.take(50, 10)
    assert aim.lateness == 10
    aim.learn(Round(lateness=38.3, waiting=0.0, beyond=28.3, done=True), 5, 50)
    assert (aim.least, aim.lateness) == (40, 10)
    aim.take(50, 0)
    assert (aim.lateness, aim.exact) == (40, False)
    aim.learn(Round(lateness=39.0, waiting=500.0, beyond=0.0, done=True), 5, 50)
    assert (aim.lateness, aim.exact) == (40, True)
    assert aim.more(aim.count)
    aim.tried(700.0, found=False)
    assert aim.waiting == 700.0
    aim.take(50, 0)
    assert (aim.lateness, aim.exact, aim.waiting) == (40, True, 700.0)
    while aim.count <= MOST_COLUMNS:
        assert aim.more(aim.count)
    aim.tried(600.0, found=False)
    assert aim.waiting == 700.0
    aim.take(50, 0)
    assert (aim.lateness, aim.exact, aim.waiting) == (50, False, 0.0)
    assert not aim.more(aim.count - 1)


def test_prices_that_suit_the_higher_cap_too_are_not_asked_for_again() -> None:
    aim = Aim()
    aim.take(50, 0)
    aim.learn(Round(lateness=24.9, waiting=0.0, beyond=25.0, done=True), 5, 50)
    assert (aim.lateness, aim.exact) == (25, True)
