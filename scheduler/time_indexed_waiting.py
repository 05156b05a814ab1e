"""The least waiting among plans that are no later than one at hand, then the fewest changes: MIPs over few columns.

The relaxation's prices say which columns plans up to a value cannot use; what is left of 20,000 to 90,000 is often a few
thousand, and a MIP of so many says what no prices can: its bound rises above the relaxation's, and its solution is a plan.

Services of one visit are a flow: for each of their orders and lengths (`chains.Mode`) the visit goes from a column of one
service to a later one of the next, so that the linear relaxation is as tight as the prices are. Services with pauses or
several people take nobody's time, as in the relaxation, so the MIP is one too.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from scheduler.chains import ChainCosts, ChainPricing
from scheduler.columns import Floats, Ints
from scheduler.level_prices import Prices
from scheduler.mip import TOLERANCE, Mip, reach
from scheduler.problem import Assignment, Level
from scheduler.relaxation import Multipliers, Relaxation
from scheduler.time_indexed import Bounded, TimeIndexed, covers

WHIM = 0.4
"""Less than half, so that a plan within this of the best one waits no longer than it."""


class TimeIndexedWaiting:
    """The MIP over those columns of a relaxation of `waiting` that plans up to a value may use."""

    def __init__(
        self, relaxation: Relaxation, multipliers: Multipliers, most: int, count: int, goal: Level = "waiting"
    ) -> None:
        """Better plans than `most` are looked for among those that use no more than `count` columns.

        With another goal than waiting all plans that wait no longer than `most` are looked at.
        """
        self.relaxation = relaxation
        self.goal = goal
        self.mip = Mip()
        through = relaxation.through(multipliers)
        self.most = most - relaxation.grain if goal == relaxation.level else most
        few = reach(through, float(through.min(initial=0.0)), self.most, count)
        self.far = few if goal == relaxation.level else float(most)
        self.keep: npt.NDArray[np.bool_] = through <= self.far + TOLERANCE * max(1.0, abs(most))
        published = relaxation.level == goal and bool(relaxation.columns.problem.published)
        more: list[Level] = ["changes", goal] if published else [goal]
        self.levels = list(dict.fromkeys([*relaxation.levels, *more]))
        self._origin: list[Ints] = []
        self._choices: list[tuple[int, int]] = []
        self._costs: dict[Level, list[Floats]] = {level: [] for level in self.levels}
        prices = Prices(relaxation.columns.problem, relaxation.columns.spare)
        self._prices = {lv: prices.of_blocks(lv, relaxation.blocks, relaxation.size) for lv in self.levels}
        self._extra = [self._chain_prices(prices, one) for one in relaxation.chained]

    def _chain_prices(self, prices: Prices, one: ChainPricing) -> dict[Level, ChainCosts]:
        starts = [self.relaxation.starts[first:end] for first, end in one.chain.spans]
        modes = [(mode.order[-1], mode.before) for mode in one.chain.modes]
        return {level: prices.of_chain(level, one.visit, starts, modes) for level in self.levels}

    @property
    def kept(self) -> int:
        """How many columns are left."""
        return int(self.keep.sum())

    @property
    def complete(self) -> bool:
        """Whether every better plan is one of these columns."""
        return self.far >= self.most

    # --- building ----------------------------------------------------------------------------------------------------

    def build(self) -> dict[int, float]:
        """All variables and rows; the price of each variable."""
        relaxation = self.relaxation
        for first, end in relaxation.groups:
            columns = first + np.flatnonzero(self.keep[first:end])
            choices = self._add(columns, {level: self._prices[level][columns] for level in self.levels})
            self.mip.row([(int(n), 1.0) for n in choices], 1.0, 1.0)
        flows = [self._add_chain(one, extra) for one, extra in zip(relaxation.chained, self._extra, strict=True)]
        costs = {level: np.concatenate([*some, np.zeros(0)]) for level, some in self._costs.items()}
        caps = {**relaxation.caps, relaxation.level: self.most} if self.goal != relaxation.level else relaxation.caps
        for level, cap in caps.items():
            self.mip.row([(int(n), float(costs[level][n])) for n in np.flatnonzero(costs[level])], -math.inf, float(cap))
        self._add_capacities()
        # Flows between services come last: they are no columns.
        for variables, ends, starts in (flow for some in flows for flow in some):
            self._add_flow(variables, ends, starts)
        goal = costs[self.goal] + self._whim(costs) if self.goal == relaxation.level else costs[self.goal]
        return {int(n): float(goal[n]) for n in np.flatnonzero(goal)}

    def _whim(self, costs: Mapping[Level, Floats]) -> Floats:
        """Of plans that wait as long one with few changes: all changes together count less than `WHIM` of a grain."""
        changes = costs.get("changes", np.zeros_like(costs[self.goal]))
        dearest = sum(float(changes[first:end].max()) for first, end in self._choices if first < end)
        return changes * (WHIM * self.relaxation.grain / dearest) if dearest else changes * 0.0

    def _add(self, columns: Ints, costs: dict[Level, Floats]) -> Ints:
        """One variable for each of the columns."""
        first = self.mip.size
        self.mip.choices(len(columns))
        self._choices.append((first, self.mip.size))
        self._origin.append(columns)
        for level, some in costs.items():
            self._costs[level].append(some)
        return np.arange(first, first + len(columns))

    def _add_chain(self, one: ChainPricing, extra: dict[Level, ChainCosts]) -> list[tuple[tuple[Ints, Ints], Ints, Ints]]:
        """Variables for a visit's services in each mode; what has to flow from one service to the next."""
        flows, firsts = [], []
        for number, mode in enumerate(one.chain.modes):
            before: tuple[Ints, Ints] | None = None
            for place in range(len(mode.order)):
                columns, variables = self._add_service(one, extra, number, place)
                if before is None:
                    firsts.append(variables)
                else:
                    flows.append(((before[1], variables), self.relaxation.ends[before[0]], self.relaxation.starts[columns]))
                before = columns, variables
        self.mip.row([(int(n), 1.0) for n in np.concatenate(firsts)], 1.0, 1.0)
        return flows

    def _add_service(self, one: ChainPricing, extra: dict[Level, ChainCosts], number: int, place: int) -> tuple[Ints, Ints]:
        mode = one.chain.modes[number]
        service = mode.order[place]
        first, end = one.chain.spans[service]
        keep, bar = self.keep[first:end], one.barred[number][place]
        own = np.flatnonzero(keep if bar is None else keep & (bar == 0.0))
        costs = {}
        for level in self.levels:
            price = self._prices[level][first + own]
            begins, ends = extra[level]
            if place == 0:
                price = price + begins[service][own]
            if place == len(mode.order) - 1:
                price = price + ends[number][own]
            costs[level] = price
        return first + own, self._add(first + own, costs)

    def _add_flow(self, variables: tuple[Ints, Ints], ends: Ints, starts: Ints) -> None:
        """Whoever has ended one service and not begun the next is between them: never less than nobody, in the end nobody."""
        moments = np.unique(np.concatenate([ends, starts]))
        between: int | None = None
        for moment in moments.tolist():
            terms = [(int(n), 1.0) for n in variables[0][ends == moment]]
            terms += [(int(n), -1.0) for n in variables[1][starts == moment]]
            if between is not None:
                terms.append((between, 1.0))
            if moment != moments[-1]:
                between = self.mip.variable(0.0, 1.0, integer=False)
                terms.append((between, -1.0))
            self.mip.row(terms, 0.0, 0.0)

    def _add_capacities(self) -> None:
        """Asked for where something begins or room is lost: nowhere else can more be taken than a moment before."""
        columns = self.relaxation.columns
        origin = np.concatenate([*self._origin, np.zeros(0, dtype=np.int64)])
        lanes = list(zip(self.relaxation.low, self.relaxation.high, strict=True))
        room = np.zeros((len(columns.rows), columns.cells + 1))
        room[:, :-1] = columns.room
        asked = np.zeros(room.shape, dtype=np.bool_)
        asked[:, 1:] = room[:, 1:] < room[:, :-1]
        flat = asked.ravel()
        for low, high in lanes:
            flat[low[origin][low[origin] < high[origin]]] = True
        cells, taking = covers(lanes, columns.cells + 1, 1, origin)
        chosen = flat[cells]
        self.mip.capacities(cells[chosen], taking[chosen], room.ravel())

    # --- solving -----------------------------------------------------------------------------------------------------

    def bound(self, seconds: float) -> Bounded | None:
        """What the best plan waits at least, and a better plan if one was found; None when nothing can be said in the time."""
        grain = self.relaxation.grain
        beyond = math.floor((self.far + TOLERANCE) / grain) * grain + grain
        if not self.kept:
            return Bounded(beyond, None)
        whim = WHIM * grain
        found = self._solved(seconds, self.most + whim, whim)
        if found is None:
            return None
        waits = found[0] - whim
        value = beyond if waits > self.far + TOLERANCE else math.ceil((waits - TOLERANCE) / grain) * grain
        return Bounded(value, found[1])

    def least(self, seconds: float, most: int) -> Bounded | None:
        """What plans that wait no longer have at least of the goal, and a plan with at most `most` if one was found."""
        found = self._solved(seconds, most)
        if found is None:
            return None
        return Bounded(most + 1 if found[0] == math.inf else math.ceil(found[0] - TOLERANCE), found[1])

    def _solved(self, seconds: float, most: float, gap: float = 0.0) -> tuple[float, dict[str, list[Assignment]] | None] | None:
        end = time.monotonic() + seconds
        found = self.mip.integral(self.build(), np.zeros(0, dtype=np.int64), most, end, gap)
        if found is None or found[0] == -math.inf:
            return None
        if found[1] is None:
            return found[0], None
        origin = np.concatenate(self._origin)
        chosen = {int(origin[n]): 1.0 for n in found[1] if n < len(origin)}
        return found[0], TimeIndexed(self.relaxation).rows(chosen)
