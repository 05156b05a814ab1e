"""The exact models of the flexible job shop in CP-SAT: who does how much (`share_out`), and the whole schedule."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

from ortools.sat.python import cp_model

from scheduler.flexible_shop import FlexibleShop, Schedule, Sharing


def share_out(shop: FlexibleShop, seconds: float, seed: int, most: int | None = None) -> tuple[Sharing, int] | None:
    """A sharing of all operations that keeps the busiest machine and the longest job short, and a bound of the makespan.

    Leaves the order of the work out, which is why it takes milliseconds and its bound is often the makespan itself.
    With `most` given, one of the many sharings that keep to it: little work in all, by prices drawn from the seed.
    """
    model = cp_model.CpModel()
    busiest = model.new_int_var(shop.least, shop.problem.horizon if most is None else max(most, shop.least), "")
    rng = random.Random(seed)
    prices: list[cp_model.LinearExprT] = []
    loads: list[list[cp_model.LinearExprT]] = [[begin] for begin in shop.free]
    does: dict[tuple[int, int, int], cp_model.IntVar] = {}
    for job, operations in enumerate(shop.jobs):
        length: list[cp_model.LinearExprT] = [shop.ready[job]]
        for step, times in enumerate(operations):
            choices = {machine: model.new_bool_var("") for machine in times}
            model.add_exactly_one(choices.values())
            for machine, time in times.items():
                does[job, step, machine] = choices[machine]
                loads[machine].append(time * choices[machine])
                length.append(time * choices[machine])
                prices.append((rng.randrange(100) + 100) * time * choices[machine])
        model.add(sum(length) <= busiest)
    for load in loads:
        model.add(sum(load) <= busiest)
    model.minimize(busiest if most is None else sum(prices))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    solver.parameters.catch_sigint_signal = False
    solver.parameters.random_seed = seed
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    # A machine without work ends nothing, so that its first free moment alone bounds nothing.
    sound = most is None and max(shop.free) <= shop.least
    bound = round(solver.best_objective_bound) if sound else shop.least
    return {key[:2]: key[2] for key, choice in does.items() if solver.boolean_value(choice)}, bound


class WholeModel(cp_model.CpSolverSolutionCallback):
    """Every operation an interval, with an optional one for each machine that can do it; the last end is minimised."""

    def __init__(self, shop: FlexibleShop, hint: Schedule, on_better: Callable[[Schedule], None]) -> None:
        super().__init__()
        self._shop = shop
        self._on_better = on_better
        self._model = cp_model.CpModel()
        self._solver = cp_model.CpSolver()
        self._lock = threading.Lock()
        self._stopped = False
        self._start: dict[tuple[int, int], cp_model.IntVar] = {}
        self._does: dict[tuple[int, int, int], cp_model.IntVar] = {}
        self._rows: list[list[cp_model.IntervalVar]] = [[] for _ in shop.free]
        self._most = max(shop.least, shop.end(hint))
        self._end = self._model.new_int_var(shop.least, self._most, "")
        for job in range(len(shop.jobs)):
            self._add_job(job)
        for row in self._rows:
            self._model.add_no_overlap(row)
        self._model.minimize(self._end)
        self._give(hint)

    def _add_job(self, job: int) -> None:
        operations, begin = self._shop.jobs[job], self._shop.ready[job]
        shortest = [min(times.values()) for times in operations]
        before: cp_model.LinearExprT = begin
        for step, times in enumerate(operations):
            earliest = begin + sum(shortest[:step])
            latest = self._most - sum(shortest[step:])
            start = self._start[job, step] = self._model.new_int_var(earliest, latest, "")
            end = self._model.new_int_var(earliest + shortest[step], latest + shortest[step], "")
            for machine, time in times.items():
                does = self._does[job, step, machine] = self._model.new_bool_var("")
                self._rows[machine].append(self._model.new_optional_interval_var(start, time, end, does, ""))
                if self._shop.free[machine] > earliest:
                    self._model.add(start >= self._shop.free[machine]).only_enforce_if(does)
            choices = [self._does[job, step, machine] for machine in times]
            self._model.add_exactly_one(choices)
            length = sum(time * self._does[job, step, machine] for machine, time in times.items())
            self._model.add(end == start + length)
            self._model.add(start >= before)
            before = end
        self._model.add(self._end >= before)

    def _give(self, hint: Schedule) -> None:
        for key, (machine, start) in hint.items():
            self._model.add_hint(self._start[key], start)
            for other in self._shop.jobs[key[0]][key[1]]:
                self._model.add_hint(self._does[*key, other], other == machine)

    def on_solution_callback(self) -> None:
        """CP-SAT calls this for every better schedule."""
        self._on_better(
            {
                (job, step): (machine, self.value(self._start[job, step]))
                for (job, step, machine), does in self._does.items()
                if self.boolean_value(does)
            }
        )

    def solve(self, seconds: float, workers: int, seed: int) -> int | None:
        """Search for so long; a lower bound of the makespan, or None when nothing is known."""
        parameters = self._solver.parameters
        parameters.max_time_in_seconds = max(0.0, seconds)
        parameters.num_workers = workers
        parameters.catch_sigint_signal = False
        parameters.random_seed = seed
        with self._lock:
            if self._stopped:
                return None
        status = self._solver.solve(self._model, self)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN):
            bound = self._solver.best_objective_bound
            return max(self._shop.least, round(bound)) if abs(bound) < self._shop.problem.horizon + 1 else None
        return None

    def stop(self) -> None:
        """End a solve that runs in another thread, or the next one before it begins."""
        with self._lock:
            self._stopped = True
            self._solver.stop_search()
