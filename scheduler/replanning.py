"""The replanning benchmark: a day, a stream of events, and what the ladder makes of each."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scheduler.disturbance import Event, advance, draw
from scheduler.generate import SIZES, generate
from scheduler.incumbent import worth
from scheduler.limits import Limits
from scheduler.plan import Plan
from scheduler.portfolio import solve
from scheduler.problem import Problem
from scheduler.proof import felt_gap

FIRST_HOUR, LAST_HOUR = 1, 10
SECOND = 1.0
CLOSE = 0.05
"""A gap that is as good as none."""


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
    best_known: tuple[int, ...] = (0, 0)
    after_second: tuple[int, ...] = (0, 0)

    @property
    def at_best(self) -> bool:
        """Whether the first two levels (nobody unserved, promises) were at the best known within a second."""
        return self.after_second[:2] <= self.best_known[:2]

    @property
    def excess(self) -> int:
        """Lateness over the best known after a second."""
        (one, after), (other, best) = self.after_second[:2], self.best_known[:2]
        return after - best if one == other else 0


def replan(
    size: str, seed: int, events: int, limits: Limits, load: float = 0.75, reference: float = 0.0
) -> Iterator[Replanned]:
    """Plan a generated day for three seconds a store, then answer `events` events spread over it, each within `limits`.

    With `reference` the answer is searched on for so many seconds, and the better of both is the best known.
    """
    rng = random.Random(f"replan/{size}/{seed}")
    problem = generate(size, seed, load)
    sample = problem.visits
    plan = solve(problem, limits=Limits(seconds=3.0 * SIZES[size].stores, workers=limits.workers))
    moments = sorted(rng.randrange(FIRST_HOUR * 60, LAST_HOUR * 60) for _ in range(events))
    for moment in moments:
        event, problem = draw(advance(problem, plan, moment), rng, sample)
        answer = _answer(problem, event, limits, reference)
        plan = answer.plan
        yield answer


def _answer(problem: Problem, event: Event, limits: Limits, reference: float) -> Replanned:
    heard: list[Plan] = []
    plan = solve(problem, limits=limits, on_plan=heard.append)
    better = [p for p in heard if p.stage != "greedy"]
    afresh = solve(_unpublished(problem), limits=Limits(seconds=0.0, workers=1))
    best = worth(problem, plan.objective)
    if reference and plan.status != "optimal":
        on = solve(problem, hint=plan, limits=replace(limits, seconds=reference))
        best = min(best, worth(problem, on.objective))
    soon = [p for p in heard if p.seconds <= SECOND] or heard[:1]
    return Replanned(
        event=event,
        plan=plan,
        first_seconds=plan.seconds_to_first,
        improved_seconds=better[0].seconds if better else plan.seconds_to_first,
        changes=moved(problem, plan),
        afresh_changes=moved(problem, afresh),
        best_known=best,
        after_second=worth(problem, soon[-1].objective),
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


def summary(answers: Sequence[Replanned]) -> dict[str, float]:
    """What the bench prints: latencies in milliseconds, shares in percent, changes per event and against afresh."""
    first = sorted(1000 * a.first_seconds for a in answers)
    improved = sorted(1000 * a.improved_seconds for a in answers)
    changes = sum(a.changes for a in answers)
    return {
        "events": len(answers),
        "first_p50_ms": _quantile(first, 0.5),
        "first_p95_ms": _quantile(first, 0.95),
        "improved_p50_ms": _quantile(improved, 0.5),
        "improved_p95_ms": _quantile(improved, 0.95),
        "unchanged_percent": 100 * sum(a.changes == 0 for a in answers) / max(1, len(answers)),
        "proven_percent": 100 * sum(a.plan.status == "optimal" for a in answers) / max(1, len(answers)),
        "lateness_proven_percent": 100 * sum(_lateness_proven(a.plan) for a in answers) / max(1, len(answers)),
        "felt_proven_percent": 100 * sum(_felt_within(a.plan, 0.0) for a in answers) / max(1, len(answers)),
        "felt_within_5_percent": 100 * sum(_felt_within(a.plan, CLOSE) for a in answers) / max(1, len(answers)),
        "at_best_percent": 100 * sum(a.at_best for a in answers) / max(1, len(answers)),
        "excess_mean": sum(a.excess for a in answers) / max(1, len(answers)),
        "changes_per_event": changes / max(1, len(answers)),
        "changes_to_afresh": changes / max(1, sum(a.afresh_changes for a in answers)),
    }


def _quantile(values: Sequence[float], share: float) -> float:
    """Nearest-rank quantile of sorted values; 0.0 of none."""
    return values[min(len(values) - 1, math.ceil(share * len(values)) - 1)] if values else 0.0


def _felt_within(plan: Plan, most: float) -> bool:
    gap = felt_gap(plan)
    return gap is not None and gap <= most


def _lateness_proven(plan: Plan) -> bool:
    return all(plan.bound.get(level) == plan.objective[level] for level in ("unserved", "promise_lateness"))
