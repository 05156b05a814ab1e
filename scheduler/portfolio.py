"""Which strategies answer which problem. The only place that knows all of them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace

from scheduler import fixed_times_shape, flexible_shop
from scheduler.check import check
from scheduler.incumbent import Incumbent, OnPlan
from scheduler.limits import Deadline, Limits
from scheduler.plan import Plan
from scheduler.problem import Problem

Strategy = Callable[[Problem, Incumbent, Deadline, Plan | None], None]
"""Offers plans to the incumbent (the first one at once) and proves bounds, until the deadline or proof."""

ENGINES = tuple(
    f"scheduler.{name}"
    for name in (
        "fixed_times_model",
        "fixed_times_strategy",
        "flexible_shop_model",
        "flexible_shop_strategy",
        "ladder",
        "neighbourhood",
        "bounding",
        "linear_prices",
        "time_indexed",
        "time_indexed_waiting",
        "beside",
    )
)
"""Modules that the strategies import when they come to need them: what stands on OR-Tools, and what leads there."""


def load() -> None:
    """Import what the strategies import on demand, so that it is not taken from the seconds of the first search."""
    for name in ENGINES:
        importlib.import_module(name)


def _strategy_for(problem: Problem) -> Strategy:
    """The strategy for a problem of a special shape, else the ladder for salons.

    Imported on demand: OR-Tools takes seconds to import, and who only inserts and verifies never needs it.
    """
    if fixed_times_shape.suits(problem):
        from scheduler.fixed_times_strategy import solve_fixed_times

        return solve_fixed_times
    if flexible_shop.suits(problem):
        from scheduler.flexible_shop_strategy import solve_flexible_shop

        return solve_flexible_shop
    from scheduler.ladder import climb

    return climb


def solve(problem: Problem, *, hint: Plan | None = None, limits: Limits | None = None, on_plan: OnPlan | None = None) -> Plan:
    """The best verified plan within the limits; `on_plan` hears of every better one as it is found.

    Never without a plan: the greedy one comes first. Raises ProblemError when the problem contradicts itself.
    """
    check(problem)
    deadline = Deadline(limits or Limits())
    incumbent = Incumbent(problem, deadline, on_plan)
    _strategy_for(problem)(problem, incumbent, deadline, hint)
    return replace(incumbent.best, seconds=deadline.spent)
