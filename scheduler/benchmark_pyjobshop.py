"""Peer: PyJobShop (a development dependency) on OR-Tools."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from pyjobshop import Model

from scheduler.fixed_times import FixedTimes
from scheduler.flexible_shop import FlexibleShop
from scheduler.plan import Plan


def fixed_times_plan(shape: FixedTimes, seconds: float, workers: int) -> Plan | None:
    """Fewest workers as fewest tardy jobs: each worker has a rest job that fills his day, or is done elsewhere and late."""
    model = Model()
    low = int(min(shape.start, default=0))
    day = max(1, int(max(shape.end, default=1)) - low)
    people = [model.add_machine() for _ in range(shape.workers)]
    elsewhere = model.add_renewable(capacity=max(1, shape.workers))
    for person in people:
        rest = model.add_task(model.add_job(due_date=day), earliest_start=0, latest_start=0)
        model.add_mode(rest, person, day)
        model.add_mode(rest, elsewhere, day + 1, demands=1)
    owners: list[list[int]] = []
    for task in range(shape.tasks):
        start, end = int(shape.start[task]) - low, int(shape.end[task]) - low
        able = np.nonzero(shape.able[:, task])[0].tolist()
        if not able:
            # The model has no word for a task that nobody can do.
            return None
        added = model.add_task(earliest_start=start, latest_start=start)
        for worker in able:
            model.add_mode(added, people[worker], end - start)
        owners.append(able)
    model.set_objective(weight_tardy_jobs=1)
    found = _solved(model, seconds, workers)
    if found is None:
        return None
    base = 2 * shape.workers
    served = {}
    for task, able in enumerate(owners):
        served[task] = able[found[shape.workers + task].mode - base]
        base += len(able)
    return shape.plan(served, "pyjobshop")


def flexible_shop_plan(shop: FlexibleShop, seconds: float, workers: int) -> Plan | None:
    """Tasks with a mode for each machine, jobs in sequence, shortest makespan."""
    if any(shop.free):
        # The model has no word for machines that are free later.
        return None
    model = Model()
    machines = [model.add_machine() for _ in shop.free]
    modes: list[int] = []
    keys = []
    for number, operations in enumerate(shop.jobs):
        job = model.add_job(release_date=shop.ready[number])
        tasks = [model.add_task(job) for _ in operations]
        for step, times in enumerate(operations):
            keys.append((number, step))
            for machine, time in times.items():
                model.add_mode(tasks[step], machines[machine], time)
                modes.append(machine)
        for before, after in itertools.pairwise(tasks):
            model.add_end_before_start(before, after)
    model.set_objective(weight_makespan=1)
    found = _solved(model, seconds, workers)
    if found is None:
        return None
    return shop.plan({key: (modes[task.mode], task.start) for key, task in zip(keys, found, strict=True)}, "pyjobshop")


def _solved(model: Any, seconds: float, workers: int) -> Any:
    result = model.solve(solver="ortools", time_limit=seconds, display=False, num_workers=workers)
    return result.best.tasks if result.status.value in ("Optimal", "Feasible") else None
