"""Peer: PyJobShop on a salon's day, one weighted sum of the levels.

Phases are tasks that follow each other at once, technicians are machines, kinds of place are renewable resources, clean-up
is a task after each stay, a break is a task in its window. A service done whole by one person is said by which mode of one
phase asks for which of another. Who is not served is somewhere else instead, for a price. Lateness and waiting are the
tardiness of jobs that mark a visit's first and last start, the ageing being further jobs with later due dates.

Left out: services of one visit are done in the order in which they are listed, ageing ends after `STEPS` steps, and the
levels below waiting.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass
from typing import Any

from pyjobshop import Model

from scheduler.benchmark_days import open_visits, plan_of
from scheduler.board import Board
from scheduler.fit import crews
from scheduler.meaning import due, ready, since, stays_of
from scheduler.plan import Plan
from scheduler.problem import Assignment, Item, Problem, Visit

STEPS = 2
SERVED_PRICE, LATE_PRICE = 100_000_000, 500
"""What a visit left out and a unit of lateness are worth in units of waiting.

Tardiness may be up to 2⁴² in this library, so greater weights would overflow; who is left out is late instead.
"""


@dataclass(frozen=True, slots=True)
class _Laid:
    """The tasks of one service's phases, by number."""

    visit: str
    item: str
    tasks: list[int]


class _DayModel:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.board = Board(problem)
        self.model: Any = Model()
        self.people = {t.id: self.model.add_machine(breaks=_off(self.board, t.id)) for t in problem.technicians}
        self.kinds = {kind: self.model.add_renewable(len(places)) for kind, places in self.board.by_kind.items()}
        self.laid: list[_Laid] = []
        self.tasks = 0
        self.who: list[str | None] = []
        self._add_breaks()
        for visit in open_visits(problem):
            self._add_visit(visit)
        self.model.set_objective(weight_total_tardiness=1)

    def _task(self, job: Any = None, **window: int | bool) -> Any:
        self.tasks += 1
        return self.model.add_task(job, **{"latest_end": self.problem.horizon, **window})

    def _mode(self, task: Any, who: str | None, resources: list[Any], length: int) -> Any:
        self.who.append(who)
        return self.model.add_mode(task, resources, length, [1 if r in self.kinds.values() else 0 for r in resources])

    def _add_breaks(self) -> None:
        """Those that slide; the others are among the hours when their technician is away."""
        for name, person in self.people.items():
            for length, earliest, latest_end, _ in self.board.sliding(name):
                if latest_end - earliest > length:
                    self._mode(self._task(earliest_start=earliest, latest_end=latest_end), name, [person], length)

    def _add_visit(self, visit: Visit) -> None:
        begin = ready(visit, self.problem)
        items = [self._add_item(visit, item, begin) for item in visit.items]
        for one, two in itertools.pairwise(items):
            self.model.add_end_before_start(one[-1], two[0])
        latest, settings = due(visit, self.problem), self.problem.settings
        if latest is not None:
            self._add_price(items[0][0], latest, visit.tier_weight * LATE_PRICE, settings.lateness_ageing)
        # Until the last service begins everything but the services before it is waiting.
        before = sum(min(sum(c.lengths) for c in crews(self.board, item)) for item in visit.items[:-1])
        self._add_price(items[-1][0], since(visit, self.problem) + before, visit.tier_weight, settings.ageing)

    def _add_price(self, task: Any, moment: int, weight: int, ageing: int) -> None:
        """A price for every unit that the task starts after the moment, one more beyond every step of ageing."""
        for step in range(STEPS):
            mark = self._task(self.model.add_job(weight=weight, due_date=moment + step * ageing))
            self._mode(mark, None, [], 0)
            self.model.add_start_at_start(task, mark)

    def _add_item(self, visit: Visit, item: Item, begin: int) -> list[Any]:
        """Tasks of the phases; the clean-up after each stay follows them."""
        numbers = [self.tasks + n for n in range(len(item.phases))]
        tasks = [self._task(earliest_start=begin) for _ in item.phases]
        self.laid.append(_Laid(visit.id, item.id, numbers))
        modes: list[dict[int, list[Any]]] = [{} for _ in item.phases]
        staff = crews(self.board, item)
        for n, phase in enumerate(item.phases):
            kind = [self.kinds[phase.place_kind]] if phase.place_kind is not None else []
            for number, crew in enumerate(staff):
                for who in crew.people[n]:
                    mode = self._mode(tasks[n], who, [self.people[who], *kind], crew.lengths[n])
                    modes[n].setdefault(number, []).append(mode)
            if not any(crew.people[n] for crew in staff):
                self._mode(tasks[n], None, kind, phase.duration)
        if item.same_technician:
            self._same(modes)
        for one, two in itertools.pairwise(tasks):
            self.model.add_end_at_start(one, two)
        self._add_clean_up(item, tasks)
        return tasks

    def _same(self, modes: list[dict[int, list[Any]]]) -> None:
        wanting = [some for some in modes if some]
        for one, two in itertools.pairwise(wanting):
            for crew, some in one.items():
                for mode in some:
                    self.model.add_mode_dependency(mode, two[crew])

    def _add_clean_up(self, item: Item, tasks: list[Any]) -> None:
        for first, last in stays_of(item):
            kind = item.phases[first].place_kind or ""
            clean = min((place.clean_up for place in self.board.by_kind[kind]), default=0)
            if clean:
                task = self._task(latest_end=self.problem.horizon + clean)
                self._mode(task, None, [self.kinds[kind]], clean)
                self.model.add_end_at_start(tasks[last], task)

    def rows(self, tasks: Any) -> dict[str, list[Assignment]]:
        """By visit the assignments of a solution."""
        found: dict[str, list[Assignment]] = {}
        for laid in self.laid:
            for phase, number in enumerate(laid.tasks):
                task = tasks[number]
                row = Assignment(laid.visit, laid.item, phase, self.who[task.mode], None, task.start, task.end)
                found.setdefault(laid.visit, []).append(row)
        return found


def _off(board: Board, name: str) -> list[tuple[int, int]]:
    """When the technician is not there, overtime allowed for."""
    there = board.work[name].free
    moments = [bool(there >> at & 1) for at in range(board.horizon + 1)]
    edges = [0, *(at for at in range(1, len(moments)) if moments[at] != moments[at - 1]), len(moments)]
    return [(one, two) for one, two in itertools.pairwise(edges) if not moments[one]]


def day_plan(problem: Problem, seconds: float, workers: int) -> Plan | None:
    """The best plan of the model in the time, building it included."""
    end = time.monotonic() + seconds
    day = _DayModel(problem)
    left = end - time.monotonic()
    if left <= 0:
        return None
    result = day.model.solve(solver="ortools", time_limit=left, display=False, num_workers=workers)
    if result.status.value not in ("Optimal", "Feasible"):
        return None
    return plan_of(problem, day.rows(result.best.tasks), "pyjobshop")
