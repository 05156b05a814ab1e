"""Peer: HiGHS through OR-Tools' MathOpt, on the usual mixed-integer models; it takes no number of threads from there."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

from ortools.math_opt.python import mathopt

from scheduler.fixed_times import FixedTimes
from scheduler.fixed_times_model import cliques
from scheduler.fixed_times_search import Layout
from scheduler.flexible_shop import FlexibleShop
from scheduler.plan import Plan


def fixed_times_plan(shape: FixedTimes, seconds: float, _workers: int) -> Plan | None:
    """Per worker at most one task in every clique (Krishnamoorthy, Ernst and Baatar 2012), fewest workers."""
    if not shape.tasks:
        return shape.plan({}, "highs")
    model = mathopt.Model()
    layout = Layout(shape, None)
    used = [model.add_binary_variable() for _ in range(shape.workers)]
    does = [{chain: model.add_binary_variable() for chain in range(len(layout.chains)) if able[chain]} for able in layout.able]
    left = [model.add_binary_variable() for _ in layout.chains]
    for chain, out in enumerate(left):
        takers = [mine[chain] for mine in does if chain in mine]
        model.add_linear_constraint(mathopt.fast_sum([*takers, out]) == 1)
    sets = list(cliques(layout))
    for worker, mine in enumerate(does):
        for part in {frozenset(chain for chain in clique if chain in mine) for clique in sets} - {frozenset()}:
            model.add_linear_constraint(mathopt.fast_sum([mine[chain] for chain in part]) <= used[worker])
    model.minimize((shape.workers + 1) * mathopt.fast_sum(left) + mathopt.fast_sum(used))
    values = _solved(model, seconds)
    if values is None:
        return None
    served = {
        task: worker
        for worker, mine in enumerate(does)
        for chain, variable in mine.items()
        if values[variable] > 0.5
        for task in layout.chains[chain]
    }
    return shape.plan(served, "highs")


def flexible_shop_plan(shop: FlexibleShop, seconds: float, _workers: int) -> Plan | None:
    """Orders of pairs on machines with big constants (Manne's model with machine choice), shortest makespan."""
    model = mathopt.Model()
    most = sum(max(times.values()) for job in shop.jobs for times in job) + max(*shop.free, *shop.ready, 0)
    makespan = model.add_variable(lb=0.0, ub=float(most))
    starts: dict[tuple[int, int], Any] = {}
    does: dict[tuple[int, int, int], Any] = {}
    on: list[list[tuple[int, int]]] = [[] for _ in shop.free]
    for job, operations in enumerate(shop.jobs):
        before: Any = float(shop.ready[job])
        for step, times in enumerate(operations):
            start = starts[job, step] = model.add_variable(lb=0.0, ub=float(most))
            for machine in times:
                does[job, step, machine] = model.add_binary_variable()
                on[machine].append((job, step))
                if shop.free[machine]:
                    model.add_linear_constraint(start >= shop.free[machine] * does[job, step, machine])
            model.add_linear_constraint(mathopt.fast_sum([does[job, step, machine] for machine in times]) == 1)
            model.add_linear_constraint(start - before >= 0)
            before = start + mathopt.fast_sum([time * does[job, step, machine] for machine, time in times.items()])
        model.add_linear_constraint(makespan - before >= 0)
    for machine, operations_on in enumerate(on):
        for one, two in itertools.combinations(operations_on, 2):
            if one[0] != two[0]:
                first = model.add_binary_variable()
                both = does[*one, machine] + does[*two, machine]
                time_one, time_two = shop.jobs[one[0]][one[1]][machine], shop.jobs[two[0]][two[1]][machine]
                model.add_linear_constraint(starts[two] - starts[one] >= time_one - most * (3 - both - first))
                model.add_linear_constraint(starts[one] - starts[two] >= time_two - most * (2 - both + first))
    model.minimize(makespan)
    values = _solved(model, seconds)
    if values is None:
        return None
    schedule = {
        (job, step): (machine, round(values[starts[job, step]]))
        for (job, step, machine), variable in does.items()
        if values[variable] > 0.5
    }
    return shop.plan(schedule, "highs")


def _solved(model: mathopt.Model, seconds: float) -> Any:
    limit = mathopt.SolveParameters(time_limit=datetime.timedelta(seconds=seconds))
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=limit)
    return result.variable_values() if result.has_primal_feasible_solution() else None
