"""A later day from which somebody or something was taken: everybody keeps their time, or the desk decides. Pure.

Nobody who is booked ahead is given another time without being asked. They keep technician and place where these are still
there, get others who are free at the booked time, also by letting people change places, and where that cannot be, they lose
their room and the desk is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice

from hub.operations.planning.greedily import greedily
from hub.operations.planning.problem import BOOKED_GRACE_MINUTES
from scheduler import Assignment, Plan, Problem, explain, repair, verify

TRIES_MAX = 40
"""Half a second at a store of the middle size."""

BOOKED_AHEAD = ("confirmed", "expected")


def is_settled(problem: Problem) -> bool:
    """Whether the plan in force still keeps every hard rule and has room for everybody."""
    return not _without_room(problem) and not concerned(problem)


def concerned(problem: Problem) -> frozenset[str]:
    """The visits that break a hard rule where they are."""
    without = _without_room(problem)
    rows = tuple(row for row in problem.published if row.visit not in without)
    broken = verify(problem, Plan(assignments=rows, unserved=without)).broken
    return frozenset(name for rule in broken for name in rule.ids) & {visit.id for visit in problem.visits}


def made_room(problem: Problem, *, search: bool) -> Plan:
    """Those concerned at their time with whoever is free; where somebody is left out, others change technician for them.

    `search`: there is time to look for that, `TRIES_MAX` repairs of some ten milliseconds.
    """
    moving = concerned(problem) | set(_without_room(problem))
    others = tuple(visit if visit.id in moving else replace(visit, pinned=True) for visit in problem.visits)
    best = in_time(problem, greedily(replace(problem, visits=others)))
    for kept in islice(_ways_made(problem, best.unserved), TRIES_MAX if search else 0):
        trial = in_time(problem, repair(problem, kept(best)))
        if len(trial.unserved) < len(best.unserved) and verify(problem, trial).valid:
            best = trial
    return best


def _ways_made(problem: Problem, left_out: Collection[str]) -> Iterator[Callable[[Plan], list[Assignment]]]:
    """For each technician and each who is left out: the one serves the other, and whoever is in the way finds somebody else."""
    before = {name: [row for row in problem.published if row.visit == name] for name in left_out}
    for technician in problem.technicians:
        for rows in before.values():
            if rows and any(row.technician != technician.id for row in rows):
                yield partial(_instead, rows, technician.id)


def _instead(rows: Collection[Assignment], technician: str, plan: Plan) -> list[Assignment]:
    """What is to be kept of the plan when `rows` are done by this technician."""
    taken = [replace(row, technician=technician) if row.technician is not None else row for row in rows]
    rivals = {row.visit for row in rows} | {
        other.visit for other in plan.assignments for row in taken if other.technician == technician and _meet(other, row)
    }
    return [*(row for row in plan.assignments if row.visit not in rivals), *taken]


def _meet(one: Assignment, other: Assignment) -> bool:
    return one.start < other.end and other.start < one.end


def in_time(problem: Problem, plan: Plan) -> Plan:
    """The plan without those whom it would give another time than they have booked."""
    late = _late(problem, plan)
    rows = tuple(row for row in plan.assignments if row.visit not in late)
    unserved = tuple(v.id for v in problem.visits if v.id in late or v.id in plan.unserved)
    kept = replace(plan, assignments=rows, unserved=unserved)
    return replace(kept, objective=verify(problem, kept).objective, reasons=explain(problem, problem.published, kept))


def _late(problem: Problem, plan: Plan) -> Collection[str]:
    before, after = _starts(problem.published), _starts(plan.assignments)
    return {
        visit.id
        for visit in problem.visits
        if visit.id in after
        and visit.booked_start is not None
        and after[visit.id] > visit.booked_start + BOOKED_GRACE_MINUTES
        and after[visit.id] != before.get(visit.id)
    }


def _starts(rows: Iterable[Assignment]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[row.visit] = min(row.start, found.get(row.visit, row.start))
    return found


def _without_room(problem: Problem) -> tuple[str, ...]:
    """Those who lack room for a phase, in the order of the visits."""
    planned = Counter(row.visit for row in problem.published)
    return tuple(visit.id for visit in problem.visits if planned[visit.id] < sum(len(item.phases) for item in visit.items))
