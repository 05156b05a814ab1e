"""Visits of two services, all of a day priced at once: what `ChainPricing.cheapest` does, without a loop over their modes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scheduler.chains import ChainPricing, Weights
from scheduler.columns import Floats, Ints
from scheduler.problem import Level


class PairPricing:
    """All modes of these chains in flat arrays: columns of their first services, and of their second ones."""

    def __init__(self, chained: Sequence[ChainPricing], starts: Ints, ends: Ints, far: int) -> None:
        self.far = far
        modes = [(one, number) for one in chained for number in range(len(one.chain.modes))]
        self.count = len(modes)
        counts = [len(one.chain.modes) for one in chained]
        self.of_visit = np.cumsum([0, *counts])
        one_by_one = [_services(one, number) for one, number in modes]
        self.first = _Side([first for first, _ in one_by_one], starts, ends)
        self.second = _Side([second for _, second in one_by_one], starts, ends)
        # Where a column's end, or start, lies in an array of one row of units for each mode.
        self._reaches = self.first.mode * far + self.first.ends
        self._begins = self.second.mode * far + self.second.starts
        levels = list(chained[0].costs) if chained else []
        self.costs: dict[Level, tuple[Floats, Floats]] = {level: self._costs(level, modes) for level in levels}

    def _costs(self, level: Level, modes: Sequence[tuple[ChainPricing, int]]) -> tuple[Floats, Floats]:
        firsts, seconds = [], []
        for one, number in modes:
            own = _services(one, number)[0][1]
            firsts.append(one.costs[level][0][one.chain.modes[number].order[0]][own])
            seconds.append(one.costs[level][1][number])
        return np.concatenate(firsts), np.concatenate(seconds)

    def cheapest(self, price: Floats, weights: Weights) -> tuple[float, list[int], dict[Level, float]]:
        """Price and columns of everybody's cheapest way, and what these cost in addition by level."""
        own, total = price[self.first.columns], price[self.second.columns]
        for level, weight in weights:
            if weight:
                own += weight * self.costs[level][0]
                total += weight * self.costs[level][1]
        before = np.full(self.count * self.far, np.inf)
        np.minimum.at(before, self._reaches, own)
        rows = before.reshape(self.count, self.far)
        np.minimum.accumulate(rows, axis=1, out=rows)
        total += before[self._begins]
        least = np.minimum.reduceat(total, self.second.bounds[:-1])
        value, ones, twos = 0.0, [], []
        for visit in range(len(self.of_visit) - 1):
            first_mode, end_mode = self.of_visit[visit], self.of_visit[visit + 1]
            mode = int(first_mode + least[first_mode:end_mode].argmin())
            value += float(least[mode])
            two = int(self.second.bounds[mode] + total[self.second.bounds[mode] : self.second.bounds[mode + 1]].argmin())
            low, high = self.first.bounds[mode], self.first.bounds[mode + 1]
            fits = self.first.ends[low:high] <= self.second.starts[two]
            ones.append(int(low + np.where(fits, own[low:high], np.inf).argmin()))
            twos.append(two)
        extra = {level: float(one[ones].sum() + two[twos].sum()) for level, (one, two) in self.costs.items()}
        return value, [*self.first.columns[ones].tolist(), *self.second.columns[twos].tolist()], extra


class _Side:
    """Columns of one service by mode: mode m has those from bounds[m] to bounds[m + 1]."""

    def __init__(self, services: Sequence[tuple[int, Ints]], starts: Ints, ends: Ints) -> None:
        lengths = [len(own) for _, own in services]
        nothing = np.zeros(0, dtype=np.int64)
        self.columns: Ints = np.concatenate([nothing, *(first + own for first, own in services)])
        self.mode: Ints = np.repeat(np.arange(len(services)), lengths)
        self.bounds: Ints = np.cumsum([0, *lengths])
        self.starts, self.ends = starts[self.columns], ends[self.columns]


def _services(one: ChainPricing, number: int) -> tuple[tuple[int, Ints], tuple[int, Ints]]:
    """The first column of each of a mode's two services, and which after it the mode may use."""
    mode = one.chain.modes[number]
    found = []
    for service, bar in zip(mode.order, one.barred[number], strict=True):
        first, end = one.chain.spans[service]
        found.append((first, np.arange(end - first) if bar is None else np.flatnonzero(bar == 0.0)))
    return found[0], found[1]
