"""The exact model of fixed times in CP-SAT: who does which task, at most one task per person in every clique.

It answers two questions: can exactly so many people serve everything (`decide`), and how few tasks must stay unserved,
then how few people are needed (`fewest`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from ortools.sat.python import cp_model

from scheduler.fixed_times import Served
from scheduler.fixed_times_search import Layout


@dataclass(frozen=True, slots=True)
class Answer:
    """`yes` with who does what, `no` (proven) or `open`; for `fewest` the bound of the weighted sum."""

    found: Literal["yes", "no", "open"]
    served: dict[int, int]
    optimal: bool = False


class Model:
    """Variables and cliques over the chains of a layout; one CP-SAT solve that can be stopped from another thread."""

    def __init__(self, layout: Layout, *, all_served: bool, stop: Callable[[], bool] = lambda: False) -> None:
        self._layout = layout
        self._stop = stop
        self._model = cp_model.CpModel()
        self._used = [self._model.new_bool_var("") for _ in layout.able]
        self._does = [{int(c): self._model.new_bool_var("") for c in np.nonzero(row)[0]} for row in layout.able]
        self._left: list[cp_model.IntVar] = []
        self._all_served = all_served
        self._solver = cp_model.CpSolver()
        self._lock = threading.Lock()
        self._stopped = False
        self._serve()
        self._cliques()

    def _serve(self) -> None:
        for chain in range(len(self._layout.chains)):
            takers = [does[chain] for does in self._does if chain in does]
            if not self._all_served:
                left = self._model.new_bool_var("")
                self._left.append(left)
                takers.append(left)
            self._model.add_exactly_one(takers)

    def _cliques(self) -> None:
        full = self._layout.people if self._all_served else None
        sets = list(cliques(self._layout))
        for used, does in zip(self._used, self._does, strict=True):
            if self._stop():
                # Large models take seconds to build; what is half built must not be solved.
                self._stopped = True
                return
            mine: list[frozenset[int]] = []
            for clique in sets:
                part = frozenset(chain for chain in clique if chain in does)
                if len(clique) == full:
                    # As many tasks as people: whoever is at work is busy at this moment.
                    self._model.add_exactly_one([*(does[c] for c in part), used.negated()])
                elif not mine or not part <= mine[-1]:
                    while mine and mine[-1] <= part:
                        mine.pop()
                    mine.append(part)
            for part in mine:
                if part:
                    self._model.add_at_most_one([*(does[c] for c in part), used.negated()])

    def decide(self, seconds: float, workers: int, seed: int) -> Answer:
        """Whether exactly `layout.people` can serve every task; the model must be built with `all_served`."""
        self._model.add(sum(self._used) == self._layout.people)
        return self._solve(seconds, workers, seed)

    def fewest(self, hint: Served, seconds: float, workers: int, seed: int) -> Answer:
        """Fewest unserved tasks, then fewest people, beginning with what `hint` serves."""
        weight = len(self._used) + 1
        sizes = [len(chain) for chain in self._layout.chains]
        unserved = sum(size * left for size, left in zip(sizes, self._left, strict=True))
        self._model.minimize(weight * unserved + sum(self._used))
        for number, chain in enumerate(self._layout.chains):
            who = hint.get(chain[0])
            self._model.add_hint(self._left[number], who is None)
            for worker, does in enumerate(self._does):
                if number in does:
                    self._model.add_hint(does[number], worker == who)
        busy = set(hint.values())
        for worker, used in enumerate(self._used):
            self._model.add_hint(used, worker in busy)
        return self._solve(seconds, workers, seed)

    def stop(self) -> None:
        """End a solve that runs in another thread, or the next one before it begins."""
        with self._lock:
            self._stopped = True
            self._solver.stop_search()

    def _solve(self, seconds: float, workers: int, seed: int) -> Answer:
        parameters = self._solver.parameters
        parameters.max_time_in_seconds = max(0.0, seconds)
        parameters.num_workers = workers
        parameters.catch_sigint_signal = False
        parameters.random_seed = seed
        # The workers are all different, and probing takes most of the presolve.
        parameters.symmetry_level = 0
        parameters.cp_model_probing_level = 0
        with self._lock:
            if self._stopped:
                return Answer("open", {})
        status = self._solver.solve(self._model)
        if status == cp_model.INFEASIBLE:
            return Answer("no", {})
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Answer("open", {})
        served = {
            task: worker
            for worker, does in enumerate(self._does)
            for chain, variable in does.items()
            if self._solver.boolean_value(variable)
            for task in self._layout.chains[chain]
        }
        return Answer("yes", served, optimal=status == cp_model.OPTIMAL)


def cliques(layout: Layout) -> Iterator[list[int]]:
    """The maximal sets of chains that are in hand together, in order of time."""
    events: list[tuple[int, int, int]] = []
    for chain in range(len(layout.chains)):
        start, end = int(layout.start[chain]), int(layout.end[chain])
        if end > start:
            events += [(start, 1, chain), (end, 0, chain)]
    events.sort()
    in_hand: set[int] = set()
    grew = False
    for _, begins, chain in events:
        if begins:
            in_hand.add(chain)
        else:
            if grew:
                yield sorted(in_hand)
            in_hand.discard(chain)
        grew = bool(begins)
    # Work without length takes nobody's time but interrupts: it must not lie inside anything else of the same person.
    for chain in np.nonzero(layout.start == layout.end)[0].tolist():
        for other in layout.met[chain].tolist():
            yield sorted((chain, other))
