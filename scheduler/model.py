"""The CP-SAT model of some visits of a day; everything else is laid out on the board and enters as domains.

A service without pauses has one start; each crew (see `fit.crews`) is a literal with its own offsets, so that durations
that depend on people need no further variables. Places that are alike are counted (cumulative) and coloured afterwards.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ortools.sat.python import cp_model

from scheduler.board import Board, span_mask
from scheduler.colour import open_from
from scheduler.effort import Starts
from scheduler.fit import crews
from scheduler.ground import Expr, Ground, ItemVars
from scheduler.loose_service import LooseService
from scheduler.masks import closed_spans, spans_of
from scheduler.meaning import PhaseKey, is_fact, is_out_of_sequence, key_of, started, stays_of
from scheduler.problem import Assignment, Item, Span, Visit
from scheduler.tight_service import TightService


@dataclass(slots=True)
class VisitVars:
    """A visit's literal `served`, its first start, the end of its last service, and its items."""

    visit: Visit
    served: Expr
    first: Expr
    last: Expr
    items: list[ItemVars]


class DayModel(Ground):
    """Variables and hard rules for the `free` visits on a board on which they have nothing but their facts.

    `kept` are held visits among them, with the rows that they must keep when served. `columns` are the starts that services
    without pauses may use besides those that they have.
    """

    def __init__(
        self,
        board: Board,
        free: Sequence[Visit],
        current: Mapping[PhaseKey, Assignment],
        counted: Collection[str],
        kept: Mapping[str, Mapping[PhaseKey, Assignment]] | None = None,
        columns: Starts | None = None,
    ) -> None:
        super().__init__(board, current, counted, columns)
        self.free = {v.id for v in free}
        self.visits: dict[str, VisitVars] = {}
        for visit in free:
            self._add_visit(visit)
        for name, rows in (kept or {}).items():
            self._held_kept(name, rows)
        self._technicians_once()
        self._places_once()
        self._places_counted()
        self._party_together()
        self._customers_once()

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
        self._left_off(visit, served)

    def _left_off(self, visit: Visit, served: Expr) -> None:
        """Where the rest of a visit is not served, what has begun of it still takes its counted place until it ends."""
        rows = {(r.item, r.phase): r for r in self.board.rows.get(visit.id, ())}
        for item in visit.items:
            for first, last in stays_of(item):
                kind = item.phases[first].place_kind or ""
                begun = [rows[item.id, n] for n in range(first, last + 1) if (item.id, n) in rows]
                if kind not in self.counted or not begun or (item.id, last) in rows:
                    continue
                low, high = begun[0].start, begun[-1].end + self.board.places[begun[0].place or ""].clean_up
                self.kinds[kind].append(
                    self.model.new_optional_fixed_size_interval_var(low, high - low, served.negated(), "left off")
                )

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
        if not staff or is_out_of_sequence(item):
            self.model.add(served == 0)
            count = len(item.phases)
            starts = {number: [(served, 0, 0)] for number in range(count)}
            return ItemVars(item, 0, 0, 0, starts=starts, phase_starts=[0] * count, phase_ends=[0] * count)
        plain = all(p.max_gap_before == 0 and (p.fixed is None or p.fixed.start is None) for p in item.phases[1:])
        if plain and not started(visit):
            return TightService(self, visit, item, staff, served).vars
        return LooseService(self, visit, item, staff, served).vars

    # --- rules between visits --------------------------------------------------------------------------------------

    def _technicians_once(self) -> None:
        """A technician does one thing at a time, and takes the breaks that slide."""
        for name, intervals in self.work.items():
            rests = self._breaks(name)
            if len(intervals) + len(rests) > 1:
                self.model.add_no_overlap(intervals + rests)

    def _breaks(self, name: str) -> list[Any]:
        lane = self.board.work[name]
        room = lane.outside_work()
        rests = []
        for length, earliest, latest_end, _ in self.board.sliding(name):
            starts = lane.rests(room, length, (earliest, latest_end))
            if starts:
                domain = cp_model.Domain.from_intervals(closed_spans(starts))
                start = self.model.new_int_var_from_domain(domain, f"{name} break")
                rests.append(self.model.new_fixed_size_interval_var(start, length, f"{name} break"))
        return rests

    def _places_once(self) -> None:
        """A place has one customer at a time."""
        for intervals in self.stays.values():
            if len(intervals) > 1:
                self.model.add_no_overlap(intervals)

    def _places_counted(self) -> None:
        """Of a kind of alike places no more are taken than there are."""
        for kind, stays in self.kinds.items():
            places = self.board.by_kind[kind]
            intervals, demands = list(stays), [1] * len(stays)
            for (low, high), demand in self._profile(kind):
                intervals.append(self.model.new_fixed_size_interval_var(low, high - low, "taken"))
                demands.append(demand)
            if len(stays) + max(demands) > len(places) or len(intervals) > len(stays):
                self.model.add_cumulative(intervals, demands, len(places))

    def _profile(self, kind: str) -> list[tuple[tuple[int, int], int]]:
        """How many places of the kind the visits that are not free take, and those not free yet, as steps."""
        deltas: dict[int, int] = defaultdict(int)
        over: dict[str, int] = defaultdict(int)
        for name in self.free:
            for place_id, mask in self.finished_stays(self.board.visits[name]).items():
                over[place_id] |= mask
        for place in self.board.by_kind[kind]:
            begin = open_from(place, self.board.problem.now) or place.earliest_free
            busy = span_mask(0, min(begin, self.board.far))
            for name, mask in self.board.stay[place.id].taken.items():
                if name not in self.free:
                    busy |= mask
            busy |= over.get(place.id, 0)
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
        """Pinned, frozen and often moved visits keep their published technician and start, pinned ones their places too."""
        found = self.visits.get(name)
        for item in found.items if found is not None else ():
            for number, alternatives in item.starts.items():
                row = rows.get((name, item.item.id, number))
                if row is None:
                    continue
                for literal, start, _ in alternatives:
                    self.model.add(start == row.start).only_enforce_if(literal)
                other = [literal for (n, who), literal in item.people.items() if n == number and who != row.technician]
                if found is not None and found.visit.pinned:
                    other += [literal for (n, place), literal in item.places.items() if n == number and place != row.place]
                for literal in other:
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
            # What has begun stays where it is, also where the rest of it is not served.
            others += [(low, high, True) for low, high in map(self._begun, members) if low < high]
            for (one, a), (two, b) in itertools.combinations(spans, 2):
                if not (started(a.visit) and started(b.visit)):
                    self.model.add_no_overlap([one, two])
            for (span, found), (low, high, facts) in itertools.product(spans, others):
                if not (facts and started(found.visit)):
                    self.model.add_no_overlap([span, self.model.new_fixed_size_interval_var(low, high - low, "other")])

    def _begun(self, found: VisitVars) -> Span:
        rows = self.board.rows.get(found.visit.id, ())
        return min((r.start for r in rows), default=0), max((r.end for r in rows), default=0)

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
