"""What the words of a problem mean: eligible, duration, ready, since, due, fact. Definitions only, no search."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from scheduler.problem import Assignment, Item, Phase, Problem, Technician, Visit

PhaseKey = tuple[str, str, int]
"""Visit id, item id, phase number."""


MOST_ORDERS = 6
"""A visit's services are looked at in all their orders up to so many; beyond that each by itself, which bounds no less."""

T = TypeVar("T")


def key_of(assignment: Assignment) -> PhaseKey:
    """The phase that an assignment is about."""
    return assignment.visit, assignment.item, assignment.phase


def phases_of(visit: Visit) -> Iterator[tuple[PhaseKey, Item, Phase]]:
    """All phases of a visit in their given order."""
    for item in visit.items:
        for number, phase in enumerate(item.phases):
            yield (visit.id, item.id, number), item, phase


def is_fact(phase: Phase) -> bool:
    """A phase whose start, technician and place are fixed: it happens, no rule is asked, others go around it."""
    fixed = phase.fixed
    return (
        fixed is not None
        and fixed.start is not None
        and (fixed.technician is not None or not phase.needs_technician)
        and (fixed.place is not None or phase.place_kind is None)
    )


def started(visit: Visit) -> bool:
    """Whether any phase of the visit is a fact."""
    return any(is_fact(phase) for _, _, phase in phases_of(visit))


def is_out_of_sequence(item: Item) -> bool:
    """Whether a phase is a fact while one before it in the service is still open."""
    return any(is_fact(later) and not is_fact(before) for before, later in itertools.pairwise(item.phases))


def out_of_sequence(visit: Visit) -> bool:
    """Whether that is so of any of its services."""
    return any(map(is_out_of_sequence, visit.items))


def has_few_orders(visit: Visit, count: int) -> bool:
    """Whether so many of its services may be looked at in every order."""
    return visit.items_in_order or math.factorial(count) <= MOST_ORDERS


def orders_of(visit: Visit, items: Sequence[T]) -> Iterable[tuple[T, ...]]:
    """The orders in which these of its services may be done."""
    return [tuple(items)] if visit.items_in_order else itertools.permutations(items)


def eligible(phase: Phase, item: Item, technician: Technician) -> bool:
    """Whether the technician may do the phase: skill and level, listed, asked for, and the fixed one if any."""
    if phase.skill is not None and technician.skills.get(phase.skill, -1) < phase.min_level:
        return False
    if phase.duration_by_technician and technician.id not in phase.duration_by_technician:
        return False
    if phase.fixed is not None and phase.fixed.technician not in (None, technician.id):
        return False
    request = item.request
    if request.kind == "must" and technician.id not in request.technicians:
        return False
    return request.kind != "tag" or request.tag in technician.tags


def duration(phase: Phase, technician: Technician | None) -> int:
    """Units that the phase takes with this technician."""
    if phase.fixed is not None and phase.fixed.start is not None and phase.fixed.end is not None:
        return phase.fixed.end - phase.fixed.start
    if technician is not None:
        if technician.id in phase.duration_by_technician:
            return phase.duration_by_technician[technician.id]
        if phase.skill is not None and phase.duration_by_level:
            return phase.duration_by_level.get(technician.skills.get(phase.skill, 0), phase.duration)
    return phase.duration


def ready(visit: Visit, problem: Problem) -> int:
    """Before this no open phase of the visit can start; who has not arrived comes at the booked time."""
    coming = {"not_yet": visit.booked_start or 0, "expected_late": visit.arrival.at, "here": visit.arrival.at}[
        visit.arrival.kind
    ]
    return max(problem.now, visit.release, coming)


def since(visit: Visit, problem: Problem) -> int:
    """From when the customer waits: arrival when here, the estimate when late, else the booked time."""
    if visit.arrival.kind == "here":
        return visit.arrival.at
    if visit.arrival.kind == "expected_late":
        return max(visit.arrival.at, visit.release)
    return max(problem.now, visit.release, visit.booked_start or 0)


def due(visit: Visit, problem: Problem) -> int | None:
    """The latest start that keeps the promise; a customer who comes after it does not make the store late."""
    return None if visit.promised is None else max(visit.promised[1], ready(visit, problem))


def working_spans(technician: Technician) -> list[tuple[int, int]]:
    """Shifts with their overtime, merged where they touch."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(technician.shifts):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end + technician.overtime_max)
        else:
            merged.append((start, end + technician.overtime_max))
    return merged


def stays_of(item: Item) -> list[tuple[int, int]]:
    """Runs of phases (first, last) that are spent on one place: consecutive, of the same kind, kept."""
    stays: list[tuple[int, int]] = []
    for number, phase in enumerate(item.phases):
        if phase.place_kind is None:
            continue
        same = stays and stays[-1][1] == number - 1 and item.phases[number - 1].place_kind == phase.place_kind
        if same and phase.keep_place:
            stays[-1] = stays[-1][0], number
        else:
            stays.append((number, number))
    return stays


def aged(wait: int, ageing: int) -> int:
    """Price of a wait: every further `ageing` units of it make its unit one dearer, up to eightfold."""
    if wait <= 0:
        return 0
    steps = min(8, -(-wait // ageing))
    return steps * wait - ageing * steps * (steps - 1) // 2


def unaged(price: int, ageing: int) -> int:
    """The longest wait whose price is not above `price`."""
    waits = ((price + ageing * steps * (steps - 1) // 2) // steps for steps in range(1, 9))
    return next((wait for steps, wait in enumerate(waits, 1) if wait <= steps * ageing or steps == 8), 0)


def nearness(start: int, problem: Problem) -> int:
    """Factor on changes: 4 within `near` of now, 2 within twice that, else 1."""
    ahead = start - problem.now
    near = problem.settings.near
    return 4 if ahead < near else 2 if ahead < 2 * near else 1
