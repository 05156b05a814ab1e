"""A lower bound on lateness (and sometimes a plan) from a time-indexed MIP, solved by HiGHS through MathOpt.

Columns are those of `Relaxation`. Capacities are asked for at grid moments only, and services with pauses or several
people take nobody's time, so the MIP is a relaxation and its bound a bound on the day. Where lateness is rare most prices
of capacity are zero, and the simplex finds the few that are not better than a subgradient does.
"""

from __future__ import annotations

import itertools
import math
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from scheduler.chains import Chain
from scheduler.columns import Ints, is_simple
from scheduler.meaning import due
from scheduler.mip import TOLERANCE, Linear, Mip, most_columns, reach
from scheduler.problem import Assignment, Visit
from scheduler.relaxation import Relaxation

COLUMN_SECONDS = 5e-5
"""What the linear relaxation takes per column, measured from 10,000 to 130,000 of them; it does not look at the clock."""

FEW_COLUMNS = 7_000
"""A MIP of so many is mostly solved within one to three seconds."""

INTEGRAL_SHARE, LEAST_SECONDS = 0.25, 0.3
"""So much of the time is for the MIP: what it does not know by then others find out sooner."""

ROWS_STEP = 5
"""Capacities are asked for at multiples of this, or of the lattice when that is coarser."""


@dataclass(frozen=True, slots=True)
class Bounded:
    """A lower bound on a level of the free visits; `rows` is the MIP's own better plan, the places open."""

    bound: int
    rows: dict[str, list[Assignment]] | None


class TimeIndexed:
    """The MIP over the columns of a relaxation of `promise_lateness`."""

    def __init__(self, relaxation: Relaxation) -> None:
        self.relaxation = relaxation
        self.columns = relaxation.columns
        self.problem = self.columns.problem
        self.mip = Mip()
        self.costs: dict[int, float] = {}
        self._relaxed: Linear | None = None
        visits = self.columns.visits
        self.exact = all(is_simple(i) for v in visits for i in v.items)
        self.exact &= self.columns.coarse == 1 and len(relaxation.chains) == sum(len(v.items) > 1 for v in visits)

    # --- building --------------------------------------------------------------------------------------------------

    def build(self) -> None:
        """Variables and rows."""
        relaxation = self.relaxation
        self.mip.choices(relaxation.size)
        costs = relaxation.costs["promise_lateness"]
        self.costs = {int(n): float(costs[n]) for n in np.flatnonzero(costs)}
        for first, end in relaxation.groups:
            self.mip.row([(n, 1.0) for n in range(first, end)], 1.0, 1.0)
        for number, (visit, chain) in enumerate(relaxation.chains):
            for first, end in chain.spans:
                self.mip.row([(n, 1.0) for n in range(first, end)], 1.0, 1.0)
            self._add_chain(number, visit, chain)
        self._add_capacities()

    def _add_chain(self, number: int, visit: Visit, chain: Chain) -> None:
        """Order and lateness of a visit of several services."""
        if len(chain.orders) > 1:
            self._first_of_any(visit, chain)
            return
        first = chain.spans[0][0]
        late = self.relaxation.chained[number].costs["promise_lateness"][0][0]
        self.costs |= {first + int(n): float(late[n]) for n in np.flatnonzero(late)}
        for before, after in itertools.pairwise(chain.spans) if self.columns.coarse == 1 else ():
            self.mip.row([*_terms(after, self.relaxation.starts), *_terms(before, -self.relaxation.ends)], 0.0, math.inf)

    def _first_of_any(self, visit: Visit, chain: Chain) -> None:
        latest = due(visit, self.problem)
        if latest is None:
            return
        late, price = (self.mip.variable(0.0, math.inf, integer=False) for _ in range(2))
        self.costs[price] = float(visit.tier_weight)
        ageing = self.problem.settings.lateness_ageing
        for k in range(8):
            # price ≥ (k + 1) × late − ageing × k (k + 1) / 2
            self.mip.row([(price, 1.0), (late, -float(k + 1))], -ageing * k * (k + 1) / 2, math.inf)
        far = float(self.problem.horizon)
        firsts = [self.mip.variable(0.0, 1.0, integer=True) for _ in chain.spans]
        self.mip.row([(f, 1.0) for f in firsts], 1.0, 1.0)
        for first, span in zip(firsts, chain.spans, strict=True):
            # late ≥ start − due when this service is the first
            self.mip.row([(late, 1.0), *_terms(span, -self.relaxation.starts), (first, -far)], -latest - far, math.inf)

    def _add_capacities(self) -> None:
        """Visits whose services follow each other in any order are rows of their own."""
        relaxation, cell, width = self.relaxation, self.columns.cell, self.columns.cells + 1
        own_low, own_high = np.zeros(relaxation.size, dtype=np.int64), np.zeros(relaxation.size, dtype=np.int64)
        for number, (_, chain) in enumerate(relaxation.chains):
            if len(chain.orders) > 1:
                base = (len(self.columns.rows) + number) * width
                for first, end in chain.spans:
                    own_low[first:end] = base + relaxation.starts[first:end] // cell
                    own_high[first:end] = base + np.minimum(relaxation.ends[first:end] // cell, width - 1)
        lanes = [*zip(relaxation.low, relaxation.high, strict=True), (own_low, own_high)]
        room = np.ones((len(self.columns.rows) + len(relaxation.chains), width))
        room[: len(self.columns.rows), :-1] = self.columns.room
        self.mip.capacities(*covers(lanes, width, max(1, ROWS_STEP // cell), np.arange(relaxation.size)), room.ravel())

    # --- solving ---------------------------------------------------------------------------------------------------

    def solve(self, seconds: float, least: int, most: int) -> Bounded:
        """The best lower bound in the time left, at least `least` and at most `most`; a better plan than that if found."""
        end = time.monotonic() + seconds
        if least >= most or not self.costs:
            return Bounded(min(least, most), None)
        if self._relaxed is None:
            self._relaxed = self.mip.linear(self.costs, end)
        if self._relaxed is None:
            return Bounded(least, None)
        value, reduced = self._relaxed.value, self._relaxed.reduced
        grain = self._grain()
        bound = max(least, _rounded(value, grain))
        if bound >= most:
            return Bounded(most, None)
        # Better plans by at least one grain use no column whose reduced cost exceeds what is left between.
        through = value + reduced[: self.relaxation.size]
        far = reach(through, bound, most - grain, min(FEW_COLUMNS, most_columns(seconds)))
        end = min(end, time.monotonic() + max(LEAST_SECONDS, INTEGRAL_SHARE * seconds))
        found = self.mip.integral(self.costs, np.flatnonzero(through > far + TOLERANCE), most - grain, end)
        if found is None or found[0] == -math.inf:
            return Bounded(bound, None)
        beyond = math.floor((far + TOLERANCE) / grain) * grain + grain
        floor = min(beyond, most) if found[0] > far + TOLERANCE else max(bound, _rounded(found[0], grain))
        return Bounded(floor, self.rows(found[1]) if found[1] is not None else None)

    def _grain(self) -> int:
        """Lateness is a multiple of this."""
        cell = self.columns.cell
        return cell if all(round(cost) % cell == 0 for cost in self.costs.values()) else 1

    def rows(self, chosen: Mapping[int, float]) -> dict[str, list[Assignment]] | None:
        """By visit what the chosen columns stand for, places open; None where they do not say all."""
        if not self.exact:
            return None
        begun = {b.visit.id for blocks in self.columns.others for b in blocks if b.visit is not None}
        rows = defaultdict(list, {name: list(self.columns.board.rows[name]) for name in begun})
        first = 0
        for block in self.relaxation.blocks:
            for n, begin in enumerate(block.starts.tolist(), first):
                if n not in chosen or block.visit is None:
                    continue
                rows[block.visit.id] += block.rows(begin)
            first += len(block.starts)
        for name in begun:
            rows[name] = _following(rows[name])
        return dict(rows)


def covers(lanes: Sequence[tuple[Ints, Ints]], width: int, stride: int, columns: Ints) -> tuple[Ints, Ints]:
    """What these columns take at every `stride`-th cell: cells of rows of `width`, and the places in `columns` of takers.

    Lanes are first and last cells by column, as many as a column takes things.
    """
    rows, taking = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for lows, highs in lanes:
        low, high = lows[columns], highs[columns]
        begins = low // width * width
        lowest = -(-(low % width) // stride)
        counts = np.maximum(0, -(-(high - begins) // stride) - lowest)
        offsets = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        rows.append(np.repeat(begins, counts) + (np.repeat(lowest, counts) + offsets) * stride)
        taking.append(np.repeat(np.arange(len(columns)), counts))
    return np.concatenate(rows), np.concatenate(taking)


def _following(rows: Sequence[Assignment]) -> list[Assignment]:
    """Phases of begun services that need nobody, which no column keeps in their order, made to follow the ones before."""
    found: list[Assignment] = []
    for row in sorted(rows, key=lambda r: (r.item, r.phase)):
        before = found[-1] if found and found[-1].item == row.item else None
        follows = before is not None and row.technician is None and row.place is None
        begin = before.end if before is not None and follows else row.start
        found.append(replace(row, start=begin, end=begin + row.end - row.start))
    return found


def _terms(span: tuple[int, int], values: Ints) -> list[tuple[int, float]]:
    return [(n, float(values[n])) for n in range(*span)]


def _rounded(bound: float, grain: int) -> int:
    return math.ceil((bound - TOLERANCE) / grain) * grain
