"""What a customer in the store without room could do without, so that there is room: who was asked for, or one service. Pure.

Nobody else is moved for it: the planner has tried that already, with everything that the customer wishes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from hub.operations.planning.laid_days import Laid
from scheduler import Item, Request, Visit
from scheduler.fit import Ask
from scheduler.meaning import is_fact

BINDING = frozenset({"must", "tag"})
"""Requests without which there is no service; a preference is never in the way."""


@dataclass(frozen=True, slots=True)
class Compromise:
    """`anybody`: whoever can serves, with one service or (`item_id` None) with all. `without`: a service is left out.

    `start` is when the next service would begin; None where what is left has begun.
    """

    kind: Literal["anybody", "without"]
    item_id: str | None
    start: datetime | None


def compromises_of(laid: Laid, booking_id: str) -> tuple[Compromise, ...]:
    """Those that would help on the day as it is laid, the soonest first of each kind; none where the customer has room."""
    visit = next((visit for visit in laid.day.problem.visits if visit.id == booking_id), None)
    if visit is None or not any(_is_open(item) for item in visit.items) or _has_room(laid, visit):
        return ()
    return (*_sorted(_with_anybody(laid, visit)), *_sorted(_without(laid, visit)))


def _sorted(found: Iterator[Compromise]) -> list[Compromise]:
    return sorted(found, key=lambda one: (one.start is not None, one.start, one.item_id or ""))


def _with_anybody(laid: Laid, visit: Visit) -> Iterator[Compromise]:
    bound = [item.id for item in visit.items if _is_open(item) and item.request.kind in BINDING]
    alone = [one for name in bound for one in _tried(laid, visit, "anybody", name, _waived(visit, {name}))]
    yield from alone or (_tried(laid, visit, "anybody", None, _waived(visit, bound)) if len(bound) > 1 else ())


def _without(laid: Laid, visit: Visit) -> Iterator[Compromise]:
    """Where a service is over there may be but one left: without it the customer is done."""
    is_one_of_several = len(laid.rows.items.get(visit.id, [])) > 1
    for item in visit.items if is_one_of_several else ():
        if _is_open(item):
            rest = tuple(other for other in visit.items if other is not item)
            yield from _tried(laid, visit, "without", item.id, replace(visit, items=rest))


def _tried(
    laid: Laid, visit: Visit, kind: Literal["anybody", "without"], item_id: str | None, changed: Visit
) -> Iterator[Compromise]:
    to_come = [item.id for item in changed.items if _is_open(item)]
    if not to_come:
        yield Compromise(kind, item_id, None)
        return
    own = {(row.item, row.phase): row for row in laid.day.problem.published if row.visit == visit.id}
    board, before = laid.board, laid.board.rows.get(visit.id, ())
    board.lift(visit.id)
    try:
        rows = laid.ask(changed, Ask(not_before=laid.day.problem.now, wanted=own))
    finally:
        board.visits[visit.id] = visit
        board.put(visit, before)
    if rows is not None:
        yield Compromise(kind, item_id, laid.day.moment(min(row.start for row in rows if row.item in to_come)))


def _has_room(laid: Laid, visit: Visit) -> bool:
    planned = {(row.item, row.phase) for row in laid.day.problem.published if row.visit == visit.id}
    return all(
        is_fact(phase) or (item.id, number) in planned for item in visit.items for number, phase in enumerate(item.phases)
    )


def _is_open(item: Item) -> bool:
    """Whether it has not begun."""
    return not any(is_fact(phase) for phase in item.phases)


def _waived(visit: Visit, names: Collection[str]) -> Visit:
    items = tuple(replace(item, request=Request()) if item.id in names else item for item in visit.items)
    return replace(visit, items=items)
