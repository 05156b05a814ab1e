"""Lower bounds (and sometimes plans) from a time-indexed MIP, solved by HiGHS through MathOpt.

A column is a service, its technician and its start. Capacities are asked for at grid moments only, and services with
pauses or several people take no capacity at all, so the MIP is a relaxation and its bound a bound on the day. Starts are
restricted to the lattice of all data when there is one: an optimal plan that starts everything as early as its order
allows has its starts there.
"""

from __future__ import annotations

import itertools
import math
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scheduler.board import Board, runs, span_mask
from scheduler.fit import Crew, crews
from scheduler.masks import spans_of
from scheduler.meaning import aged, due, ready, since, started, stays_of
from scheduler.mip import TOLERANCE, Mip
from scheduler.problem import Assignment, Item, Visit

MOST_COLUMNS = 60_000
"""Beyond this building the linear relaxation takes longer than its bound is worth."""

ROWS_STEP = 5
"""Capacities are asked for at multiples of this, or of the lattice when that is coarser."""


@dataclass(frozen=True, slots=True)
class Column:
    """A service with one crew from one start."""

    visit: int
    item: int
    technician: str | None
    start: int
    crew: Crew


@dataclass(frozen=True, slots=True)
class Bounds:
    """Lower bounds on lateness and (given the least lateness) waiting of the free visits; None: not reached in time.

    `rows` is the MIP's own plan where it says who does what when, with the places open.
    """

    lateness: int
    waiting: int | None
    rows: dict[str, list[Assignment]] | None


class TimeIndexed:
    """The MIP of `free` visits, all of them served, on a board where they have nothing."""

    def __init__(self, board: Board, free: Sequence[Visit], most_lateness: int, most_waiting: int) -> None:
        self.board = board
        self.problem = board.problem
        self.visits = [v for v in free if not started(v)]
        self.most_lateness = most_lateness
        self.most_waiting = most_waiting
        self.lattice = self._lattice()
        self.step = self.lattice * max(1, ROWS_STEP // self.lattice)
        self.mip = Mip()
        self._by_variable: dict[int, Column] = {}
        self.late: dict[int, float] = {}
        self.wait: dict[int, float] = {}
        self.exact = len(self.visits) == len(free)
        self._of_item: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._moments: dict[tuple[str, str, int], list[tuple[int, float]]] = defaultdict(list)

    def _lattice(self) -> int:
        """The greatest common divisor of everything that a start can depend on."""
        numbers: set[int] = set()
        for visit in self.visits:
            numbers |= {ready(visit, self.problem), since(visit, self.problem)}
            for item in visit.items:
                for crew in crews(self.board, item):
                    numbers |= set(crew.lengths)
                numbers |= {p.max_gap_before or 0 for p in item.phases}
        for lane in (*self.board.work.values(), *self.board.stay.values(), *self.board.open.values()):
            numbers |= {moment for span in spans_of(lane.free & span_mask(0, self.problem.horizon)) for moment in span}
        numbers |= {n for t in self.problem.technicians for b in t.breaks for n in (b.length, b.earliest, b.latest_end)}
        numbers |= {p.clean_up for p in self.problem.places}
        return max(1, math.gcd(*numbers))

    # --- building --------------------------------------------------------------------------------------------------

    def size(self) -> int:
        """How many columns there would be, cheaply."""
        return sum(
            (mask & self._window(visit, place)).bit_count() // self.lattice
            for visit in self.visits
            for place, item in enumerate(visit.items)
            for crew in crews(self.board, item)
            for _, mask in self._choices(item, crew, simple=_simple(item))
        )

    def build(self) -> None:
        """Columns and rows."""
        for number, visit in enumerate(self.visits):
            for place in range(len(visit.items)):
                self._add_item(number, visit, place)
            if len(visit.items) > 1:
                self._add_several(number, visit)
        self._add_breaks()
        self._add_capacities()

    def _window(self, visit: Visit, place: int) -> int:
        """Starts of the visit's service that a better plan may use."""
        first = len(visit.items) == 1 or (visit.items_in_order and place == 0)
        latest = self._latest(visit) if first else self.problem.horizon
        return span_mask(ready(visit, self.problem), latest + 1)

    def _latest(self, visit: Visit) -> int:
        """No better plan starts a visit of one service later than this."""
        latest, low = due(visit, self.problem), since(visit, self.problem)
        found = self.problem.horizon
        if latest is not None and visit.tier_weight:
            found = min(found, latest + self.most_lateness // visit.tier_weight)
        if self.most_lateness == 0 and visit.tier_weight:
            most = self.most_waiting // visit.tier_weight
            wait = next(w for w in itertools.count(most, -1) if aged(w, self.problem.settings.ageing) <= most)
            found = min(found, low + wait)
        return found

    def _add_item(self, number: int, visit: Visit, place: int) -> None:
        item = visit.items[place]
        window, simple = self._window(visit, place), _simple(item)
        self.exact &= simple
        first = len(visit.items) == 1 or (visit.items_in_order and place == 0)
        for crew in crews(self.board, item):
            for who, mask in self._choices(item, crew, simple=simple):
                for start in self._on_lattice(mask & window):
                    self._add_column(Column(number, place, who, start, crew), visit, simple=simple, first=first)
        terms = [(column, 1.0) for column in self._of_item[number, place]]
        self.mip.row(terms, 1.0, 1.0)

    def _choices(self, item: Item, crew: Crew, *, simple: bool) -> Iterator[tuple[str | None, int]]:
        """Technicians of the crew with the starts that they and the places allow."""
        offsets = list(itertools.accumulate(crew.lengths, initial=0))
        mask = span_mask(0, self.problem.horizon - (offsets[-1] if simple else 0) + 1)
        if not simple:
            yield None, mask
            return
        for first, last in stays_of(item):
            kind = item.phases[first].place_kind or ""
            mask &= self.board.kind_starts(kind, offsets[last + 1] - offsets[first]) >> offsets[first]
        wanting = [n for n in range(len(crew.lengths)) if crew.people[n]]
        if not wanting:
            yield None, mask
            return
        for who in crew.people[wanting[0]]:
            able = mask
            for n in wanting:
                able &= self.board.work[who].starts(crew.lengths[n]) >> offsets[n]
            yield who, able

    def _on_lattice(self, mask: int) -> Iterator[int]:
        for low, high in spans_of(mask):
            yield from range(-(-low // self.lattice) * self.lattice, high, self.lattice)

    def _add_column(self, column: Column, visit: Visit, *, simple: bool, first: bool) -> None:
        index = self.mip.variable(0.0, 1.0, integer=True)
        self._by_variable[index] = column
        self._of_item[column.visit, column.item].append(index)
        latest = due(visit, self.problem)
        if first and latest is not None and column.start > latest:
            self.late[index] = float(visit.tier_weight * (column.start - latest))
        if len(visit.items) == 1:
            price = aged(max(0, column.start - since(visit, self.problem)), self.problem.settings.ageing)
            self.wait[index] = float(visit.tier_weight * price)
        if simple:
            self._take(index, column, visit.items[column.item])

    def _take(self, index: int, column: Column, item: Item) -> None:
        lengths = column.crew.lengths
        offsets = list(itertools.accumulate(lengths, initial=column.start))
        for n, length in enumerate(lengths):
            if column.technician is not None and column.crew.people[n]:
                self._cover("t", column.technician, (offsets[n], offsets[n] + length), index)
        for first, last in stays_of(item):
            kind = item.phases[first].place_kind or ""
            clean = min((p.clean_up for p in self.board.by_kind.get(kind, ())), default=0)
            self._cover("k", kind, (offsets[first], offsets[last + 1] + clean), index)
        if len(self.visits[column.visit].items) > 1:
            self._cover("v", str(column.visit), (offsets[0], offsets[-1]), index)

    def _cover(self, what: str, name: str, span: tuple[int, int], index: int) -> None:
        for moment in range(-(-span[0] // self.step) * self.step, span[1], self.step):
            self._moments[what, name, moment].append((index, 1.0))

    def _add_breaks(self) -> None:
        for name in self.board.technicians:
            lane = self.board.work[name]
            work = 0
            for mask in lane.taken.values():
                work |= mask
            for length, earliest, latest_end, _ in self.board.sliding(name):
                starts = runs(~work & span_mask(0, self.problem.horizon + 1), length)
                starts &= span_mask(earliest, latest_end - length + 1)
                terms = []
                for start in self._on_lattice(starts):
                    index = self.mip.variable(0.0, 1.0, integer=True)
                    self._cover("t", name, (start, start + length), index)
                    terms.append((index, 1.0))
                if terms:
                    self.mip.row(terms, 1.0, 1.0)

    def _add_capacities(self) -> None:
        for (what, name, moment), terms in sorted(self._moments.items()):
            room = self._room(name, moment) if what == "k" else 1
            if len(terms) > room:
                self.mip.row(terms, -math.inf, float(room))

    def _room(self, kind: str, moment: int) -> int:
        # Clean-up may run into a closure, so only other stays count against the room.
        return sum(self.board.stay[p.id].free >> moment & 1 for p in self.board.by_kind[kind])

    def _add_several(self, number: int, visit: Visit) -> None:
        """Order, lateness and waiting of a visit of several services."""
        starts = [[(c, float(self._column(c).start)) for c in self._of_item[number, n]] for n in range(len(visit.items))]
        ends = [[(c, float(self._end(c))) for c in self._of_item[number, n]] for n in range(len(visit.items))]
        horizon = float(self.problem.horizon)
        last = self.mip.variable(0.0, horizon, integer=False)
        for terms in ends:
            self.mip.row([(last, 1.0), *((c, -v) for c, v in terms)], 0.0, math.inf)
        if visit.items_in_order:
            for n in range(len(visit.items) - 1):
                self.mip.row([*starts[n + 1], *((c, -v) for c, v in ends[n])], 0.0, math.inf)
        else:
            self._first_of_any(visit, starts)
        lengths = [(c, float(sum(self._column(c).crew.lengths))) for terms in starts for c, _ in terms]
        ageing = self.problem.settings.ageing
        price = self.mip.variable(0.0, math.inf, integer=False)
        self.wait[price] = float(visit.tier_weight)
        for k in range(8):
            # price ≥ (k + 1) × (last − since − lengths) − ageing × k (k + 1) / 2
            slope = float(k + 1)
            terms = [(price, 1.0), (last, -slope), *((c, slope * v) for c, v in lengths)]
            self.mip.row(terms, -slope * since(visit, self.problem) - ageing * k * (k + 1) / 2, math.inf)

    def _first_of_any(self, visit: Visit, starts: list[list[tuple[int, float]]]) -> None:
        latest = due(visit, self.problem)
        if latest is None:
            return
        late = self.mip.variable(0.0, math.inf, integer=False)
        self.late[late] = float(visit.tier_weight)
        far = float(self.problem.horizon)
        firsts = [self.mip.variable(0.0, 1.0, integer=True) for _ in starts]
        self.mip.row([(f, 1.0) for f in firsts], 1.0, 1.0)
        for first, terms in zip(firsts, starts, strict=True):
            # late ≥ start − due when this service is the first
            self.mip.row([(late, 1.0), *((c, -v) for c, v in terms), (first, -far)], -latest - far, math.inf)

    def _column(self, index: int) -> Column:
        return self._by_variable[index]

    def _end(self, index: int) -> int:
        column = self._column(index)
        return column.start + sum(column.crew.lengths)

    # --- solving ---------------------------------------------------------------------------------------------------

    def solve(self, seconds: float, least_lateness: int) -> Bounds:
        """Bounds on lateness, then on waiting among plans with the least lateness; better plans found on the way."""
        end = time.monotonic() + seconds
        lateness, chosen = self._level(self.late, least_lateness, self.most_lateness, end)
        if chosen is not None or lateness < self.most_lateness or time.monotonic() >= end:
            return Bounds(lateness, None, self._rows(chosen) if chosen else None)
        if self.late:
            self.mip.row(list(self.late.items()), -math.inf, float(lateness))
        waiting, chosen = self._level(self.wait, 0, self.most_waiting, end)
        return Bounds(lateness, waiting, self._rows(chosen) if chosen else None)

    def _level(self, costs: dict[int, float], least: int, most: int, end: float) -> tuple[int, dict[int, float] | None]:
        """The best lower bound in the time left, and a solution that is better than `most` if one was found."""
        if least >= most:
            return most, None
        relaxed = self.mip.linear(costs, end)
        if relaxed is None:
            return least, None
        bound = max(least, self._rounded(relaxed[0], costs))
        if bound >= most:
            return most, None
        # Better plans by at least one grain use no column whose reduced cost exceeds what is left between.
        grain = self._grain(costs)
        dear = {n for n, cost in relaxed[1].items() if relaxed[0] + cost > most - grain + TOLERANCE}
        found = self.mip.integral(costs, dear & self._by_variable.keys(), most - grain, end)
        if found is None or found[0] == -math.inf:
            return bound, None
        return (most if found[0] == math.inf else max(bound, self._rounded(found[0], costs))), found[1]

    def _grain(self, costs: dict[int, float]) -> int:
        """Sums of these costs are multiples of this."""
        whole = [round(cost) for cost in costs.values()]
        return max(1, self.lattice) if all(cost % self.lattice == 0 for cost in whole) else 1

    def _rounded(self, bound: float, costs: dict[int, float]) -> int:
        grain = self._grain(costs)
        return math.ceil((bound - TOLERANCE) / grain) * grain

    def _rows(self, chosen: dict[int, float]) -> dict[str, list[Assignment]] | None:
        if not self.exact:
            return None
        rows: dict[str, list[Assignment]] = defaultdict(list)
        for index in chosen:
            column = self._by_variable.get(index)
            if column is None:
                continue
            visit = self.visits[column.visit]
            item = visit.items[column.item]
            begin = column.start
            for n, length in enumerate(column.crew.lengths):
                who = column.technician if column.crew.people[n] else None
                rows[visit.id].append(Assignment(visit.id, item.id, n, who, None, begin, begin + length))
                begin += length
        return dict(rows)


def _simple(item: Item) -> bool:
    """Whether a column says all: no pauses, nothing fixed, one technician at most."""
    people = sum(phase.needs_technician for phase in item.phases)
    plain = all(p.max_gap_before == 0 and p.fixed is None for p in item.phases[1:])
    return plain and item.phases[0].fixed is None and (item.same_technician or people <= 1)
