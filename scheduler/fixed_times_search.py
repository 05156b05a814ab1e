"""Ejection search: serve all tasks with exactly so many people, by forcing in one task at the cost of others.

Tasks without a worker wait in a pool. Each step forces one of them onto a worker and ejects what is in its way, the
cheapest first (partial colouring of the interval graph with lists: Blöchliger and Zufferey 2008). Tasks that stay in
the pool grow dearer (Nagata and Bräysy 2009, for fleets), so that the search works itself out of every corner. When
nobody at work can take a task cheaply, somebody at rest may take over the whole duty of somebody at work.

The cost of forcing any task onto any worker is kept in one table; a step changes one row of it.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from scheduler.fixed_times import FixedTimes, crowd
from scheduler.fixed_times_chains import chains

Floats = npt.NDArray[np.float32]

NEVER = np.float32(8e6)
"""Cost of a worker who may not: beyond all prices, and with them still a whole number in 32 bits."""

TABU = np.float32(2e6)
"""Cost of going back to the worker from whom a task was just ejected: only when nothing else is possible."""

POOL_SEEN = 16
"""How much of a large pool one step looks at."""

NOISE_SIZE = 1 << 18

POLL_STEPS = 64
KICK_STEPS = 3000
"""Steps without a smaller pool after which a duty changes hands at random."""

TAKE_OVER_SHARE = 0.3
"""How often a step that can only lose looks for somebody at rest; asking always costs half of all time."""

REST_STEPS = (50, 150)
"""How long somebody whose duty changed hands is left alone."""


class Layout:
    """What the search needs to know of the tasks when exactly `people` (None: any number) shall serve them.

    Chains count as one task.
    """

    def __init__(self, shape: FixedTimes, people: int | None) -> None:
        self.people = people
        self.chains = chains(shape, people)
        self.start = np.array([min(shape.start[task] for task in chain) for chain in self.chains], dtype=np.int64)
        self.end = np.array([max(shape.end[task] for task in chain) for chain in self.chains], dtype=np.int64)
        self.able = np.stack([shape.able[:, chain].all(axis=1) for chain in self.chains], axis=1)
        self.unable = np.ascontiguousarray(~self.able.T, dtype=np.float32)
        meets = (self.start[:, None] < self.end[None, :]) & (self.end[:, None] > self.start[None, :])
        np.fill_diagonal(meets, val=False)
        self.meets = meets
        every, some, size = np.arange(len(meets)), meets.any(axis=1), len(meets)
        # Chains are sorted by start, so that those that a chain meets lie in one slice.
        low = np.where(some, np.minimum(meets.argmax(axis=1), every), every)
        high = np.where(some, np.maximum(size - meets[:, ::-1].argmax(axis=1), every + 1), every + 1)
        self.slices = [slice(int(a), int(b)) for a, b in zip(low, high, strict=True)]
        self.rows = [meets[chain, self.slices[chain]].astype(np.float32) for chain in range(size)]
        self.met = [np.nonzero(meets[chain])[0] for chain in range(size)]


class EjectionSearch:
    """One search, from a greedy start; `run` may be called again to go on."""

    def __init__(self, layout: Layout, seed: int) -> None:
        self.layout = layout
        self._random = random.Random(seed)
        # Ties are broken by a window into one table of noise; drawing afresh took a quarter of the time of a step.
        self._noise = np.random.default_rng(seed).random(NOISE_SIZE, np.float32) * np.float32(0.01)
        size, workers = len(layout.chains), len(layout.able)
        rarity = 1.0 / np.maximum(1, layout.able.sum(axis=0))
        usefulness = (layout.able * rarity * (layout.end - layout.start)).sum(axis=1)
        self._active = np.zeros(workers, dtype=np.bool_)
        self._active[np.argsort(-usefulness, kind="stable")[: layout.people]] = True
        self._price = np.ones(size, dtype=np.float32)
        self._worker = np.full(size, -1)
        # A tabu stands in the cost table until its step has come: (step, worker, chain), soonest first.
        self._tabu: list[tuple[float, int, int]] = []
        self._alone_until = np.zeros(workers)
        self._cost = np.where(layout.able, np.float32(0), NEVER)
        self._cost[~self._active] += NEVER
        # What would be lost if the second took over the first one's duty.
        self._loss = np.zeros((workers, workers), dtype=np.float32)
        self.steps = 0
        self._smallest, self._smallest_at = size + 1, 0
        self._pool = self._begin()
        self._best = self._worker.copy()

    @property
    def served(self) -> dict[int, int]:
        """Task → worker when fewest were left in the pool."""
        return {
            task: int(self._best[number])
            for number, chain in enumerate(self.layout.chains)
            if self._best[number] >= 0
            for task in chain
        }

    def run(self, stop: Callable[[], bool]) -> bool:
        """Search until all tasks are served (True) or `stop` says so (False)."""
        while self._pool:
            self.steps += 1
            if self.steps % POLL_STEPS == 0 and stop():
                return False
            self._note()
            if self.steps - self._smallest_at > KICK_STEPS:
                self._smallest_at = self.steps
                self._kick()
            else:
                self._step()
        self._note()
        return True

    def _note(self) -> None:
        if len(self._pool) < self._smallest:
            self._smallest, self._smallest_at = len(self._pool), self.steps
            self._best[:] = self._worker

    def _begin(self) -> list[int]:
        pool = []
        longest_first = np.argsort(self.layout.start - self.layout.end, kind="stable")
        for chain in longest_first.tolist():
            takers = np.nonzero(self._cost[:, chain] < 0.5)[0]
            if len(takers):
                self._put(chain, int(self._random.choice(takers)))
            else:
                pool.append(chain)
        return pool

    def _ties(self, size: int) -> Floats:
        if size > NOISE_SIZE:
            return np.resize(self._noise, size)
        begin = self._random.randrange(NOISE_SIZE - size + 1)
        return self._noise[begin : begin + size]

    def _step(self) -> None:
        """Force in the task and worker with the least balance of ejected and served prices; dearer if that is a loss."""
        while self._tabu and self._tabu[0][0] <= self.steps:
            _, worker, chain = heapq.heappop(self._tabu)
            self._cost[worker, chain] -= TABU
        if len(self._pool) > POOL_SEEN:
            self._random.shuffle(self._pool)
        pool = np.array(self._pool[:POOL_SEEN])
        balance = self._cost[:, pool] - self._price[pool]
        balance += self._ties(balance.size).reshape(balance.shape)
        worker, position = divmod(int(balance.argmin()), len(pool))
        least = float(balance[worker, position])
        if least >= -0.5:
            # Prices of tasks at work stand in the table; only those in the pool may change.
            self._price[pool] += 1
            if self._random.random() < TAKE_OVER_SHARE and self._take_over(least - 1):
                return
            if least > NEVER / 2:
                # Nobody at work may do anything of the pool.
                self._kick()
                return
        self._force(self._leave_pool(position), worker)

    def _force(self, chain: int, worker: int) -> None:
        if self._cost[worker, chain] > 0:
            near = self.layout.slices[chain]
            in_way = np.nonzero((self._worker[near] == worker) & (self.layout.rows[chain] > 0))[0] + near.start
            for other in in_way.tolist():
                self._out(other)
                self._pool.append(other)
                tenure = 1 + self._random.randrange(3) + 0.3 * len(self._pool)
                self._cost[worker, other] += TABU
                heapq.heappush(self._tabu, (self.steps + tenure, worker, other))
        self._put(chain, worker)

    def _take_over(self, least: float) -> bool:
        """Let somebody at rest do one task of the pool and what he can of somebody's duty, if that costs less."""
        layout = self.layout
        position = self._random.randrange(len(self._pool))
        chain = self._pool[position]
        rested = self._alone_until < self.steps
        heirs = np.nonzero(~self._active & layout.able[:, chain] & rested)[0]
        if not len(heirs):
            return False
        near = layout.met[chain]
        workers = self._worker[near]
        taken = workers >= 0
        in_way = np.bincount(workers[taken], weights=self._price[near[taken]], minlength=len(rested))
        in_way[~(self._active & rested)] = NEVER
        cost = self._loss[:, heirs] + in_way[:, None]
        giver, heir = divmod(int(cost.argmin()), len(heirs))
        if float(cost[giver, heir]) - float(self._price[chain]) >= least:
            return False
        self._hand_over(giver, int(heirs[heir]), self._leave_pool(position))
        return True

    def _hand_over(self, giver: int, heir: int, chain: int | None = None) -> None:
        """Everything of `giver` that `heir` can do goes to him, the rest to the pool; `chain` goes first."""
        able = self.layout.able
        duty = np.nonzero(self._worker == giver)[0].tolist()
        for other in duty:
            self._out(other)
        self._active[giver], self._active[heir] = False, True
        self._tabu = [entry for entry in self._tabu if entry[1] not in (giver, heir)]
        heapq.heapify(self._tabu)
        self._cost[giver] = np.where(able[giver], np.float32(0), NEVER) + NEVER
        self._cost[heir] = np.where(able[heir], np.float32(0), NEVER)
        if chain is not None:
            self._put(chain, heir)
        for other in duty:
            if able[heir, other] and (chain is None or not self.layout.meets[chain, other]):
                self._put(other, heir)
            else:
                self._pool.append(other)
        self._alone_until[giver] = self._alone_until[heir] = self.steps + self._random.randrange(*REST_STEPS)

    def _kick(self) -> None:
        at_work, at_rest = np.nonzero(self._active)[0], np.nonzero(~self._active)[0]
        if not len(at_rest):
            return
        loss = self._loss[np.ix_(at_work, at_rest)]
        loss = loss + self._ties(loss.size).reshape(loss.shape) * loss.mean() * np.float32(50)
        giver, heir = divmod(int(loss.argmin()), len(at_rest))
        self._hand_over(int(at_work[giver]), int(at_rest[heir]))

    def _leave_pool(self, position: int) -> int:
        pool = self._pool
        pool[position], pool[-1] = pool[-1], pool[position]
        return pool.pop()

    def _put(self, chain: int, worker: int) -> None:
        price = self._price[chain]
        self._worker[chain] = worker
        self._cost[worker, self.layout.slices[chain]] += price * self.layout.rows[chain]
        self._loss[worker] += price * self.layout.unable[chain]

    def _out(self, chain: int) -> None:
        worker, price = self._worker[chain], self._price[chain]
        self._worker[chain] = -1
        self._cost[worker, self.layout.slices[chain]] -= price * self.layout.rows[chain]
        self._loss[worker] -= price * self.layout.unable[chain]


def least_people(shape: FixedTimes) -> int:
    """The largest clique of the tasks that anybody can do."""
    return crowd(shape.start, shape.end, shape.possible)[0]
