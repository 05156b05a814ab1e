"""Whatever the form of a problem allows: a valid plan comes out, it is worth what it says, and no bound is above the best."""

import pytest

from scheduler import Limits, Plan, Problem, greedy, solve, verify
from scheduler.incumbent import worth
from scheduler.json_form import problem_from_json, problem_to_json
from scheduler.proof import PROVABLE
from tests.scheduler.brute import TooManyError, best
from tests.scheduler.odd_days import half_published, odd_day


def _sound(problem: Problem, seed: int) -> Plan:
    """The plan, seen to be sound by itself and beside the best one where that can be found by trying everything."""
    assert problem_from_json(problem_to_json(problem)) == problem
    plan, first = solve(problem, limits=Limits(seconds=1, workers=1, seed=seed)), greedy(problem)
    for found in (plan, first):
        verdict = verify(problem, found)
        assert verdict.broken == ()
        assert verdict.objective == found.objective
    assert worth(problem, plan.objective) <= worth(problem, first.objective)
    try:
        optimum = best(problem, 800).objective
    except TooManyError:
        return plan
    for level in problem.objective:
        if level not in PROVABLE:
            break
        assert plan.bound.get(level, 0) <= optimum[level] <= plan.objective[level]
        if plan.objective[level] != optimum[level]:
            assert plan.status == "feasible"
            break
    return plan


@pytest.mark.parametrize("seed", [51, 56, 59, 63, 72, 103, 115])
def test_odd_days_are_planned_as_well_as_trying_everything_says(seed: int) -> None:
    problem = odd_day(seed)
    plan = _sound(problem, seed)
    _sound(half_published(problem, plan.assignments, seed), seed)
