"""The first plan: keep what can be kept, insert the rest as early as it fits. Always valid, in milliseconds."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from scheduler.board import Board, facts_of
from scheduler.day import background_of
from scheduler.fit import Ask, PhaseInItem
from scheduler.insertion import Inserter
from scheduler.limits import never
from scheduler.meaning import PhaseKey, due, is_fact, phases_of, ready, since, started
from scheduler.plan import Plan
from scheduler.problem import Assignment, Level, Problem, Visit
from scheduler.verification import better, verify

FELT: tuple[Level, ...] = ("unserved", "promise_lateness")
"""The levels for which it is worth laying the day out a second time."""

MOST_MENDINGS = 3

Group = tuple[Visit, ...]
"""Visits that are placed together: a party, or one visit."""


def greedy(problem: Problem, hint: Plan | None = None) -> Plan:
    """A valid plan by insertion. `hint` (or else the published plan) is kept where it can be.

    Where that leaves somebody unserved or late, others make way for those whose turn it is, if that is better.
    """
    rows = hint.assignments if hint is not None else problem.published
    kept = repair(problem, rows)
    if not rows or not any(kept.objective.get(level) for level in FELT):
        return kept
    plan = inserted(problem, rows, in_turn=True)
    verdict = better(problem, plan, kept.objective)
    return replace(plan, objective=verdict.objective) if verdict is not None and verdict.valid else kept


def repair(problem: Problem, published: Sequence[Assignment]) -> Plan:
    """A valid plan that keeps `published` wherever the facts allow and inserts everything else at its earliest."""
    plan = inserted(problem, published)
    verdict = verify(problem, plan)
    if not verdict.valid:
        plan = mended(problem, plan)
        verdict = verify(problem, plan)
    return replace(plan, objective=verdict.objective)


def inserted(
    problem: Problem, published: Sequence[Assignment], *, in_turn: bool = False, overdue: Callable[[], bool] = never
) -> Plan:
    """The same, not yet valued; `in_turn` and `overdue` as in `fill`."""
    board = Board(problem)
    fill(board, published, in_turn=in_turn, overdue=overdue)
    return plan_of(board, stage="greedy")


def mended(problem: Problem, plan: Plan) -> Plan:
    """The plan without those whom a broken rule names, if need be down to the facts alone, which break none."""
    rows = _by_visit(plan.assignments)
    board = Board(problem)
    for visit in problem.visits:
        board.put(visit, list(rows.get(visit.id, {}).values()))
    for _ in range(MOST_MENDINGS):
        named = {name for one in verify(problem, plan).broken for name in one.ids}
        parties = {visit.party for visit in problem.visits if visit.id in named} - {None}
        out = [visit for visit in problem.visits if visit.id in named or visit.party in parties]
        if not out:
            break
        for visit in out:
            board.put(visit, facts_of(visit, board.technicians))
        plan = plan_of(board, plan.stage)
    return plan if verify(problem, plan).valid else plan_of(Board(problem), plan.stage)


def plan_of(board: Board, stage: str) -> Plan:
    """The board as a plan, not yet valued."""
    problem = board.problem
    rows = tuple(row for visit in problem.visits for row in board.rows.get(visit.id, ()))
    whole = {v.id for v in problem.visits if len(board.rows.get(v.id, ())) == sum(len(i.phases) for i in v.items)}
    unserved = tuple(v.id for v in problem.visits if v.id not in whole)
    return Plan(assignments=rows, breaks=board.breaks(), unserved=unserved, stage=stage)


def fill(board: Board, published: Sequence[Assignment], *, in_turn: bool = False, overdue: Callable[[], bool] = never) -> None:
    """Put every visit on the board that fits: started, held, kept as published, then the rest by urgency.

    With `in_turn` the kept and the rest take their turns together, so that who is in the way of somebody more urgent moves.
    Whoever has no place when it is `overdue` gets none.
    """
    problem = board.problem
    inserter = Inserter(board)
    before = _by_visit(published)
    pinned = background_of(problem).held
    groups = _groups(problem.visits)
    open_groups: list[Group] = []
    for group in sorted(groups, key=lambda g: _rank(g, problem, before, pinned)):
        exact = all(v.id in pinned for v in group)
        if overdue():
            return
        if exact:
            rows = {v.id: {k[1:]: r for k, r in pinned[v.id].items()} for v in group}
            _place_together(inserter, group, rows, exact=True)
        elif all(started(v) for v in group):
            _place_together(inserter, group, before, exact=False)
        elif in_turn or not _kept(inserter, group, before):
            open_groups.append(group)
    for group in sorted(open_groups, key=lambda g: _urgency(g, problem)):
        if overdue():
            return
        if not in_turn or not _kept(inserter, group, before):
            _place_together(inserter, group, before, exact=False)


def _by_visit(rows: Sequence[Assignment]) -> dict[str, dict[PhaseInItem, Assignment]]:
    found: dict[str, dict[PhaseInItem, Assignment]] = defaultdict(dict)
    for row in rows:
        found[row.visit][row.item, row.phase] = row
    return found


def _groups(visits: Iterable[Visit]) -> list[Group]:
    parties: dict[str, list[Visit]] = defaultdict(list)
    groups: list[Group] = []
    for visit in visits:
        if visit.party is not None and not started(visit):
            parties[visit.party].append(visit)
        else:
            groups.append((visit,))
    return groups + [tuple(party) for party in parties.values()]


def _rank(
    group: Group,
    problem: Problem,
    before: dict[str, dict[PhaseInItem, Assignment]],
    pinned: Mapping[str, Mapping[PhaseKey, Assignment]],
) -> tuple[int, int]:
    """Held, started, published by start, new."""
    if all(v.id in pinned for v in group):
        # Wherever a hint would have them, or even if it leaves them out.
        return 0, min(row.start for v in group for row in pinned[v.id].values())
    starts = [row.start for v in group for row in before.get(v.id, {}).values()]
    if all(started(v) for v in group):
        return 1, min(r.start for v in group for r in facts_of(v, {}))
    return (2, min(starts)) if starts else (3, min(ready(v, problem) for v in group))


def _urgency(group: Group, problem: Problem) -> tuple[int, ...]:
    """Who is placed first: the earliest wish for a start, then the earliest promise, then the higher tier."""
    promises = [d for d in (due(v, problem) for v in group) if d is not None]
    return (
        min(since(v, problem) for v in group),
        min(promises, default=problem.horizon),
        -max(v.tier_weight for v in group),
    )


def _kept(inserter: Inserter, group: Group, before: dict[str, dict[PhaseInItem, Assignment]]) -> bool:
    return _keepable(group, before) and _place_together(inserter, group, before, exact=True)


def _keepable(group: Group, before: dict[str, dict[PhaseInItem, Assignment]]) -> bool:
    return all(is_fact(phase) or key[1:] in before.get(v.id, {}) for v in group for key, _, phase in phases_of(v))


def _place_together(inserter: Inserter, group: Group, before: dict[str, dict[PhaseInItem, Assignment]], exact: bool) -> bool:
    """Put the whole group at one start, or nothing of it. With `exact` as in `before`, else as early as possible."""
    if len(group) == 1:
        return _put(inserter, group[0], Ask(wanted=before.get(group[0].id, {}), strict=exact))
    if exact:
        if all(_put(inserter, v, Ask(wanted=before[v.id], strict=True)) for v in group):
            return len({min(r.start for r in inserter.board.rows[v.id]) for v in group}) == 1 or _undo(inserter, group)
        return _undo(inserter, group)
    return _start_together(inserter, group, before)


def _start_together(inserter: Inserter, group: Group, before: dict[str, dict[PhaseInItem, Assignment]]) -> bool:
    start = 0
    moments: list[int] | None = None
    while True:
        found = [inserter.place_visit(v, Ask(not_before=start, wanted=before.get(v.id, {}))) for v in group]
        if any(rows is None for rows in found):
            return False
        start = max(start, *(min(r.start for r in rows) for rows in found if rows))
        if all(_put(inserter, v, Ask(exact=start, wanted=before.get(v.id, {}))) for v in group):
            return True
        _undo(inserter, group)
        # They are in each other's way until somebody or something becomes free: nothing changes at the moments between.
        moments = sorted({at for v in group for at in inserter.moments(v)}) if moments is None else moments
        later = bisect.bisect_right(moments, start)
        if later == len(moments):
            return False
        start = moments[later]


def _put(inserter: Inserter, visit: Visit, ask: Ask) -> bool:
    rows = inserter.place_visit(visit, replace(ask, keep_place=ask.strict and visit.pinned))
    if rows is None:
        return False
    inserter.board.put(visit, rows)
    return True


def _undo(inserter: Inserter, group: Group) -> bool:
    for visit in group:
        inserter.board.put(visit, facts_of(visit, inserter.board.technicians))
    return False


def as_published(problem: Problem) -> Plan | None:
    """The published plan as it stands, with what has become of the facts; None where somebody has no place in it, or is
    with a technician or on a place that is not there any more.

    Whether it still keeps the rules is for `verify` to say.
    """
    board = Board(problem)
    published = _by_visit(problem.published)
    for visit in problem.visits:
        rows = dict(published.get(visit.id, {}))
        rows |= {(row.item, row.phase): row for row in board.rows.get(visit.id, ())}
        wanted = [(item.id, n) for item in visit.items for n in range(len(item.phases))]
        if any(key not in rows or not _is_there(board, rows[key]) for key in wanted):
            return None
        board.put(visit, [rows[key] for key in wanted])
    return plan_of(board, stage="greedy")


def _is_there(board: Board, row: Assignment) -> bool:
    """Whether the board has the technician and the place of the row."""
    return (row.technician is None or row.technician in board.technicians) and (row.place is None or row.place in board.places)
