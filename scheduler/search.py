"""One CP-SAT search for some visits: build, solve level group by level group, and hand back their assignments."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from ortools.sat.python import cp_model

from scheduler.board import Board
from scheduler.day import Background, Day
from scheduler.effort import MODELLED, PRIME, Effort, Found, Known
from scheduler.meaning import PhaseKey
from scheduler.model import DayModel
from scheduler.objective import LEVELS
from scheduler.plan import Plan
from scheduler.pricing import Pricing
from scheduler.problem import Assignment, Level, Problem, Visit

WORK_PER_SECOND = 0.2
"""CP-SAT's deterministic time that passes in a second on the machines measured, for small models."""

MOST_WEIGHT = 2**50
"""Sums of weighted levels stay below this, so that CP-SAT's own bounds, which are doubles, stay exact."""


def search(
    board: Board,
    free: Sequence[Visit],
    current: Mapping[PhaseKey, Assignment],
    counted: Collection[str],
    effort: Effort,
    kept: Mapping[str, Mapping[PhaseKey, Assignment]] | None = None,
    known: Known | None = None,
) -> Found:
    """Rearrange `free`, which have only their facts on the board; `current` is how they lie now (the hint)."""
    caps = _worth_now(board.problem, free, current)
    mine = {v.id: kept[v.id] for v in free if v.id in kept} if kept else None
    day = DayModel(board, free, current, counted, mine, known.columns if known is not None else None)
    pricing = Pricing(day, caps, known.least if known is not None else {})
    levels = [level for level in board.problem.objective if level in MODELLED]
    if effort.prime and PRIME & set(levels):
        levels = levels[: 1 + max(n for n, level in enumerate(levels) if level in PRIME)]
    if effort.down_to in levels:
        levels = levels[: 1 + levels.index(effort.down_to)]
    rows: dict[str, list[Assignment]] | None = None
    bound: dict[Level, int] = {}
    proven = True
    left = effort.seconds
    for group in groups_of(pricing, levels):
        objective = sum(weight * pricing.level(level)[0] for level, weight in group)
        if isinstance(objective, int):
            for level, _ in group:
                bound[level] = int(pricing.level(level)[0])
            continue
        day.model.minimize(objective)
        solver = _solver(replace(effort, seconds=max(0.001, left)))
        with _watched(solver, effort.stop):
            status = solver.solve(day.model)
        left -= solver.response_proto.deterministic_time / WORK_PER_SECOND if effort.deterministic else solver.wall_time
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Found(rows, bound, proven=False)
        rows = day.rows(solver)
        if proven:
            bound |= _bounds(group, pricing, solver)
        if status != cp_model.OPTIMAL or left <= 0:
            proven = False
            if left <= 0:
                break
        day.model.add(objective <= round(solver.objective_value))
        _hint_all(day, solver)
    return Found(rows, bound, proven)


@contextmanager
def _watched(solver: cp_model.CpSolver, stop: Callable[[], bool] | None) -> Iterator[None]:
    """Stop the search as soon as `stop` says so."""
    if stop is None:
        yield
        return
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            if stop():
                solver.stop_search()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _worth_now(problem: Problem, free: Sequence[Visit], current: Mapping[PhaseKey, Assignment]) -> dict[Level, int]:
    """The levels of the free visits as they lie now; empty when one of them is not served."""
    rows = tuple(current.values())
    whole = {v.id for v in free if all((v.id, i.id, n) in current for i in v.items for n in range(len(i.phases)))}
    part = replace(problem, visits=tuple(free), published=())
    unserved = tuple(v.id for v in free if v.id not in whole)
    day = Day(part, Plan(assignments=rows, unserved=unserved), Background(part))
    wanted: tuple[Level, ...] = ("unserved", "promise_lateness", "waiting")
    return {level: LEVELS[level](day) for level in wanted}


def _solver(effort: Effort) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    if effort.deterministic:
        parameters.max_deterministic_time = effort.seconds * WORK_PER_SECOND
    else:
        parameters.max_time_in_seconds = effort.seconds
    parameters.num_workers = effort.workers
    # Whoever calls decides what a signal means.
    parameters.catch_sigint_signal = False
    parameters.random_seed = effort.seed
    # Probing took most of the presolve and removed nothing; symmetry detection likewise.
    parameters.cp_model_probing_level = 0
    parameters.symmetry_level = 0
    if effort.workers == 1:
        # Measured on neighbourhoods of 12 to 20 visits: median 18 ms against 74 with the defaults.
        parameters.linearization_level = 0
        parameters.cp_model_presolve = False
    return solver


def _bounds(group: list[tuple[Level, int]], pricing: Pricing, solver: cp_model.CpSolver) -> dict[Level, int]:
    """Lower bounds by level from a bound on their weighted sum: exact for a level once those above it are proven."""
    rest = math.ceil(solver.best_objective_bound - 1e-6)
    bounds: dict[Level, int] = {}
    for level, weight in group:
        value = solver.value(pricing.level(level)[0])
        bounds[level] = min(rest // weight, value)
        if bounds[level] < value:
            break
        rest -= weight * value
    return bounds


def _hint_all(day: DayModel, solver: cp_model.CpSolver) -> None:
    day.model.proto.clear_solution_hint()
    hint = day.model.proto.solution_hint
    values = list(solver.response_proto.solution)
    hint.vars.extend(range(len(values)))
    hint.values.extend(values)


def groups_of(pricing: Pricing, levels: Sequence[Level]) -> list[list[tuple[Level, int]]]:
    """Levels that can share one weighted sum without disturbing their order, each with its weight, in order."""
    groups: list[list[tuple[Level, int]]] = []
    rest = list(levels)
    while rest:
        size, total = 0, 0
        weights: list[int] = []
        # The last level of a group has weight 1; each one above outweighs all that is below it.
        for count in range(1, len(rest) + 1):
            chosen, below = [], 0
            for level in reversed(rest[:count]):
                chosen.append(below + 1)
                below += (below + 1) * pricing.level(level)[1]
            if below >= MOST_WEIGHT and count > 1:
                break
            size, total, weights = count, below, list(reversed(chosen))
        del total
        groups.append(list(zip(rest[:size], weights, strict=True)))
        rest = rest[size:]
    return groups
