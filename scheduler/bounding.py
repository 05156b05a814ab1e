"""Lower bounds on what the best plan of a day can have: lateness from a time-indexed LP, waiting from a relaxation.

The best plan serves everybody who can be served and is no later than the plan at hand, so its waiting is bounded among
such plans. Whatever is found is a floor: it holds for the best plan, whether or not the levels above are proven.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scheduler.aiming import Aim
from scheduler.board import Board
from scheduler.columns import Columns
from scheduler.effort import Starts
from scheduler.plan import Plan
from scheduler.problem import Assignment, Level, Problem
from scheduler.proof import alone_costs, settled
from scheduler.relaxation import ROUNDING, Multipliers, Relaxation
from scheduler.turn import Turn

if TYPE_CHECKING:
    from scheduler.linear_prices import LinearPrices
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


MOST_SERVICES = 350
"""Beyond this a linear program of all services takes longer than there is."""

WARM_STEPS = 200
"""Steps of the subgradient before the first linear program: its prices say which columns are worth a look."""

WARM_PRICE = 50.0
"""So much a unit of lateness costs at most meanwhile."""

ANY_WAIT = 10**9

SHARE_OF_COLUMNS = 0.65
"""So many of a MIP's variables are columns; the others say what flows between services."""

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

    def __init__(self, problem: Problem, free: Collection[str], lost: Collection[str], *, together: bool = True) -> None:
        """Without `together` lateness and waiting are bounded apart: less is known in the end, but something sooner."""
        self.problem = problem
        self.free = [v for v in problem.visits if v.id in free]
        self.names = set(free)
        self.lost = set(lost)
        self.turn = Turn()
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
        self.together = together and self._capped and sum(len(v.items) for v in self.free) <= MOST_SERVICES
        """Whether one linear program bounds lateness and waiting."""
        self.least = alone_costs(problem, self.lost)
        self._multipliers: Multipliers | None = None
        self._late: TimeIndexed | None = None
        self._aim = Aim()
        self.ripe = False
        """Whether the prices of waiting are about as good as they get."""
        self._reached = -1, -math.inf
        self._waiting: tuple[tuple[int | None, int], Relaxation | None] | None = None
        self._finished: set[_Asked] = set()
        self._linear: LinearPrices | None = None
        self._steps = 0

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
        late, wait = _felt(plan)
        key: _Asked = "waiting", late, wait
        if not self._waits or known >= wait or key in self._finished or self._priced:
            return None
        base = settled(self.problem, plan, self.names)
        late_here = late - base["promise_lateness"] if self._capped else None
        relaxation = self._relaxation(plan, (late_here, wait - base["waiting"]))
        most = float(wait - base["waiting"])
        if relaxation is None:
            self._finished.add(key)
            return None
        if self.together and not self.problem.published:
            return self._warm(relaxation, most, late_here or 0, left)
        if late_here is not None:
            relaxation.cap("promise_lateness", late_here)
        bound, self._multipliers = relaxation.ascend(most, left, STEPS, self._multipliers)
        self._steps += STEPS
        self._judge(bound, most, late, settled=relaxation.settled)
        if relaxation.settled:
            self._finished.add(key)
        return self._waits_at_least(relaxation, bound, plan, base)

    @property
    def _priced(self) -> bool:
        """Whether it is for the linear program now to say more."""
        relaxation = self._waiting[1] if self._waiting is not None else None
        return self.together and relaxation is not None and (self._steps >= WARM_STEPS or relaxation.settled)

    def _warm(self, relaxation: Relaxation, wait: float, late: int, left: Callable[[], bool]) -> Floor:
        """Prices to begin with, of a day of which nothing is known: as if it could be planned with the least lateness."""
        relaxation.cap("promise_lateness", self._aim.least)
        most = wait + WARM_PRICE * (late - self._aim.least)
        _, self._multipliers = relaxation.ascend(most, left, STEPS, self._multipliers, WARM_PRICE)
        self._steps += STEPS
        return Floor("waiting", 0)

    def _waits_at_least(self, relaxation: Relaxation, bound: float, plan: Plan, base: Mapping[Level, int]) -> Floor:
        late, wait = _felt(plan)
        most = float(wait - base["waiting"])
        whole = math.ceil((bound - ROUNDING * max(1.0, abs(bound))) / relaxation.grain) * relaxation.grain
        columns = relaxation.within(self._multipliers, most) if self._multipliers is not None else None
        return Floor("waiting", max(0, min(wait, whole + base["waiting"])), None, columns, (late, wait))

    def linear(self, plan: Plan, known: Mapping[Level, int], end: float) -> list[Floor]:
        """Floors of lateness and waiting from a linear program, by `end` (monotonic seconds); none when there are no more."""
        from scheduler.linear_prices import LinearPrices

        late, wait = _felt(plan)
        proven, waits = known.get("promise_lateness", 0) >= late, known.get("waiting", 0) < wait
        if not self.together or (proven and not waits) or (waits and not self._priced):
            return []
        base = settled(self.problem, plan, self.names)
        here, aim = late - base["promise_lateness"], self._aim
        relaxation = self._relaxation(plan, (here, wait - base["waiting"]))
        if relaxation is None:
            return []
        aim.take(here, min(late, known.get("promise_lateness", 0)) - base["promise_lateness"])
        relaxation.cap("promise_lateness", aim.lateness)
        if aim.exact:
            return self._known_waiting(relaxation, plan, known, base)
        if self._linear is None or self._linear.relaxation is not relaxation:
            self._linear = LinearPrices(relaxation, self._multipliers or relaxation.nothing(), plan)
        found = self._linear.round(here, wait - base["waiting"], end)
        if found is None:
            # There was no time, or the program is one that the simplex cannot do.
            self.together = False
            return []
        self._multipliers = self._linear.best
        aim.learn(found, relaxation.grain_of("promise_lateness"), here)
        floors = [Floor("promise_lateness", aim.least + base["promise_lateness"])]
        if relaxation.caps["promise_lateness"] == here:
            floors.append(self._waits_at_least(relaxation, found.waiting, plan, base))
        return floors

    def _known_waiting(
        self, relaxation: Relaxation, plan: Plan, known: Mapping[Level, int], base: Mapping[Level, int]
    ) -> list[Floor]:
        """The floor of waiting at prices that are as good as they get, once for each plan."""
        late, wait = _felt(plan)
        aimed = self._aim.lateness + base["promise_lateness"] == late
        if not aimed or self._multipliers is None or not self._first("waiting", late, wait):
            return []
        bound = max(self._aim.waiting, relaxation.evaluate(self._multipliers).bound)
        floor = self._waits_at_least(relaxation, bound, plan, base)
        return [floor] if floor.bound > known.get("waiting", 0) else []

    def _judge(self, bound: float, most: float, late: int, *, settled: bool) -> None:
        """Whether the prices are good: so many steps brought little, among plans of the same lateness."""
        before, reached = self._reached
        self.ripe = settled or (before == late and bound - reached < RIPE_GAIN * (most - bound))
        self._reached = late, bound

    def least_waiting(self, plan: Plan, known: int, seconds: float) -> Floor | None:
        """The same from a MIP over what the relaxation's prices leave, once these are good; maybe a better plan."""
        from scheduler.mip import most_columns

        late, wait = _felt(plan)
        relaxation = self._waiting[1] if self._waiting is not None else None
        ready = self._aim.exact if self.together else self.ripe
        if relaxation is None or self._multipliers is None or not ready or not self._waits:
            return None
        base = settled(self.problem, plan, self.names)
        aims = self.together and self._aim.lateness < late - base["promise_lateness"]
        key: _Asked = "waiting", late, ~wait
        if not aims and (known >= wait or key in self._finished):
            return None
        most = most_columns(max(0.0, seconds))
        count = min(self._aim.count, int(SHARE_OF_COLUMNS * most))
        mip = self._integral(relaxation, self._multipliers, plan, base, count, "waiting", aims=aims)
        found = mip.bound(seconds) if mip.kept <= most else None
        # Better prices make the next MIP a smaller one, and the plan may have become better meanwhile.
        self.ripe = False
        more = self._aim.more(count)
        if aims:
            self._aim.tried(found.bound if found is not None else None, found=found is not None and found.rows is not None)
            return Floor("waiting", 0, found.rows if found is not None else None)
        if found is None or mip.complete or not more or found.bound <= mip.far:
            self._finished.add(key)
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
        *,
        aims: bool = False,
    ) -> TimeIndexedWaiting:
        """The MIP on plans that are no later and wait no longer than this one; `base`: what is settled of it.

        One that `aims` is on plans that are less late and may wait for any time.
        """
        from scheduler.time_indexed_waiting import TimeIndexedWaiting

        if self._capped:
            late = plan.objective.get("promise_lateness", 0) - base["promise_lateness"]
            relaxation.cap("promise_lateness", self._aim.lateness if aims else late)
        most = ANY_WAIT if aims else plan.objective.get("waiting", 0) - base["waiting"]
        return TimeIndexedWaiting(relaxation, multipliers, most, count, goal)

    def _relaxation(self, plan: Plan, most: tuple[int | None, int]) -> Relaxation | None:
        """The relaxation for plans as good; that for worse ones goes on to serve until much is gained by another."""
        late, wait = most
        known = self._waiting
        if known is None or (late or 0) < AGAIN * (known[0][0] or 0) or (wait < AGAIN * known[0][1] and not self.together):
            limits = (late, None if self.together else wait)
            columns = Columns(self._board(plan), self.free, limits, self._least_of_free())
            caps: dict[Level, int] = {"promise_lateness": late} if late is not None else {}
            fits = columns.size <= MOST_COLUMNS
            known = self._waiting = most, (Relaxation(columns, "waiting", caps, self.turn) if fits else None)
        relaxation = known[1]
        return None if relaxation is None or relaxation.impossible else relaxation

    def _least_of_free(self) -> tuple[dict[str, int], dict[str, int]]:
        late, wait = ({n: cost for n, cost in costs.items() if n in self.names} for costs in self.least)
        return late, wait

    def _first(self, level: Level, one: int, two: int) -> bool:
        key: _Asked = level, one, two
        new = key not in self._finished
        self._finished.add(key)
        return new


def _felt(plan: Plan) -> tuple[int, int]:
    """Lateness and waiting of a plan."""
    return plan.objective.get("promise_lateness", 0), plan.objective.get("waiting", 0)
