"""Peer: CP-SAT with the model that a textbook gives, and nothing else."""

from __future__ import annotations

import numpy as np
from ortools.sat.python import cp_model

from scheduler.benchmark_days import open_visits, plan_of
from scheduler.board import Board
from scheduler.colour import countable_kinds
from scheduler.effort import Effort
from scheduler.fixed_times import FixedTimes
from scheduler.flexible_shop import FlexibleShop
from scheduler.held import held
from scheduler.meaning import is_fact, phases_of
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.search import search


def fixed_times_plan(shape: FixedTimes, seconds: float, workers: int) -> Plan | None:
    """One optional interval per worker and task, no overlap per worker, fewest workers used."""
    model = cp_model.CpModel()
    used = [model.new_bool_var("") for _ in range(shape.workers)]
    takers: list[list[cp_model.IntVar]] = [[] for _ in range(shape.tasks)]
    does: dict[tuple[int, int], cp_model.IntVar] = {}
    for worker, mine in enumerate(shape.able):
        intervals = []
        for task in np.nonzero(mine)[0].tolist():
            choice = does[worker, task] = model.new_bool_var("")
            start, end = int(shape.start[task]), int(shape.end[task])
            intervals.append(model.new_optional_interval_var(start, end - start, end, choice, ""))
            model.add_implication(choice, used[worker])
            takers[task].append(choice)
        model.add_no_overlap(intervals)
    left = [model.new_bool_var("") for _ in takers]
    for choices, out in zip(takers, left, strict=True):
        model.add_exactly_one([*choices, out])
    model.minimize((shape.workers + 1) * sum(left) + sum(used))
    solver = _solved(model, seconds, workers)
    if solver is None:
        return None
    return shape.plan({task: worker for (worker, task), choice in does.items() if solver.boolean_value(choice)}, "cpsat")


def flexible_shop_plan(shop: FlexibleShop, seconds: float, workers: int) -> Plan | None:
    """One optional interval per operation and machine, no overlap per machine, jobs in sequence, shortest makespan."""
    model = cp_model.CpModel()
    rows: list[list[cp_model.IntervalVar]] = [[] for _ in shop.free]
    makespan = model.new_int_var(0, shop.problem.horizon, "")
    starts: dict[tuple[int, int], cp_model.IntVar] = {}
    does: dict[tuple[int, int, int], cp_model.IntVar] = {}
    for job, operations in enumerate(shop.jobs):
        before: cp_model.LinearExprT = shop.ready[job]
        for step, times in enumerate(operations):
            start = starts[job, step] = model.new_int_var(0, shop.problem.horizon, "")
            end = model.new_int_var(0, shop.problem.horizon, "")
            for machine, time in times.items():
                choice = does[job, step, machine] = model.new_bool_var("")
                rows[machine].append(model.new_optional_interval_var(start, time, end, choice, ""))
                model.add(start >= shop.free[machine]).only_enforce_if(choice)
            model.add_exactly_one(does[job, step, machine] for machine in times)
            model.add(start >= before)
            before = end
        model.add(makespan >= before)
    for row in rows:
        model.add_no_overlap(row)
    model.minimize(makespan)
    solver = _solved(model, seconds, workers)
    if solver is None:
        return None
    chosen = {key: key[2] for key, choice in does.items() if solver.boolean_value(choice)}
    return shop.plan({(j, s): (machine, solver.value(starts[j, s])) for (j, s, _), machine in chosen.items()}, "cpsat")


def _solved(model: cp_model.CpModel, seconds: float, workers: int) -> cp_model.CpSolver | None:
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    status = solver.solve(model)
    return solver if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None


def day_plan(problem: Problem, seconds: float, workers: int) -> Plan | None:
    """A salon's day in one model over all levels, without a first plan and without being taken apart."""
    board, counted = Board(problem), countable_kinds(problem)
    free = [v for v in open_visits(problem) if any(not is_fact(p) for _, _, p in phases_of(v))]
    found = search(board, free, {}, counted, Effort(seconds, workers), held(problem))
    return None if found.rows is None else plan_of(problem, found.rows, "cpsat")
