"""Bounds of overtime, turns and idle time: below the best plan, and met where nothing but ability counts."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler import Level, Request, solve
from scheduler.comfort import _level, _shared_out, comfort_floors
from tests.scheduler import brute, days
from tests.scheduler.salon import cut, day, visit
from tests.scheduler.work import limits

LAST: tuple[Level, ...] = ("overtime", "fairness", "idle")


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1_000_000), st.sampled_from(LAST))
def test_no_plan_is_below_them(seed: int, level: Level) -> None:
    problem = replace(days.tiny(seed), objective=("unserved", level))
    try:
        best = brute.best(problem, most=200)
        later = replace(days.disturbed(problem, best.assignments, seed), objective=problem.objective)
        best_later = brute.best(later, most=200)
    except brute.TooManyError:
        return
    for one, plan in ((problem, best), (later, best_later)):
        # Also where more are left out than need be: then it holds among plans that leave out so many.
        for more in range(2):
            assert comfort_floors(one, plan.objective["unserved"] + more)[level] <= plan.objective[level]


@pytest.mark.parametrize("seed", range(30))
def test_turns_are_shared_out_as_evenly_as_abilities_allow(seed: int) -> None:
    dice = random.Random(seed)
    people = "abcd"[: dice.randint(2, 4)]
    turns = {name: dice.randint(0, 3) for name in people}
    asked = [frozenset(dice.sample(people, dice.randint(1, len(people)))) for _ in range(dice.randint(1, 6))]

    def worth(chosen: tuple[str, ...]) -> int:
        return sum((turns[name] + chosen.count(name)) ** 2 for name in people)

    least = min(map(worth, itertools.product(*asked)))
    assert _shared_out(turns, Counter(asked)) == least
    assert _level(turns, len(asked)) == min(map(worth, itertools.product(people, repeat=len(asked)))) <= least


def test_a_plan_that_shares_turns_as_evenly_as_can_be_is_known_to() -> None:
    """Who is asked for has no turn; who can alone do something has it."""
    asked = replace(visit("b", cut()).items[0], request=Request("must", ("anna",)))
    problem = day(visit("a", cut()), replace(visit("b", cut()), items=(asked,)), objective=("unserved", *LAST))
    plan = solve(problem, limits=limits(5))
    assert plan.objective["fairness"] == plan.bound["fairness"] == 1
    assert comfort_floors(problem, 1)["fairness"] == 0
    assert set(comfort_floors(replace(problem, objective=("unserved", "idle")), 0)) == {"idle"}
