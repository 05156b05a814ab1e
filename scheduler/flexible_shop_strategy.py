"""The strategy for flexible job shops: dispatching, sharing out the work, tabu searches in turns, the whole model beside.

Sharing out the work so that the busiest machine has least to do gives the bound and often the schedule as well; the
tabu searches improve any schedule quickly; CP-SAT proves.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from scheduler.flexible_shop import FlexibleShop, Schedule, busiest, dispatch, flexible_shop, restricted
from scheduler.flexible_shop_search import TabuSearch
from scheduler.incumbent import Incumbent
from scheduler.limits import Deadline
from scheduler.plan import Plan
from scheduler.problem import Problem

FIRST_SLICE = 0.3
"""Seconds of each search in the first round; doubled every round."""

SHARING_SECONDS = 2.0

SMALL_CHOICES = 500
"""Pairs of operation and machine up to which the whole model is asked first; it often settles small shops at once."""


def solve_flexible_shop(problem: Problem, incumbent: Incumbent, deadline: Deadline, hint: Plan | None) -> None:
    """Improve the incumbent until the shortest makespan is proven or the time is over."""
    shop = flexible_shop(problem)
    incumbent.prove({"unserved": 0, "makespan": shop.least})
    for longest_first in (True, False):
        incumbent.offer(shop.plan(dispatch(shop, longest_first=longest_first), "greedy"))
    if hint is not None:
        incumbent.offer(replace(hint, stage="hint"))
    Rounds(shop, incumbent, deadline).run()


class Rounds:
    """Searches in turns, and the whole model beside them or in turns with them."""

    def __init__(self, shop: FlexibleShop, incumbent: Incumbent, deadline: Deadline) -> None:
        self._shop = shop
        self._incumbent = incumbent
        self._deadline = deadline
        self._seed = deadline.limits.seed
        # Plans come from two threads, and each is offered as a whole.
        self._offering = threading.Lock()
        self._kept: TabuSearch | None = None
        self._load: int | None = None
        self._whole: Whole | None = None

    def run(self) -> None:
        """Rounds of growing length until proven or out of time."""
        seconds = FIRST_SLICE
        try:
            if sum(len(times) for job in self._shop.jobs for times in job) <= SMALL_CHOICES:
                self._ask_whole(seconds)
            searches = [self._search(self._shop, self._best), *self._shared(None)]
            while self._open:
                for search in searches:
                    self._slice(search, seconds)
                self._prove(seconds)
                # Another sharing every round; the other searches go on, or begin again when they have fallen behind.
                searches = [self._refreshed(search) for search in searches if search is not self._kept]
                searches = [*searches[-2:], *self._shared(self._load)]
                seconds *= 2
        finally:
            if self._whole is not None:
                self._whole.stop()

    @property
    def _open(self) -> bool:
        return self._deadline.left > 0 and not self._incumbent.proven

    @property
    def _best(self) -> Schedule:
        return self._shop.schedule(self._incumbent.best)

    def _shared(self, most: int | None) -> list[TabuSearch]:
        """Searches from a schedule that shares out the work well: one that need not keep the sharing, and one that does."""
        # OR-Tools takes seconds to import; the first plans are there by now.
        from scheduler.flexible_shop_model import share_out

        self._seed += 1
        found = share_out(self._shop, min(SHARING_SECONDS, self._deadline.left), self._seed, most) if self._open else None
        if found is None:
            return []
        sharing, bound = found
        self._bound(bound)
        self._load = busiest(self._shop, sharing) if most is None else most
        kept = restricted(self._shop, sharing)
        start = min((dispatch(kept, longest_first=first) for first in (True, False)), key=kept.end)
        self._offer(start)
        self._kept = self._search(kept, start)
        return [self._search(self._shop, start), self._kept]

    def _search(self, shop: FlexibleShop, start: Schedule) -> TabuSearch:
        self._seed += 1
        return TabuSearch(shop, start, self._seed)

    def _slice(self, search: TabuSearch, seconds: float) -> None:
        end = min(self._deadline.spent + seconds, self._deadline.limits.seconds)
        search.run(lambda: not self._open or self._deadline.spent > end, self._offer)

    def _refreshed(self, search: TabuSearch) -> TabuSearch:
        """A search that has fallen behind begins again from the best schedule."""
        behind = search.makespan > 1.01 * self._incumbent.best.objective["makespan"]
        return self._search(self._shop, self._best) if behind else search

    def _offer(self, schedule: Schedule, stage: str = "tabu search") -> None:
        with self._offering:
            self._incumbent.offer(self._shop.plan(schedule, stage))

    def _prove(self, seconds: float) -> None:
        """The exact model of the kept sharing in turns with the searches; the whole one beside them, given a second worker."""
        if self._kept is not None and self._open:
            kept, start = self._kept.shop, self._kept.best
            self._ask(Whole(kept, start, lambda s: self._offer(s, "exact order"), lambda _: None), 2 * seconds)
        self._ask_whole(seconds)

    def _ask_whole(self, seconds: float) -> None:
        workers = self._deadline.limits.workers
        if self._open and workers == 1:
            self._ask(Whole(self._shop, self._best, lambda s: self._offer(s, "whole model"), self._bound), seconds)
        elif self._open and self._whole is None:
            self._whole = Whole(self._shop, self._best, lambda s: self._offer(s, "whole model"), self._bound)
            self._whole.start(self._deadline.left, workers - 1, self._seed)

    def _ask(self, model: Whole, seconds: float) -> None:
        model.start(min(seconds, self._deadline.left), 1, self._seed)
        model.wait(lambda: not self._open)
        model.stop()

    def _bound(self, bound: int) -> None:
        with self._offering:
            self._incumbent.prove({"unserved": 0, "makespan": bound})


class Whole:
    """The whole model on a thread of its own; CP-SAT works outside the interpreter's lock."""

    def __init__(
        self, shop: FlexibleShop, hint: Schedule, on_better: Callable[[Schedule], None], on_bound: Callable[[int], None]
    ) -> None:
        from scheduler.flexible_shop_model import WholeModel

        self._model = WholeModel(shop, hint, on_better)
        self._on_bound = on_bound
        self._thread: threading.Thread | None = None

    def start(self, seconds: float, workers: int, seed: int) -> None:
        """Begin to solve."""
        self._thread = threading.Thread(target=self._work, args=(seconds, workers, seed), daemon=True)
        self._thread.start()

    def wait(self, stop: Callable[[], bool]) -> None:
        """Until solved or until `stop` says so."""
        while self._thread is not None and self._thread.is_alive() and not stop():
            self._thread.join(0.02)

    def stop(self) -> None:
        """End the solve and the thread."""
        self._model.stop()
        if self._thread is not None:
            self._thread.join()

    def _work(self, seconds: float, workers: int, seed: int) -> None:
        bound = self._model.solve(seconds, workers, seed)
        if bound is not None:
            self._on_bound(bound)
