"""The book of a day: bookings made one after another where there is room, as a desk would; the start for all policies."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hub.simulation.customers import Customer, draw_customers
from hub.simulation.ground import Ground
from scheduler import Assignment, BreakTime, Problem, Visit
from scheduler.board import Board
from scheduler.fit import Ask
from scheduler.insertion import Inserter
from scheduler.slots import MOST_WAIT

EARLIER_MINUTES = 180
"""How far ahead of the wished time the desk looks when there is no room after it."""

TRIES = 40


@dataclass(frozen=True, slots=True)
class Day:
    """One day as it begins. `no_room` asked for a booking and found the book full; they are in no policy's hands."""

    customers: tuple[Customer, ...]
    rows: tuple[Assignment, ...]
    breaks: tuple[BreakTime, ...]
    no_room: int
    cancelled_ahead: int


def draw_day(ground: Ground, seed: int, number: int, people: Sequence[Customer] | None = None) -> Day:
    """The customers of a day with their booked times; the same for the same seed and number. `people`: those who ask."""
    team = tuple(replace(t, overtime_max=0) for t in ground.technicians)
    board = Board(Problem(horizon=ground.horizon, technicians=team, places=ground.places))
    inserter = Inserter(board)
    customers, no_room, ahead = [], 0, 0
    for customer in draw_customers(ground, seed, number) if people is None else people:
        if customer.walk_in:
            customers.append(customer)
            continue
        rows = _room(inserter, customer, ground)
        if rows is None:
            no_room += 1
            continue
        board.visits[customer.id] = customer.visit
        board.put(customer.visit, rows)
        customers.append(replace(customer, booked=min(row.start for row in rows)))
    for customer in [c for c in customers if c.cancels_ahead]:
        board.lift(customer.id)
        customers.remove(customer)
        ahead += 1
    rows_left = tuple(row for rows in board.rows.values() for row in rows)
    return Day(tuple(customers), rows_left, board.breaks(), no_room, ahead)


def _room(inserter: Inserter, customer: Customer, ground: Ground) -> tuple[Assignment, ...] | None:
    found = _first_fit(inserter, customer.visit, customer.wished, ground)
    if found is None:
        found = _first_fit(inserter, customer.visit, max(ground.store.opens, customer.wished - EARLIER_MINUTES), ground)
    return found


def _first_fit(inserter: Inserter, visit: Visit, earliest: int, ground: Ground) -> tuple[Assignment, ...] | None:
    """The first start on the book's grid that fits and ends before the store closes."""
    step, closes = ground.store.slot_minutes, ground.store.closes
    moment = earliest
    for _ in range(TRIES):
        rows = inserter.place_visit(visit, Ask(not_before=moment))
        if rows is None or max(row.end for row in rows) > closes:
            return None
        start = min(row.start for row in rows)
        late = -start % step
        if late:
            rows = inserter.place_visit(visit, Ask(not_before=start + late, exact=start + late))
        if rows is not None and max(row.end for row in rows) <= closes and _longest_wait(rows) <= MOST_WAIT:
            return rows
        moment = start + max(1, late)
    return None


def _longest_wait(rows: tuple[Assignment, ...]) -> int:
    """Between the services of the visit."""
    spans: dict[str, tuple[int, int]] = {}
    for row in rows:
        begins, ends = spans.get(row.item, (row.start, row.end))
        spans[row.item] = min(begins, row.start), max(ends, row.end)
    ordered = sorted(spans.values())
    return max((after[0] - before[1] for before, after in itertools.pairwise(ordered)), default=0)
