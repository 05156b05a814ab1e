"""The CP-SAT model of some visits of a day; everything else is laid out on the board and enters as domains.

A service without pauses has one start; each crew (see `fit.crews`) is a literal with its own offsets, so that durations
that depend on people need no further variables. Places that are alike are counted (cumulative) and coloured afterwards.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ortools.sat.python import cp_model

from scheduler.board import Board, runs, span_mask
from scheduler.fit import Crew, crews
from scheduler.masks import closed_spans, spans_of
from scheduler.meaning import PhaseKey, is_fact, key_of, ready, started, stays_of
from scheduler.problem import Assignment, Item, Visit

LONGEST = 100_000
"""Room for durations beyond the horizon, which nothing served can have."""

Expr = Any
"""A CP-SAT linear expression or literal; OR-Tools' own types are not exported for annotation."""


@dataclass(slots=True)
class ItemVars:
    """What a service became: start, end and length; the literal of each (phase, technician); its phases' starts."""

    item: Item
    start: Expr
    end: Expr
    length: Expr
    people: dict[tuple[int, str], Expr] = field(default_factory=dict)
    starts: dict[int, list[tuple[Expr, Expr, int]]] = field(default_factory=dict)
    """Phase → (literal, start, duration) alternatives."""
    phase_starts: list[Expr] = field(default_factory=list)
    phase_ends: list[Expr] = field(default_factory=list)
    """Of services with pauses and begun ones: every phase, facts included."""
    places: dict[tuple[int, str], Expr] = field(default_factory=dict)
    """(First phase of a stay, place) → literal, where places are chosen one by one."""


@dataclass(slots=True)
class VisitVars:
    """A visit's literal `served`, its first start, the end of its last service, and its items."""

    visit: Visit
    served: Expr
    first: Expr
    last: Expr
    items: list[ItemVars]


class DayModel:
    """Variables and hard rules for the `free` visits on a board on which they have nothing but their facts."""

    def __init__(
        self,
        board: Board,
        free: Sequence[Visit],
        current: Mapping[PhaseKey, Assignment],
        counted: Collection[str],
        kept: Mapping[str, Mapping[PhaseKey, Assignment]] | None = None,
    ) -> None:
        self.board = board
        self.problem = board.problem
        self.model = cp_model.CpModel()
        self.current = current
        # Ends of what is not served may lie anywhere; only served work ends within the horizon.
        self.far = 3 * self.problem.horizon + LONGEST
        self.counted = counted
        self.free = {v.id for v in free}
        self.visits: dict[str, VisitVars] = {}
        self.starts_of_work: dict[str, list[tuple[Expr, Expr, int]]] = defaultdict(list)
        self._work: dict[str, list[Any]] = defaultdict(list)
        self._stays: dict[str, list[Any]] = defaultdict(list)
        self._kinds: dict[str, list[tuple[Any, int]]] = defaultdict(list)
        self._hinted: set[int] = set()
        for visit in free:
            self._add_visit(visit)
        for name, rows in (kept or {}).items():
            self._held_kept(name, rows)
        self._technicians_once()
        self._places_once()
        self._places_counted()
        self._party_together()
        self._customers_once()

    # --- variables -------------------------------------------------------------------------------------------------

    def boolean(self, name: str, hint: bool | None = None) -> Expr:
        """A literal, hinted when a value is known."""
        var = self.model.new_bool_var(name)
        if hint is not None:
            self.hint(var, int(hint))
        return var

    def integer(self, low: int, high: int, name: str, hint: int | None = None) -> Expr:
        """A whole number in [low, high], hinted when a value is known."""
        var = self.model.new_int_var(low, max(low, high), name)
        if hint is not None:
            self.hint(var, min(max(hint, low), max(low, high)))
        return var

    def hint(self, var: Expr, value: int) -> None:
        """Hint a variable once."""
        if var.index not in self._hinted:
            self._hinted.add(var.index)
            self.model.add_hint(var, value)

    def _add_visit(self, visit: Visit) -> None:
        was_served = all((visit.id, i.id, n) in self.current for i in visit.items for n in range(len(i.phases)))
        served = self.boolean(f"{visit.id} served", was_served)
        items = [self._add_item(visit, item, served) for item in visit.items]
        order = items
        if started(visit):
            begun = [v for v in items if is_fact(v.item.phases[0])]
            begun.sort(key=lambda v: self._fact_start(v.item))
            order = begun + [v for v in items if v not in begun]
        if len(items) == 1:
            first, last = items[0].start, items[0].end
        elif visit.items_in_order or started(visit):
            for one, two in itertools.pairwise(order):
                if not all(is_fact(p) for p in two.item.phases):
                    opened = two.start if not is_fact(two.item.phases[0]) else self._first_open(two)
                    self.model.add(opened >= one.end).only_enforce_if(served)
            first, last = order[0].start, order[-1].end
        else:
            first, last = self._any_order(visit, items, served)
        self.visits[visit.id] = VisitVars(visit, served, first, last, items)

    def _fact_start(self, item: Item) -> int:
        fixed = item.phases[0].fixed
        return fixed.start if fixed is not None and fixed.start is not None else 0

    def _first_open(self, item: ItemVars) -> Expr:
        number = next(n for n, p in enumerate(item.item.phases) if not is_fact(p))
        return item.starts[number][0][1]

    def _any_order(self, visit: Visit, items: list[ItemVars], served: Expr) -> tuple[Expr, Expr]:
        spans = [
            self.model.new_optional_interval_var(v.start, v.length, v.end, served, f"{visit.id} {v.item.id}") for v in items
        ]
        self.model.add_no_overlap(spans)
        rows = [r for key, r in self.current.items() if key[0] == visit.id]
        first = self.integer(0, self.far, "first", min((r.start for r in rows), default=None))
        last = self.integer(0, self.far, "last", max((r.end for r in rows), default=None))
        self.model.add_min_equality(first, [v.start for v in items])
        self.model.add_max_equality(last, [v.end for v in items])
        return first, last

    def _add_item(self, visit: Visit, item: Item, served: Expr) -> ItemVars:
        if all(is_fact(phase) for phase in item.phases):
            rows = [r for r in self.board.rows[visit.id] if r.item == item.id]
            return ItemVars(item, rows[0].start, rows[-1].end, rows[-1].end - rows[0].start)
        staff = crews(self.board, item)
        plain = all(p.max_gap_before == 0 and (p.fixed is None or p.fixed.start is None) for p in item.phases[1:])
        tight = plain and not is_fact(item.phases[0]) and not started(visit)
        if not staff:
            self.model.add(served == 0)
            dead = self.model.new_constant(0)
            return ItemVars(item, dead, dead, dead)
        return self._tight(visit, item, staff, served) if tight else self._loose(visit, item, staff, served)

    # --- services without pauses -----------------------------------------------------------------------------------

    def _tight(self, visit: Visit, item: Item, staff: list[Crew], served: Expr) -> ItemVars:
        window = self._window(visit, item)
        groups: dict[tuple[int, ...], list[Crew]] = defaultdict(list)
        for crew in staff:
            groups[crew.lengths].append(crew)
        row = self.current.get((visit.id, item.id, 0))
        start = self.model.new_int_var_from_domain(
            cp_model.Domain.from_intervals(closed_spans(window or 1)), f"{visit.id} {item.id}"
        )
        if row is not None:
            self.hint(start, row.start)
        if not window:
            self.model.add(served == 0)
        found = ItemVars(item, start, start, 0)
        literals = []
        for lengths, members in groups.items():
            was = self._had_lengths(visit, item, lengths)
            group = served if len(groups) == 1 else self.boolean("lengths", was)
            literals.append((group, sum(lengths)))
            self.model.add(start + sum(lengths) <= self.problem.horizon).only_enforce_if(group)
            self._tight_group(visit, found, lengths, members, group, window)
        if len(groups) > 1:
            self.model.add_exactly_one([g for g, _ in literals] + [served.negated()])
            longest, shortest = max(t for _, t in literals), min(t for _, t in literals)
            if longest == shortest:
                found.length = longest
            else:
                # Unserved services get the shortest length, which no other constraint looks at.
                found.length = self.integer(shortest, longest, "length", self._had_length(visit, item))
                self.model.add(found.length == shortest + sum((total - shortest) * g for g, total in literals))
                found.end = self.integer(0, self.far, "end", self._had_end(visit, item))
                self.model.add(found.end == start + found.length)
                return found
        else:
            found.length = literals[0][1]
        found.end = start + found.length
        return found

    def _had_length(self, visit: Visit, item: Item) -> int | None:
        first, end = self.current.get((visit.id, item.id, 0)), self._had_end(visit, item)
        return end - first.start if first is not None and end is not None else None

    def _had_end(self, visit: Visit, item: Item) -> int | None:
        row = self.current.get((visit.id, item.id, len(item.phases) - 1))
        return row.end if row is not None else None

    def _had_lengths(self, visit: Visit, item: Item, lengths: tuple[int, ...]) -> bool:
        rows = [self.current.get((visit.id, item.id, n)) for n in range(len(lengths))]
        return all(r is not None and r.end - r.start == length for r, length in zip(rows, lengths, strict=True))

    def _tight_group(
        self, visit: Visit, found: ItemVars, lengths: tuple[int, ...], members: list[Crew], group: Expr, window: int
    ) -> None:
        item = found.item
        offsets = list(itertools.accumulate(lengths, initial=0))
        wanting = [n for n in range(len(lengths)) if members[0].people[n]]
        shared: dict[str, Expr] = {}
        if item.same_technician and wanting:
            names = [crew.people[wanting[0]][0] for crew in members]
            for name in names:
                mask = window
                for n in wanting:
                    mask &= self.board.work[name].starts(lengths[n]) >> offsets[n]
                if mask:
                    was = self._had_person(visit, item, wanting[0], name) and self._had_lengths(visit, item, lengths)
                    shared[name] = self._enforced(found.start, mask, was)
            self.model.add_exactly_one([*shared.values(), group.negated()])
        for n in wanting:
            people = shared
            if not item.same_technician:
                people = {}
                for name in {name for crew in members for name in crew.people[n]}:
                    mask = window & (self.board.work[name].starts(lengths[n]) >> offsets[n])
                    if mask:
                        people[name] = self._enforced(found.start, mask, self._had_person(visit, item, n, name))
                self.model.add_exactly_one([*people.values(), group.negated()])
            for name, literal in people.items():
                self._work_at(found, n, name, literal, found.start + offsets[n], lengths[n])
        for n in range(len(lengths)):
            found.starts.setdefault(n, []).append((group, found.start + offsets[n], lengths[n]))
        for first, last in stays_of(item):
            length = offsets[last + 1] - offsets[first]
            self._stay_at(visit, found, (first, last), group, found.start + offsets[first], length, window, offsets)

    def _had_person(self, visit: Visit, item: Item, number: int, name: str) -> bool:
        row = self.current.get((visit.id, item.id, number))
        return row is not None and row.technician == name

    def _enforced(self, start: Expr, mask: int, was: bool) -> Expr:
        literal = self.boolean("who", was)
        domain = cp_model.Domain.from_intervals(closed_spans(mask))
        self.model.add_linear_expression_in_domain(start, domain).only_enforce_if(literal)
        return literal

    def _work_at(self, found: ItemVars, number: int, name: str, literal: Expr, start: Expr, length: int) -> None:
        key = number, name
        if key in found.people:
            found.people[key] = found.people[key] + literal
        else:
            found.people[key] = literal
        self._work[name].append(
            self.model.new_optional_fixed_size_interval_var(start, length, literal, f"{name} {found.item.id}")
        )
        self.starts_of_work[name].append((literal, start, length))

    def _window(self, visit: Visit, item: Item) -> int:
        low = ready(visit, self.problem)
        facts = [r.end for r in self.board.rows.get(visit.id, ())]
        mask = span_mask(max([low, *facts]), self.problem.horizon + 1)
        fixed = item.phases[0].fixed
        return 1 << fixed.start if fixed is not None and fixed.start is not None else mask

    # --- stays on places -------------------------------------------------------------------------------------------

    def _stay_at(
        self,
        visit: Visit,
        found: ItemVars,
        stay: tuple[int, int],
        literal: Expr,
        start: Expr,
        length: int,
        window: int,
        offsets: list[int],
    ) -> None:
        """A stay of fixed length that begins at `start` when `literal` holds."""
        first = stay[0]
        kind = found.item.phases[first].place_kind or ""
        places = self.board.by_kind.get(kind, [])
        if not places:
            self.model.add(literal == 0)
            return
        if kind in self.counted:
            size = length + places[0].clean_up
            self._kinds[kind].append((self.model.new_optional_fixed_size_interval_var(start, size, literal, "stay"), 1))
            return
        row = self.current.get((visit.id, found.item.id, first))
        named = {f.place for f in (found.item.phases[n].fixed for n in range(first, stay[1] + 1)) if f is not None} - {None}
        chosen = []
        for place in places:
            if named and place.id not in named:
                continue
            free = self.board.stay_starts(place, length)
            mask = window & (free >> offsets[first])
            if mask:
                here = self._enforced(found.start, mask, row is not None and row.place == place.id)
                chosen.append(here)
                key = first, place.id
                found.places[key] = found.places[key] + here if key in found.places else here
                self._stays[place.id].append(
                    self.model.new_optional_fixed_size_interval_var(start, length + place.clean_up, here, place.id)
                )
        self.model.add_exactly_one([*chosen, literal.negated()])

    # --- services with pauses, and those that have begun -------------------------------------------------------------

    def _loose(self, visit: Visit, item: Item, staff: list[Crew], served: Expr) -> ItemVars:
        own = [r for r in self.board.rows.get(visit.id, ()) if r.item == item.id]
        horizon = self.problem.horizon
        low = max([ready(visit, self.problem), *(r.end for r in self.board.rows.get(visit.id, ()))])
        starts: list[Expr] = [r.start for r in own]
        ends: list[Expr] = [r.end for r in own]
        found = ItemVars(item, starts[0] if own else 0, 0, 0)
        shared: dict[str, Expr] = {}
        self.model.add(low <= horizon).only_enforce_if(served)
        for number in range(len(own), len(item.phases)):
            start, end = self._loose_phase(visit, found, number, staff, served, low, shared)
            if number > 0:
                self._follows(visit, item, number, ends[-1], start, served, own=number == len(own))
            starts.append(start)
            ends.append(end)
        found.start, found.end = starts[0], ends[-1]
        self.model.add(found.end <= horizon).only_enforce_if(served)
        found.phase_starts, found.phase_ends = starts, ends
        found.length = self.integer(0, self.far, "length", self._had_length(visit, item))
        self.model.add(found.length == found.end - found.start).only_enforce_if(served)
        for first, last in stays_of(item):
            if last >= len(own):
                self._loose_stay(visit, found, (first, last), starts[first], ends[last], served, begun=first < len(own))
        return found

    def _follows(self, visit: Visit, item: Item, number: int, end: Expr, start: Expr, served: Expr, *, own: bool) -> None:
        gap = item.phases[number].max_gap_before
        self.model.add(start >= end).only_enforce_if(served)
        if gap is not None and not started(visit):
            self.model.add(start <= end + gap).only_enforce_if(served)

    def _loose_phase(
        self,
        visit: Visit,
        found: ItemVars,
        number: int,
        staff: list[Crew],
        served: Expr,
        low: int,
        shared: dict[str, Expr],
    ) -> tuple[Expr, Expr]:
        item, horizon = found.item, self.problem.horizon
        phase = item.phases[number]
        row = self.current.get((visit.id, item.id, number))
        decreed = phase.fixed.start if phase.fixed is not None else None
        bounds = (decreed, decreed) if decreed is not None else (low, horizon)
        start = self.integer(bounds[0], bounds[1], f"{visit.id} {item.id} {number}", row.start if row else None)
        lengths = {(name, crew.lengths[number]) for crew in staff for name in crew.people[number]}
        if not lengths:
            length = staff[0].lengths[number]
            found.starts[number] = [(served, start, length)]
            return start, start + length
        literals: dict[str, Expr] = {}
        for name, length in sorted(lengths):
            mask = self.board.work[name].starts(length) & span_mask(0, horizon - length + 1)
            if item.same_technician and name in shared:
                literal = shared[name]
            else:
                literal = self.boolean("who", self._had_person(visit, item, number, name))
            if item.same_technician:
                shared[name] = literal
            domain = cp_model.Domain.from_intervals(closed_spans(mask)) if mask else cp_model.Domain(-1, -1)
            self.model.add_linear_expression_in_domain(start, domain).only_enforce_if(literal)
            literals[name] = literal
            self._work_at(found, number, name, literal, start, length)
            found.starts.setdefault(number, []).append((literal, start, length))
        self.model.add_exactly_one([*literals.values(), served.negated()])
        sizes = {length for _, length in lengths}
        if len(sizes) == 1:
            return start, start + sizes.pop()
        end = self.integer(0, self.far, "end", row.end if row else None)
        low_size = min(sizes)
        extra = sum((length - low_size) * literals[name] for name, length in lengths)
        self.model.add(end == start + low_size + extra)
        return start, end

    def _loose_stay(
        self,
        visit: Visit,
        found: ItemVars,
        stay: tuple[int, int],
        start: Expr,
        end: Expr,
        served: Expr,
        *,
        begun: bool,
    ) -> None:
        first, last = stay
        item = found.item
        kind = item.phases[first].place_kind or ""
        places = self.board.by_kind.get(kind, [])
        rows = [self.current.get((visit.id, item.id, n)) for n in (first, last)]
        size_hint = rows[1].end - rows[0].start if rows[0] is not None and rows[1] is not None else None
        size = self.integer(0, self.far, "stay", size_hint)
        self.model.add(size == end - start).only_enforce_if(served)
        if kind in self.counted:
            clean = places[0].clean_up
            interval = self.model.new_optional_interval_var(start, size + clean, end + clean, served, "stay")
            self._kinds[kind].append((interval, 1))
            return
        named = {f.place for f in (item.phases[n].fixed for n in range(first, last + 1)) if f is not None} - {None}
        chosen = []
        for place in places:
            if named and place.id not in named:
                continue
            here = self.boolean("place", rows[0] is not None and rows[0].place == place.id)
            chosen.append(here)
            found.places[first, place.id] = here
            clean = place.clean_up
            interval = self.model.new_optional_interval_var(start, size + clean, end + clean, here, place.id)
            self._stays[place.id].append(interval)
            self._avoid(visit, place.id, interval, (start, size, end), here, begun=begun)
        self.model.add_exactly_one([*chosen, served.negated()])

    def _avoid(
        self, visit: Visit, place: str, interval: Any, body: tuple[Expr, Expr, Expr], here: Expr, *, begun: bool
    ) -> None:
        """Keep a stay of unknown length off what others have on the place, and off its closures unless it has begun."""
        others = 0
        for name, mask in self.board.stay[place].taken.items():
            if name != visit.id:
                others |= mask
        for low, high in spans_of(others):
            fixed = self.model.new_fixed_size_interval_var(low, high - low, "taken")
            self.model.add_no_overlap([interval, fixed])
        if not begun:
            inside = self.model.new_optional_interval_var(*body, here, "body")
            closed = span_mask(0, self.problem.horizon) & ~self.board.open[place].base
            for low, high in spans_of(closed):
                self.model.add_no_overlap([inside, self.model.new_fixed_size_interval_var(low, high - low, "closed")])

    # --- rules between visits --------------------------------------------------------------------------------------

    def _technicians_once(self) -> None:
        """A technician does one thing at a time, and takes the breaks that slide."""
        for name, intervals in self._work.items():
            rests = self._breaks(name)
            if len(intervals) + len(rests) > 1:
                self.model.add_no_overlap(intervals + rests)

    def _breaks(self, name: str) -> list[Any]:
        lane = self.board.work[name]
        work = 0
        for mask in lane.taken.values():
            work |= mask
        room = ~work & span_mask(0, self.problem.horizon + 1)
        rests = []
        for length, earliest, latest_end, _ in self.board.sliding(name):
            starts = runs(room, length) & span_mask(earliest, latest_end - length + 1)
            if starts:
                domain = cp_model.Domain.from_intervals(closed_spans(starts))
                start = self.model.new_int_var_from_domain(domain, f"{name} break")
                rests.append(self.model.new_fixed_size_interval_var(start, length, f"{name} break"))
        return rests

    def _places_once(self) -> None:
        """A place has one customer at a time."""
        for intervals in self._stays.values():
            if len(intervals) > 1:
                self.model.add_no_overlap(intervals)

    def _places_counted(self) -> None:
        """Of a kind of alike places no more are taken than there are."""
        for kind, stays in self._kinds.items():
            places = self.board.by_kind[kind]
            intervals, demands = [s[0] for s in stays], [s[1] for s in stays]
            for (low, high), demand in self._profile(kind):
                intervals.append(self.model.new_fixed_size_interval_var(low, high - low, "taken"))
                demands.append(demand)
            if len(stays) + max(demands) > len(places) or len(intervals) > len(stays):
                self.model.add_cumulative(intervals, demands, len(places))

    def _profile(self, kind: str) -> list[tuple[tuple[int, int], int]]:
        """How many places of the kind the visits that are not free take, and those not free yet, as steps."""
        deltas: dict[int, int] = defaultdict(int)
        for place in self.board.by_kind[kind]:
            busy = span_mask(0, place.earliest_free)
            for name, mask in self.board.stay[place.id].taken.items():
                if name not in self.free:
                    busy |= mask
            for low, high in spans_of(busy):
                deltas[low] += 1
                deltas[high] -= 1
        steps, level, since_then = [], 0, 0
        for moment in sorted(deltas):
            if level and moment > since_then:
                steps.append(((since_then, moment), level))
            level += deltas[moment]
            since_then = moment
        return steps

    def _held_kept(self, name: str, rows: Mapping[PhaseKey, Assignment]) -> None:
        """Pinned, frozen and often moved visits keep their published technician and start."""
        found = self.visits.get(name)
        for item in found.items if found is not None else ():
            for number, alternatives in item.starts.items():
                row = rows.get((name, item.item.id, number))
                if row is None:
                    continue
                for literal, start, _ in alternatives:
                    self.model.add(start == row.start).only_enforce_if(literal)
                for (n, who), literal in item.people.items():
                    if n == number and who != row.technician:
                        self.model.add(literal == 0)

    def _party_together(self) -> None:
        """People who come together start together, or none of them is served."""
        parties: dict[str, list[VisitVars]] = defaultdict(list)
        for found in self.visits.values():
            if found.visit.party is not None and not started(found.visit):
                parties[found.visit.party].append(found)
        for members in parties.values():
            for one, two in itertools.pairwise(members):
                self.model.add(one.served == two.served)
                self.model.add(one.first == two.first).only_enforce_if(one.served)

    def _customers_once(self) -> None:
        """A customer is in one visit at a time."""
        groups: dict[str, list[VisitVars]] = defaultdict(list)
        for found in self.visits.values():
            if found.visit.customer is not None:
                groups[found.visit.customer].append(found)
        for members in groups.values():
            others = self._other_visits(members[0].visit)
            if len(members) == 1 and not others:
                continue
            spans = []
            for found in members:
                length = self.integer(0, self.far, "visit length")
                self.model.add(length == found.last - found.first).only_enforce_if(found.served)
                end = self.integer(0, self.far, "visit end")
                spans.append((self.model.new_optional_interval_var(found.first, length, end, found.served, "visit"), found))
            for (one, a), (two, b) in itertools.combinations(spans, 2):
                if not (started(a.visit) and started(b.visit)):
                    self.model.add_no_overlap([one, two])
            for (span, found), (low, high, facts) in itertools.product(spans, others):
                if not (facts and started(found.visit)):
                    self.model.add_no_overlap([span, self.model.new_fixed_size_interval_var(low, high - low, "other")])

    def _other_visits(self, visit: Visit) -> list[tuple[int, int, bool]]:
        return [
            (min(r.start for r in rows), max(r.end for r in rows), started(self.board.visits[name]))
            for name, rows in self.board.rows.items()
            if rows and name not in self.free and self.board.visits[name].customer == visit.customer
        ]

    def turns_before(self, technician: str) -> int:
        """Turns of a technician that this model cannot change: taken ones and those of visits on the board."""
        count = self.board.technicians[technician].turns_taken
        for name, rows in self.board.rows.items():
            if name in self.free or not rows:
                continue
            for item in self.board.visits[name].items:
                if any(is_fact(p) for p in item.phases):
                    continue
                own = [r for r in rows if r.item == item.id and r.technician is not None]
                asked = item.request.technicians if item.request.kind in ("must", "prefers") else ()
                if own and own[0].technician == technician and technician not in asked:
                    count += 1
        return count

    # --- answer ----------------------------------------------------------------------------------------------------

    def rows(self, solver: cp_model.CpSolver) -> dict[str, list[Assignment]]:
        """The assignments of every free visit in the solution; counted places are left None."""
        found: dict[str, list[Assignment]] = {}
        for name, visit in self.visits.items():
            facts = list(self.board.rows.get(name, ()))
            if not solver.boolean_value(visit.served):
                found[name] = facts
                continue
            rows = list(facts)
            have = {key_of(r) for r in facts}
            for item in visit.items:
                rows += self._item_rows(solver, name, item, have)
            found[name] = rows
        return found

    def _item_rows(self, solver: cp_model.CpSolver, visit: str, found: ItemVars, have: set[PhaseKey]) -> list[Assignment]:
        rows = []
        for number, alternatives in sorted(found.starts.items()):
            key = (visit, found.item.id, number)
            if key in have:
                continue
            start, length = next((solver.value(s), n) for lit, s, n in alternatives if solver.value(lit))
            who = next((name for (n, name), lit in found.people.items() if n == number and solver.value(lit)), None)
            rows.append(Assignment(*key, who, None, start, start + length))
        for first, last in stays_of(found.item):
            place = next((p for (n, p), lit in found.places.items() if n == first and solver.value(lit)), None)
            for index, row in enumerate(rows):
                if first <= row.phase <= last and place is not None:
                    rows[index] = replace(row, place=place)
        return rows
