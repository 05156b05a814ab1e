"""What a column costs in each level of the objective, as arrays over its starts: never more than `objective` counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scheduler.columns import Block, Floats, Ints
from scheduler.meaning import due, duration, eligible, is_fact, nearness, since, started
from scheduler.problem import Assignment, Item, Level, Problem, Visit

PRICED: tuple[Level, ...] = ("promise_lateness", "waiting", "changes", "wishes", "overtime")
"""Levels that are sums over visits."""


def aged_all(units: Ints, ageing: int) -> Floats:
    """`meaning.aged` of many."""
    positive = np.maximum(units, 0)
    steps = np.minimum(8, -(-positive // ageing))
    prices: Floats = (steps * positive - ageing * steps * (steps - 1) // 2).astype(np.float64)
    return prices


class Prices:
    """Prices of one problem's columns."""

    def __init__(self, problem: Problem, spare: int | None = None) -> None:
        """`spare` is how much lateness there is at most beyond what everybody has alone; None: any."""
        self.problem = problem
        self.spare = spare
        self.published = {(a.visit, a.item, a.phase): a for a in problem.published}
        self.shifts = {t.id: t.shifts for t in problem.technicians}

    def of_blocks(self, level: Level, blocks: Sequence[Block], size: int) -> Floats:
        """What each column costs wherever its service stands among those of its visit."""
        costs = np.zeros(size)
        first = 0
        for block in blocks:
            end = first + len(block.starts)
            if block.visit is not None and block.item is not None:
                costs[first:end] = self._of_block(level, block, block.visit, block.item)
            first = end
        return costs

    def of_chain(
        self, level: Level, visit: Visit, starts: Sequence[Ints], modes: Sequence[tuple[int, int]]
    ) -> tuple[list[Floats], list[Floats]]:
        """What the services of a visit of several cost in addition: each as the first, and by mode the last one.

        A mode is its last service and how many units those before it take.
        """
        first = [self._as_first(level, visit, some) for some in starts]
        last = [self._as_last(level, visit, starts[service] - before) for service, before in modes]
        return first, last

    def _of_block(self, level: Level, block: Block, visit: Visit, item: Item) -> Floats:
        nothing = np.zeros(len(block.starts))
        if started(visit):
            return self._of_rest(level, block, visit, item)
        costs = nothing
        if len(visit.items) == 1:
            costs = self._as_first(level, visit, block.starts) + self._as_last(level, visit, block.starts)
        if level == "changes":
            return costs + self._change_of_people(block, visit, item)
        if level == "wishes":
            return costs + self._wish(block, item)
        if level == "overtime":
            return costs + self._overtime(block, item)
        return costs

    def _as_first(self, level: Level, visit: Visit, starts: Ints) -> Floats:
        """What the first start of a visit costs."""
        settings = self.problem.settings
        latest = due(visit, self.problem)
        if level == "promise_lateness" and latest is not None:
            return visit.tier_weight * aged_all(starts - latest, settings.lateness_ageing)
        rows = self._published_rows(visit)
        if level == "changes" and rows:
            before = min(row.start for row in rows)
            price = settings.change_start * nearness(before, self.problem) * (1 + visit.moves_so_far)
            return np.abs(starts - before).astype(np.float64) * price
        return np.zeros(len(starts))

    def _as_last(self, level: Level, visit: Visit, starts: Ints) -> Floats:
        """What the start of the last service costs, the time of the others taken off."""
        if level != "waiting":
            return np.zeros(len(starts))
        return visit.tier_weight * aged_all(starts - since(visit, self.problem), self.problem.settings.ageing)

    def _published_rows(self, visit: Visit) -> list[Assignment]:
        keys = [(visit.id, i.id, n) for i in visit.items for n, p in enumerate(i.phases) if not is_fact(p)]
        return [self.published[key] for key in keys if key in self.published]

    def _change_of_people(self, block: Block, visit: Visit, item: Item) -> Floats:
        rows = self._published_rows(visit)
        if not rows or block.option.technician is None:
            return np.zeros(len(block.starts))
        price = self.problem.settings.change_technician * (1 + visit.moves_so_far)
        price *= nearness(min(row.start for row in rows), self.problem)
        changed = 0
        for n, people in enumerate(block.option.crew.people):
            row = self.published.get((visit.id, item.id, block.phase + n))
            changed += bool(people) and row is not None and row.technician not in (None, block.option.technician)
        return np.full(len(block.starts), float(price * changed))

    def _wish(self, block: Block, item: Item) -> Floats:
        unmet = (
            item.request.kind == "prefers"
            and block.option.technician is not None
            and block.option.technician not in item.request.technicians
        )
        return np.full(len(block.starts), float(self.problem.settings.wish * unmet))

    def _overtime(self, block: Block, item: Item) -> Floats:
        """Units outside the shifts of the one who does it."""
        costs = np.zeros(len(block.starts))
        for name, begin, end in block.option.takes:
            if name != f"t {block.option.technician}":
                continue
            costs += end - begin
            for low, high in self.shifts[block.option.technician or ""]:
                inside = np.minimum(block.starts + end, high) - np.maximum(block.starts + begin, low)
                costs -= np.maximum(0, inside)
        return costs

    def _of_rest(self, level: Level, block: Block, visit: Visit, item: Item) -> Floats:
        """What is left of a begun visit.

        The pause before the last phase of a begun service that needs somebody is lateness, the time before the last service
        that has not begun is waiting.
        """
        nothing = np.zeros(len(block.starts))
        if level == "waiting" and block.phase == 0 and not is_fact(item.phases[0]):
            return self._wait_of_rest(visit, item, block.starts)
        if level == "overtime":
            return self._overtime(block, item)
        if level != "promise_lateness" or block.phase == 0:
            return nothing
        last = max((n for n, p in enumerate(item.phases) if p.needs_technician and not is_fact(p)), default=-1)
        if block.phase != last:
            return nothing
        return visit.tier_weight * np.maximum(0, block.starts - self._latest_rest(item, block.phase)).astype(np.float64)

    def _wait_of_rest(self, visit: Visit, item: Item, starts: Ints) -> Floats:
        waiting = [i for i in visit.items if not is_fact(i.phases[0])]
        if item is not waiting[-1] or self.spare is None or not visit.tier_weight:
            return np.zeros(len(starts))
        begun = [i for i in visit.items if is_fact(i.phases[0])]
        longest = sum(self._latest_rest(i, len(i.phases), begins=0) for i in waiting[:-1])
        ended = all(is_fact(i.phases[-1]) for i in begun)
        late = 0 if ended else self.spare // visit.tier_weight
        latest = max(self._latest_rest(i, len(i.phases)) for i in begun) + late + longest
        return visit.tier_weight * aged_all(starts - latest, self.problem.settings.ageing)

    def _latest_rest(self, item: Item, number: int, begins: int | None = None) -> int:
        """The latest start of a phase (or end, beyond the last) without a longer pause than allowed, everything at its longest.

        Of a begun service, or of one that starts at `begins`.
        """
        latest = self.problem.now if begins is None else begins
        for n, phase in enumerate(item.phases[:number]):
            fixed = phase.fixed
            if is_fact(phase) and fixed is not None and fixed.start is not None:
                latest = fixed.start + self._longest(item, n)
                continue
            gap = 0 if n == 0 else phase.max_gap_before
            if gap is None:
                return self.problem.horizon
            latest = max(latest, self.problem.now if begins is None else 0) + gap + self._longest(item, n)
        if number == len(item.phases):
            return latest
        gap = item.phases[number].max_gap_before
        return self.problem.horizon if gap is None else max(latest, self.problem.now) + gap

    def _longest(self, item: Item, number: int) -> int:
        phase = item.phases[number]
        if phase.fixed is not None and phase.fixed.end is not None and phase.fixed.start is not None:
            return phase.fixed.end - phase.fixed.start
        people = [t for t in self.problem.technicians if eligible(phase, item, t)]
        return max([duration(phase, t) for t in people], default=phase.duration)
