"""The replanning benchmark: a day, a stream of events, and what the ladder makes of each."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from scheduler.disturbance import Event, advance, draw
from scheduler.generate import generate
from scheduler.incumbent import worth
from scheduler.limits import Limits
from scheduler.plan import Plan
from scheduler.portfolio import solve
from scheduler.problem import Level, Problem
from scheduler.verification import verify

FIRST_HOUR, LAST_HOUR = 1, 10


@dataclass(frozen=True, slots=True)
class Replanned:
    """One event and its answer. `changes` counts visits that others' reasons moved; seconds are of the whole ladder.

    `afresh` and `afresh_changes` are those of the greedy plan from scratch, for comparison.
    """

    event: Event
    plan: Plan
    first_seconds: float
    improved_seconds: float
    changes: int
    afresh_changes: int


def replan(size: str, seed: int, events: int, limits: Limits, load: float = 0.75) -> Iterator[Replanned]:
    """Plan a generated day for three seconds, then answer `events` events spread over it, each within `limits`."""
    rng = random.Random(f"replan/{size}/{seed}")
    problem = generate(size, seed, load)
    sample = problem.visits
    plan = solve(problem, limits=Limits(seconds=3.0, workers=limits.workers))
    moments = sorted(rng.randrange(FIRST_HOUR * 60, LAST_HOUR * 60) for _ in range(events))
    for moment in moments:
        event, problem = draw(advance(problem, plan, moment), rng, sample)
        answer = _answer(problem, event, limits)
        plan = answer.plan
        yield answer


def _answer(problem: Problem, event: Event, limits: Limits) -> Replanned:
    heard: list[Plan] = []
    plan = solve(problem, limits=limits, on_plan=heard.append)
    better = [p for p in heard if p.stage != "greedy"]
    afresh = solve(_unpublished(problem), limits=Limits(seconds=0.0, workers=1))
    return Replanned(
        event=event,
        plan=plan,
        first_seconds=plan.seconds_to_first,
        improved_seconds=better[0].seconds if better else plan.seconds_to_first,
        changes=moved(problem, plan),
        afresh_changes=moved(problem, afresh),
    )


def _unpublished(problem: Problem) -> Problem:
    return replace(problem, published=())


def moved(problem: Problem, plan: Plan) -> int:
    """Visits whose technician or start differs from the published plan, facts left out."""
    published = {(r.visit, r.item, r.phase): r for r in problem.published}
    names = set()
    for row in plan.assignments:
        before = published.get((row.visit, row.item, row.phase))
        if before is None or row.start < problem.now:
            continue
        if (before.technician, before.start) != (row.technician, row.start):
            names.add(row.visit)
    return len(names)


def felt(problem: Problem, plan: Plan) -> tuple[int, ...]:
    """The levels that customers feel, as a tuple to compare."""
    wanted: tuple[Level, ...] = ("unserved", "promise_lateness", "waiting", "changes")
    objective = verify(problem, plan).objective
    return worth(problem, objective)[: len([level for level in problem.objective if level in wanted])]
