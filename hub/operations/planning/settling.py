"""A first answer is in force and people may have seen it: what the search that goes on from there may still change. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from hub.operations.planning.problem import DayProblem
from hub.operations.planning.rules import WORTH_TELLING
from scheduler import Plan, Problem, Visit

WORTH = int(WORTH_TELLING.total_seconds() // 60)


def moved_by(problem: Problem, plan: Plan) -> frozenset[str]:
    """The visits to whom the plan of this problem gives another start or technician than was published."""
    before = {(row.visit, row.item, row.phase): row for row in problem.published}
    found = set()
    for row in plan.assignments:
        old = before.get((row.visit, row.item, row.phase))
        if old is not None and (abs(row.start - old.start) >= WORTH or row.technician != old.technician):
            found.add(row.visit)
    return frozenset(found)


def held(day: DayProblem, told: Collection[str]) -> DayProblem:
    """The same day, in which nobody is moved whom the first answer has moved already.

    Only those may be moved once more to whom it does good: who would begin after their window, or are here and wait.
    """
    visits = tuple(
        replace(visit, pinned=True) if visit.id in told and not may_be_helped(day.problem, visit) else visit
        for visit in day.problem.visits
    )
    return replace(day, problem=replace(day.problem, visits=visits))


def may_be_helped(problem: Problem, visit: Visit) -> bool:
    """Whether an earlier start would spare this customer a broken promise or a wait."""
    start = _start(problem, visit.id)
    late = start is not None and visit.promised is not None and start > visit.promised[1]
    return start is None or late or (visit.arrival.kind == "here" and start > problem.now)


def moves_on(problem: Problem, plan: Plan, told: Collection[str]) -> bool:
    """Whether the plan pushes anybody further whom the first answer has moved already, or leaves them without a time."""
    starts: dict[str, int] = {}
    for row in plan.assignments:
        if row.visit in told and row.start >= problem.now:
            starts[row.visit] = min(row.start, starts.get(row.visit, row.start))
    known = {name: _start(problem, name) for name in told}
    return any(start is not None and starts.get(name, start + WORTH) >= start + WORTH for name, start in known.items())


def _start(problem: Problem, visit: str) -> int | None:
    return min((row.start for row in problem.published if row.visit == visit), default=None)
