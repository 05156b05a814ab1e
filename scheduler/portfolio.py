"""Which strategies answer which problem. The only place that knows all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from scheduler import fixed_times
from scheduler.check import check
from scheduler.fixed_times_strategy import solve_fixed_times
from scheduler.incumbent import Incumbent, OnPlan
from scheduler.ladder import climb
from scheduler.limits import Deadline, Limits
from scheduler.plan import Plan
from scheduler.problem import Problem

Strategy = Callable[[Problem, Incumbent, Deadline, Plan | None], None]
"""Offers plans to the incumbent (the first one at once) and proves bounds, until the deadline or proof."""

SPECIALS: list[tuple[Callable[[Problem], bool], Strategy]] = [(fixed_times.suits, solve_fixed_times)]
"""Strategies for problems of a special shape, asked in order before the ladder for salons."""


def solve(problem: Problem, *, hint: Plan | None = None, limits: Limits | None = None, on_plan: OnPlan | None = None) -> Plan:
    """The best verified plan within the limits; `on_plan` hears of every better one as it is found.

    Never without a plan: the greedy one comes first. Raises ProblemError when the problem contradicts itself.
    """
    check(problem)
    deadline = Deadline(limits or Limits())
    incumbent = Incumbent(problem, deadline, on_plan)
    strategy = next((found for suits, found in SPECIALS if suits(problem)), climb)
    strategy(problem, incumbent, deadline, hint)
    return replace(incumbent.best, seconds=deadline.spent)
