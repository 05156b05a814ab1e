"""The least waiting among plans that are no later than one at hand, then the fewest changes: MIPs over few columns.

The relaxation's prices say which columns plans up to a value cannot use; what is left of 20,000 to 90,000 is often a few
thousand, and a MIP of so many says what no prices can: its bound rises above the relaxation's, and its solution is a plan.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

import numpy as np

from scheduler.columns import Floats
from scheduler.flows import ColumnCosts, Flows, Laid, Mask
from scheduler.mip import TOLERANCE, Mip, reach
from scheduler.problem import Assignment, Level
from scheduler.relaxation import Multipliers, Relaxation
from scheduler.time_indexed import Bounded, TimeIndexed

WHIM = 0.4
"""Less than half, so that a plan within this of the best one waits no longer than it."""


class TimeIndexedWaiting:
    """The MIP over those columns of a relaxation of `waiting` that plans up to a value may use."""

    def __init__(
        self, relaxation: Relaxation, multipliers: Multipliers, most: int, count: int, goal: Level = "waiting"
    ) -> None:
        """Better plans than `most` are looked for among those that use no more than `count` columns.

        With another goal than waiting all plans that wait no longer than `most` are looked at.
        """
        self.relaxation = relaxation
        self.goal = goal
        self.mip = Mip()
        through = relaxation.through(multipliers)
        self.most = most - relaxation.grain if goal == relaxation.level else most
        few = reach(through, float(through.min(initial=0.0)), self.most, count)
        self.far = few if goal == relaxation.level else float(most)
        self.keep: Mask = through <= self.far + TOLERANCE * max(1.0, abs(self.far))
        self._laid: Laid | None = None

    @property
    def kept(self) -> int:
        """How many columns are left."""
        return int(self.keep.sum())

    @property
    def complete(self) -> bool:
        """Whether every better plan is one of these columns."""
        return self.far >= self.most

    # --- building ----------------------------------------------------------------------------------------------------

    def build(self) -> dict[int, float]:
        """All variables and rows; the price of each variable."""
        relaxation = self.relaxation
        published = relaxation.level == self.goal and bool(relaxation.columns.problem.published)
        more: list[Level] = ["changes", self.goal] if published else [self.goal]
        flows = Flows(relaxation, self.keep, ColumnCosts(relaxation, list(dict.fromkeys([*relaxation.levels, *more]))))
        laid, self.mip = flows.lay(), flows.mip
        self._laid = laid
        caps = {**relaxation.caps, relaxation.level: self.most} if self.goal != relaxation.level else relaxation.caps
        for level, cap in caps.items():
            costly = np.flatnonzero(laid.costs[level])
            self.mip.total(costly, laid.costs[level][costly], -math.inf, float(cap))
        goal = laid.costs[self.goal]
        if self.goal == relaxation.level:
            goal = goal + self._whim(laid)
        return {int(n): float(goal[n]) for n in np.flatnonzero(goal)}

    def _whim(self, laid: Laid) -> Floats:
        """Of plans that wait as long one with few changes: all changes together count less than `WHIM` of a grain."""
        costs: Mapping[Level, Floats] = laid.costs
        changes = costs.get("changes", np.zeros_like(costs[self.goal]))
        dearest = sum(float(changes[first:end].max()) for first, end in laid.choices if first < end)
        return changes * (WHIM * self.relaxation.grain / dearest) if dearest else changes * 0.0

    # --- solving -----------------------------------------------------------------------------------------------------

    def bound(self, seconds: float) -> Bounded | None:
        """What the best plan waits at least, and a better plan if one was found; None when nothing can be said in the time."""
        grain = self.relaxation.grain
        beyond = math.floor((self.far + TOLERANCE) / grain) * grain + grain
        if not self.kept:
            return Bounded(beyond, None)
        whim = WHIM * grain
        found = self._solved(seconds, self.most + whim, whim)
        if found is None:
            return None
        waits = found[0] - whim
        value = beyond if waits > self.far + TOLERANCE else math.ceil((waits - TOLERANCE) / grain) * grain
        return Bounded(value, found[1])

    def least(self, seconds: float, most: int) -> Bounded | None:
        """What plans that wait no longer have at least of the goal, and a plan with at most `most` if one was found."""
        found = self._solved(seconds, most)
        if found is None:
            return None
        return Bounded(most + 1 if found[0] == math.inf else math.ceil(found[0] - TOLERANCE), found[1])

    def _solved(self, seconds: float, most: float, gap: float = 0.0) -> tuple[float, dict[str, list[Assignment]] | None] | None:
        end = time.monotonic() + seconds
        costs = self.build()
        found = self.mip.integral(costs, np.zeros(0, dtype=np.int64), most, end, gap)
        if found is None or found[0] == -math.inf or self._laid is None:
            return None
        if found[1] is None:
            return found[0], None
        origin = self._laid.origin
        chosen = {int(origin[n]): 1.0 for n in found[1] if n < len(origin)}
        return found[0], TimeIndexed(self.relaxation).rows(chosen)
