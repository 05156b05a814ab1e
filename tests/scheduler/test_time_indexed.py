"""The time-indexed relaxation: never above the best plan, and exact where it says all."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler import Arrival, Level, Limits, greedy, solve
from scheduler.board import Board
from scheduler.generate import generate
from scheduler.incumbent import Incumbent
from scheduler.limits import Deadline
from scheduler.neighbourhood import Neighbourhoods
from scheduler.proof import hopeless
from scheduler.time_indexed import TimeIndexed
from tests.scheduler import brute, days
from tests.scheduler.salon import ANNA, day, visit

OBJECTIVE: tuple[Level, ...] = ("unserved", "promise_lateness", "waiting")


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1_000_000))
def test_its_bounds_never_exceed_the_best_plan(seed: int) -> None:
    problem = replace(days.tiny(seed), objective=OBJECTIVE)
    try:
        best = brute.best(problem, most=600)
    except brute.TooManyError:
        return
    lost = hopeless(problem)
    if set(best.unserved) != set(lost):
        return
    free = [v for v in problem.visits if v.id not in lost]
    # Room for twice as bad, so that windows and cut-offs do not give the answer away.
    mip = TimeIndexed(Board(problem), free, 2 * best.objective["promise_lateness"] + 3, 2 * best.objective["waiting"] + 3)
    mip.build()
    found = mip.solve(10.0, 0)
    assert found.lateness <= best.objective["promise_lateness"]
    if found.waiting is not None and found.lateness == best.objective["promise_lateness"]:
        assert found.waiting <= best.objective["waiting"]


def test_it_is_exact_for_one_chair_and_one_person() -> None:
    waiting = [visit(name, arrival=Arrival("here", 0), promised=(0, 30), tier_weight=n + 1) for n, name in enumerate("abc")]
    problem = replace(day(*waiting, objective=OBJECTIVE), technicians=(ANNA,))
    best = solve(problem, limits=Limits(seconds=5, workers=1))
    assert best.status == "optimal"
    value = best.objective["promise_lateness"]
    mip = TimeIndexed(Board(problem), problem.visits, value + 40, 10_000)
    mip.build()
    found = mip.solve(10.0, 0)
    assert found.lateness == value
    assert found.rows is not None
    assert {r.technician for rows in found.rows.values() for r in rows} == {"anna"}


def test_its_plans_can_be_adopted() -> None:
    problem = generate("small", 2, 0.6)
    deadline = Deadline(Limits(seconds=20, workers=1))
    incumbent = Incumbent(problem, deadline)
    incumbent.offer(greedy(problem))
    search = Neighbourhoods(problem, incumbent, lost=hopeless(problem))
    before = incumbent.best.objective
    assert not set(incumbent.best.unserved) - search.lost
    found = search.relaxed(search.everything(), 5.0)
    assert found is not None
    if found.rows is not None:
        assert search.adopt(found.rows, "time-indexed")
        assert tuple(incumbent.best.objective.values()) < tuple(before.values())
    assert found.lateness <= incumbent.best.objective["promise_lateness"]
