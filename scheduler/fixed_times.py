"""Problems whose work has fixed times, to be served by as few people as possible (SMPTSP): arrays, bound, first plan.

Tasks that overlap in time form an interval graph, so that the most tasks in hand at one moment (its largest clique) is
a lower bound on the people; whoever has a plan with that many has the best one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheduler.meaning import duration, eligible, working_spans
from scheduler.plan import Plan
from scheduler.problem import Assignment, Phase, Problem, Technician

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Served = Mapping[int, int]
"""Task number → worker number."""


@dataclass(frozen=True, slots=True)
class FixedTimes:
    """Tasks by number with their spans; `able[worker, task]` says who may do what."""

    problem: Problem
    start: Ints
    end: Ints
    able: Bools

    @property
    def tasks(self) -> int:
        """Number of tasks."""
        return len(self.start)

    @property
    def possible(self) -> Bools:
        """Which tasks anybody can do."""
        return np.asarray(self.able.any(axis=0))

    @property
    def workers(self) -> int:
        """Number of technicians."""
        return len(self.able)

    def plan(self, served: Served, stage: str) -> Plan:
        """The tasks with their workers as a plan; tasks that are missing stay unserved."""
        rows = []
        for task, worker in sorted(served.items()):
            visit = self.problem.visits[task]
            who = self.problem.technicians[worker].id
            rows.append(Assignment(visit.id, visit.items[0].id, 0, who, None, int(self.start[task]), int(self.end[task])))
        unserved = tuple(visit.id for task, visit in enumerate(self.problem.visits) if task not in served)
        return Plan(assignments=tuple(rows), unserved=unserved, stage=stage)

    def served(self, plan: Plan) -> dict[int, int]:
        """The reverse of `plan`, for a valid one."""
        task = {visit.id: number for number, visit in enumerate(self.problem.visits)}
        worker = {technician.id: number for number, technician in enumerate(self.problem.technicians)}
        return {task[row.visit]: worker[row.technician] for row in plan.assignments if row.technician is not None}


def fixed_times(problem: Problem) -> FixedTimes:
    """The shape as arrays; the problem must suit."""
    numbers = {technician.id: number for number, technician in enumerate(problem.technicians)}
    always = [_there(technician, 0, problem.horizon) for technician in problem.technicians]
    starts, ends = [], []
    able = np.zeros((len(numbers), len(problem.visits)), dtype=np.bool_)
    for task, visit in enumerate(problem.visits):
        item = visit.items[0]
        phase = item.phases[0]
        listed = list(phase.duration_by_technician) or list(numbers)
        start = _start(phase)
        end = start + duration(phase, problem.technicians[numbers[listed[0]]] if listed else None)
        starts.append(start)
        ends.append(end)
        for name in listed if end <= problem.horizon else ():
            worker = numbers[name]
            technician = problem.technicians[worker]
            if eligible(phase, item, technician) and (always[worker] or _there(technician, start, end)):
                able[worker, task] = True
    return FixedTimes(problem, np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64), able)


def _start(phase: Phase) -> int:
    if phase.fixed is None or phase.fixed.start is None:
        raise ValueError("no fixed start")
    return phase.fixed.start


def _there(technician: Technician, start: int, end: int) -> bool:
    in_shift = any(begin <= start and end <= finish for begin, finish in working_spans(technician))
    away = any(start < finish and begin < end for begin, finish in technician.absences)
    return in_shift and not away and technician.earliest_free <= start


def crowd(start: Ints, end: Ints, chosen: Bools) -> tuple[int, list[int]]:
    """The most of the chosen tasks in hand at one moment, and the moments (starts of tasks) at which so many are."""
    lasting = chosen & (end > start)
    begins, finishes = np.sort(start[lasting]), np.sort(end[lasting])
    moments = np.unique(begins)
    count = np.searchsorted(begins, moments, "right") - np.searchsorted(finishes, moments, "right")
    most = int(count.max(initial=0))
    if not most and bool(chosen.any()):
        return 1, []
    return most, [int(moment) for moment in moments[count == most]] if most else []


def first(shape: FixedTimes) -> dict[int, int]:
    """Tasks in order of start to whoever is already at work and can do the least else, then to somebody new.

    Serves what it can, which may be less than what is possible.
    """
    free = np.full(shape.workers, np.iinfo(np.int64).min)
    used = np.zeros(shape.workers, dtype=np.bool_)
    breadth = (shape.able * (shape.end - shape.start)).sum(axis=1)
    served: dict[int, int] = {}
    for task in np.lexsort((shape.end, shape.start)).tolist():
        candidates = np.nonzero(shape.able[:, task] & (free <= shape.start[task]))[0]
        if len(candidates):
            # Somebody new shall be able to do much, somebody in hand shall be needed little elsewhere.
            fit = np.where(used[candidates], breadth[candidates], 2 * (1 + breadth.max()) - breadth[candidates])
            worker = int(candidates[fit.argmin()])
            free[worker], used[worker] = shape.end[task], True
            served[task] = worker
    return served
