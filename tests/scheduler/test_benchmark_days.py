"""The peers' models of a salon's day: their plans are valid, never better than a proven one, and unfit days are told apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler import Arrival, Problem, solve, verify
from scheduler.benchmark import compared
from scheduler.benchmark_days import open_visits, plan_of, sayable
from scheduler.benchmark_peers import run_peer, solve_with
from scheduler.disturbance import advance
from scheduler.generate import generate
from scheduler.problem import Level
from tests.scheduler.work import limits

FELT: tuple[Level, ...] = ("unserved", "promise_lateness", "waiting")


def morning() -> Problem:
    """Ten visits of a generated day, crowded into its beginning, and one that is impossible."""
    day = generate("small", 1)
    starts = [30 + 50 * (n // 3) for n in range(10)]
    pairs = zip(day.visits, starts, strict=False)
    here = tuple(replace(v, release=at, booked_start=at, promised=(at, at + 15)) for v, at in pairs)
    nobody = replace(here[0].items[0], phases=(replace(here[0].items[0].phases[0], skill="juggling"),))
    impossible = replace(here[0], id="nobody can", customer=None, items=(nobody,))
    return replace(day, visits=(*here, impossible))


@pytest.mark.parametrize("peer", ["greedy", "cpsat", "highs", "pyjobshop"])
def test_peers_say_a_salons_day(peer: str) -> None:
    if peer == "pyjobshop":
        pytest.importorskip("pyjobshop", reason="PyJobShop is not installed")
    problem = replace(morning(), objective=FELT)
    ours = solve(problem, limits=limits(20))
    assert ours.status == "optimal"
    run = run_peer(peer, problem, 10.0, 1)
    assert run.state == "plan"
    assert run.plan is not None
    verdict = verify(problem, run.plan)
    assert verdict.valid, verdict.broken
    assert run.plan.unserved == ("nobody can",)
    assert tuple(verdict.objective.values()) >= tuple(ours.objective.values())
    if peer in ("cpsat", "highs"):
        assert verdict.objective["promise_lateness"] == ours.objective["promise_lateness"]
    assert compared(problem, ours, run) == "1.000" or float(compared(problem, ours, run).split()[0]) > 1


def test_a_day_that_has_begun_is_beyond_the_textbook_models() -> None:
    problem = morning()
    plan = solve(problem, limits=limits(1))
    later = advance(problem, plan, 60)
    assert sayable(problem)
    assert not sayable(later)
    assert not sayable(replace(problem, published=plan.assignments))
    party = replace(problem.visits[0], party="two")
    assert not sayable(replace(problem, visits=(party,)))
    same = replace(problem.visits[1], customer=problem.visits[0].customer)
    assert not sayable(replace(problem, visits=(problem.visits[0], same)))
    closed = replace(problem.places[0], closures=((100, 200),))
    assert not sayable(replace(problem, places=(closed, *problem.places[1:])))
    assert solve_with("highs", later, 1.0, 1).state == "unfit"
    assert solve_with("pyjobshop", later, 1.0, 1).state == "unfit"
    assert solve_with("highs", replace(later, visits=(), published=()), 1.0, 1).state == "plan"


def test_rows_that_need_more_places_than_there_are_make_no_plan() -> None:
    problem = morning()
    plan = solve(problem, limits=limits(1))
    by_visit = {v.id: [replace(r, place=None) for r in plan.assignments if r.visit == v.id] for v in open_visits(problem)}
    again = plan_of(problem, by_visit, "again")
    assert again is not None
    assert verify(problem, again).objective["waiting"] == plan.objective["waiting"]
    fewer = tuple(place for place in problem.places if place.kind != "chair" or place.id == "chair2")
    assert len(fewer) < len(problem.places)
    assert plan_of(replace(problem, places=fewer), by_visit, "again") is None


def test_somebody_here_already_is_sayable() -> None:
    problem = morning()
    here = replace(problem.visits[0], arrival=Arrival("here", 20))
    assert sayable(replace(problem, visits=(here, *problem.visits[1:])))
