"""Prices from a linear program over some columns of a relaxation, more of them round by round (column generation).

Where lateness is capped the prices of capacity go into the thousands, and no subgradient gets there within seconds; the
simplex does over a tenth of the columns. Its dual prices are prices of the relaxation like any others: whatever they are
worth is a bound, whether or not columns are missing, and columns that are cheaper than what was chosen come next.

Lateness beyond the cap is not forbidden but dear, so that the first levels come first: with a cap of nothing the program
is that of the least lateness and then the least waiting, and one set of prices bounds both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from scheduler.columns import Floats
from scheduler.flows import ColumnCosts, Flows, Laid, Mask
from scheduler.mip import Linear, Mip
from scheduler.plan import Plan
from scheduler.problem import Level
from scheduler.relaxation import ROUNDING, Multipliers, Relaxation

DEAR = 10_000.0
"""Price of a unit of lateness beyond the cap."""

FIRST_COLUMNS, NEAR_COLUMNS, MORE_COLUMNS = 6_000, 3_000, 4_000
"""The first program has the cheapest columns and those nearest to the plan at hand; so many more are added in a round."""

LEAST_CHOICE = 8
"""Every service has so many columns at least."""

BLENDS = (0.75, 0.5, 0.25)
"""Shares of the new prices that are tried: between two prices there are often better ones."""

CLOSE, CLOSE_SHARE = 0.5, 0.01
"""Prices are good when the bound is within so many grains of the program's value, or such a share of the waiting at hand."""

LATE: Level = "promise_lateness"


@dataclass(frozen=True, slots=True)
class Round:
    """What a program brought: lower bounds on lateness, and on waiting among plans with lateness within the cap.

    `done`: another round with the same cap would bring nothing, nor would one with a cap higher by `beyond`.
    """

    lateness: float
    waiting: float
    beyond: float
    done: bool


class LinearPrices:
    """Prices of one relaxation of `waiting` with lateness capped; `best` are those with the highest bound so far."""

    def __init__(self, relaxation: Relaxation, prices: Multipliers, plan: Plan) -> None:
        """`prices` and `plan` say with which columns to begin."""
        self.relaxation = relaxation
        self.best = prices
        self._caps: list[int] = []
        self._beyond: list[int] = []
        self._costs = ColumnCosts(relaxation, relaxation.levels)
        chains = [span for one in relaxation.chained for span in one.chain.spans]
        self._spans = [*relaxation.groups, *chains]
        self._keep = self._first_columns(plan)

    def round(self, late: int, wait: int, end: float) -> Round | None:
        """Solve one program; None when it cannot be solved in time. The plan at hand has `late` and `wait`."""
        relaxation = self.relaxation
        flows = Flows(relaxation, self._keep, self._costs)
        laid, mip = flows.lay(), flows.mip
        solved = mip.linear(self._program(mip, laid, 2 * (wait + DEAR * (late + 1))), end)
        if solved is None:
            return None
        new = self._prices_of(solved, laid)
        through = relaxation.through(new)
        bound = self._improve(new)
        least = max(self._lateness(new), self._lateness(self.best))
        close = max(CLOSE * relaxation.grain, CLOSE_SHARE * wait)
        done = solved.value - bound < close or not self._add(through)
        beyond = float(solved.chosen[self._beyond].sum())
        return Round(least, bound, beyond, done)

    def _first_columns(self, plan: Plan) -> Mask:
        through = self.relaxation.through(self.best)
        keep: Mask = _least(through, FIRST_COLUMNS) | _least(self._distances(plan), NEAR_COLUMNS)
        for first, end in self._spans:
            few = min(LEAST_CHOICE, end - first)
            keep[first + np.argpartition(through[first:end], few - 1)[:few]] = True
        return keep

    def _distances(self, plan: Plan) -> Floats:
        """How far each column's start is from where its service begins in the plan."""
        begins: dict[tuple[str, str], int] = {}
        for row in plan.assignments:
            key = row.visit, row.item
            begins[key] = min(row.start, begins.get(key, row.start))
        found = np.full(self.relaxation.size, np.inf)
        first = 0
        for block in self.relaxation.blocks:
            end = first + len(block.starts)
            if block.visit is not None and block.item is not None and (block.visit.id, block.item.id) in begins:
                found[first:end] = np.abs(block.starts - begins[block.visit.id, block.item.id])
            first = end
        return found

    def _program(self, mip: Mip, laid: Laid, worth: float) -> dict[int, float]:
        """Price by variable; lateness beyond the caps is dear, and to leave somebody out costs more than any plan."""
        goal = laid.costs[self.relaxation.level]
        costs = {int(n): float(goal[n]) for n in np.flatnonzero(goal)}
        self._caps, self._beyond = [], []
        for level, cap in self.relaxation.caps.items():
            costly = np.flatnonzero(laid.costs[level])
            row = mip.total(costly, laid.costs[level][costly], -math.inf, float(cap))
            beyond = mip.variable(0.0, math.inf, integer=False)
            mip.extend(row, beyond, -1.0)
            costs[beyond] = DEAR
            self._caps.append(row)
            self._beyond.append(beyond)
        for row in laid.served:
            absent = mip.variable(0.0, 1.0, integer=False)
            mip.extend(row, absent, 1.0)
            costs[absent] = worth
        return costs

    def _prices_of(self, solved: Linear, laid: Laid) -> Multipliers:
        columns = self.relaxation.columns
        room = np.zeros(len(columns.rows) * (columns.cells + 1))
        first, cells = laid.capacities.first, laid.capacities.cells
        room[cells] = np.maximum(0.0, -solved.duals[first : first + len(cells)])
        caps = np.clip(-solved.duals[self._caps], 0.0, DEAR) if self._caps else np.zeros(0)
        return Multipliers(room.reshape(len(columns.rows), -1)[:, :-1].copy(), caps)

    def _improve(self, new: Multipliers) -> float:
        """The highest bound at the best prices, at the new ones, or between them; `best` are those of it."""
        old = self.best
        tried = [old, new, *(_blend(old, new, share) for share in BLENDS)]
        bounds = [self.relaxation.evaluate(prices).bound for prices in tried]
        number = int(np.argmax(bounds))
        self.best = tried[number]
        return bounds[number]

    def _lateness(self, prices: Multipliers) -> float:
        """The bound on lateness alone at these prices, waiting aside."""
        relaxation = self.relaxation
        if LATE not in relaxation.caps:
            return -math.inf
        scale = float(prices.caps[list(relaxation.caps).index(LATE)])
        if scale < ROUNDING:
            return -math.inf
        alone = Multipliers(prices.room / scale, prices.caps / scale, goal=0.0)
        return relaxation.evaluate(alone).bound + relaxation.caps[LATE]

    def _add(self, through: Floats) -> bool:
        """Keep columns too that are cheaper at the new prices than those that were kept; False when there are none."""
        keep = self._keep
        gain = np.zeros(len(through))
        for first, end in self._spans:
            own = through[first:end]
            gain[first:end] = own - own[keep[first:end]].min()
        cheaper = np.flatnonzero((gain < -ROUNDING) & ~keep)
        if len(cheaper) > MORE_COLUMNS:
            cheaper = cheaper[np.argpartition(gain[cheaper], MORE_COLUMNS)[:MORE_COLUMNS]]
        keep[cheaper] = True
        return len(cheaper) > 0


def _least(values: Floats, count: int) -> Mask:
    """Which are the least so many, and all that are alike."""
    limit = np.partition(values, count)[count] if count < len(values) else math.inf
    found: Mask = values <= limit
    return found


def _blend(old: Multipliers, new: Multipliers, share: float) -> Multipliers:
    return Multipliers(share * new.room + (1 - share) * old.room, share * new.caps + (1 - share) * old.caps)
