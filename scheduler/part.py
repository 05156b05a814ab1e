"""One component's climb: the rungs of the ladder, each of which improves or proves the best plan so far."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from scheduler.comfort import comfort_floors
from scheduler.effort import PRIME, Effort, Known, Starts
from scheduler.greedy import FELT, as_published, inserted, mended
from scheduler.incumbent import Incumbent
from scheduler.limits import Deadline
from scheduler.meaning import is_fact, phases_of
from scheduler.plan import Plan
from scheduler.problem import Level, Problem
from scheduler.proof import PROVABLE, alone, hopeless, settled, with_base

if TYPE_CHECKING:
    from scheduler.beside import Beside
    from scheduler.bounding import Bounding, Floor
    from scheduler.neighbourhood import Neighbourhoods

WHOLE_DAY_VISITS = 300
"""Beyond this the whole day in one model brings nothing within seconds."""

RELAX_VISITS = 8
"""Below this the whole day in one CP-SAT model proves everything at once."""

WHOLE_COMFORT_VISITS = 40
"""The same with the comfort levels."""

FIRM: frozenset[Level] = frozenset({"unserved", "promise_lateness"})
"""Levels that only ask whether things fit in time; a model of these alone is settled in a fraction of the time."""

RELAXED: frozenset[Level] = frozenset({"promise_lateness", "waiting"})
"""Levels that the relaxations bound."""


class Part:
    """One component's climb."""

    def __init__(self, problem: Problem, deadline: Deadline, tell: Callable[[], None]) -> None:
        self.problem = problem
        self.deadline = deadline
        self.incumbent = Incumbent(problem, deadline)
        self._tell = tell
        self.alone = True
        """Whether all the time is for this part: among many each has a second or less at a time."""
        self.lost: frozenset[str] = frozenset()
        self._columns: tuple[tuple[int, int], Starts] | None = None
        self._bounding: Bounding | None = None
        self._beside: Beside | None = None
        self._search: Neighbourhoods | None = None

    @property
    def search(self) -> Neighbourhoods:
        """The neighbourhoods, laid out when first needed."""
        if self._search is None:
            # OR-Tools takes seconds to import; the first plan does not wait for it.
            from scheduler.neighbourhood import Neighbourhoods

            self._search = Neighbourhoods(self.problem, self.incumbent, self.deadline.limits.seed, self.lost)
        return self._search

    def first(self, hint: Plan | None, *, check: bool = False) -> None:
        """Greedy repair of the published plan, and of the hint; with `check` only where something is wrong with it."""
        plain = as_published(self.problem) if check else None
        if plain is None or not self.incumbent.offer(plain) or self.disturbed:
            plan = inserted(self.problem, self.problem.published, overdue=self.deadline.overdue)
            if not self.incumbent.offer(plan) and self.incumbent.plan is None:
                self.incumbent.offer(mended(self.problem, plan))
        if hint is not None:
            self.incumbent.offer(replace(hint, stage="hint"))
            if not self.deadline.overdue():
                self.incumbent.offer(inserted(self.problem, hint.assignments, overdue=self.deadline.overdue))

    def make_way(self) -> None:
        """Where somebody is unserved or late: the day laid out again, so that others make way for those whose turn it is."""
        overdue = self.deadline.overdue
        if any(self.incumbent.best.objective.get(level) for level in FELT) and not overdue():
            self.incumbent.offer(inserted(self.problem, self.problem.published, in_turn=True, overdue=overdue))

    def bound(self) -> None:
        """The bounds that cost nothing."""
        overdue = self.deadline.overdue
        self.lost = hopeless(self.problem, self.incumbent.best.unserved, overdue)
        for proof in alone(self.problem, self.lost, overdue):
            self.incumbent.prove(proof)

    def proven(self, *, prime: bool) -> bool:
        """Whether no better plan is possible in any provable level, or in those that customers feel."""
        plan = self.incumbent.best
        asked = [level for level in plan.objective if level in (PRIME if prime else PROVABLE)]
        return all(plan.bound.get(level) == plan.objective[level] for level in asked)

    @property
    def open_level(self) -> Level | None:
        """The first provable level that is not proven yet."""
        plan = self.incumbent.best
        return next((lv for lv, value in plan.objective.items() if lv in PROVABLE and plan.bound.get(lv) != value), None)

    @property
    def disturbed(self) -> bool:
        """Whether the first plan had to change anything that was published, or leaves somebody out who might be served."""
        best = self.incumbent.best
        return bool(best.objective.get("changes", 1) or set(best.unserved) - self.lost)

    def prime(self, seconds: float, patience: int) -> None:
        """Neighbourhoods over what customers feel."""
        if not self.proven(prime=True):
            self._improve(seconds, patience, prime=True)

    def firm(self, seconds: float, patience: int) -> None:
        """Larger neighbourhoods over the first open level alone, as long as it asks only whether things fit."""
        end = self.deadline.spent + seconds
        level = self.open_level
        if level not in FIRM:
            return

        def left() -> float:
            self.listen()
            return 0.0 if self.open_level != level else min(self.deadline.left, end - self.deadline.spent)

        self.search.improve(left, patience, prime=True, down_to=level, on_better=self._tell)

    def comfort(self, seconds: float, patience: int) -> None:
        """Neighbourhoods over all levels, unless everybody is where the published plan has him."""
        if self._as_published():
            return
        self._improve(seconds, patience, prime=False)

    def _as_published(self) -> bool:
        """Whether every open phase is published and unchanged, so that a gain in comfort could not pay for a change."""
        levels = self.problem.objective
        comfort = [n for n, level in enumerate(levels) if level not in PRIME]
        if "changes" not in levels or any(n < levels.index("changes") for n in comfort):
            return False
        published = {(a.visit, a.item, a.phase) for a in self.problem.published}
        wanted = (key for v in self.problem.visits for key, _, phase in phases_of(v) if not is_fact(phase))
        return self.incumbent.best.objective["changes"] == 0 and all(key in published for key in wanted)

    def _improve(self, seconds: float, patience: int, *, prime: bool) -> None:
        end = self.deadline.spent + seconds
        complete = set(self.problem.objective) <= PROVABLE

        def left() -> float:
            self.listen()
            done = self.proven(prime=True) if prime else complete and self.proven(prime=False)
            return 0.0 if done else min(self.deadline.left, end - self.deadline.spent)

        self.search.improve(left, patience, prime=prime, on_better=self._tell)

    def bounds(self) -> Bounding | None:
        """What bounds the part's day as a whole; None where one CP-SAT model proves more, sooner."""
        from scheduler.bounding import Bounding

        free = {v.id for v in self.search.everything()}
        if self.deadline.limits.deterministic or len(free) < RELAX_VISITS or not RELAXED & set(self.problem.objective):
            return None
        return Bounding(self.problem, free, self.lost, together=self.alone)

    def beside(self) -> None:
        """Bound the day in a thread of its own from now on, where there is one to spare."""
        if self.deadline.limits.workers < 2 or self._relaxed() or not (self._beside is None or self._beside.idle):
            return
        self._bounding = self._bounding or self.bounds()
        if self._bounding is not None:
            from scheduler.beside import Beside

            self._beside = Beside(self._bounding, self.incumbent.best, lambda: self.deadline.left)

    def relax(self, seconds: float) -> None:
        """The same in this thread, for so long."""
        end = self.deadline.spent + min(seconds, self.deadline.left)
        self._bounding = self._bounding or self.bounds()
        bounds = self._bounding
        if self.deadline.limits.workers > 1 or bounds is None or not bounds.suits(self.incumbent.best):
            return
        best = self.incumbent.best
        if "promise_lateness" in best.objective:
            self._take(bounds.lateness(best, best.bound.get("promise_lateness", 0), end - self.deadline.spent))
        while self.deadline.spent < end and self.deadline.left > 0:
            best = self.incumbent.best
            if "waiting" not in best.objective:
                return
            floor = bounds.waiting(best, best.bound.get("waiting", 0), lambda: self.deadline.spent < end)
            floors = [floor] if floor else bounds.linear(best, best.bound, time.monotonic() + end - self.deadline.spent)
            if not floors:
                return
            for floor in floors:
                self._take(floor)

    def listen(self) -> None:
        """Take in what the thread beside has found."""
        if self._beside is not None:
            while floors := self._beside.poll(self.incumbent.best):
                for floor in floors:
                    self._take(floor)

    def end(self) -> None:
        """Nothing is bounded beside any more."""
        if self._beside is not None:
            self.listen()
            self._beside.end()

    def comfort_floors(self) -> None:
        """The bounds of what is below all that is proven; nobody knows how many are left out where that comes later."""
        first = next(iter(self.problem.objective), None) == "unserved"
        unserved = self.incumbent.best.objective["unserved"] if first else len(self.problem.visits)
        for level, bound in comfort_floors(self.problem, unserved).items():
            self.incumbent.floor(level, bound)

    def _take(self, floor: Floor | None) -> None:
        if floor is None:
            return
        self.incumbent.floor(floor.level, floor.bound)
        if floor.columns is not None:
            self._columns = floor.of, floor.columns
        if floor.rows is not None and self.search.adopt(floor.rows, "time-indexed"):
            self._tell()

    def _interrupted(self) -> bool:
        """Whether a long search should end: nobody wants it any more, or there is a better plan to begin it from."""
        return self.deadline.limits.should_stop() or (self._beside is not None and self._beside.better)

    def _relaxed(self) -> bool:
        """Whether nothing is left that a relaxation could bound."""
        best = self.incumbent.best
        return all(best.bound.get(level) == best.objective[level] for level in RELAXED & set(best.objective))

    def _known(self, base: Mapping[Level, int]) -> Known:
        """What is known of the best plan's free visits: a level's floor counts once all above it are proven."""
        best = self.incumbent.best
        least: dict[Level, int] = {}
        for level in best.objective:
            if level in best.bound and level in base:
                least[level] = best.bound[level] - base[level]
            if best.bound.get(level) != best.objective[level]:
                break
        columns = None
        if self._columns is not None and best.bound.get("promise_lateness") == best.objective.get("promise_lateness"):
            (late, wait), masks = self._columns
            if late == best.objective.get("promise_lateness", 0) and best.objective["waiting"] <= wait:
                columns = masks
        return Known({lv: n for lv, n in least.items() if lv in RELAXED}, columns)

    def whole(self, seconds: float, *, prime: bool) -> None:
        """Every visit that is not settled in one model, with the incumbent as hint; its bound is a proof."""
        free = self.search.everything()
        most = WHOLE_DAY_VISITS if prime else WHOLE_COMFORT_VISITS
        level = self.open_level
        limits = self.deadline.limits
        effort = Effort(
            min(seconds, self.deadline.left),
            limits.workers,
            prime=prime,
            down_to=level if level in FIRM and len(free) > WHOLE_COMFORT_VISITS else None,
            deterministic=limits.deterministic,
            stop=None if limits.deterministic else self._interrupted,
        )
        if not free or len(free) > most or effort.seconds <= 0 or self.proven(prime=prime):
            return
        names = {v.id for v in free}
        base = settled(self.problem, self.incumbent.best, names)
        better, found = self.search.rearrange(free, effort, "whole day", self._known(base))
        everybody = len(free) == len(self.problem.visits)
        provable = {level: bound for level, bound in found.bound.items() if level in PROVABLE}
        self.incumbent.prove(with_base(provable, base, everybody=everybody))
        if better:
            self._tell()
