"""Ways to answer what happens on the floor. All start from the same book and the same promises."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from hub.operations.planning.problem import OVERDUE_MINUTES
from hub.operations.planning.rules import pays
from hub.simulation.floor import Floor, Key, Stay
from scheduler import Assignment, BreakTime, Limits, Plan, Problem, greedy
from scheduler.greedy import inserted
from scheduler.limits import Deadline
from scheduler.part import Part

PolicyName = Literal["salon-hub", "greedy", "fixed"]

NEIGHBOURHOODS = 3
"""Neighbourhoods in a row without gain after which the plan is taken as it is."""

TICK_SECONDS = 0.01
"""What one look at the clock costs: searching ends after so many looks, on a fast machine as on a slow one."""

SEARCH_SECONDS = 1.0


class Policy(Protocol):
    """Rows and breaks for everything that has not begun, whenever something has disturbed the plan."""

    tells: bool
    """Whether customers are told of other times and technicians; where nobody is told, nothing counts as a change."""

    def plan(self, floor: Floor) -> Plan: ...


class Greedy:
    """Keep what can be kept, put the rest where it fits first."""

    tells = True

    def plan(self, floor: Floor) -> Plan:
        problem = floor.problem()
        return inserted(problem, problem.published)


class SalonHub:
    """The ladder of the hub: nothing where nothing is in conflict, greedy repair, a short search, and only what pays."""

    tells = True

    def plan(self, floor: Floor) -> Plan:
        return climb(floor.problem())


def climb(problem: Problem) -> Plan:
    """The hub's ladder with work counted instead of seconds, so that the same question has the same answer everywhere."""
    limits = Limits(seconds=SEARCH_SECONDS, workers=1, clock=_Ticks(), deterministic=True)
    part = Part(problem, Deadline(limits), lambda: None)
    part.first(None)
    part.bound()
    if part.proven(prime=True):
        return part.incumbent.best
    part.prime(SEARCH_SECONDS, NEIGHBOURHOODS)
    best = part.incumbent.best
    if best.stage == "greedy":
        return best
    quiet = greedy(problem)
    return best if pays(quiet.objective, best.objective) else quiet


class _Ticks:
    """A clock that moves when it is looked at."""

    def __init__(self) -> None:
        self._count = itertools.count()

    def __call__(self) -> float:
        return next(self._count) * TICK_SECONDS


@dataclass(slots=True)
class Fixed:
    """The booked plan with its people and places, in the booked order: whoever is late delays those behind."""

    tells = False
    order: dict[Key, int] = field(default_factory=dict)

    def plan(self, floor: Floor) -> Plan:
        """The rows in force, each pushed to when its technician, place and customer will be free."""
        # Who was given up and comes after all has lost the old place in the order.
        self.order = {key: self.order.get(key, row.start) for key, row in floor.rows.items()}
        free = self._busy(floor)
        rows, breaks = [], []
        wanted: list[tuple[int, int, Key | None, BreakTime | None]] = [
            (self.order[key], number, key, None) for number, key in enumerate(floor.rows)
        ]
        wanted += [(rest.start, -1, None, rest) for rest in floor.breaks.values()]
        for start, _, key, rest in sorted(wanted, key=lambda w: w[:2]):
            if rest is not None:
                begins = max(start, floor.now, free.get(("t", rest.technician), 0))
                free["t", rest.technician] = begins + rest.end - rest.start
                breaks.append(BreakTime(rest.technician, rest.index, begins, begins + rest.end - rest.start))
            elif key is not None:
                rows.append(self._push(floor, floor.rows[key], start, free))
        return Plan(assignments=(*rows, *floor.facts()), breaks=tuple(breaks))

    def _busy(self, floor: Floor) -> dict[tuple[str, str], int]:
        free = {("p", name): moment for name, moment in floor.clean_at.items()}
        free |= {("t", name): span[1] for (name, _), span in floor.rested.items()}
        for stay, _, run in floor.running():
            for lane in _lanes(stay.customer.id, run.technician, run.place):
                free[lane] = max(free.get(lane, 0), floor.expected_end(run))
        return free

    def _push(self, floor: Floor, row: Assignment, start: int, free: dict[tuple[str, str], int]) -> Assignment:
        stay = floor.stays[row.visit]
        lanes = _lanes(row.visit, row.technician, row.place)
        begins = max([start, floor.now, _ready(floor, stay), *(free.get(lane, 0) for lane in lanes)])
        pushed = Assignment(row.visit, row.item, row.phase, row.technician, row.place, begins, begins + row.end - row.start)
        for lane in lanes:
            free[lane] = pushed.end
        return pushed


def _ready(floor: Floor, stay: Stay) -> int:
    if stay.arrived is not None:
        return stay.arrived
    return max(stay.late_until or 0, floor.now + OVERDUE_MINUTES if floor.now > (stay.customer.booked or 0) else 0)


def _lanes(visit: str, technician: str | None, place: str | None) -> list[tuple[str, str]]:
    lanes = [("v", visit)]
    if technician is not None:
        lanes.append(("t", technician))
    if place is not None:
        lanes.append(("p", place))
    return lanes


POLICIES: dict[PolicyName, Callable[[], Policy]] = {"salon-hub": SalonHub, "greedy": Greedy, "fixed": Fixed}
"""A new one for every day: the order of the booked plan is remembered."""
