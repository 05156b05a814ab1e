"""A service without pauses in the CP-SAT model: one start, a literal per crew, everything else at offsets."""

from __future__ import annotations

import itertools
from collections import defaultdict

from ortools.sat.python import cp_model

from scheduler.board import span_mask
from scheduler.fit import Crew
from scheduler.ground import Expr, Ground, ItemVars
from scheduler.masks import closed_spans
from scheduler.meaning import ready, stays_of
from scheduler.problem import Item, Visit


class TightService:
    """Builds one such service; `vars` is what became of it."""

    def __init__(self, ground: Ground, visit: Visit, item: Item, staff: list[Crew], served: Expr) -> None:
        self.ground = ground
        self.model = ground.model
        self.visit = visit
        self.item = item
        self.served = served
        self.window = self._window()
        domain = cp_model.Domain.from_intervals(closed_spans(self.window or 1))
        start = self.model.new_int_var_from_domain(domain, f"{visit.id} {item.id}")
        row = ground.row(visit, item, 0)
        if row is not None:
            ground.hint(start, row.start)
        if not self.window:
            self.model.add(served == 0)
        self.vars = ItemVars(item, start, start, 0)
        self._build(staff)

    def _window(self) -> int:
        fixed = self.item.phases[0].fixed
        if fixed is not None and fixed.start is not None:
            return span_mask(fixed.start, fixed.start + 1) if fixed.start <= self.ground.problem.horizon else 0
        return span_mask(ready(self.visit, self.ground.problem), self.ground.problem.horizon + 1)

    def _build(self, staff: list[Crew]) -> None:
        groups: dict[tuple[int, ...], list[Crew]] = defaultdict(list)
        for crew in staff:
            groups[crew.lengths].append(crew)
        literals: list[tuple[Expr, int]] = []
        for lengths, members in groups.items():
            was = self.ground.had_lengths(self.visit, self.item, lengths)
            group = self.served if len(groups) == 1 else self.ground.boolean("lengths", was)
            literals.append((group, sum(lengths)))
            self.model.add(self.vars.start + sum(lengths) <= self.ground.problem.horizon).only_enforce_if(group)
            self._group(lengths, members, group)
        if len(groups) > 1:
            self.model.add_exactly_one([g for g, _ in literals] + [self.served.negated()])
        self._length(literals)

    def _length(self, literals: list[tuple[Expr, int]]) -> None:
        found = self.vars
        longest, shortest = max(t for _, t in literals), min(t for _, t in literals)
        if longest == shortest:
            found.length = longest
            found.end = found.start + longest
            return
        # Unserved services get the shortest length, which no other constraint looks at.
        ground = self.ground
        found.length = ground.integer(shortest, longest, "length", ground.had_length(self.visit, self.item))
        self.model.add(found.length == shortest + sum((total - shortest) * g for g, total in literals))
        found.end = ground.integer(0, ground.far, "end", ground.had_end(self.visit, self.item))
        self.model.add(found.end == found.start + found.length)

    def _group(self, lengths: tuple[int, ...], members: list[Crew], group: Expr) -> None:
        """One choice of durations: who may do each phase, and the stays."""
        found = self.vars
        offsets = list(itertools.accumulate(lengths, initial=0))
        wanting = [n for n in range(len(lengths)) if members[0].people[n]]
        shared = self._one_person(lengths, offsets, members, group) if self.item.same_technician and wanting else None
        for n in wanting:
            people = shared if shared is not None else self._anybody(n, (offsets[n], lengths[n]), members, group)
            for name, literal in people.items():
                self.ground.work_at(found, n, name, literal, (found.start + offsets[n], lengths[n]))
        for n, length in enumerate(lengths):
            found.starts.setdefault(n, []).append((group, found.start + offsets[n], length))
        for stay in stays_of(self.item):
            self._stay(stay, offsets, group)

    def _one_person(self, lengths: tuple[int, ...], offsets: list[int], members: list[Crew], group: Expr) -> dict[str, Expr]:
        wanting = [n for n in range(len(lengths)) if members[0].people[n]]
        same_lengths = self.ground.had_lengths(self.visit, self.item, lengths)
        people: dict[str, Expr] = {}
        for crew in members:
            name = crew.people[wanting[0]][0]
            mask = self.window & self.ground.allowed(self.visit, self.item, name)
            for n in wanting:
                mask &= self.ground.board.work[name].starts(lengths[n]) >> offsets[n]
            if mask:
                was = same_lengths and self.ground.had_person(self.visit, self.item, wanting[0], name)
                people[name] = self.ground.enforced(self.vars.start, mask, was)
        self.model.add_exactly_one([*people.values(), group.negated()])
        return people

    def _anybody(self, number: int, span: tuple[int, int], members: list[Crew], group: Expr) -> dict[str, Expr]:
        offset, length = span
        people: dict[str, Expr] = {}
        for name in sorted({name for crew in members for name in crew.people[number]}):
            mask = self.window & self.ground.allowed(self.visit, self.item, name)
            mask &= self.ground.board.work[name].starts(length) >> offset
            if mask:
                was = self.ground.had_person(self.visit, self.item, number, name)
                people[name] = self.ground.enforced(self.vars.start, mask, was)
        self.model.add_exactly_one([*people.values(), group.negated()])
        return people

    def _stay(self, stay: tuple[int, int], offsets: list[int], group: Expr) -> None:
        """A stay of fixed length: counted where the places are alike, else on one of them."""
        first, last = stay
        found = self.vars
        start, length = found.start + offsets[first], offsets[last + 1] - offsets[first]
        kind = self.item.phases[first].place_kind or ""
        places = self.ground.places_for(self.item, stay)
        if not places:
            self.model.add(group == 0)
            return
        if kind in self.ground.counted:
            size = length + places[0].clean_up
            self.ground.kinds[kind].append(self.model.new_optional_fixed_size_interval_var(start, size, group, "stay"))
            return
        row = self.ground.row(self.visit, self.item, first)
        chosen = []
        for place in places:
            mask = self.window & (self.ground.board.stay_starts(place, length) >> offsets[first])
            if mask:
                here = self.ground.enforced(found.start, mask, row is not None and row.place == place.id)
                chosen.append(here)
                key = first, place.id
                found.places[key] = found.places[key] + here if key in found.places else here
                size = length + place.clean_up
                self.ground.stays[place.id].append(self.model.new_optional_fixed_size_interval_var(start, size, here, place.id))
        self.model.add_exactly_one([*chosen, group.negated()])
