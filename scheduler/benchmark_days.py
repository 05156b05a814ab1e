"""What the peers' models of a salon's day have in common: which days they can say at all, and a plan from their answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scheduler.board import Board
from scheduler.colour import countable_kinds
from scheduler.columns import is_simple
from scheduler.meaning import key_of
from scheduler.placing import painted
from scheduler.plan import Plan
from scheduler.problem import Assignment, Problem, Visit
from scheduler.proof import hopeless


def sayable(problem: Problem) -> bool:
    """Whether the textbook models have words for the day: nothing has begun, no pauses, no parties, places all alike."""
    phases = [phase for visit in problem.visits for item in visit.items for phase in item.phases]
    plain = all(is_simple(item) for visit in problem.visits for item in visit.items)
    alike = {phase.place_kind for phase in phases} - {None} <= countable_kinds(problem)
    alone = all(visit.party is None for visit in problem.visits)
    known = [visit.customer for visit in problem.visits if visit.customer is not None]
    fresh = not problem.published and all(phase.fixed is None for phase in phases)
    kept = all(phase.keep_place for phase in phases)
    return plain and alike and alone and len(set(known)) == len(known) and fresh and kept


def open_visits(problem: Problem) -> list[Visit]:
    """Those whom somebody could serve; that the others cannot be is told to the peers, who need not find it out."""
    lost = hopeless(problem)
    return [visit for visit in problem.visits if visit.id not in lost]


def plan_of(problem: Problem, rows: Mapping[str, Sequence[Assignment]], stage: str) -> Plan | None:
    """The plan with these rows by visit, their places chosen and breaks laid; None when the places do not suffice."""
    board, counted = Board(problem), countable_kinds(problem)
    for name, own in rows.items():
        board.put(board.visits[name], own)
    return painted(board, counted, {key_of(row): row.place for row in problem.published}, stage)
