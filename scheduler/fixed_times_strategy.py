"""The strategy for fixed times: bound by the largest clique, a quick first plan, ejection search, exact model beside it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from scheduler.fixed_times import FixedTimes, Served, first, fixed_times
from scheduler.fixed_times_search import EjectionSearch, Layout, least_people
from scheduler.fixed_times_shortage import filled, shortage, without
from scheduler.incumbent import Incumbent
from scheduler.limits import Deadline
from scheduler.plan import Plan
from scheduler.problem import Problem

if TYPE_CHECKING:
    from scheduler.fixed_times_model import Answer, Model

FIRST_SLICE = 1.0
"""Seconds of ejection search for one number of people before something else is tried; doubled every round."""

PAIRS_PER_SECOND = 20_000
"""Possible pairs of task and worker that are worth a second of it in the first round; small problems are quick to settle."""

SHORTEST_SLICE = 0.02

SLICES_LEAST = 8
"""So many slices fit into the time at least, so that a short search also tries what lies above the bound."""

SHORTEST_EXACT = 0.5

SEARCH_SHARE = 0.3
"""Of the time of a problem of which not all can be served, before the exact model begins."""

STEPS_MAX = 400_000
"""Steps after which a search is not expected to end any more, and another one begins elsewhere."""

PAIRS_MAX = 100_000
"""Possible pairs of task and worker up to which the exact model is worth a second worker."""

PAIRS_MAX_ALONE = 10_000
"""The same when the model takes its turns with the search on one worker."""


def solve_fixed_times(problem: Problem, incumbent: Incumbent, deadline: Deadline, hint: Plan | None) -> None:
    """Improve the incumbent until the fewest people are proven or the time is over."""
    shape = fixed_times(problem)
    incumbent.offer(shape.plan(first(shape), "greedy"))
    if hint is not None:
        incumbent.offer(replace(hint, stage="hint"))
    Descent(shape, incumbent, deadline).run()


class Descent:
    """From the first plan down to the bound, and the bound up to the plan.

    With `among` the shape leaves out what stays unserved, so that what is learned of the others says nothing of the problem.
    """

    def __init__(self, shape: FixedTimes, incumbent: Incumbent, deadline: Deadline, *, among: bool = False) -> None:
        self._shape = shape
        self._among = among
        self._incumbent = incumbent
        self._deadline = deadline
        self._seed = deadline.limits.seed
        self._never = int((~shape.possible).sum())
        self._pairs = int(shape.able.sum())
        longest = min(FIRST_SLICE, deadline.limits.seconds / SLICES_LEAST)
        self._first = max(min(self._pairs / PAIRS_PER_SECOND, longest), SHORTEST_SLICE)
        self._least = least_people(shape)
        self._shortage = shortage(shape)
        self._searches: dict[int, EjectionSearch] = {}
        self._exact: Exact | None = None

    def run(self) -> None:
        """Serve all that can be served, then with fewer and fewer people."""
        if self._among:
            self._descend_to_bound()
            return
        short = self._shortage
        count = self._never + short.unserved
        self._incumbent.prove({"unserved": count, "technicians_used": short.people} if short.unserved else {"unserved": count})
        if short.unserved or not self._serve_all():
            self._fewest()
            return
        self._descend_to_bound()

    def _descend_to_bound(self) -> None:
        self._prove(self._least)
        try:
            self._descend()
        finally:
            self._drop_exact()

    @property
    def _people(self) -> int:
        return self._incumbent.best.objective["technicians_used"]

    @property
    def _open(self) -> bool:
        return self._people > self._least and self._deadline.left > 0 and not self._incumbent.proven

    def _prove(self, least: int) -> None:
        self._least = least
        if not self._among:
            self._incumbent.prove({"unserved": self._never, "technicians_used": least})

    def _serve_all(self) -> bool:
        for seconds in (self._first, 2 * self._first, 4 * self._first):
            # Everybody nearly always can, if anybody can; what must be done in a row is known of the fewest.
            for people in dict.fromkeys((self._shape.workers, self._least)):
                if self._incumbent.best.objective["unserved"] == self._never:
                    return True
                if self._deadline.left <= 0 and (people < self._shape.workers or seconds > self._first):
                    continue
                self._search(people, seconds)
        return self._incumbent.best.objective["unserved"] == self._never

    def _descend(self) -> None:
        """Rounds of growing length: the bound itself first, then what lies between it and the plan, then the exact model."""
        seconds = self._first
        while self._open:
            self._search(self._least, seconds)
            self._halve(seconds / 2)
            seconds *= 2
            while self._open:
                self._ask_exact(max(seconds, SHORTEST_EXACT))
                if not self._heard_exact():
                    break
                # The bound has moved: what was learned about the old one says nothing about the new one.
                seconds = self._first

    def _halve(self, seconds: float) -> None:
        """Between the bound and the plan by halves: up from what is not found in time, down from what is."""
        low = self._least
        while self._open and self._people - low > 1:
            people = (low + self._people) // 2
            self._search(people, seconds)
            self._searches.pop(people, None)
            if self._people > people:
                low = people

    def _search(self, people: int, seconds: float) -> None:
        """Go on with the search for so many people, or begin afresh when it has had its chance."""
        search = self._searches.get(people)
        if search is None or search.steps > STEPS_MAX:
            self._seed += 1
            search = self._searches[people] = EjectionSearch(Layout(self._shape, people), self._seed)
        end = self._deadline.spent + seconds

        def stop() -> bool:
            answered = self._exact is not None and not self._exact.running
            return answered or self._deadline.left <= 0 or self._deadline.spent > end

        search.run(stop)
        self._incumbent.offer(self._shape.plan(search.served, "ejection search"))

    def _ask_exact(self, seconds: float) -> None:
        """Can as few as the bound do? Beside the search when there is a second worker, else in turns with it."""
        limits = self._deadline.limits
        alone = limits.workers == 1
        if self._deadline.left < SHORTEST_EXACT:
            return
        if self._exact is None and self._pairs <= (PAIRS_MAX_ALONE if alone else PAIRS_MAX):
            allowed = min(seconds, self._deadline.left) if alone else self._deadline.left
            self._exact = Exact(self._shape, self._least, allowed, max(1, limits.workers - 1), self._seed)
            if alone:
                self._exact.wait(lambda: self._deadline.left <= 0)
                self._exact.stop()

    def _heard_exact(self) -> bool:
        """Take in what the exact model found out; False while it has nothing to say."""
        if self._exact is None or self._exact.running:
            return False
        answer, self._exact = self._exact.answer, None
        if answer is None:
            return False
        if answer.found == "yes":
            self._incumbent.offer(self._shape.plan(answer.served, "exact model"))
        elif answer.found == "no":
            self._prove(self._least + 1)
        return answer.found != "open"

    def _drop_exact(self) -> None:
        if self._exact is not None:
            self._exact.stop()
            self._exact = None

    def _fewest(self) -> None:
        """Not everything can be served, as far as we know: as much as the search finds room for, then both levels exactly."""
        if self._deadline.left <= 0:
            return
        exactly = self._pairs <= PAIRS_MAX
        self._serve_most(SEARCH_SHARE * self._deadline.left)
        self._fewest_among(SEARCH_SHARE * self._deadline.left if exactly else self._deadline.left)
        if self._incumbent.proven or not exactly or self._deadline.left < SHORTEST_EXACT:
            return
        limits = self._deadline.limits
        hint = self._shape.served(self._incumbent.best)
        exact = Exact(self._shape, None, self._deadline.left, limits.workers, limits.seed, hint)
        exact.wait(lambda: self._deadline.left <= 0)
        exact.stop()
        answer = exact.answer
        if answer is None or answer.found != "yes":
            return
        self._incumbent.offer(self._shape.plan(answer.served, "exact model"))
        if answer.optimal:
            self._incumbent.prove(dict(self._incumbent.best.objective))

    def _fewest_among(self, seconds: float) -> None:
        """Fewer people for what is served, once nothing more can be."""
        best = self._incumbent.best
        served = self._shape.served(best)
        if best.bound.get("unserved") == best.objective["unserved"]:
            others = set(range(self._shape.tasks)) - set(served)
            limits = self._deadline.limits
            until = replace(limits, seconds=min(seconds, self._deadline.left), clock=limits.clock)
            Descent(without(self._shape, others), self._incumbent, Deadline(until), among=True).run()
        elif seconds >= self._deadline.left:
            self._serve_most(self._deadline.left)

    def _serve_most(self, seconds: float) -> None:
        """Leave out what is too much in any case, and search for room for all the rest."""
        end = self._deadline.spent + seconds
        layout = Layout(without(self._shape, self._shortage.left_out), self._shape.workers)
        search: EjectionSearch | None = None
        done = False
        while self._deadline.left > 0 and self._deadline.spent < end and not done and not self._incumbent.proven:
            if search is None or search.steps > STEPS_MAX:
                self._seed += 1
                search = EjectionSearch(layout, self._seed)
            done = search.run(self._until(min(end, self._deadline.spent + 2 * self._first)))
            self._incumbent.offer(self._shape.plan(filled(self._shape, search.served), "ejection search"))

    def _until(self, end: float) -> Callable[[], bool]:
        return lambda: self._deadline.left <= 0 or self._deadline.spent > end


class Exact:
    """The exact model on a thread of its own; CP-SAT works outside the interpreter's lock."""

    def __init__(
        self, shape: FixedTimes, people: int | None, seconds: float, workers: int, seed: int, hint: Served | None = None
    ) -> None:
        self.answer: Answer | None = None
        self._stopped = False
        self._model: Model | None = None
        self._question = (shape, people, seconds, workers, seed, hint)
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether the answer may still come."""
        return self._thread.is_alive()

    def wait(self, stop: Callable[[], bool]) -> None:
        """Until the answer is there or `stop` says so."""
        while self._thread.is_alive() and not stop():
            self._thread.join(0.02)

    def stop(self) -> None:
        """End the search and the thread."""
        self._stopped = True
        if self._model is not None:
            self._model.stop()
        self._thread.join()

    def _work(self) -> None:
        # OR-Tools takes seconds to import, and most problems never need it.
        from scheduler.fixed_times_model import Model

        shape, people, seconds, workers, seed, hint = self._question
        begun = time.monotonic()
        model = Model(Layout(shape, people), all_served=people is not None, stop=lambda: self._stopped)
        self._model = model
        if self._stopped:
            return
        left = seconds - (time.monotonic() - begun)
        self.answer = model.decide(left, workers, seed) if people is not None else model.fewest(hint or {}, left, workers, seed)
