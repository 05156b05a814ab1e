"""The strategy for flexible job shops: dispatching, sharing out the work, tabu searches in turns, CP-SAT beside them.

The tabu searches improve any schedule quickly. They begin from a dispatched schedule and from one that shares out the work
so that the busiest machine has least to do; the load of that machine is a bound, too. CP-SAT proves, on the second
worker as long as there is one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from scheduler.flexible_shop import FlexibleShop, Schedule, Sharing, busiest, dispatch, flexible_shop, restricted
from scheduler.flexible_shop_search import TabuSearch
from scheduler.incumbent import Incumbent
from scheduler.limits import Deadline
from scheduler.plan import Plan
from scheduler.problem import Problem

if TYPE_CHECKING:
    from scheduler.flexible_shop_model import WholeModel

FIRST_SLICE = 0.3
"""Seconds of each search in the first round; doubled every round."""

SHARING_SECONDS = 2.0
"""For the evenest sharing, whose load is a bound; a search begins from what is found in the time of its slice."""

SMALL_CHOICES = 500
"""Pairs of operation and machine up to which the whole model is asked first; it often settles small shops at once."""

FEW_CHOICES = 300
"""Up to which CP-SAT has all workers beside the searches: one more brings more there than an undisturbed search."""

CHOICES_PER_SECOND = 4_000
"""So many choices are worth a second of CP-SAT at least: building a model takes time, too, and cannot be stopped."""

OFFERING_SHARE = 0.1
"""Most of the time of a slice that goes into verifying plans; better ones that come too fast are skipped, not the last."""

BEHIND = 1.02
"""A search with so much more than the best schedule has fallen behind."""


def solve_flexible_shop(problem: Problem, incumbent: Incumbent, deadline: Deadline, hint: Plan | None) -> None:
    """Improve the incumbent until the shortest makespan is proven or the time is over."""
    shop = flexible_shop(problem)
    incumbent.prove({"unserved": 0, "makespan": shop.least})
    for longest_first in (True, False):
        if incumbent.plan is None or deadline.left > 0:
            incumbent.offer(shop.plan(dispatch(shop, longest_first=longest_first), "greedy"))
    if hint is not None:
        incumbent.offer(replace(hint, stage="hint"))
    Rounds(shop, incumbent, deadline).run()


class Rounds:
    """Searches in turns, and CP-SAT beside them or in turns with them."""

    def __init__(self, shop: FlexibleShop, incumbent: Incumbent, deadline: Deadline) -> None:
        self._shop = shop
        self._incumbent = incumbent
        self._deadline = deadline
        self._seed = deadline.limits.seed
        # Plans come from two threads, and each is offered as a whole.
        self._offering = threading.Lock()
        self._alone = deadline.limits.workers == 1
        self._choices = sum(len(times) for job in shop.jobs for times in job)
        self._small = self._choices <= SMALL_CHOICES
        self._quiet_until = 0.0
        self._load: int | None = None
        self._whole: Whole | None = None

    def run(self) -> None:
        """Rounds of growing length until proven or out of time."""
        seconds = FIRST_SLICE
        if not self._open:
            return
        try:
            searches = [self._search(self._shop, self._best)]
            self._slice(searches[0], seconds / 2)
            if self._small or not self._alone:
                self._ask_whole(seconds)
            searches += self._shared(seconds)
            while self._open:
                for search in searches:
                    self._slice(search, seconds)
                if self._alone:
                    self._ask_whole(seconds)
                searches = self._next(searches, seconds)
                seconds *= 2
        finally:
            if self._whole is not None:
                self._whole.stop()

    @property
    def _open(self) -> bool:
        return self._deadline.left > 0 and not self._incumbent.proven

    @property
    def _worth_a_model(self) -> bool:
        return self._open and self._choices <= CHOICES_PER_SECOND * self._deadline.left

    @property
    def _best(self) -> Schedule:
        return self._shop.schedule(self._incumbent.best)

    def _shared(self, seconds: float) -> list[TabuSearch]:
        """Searches from a schedule that shares out the work well: one that need not keep the sharing, and one that does."""
        found = self._share_out(min(seconds, SHARING_SECONDS))
        if found is None:
            return []
        kept = restricted(self._shop, found)
        start = min((dispatch(kept, longest_first=first) for first in (True, False)), key=kept.end)
        self._offer(start)
        return [self._search(self._shop, start), self._search(kept, start)]

    def _share_out(self, seconds: float) -> Sharing | None:
        """The evenest sharing, after that another one that is about as even; its bound is taken in."""
        if not self._worth_a_model:
            return None
        # OR-Tools takes seconds to import; the first plans are there by now.
        from scheduler.flexible_shop_model import share_out

        self._seed += 1
        found = share_out(self._shop, min(seconds, self._deadline.left), self._seed, self._load)
        if found is None:
            return None
        sharing, bound = found
        self._bound(bound)
        if self._load is None and busiest(self._shop, sharing) <= bound:
            self._load = bound
        return sharing

    def _next(self, searches: list[TabuSearch], seconds: float) -> list[TabuSearch]:
        """The best two go on; what has fallen behind makes room for a search from another sharing."""
        most = BEHIND * self._incumbent.best.objective["makespan"]
        going = sorted((search for search in searches if search.makespan <= most), key=lambda s: s.makespan)[:2]
        free = [search for search in going if search.shop is self._shop]
        if len(going) < 2:
            going += self._shared(seconds)[:1]
        return going if free or len(going) > 1 else [*going, self._search(self._shop, self._best)]

    def _search(self, shop: FlexibleShop, start: Schedule) -> TabuSearch:
        self._seed += 1
        return TabuSearch(shop, start, self._seed)

    def _slice(self, search: TabuSearch, seconds: float) -> None:
        end = min(self._deadline.spent + seconds, self._deadline.limits.seconds)
        search.run(lambda: not self._open or self._deadline.spent > end, self._found)
        if search.makespan < self._incumbent.best.objective["makespan"]:
            self._offer(search.best)

    def _found(self, schedule: Schedule) -> None:
        """Offer what a search finds unless the last offer has just taken its share of the time."""
        begun = self._deadline.spent
        if begun >= self._quiet_until or self._shop.end(schedule) <= self._incumbent.best.bound["makespan"]:
            self._offer(schedule)
            self._quiet_until = begun + (self._deadline.spent - begun) / OFFERING_SHARE

    def _offer(self, schedule: Schedule, stage: str = "tabu search") -> None:
        with self._offering:
            self._incumbent.offer(self._shop.plan(schedule, stage))

    def _ask_whole(self, seconds: float) -> None:
        """The whole model: beside the searches until the end, or for so long in turns with them."""
        if not self._worth_a_model:
            return
        self._whole = Whole(self._shop, lambda: self._best, lambda s: self._offer(s, "whole model"), self._bound)
        if not self._alone:
            first = 0.0 if self._small else SHARING_SECONDS
            workers = self._deadline.limits.workers - (self._choices > FEW_CHOICES)
            self._whole.start(self._deadline.left, workers, self._seed, first)
            return
        self._whole.start(min(seconds, self._deadline.left), 1, self._seed)
        self._whole.wait(lambda: not self._open)
        self._whole.stop()

    def _bound(self, bound: int) -> None:
        with self._offering:
            self._incumbent.prove({"unserved": 0, "makespan": bound})


class Whole:
    """The whole model on a thread of its own; CP-SAT works outside the interpreter's lock."""

    def __init__(
        self,
        shop: FlexibleShop,
        hint: Callable[[], Schedule],
        on_better: Callable[[Schedule], None],
        on_bound: Callable[[int], None],
    ) -> None:
        self._shop = shop
        self._hint = hint
        self._on_better = on_better
        self._on_bound = on_bound
        self._model: WholeModel | None = None
        self._stopped = False
        self._thread: threading.Thread | None = None

    def start(self, seconds: float, workers: int, seed: int, sharing_seconds: float = 0.0) -> None:
        """Begin to solve; first, for at most `sharing_seconds`, how evenly the work can be shared, which is a bound."""
        self._thread = threading.Thread(target=self._work, args=(seconds, workers, seed, sharing_seconds), daemon=True)
        self._thread.start()

    def wait(self, stop: Callable[[], bool]) -> None:
        """Until solved or until `stop` says so."""
        while self._thread is not None and self._thread.is_alive() and not stop():
            self._thread.join(0.02)

    def stop(self) -> None:
        """End the solve and the thread."""
        self._stopped = True
        if self._model is not None:
            self._model.stop()
        if self._thread is not None:
            self._thread.join()

    def _work(self, seconds: float, workers: int, seed: int, sharing_seconds: float) -> None:
        from scheduler.flexible_shop_model import WholeModel, share_out

        begun = time.monotonic()
        if sharing_seconds:
            found = share_out(self._shop, min(sharing_seconds, seconds), seed)
            if found is not None:
                self._on_bound(found[1])
        # The better the hint, the less there is to search.
        self._model = WholeModel(self._shop, self._hint(), self._on_better)
        if self._stopped:
            return
        bound = self._model.solve(seconds - (time.monotonic() - begun), workers, seed)
        if bound is not None:
            self._on_bound(bound)
