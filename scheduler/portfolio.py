"""Which strategies answer which problem, in order. The only place that knows all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from scheduler.check import check
from scheduler.greedy import greedy, repair
from scheduler.incumbent import Incumbent, OnPlan
from scheduler.limits import Deadline, Limits
from scheduler.plan import Plan
from scheduler.problem import Problem

Strategy = Callable[[Problem, Incumbent, Deadline], None]
"""Improves the incumbent until the deadline or proof; records bounds with `Incumbent.prove`."""

SPECIALS: list[tuple[Callable[[Problem], bool], Strategy]] = []
"""Strategies for problems of a special shape, tried in order before the ladder for salons."""


def solve(problem: Problem, *, hint: Plan | None = None, limits: Limits | None = None, on_plan: OnPlan | None = None) -> Plan:
    """The best verified plan within the limits; `on_plan` hears of every better one as it is found.

    Never without a plan: the greedy one comes first. Raises ProblemError when the problem contradicts itself.
    """
    check(problem)
    deadline = Deadline(limits or Limits())
    incumbent = Incumbent(problem, deadline, on_plan)
    incumbent.offer(repair(problem, problem.published))
    if hint is not None:
        incumbent.offer(replace(hint, stage="hint"))
        incumbent.offer(greedy(problem, hint))
    strategy = next((s for suits, s in SPECIALS if suits(problem)), None)
    if strategy is not None:
        strategy(problem, incumbent, deadline)
    return replace(incumbent.best, seconds=deadline.spent)
