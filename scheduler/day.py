"""A problem and a plan laid side by side for the rules: who is who, and what every visit got."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from scheduler.held import held
from scheduler.meaning import PhaseKey, is_fact, key_of, phases_of, stays_of
from scheduler.plan import Plan
from scheduler.problem import Assignment, Item, Phase, Place, Problem, Technician, Visit


class Day:
    """Index over one problem and one plan; knows no rule."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.technicians: dict[str, Technician] = {t.id: t for t in problem.technicians}
        self.places: dict[str, Place] = {p.id: p for p in problem.places}
        self.visits: dict[str, Visit] = {v.id: v for v in problem.visits}
        self.phases: dict[PhaseKey, tuple[Visit, Item, Phase]] = {
            key: (visit, item, phase) for visit in problem.visits for key, item, phase in phases_of(visit)
        }
        self.rows: dict[PhaseKey, Assignment] = {key_of(a): a for a in plan.assignments}
        self.unserved = set(plan.unserved)

    @cached_property
    def facts(self) -> set[PhaseKey]:
        """Keys of the phases that are facts."""
        return {key for key, (_, _, phase) in self.phases.items() if is_fact(phase)}

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

    @cached_property
    def held(self) -> dict[str, dict[PhaseKey, Assignment]]:
        """Visits that keep their published technician and start."""
        return held(self.problem)

    def item_rows(self, visit: Visit, item: Item) -> list[Assignment]:
        """The assigned phases of one item in order."""
        rows = (self.rows.get((visit.id, item.id, n)) for n in range(len(item.phases)))
        return [row for row in rows if row is not None]

    def item_spans(self, visit: Visit) -> list[tuple[int, int, Item]]:
        """Start, end and item for each item of the visit that has assignments, by start."""
        spans = []
        for item in visit.items:
            rows = self.item_rows(visit, item)
            if rows:
                spans.append((rows[0].start, rows[-1].end, item))
        return sorted(spans, key=lambda span: span[:2])

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
