"""Tabu search for the flexible job shop: move one critical operation, to another machine or along its own.

Neighbourhood and conditions that keep the graph free of cycles follow Mastrolilli and Gambardella (Journal of
Scheduling 3, 2000); a move on the same machine is estimated as by Balas and Vazacopoulos (Management Science 44, 1998).
Heads and tails are longest paths to and from an operation, its own time left out of the head and part of the tail.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator

from scheduler.flexible_shop import FlexibleShop, Schedule

POLL_STEPS = 16
PATIENCE_STEPS = 1500
"""Steps without a better schedule after which the search goes back to the best one with other tabus."""

NONE = -1


class TabuSearch:
    """One search from a given schedule; `best` is the best schedule so far, `run` may be called again to go on."""

    def __init__(self, shop: FlexibleShop, schedule: Schedule, seed: int) -> None:
        self.shop = shop
        self._random = random.Random(seed)
        self._keys = [(job, step) for job, times in enumerate(shop.jobs) for step in range(len(times))]
        number = {key: index for index, key in enumerate(self._keys)}
        self._times = [shop.jobs[job][step] for job, step in self._keys]
        self._before = [number.get((job, step - 1), NONE) for job, step in self._keys]
        self._after = [number.get((job, step + 1), NONE) for job, step in self._keys]
        self._ready = [shop.ready[job] if step == 0 else 0 for job, step in self._keys]
        self.best = schedule
        self.makespan = shop.end(schedule)
        self._tabu: dict[tuple[int, int], int] = {}
        self.steps = 0
        self._better_at = 0
        self._load(schedule)

    def run(self, stop: Callable[[], bool], on_better: Callable[[Schedule], None]) -> None:
        """Search until `stop` says so; `on_better` hears of every better schedule."""
        while True:
            self.steps += 1
            if self.steps % POLL_STEPS == 0 and stop():
                return
            self._step()
            end = self._evaluate()
            if end < self.makespan:
                self.makespan, self.best, self._better_at = end, self._schedule(), self.steps
                on_better(self.best)
            elif self.steps - self._better_at > PATIENCE_STEPS:
                self._better_at = self.steps
                self._tabu.clear()
                self._load(self.best)

    def _load(self, schedule: Schedule) -> None:
        self._machine = [schedule[key][0] for key in self._keys]
        self._time = [times[machine] for times, machine in zip(self._times, self._machine, strict=True)]
        self._rows: list[list[int]] = [[] for _ in self.shop.free]
        # Work without length must come before what starts at the same time.
        order = sorted(range(len(self._keys)), key=lambda o: (schedule[self._keys[o]][1], self._time[o] > 0, self._keys[o]))
        for operation in order:
            self._rows[self._machine[operation]].append(operation)
        self._evaluate()

    def _schedule(self) -> Schedule:
        return {key: (self._machine[o], self._head[o]) for o, key in enumerate(self._keys)}

    def _evaluate(self) -> int:
        """Heads, tails and neighbours on machines; the end of the schedule."""
        size = len(self._keys)
        left, right = [NONE] * size, [NONE] * size
        for row in self._rows:
            for one, two in itertools.pairwise(row):
                left[two], right[one] = one, two
        before, after, time, free = self._before, self._after, self._time, self.shop.free
        waits = [(before[o] != NONE) + (left[o] != NONE) for o in range(size)]
        order = [o for o in range(size) if not waits[o]]
        head = [max(self._ready[o], free[self._machine[o]]) for o in range(size)]
        for operation in order:
            end = head[operation] + time[operation]
            for follower in (after[operation], right[operation]):
                if follower != NONE:
                    head[follower] = max(head[follower], end)
                    waits[follower] -= 1
                    if not waits[follower]:
                        order.append(follower)
        tail = [0] * size
        for operation in reversed(order):
            a, r = after[operation], right[operation]
            longest = tail[a] if a != NONE else 0
            if r != NONE and tail[r] > longest:
                longest = tail[r]
            tail[operation] = longest + time[operation]
        self._left, self._right, self._head, self._tail = left, right, head, tail
        self._end = max(map(int.__add__, head, tail), default=0)
        return self._end

    def _step(self) -> None:
        """The move with the least estimate that is not tabu or promises a record."""
        chosen: tuple[int, int, int] | None = None
        least, ties = 0, 0
        for operation in self._critical():
            for machine, time in self._times[operation].items():
                tabu = self._tabu.get((operation, machine), 0) > self.steps
                for place, estimate in self._places(operation, machine, time):
                    if tabu and estimate >= self.makespan:
                        continue
                    if chosen is None or estimate < least:
                        chosen, least, ties = (operation, machine, place), estimate, 1
                    elif estimate == least:
                        ties += 1
                        if self._random.random() * ties < 1:
                            chosen = operation, machine, place
        if chosen is None:
            # Everything is tabu or nothing can move: forget, so that the next step finds something.
            self._tabu.clear()
            return
        operation, machine, place = chosen
        tenure = 8 + self._random.randrange(8) + len(self._times[operation])
        self._tabu[operation, self._machine[operation]] = self.steps + tenure
        self._rows[self._machine[operation]].remove(operation)
        self._rows[machine].insert(place, operation)
        self._machine[operation], self._time[operation] = machine, self._times[operation][machine]

    def _critical(self) -> list[int]:
        """The operations of one longest path, chosen at random where paths branch."""
        path: list[int] = []
        heads, tails = self._head, self._tail
        starts = [o for o in range(len(heads)) if heads[o] + tails[o] == self._end and self._begins(o)]
        operation = self._random.choice(starts)
        while operation != NONE:
            path.append(operation)
            end = heads[operation] + self._time[operation]
            nexts = [
                o
                for o in (self._after[operation], self._right[operation])
                if o != NONE and heads[o] == end and heads[o] + tails[o] == self._end
            ]
            operation = self._random.choice(nexts) if nexts else NONE
        return path

    def _begins(self, operation: int) -> bool:
        return self._head[operation] == max(self._ready[operation], self.shop.free[self._machine[operation]])

    def _places(self, operation: int, machine: int, time: int) -> Iterator[tuple[int, int]]:
        """Positions on the machine (counted without the operation) that make no cycle, with the estimated longest path."""
        if machine == self._machine[operation]:
            yield from self._shifts(operation)
            return
        head, tail = self._head, self._tail
        before, after = self._before[operation], self._after[operation]
        from_job = head[before] + self._time[before] if before != NONE else self._ready[operation]
        to_job = tail[after] if after != NONE else 0
        row, free = self._rows[machine], self.shop.free[machine]
        for place in range(len(row) + 1):
            follower = row[place] if place < len(row) else NONE
            if follower != NONE and self._leads(follower, before):
                continue
            leader = row[place - 1] if place else NONE
            if leader != NONE and self._leads(after, leader):
                return
            start = max(from_job, head[leader] + self._time[leader] if leader != NONE else free)
            yield place, start + time + max(to_job, tail[follower] if follower != NONE else 0)
            if NONE not in (follower, after) and head[follower] >= head[after] and tail[follower] <= to_job:
                return

    def _leads(self, one: int, two: int) -> bool:
        """Whether there may be a path from one operation to the other, judged by the heads; never for no operation."""
        if NONE in (one, two):
            return False
        return one == two or self._head[two] >= self._head[one] + self._time[one]

    def _shifts(self, operation: int) -> Iterator[tuple[int, int]]:
        """Later and earlier places in the operation's own row."""
        row = self._rows[self._machine[operation]]
        own = row.index(operation)
        after, before = self._after[operation], self._before[operation]
        for place in range(own + 1, len(row)):
            if self._leads(after, row[place]):
                break
            yield place, self._estimate([*row[own + 1 : place + 1], operation], self._left[operation], self._right[row[place]])
        for place in range(own - 1, -1, -1):
            if self._leads(row[place], before):
                break
            yield place, self._estimate([operation, *row[place:own]], self._left[row[place]], self._right[operation])

    def _estimate(self, part: list[int], left: int, right: int) -> int:
        """Longest path through a part of a row that is put into this order between its outer neighbours."""
        head, tail, time = self._head, self._tail, self._time
        at = head[left] + time[left] if left != NONE else self.shop.free[self._machine[part[0]]]
        heads = []
        for operation in part:
            before = self._before[operation]
            from_job = head[before] + time[before] if before != NONE else self._ready[operation]
            at = max(at, from_job)
            heads.append(at)
            at += time[operation]
        worst = 0
        to_end = tail[right] if right != NONE else 0
        for place in range(len(part) - 1, -1, -1):
            after = self._after[part[place]]
            to_end = max(to_end, tail[after] if after != NONE else 0) + time[part[place]]
            worst = max(worst, heads[place] + to_end)
        return worst
