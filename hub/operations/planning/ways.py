"""Which ways are worth a look beside the one that was asked for: really different ones, at most a handful. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from hub.kernel.errors import Refused
from hub.operations.bookings.ports import Wish
from hub.operations.planning.problem import DayProblem
from hub.operations.planning.rows import DayRows
from hub.operations.planning.rules import NOT_PLANNED
from hub.operations.planning.what_if import (
    Added,
    Change,
    Closed,
    Joined,
    Late,
    Moved,
    Sick,
    Way,
    late_until,
    way_of,
)
from scheduler import Assignment

TRIED = 10
"""Other technicians and starts that are tried for a service that is moved."""

SHIFTS_MINUTES = (15, 30, 60, -15, -30)
CANCELLABLE = frozenset({"confirmed", "expected"})


def ways_of(rows: DayRows, day: DayProblem, change: Change, *, others: bool) -> list[Way]:
    """What was asked for first. Raises as `what_if.repaired`."""
    search = others and isinstance(change, Sick | Closed | Late)
    asked = way_of(rows, day, change, search=search)
    if not others:
        return [asked]
    return [asked, *_possible(_others(rows, day, change, asked))]


def _possible(makers: Iterator[Callable[[], Way]]) -> list[Way]:
    found = []
    for make in makers:
        try:
            found.append(make())
        except Refused:
            continue
    return found


def _others(rows: DayRows, day: DayProblem, change: Change, asked: Way) -> Iterator[Callable[[], Way]]:
    if isinstance(change, Moved):
        yield from _other_moves(rows, day, change)
    elif isinstance(change, Sick | Closed):
        yield lambda: replace(asked, kind="only_those", trial=replace(asked.trial, search=False))
        concerned = _concerned(rows, day, change)
        if concerned:
            yield lambda: replace(
                asked, kind="cancel", trial=replace(asked.trial, drop=concerned, search=False), cancels=concerned
            )
    elif isinstance(change, Late):
        yield lambda: replace(asked, kind="only_those", trial=replace(asked.trial, search=False))
        yield lambda: _keeping(day, change, asked)
    elif isinstance(change, Added):
        yield lambda: way_of(rows, day, replace(change, technician_id=None), kind="anybody")
        yield lambda: replace(asked, kind="sooner", trial=replace(asked.trial, search=True))
    elif isinstance(change, Joined):
        yield lambda: replace(asked, kind="sooner", trial=replace(asked.trial, search=True))
        if any(wish.requested != "any" for wish in change.services):
            anybody = Joined(tuple(Wish(wish.service_id) for wish in change.services))
            yield lambda: way_of(rows, day, anybody, kind="anybody")


def _other_moves(rows: DayRows, day: DayProblem, change: Moved) -> Iterator[Callable[[], Way]]:
    """The same service with others who can do it, and a little earlier or later."""
    planned = rows.assignments.get(change.item_id, {})
    first = planned.get(min(planned)) if planned else None
    item = next((i for items in rows.items.values() for i in items if i.id == change.item_id), None)
    if first is None or item is None:
        return
    start, current = change.start or first.start, change.technician_id or first.technician_id
    wanted = [phase for phase in rows.service_of(item).phases if phase.needs_technician]
    able = [
        row.id
        for row in rows.technicians
        if row.id != current and all(phase.is_for(rows.standing.skills.get(row.id, {})) for phase in wanted)
    ]

    def with_technician(technician: str) -> Callable[[], Way]:
        return lambda: way_of(rows, day, Moved(change.item_id, technician, None, start), kind="technician")

    def at(moment: datetime) -> Callable[[], Way]:
        return lambda: way_of(rows, day, replace(change, start=moment), kind="time")

    shifted = [start + timedelta(minutes=minutes) for minutes in SHIFTS_MINUTES]
    yield from [with_technician(technician) for technician in able][: TRIED - len(shifted)]
    yield from [at(moment) for moment in shifted if moment >= rows.now]


def _concerned(rows: DayRows, day: DayProblem, change: Sick | Closed) -> tuple[str, ...]:
    """Bookings of customers who have not come and who would be with the technician or on the place."""
    states = {booking.id: booking.state for booking in rows.bookings}

    def there(row: Assignment) -> bool:
        return row.technician == change.technician_id if isinstance(change, Sick) else row.place == change.place_id

    found = dict.fromkeys(row.visit for row in day.problem.published if there(row))
    return tuple(name for name in found if states.get(name) in CANCELLABLE and name not in rows.visits)


def _keeping(day: DayProblem, change: Late, asked: Way) -> Way:
    """Who comes late has technician and place kept, from when they say they come."""
    problem = asked.trial.problem
    own = [row for row in day.problem.published if row.visit == change.booking_id]
    if not own:
        raise Refused(NOT_PLANNED)
    visit = next(v for v in day.problem.visits if v.id == change.booking_id)
    shift = max(0, late_until(visit, day.problem, change.minutes) - min(row.start for row in own))
    at = {(row.item, row.phase): replace(row, start=row.start + shift, end=row.end + shift) for row in own}
    published = tuple(at.get((row.item, row.phase), row) for row in problem.published)
    visits = tuple(replace(v, pinned=True) if v.id == change.booking_id else v for v in problem.visits)
    trial = replace(
        asked.trial,
        problem=replace(problem, visits=visits, published=published),
        keep=published,
        must=tuple(at.values()),
        search=False,
    )
    return replace(asked, kind="keeps", trial=trial)
