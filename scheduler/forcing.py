"""Why not X: solve again with X forced and show what it would cost, level by level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from scheduler.limits import Limits
from scheduler.meaning import is_fact
from scheduler.plan import Plan
from scheduler.portfolio import solve
from scheduler.problem import Fixed, Item, Level, Phase, Problem, Request, Visit
from scheduler.verification import verify


@dataclass(frozen=True, slots=True)
class Forced:
    """What is tried: a visit at `start`, with `technician`, on `place`; None leaves it open. `item` None: all items.

    The start is that of the named item, or of the visit's first one; the place is for the phases of its kind.
    """

    visit: str
    item: str | None = None
    technician: str | None = None
    place: str | None = None
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """The best plan found with X forced, what each level costs more (negative: less), and whether X is possible.

    `worse` names the first level that differs, None when the plans are worth the same.
    """

    plan: Plan
    by_level: Mapping[Level, int]
    possible: bool
    worse: Level | None


def why_not(problem: Problem, plan: Plan, forced: Forced, limits: Limits | None = None) -> Difference:
    """Compare the plan with the best one in which `forced` holds (one second by default).

    Raises KeyError when the visit or item does not exist.
    """
    trial = force(problem, forced)
    found = solve(trial, hint=None, limits=limits or Limits(seconds=1.0))
    valued = _objective(problem, found)
    by_level = {level: valued[level] - plan.objective[level] for level in problem.objective}
    possible = forced.visit not in found.unserved and verify(_undecreed(trial, forced), found).valid
    worse = next((level for level, more in by_level.items() if more), None)
    return Difference(replace(found, objective=valued), by_level, possible, worse)


def _objective(problem: Problem, plan: Plan) -> Mapping[Level, int]:
    """Levels under the problem as it is, so that a forced technician does not count as a granted wish."""
    return verify(problem, plan).objective


def _undecreed(trial: Problem, forced: Forced) -> Problem:
    """The trial whose forced start is asked the rules too: a decreed one may lie in the past."""
    if forced.start is None:
        return trial
    visits = tuple(_any_start(v, forced.start) if v.id == forced.visit else v for v in trial.visits)
    return replace(trial, visits=visits)


def _any_start(visit: Visit, start: int) -> Visit:
    def opened(phase: Phase) -> Phase:
        decreed = phase.fixed is not None and phase.fixed.start == start and phase.fixed.end is None
        return replace(phase, fixed=replace(phase.fixed, start=None)) if phase.fixed and decreed else phase

    return replace(visit, items=tuple(replace(i, phases=tuple(map(opened, i.phases))) for i in visit.items))


def force(problem: Problem, forced: Forced) -> Problem:
    """The problem in which X is obligatory; the visit is no longer held where it was.

    A place that suits none of the visit's phases makes a problem that `check` refuses as `place_of_other_kind`.
    """
    names = {v.id for v in problem.visits}
    if forced.visit not in names:
        raise KeyError(forced.visit)
    kind = next((place.kind for place in problem.places if place.id == forced.place), None)
    visits = tuple(_forced_visit(v, forced, kind) if v.id == forced.visit else v for v in problem.visits)
    published = tuple(a for a in problem.published if a.visit != forced.visit)
    return replace(problem, visits=visits, published=published)


def _forced_visit(visit: Visit, forced: Forced, kind: str | None) -> Visit:
    wanted = forced.item
    if wanted is not None and wanted not in {i.id for i in visit.items}:
        raise KeyError(wanted)
    chosen = [item for item in visit.items if wanted in (None, item.id)]
    if not any(phase.place_kind == kind and not is_fact(phase) for item in chosen for phase in item.phases):
        kind = None
    items = tuple(
        _forced_item(item, forced, kind, starts=item.id == wanted or (wanted is None and number == 0))
        if wanted in (None, item.id)
        else item
        for number, item in enumerate(visit.items)
    )
    return replace(visit, items=items, pinned=False, moves_so_far=0)


def _forced_item(item: Item, forced: Forced, kind: str | None, *, starts: bool) -> Item:
    phases = tuple(
        phase if is_fact(phase) else _forced_phase(phase, forced, kind, start=forced.start if starts and n == 0 else None)
        for n, phase in enumerate(item.phases)
    )
    request = Request("must", (forced.technician,)) if forced.technician is not None else item.request
    return replace(item, phases=phases, request=request)


def _forced_phase(phase: Phase, forced: Forced, kind: str | None, start: int | None) -> Phase:
    fixed = phase.fixed or Fixed()
    suits = phase.place_kind is not None and kind in (None, phase.place_kind)
    place = forced.place if suits and forced.place is not None else fixed.place
    technician = None if forced.technician is not None else fixed.technician
    changed = replace(fixed, place=place, start=start if start is not None else fixed.start, technician=technician)
    return replace(phase, fixed=None if changed == Fixed() else changed)
