"""Disturbed days: the stream is repeatable, every answer is valid, and few people are moved."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from scheduler import Limits, check, greedy, verify
from scheduler.disturbance import KINDS, Event, advance, draw
from scheduler.generate import generate
from scheduler.meaning import is_fact, phases_of
from scheduler.plan import Plan
from scheduler.replanning import Replanned, replan, summary


def test_time_makes_facts_of_what_has_begun() -> None:
    problem = generate("small", 1, 0.7)
    plan = greedy(problem)
    later = advance(problem, plan, 200)
    check(later)
    rows = {(r.visit, r.item, r.phase): r for r in plan.assignments}
    for visit in later.visits:
        for key, _, phase in phases_of(visit):
            assert is_fact(phase) == (key in rows and rows[key].start < 200)
    assert all(
        max(r.end for r in plan.assignments if r.visit == v.id) > 200
        for v in later.visits
        if v.id in {r.visit for r in plan.assignments}
    )


@pytest.mark.parametrize("seed", range(4))
def test_every_kind_of_event_leaves_a_problem_with_a_valid_answer(seed: int) -> None:
    problem = generate("small", seed, 0.7)
    sample = problem.visits
    plan = greedy(problem)
    rng = random.Random(seed)
    seen = set()
    for moment in range(60, 560, 25):
        event, problem = draw(advance(problem, plan, moment), rng, sample)
        check(problem)
        plan = greedy(problem)
        assert verify(problem, plan).broken == ()
        seen.add(event.kind)
    assert len(seen) >= 4
    assert seen <= set(KINDS)


def test_the_same_seed_brings_the_same_events() -> None:
    problem = advance(generate("small", 1, 0.7), greedy(generate("small", 1, 0.7)), 200)
    one, two = (draw(problem, random.Random(5), problem.visits) for _ in range(2))
    assert one == two


def test_the_stream_is_answered_event_by_event() -> None:
    answers = list(replan("small", 1, 3, Limits(seconds=0.3, workers=1)))
    assert len(answers) == 3
    assert all(a.first_seconds <= a.plan.seconds for a in answers)
    found = summary(answers)
    assert found["events"] == 3
    assert 0 <= found["proven_percent"] <= 100
    assert found["first_p50_ms"] <= found["first_p95_ms"]


def test_summary_counts_changes_against_planning_afresh() -> None:
    plan = Plan(objective={"unserved": 0, "promise_lateness": 3}, bound={"unserved": 0, "promise_lateness": 3})
    answers = [Replanned(Event("late", 1, "v"), plan, 0.01 * n, 0.02, n % 2, 10) for n in range(1, 21)]
    found = summary(answers)
    assert found["first_p50_ms"] == pytest.approx(100)
    assert found["first_p95_ms"] == pytest.approx(190)
    assert found["changes_to_afresh"] == pytest.approx(10 / 200)
    assert found["unchanged_percent"] == 50
    assert found["lateness_proven_percent"] == 100
    assert found["proven_percent"] == 0
    assert found["felt_proven_percent"] == 100


def test_summary_counts_what_is_close_to_the_bound() -> None:
    objective = {"unserved": 0, "promise_lateness": 20, "waiting": 80}
    plans = [
        Plan(objective=objective, bound={"unserved": 0, "promise_lateness": late, "waiting": wait})  # type: ignore[arg-type]
        for late, wait in ((20, 80), (18, 78), (0, 80))
    ]
    found = summary([Replanned(Event("late", 1, "v"), plan, 0.01, 0.02, 0, 1) for plan in plans])
    assert found["felt_proven_percent"] == pytest.approx(100 / 3)
    assert found["felt_within_5_percent"] == pytest.approx(200 / 3)


def test_summary_holds_the_plan_after_a_second_against_the_best_known() -> None:
    one = Replanned(Event("late", 1, "v"), Plan(objective={"unserved": 0}), 0.01, 0.02, 0, 1, (0, 20, 7), (0, 20, 9))
    two = replace(one, after_second=(0, 30, 1))
    three = replace(one, after_second=(1, 0, 0))
    found = summary([one, two, three])
    assert found["at_best_percent"] == pytest.approx(100 / 3)
    assert found["excess_mean"] == pytest.approx(10 / 3)
