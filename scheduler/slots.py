"""Free starts for a visit that is not booked yet. A start is offered only when a valid plan with it exists.

The day's plan is laid out once (`Openings`) and can be asked for any number of visits. Bit masks answer for whole days
at a time; the few starts for which masks cannot vouch (a sliding break in the way, the same place twice in a row) are
tried by insertion.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace

from scheduler.board import Board, span_mask
from scheduler.fit import Ask, Fit
from scheduler.insertion import Inserter
from scheduler.meaning import orders_of, ready, stays_of
from scheduler.plan import Plan
from scheduler.problem import Assignment, Item, Problem, Visit

MOST_WAIT = 15
"""A booking leaves no longer wait than this between its services."""

GRID = 5
"""Starts are offered on multiples of this."""


class Openings:
    """One day as planned, ready to be asked."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self._sliding = Inserter(_laid(problem, plan))
        self._settled = Inserter(_laid(problem, plan))
        for rest in plan.breaks:
            self._settled.board.work[rest.technician].take("", span_mask(rest.start, rest.end))

    def starts(self, visit: Visit, grid: int = GRID) -> tuple[int, ...]:
        """Starts at which the visit fits beside everything planned, on the grid, in order."""
        self._sliding.forget(visit.id)
        self._settled.forget(visit.id)
        low = ready(visit, self.problem)
        wanted = sum(1 << n for n in range(-(-low // grid) * grid, self.problem.horizon, grid))
        sure = self._mask(self._settled, visit, low, cautious=True) & wanted
        maybe = self._mask(self._sliding, visit, low, cautious=False) & wanted & ~sure
        found = [n for n in _bits(sure) if not self._clashes(visit, n)]
        found += [n for n in _bits(maybe) if self.at(visit, n) is not None]
        return tuple(sorted(found))

    def at(self, visit: Visit, start: int) -> tuple[Assignment, ...] | None:
        """The assignments of a visit that begins exactly at `start`; None when it does not fit."""
        inserter = self._sliding
        rows = inserter.place_visit(visit, Ask(exact=start, not_before=start))
        if rows is None:
            return None
        spans = sorted({(min(r.start for r in own), max(r.end for r in own)) for own in _by_item(rows)})
        if any(two[0] - one[1] > MOST_WAIT for one, two in itertools.pairwise(spans)):
            return None
        return rows

    def _clashes(self, visit: Visit, start: int) -> bool:
        """Whether the customer is elsewhere; only customers with several visits need a closer look."""
        if not any(v.customer == visit.customer for v in self.problem.visits if visit.customer is not None):
            return False
        return self.at(visit, start) is None

    def _mask(self, inserter: Inserter, visit: Visit, low: int, *, cautious: bool) -> int:
        if any(p.max_gap_before != 0 for i in visit.items for p in i.phases[1:]):
            # Pauses are not in the masks; the first phase says where to try.
            return 0 if cautious else self._first_phase(inserter, visit, low)
        if cautious and (len(visit.items) > 2 or any(_comes_back(item) for item in visit.items)):
            return 0
        mask = 0
        for order in orders_of(visit, visit.items):
            mask |= self._order_mask(inserter, visit, order, low, cautious=cautious)
        return mask

    def _order_mask(self, inserter: Inserter, visit: Visit, order: Iterable[Item], low: int, *, cautious: bool) -> int:
        """Starts of the first item such that each next one can follow within the longest wait."""
        mask: int | None = None
        after: Item | None = None
        for item in reversed(tuple(order)):
            rest = 0
            by_length = _starts_by_length(inserter, visit, item, low)
            quickest = min(by_length, default=0)
            for length, starts in by_length.items():
                if mask is None:
                    rest |= starts
                else:
                    least = self._clean_up(item, after) if cautious else 0
                    # Insertion takes the quickest crew, after which the wait is as much longer.
                    most = MOST_WAIT - (length - quickest if cautious else 0)
                    rest |= starts & _smeared(mask >> (length + least), most - least) if least <= most else 0
            mask, after = rest, item
        return mask or 0

    def _clean_up(self, one: Item, two: Item | None) -> int:
        """Clean-up that may stand between two items, 0 when they share no kind of place."""
        if two is None:
            return 0
        kinds = {one.phases[first].place_kind for first, _ in stays_of(one)} & {
            two.phases[first].place_kind for first, _ in stays_of(two)
        }
        return max((p.clean_up for p in self.problem.places if p.kind in kinds), default=0)

    def _first_phase(self, inserter: Inserter, visit: Visit, low: int) -> int:
        mask = 0
        firsts = [visit.items[0]] if visit.items_in_order else visit.items
        for item in firsts:
            for crew in inserter.crews_of(visit, item):
                mask |= Fit(inserter.board, visit, item, crew, (), Ask(not_before=low)).starts()
        return mask


def slots(days: Iterable[Openings], visit: Visit, grid: int = GRID) -> list[tuple[int, ...]]:
    """Free starts of each day, for a visit whose arrival and release are those of a booking (not here yet)."""
    return [day.starts(visit, grid) for day in days]


def _laid(problem: Problem, plan: Plan) -> Board:
    board = Board(problem)
    rows: dict[str, list[Assignment]] = {}
    for row in plan.assignments:
        rows.setdefault(row.visit, []).append(row)
    for visit in problem.visits:
        board.put(visit, rows.get(visit.id, []))
    return board


def _comes_back(item: Item) -> bool:
    """Whether a service asks for one kind of place twice: it may be the same place, which is cleaned between."""
    kinds = [item.phases[first].place_kind for first, _ in stays_of(item)]
    return len(set(kinds)) < len(kinds)


def _starts_by_length(inserter: Inserter, visit: Visit, item: Item, low: int) -> dict[int, int]:
    masks: dict[int, int] = {}
    for crew in inserter.crews_of(visit, item):
        length = sum(crew.lengths)
        starts = Fit(inserter.board, visit, item, crew, (), Ask(not_before=low)).starts()
        masks[length] = masks.get(length, 0) | starts
    return masks


def _smeared(mask: int, reach: int) -> int:
    """Bits n for which some bit n … n + reach of the mask is set."""
    done = 0
    while done < reach:
        step = min(done + 1, reach - done)
        mask |= mask >> step
        done += step
    return mask


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _by_item(rows: tuple[Assignment, ...]) -> list[list[Assignment]]:
    items: dict[str, list[Assignment]] = {}
    for row in rows:
        items.setdefault(row.item, []).append(row)
    return list(items.values())


def booked(visit: Visit, start: int) -> Visit:
    """The visit as it stands in the book once a slot is taken."""
    return replace(visit, booked_start=start, release=start)
