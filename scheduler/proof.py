"""Proven lower bounds by level, and what they say about a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from scheduler.board import Board
from scheduler.fit import Ask
from scheduler.insertion import Inserter
from scheduler.meaning import aged, due, is_fact, phases_of, since, started
from scheduler.plan import Plan
from scheduler.problem import Level, Problem

PROVABLE: frozenset[Level] = frozenset(
    {"unserved", "promise_lateness", "waiting", "changes", "wishes", "technicians_used", "makespan"}
)
"""Levels that the models hold exactly or from below; overtime, fairness and idle time are improved, never proven."""

Proof = Mapping[Level, int]
"""Lower bounds; the one of a level holds among plans that reach the bounds of all higher levels in the same proof."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a plan is proven: bounds of the provable levels from the top, first gap, and whether nothing is open."""

    bound: dict[Level, int]
    gap: float | None
    optimal: bool


def standing(objective: Mapping[Level, int], proofs: Iterable[Proof]) -> Standing:
    """Put all proofs together for a plan with this objective (levels in order)."""
    live = list(proofs)
    bound: dict[Level, int] = {}
    for level, value in objective.items():
        if level not in PROVABLE:
            continue
        known = [proof[level] for proof in live if level in proof]
        if not known:
            return Standing(bound, None if not bound else 1.0 if value else 0.0, optimal=False)
        best = min(max(known), value)
        bound[level] = best
        if best < value:
            return Standing(bound, (value - best) / value, optimal=False)
        live = [proof for proof in live if proof.get(level, value) == value]
    return Standing(bound, 0.0, optimal=True)


def with_standing(plan: Plan, proofs: Iterable[Proof]) -> Plan:
    """The plan with bound, gap and status."""
    found = standing(plan.objective, proofs)
    return replace(plan, bound=found.bound, gap=found.gap, status="optimal" if found.optimal else "feasible")


def alone(problem: Problem) -> list[Proof]:
    """Bounds from every visit having the day for itself beside the facts, and from nothing being negative."""
    board = Board(problem)
    inserter = Inserter(board)
    lateness = waiting = 0
    for visit in problem.visits:
        if started(visit) or all(is_fact(p) for _, _, p in phases_of(visit)):
            continue
        rows = inserter.place_visit(visit, Ask())
        if rows is None:
            # Insertion may overlook a way to pause, so nothing is concluded about who can be served at all.
            continue
        first = min(r.start for r in rows)
        latest = due(visit, problem)
        if len(visit.items) == 1 and all(p.max_gap_before == 0 for p in visit.items[0].phases[1:]):
            lateness += visit.tier_weight * max(0, first - latest) if latest is not None else 0
            wait = max(0, first - since(visit, problem))
            waiting += visit.tier_weight * aged(wait, problem.settings.ageing)
    nothing: list[Proof] = [{level: 0} for level in PROVABLE]
    # Who is not served is neither late nor waiting, so these hold among plans that serve everybody.
    served: list[Proof] = [{"unserved": 0, "promise_lateness": lateness}, {"unserved": 0, "waiting": waiting}]
    return nothing + served
