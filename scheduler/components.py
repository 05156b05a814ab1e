"""A problem taken apart into components that share no technician, place, customer or party, and put together again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from scheduler.meaning import eligible, phases_of
from scheduler.plan import Plan
from scheduler.problem import Assignment, Item, Level, Phase, Problem

ADDITIVE: frozenset[Level] = frozenset(
    {
        "unserved",
        "promise_lateness",
        "waiting",
        "changes",
        "wishes",
        "overtime",
        "fairness",
        "idle",
        "technicians_used",
    }
)
"""Levels whose value for the whole is the sum over the components."""


class _Union:
    def __init__(self) -> None:
        self.parent: dict[str, str] = {}

    def find(self, name: str) -> str:
        root = name
        while self.parent.setdefault(root, root) != root:
            root = self.parent[root]
        while self.parent[name] != root:
            self.parent[name], name = root, self.parent[name]
        return root

    def join(self, names: Iterable[str]) -> None:
        roots = [self.find(name) for name in names]
        for root in roots[1:]:
            self.parent[root] = roots[0]


def components(problem: Problem) -> list[Problem]:
    """The problem's independent parts, largest first; the problem itself when it is one, or when a level is no sum."""
    if not set(problem.objective) <= ADDITIVE:
        return [problem]
    union = _Union()
    kinds: dict[str, list[str]] = {}
    for place in problem.places:
        kinds.setdefault(place.kind, []).append(f"p {place.id}")
    able: dict[object, set[str]] = {}
    for visit in problem.visits:
        touched = {f"v {visit.id}"}
        if visit.customer is not None:
            touched.add(f"c {visit.customer}")
        if visit.party is not None:
            touched.add(f"party {visit.party}")
        for _, item, phase in phases_of(visit):
            touched |= set(kinds.get(phase.place_kind or "", ()))
            if phase.needs_technician:
                touched |= _able(problem, phase, item, able)
            if phase.fixed is not None:
                touched |= {f"t {phase.fixed.technician}"} if phase.fixed.technician is not None else set()
                touched |= {f"p {phase.fixed.place}"} if phase.fixed.place is not None else set()
        union.join(touched)
    return _parts(problem, union)


def _able(problem: Problem, phase: Phase, item: Item, known: dict[object, set[str]]) -> set[str]:
    """Who could do the phase; asked once for all phases that ask for the same."""
    named = phase.fixed.technician if phase.fixed is not None else None
    key = phase.skill, phase.min_level, tuple(phase.duration_by_technician), named, item.request
    if key not in known:
        known[key] = {f"t {t.id}" for t in problem.technicians if eligible(phase, item, t)}
    return known[key]


def _parts(problem: Problem, union: _Union) -> list[Problem]:
    roots = {union.find(f"v {v.id}") for v in problem.visits}
    if len(roots) <= 1:
        return [problem]
    # People and places that nobody needs still have breaks and turns; they form one further part.
    parts = []
    for root in [*sorted(roots), None]:
        technicians = tuple(t for t in problem.technicians if _home(union, roots, f"t {t.id}") == root)
        places = tuple(p for p in problem.places if _home(union, roots, f"p {p.id}") == root)
        visits = tuple(v for v in problem.visits if union.find(f"v {v.id}") == root)
        names = {v.id for v in visits}
        if visits or technicians or places:
            part = replace(problem, technicians=technicians, places=places, visits=visits)
            parts.append(replace(part, published=tuple(a for a in problem.published if a.visit in names)))
    return sorted(parts, key=lambda part: -len(part.visits))


def _home(union: _Union, roots: set[str], name: str) -> str | None:
    root = union.find(name)
    return root if root in roots else None


def together(problem: Problem, plans: Sequence[Plan], stage: str) -> Plan:
    """The whole plan from those of the parts."""
    rows: dict[str, list[Assignment]] = {}
    for plan in plans:
        for row in plan.assignments:
            rows.setdefault(row.visit, []).append(row)
    return Plan(
        assignments=tuple(row for visit in problem.visits for row in rows.get(visit.id, ())),
        breaks=tuple(b for plan in plans for b in plan.breaks),
        unserved=tuple(name for plan in plans for name in plan.unserved),
        stage=stage,
    )
