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
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.board import Board
from scheduler.columns import Columns, is_simple
from scheduler.meaning import aged, due, since, started
from scheduler.mip import TOLERANCE, Mip
from scheduler.problem import Assignment, Visit

COLUMN_SECONDS = 5e-5
"""What the linear relaxation takes per column, measured from 10,000 to 130,000 of them; it does not look at the clock."""

ROWS_STEP = 5
"""Capacities are asked for at multiples of this, or of the lattice when that is coarser."""


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
        begun = [v for v in free if started(v)]
        self.columns = Columns(board, self.visits, (most_lateness, most_waiting), begun)
        self.mip = Mip()
        self.late: dict[int, float] = {}
        self.wait: dict[int, float] = {}
        self.exact = len(self.visits) == len(free) and all(is_simple(i) for v in self.visits for i in v.items)

    # --- building --------------------------------------------------------------------------------------------------

    def size(self) -> int:
        """How many columns there are."""
        return self.columns.size

    def build(self) -> None:
        """Variables and rows."""
        self.mip.choices(self.columns.size)
        for number, visit in enumerate(self.visits):
            for place in range(len(visit.items)):
                self._add_item(number, visit, place)
            if len(visit.items) > 1:
                self._add_several(number, visit)
        for blocks in self.columns.others:
            terms = [(int(c), 1.0) for block in blocks for c in block.indices]
            if terms:
                self.mip.row(terms, 1.0, 1.0)
        self._add_capacities()

    def _add_item(self, number: int, visit: Visit, place: int) -> None:
        blocks = self.columns.blocks[number, place]
        first = len(visit.items) == 1 or (visit.items_in_order and place == 0)
        latest, begin, settings = due(visit, self.problem), since(visit, self.problem), self.problem.settings
        for block in blocks:
            for column, start in zip(block.indices.tolist(), block.starts.tolist(), strict=True):
                if first and latest is not None and start > latest:
                    self.late[column] = float(visit.tier_weight * aged(start - latest, settings.lateness_ageing))
                if len(visit.items) == 1 and start > begin:
                    self.wait[column] = float(visit.tier_weight * aged(start - begin, settings.ageing))
        self.mip.row([(int(c), 1.0) for block in blocks for c in block.indices], 1.0, 1.0)

    def _add_capacities(self) -> None:
        cells, columns = self.columns.covers(max(1, ROWS_STEP // self.columns.cell))
        asked, rows, counts = np.unique(cells, return_inverse=True, return_counts=True)
        room = self.columns.room()[asked]
        tight = counts > room
        number = np.cumsum(tight) - 1
        kept = tight[rows]
        self.mip.sums(number[rows[kept]], columns[kept], room[tight])

    def _terms(self, number: int, place: int, *, ends: bool = False, lengths: bool = False) -> list[tuple[int, float]]:
        """The service's start as a sum over its columns, or its end, or its length."""
        found = []
        for block in self.columns.blocks[number, place]:
            length = sum(block.option.crew.lengths)
            for column, start in zip(block.indices.tolist(), block.starts.tolist(), strict=True):
                found.append((column, float(length if lengths else start + length if ends else start)))
        return found

    def _add_several(self, number: int, visit: Visit) -> None:
        """Order, lateness and waiting of a visit of several services."""
        places = range(len(visit.items))
        starts = [self._terms(number, n) for n in places]
        ends = [self._terms(number, n, ends=True) for n in places]
        horizon = float(self.problem.horizon)
        last = self.mip.variable(0.0, horizon, integer=False)
        for terms in ends:
            self.mip.row([(last, 1.0), *((c, -v) for c, v in terms)], 0.0, math.inf)
        if visit.items_in_order:
            for n in range(len(visit.items) - 1):
                self.mip.row([*starts[n + 1], *((c, -v) for c, v in ends[n])], 0.0, math.inf)
        else:
            self._first_of_any(visit, starts)
        lengths = [term for n in places for term in self._terms(number, n, lengths=True)]
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
        late, price = (self.mip.variable(0.0, math.inf, integer=False) for _ in range(2))
        self.late[price] = float(visit.tier_weight)
        self._age(price, late, self.problem.settings.lateness_ageing)
        far = float(self.problem.horizon)
        firsts = [self.mip.variable(0.0, 1.0, integer=True) for _ in starts]
        self.mip.row([(f, 1.0) for f in firsts], 1.0, 1.0)
        for first, terms in zip(firsts, starts, strict=True):
            # late ≥ start − due when this service is the first
            self.mip.row([(late, 1.0), *((c, -v) for c, v in terms), (first, -far)], -latest - far, math.inf)

    def _age(self, price: int, late: int, ageing: int) -> None:
        for k in range(8):
            # price ≥ (k + 1) × late − ageing × k (k + 1) / 2
            self.mip.row([(price, 1.0), (late, -float(k + 1))], -ageing * k * (k + 1) / 2, math.inf)

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
        dear = np.flatnonzero(relaxed[0] + relaxed[1][: self.columns.size] > most - grain + TOLERANCE)
        found = self.mip.integral(costs, dear, most - grain, end)
        if found is None or found[0] == -math.inf:
            return bound, None
        return (most if found[0] == math.inf else max(bound, self._rounded(found[0], costs))), found[1]

    def _grain(self, costs: dict[int, float]) -> int:
        """Sums of these costs are multiples of this."""
        whole = [round(cost) for cost in costs.values()]
        return self.columns.cell if all(cost % self.columns.cell == 0 for cost in whole) else 1

    def _rounded(self, bound: float, costs: dict[int, float]) -> int:
        grain = self._grain(costs)
        return math.ceil((bound - TOLERANCE) / grain) * grain

    def _rows(self, chosen: dict[int, float]) -> dict[str, list[Assignment]] | None:
        if not self.exact:
            return None
        rows: dict[str, list[Assignment]] = defaultdict(list)
        for block in itertools.chain(*self.columns.blocks.values()):
            for place in range(len(block.starts)):
                if block.first + place in chosen:
                    visit, option = self.visits[block.visit], block.option
                    item, begin = visit.items[block.item], int(block.starts[place])
                    for n, length in enumerate(option.crew.lengths):
                        who = option.technician if option.crew.people[n] else None
                        rows[visit.id].append(Assignment(visit.id, item.id, n, who, None, begin, begin + length))
                        begin += length
        return dict(rows)
