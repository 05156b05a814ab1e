"""Bounds in a thread of their own: they arrive, they hold, the thread ends, and what goes wrong there is not lost."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from scheduler import Limits, Plan, Problem, greedy, solve
from scheduler.beside import Beside
from scheduler.bounding import Bounding, Floor
from scheduler.generate import generate
from scheduler.meaning import is_fact, phases_of
from scheduler.proof import felt_gap, hopeless

PATIENCE_SECONDS = 60.0


def bounding(problem: Problem) -> Bounding:
    lost = hopeless(problem)
    open_visits = [v.id for v in problem.visits if v.id not in lost and any(not is_fact(p) for _, _, p in phases_of(v))]
    return Bounding(problem, open_visits, lost)


def until(asked: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not asked():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


def test_floors_arrive_and_are_below_the_plan() -> None:
    problem = generate("small", 2, 0.6)
    plan = greedy(problem)
    beside = Beside(bounding(problem), plan, lambda: PATIENCE_SECONDS)
    floors: list[Floor] = []

    def heard() -> bool:
        floors.extend(beside.poll(plan))
        return any(floor.level == "promise_lateness" and floor.bound for floor in floors)

    try:
        until(heard)
    finally:
        beside.end()
    assert all(floor.bound <= plan.objective[floor.level] for floor in floors)
    until(lambda: beside.idle)


def test_what_goes_wrong_beside_is_raised_where_the_floors_are_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Bounding, plan: Plan) -> bool:
        raise ArithmeticError("no bound")

    monkeypatch.setattr(Bounding, "suits", broken)
    problem = generate("small", 2, 0.6)
    plan = greedy(problem)
    beside = Beside(bounding(problem), plan, lambda: PATIENCE_SECONDS)
    until(lambda: beside.idle)
    with pytest.raises(ArithmeticError):
        beside.poll(plan)


def test_two_threads_prove_what_customers_feel_of_a_small_day() -> None:
    plan = solve(generate("small", 2, 0.6), limits=Limits(seconds=30, workers=2))
    gap = felt_gap(plan)
    assert gap is not None
    assert gap <= 0.2
    assert all(plan.bound[level] <= plan.objective[level] for level in plan.bound)
