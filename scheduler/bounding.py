"""Lower bounds on what the best plan of a day can have: lateness from a time-indexed LP, waiting from a relaxation.

The best plan serves everybody who can be served and is no later than the plan at hand, so its waiting is bounded among
such plans. Whatever is found is a floor: it holds for the best plan, whether or not the levels above are proven.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scheduler.board import Board
from scheduler.columns import Columns
from scheduler.effort import Starts
from scheduler.plan import Plan
from scheduler.problem import Assignment, Level, Problem
from scheduler.proof import alone_costs, settled
from scheduler.relaxation import ROUNDING, Multipliers, Relaxation

if TYPE_CHECKING:
    from scheduler.time_indexed import TimeIndexed
    from scheduler.time_indexed_waiting import TimeIndexedWaiting

STEPS = 100
"""Steps of the subgradient between two looks at the plan at hand."""

RIPE_GAIN = 0.12
"""Prices are good when as many steps bring less than this share of what is left."""

AGAIN = 0.7
"""Columns are laid out again when a plan has so much less lateness or waiting than the one that they were laid out for."""

MOST_COLUMNS = 400_000
"""Beyond this one step takes longer than a neighbourhood."""


FIRST_COLUMNS = 2_000
"""How many columns the first MIP on waiting has; twice as many once it has shown that no plan uses these alone."""

_Asked = tuple[Level, int, int]


@dataclass(frozen=True, slots=True)
class Floor:
    """The best plan has at least `bound` in `level`; `rows` is a better plan for the free visits, if one was found.

    `columns` are the starts that plans as good as `of` (lateness, waiting) may use.
    """

    level: Level
    bound: int
    rows: Mapping[str, list[Assignment]] | None = None
    columns: Starts | None = None
    of: tuple[int, int] = (0, 0)


class Bounding:
    """Bounds one part of a day, again and again as its plan becomes better. Knows no incumbent: it is asked with plans."""

    def __init__(self, problem: Problem, free: Collection[str], lost: Collection[str]) -> None:
        self.problem = problem
        self.free = [v for v in problem.visits if v.id in free]
        self.names = set(free)
        self.lost = set(lost)
        order = problem.objective
        # A level is bounded among plans that serve everybody and are no later, which the best plan is only in these orders.
        self._lateness = order[0] == "unserved" and "promise_lateness" in order
        above = order[: order.index("waiting")] if "waiting" in order else ()
        self._waits = above in (("unserved",), ("unserved", "promise_lateness"))
        self._moves = "changes" in order and order[: order.index("changes")] in (
            ("unserved", "waiting"),
            ("unserved", "promise_lateness", "waiting"),
        )
        self._capped = "promise_lateness" in above
        self.least = alone_costs(problem, self.lost)
        self._multipliers: Multipliers | None = None
        self._late: TimeIndexed | None = None
        self._count = FIRST_COLUMNS
        self.ripe = False
        """Whether the prices of waiting are about as good as they get."""
        self._reached = -1, -math.inf
        self._waiting: tuple[tuple[int | None, int], Relaxation | None] | None = None
        self._finished: set[_Asked] = set()

    def _board(self, plan: Plan) -> Board:
        """The facts, and whoever is not free where he is."""
        board = Board(self.problem)
        rows: dict[str, list[Assignment]] = {}
        for row in plan.assignments:
            rows.setdefault(row.visit, []).append(row)
        for visit in self.problem.visits:
            if visit.id not in self.names and visit.id in rows:
                board.put(visit, rows[visit.id])
        return board

    def suits(self, plan: Plan) -> bool:
        """Whether everybody who can be served is: the relaxations know no other plans, and not every order of the levels."""
        return bool(self.free) and set(plan.unserved) <= self.lost and (self._lateness or self._waits)

    def lateness(self, plan: Plan, known: int, seconds: float) -> Floor | None:
        """A floor of lateness from the time-indexed LP and MIP; None when there is not the time for it."""
        from scheduler.time_indexed import COLUMN_SECONDS, ROWS_STEP, TimeIndexed

        most = plan.objective.get("promise_lateness", 0)
        if not self._lateness or known >= most or not self._first("promise_lateness", most, 0):
            return None
        base = settled(self.problem, plan, self.names)["promise_lateness"]
        mip = self._late
        if mip is None:
            columns = Columns(self._board(plan), self.free, (most - base, None), self._least_of_free(), ROWS_STEP)
            if columns.size * COLUMN_SECONDS > seconds:
                return None
            mip = self._late = TimeIndexed(Relaxation(columns, "promise_lateness", {}))
            if not mip.relaxation.impossible:
                mip.build()
        if mip.relaxation.impossible:
            return None
        found = mip.solve(seconds, max(0, known - base), most - base)
        return Floor("promise_lateness", found.bound + base, found.rows)

    def waiting(self, plan: Plan, known: int, left: Callable[[], bool]) -> Floor | None:
        """A floor of waiting among plans that are no later than this one; None when nothing more is to be had."""
        late, wait = plan.objective.get("promise_lateness", 0), plan.objective.get("waiting", 0)
        key: _Asked = "waiting", late, wait
        if not self._waits or known >= wait or key in self._finished:
            return None
        base = settled(self.problem, plan, self.names)
        late_here = late - base["promise_lateness"] if self._capped else None
        relaxation = self._relaxation(plan, (late_here, wait - base["waiting"]))
        most = float(wait - base["waiting"])
        if relaxation is None:
            self._finished.add(key)
            return None
        bound, self._multipliers = relaxation.ascend(most, left, STEPS, self._multipliers)
        self._judge(bound, most, late, settled=relaxation.settled)
        found = min(
            wait, math.ceil((bound - ROUNDING * max(1.0, abs(bound))) / relaxation.grain) * relaxation.grain + base["waiting"]
        )
        if relaxation.settled:
            self._finished.add(key)
        return Floor("waiting", found, None, relaxation.within(self._multipliers, most), (late, wait))

    def _judge(self, bound: float, most: float, late: int, *, settled: bool) -> None:
        """Whether the prices are good: so many steps brought little, among plans of the same lateness."""
        before, reached = self._reached
        self.ripe = settled or (before == late and bound - reached < RIPE_GAIN * (most - bound))
        self._reached = late, bound

    def least_waiting(self, plan: Plan, known: int, seconds: float) -> Floor | None:
        """The same from a MIP over what the relaxation's prices leave, once these are good; maybe a better plan."""
        from scheduler.mip import most_columns

        late, wait = plan.objective.get("promise_lateness", 0), plan.objective.get("waiting", 0)
        relaxation = self._waiting[1] if self._waiting is not None else None
        if relaxation is None or self._multipliers is None or not self.ripe or not self._waits or known >= wait:
            return None
        key: _Asked = "waiting", late, ~wait
        if key in self._finished:
            return None
        base = settled(self.problem, plan, self.names)
        count = min(self._count, most_columns(seconds))
        mip = self._integral(relaxation, self._multipliers, plan, base, count, "waiting")
        if mip.kept > most_columns(seconds):
            return None
        found = mip.bound(seconds)
        # Better prices make the next MIP a smaller one, and the plan may have become better meanwhile.
        self.ripe = False
        if found is None or mip.complete or found.bound <= mip.far:
            self._finished.add(key)
        else:
            self._count *= 2
        return Floor("waiting", found.bound + base["waiting"], found.rows) if found is not None else None

    def least_changes(self, plan: Plan, known: Mapping[Level, int], seconds: float) -> Floor | None:
        """Of plans that are no later and wait no longer than this one the one with the fewest changes, places aside."""
        from scheduler.mip import most_columns

        late, wait, changes = (plan.objective.get(level, 0) for level in ("promise_lateness", "waiting", "changes"))
        relaxation = self._waiting[1] if self._waiting is not None else None
        if relaxation is None or self._multipliers is None or known.get("waiting") != wait or not self._moves:
            return None
        if known.get("changes", 0) >= changes or not self._first("changes", late, changes):
            return None
        base = settled(self.problem, plan, self.names)
        count = most_columns(seconds)
        mip = self._integral(relaxation, self._multipliers, plan, base, count, "changes")
        found = mip.least(seconds, changes - base["changes"] - 1) if mip.kept <= count else None
        if found is None:
            return None
        # A plan that is less late may wait longer and change less.
        proven = known.get("promise_lateness", late) == late
        return Floor("changes", found.bound + base["changes"] if proven else 0, found.rows)

    def _integral(
        self,
        relaxation: Relaxation,
        multipliers: Multipliers,
        plan: Plan,
        base: Mapping[Level, int],
        count: int,
        goal: Level,
    ) -> TimeIndexedWaiting:
        """The MIP on plans that are no later and wait no longer than this one; `base`: what is settled of it."""
        from scheduler.time_indexed_waiting import TimeIndexedWaiting

        if self._capped:
            relaxation.cap("promise_lateness", plan.objective.get("promise_lateness", 0) - base["promise_lateness"])
        return TimeIndexedWaiting(relaxation, multipliers, plan.objective.get("waiting", 0) - base["waiting"], count, goal)

    def _relaxation(self, plan: Plan, most: tuple[int | None, int]) -> Relaxation | None:
        """The relaxation for plans as good; that for worse ones goes on to serve until much is gained by another."""
        late, wait = most
        known = self._waiting
        if known is None or (late or 0) < AGAIN * (known[0][0] or 0) or wait < AGAIN * known[0][1]:
            columns = Columns(self._board(plan), self.free, most, self._least_of_free())
            caps: dict[Level, int] = {"promise_lateness": late} if late is not None else {}
            known = self._waiting = most, (Relaxation(columns, "waiting", caps) if columns.size <= MOST_COLUMNS else None)
        relaxation = known[1]
        if relaxation is None or relaxation.impossible:
            return None
        if late is not None:
            relaxation.cap("promise_lateness", late)
        return relaxation

    def _least_of_free(self) -> tuple[dict[str, int], dict[str, int]]:
        late, wait = ({n: cost for n, cost in costs.items() if n in self.names} for costs in self.least)
        return late, wait

    def _first(self, level: Level, one: int, two: int) -> bool:
        key: _Asked = level, one, two
        new = key not in self._finished
        self._finished.add(key)
        return new
