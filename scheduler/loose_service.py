"""A service with pauses, or one that has begun, in the CP-SAT model: a start for every open phase."""

from __future__ import annotations

from scheduler.board import span_mask
from scheduler.fit import Crew
from scheduler.ground import Expr, Ground, ItemVars
from scheduler.masks import spans_of
from scheduler.meaning import ready, started, stays_of
from scheduler.problem import Item, Place, Visit


class LooseService:
    """Builds one such service; `vars` is what became of it."""

    def __init__(self, ground: Ground, visit: Visit, item: Item, staff: list[Crew], served: Expr) -> None:
        self.ground = ground
        self.model = ground.model
        self.visit = visit
        self.item = item
        self.staff = staff
        self.served = served
        everything = ground.board.rows.get(visit.id, ())
        self.own = [r for r in everything if r.item == item.id]
        self.low = max([ready(visit, ground.problem), *(r.end for r in everything)])
        self.shared: dict[str, Expr] = {}
        starts: list[Expr] = [r.start for r in self.own]
        ends: list[Expr] = [r.end for r in self.own]
        self.vars = ItemVars(item, 0, 0, 0, phase_starts=starts, phase_ends=ends)
        self._build()

    def _build(self) -> None:
        found, ground = self.vars, self.ground
        if self.low > ground.problem.horizon:
            self.model.add(self.served == 0)
        for number in range(len(self.own), len(self.item.phases)):
            start, end = self._phase(number)
            if number > 0:
                self._follows(number, start)
            found.phase_starts.append(start)
            found.phase_ends.append(end)
        found.start, found.end = found.phase_starts[0], found.phase_ends[-1]
        self.model.add(found.end <= ground.problem.horizon).only_enforce_if(self.served)
        found.length = ground.integer(0, ground.far, "length", ground.had_length(self.visit, self.item))
        self.model.add(found.length == found.end - found.start).only_enforce_if(self.served)
        for stay in stays_of(self.item):
            if stay[1] >= len(self.own):
                self._stay(stay)

    def _follows(self, number: int, start: Expr) -> None:
        gap = self.item.phases[number].max_gap_before
        end = self.vars.phase_ends[number - 1]
        self.model.add(start >= end).only_enforce_if(self.served)
        if gap is not None and not started(self.visit):
            self.model.add(start <= end + gap).only_enforce_if(self.served)

    def _phase(self, number: int) -> tuple[Expr, Expr]:
        ground, found = self.ground, self.vars
        horizon = ground.problem.horizon
        fixed = self.item.phases[number].fixed
        decreed = fixed.start if fixed is not None else None
        row = ground.row(self.visit, self.item, number)
        low, high = (self.low, horizon) if decreed is None else (decreed, decreed)
        start = ground.integer(low, high, f"{self.visit.id} {self.item.id} {number}", row.start if row else None)
        lengths = {(name, crew.lengths[number]) for crew in self.staff for name in crew.people[number]}
        if not lengths:
            length = self.staff[0].lengths[number]
            found.starts[number] = [(self.served, start, length)]
            return start, start + length
        literals: dict[str, Expr] = {}
        for name, length in sorted(lengths):
            literals[name] = self._person(number, name, start, length)
        self.model.add_exactly_one([*literals.values(), self.served.negated()])
        sizes = {length for _, length in lengths}
        if len(sizes) == 1:
            return start, start + sizes.pop()
        end = ground.integer(0, ground.far, "end", row.end if row else None)
        least = min(sizes)
        self.model.add(end == start + least + sum((length - least) * literals[name] for name, length in lengths))
        return start, end

    def _person(self, number: int, name: str, start: Expr, length: int) -> Expr:
        ground = self.ground
        mask = ground.board.work[name].starts(length) & span_mask(0, ground.problem.horizon - length + 1)
        literal = ground.enforced(start, mask, ground.had_person(self.visit, self.item, number, name))
        if self.item.same_technician:
            one = self.shared.setdefault(name, literal)
            if one is not literal:
                self.model.add(one == literal)
        ground.work_at(self.vars, number, name, literal, (start, length))
        self.vars.starts.setdefault(number, []).append((literal, start, length))
        return literal

    def _stay(self, stay: tuple[int, int]) -> None:
        """A stay of unknown length, held through the pauses."""
        first, last = stay
        ground, found = self.ground, self.vars
        start, end = found.phase_starts[first], found.phase_ends[last]
        rows = [ground.row(self.visit, self.item, n) for n in stay]
        before = rows[1].end - rows[0].start if rows[0] is not None and rows[1] is not None else None
        size = ground.integer(0, ground.far, "stay", before)
        self.model.add(size == end - start).only_enforce_if(self.served)
        kind = self.item.phases[first].place_kind or ""
        places = ground.places_for(self.item, stay)
        if kind in ground.counted and places:
            clean = places[0].clean_up
            interval = self.model.new_optional_interval_var(start, size + clean, end + clean, self.served, "stay")
            ground.kinds[kind].append(interval)
            return
        chosen = []
        for place in places:
            here = ground.boolean("place", rows[0] is not None and rows[0].place == place.id)
            chosen.append(here)
            found.places[first, place.id] = here
            self._on_place(place, (start, size, end), here, begun=first < len(self.own))
        self.model.add_exactly_one([*chosen, self.served.negated()])

    def _on_place(self, place: Place, body: tuple[Expr, Expr, Expr], here: Expr, *, begun: bool) -> None:
        """Keep the stay off what others have on the place, and off its closures unless it has begun."""
        start, size, end = body
        ground, clean = self.ground, place.clean_up
        interval = self.model.new_optional_interval_var(start, size + clean, end + clean, here, place.id)
        ground.stays[place.id].append(interval)
        others = 0 if begun else ground.finished_stays(self.visit).get(place.id, 0)
        for name, mask in ground.board.stay[place.id].taken.items():
            if name != self.visit.id:
                others |= mask
        lane = ground.board.stay[place.id]
        moments = [(at, at) for name, own in lane.moments.items() if name != self.visit.id for at in own]
        for low, high in [*spans_of(others), *moments]:
            self.model.add_no_overlap([interval, self.model.new_fixed_size_interval_var(low, high - low, "taken")])
        if begun:
            return
        inside = self.model.new_optional_interval_var(*body, here, "body")
        closed = span_mask(0, ground.problem.horizon) & ~ground.board.open[place.id].base
        for low, high in spans_of(closed):
            self.model.add_no_overlap([inside, self.model.new_fixed_size_interval_var(low, high - low, "closed")])
