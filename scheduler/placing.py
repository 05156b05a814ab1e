"""Concrete places: one stay after the other for kinds whose places are not alike, all at once for those that were counted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from scheduler.board import Board
from scheduler.colour import coloured
from scheduler.greedy import plan_of
from scheduler.meaning import PhaseKey, key_of, stays_of
from scheduler.plan import Plan
from scheduler.problem import Assignment


def placed(
    board: Board,
    rows: Mapping[str, Sequence[Assignment]],
    counted: Collection[str],
    liked: Mapping[PhaseKey, str | None],
) -> dict[str, list[Assignment]]:
    """The rows by visit, every stay without a place on one that is free, the liked one before others; lays them on the board.

    Where none is free the place stays open. Kinds that are `counted` are left to `colour.coloured`.
    """
    found = {name: list(own) for name, own in rows.items()}
    stays: list[tuple[int, str, str, list[int]]] = []
    for name, own in found.items():
        number = {key_of(row): n for n, row in enumerate(own)}
        for item in board.visits[name].items:
            for first, last in stays_of(item):
                kind = item.phases[first].place_kind or ""
                mine = [number[name, item.id, n] for n in range(first, last + 1) if (name, item.id, n) in number]
                if not mine or kind in counted:
                    continue
                if own[mine[0]].place is None:
                    stays.append((own[mine[0]].start, name, kind, mine))
                else:
                    # What has begun ends on its place.
                    own[:] = [replace(r, place=own[mine[0]].place) if n in mine else r for n, r in enumerate(own)]
        board.put(board.visits[name], own)
    for start, name, kind, mine in sorted(stays):
        own = found[name]
        length = own[mine[-1]].end - start
        free = [p.id for p in board.by_kind.get(kind, ()) if board.stay_starts(p, length) >> start & 1]
        wish = liked.get(key_of(own[mine[0]]))
        if free:
            chosen = wish if wish in free else free[0]
            for n in mine:
                own[n] = replace(own[n], place=chosen)
            board.put(board.visits[name], own)
    return found


def painted(board: Board, counted: Collection[str], liked: Mapping[PhaseKey, str | None], stage: str) -> Plan | None:
    """The board as a plan, not yet valued, with places for what was only counted; None when they do not suffice."""
    plan = plan_of(board, stage)
    rows = coloured(board.problem, plan.assignments, counted, liked)
    return None if rows is None else replace(plan, assignments=tuple(rows))
