"""Some columns of a relaxation as a linear program: everybody is served one way, in the room that there is.

Services of one visit are a flow: for each of their orders and lengths (`chains.Mode`) the visit goes from a column of one
service to a later one of the next, so that the linear relaxation is as tight as the prices are. Services with pauses or
several people take nobody's time, as in the relaxation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheduler.chains import ChainCosts, ChainPricing
from scheduler.columns import Floats, Ints
from scheduler.level_prices import Prices
from scheduler.mip import Capacities, Mip
from scheduler.problem import Level
from scheduler.relaxation import Relaxation
from scheduler.time_indexed import covers

Mask = npt.NDArray[np.bool_]

_Flow = tuple[Ints, Ints, Ints, Ints]
"""Variables of one service with their ends, and of the next one with their starts."""


class ColumnCosts:
    """What the columns of a relaxation cost in some levels, and those of chains in addition."""

    def __init__(self, relaxation: Relaxation, levels: Sequence[Level]) -> None:
        self.levels = list(levels)
        prices = Prices(relaxation.columns.problem, relaxation.columns.spare)
        self.own: dict[Level, Floats] = {}
        self.chained: list[dict[Level, ChainCosts]] = [{} for _ in relaxation.chained]
        for level in self.levels:
            known = level in relaxation.costs
            self.own[level] = relaxation.costs[level] if known else prices.of_blocks(level, relaxation.blocks, relaxation.size)
            for one, costs in zip(relaxation.chained, self.chained, strict=True):
                costs[level] = one.costs[level] if known else one.costs_of(prices, level)


@dataclass(slots=True)
class Laid:
    """The program as it was laid out: `origin` is each variable's column, `costs` what it costs by level.

    `served` are the rows that serve the visits, `choices` the variables among which a service chooses.
    """

    origin: Ints
    costs: dict[Level, Floats]
    choices: list[tuple[int, int]]
    served: list[int]
    capacities: Capacities


class Flows:
    """Lays out the columns of `keep`."""

    def __init__(self, relaxation: Relaxation, keep: Mask, costs: ColumnCosts) -> None:
        self.relaxation = relaxation
        self.keep = keep
        self.mip = Mip(relaxation.turn)
        self._prices = costs
        self._origin: list[Ints] = []
        self._choices: list[tuple[int, int]] = []
        self._costs: dict[Level, list[Floats]] = {level: [] for level in costs.levels}

    def lay(self) -> Laid:
        """All variables and rows."""
        relaxation, served = self.relaxation, []
        for first, end in relaxation.groups:
            columns = first + np.flatnonzero(self.keep[first:end])
            choices = self._add(columns, {level: own[columns] for level, own in self._prices.own.items()})
            served.append(self.mip.total(choices, np.ones(len(choices)), 1.0, 1.0))
        flows: list[_Flow] = []
        for one, extra in zip(relaxation.chained, self._prices.chained, strict=True):
            served.append(self._add_chain(one, extra, flows))
        nothing = np.zeros(0)
        origin = np.concatenate([*self._origin, np.zeros(0, dtype=np.int64)])
        costs = {level: np.concatenate([*some, nothing]) for level, some in self._costs.items()}
        capacities = self._add_capacities(origin)
        # Flows between services come last: they are no columns.
        for flow in flows:
            self._add_flow(flow)
        return Laid(origin, costs, self._choices, served, capacities)

    def _add(self, columns: Ints, costs: Mapping[Level, Floats]) -> Ints:
        """One variable for each of the columns."""
        first = self.mip.size
        self.mip.choices(len(columns))
        self._choices.append((first, self.mip.size))
        self._origin.append(columns)
        for level, some in costs.items():
            self._costs[level].append(some)
        return np.arange(first, first + len(columns))

    def _add_chain(self, one: ChainPricing, extra: dict[Level, ChainCosts], flows: list[_Flow]) -> int:
        """Variables for a visit's services in each mode; what has to flow from one service to the next."""
        relaxation, firsts = self.relaxation, []
        for number, mode in enumerate(one.chain.modes):
            before: tuple[Ints, Ints] | None = None
            for place in range(len(mode.order)):
                columns, variables = self._add_service(one, extra, number, place)
                if before is None:
                    firsts.append(variables)
                else:
                    flows.append((before[1], relaxation.ends[before[0]], variables, relaxation.starts[columns]))
                before = columns, variables
        chosen = np.concatenate(firsts)
        return self.mip.total(chosen, np.ones(len(chosen)), 1.0, 1.0)

    def _add_service(self, one: ChainPricing, extra: dict[Level, ChainCosts], number: int, place: int) -> tuple[Ints, Ints]:
        mode = one.chain.modes[number]
        service = mode.order[place]
        first, end = one.chain.spans[service]
        keep, bar = self.keep[first:end], one.barred[number][place]
        own = np.flatnonzero(keep if bar is None else keep & (bar == 0.0))
        costs = {}
        for level, prices in self._prices.own.items():
            price = prices[first + own]
            begins, ends = extra[level]
            if place == 0:
                price = price + begins[service][own]
            if place == len(mode.order) - 1:
                price = price + ends[number][own]
            costs[level] = price
        return first + own, self._add(first + own, costs)

    def _add_flow(self, flow: _Flow) -> None:
        """Whoever has ended one service and not begun the next is between them: never less than nobody, in the end nobody."""
        leaving, ends, coming, starts = flow
        moments = np.unique(np.concatenate([ends, starts]))
        if not len(moments):
            return
        between = self.mip.levels(len(moments) - 1)
        steps = np.arange(len(moments) - 1)
        rows = np.concatenate([np.searchsorted(moments, ends), np.searchsorted(moments, starts), steps + 1, steps])
        columns = np.concatenate([leaving, coming, between, between])
        values = np.repeat([1.0, -1.0, 1.0, -1.0], [len(leaving), len(coming), len(between), len(between)])
        self.mip.balances(rows, columns, values, len(moments))

    def _add_capacities(self, origin: Ints) -> Capacities:
        """Asked for where something begins or room is lost: nowhere else can more be taken than a moment before."""
        columns = self.relaxation.columns
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
        return self.mip.capacities(cells[chosen], taking[chosen], room.ravel())
