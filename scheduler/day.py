"""A problem and a plan laid side by side for the rules: who is who, and what every visit got."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from scheduler.held import held
from scheduler.meaning import PhaseKey, is_fact, key_of, phases_of, stays_of
from scheduler.plan import Plan
from scheduler.problem import Assignment, Item, Phase, Place, Problem, Technician, Visit


class Background:
    """Index over one problem alone; the same for all of its plans."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.technicians: dict[str, Technician] = {t.id: t for t in problem.technicians}
        self.places: dict[str, Place] = {p.id: p for p in problem.places}
        self.visits: dict[str, Visit] = {v.id: v for v in problem.visits}
        self.phases: dict[PhaseKey, tuple[Visit, Item, Phase]] = {
            key: (visit, item, phase) for visit in problem.visits for key, item, phase in phases_of(visit)
        }
        self.facts: set[PhaseKey] = {key for key, (_, _, phase) in self.phases.items() if is_fact(phase)}
        self.started: set[str] = {key[0] for key in self.facts}

    @cached_property
    def held(self) -> dict[str, dict[PhaseKey, Assignment]]:
        """Visits that keep their published technician and start."""
        return held(self.problem)


REMEMBERED = 4

_recent: list[Background] = []


def background_of(problem: Problem) -> Background:
    """The background of a problem; that of the last few is remembered, because one search asks a thousand times."""
    found = next((known for known in _recent if known.problem is problem), None)
    if found is None:
        found = Background(problem)
        _recent[:] = [found, *_recent[: REMEMBERED - 1]]
    return found


class Day:
    """Index over one problem and one plan; knows no rule. `background` is that of the problem, where it is known."""

    def __init__(self, problem: Problem, plan: Plan, background: Background | None = None) -> None:
        known = background or background_of(problem)
        self.problem = problem
        self.plan = plan
        self.background = known
        self.technicians, self.places, self.visits = known.technicians, known.places, known.visits
        self.phases, self.facts = known.phases, known.facts
        self.rows: dict[PhaseKey, Assignment] = {key_of(a): a for a in plan.assignments}
        self.unserved = set(plan.unserved)
        self._spans: dict[str, list[tuple[int, int, Item]]] = {}

    def started(self, visit: Visit) -> bool:
        """Whether any phase of the visit is a fact."""
        return visit.id in self.background.started

    @cached_property
    def open_rows(self) -> list[tuple[PhaseKey, Assignment, Visit, Item, Phase]]:
        """Assignments that the plan decides, facts left out."""
        return [(key, row, *self.phases[key]) for key, row in self.rows.items() if key not in self.facts]

    @cached_property
    def by_technician(self) -> dict[str, list[tuple[PhaseKey, Assignment]]]:
        """Work of every technician by start."""
        work: dict[str, list[tuple[PhaseKey, Assignment]]] = defaultdict(list)
        for key, row in self.rows.items():
            if row.technician is not None:
                work[row.technician].append((key, row))
        for rows in work.values():
            rows.sort(key=lambda pair: (pair[1].start, pair[1].end))
        return work

    @property
    def held(self) -> dict[str, dict[PhaseKey, Assignment]]:
        """Visits that keep their published technician and start."""
        return self.background.held

    @cached_property
    def _by_item(self) -> dict[tuple[str, str], list[Assignment]]:
        found: dict[tuple[str, str], list[Assignment]] = defaultdict(list)
        for row in self.rows.values():
            found[row.visit, row.item].append(row)
        for rows in found.values():
            if len(rows) > 1:
                rows.sort(key=lambda row: row.phase)
        return found

    def item_rows(self, visit: Visit, item: Item) -> list[Assignment]:
        """The assigned phases of one item in order."""
        return self._by_item.get((visit.id, item.id), [])

    def item_spans(self, visit: Visit) -> list[tuple[int, int, Item]]:
        """Start, end and item for each item of the visit that has assignments, by start."""
        spans = self._spans.get(visit.id)
        if spans is None:
            spans = []
            for item in visit.items:
                rows = self.item_rows(visit, item)
                if rows:
                    spans.append((rows[0].start, rows[-1].end, item))
            if len(spans) > 1:
                spans.sort(key=lambda span: span[:2])
            self._spans[visit.id] = spans
        return spans

    def stays(self) -> list[tuple[str, int, int, bool, str]]:
        """Every stay on a place: place, start, end without clean-up, whether it begins with a fact, visit."""
        found = []
        for visit in self.problem.visits:
            for item in visit.items:
                for first, last in stays_of(item):
                    keys = [(visit.id, item.id, n) for n in range(first, last + 1)]
                    keys = [key for key in keys if key in self.rows]
                    rows = [self.rows[key] for key in keys]
                    if rows and rows[0].place is not None:
                        found.append((rows[0].place, rows[0].start, rows[-1].end, keys[0] in self.facts, visit.id))
        return found
