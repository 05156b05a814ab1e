"""Whether a plan keeps every hard rule, and what it is worth. Knows neither the solver nor its models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.day import Day
from scheduler.objective import LEVELS
from scheduler.plan import Plan
from scheduler.problem import Level, Problem
from scheduler.rules import BASIC, RULES, Broken


@dataclass(frozen=True, slots=True)
class Verdict:
    """Broken rules (none: the plan is valid) and the objective recomputed by level, in the problem's order."""

    broken: tuple[Broken, ...]
    objective: Mapping[Level, int]

    @property
    def valid(self) -> bool:
        """Whether no rule is broken."""
        return not self.broken


def verify(problem: Problem, plan: Plan) -> Verdict:
    """Check every hard rule and recompute every level of the objective; an unreadable plan has no objective."""
    day = Day(problem, plan)
    broken = tuple(b for rule in BASIC for b in rule(day))
    if broken:
        return Verdict(broken, {})
    broken = tuple(b for rule in RULES for b in rule(day))
    return Verdict(broken, {level: LEVELS[level](day) for level in problem.objective})


def better(problem: Problem, plan: Plan, than: Mapping[Level, int]) -> Verdict | None:
    """The verdict on a plan, or None as soon as it is seen to be no better than `than`, level by level."""
    day = Day(problem, plan)
    if any(True for rule in BASIC for _ in rule(day)):
        return verify(problem, plan)
    objective: dict[Level, int] = {}
    settled = False
    for level in problem.objective:
        objective[level] = LEVELS[level](day)
        if not settled and objective[level] > than[level]:
            return None
        settled |= objective[level] < than[level]
    if not settled:
        return None
    return Verdict(tuple(b for rule in RULES for b in rule(day)), objective)
