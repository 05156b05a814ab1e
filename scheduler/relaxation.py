"""A Lagrangian relaxation of the day: everybody has a price for the time of people and places, nobody is in the way.

Visits are priced one by one, each at the cheapest of all the ways in which it could be done alone (`Columns`), services
of one visit in all their orders. For any prices of capacity λ ≥ 0 and of the levels above μ ≥ 0

    Σ over visits of the cheapest (cost + Σ μ × cost above + Σ λ taken) − Σ λ × room − Σ μ × cap

is a lower bound on the cost of every plan that serves everybody with the levels above within their caps (Fisher 1981).
The prices are improved by a deflected subgradient with Polyak's step. Bad prices make a bad bound, never a wrong one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.chain_pairs import PairPricing
from scheduler.chains import Chain, ChainPricing, chain_of
from scheduler.columns import Block, Columns, Floats, Ints
from scheduler.level_prices import Prices
from scheduler.meaning import has_few_orders
from scheduler.problem import Level, Visit
from scheduler.turn import Turn

ROUNDING = 1e-6
"""What sums of a few thousand floating-point numbers may be off by."""

PATIENCE = 15
"""Steps without gain before the step is shortened."""

SHORTER = 0.7
SHORTEST_STEP = 2e-4
CAP_SCALE = 0.2
"""A unit over a cap counts so much of a unit over a capacity: caps are in prices, capacities in units of time."""

LONG_AGAIN = 0.3
"""How long steps are again after a cap has changed."""

DEFLECTION = 0.7
"""How much of the direction is that of the step before (Camerini, Fratta and Maffioli 1975)."""


@dataclass(slots=True)
class Multipliers:
    """Prices of capacity by row and unit, and of the levels above; `goal` is the weight of the level itself."""

    room: Floats
    caps: Floats
    goal: float = 1.0


@dataclass(frozen=True, slots=True)
class Priced:
    """The bound at some prices, and the columns that the visits chose (chains' with their order's first and last)."""

    bound: float
    excess: Floats
    over: Floats


class Relaxation:
    """The relaxation of one set of columns; `level` is bounded among plans with each level of `caps` within its cap."""

    def __init__(self, columns: Columns, level: Level, caps: Mapping[Level, int], turn: Turn | None = None) -> None:
        self.columns = columns
        self.turn = turn or Turn()
        """Whose thread it is that prices; solvers on these columns give it to others meanwhile."""
        self.far = 2 * columns.cells * columns.cell
        self.level = level
        self.caps = dict(caps)
        self.levels: list[Level] = [level, *self.caps]
        self.blocks: list[Block] = []
        self.size = 0
        groups: list[tuple[int, int]] = []
        self.chains: list[tuple[Visit, Chain]] = []
        several: list[tuple[int, Visit]] = []
        for number, visit in enumerate(columns.visits):
            # Those of too many orders are priced apart, which is no less a bound.
            if len(visit.items) > 1 and has_few_orders(visit, len(visit.items)):
                several.append((number, visit))
            else:
                groups += [self._add(columns.blocks[number, place]) for place in range(len(visit.items))]
        groups += [self._add(blocks) for blocks in columns.others]
        self.groups = [group for group in groups if group[0] < group[1]]
        self.impossible = len(self.groups) < len(groups)
        self.alone = self.size
        for number, visit in several:
            self._add_chain(number, visit)
        self._lay()
        self.grain = self.grain_of(level)
        self._length = 1.0
        self.settled = False

    def grain_of(self, level: Level) -> int:
        """The level is a multiple of this."""
        costs = [self.costs[level], *(c for one in self.chained for side in one.costs[level] for c in side)]
        return max(1, math.gcd(*(int(np.gcd.reduce(some.astype(np.int64))) for some in costs if len(some))))

    def _add(self, blocks: Sequence[Block]) -> tuple[int, int]:
        first = self.size
        for block in blocks:
            if len(block.starts):
                self.blocks.append(block)
                self.size += len(block.starts)
        return first, self.size

    def _add_chain(self, number: int, visit: Visit) -> None:
        places = range(len(visit.items))
        spans = tuple(self._add(self.columns.blocks[number, place]) for place in places)
        if any(first == end for first, end in spans):
            self.impossible = True
            return
        self.chains.append(
            (visit, chain_of(visit, spans, [self.columns.blocks[number, n] for n in places], self.columns.problem))
        )

    def _lay(self) -> None:
        """Flat arrays over all columns: where each begins and ends, what it costs, what it takes."""
        columns, size = self.columns, self.size
        width = columns.cells + 1
        self.starts = np.concatenate([b.starts for b in self.blocks]) if self.blocks else np.zeros(0, dtype=np.int64)
        counts = [len(b.starts) for b in self.blocks]
        self.ends = self.starts + np.repeat(np.array([b.option.length for b in self.blocks], dtype=np.int64), counts)
        takes = [_merged(block, columns.rows) for block in self.blocks]
        depth = max((len(some) for some in takes), default=0)
        self.low, self.high = np.zeros((depth, size), dtype=np.int64), np.zeros((depth, size), dtype=np.int64)
        first = 0
        for block, some in zip(self.blocks, takes, strict=True):
            end = first + len(block.starts)
            for n, (row, begin, stop) in enumerate(some):
                begins, stops = (block.starts + begin) // columns.cell, (block.starts + stop) // columns.cell
                self.low[n, first:end] = row * width + np.minimum(begins, columns.cells)
                self.high[n, first:end] = row * width + np.minimum(stops, columns.cells)
            first = end
        self.firsts = np.array([group[0] for group in self.groups], dtype=np.int64)
        self.counts = np.array([group[1] - group[0] for group in self.groups], dtype=np.int64)
        prices = Prices(columns.problem, columns.spare)
        self.costs = {level: prices.of_blocks(level, self.blocks, size) for level in self.levels}
        self.chained = [ChainPricing(visit, chain, self.starts, self.ends, self.far) for visit, chain in self.chains]
        for one in self.chained:
            one.lay(prices, self.levels)
        pairs = [one for one in self.chained if len(one.chain.spans) == 2]
        self._pairs = PairPricing(pairs, self.starts, self.ends, self.far) if pairs else None
        self._longer = [one for one in self.chained if len(one.chain.spans) != 2]

    # --- prices --------------------------------------------------------------------------------------------------------

    def nothing(self) -> Multipliers:
        """Capacity that costs nothing: the bound of everybody having the day for himself."""
        return Multipliers(np.zeros((len(self.columns.rows), self.columns.cells)), np.zeros(len(self.caps)))

    def _weights(self, multipliers: Multipliers) -> list[tuple[Level, float]]:
        return [(self.level, multipliers.goal), *zip(self.caps, multipliers.caps.tolist(), strict=True)]

    def _price(self, multipliers: Multipliers) -> Floats:
        """What every column costs, its share of capacity included."""
        paid = np.zeros((len(self.columns.rows), self.columns.cells + 1))
        np.cumsum(multipliers.room, axis=1, out=paid[:, 1:])
        flat = paid.ravel()
        price = np.zeros(self.size)
        for level, weight in self._weights(multipliers):
            if weight:
                price += weight * self.costs[level]
        for low, high in zip(self.low, self.high, strict=True):
            price += flat[high]
            price -= flat[low]
        return price

    def evaluate(self, multipliers: Multipliers) -> Priced:
        """The bound at these prices and a subgradient."""
        price = self._price(multipliers)
        total, chosen = self._cheapest(price)
        over = np.zeros(len(self.caps))
        spent = dict.fromkeys(self.caps, 0.0)
        weights = self._weights(multipliers)
        ways = [one.cheapest(price, weights) for one in self._longer]
        if self._pairs is not None:
            ways.append(self._pairs.cheapest(price, weights))
        for value, picks, extra in ways:
            total += value
            chosen += picks
            for level in self.caps:
                spent[level] += extra[level]
        taken = np.array(chosen, dtype=np.int64)
        steps = np.zeros(len(self.columns.rows) * (self.columns.cells + 1))
        for low, high in zip(self.low, self.high, strict=True):
            np.add.at(steps, low[taken], 1.0)
            np.add.at(steps, high[taken], -1.0)
        use = np.cumsum(steps.reshape(len(self.columns.rows), -1), axis=1)[:, :-1]
        for n, (level, cap) in enumerate(self.caps.items()):
            over[n] = float(self.costs[level][taken].sum()) + spent[level] - cap
        total -= float((multipliers.room * self.columns.room).sum())
        total -= sum(float(weight) * cap for weight, cap in zip(multipliers.caps, self.caps.values(), strict=True))
        return Priced(total, use - self.columns.room, over)

    def _cheapest(self, price: Floats) -> tuple[float, list[int]]:
        if not len(self.firsts):
            return 0.0, []
        alone = price[: self.alone]
        least = np.minimum.reduceat(alone, self.firsts)
        hits = np.flatnonzero(alone == np.repeat(least, self.counts))
        owners = np.searchsorted(self.firsts, hits, side="right") - 1
        _, where = np.unique(owners, return_index=True)
        return float(least.sum()), hits[where].tolist()

    def through(self, multipliers: Multipliers) -> Floats:
        """For every column the bound on plans that use it."""
        price = self._price(multipliers)
        found = np.zeros(self.size)
        bound = self.evaluate(multipliers).bound
        if len(self.firsts):
            alone = price[: self.alone]
            found[: self.alone] = bound + alone - np.repeat(np.minimum.reduceat(alone, self.firsts), self.counts)
        for one in self.chained:
            for (first, end), through in zip(one.chain.spans, one.through(price, self._weights(multipliers)), strict=True):
                found[first:end] = bound + through
        return found

    def within(self, multipliers: Multipliers, most: float) -> dict[tuple[str, str, str], int]:
        """By visit, service and technician: the starts (bits) that plans with the level at most `most` may use."""
        keep = self.through(multipliers) <= most + ROUNDING * max(1.0, abs(most))
        found: dict[tuple[str, str, str], int] = {}
        first = 0
        for block in self.blocks:
            end = first + len(block.starts)
            if block.visit is not None and block.item is not None and block.phase == 0:
                key = block.visit.id, block.item.id, block.option.technician or ""
                found[key] = found.get(key, 0) | mask_of(block.starts[keep[first:end]])
            first = end
        return found

    def cap(self, level: Level, cap: int) -> None:
        """Set a cap anew."""
        if self.caps[level] != cap:
            self.caps[level] = cap
            self._length = max(self._length, LONG_AGAIN)

    # --- ascent --------------------------------------------------------------------------------------------------------

    def ascend(
        self,
        most: float,
        left: Callable[[], bool],
        steps: int,
        begin: Multipliers | None = None,
        dearest: float = math.inf,
    ) -> tuple[float, Multipliers]:
        """The best bound within so many steps while `left`, and its prices; ends when the bound reaches above `most` − 1.

        A unit beyond a cap costs no more than `dearest`: where that is finite, caps may be lower than any plan's.
        Going on from the last prices the step is as long as it was; `settled` says that more steps would bring nothing.
        """
        now = begin or self.nothing()
        best, known = -math.inf, now
        direction: tuple[Floats, Floats] | None = None
        length, idle = self._length, 0
        for _ in range(steps):
            found = self.evaluate(now)
            if found.bound > best:
                idle = 0 if found.bound > best + 1e-4 * abs(most - best) else idle + 1
                best, known = found.bound, now
            else:
                idle += 1
            if best > most - 1 + ROUNDING or length < SHORTEST_STEP or not left():
                break
            if idle > PATIENCE:
                length, idle, now, direction = length * SHORTER, 0, known, None
                found = self.evaluate(now)
            room, caps = found.excess, found.over * CAP_SCALE
            if direction is not None:
                room = DEFLECTION * direction[0] + (1 - DEFLECTION) * room
                caps = DEFLECTION * direction[1] + (1 - DEFLECTION) * caps
            direction = room, caps
            useful, useful_caps = (now.room > 0) | (room > 0), (now.caps > 0) | (caps > 0)
            norm = float((room[useful] ** 2).sum() + (caps[useful_caps] ** 2).sum())
            if norm < ROUNDING:
                break
            step = length * (most - found.bound) / norm
            now = Multipliers(
                np.maximum(0.0, now.room + step * room), np.clip(now.caps + step * CAP_SCALE * caps, 0.0, dearest)
            )
        self._length = length
        self.settled = best > most - 1 + ROUNDING or length < SHORTEST_STEP
        return best, known


def _merged(block: Block, rows: Mapping[str, int]) -> list[tuple[int, int, int]]:
    """What the block's columns take, stretches that touch made one: row, begin and end after the start."""
    found: list[tuple[int, int, int]] = []
    for name, begin, end in sorted(block.option.takes):
        row = rows.get(name)
        if row is None or begin == end:
            continue
        if found and found[-1][0] == row and found[-1][2] == begin:
            found[-1] = row, found[-1][1], end
        else:
            found.append((row, begin, end))
    return found


def mask_of(starts: Ints) -> int:
    """Starts as bits."""
    if not len(starts):
        return 0
    bits = np.zeros(int(starts[-1]) + 1, dtype=np.uint8)
    bits[starts] = 1
    return int.from_bytes(np.packbits(bits, bitorder="little").tobytes(), "little")
