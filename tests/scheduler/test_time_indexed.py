"""The time-indexed relaxation of lateness: never above the best plan, and exact where it says all."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler import Arrival, Level, Problem, greedy, solve
from scheduler.board import Board
from scheduler.bounding import Bounding
from scheduler.columns import Columns
from scheduler.generate import generate
from scheduler.incumbent import Incumbent
from scheduler.limits import Deadline
from scheduler.neighbourhood import Neighbourhoods
from scheduler.proof import hopeless
from scheduler.relaxation import Relaxation
from scheduler.time_indexed import TimeIndexed
from tests.scheduler import brute, days
from tests.scheduler.salon import ANNA, day, visit
from tests.scheduler.work import limits

OBJECTIVE: tuple[Level, ...] = ("unserved", "promise_lateness", "waiting")


def time_indexed(problem: Problem, most: int) -> TimeIndexed:
    """The MIP of everybody who can be served."""
    lost = hopeless(problem)
    free = [v for v in problem.visits if v.id not in lost]
    mip = TimeIndexed(Relaxation(Columns(Board(problem), free, (most, None), ({}, {})), "promise_lateness", {}))
    mip.build()
    return mip


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1_000_000))
def test_its_bounds_never_exceed_the_best_plan(seed: int) -> None:
    problem = replace(days.tiny(seed), objective=OBJECTIVE)
    try:
        best = brute.best(problem, most=600)
    except brute.TooManyError:
        return
    if set(best.unserved) != set(hopeless(problem)):
        return
    # Room for twice as bad, so that windows and cut-offs do not give the answer away.
    most = 2 * best.objective["promise_lateness"] + 3
    assert time_indexed(problem, most).solve(2.0, 0, most).bound <= best.objective["promise_lateness"]


def test_it_is_exact_for_one_chair_and_one_person() -> None:
    waiting = [visit(name, arrival=Arrival("here", 0), promised=(0, 30), tier_weight=n + 1) for n, name in enumerate("abc")]
    problem = replace(day(*waiting, objective=OBJECTIVE), technicians=(ANNA,))
    best = solve(problem, limits=limits(5))
    assert best.status == "optimal"
    value = best.objective["promise_lateness"]
    found = time_indexed(problem, value + 40).solve(10.0, 0, value + 40)
    assert found.bound == value
    assert found.rows is not None
    assert {r.technician for rows in found.rows.values() for r in rows} == {"anna"}


def test_its_plans_can_be_adopted() -> None:
    problem = replace(generate("small", 2, 0.6), objective=OBJECTIVE)
    incumbent = Incumbent(problem, Deadline(limits(20)))
    incumbent.offer(greedy(problem))
    search = Neighbourhoods(problem, incumbent, lost=hopeless(problem))
    before = incumbent.best.objective
    assert not set(incumbent.best.unserved) - search.lost
    bounding = Bounding(problem, [v.id for v in search.everything()], search.lost)
    found = bounding.lateness(incumbent.best, 0, 5.0)
    assert found is not None
    if found.rows is not None:
        assert search.adopt(found.rows, "time-indexed")
        assert tuple(incumbent.best.objective.values()) < tuple(before.values())
    assert found.bound <= incumbent.best.objective["promise_lateness"]
