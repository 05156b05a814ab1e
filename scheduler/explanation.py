"""Why a visit moved, as data: the hard rule that its published time would break now, or the level that gained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scheduler.board import facts_of
from scheduler.day import Day
from scheduler.meaning import is_fact, key_of, phases_of
from scheduler.objective import LEVELS
from scheduler.plan import Cause, Move, Plan
from scheduler.problem import Assignment, Level, Problem, Visit
from scheduler.rules import RULES, Broken, breaks_given, held_kept, party_together

OWN_LEVELS: tuple[Level, ...] = ("promise_lateness", "waiting", "wishes", "overtime", "fairness", "idle")


def explain(problem: Problem, before: Sequence[Assignment], after: Plan) -> tuple[Move, ...]:
    """Every open phase that differs between `before` and `after`, with its cause; facts explain themselves."""
    published = {key_of(a): a for a in before}
    now = {key_of(a): a for a in after.assignments}
    moves = []
    for visit in problem.visits:
        keys = [key for key, _, phase in phases_of(visit) if not is_fact(phase)]
        changed = [key for key in keys if published.get(key) != now.get(key)]
        if not changed:
            continue
        cause = _cause(problem, visit, [published[k] for k in keys if k in published], after)
        for key in changed:
            old, new = published.get(key), now.get(key)
            shift = new.start - old.start if old is not None and new is not None else 0
            own = replace(cause, by=shift) if cause.level is None else cause
            moves.append(Move(*key, old, new, own))
    return tuple(moves)


def _cause(problem: Problem, visit: Visit, before: list[Assignment], after: Plan) -> Cause:
    if not before:
        return Cause("not_placeable" if visit.id in after.unserved else "newly_placed")
    broken = _broken_by_facts(problem, visit, before)
    if broken is not None:
        return _named(problem, visit, broken)
    if visit.id in after.unserved:
        return Cause("not_placeable")
    in_the_way = _broken_by_plan(problem, visit, before, after)
    if in_the_way is not None:
        found = _named(problem, visit, in_the_way)
        if found.visit is not None:
            gained = _gain(problem, found.visit, after)
            if gained is not None:
                return Cause("objective", found.visit, found.resource, *gained)
        return found
    return _own_choice(problem, visit, before, after)


def _broken_by_facts(problem: Problem, visit: Visit, rows: list[Assignment]) -> Broken | None:
    """The first rule that the published rows break beside nothing but facts."""
    facts = [f for v in problem.visits for f in facts_of(v, {t.id: t for t in problem.technicians})]
    others = tuple(v.id for v in problem.visits if v.id != visit.id)
    return _first_broken(problem, Plan(assignments=(*facts, *rows), unserved=others))


def _broken_by_plan(problem: Problem, visit: Visit, rows: list[Assignment], after: Plan) -> Broken | None:
    """The first rule that the published rows break beside everybody else's new assignments."""
    keys = {key_of(r) for r in rows}
    kept = tuple(a for a in after.assignments if key_of(a) not in keys)
    return _first_broken(problem, replace(after, assignments=(*kept, *rows)), breaks=True)


def _first_broken(problem: Problem, plan: Plan, *, breaks: bool = False) -> Broken | None:
    day = Day(problem, plan)
    known = all(
        (row.technician is None or row.technician in day.technicians) and (row.place is None or row.place in day.places)
        for row in plan.assignments
    )
    if not known:
        return Broken("known_work", "gone")
    asked = [rule for rule in RULES if rule is not held_kept and (breaks or rule not in (breaks_given, party_together))]
    return next((broken for rule in asked for broken in rule(day)), None)


def _named(problem: Problem, visit: Visit, broken: Broken) -> Cause:
    visits = {v.id for v in problem.visits}
    resources = {t.id for t in problem.technicians} | {p.id for p in problem.places}
    other = next((name for name in broken.ids if name in visits and name != visit.id), None)
    return Cause(broken.rule, other, next((name for name in broken.ids if name in resources), None))


def _gain(problem: Problem, helped: str, after: Plan) -> tuple[Level, int] | None:
    """The first level in which a visit that took the place is better off than as published."""
    visit = next(v for v in problem.visits if v.id == helped)
    rows = tuple(a for a in problem.published if a.visit == helped)
    return _better(problem, visit, rows, tuple(a for a in after.assignments if a.visit == helped))


def _own_choice(problem: Problem, visit: Visit, before: list[Assignment], after: Plan) -> Cause:
    gained = _better(problem, visit, tuple(before), tuple(a for a in after.assignments if a.visit == visit.id))
    if gained is not None:
        return Cause("objective", None, None, *gained)
    return Cause("objective")


def _better(
    problem: Problem, visit: Visit, before: tuple[Assignment, ...], after: tuple[Assignment, ...]
) -> tuple[Level, int] | None:
    one = replace(problem, visits=(visit,), published=())
    facts = facts_of(visit, {t.id: t for t in problem.technicians})
    count = sum(len(item.phases) for item in visit.items)
    old_rows = (*facts, *(a for a in before if key_of(a) not in {key_of(f) for f in facts}))
    if len(old_rows) < count or len(after) < count:
        return None
    known = {t.id for t in problem.technicians}
    if any(a.technician is not None and a.technician not in known for a in old_rows):
        return None
    old, new = Day(one, Plan(assignments=old_rows)), Day(one, Plan(assignments=after))
    for level in OWN_LEVELS:
        gain = LEVELS[level](old) - LEVELS[level](new)
        if level in problem.objective and gain > 0:
            return level, gain
    return None
