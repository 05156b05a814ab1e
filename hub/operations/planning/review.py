"""What a day that is over was worth, beside the best that anybody could have made of it who had known everything. Pure."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hub.operations.planning.apart import SMALLEST
from hub.operations.planning.hindsight import PastDay
from hub.operations.planning.rules import kept
from scheduler import Assignment, Level, Limits, Plan, Problem, Technician, Visit, solve, verify

PLAIN: tuple[Level, ...] = ("unserved", "promise_lateness", "waiting")
"""Levels whose least value the solver can prove: customers, minutes, minutes."""


@dataclass(frozen=True, slots=True)
class Measures:
    """A day in minutes and counts. `late` is over all who were served, `waiting` from the arrival, between services too."""

    came: int
    served: int
    windows: int
    """Customers who were served and had been told a window."""
    kept: int
    late_total: int
    late_longest: int
    waiting_total: int
    waiting_longest: int
    wishes_unmet: int
    overtime: int

    @property
    def late_mean(self) -> float:
        """Per customer who was served."""
        return self.late_total / self.served if self.served else 0.0

    @property
    def waiting_mean(self) -> float:
        """Per customer who was served."""
        return self.waiting_total / self.served if self.served else 0.0


@dataclass(frozen=True, slots=True)
class Review:
    """`least` holds what is proven of the levels in `PLAIN`: nobody could have done with less, the levels before it being as
    small as they can be. `broken` names rules that the day broke and that could not be loosened; then nothing is proven."""

    day: date
    happened: Measures
    best: Measures
    least: Mapping[Level, int]
    optimal: bool
    walk_ins: int
    stayed_away: int
    seconds: float
    plan: Plan
    """The best day that was found, or what happened where nothing better was."""
    broken: tuple[str, ...] = ()


def review(past: PastDay, limits: Limits) -> Review:
    """Plan the day with hindsight and compare; takes as long as `limits` allow."""
    problem = past.problem
    lived = verify(problem, past.happened)
    solve(SMALLEST)  # loads the engines, which is not to cost the search its time
    plan = solve(problem, limits=limits)
    best = past.happened if lived.valid and _as_good(problem, lived.objective, plan.objective) else plan
    return Review(
        day=date.fromisoformat(problem.name),
        happened=measured(past, past.happened),
        best=measured(past, best),
        least={level: plan.bound[level] for level in PLAIN if level in plan.bound} if lived.valid else {},
        optimal=lived.valid and plan.status == "optimal",
        walk_ins=past.walk_ins,
        stayed_away=past.stayed_away,
        seconds=plan.seconds,
        plan=best,
        broken=tuple(sorted({broken.rule for broken in lived.broken})),
    )


def least_of(found: Review) -> dict[Level, int]:
    """What is proven and worth saying: not that minutes are never below 0."""
    best = {"promise_lateness": found.best.late_total, "waiting": found.best.waiting_total}
    return {level: least for level, least in found.least.items() if not least == 0 < best.get(level, 0)}


def _as_good(problem: Problem, one: Mapping[Level, int], other: Mapping[Level, int]) -> bool:
    return [one[level] for level in problem.objective] <= [other[level] for level in problem.objective]


def measured(past: PastDay, plan: Plan) -> Measures:
    """A plan of that day in plain minutes, counted from its rows alone."""
    rows: dict[str, list[Assignment]] = defaultdict(list)
    for row in plan.assignments:
        rows[row.visit].append(row)
    served = [visit for visit in past.problem.visits if rows[visit.id]]
    starts = {visit.id: min(row.start for row in rows[visit.id]) for visit in served}
    late = [late_of(visit, starts[visit.id]) for visit in served]
    waiting = [waited_of(visit, rows[visit.id]) for visit in served]
    told = [visit for visit in served if visit.id in past.told]
    people = {technician.id: technician for technician in past.problem.technicians}
    return Measures(
        came=len(past.problem.visits),
        served=len(served),
        windows=len(told),
        kept=sum(_kept(past, visit, starts[visit.id]) for visit in told),
        late_total=sum(late),
        late_longest=max(late, default=0),
        waiting_total=sum(waiting),
        waiting_longest=max(waiting, default=0),
        wishes_unmet=sum(_unmet(visit, rows[visit.id]) for visit in served),
        overtime=sum(_outside(people[row.technician], row) for row in plan.assignments if row.technician is not None),
    )


def late_of(visit: Visit, start: int) -> int:
    """Minutes after the window, or after the arrival of who came later than that."""
    return 0 if visit.promised is None else max(0, start - max(visit.promised[1], visit.arrival.at))


def _kept(past: PastDay, visit: Visit, start: int) -> bool:
    """By the rule that promises are settled by."""
    moments = start, visit.promised[1] if visit.promised else start, visit.arrival.at
    return kept(*(past.moment(minute) for minute in moments))


def waited_of(visit: Visit, rows: Sequence[Assignment]) -> int:
    by_item: dict[str, list[Assignment]] = defaultdict(list)
    for row in rows:
        by_item[row.item].append(row)
    spans = sorted((min(r.start for r in own), max(r.end for r in own)) for own in by_item.values())
    return max(0, spans[0][0] - visit.arrival.at) + sum(max(0, b[0] - a[1]) for a, b in itertools.pairwise(spans))


def _unmet(visit: Visit, rows: Sequence[Assignment]) -> int:
    """Services whose preferred technicians did not do all of it."""
    wishes = {item.id: item.request.technicians for item in visit.items if item.request.kind == "prefers"}
    return len(
        {
            row.item
            for row in rows
            if row.technician is not None and row.technician not in wishes.get(row.item, (row.technician,))
        }
    )


def _outside(technician: Technician, row: Assignment) -> int:
    inside = sum(max(0, min(row.end, end) - max(row.start, start)) for start, end in technician.shifts)
    return row.end - row.start - inside
