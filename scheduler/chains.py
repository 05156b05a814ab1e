"""Services of one visit that follow each other, priced together: a shortest path over orders, lengths and starts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.columns import Block, Floats, Ints
from scheduler.level_prices import Prices
from scheduler.meaning import orders_of
from scheduler.problem import Item, Level, Problem, Visit

MOST_MODES = 24
"""Beyond this the services before the last are taken to be as long as they can be."""


@dataclass(frozen=True, slots=True)
class Mode:
    """One order of a visit's services with the length of each but the last, so that what is no waiting is known."""

    order: tuple[int, ...]
    lengths: tuple[int | None, ...]
    before: int
    """Units that the services before the last take, at most."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The services of one visit that follow each other: spans of columns, the orders that are allowed, and the modes."""

    spans: tuple[tuple[int, int], ...]
    orders: tuple[tuple[int, ...], ...]
    modes: tuple[Mode, ...]


Weights = Sequence[tuple[Level, float]]

ChainCosts = tuple[list[Floats], list[Floats]]
"""By service what its columns cost in addition as the first of its visit, and by mode what those of its last service do."""


def _barred(mode: Mode, chain: Chain, lengths: Ints) -> list[Floats | None]:
    """By place in the order: infinity where a column has not the mode's length; None where any will do."""
    found: list[Floats | None] = []
    for service, length in zip(mode.order, mode.lengths, strict=True):
        first, end = chain.spans[service]
        alike = lengths[first:end] == length
        found.append(None if length is None or alike.all() else np.where(alike, 0.0, np.inf))
    return found


def chain_of(visit: Visit, spans: tuple[tuple[int, int], ...], blocks: Sequence[Sequence[Block]], problem: Problem) -> Chain:
    """The orders of a visit's services and their lengths; `spans` say which columns each has."""
    places = range(len(visit.items))
    lengths = [sorted({b.option.length for b in blocks[place]}) for place in places]
    idle = [_pauses(visit.items[place], problem) for place in places]
    orders = list(orders_of(visit, places))
    modes = []
    for order in orders:
        choices = list(itertools.product(*(lengths[place] for place in order[:-1])))
        pause = sum(idle[place] for place in order[:-1])
        if len(orders) * len(choices) > MOST_MODES:
            longest = sum(lengths[place][-1] for place in order[:-1])
            modes.append(Mode(order, (None,) * len(order), longest + pause))
        else:
            modes += [Mode(order, (*some, None), sum(some) + pause) for some in choices]
    return Chain(spans, tuple(orders), tuple(modes))


def _pauses(item: Item, problem: Problem) -> int:
    """Units that a service may take beyond its phases."""
    gaps = [phase.max_gap_before for phase in item.phases[1:]]
    return sum(problem.horizon if gap is None else gap for gap in gaps)


class ChainPricing:
    """One chain over flat arrays of all columns' starts and ends; units end before `far`."""

    def __init__(self, visit: Visit, chain: Chain, starts: Ints, ends: Ints, far: int) -> None:
        self.visit = visit
        self.chain = chain
        self.starts = starts
        self.ends = ends
        self.far = far
        self.costs: dict[Level, ChainCosts] = {}
        self.barred = [_barred(mode, chain, ends - starts) for mode in chain.modes]

    def lay(self, prices: Prices, levels: Sequence[Level]) -> None:
        """What the services cost in these levels."""
        self.costs = {level: self.costs_of(prices, level) for level in levels}

    def costs_of(self, prices: Prices, level: Level) -> ChainCosts:
        """What the services cost in one level."""
        starts = [self.starts[first:end] for first, end in self.chain.spans]
        modes = [(mode.order[-1], mode.before) for mode in self.chain.modes]
        return prices.of_chain(level, self.visit, starts, modes)

    def cheapest(self, price: Floats, weights: Weights) -> tuple[float, list[int], dict[Level, float]]:
        """Price and columns in order of the cheapest way, and what its first and last service cost in addition by level."""
        best: tuple[float, int, list[Floats]] | None = None
        for mode in range(len(self.chain.modes)):
            forward = self._forward(mode, price, weights)
            value = float(forward[-1].min())
            if best is None or value < best[0]:
                best = value, mode, forward
        assert best is not None  # noqa: S101 - there is always an order
        value, mode, forward = best
        order = self.chain.modes[mode].order
        picks: list[int] = []
        limit = self.far
        for service, reached in zip(reversed(order), reversed(forward), strict=True):
            first, end = self.chain.spans[service]
            pick = int(np.where(self.ends[first:end] <= limit, reached, np.inf).argmin())
            picks.append(first + pick)
            limit = int(self.starts[first + pick])
        begin, last = picks[-1] - self.chain.spans[order[0]][0], picks[0] - self.chain.spans[order[-1]][0]
        extra = {lv: float(costs[0][order[0]][begin] + costs[1][mode][last]) for lv, costs in self.costs.items()}
        return value, picks[::-1], extra

    def through(self, price: Floats, weights: Weights) -> list[Floats]:
        """By service: how much dearer than the cheapest way the cheapest one through each column is."""
        least = [np.full(end - first, np.inf) for first, end in self.chain.spans]
        for number, mode in enumerate(self.chain.modes):
            forward = self._forward(number, price, weights)
            for service, value in self._backward(mode.order, forward):
                np.minimum(least[service], value, out=least[service])
        cheapest = min(float(value.min()) for value in least)
        return [value - cheapest for value in least]

    def _forward(self, mode: int, price: Floats, weights: Weights) -> list[Floats]:
        """By service in this order: the least price of it and everything before it, for each of its columns."""
        chain, costs = self.chain, self.costs
        order, barred = chain.modes[mode].order, self.barred[mode]
        reached: list[Floats] = []
        before: Floats | None = None
        for place, service in enumerate(order):
            first, end = chain.spans[service]
            bar = barred[place]
            own = price[first:end].copy() if bar is None else price[first:end] + bar
            for level, weight in weights:
                if weight and place == 0:
                    own += weight * costs[level][0][service]
                if weight and place == len(order) - 1:
                    own += weight * costs[level][1][mode]
            if before is not None:
                own += before[self.starts[first:end]]
            reached.append(own)
            if place < len(order) - 1:
                before = self._by_end(own, first, end)
        return reached

    def _by_end(self, values: Floats, first: int, end: int) -> Floats:
        """By unit: the least of the values of columns that end by then."""
        found = np.full(self.far, np.inf)
        np.minimum.at(found, self.ends[first:end], values)
        np.minimum.accumulate(found, out=found)
        return found

    def _backward(self, order: Sequence[int], forward: Sequence[Floats]) -> list[tuple[int, Floats]]:
        """By service: the least price of the whole order through each of its columns."""
        found = [(order[-1], forward[-1])]
        total = forward[-1]
        for place in range(len(order) - 2, -1, -1):
            service, after = order[place], order[place + 1]
            first, end = self.chain.spans[service]
            # What follows costs, from the first start that is open to it: its total less the least before it.
            begin, stop = self.chain.spans[after]
            before = self._by_end(forward[place], first, end)
            rest = np.full(self.far, np.inf)
            with np.errstate(invalid="ignore"):
                beyond = total - before[self.starts[begin:stop]]
            np.minimum.at(rest, self.starts[begin:stop], np.where(np.isnan(beyond), np.inf, beyond))
            rest = np.minimum.accumulate(rest[::-1])[::-1]
            total = forward[place] + rest[self.ends[first:end]]
            found.append((service, total))
        return found
