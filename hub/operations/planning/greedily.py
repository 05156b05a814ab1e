"""The plan that is always there: greedy, in milliseconds, with its reasons."""

from __future__ import annotations

from dataclasses import replace

from scheduler import Plan, Problem, explain, greedy


def greedily(problem: Problem) -> Plan:
    """A valid plan that changes little."""
    plan = greedy(problem)
    return replace(plan, reasons=explain(problem, problem.published, plan))
