"""Tabu search for the flexible job shop: move one critical operation, to another machine or along its own.

Neighbourhood and the proof that its places make no cycle: Mastrolilli and Gambardella (Journal of Scheduling 3, 2000).
Moves along the own machine are estimated with the operations that they shift (Balas and Vazacopoulos, Management
Science 44, 1998). The order of all operations is kept topological and mended in the part that a move breaks (Pearce and
Kelly, Journal of Experimental Algorithmics 11, 2006), so that a step looks only at what can have changed.

Ends and tails are longest paths to the end of an operation and from its start. Tails are kept negated: like the ends
they then grow along a machine, which is what `bisect` asks for.
"""
# ruff: noqa: FURB136 - the two innermost loops ask millions of times, and a call of max() is half of what they cost.

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from itertools import pairwise

from scheduler.flexible_shop import FlexibleShop, Schedule

POLL_STEPS = 32

PATIENCE_STEPS = 4000
"""Steps without a better schedule after which the search goes back to the best one with other tabus."""

TENURE = 20, 12
"""Steps for which an operation may not go back to its machine: at least, and at most so many more at random."""

Move = tuple[int, int, int]
"""Operation, machine and place in its row, counted without the operation."""


class TabuSearch:
    """One search from a given schedule; `best` is the best schedule so far, `run` may be called again to go on.

    Operations are numbered; behind them come one source per machine (it ends when the machine is free), one per job
    (it ends when the job is ready), and the end of everything, which has no tail.
    """

    def __init__(self, shop: FlexibleShop, schedule: Schedule, seed: int) -> None:
        self.shop = shop
        self._random = random.Random(seed)
        self._keys = [(job, step) for job, times in enumerate(shop.jobs) for step in range(len(times))]
        self._size = size = len(self._keys)
        self._times = [shop.jobs[job][step] for job, step in self._keys]
        self._sink = sink = size + len(shop.free) + len(shop.jobs)
        self._before = [number - 1 if step else size + len(shop.free) + job for number, (job, step) in enumerate(self._keys)]
        self._after = [number + 1 if step + 1 < len(shop.jobs[job]) else sink for number, (job, step) in enumerate(self._keys)]
        self._ends = [0] * size + list(shop.free) + list(shop.ready) + [0]
        self._tails = [0] * (sink + 1)
        self._tabu = [0] * (size * len(shop.free))
        self.best = schedule
        self.makespan = shop.end(schedule)
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
            if self._end < self.makespan:
                self.makespan, self.best, self._better_at = self._end, self._schedule(), self.steps
                on_better(self.best)
            elif self.steps - self._better_at > PATIENCE_STEPS:
                self._better_at = self.steps
                self._tabu = [0] * len(self._tabu)
                self._load(self.best)

    def _load(self, schedule: Schedule) -> None:
        self._machine = [schedule[key][0] for key in self._keys]
        self._time = [times[machine] for times, machine in zip(self._times, self._machine, strict=True)]
        self._rows: list[list[int]] = [[] for _ in self.shop.free]
        self._left, self._right = [self._sink] * self._size, [self._sink] * (self._sink + 1)
        # Work without length must come before what starts at the same time.
        self._order = sorted(range(self._size), key=lambda o: (schedule[self._keys[o]][1], self._time[o] > 0, self._keys[o]))
        for operation in self._order:
            self._rows[self._machine[operation]].append(operation)
        for machine, row in enumerate(self._rows):
            for one, two in pairwise([self._size + machine, *row, self._sink]):
                self._link(one, two)
        self._position = [0] * (self._sink + 1)
        # Sources come before everything and the end of everything after it.
        self._position[self._size :] = [-1] * (self._sink - self._size) + [self._size]
        for place, operation in enumerate(self._order):
            self._position[operation] = place
        self._evaluate(0, self._size - 1)

    def _schedule(self) -> Schedule:
        return {key: (self._machine[o], self._ends[o] - self._time[o]) for o, key in enumerate(self._keys)}

    def _link(self, one: int, two: int) -> None:
        self._right[one] = two
        if two != self._sink:
            self._left[two] = one

    def _evaluate(self, low: int, high: int) -> None:
        """Ends from one place of the order on, tails from another one back, and the end of the schedule."""
        ends, tails, time, order = self._ends, self._tails, self._time, self._order
        before, after, left, right = self._before, self._after, self._left, self._right
        for o in order[low:]:
            by_job, by_row = ends[before[o]], ends[left[o]]
            ends[o] = (by_job if by_job > by_row else by_row) + time[o]
        for o in order[high::-1]:
            by_job, by_row = tails[after[o]], tails[right[o]]
            tails[o] = (by_job if by_job < by_row else by_row) - time[o]
        self._end = max(ends[: self._size], default=0)

    def _step(self) -> None:
        """The move with the least estimate that is not tabu or promises a record."""
        step, makespan, tabu, machines = self.steps, self.makespan, self._tabu, len(self.shop.free)
        chosen: Move | None = None
        least, ties, draw = 1 << 60, 0, self._random.random
        for operation, in_block in self._critical():
            own = self._machine[operation]
            for machine, time in self._times[operation].items():
                if machine != own:
                    place, estimate = self._insert(operation, machine, time)
                elif in_block:
                    place, estimate = self._shift(operation)
                else:
                    continue
                if estimate > least or (tabu[operation * machines + machine] > step and estimate >= makespan):
                    continue
                ties = 1 if estimate < least else ties + 1
                if ties == 1 or draw() * ties < 1:
                    chosen, least = (operation, machine, place), estimate
        if chosen is None or not self._move(*chosen):
            # Everything is tabu or nothing can move: forget, so that the next step finds something.
            self._tabu = [0] * len(tabu)

    def _critical(self) -> list[tuple[int, bool]]:
        """The operations of one longest path, at random where paths meet; whether a neighbour on the machine is on it."""
        ends, time, before, left, draw = self._ends, self._time, self._before, self._left, self._random.random
        end, size = self._end, self._size
        lasts = [o for row in self._rows if row and ends[o := row[-1]] == end]
        path: list[tuple[int, bool]] = []
        if not lasts:
            return path
        operation, linked = lasts[int(draw() * len(lasts))], False
        while operation < size:
            start = ends[operation] - time[operation]
            by_job, by_row = before[operation], left[operation]
            along = ends[by_row] == start and (ends[by_job] != start or draw() < 0.5)
            path.append((operation, linked or (along and by_row < size)))
            operation, linked = (by_row, True) if along else (by_job, False)
        return path

    def _insert(self, operation: int, machine: int, time: int) -> tuple[int, int]:
        """The best place on another machine and the longest path through the operation there.

        What ends before the operation can start, or has a longer tail, goes first; what ends later and has a shorter
        tail follows; the places between these two are free of cycles and the best one is among them.
        """
        ends, tails, row = self._ends, self._tails, self._rows[machine]
        start, tail = ends[self._before[operation]], tails[self._after[operation]]
        begun = self.shop.free[machine]
        early = bisect_right(row, start, key=ends.__getitem__)
        long = bisect_left(row, tail, key=tails.__getitem__)
        if long <= early:
            # Any place between will do.
            return long + int(self._random.random() * (early - long + 1)), max(start, begun) + time - tail
        follower = tails[row[early]]
        least = max(start, begun) + time - min(tail, follower)
        best = early
        for place in range(early + 1, long):
            estimate = ends[row[place - 1]] + time - tails[row[place]]
            if estimate < least:
                least, best = estimate, place
        estimate = ends[row[long - 1]] + time - tail
        return (long, estimate) if estimate < least else (best, least)

    def _shift(self, operation: int) -> tuple[int, int]:
        """The best other place on the own machine and the longest path through the operations that move."""
        ends, tails, times, before, after = self._ends, self._tails, self._time, self._before, self._after
        row = self._rows[self._machine[operation]]
        own, time = row.index(operation), times[operation]
        start, tail = ends[before[operation]], tails[after[operation]]
        best, least = own, 1 << 60
        at, others = ends[self._left[operation]], 0
        for place in range(own + 1, len(row)):
            passed = row[place]
            ready = ends[before[passed]]
            at = (at if at > ready else ready) + times[passed]
            if at > start and tails[passed] >= tail:
                break
            others = max(others, at - tails[after[passed]])
            follower = tails[self._right[passed]]
            estimate = max((at if at > start else start) + time - (tail if tail < follower else follower), others)
            if estimate < least:
                least, best = estimate, place
        to_end, others = tails[self._right[operation]], 0
        for place in range(own - 1, -1, -1):
            passed = row[place]
            follower = tails[after[passed]]
            to_end = (to_end if to_end < follower else follower) - times[passed]
            if ends[passed] <= start and to_end < tail:
                break
            others = max(others, ends[before[passed]] - to_end)
            leader = ends[self._left[passed]]
            estimate = max((leader if leader > start else start) + time - (tail if tail < to_end else to_end), others)
            if estimate < least:
                least, best = estimate, place
        return best, least

    def _move(self, operation: int, machine: int, place: int) -> bool:
        """Move and evaluate; False, with nothing changed, when it would make a cycle."""
        old = self._machine[operation]
        low, high = self._right[operation], self._left[operation]
        row = self._rows[old]
        own = row.index(operation)
        self._take(operation, own)
        self._put(operation, machine, place)
        if not self._mend(operation):
            self._take(operation, place)
            self._put(operation, old, own)
            return False
        least, more = TENURE
        self._tabu[operation * len(self.shop.free) + old] = (
            self.steps + least + int(self._random.random() * more) + len(self._times[operation])
        )
        position = self._position
        first = min(position[operation], position[low], position[self._right[operation]])
        last = max(position[operation], position[high], position[self._left[operation]])
        self._evaluate(max(first, 0), last)
        return True

    def _take(self, operation: int, place: int) -> None:
        del self._rows[self._machine[operation]][place]
        self._link(self._left[operation], self._right[operation])

    def _put(self, operation: int, machine: int, place: int) -> None:
        row = self._rows[machine]
        left = row[place - 1] if place else self._size + machine
        right = row[place] if place < len(row) else self._sink
        row.insert(place, operation)
        self._link(left, operation)
        self._link(operation, right)
        self._machine[operation], self._time[operation] = machine, self._times[operation][machine]

    def _mend(self, operation: int) -> bool:
        """Make the order topological again after a move; False when there is a cycle."""
        position, order = self._position, self._order
        at, left, right = position[operation], self._left[operation], self._right[operation]
        if position[left] > at:
            low, high = at, position[left] + 1
            reached = self._reached(operation, order[low + 1 : high], self._before, self._left)
            if left in reached:
                return False
            order[low:high] = [o for o in order[low:high] if o not in reached] + [o for o in order[low:high] if o in reached]
        elif position[right] < at:
            low, high = position[right], at + 1
            reached = self._reached(operation, order[low : high - 1][::-1], self._after, self._right)
            if right in reached:
                return False
            order[low:high] = [o for o in order[low:high] if o in reached] + [o for o in order[low:high] if o not in reached]
        else:
            return True
        for place in range(low, high):
            position[order[place]] = place
        return True

    @staticmethod
    def _reached(operation: int, window: list[int], by_job: list[int], by_row: list[int]) -> set[int]:
        """What of a window of the order hangs on the operation, itself among it."""
        reached = {operation}
        for other in window:
            if by_job[other] in reached or by_row[other] in reached:
                reached.add(other)
        return reached
