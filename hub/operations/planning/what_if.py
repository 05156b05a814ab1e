"""What if: the day repaired around a change that nobody has made yet. Pure, but for reading the day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.commands import StoreFacts
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.text import Said
from hub.kernel.wall_time import date_of
from hub.operations.planning.answer import phases_of, promises_of
from hub.operations.planning.models import AdoptPlan
from hub.operations.planning.problem import OVERRUN_MINUTES, DayProblem, phase_of, problem_of
from hub.operations.planning.reasons import named, said
from hub.operations.planning.rows import DayRows, rows_of
from hub.operations.planning.rules import NO_ROOM, NOT_PLANNED
from scheduler import Arrival, Assignment, Fixed, Item, Plan, Problem, Visit, explain, repair, verify

MINUTE = timedelta(minutes=1)
ADDED = "0" * 32
"""Id of a service that is thought of in addition."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A service that has not begun, to another technician, place or start; what is None stays."""

    item_id: str
    technician_id: str | None = None
    place_id: str | None = None
    start: datetime | None = None


@dataclass(frozen=True, slots=True)
class Late:
    booking_id: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Sick:
    """For the rest of the day."""

    technician_id: str


@dataclass(frozen=True, slots=True)
class Closed:
    """For the rest of the day."""

    place_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """One more service for a customer of today."""

    booking_id: str
    service_id: str
    technician_id: str | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """The customer does not come, or cancels."""

    booking_id: str


Change = Moved | Late | Sick | Closed | Added | Gone


@dataclass(frozen=True, slots=True)
class Repair:
    """A day before and after: `before` repairs what has happened already, `after` the change too."""

    day: DayProblem
    before: Plan
    after: Plan
    reason: Said


async def today(session: AsyncSession, store: StoreFacts, now: datetime) -> DayRows:
    """The day's rows, what this session has changed included."""
    await session.flush()
    return await rows_of(session, store, now, date_of(now, store.zone))


def repaired(rows: DayRows, change: Change) -> Repair:
    """The day around the change, every other customer moved as little as possible.

    Raises:
        Refused: `not_found`, `not_planned` for a service that has begun or has no room, `no_room` when the change is not
            possible at all.
    """
    day = problem_of(rows)
    before = repair(day.problem, day.problem.published)
    changed = _changed(rows, day, change)
    # What people decide may move whatever the planner alone would leave in peace.
    pinned = {visit.id for visit in changed.visits if visit.pinned}
    problem = replace(
        changed,
        settings=replace(changed.settings, frozen=0, moves_max=1_000),
        published=tuple(row for row in changed.published if row.visit in pinned),
    )
    after = repair(problem, changed.published)
    if isinstance(change, Moved):
        _check_moved(day, problem, after, change)
    if not verify(problem, after).valid:
        raise Refused(NO_ROOM)
    after = replace(after, reasons=explain(problem, day.problem.published, after))
    return Repair(replace(day, problem=replace(problem, published=day.problem.published)), before, after, _reason(rows, change))


def command_of(rows: DayRows, found: Repair, *, seq: int, pinned: str | None = None) -> AdoptPlan:
    """The repaired day as a plan of the desk; `pinned`: the service that shall stay where it was put."""
    assignments = [
        data.model_copy(update={"pinned": True}) if data.item_id == pinned else data
        for data in phases_of(rows, found.day, found.after, found.reason)
    ]
    return AdoptPlan(
        date=rows.date,
        assignments=assignments,
        promises=promises_of(rows, found.day, found.after),
        premises_seq=seq,
        author="desk",
        reason=found.reason,
        status=found.after.status,
        objective={str(level): value for level, value in found.after.objective.items()},
    )


def _changed(rows: DayRows, day: DayProblem, change: Change) -> Problem:
    problem = day.problem
    rest = (problem.now, problem.horizon)
    if isinstance(change, Moved):
        return _with_moved(day, change)
    if isinstance(change, Sick):
        _check(any(t.id == change.technician_id for t in problem.technicians), "technician")
        people = tuple(
            replace(t, absences=(*t.absences, rest)) if t.id == change.technician_id else t for t in problem.technicians
        )
        return replace(problem, technicians=people)
    if isinstance(change, Closed):
        _check(any(p.id == change.place_id for p in problem.places), "place")
        places = tuple(replace(p, closures=(*p.closures, rest)) if p.id == change.place_id else p for p in problem.places)
        return replace(problem, places=places)
    _check(any(v.id == change.booking_id for v in problem.visits), "booking")
    if isinstance(change, Gone):
        visits = tuple(v for v in problem.visits if v.id != change.booking_id)
        kept = tuple(row for row in problem.published if row.visit != change.booking_id)
        return replace(problem, visits=visits, published=kept)
    if isinstance(change, Late):
        return _with_visit(problem, change.booking_id, lambda v: _late(v, problem, change.minutes))
    return _with_visit(problem, change.booking_id, lambda v: _more(rows, v, change))


def _with_visit(problem: Problem, booking_id: str, changed: Callable[[Visit], Visit]) -> Problem:
    return replace(problem, visits=tuple(changed(v) if v.id == booking_id else v for v in problem.visits))


def _late(visit: Visit, problem: Problem, minutes: int) -> Visit:
    at = max(problem.now + OVERRUN_MINUTES, (visit.booked_start or problem.now) + minutes)
    return replace(visit, arrival=Arrival("expected_late", at), release=0)


def _more(rows: DayRows, visit: Visit, change: Added) -> Visit:
    service = rows.catalog.services.get(change.service_id)
    _check(service is not None, "service")
    phases = tuple(phase_of(phase) for phase in (service.phases if service else ()))
    if change.technician_id is not None:
        phases = tuple(replace(p, fixed=Fixed(change.technician_id)) if p.needs_technician else p for p in phases)
    return replace(visit, items=(*visit.items, Item(ADDED, phases)))


def _with_moved(day: DayProblem, change: Moved) -> Problem:
    """The moved visit is pinned where it shall be; everybody else goes around it."""
    problem = day.problem
    own = sorted((r for r in problem.published if r.item == change.item_id), key=lambda r: r.phase)
    if not own or own[0].phase != 0:
        raise Refused(NOT_PLANNED)
    wanted = {row.phase: row for row in _moved_rows(day, own, change)}
    published = tuple(wanted[r.phase] if r.item == change.item_id else r for r in problem.published)
    visit_id = own[0].visit

    earliest = min(row.start for row in wanted.values())

    def pinned(visit: Visit) -> Visit:
        items = tuple(_loosened(item) if item.id == change.item_id else item for item in visit.items)
        release, booked = min(visit.release, earliest), min(visit.booked_start or 0, earliest)
        return replace(visit, pinned=True, items=items, party=None, release=release, booked_start=booked)

    return replace(_with_visit(problem, visit_id, pinned), published=published)


def _loosened(item: Item) -> Item:
    """What was called or pinned before does not bind whoever moves it now."""
    return replace(item, phases=tuple(replace(phase, fixed=None) for phase in item.phases))


def _moved_rows(day: DayProblem, own: list[Assignment], change: Moved) -> list[Assignment]:
    problem = day.problem
    kinds = {place.id: place.kind for place in problem.places}
    shift = 0
    if change.start is not None:
        shift = (change.start.astimezone(UTC) - day.origin) // MINUTE - own[0].start
    else:
        shift = max(0, problem.now - own[0].start)
    first = own[0]
    found = []
    for row in own:
        technician, place = row.technician, row.place
        if change.technician_id is not None and technician is not None and technician == first.technician:
            technician = change.technician_id
        if change.place_id is not None and place is not None and kinds.get(place) == kinds.get(change.place_id):
            place = change.place_id
        found.append(replace(row, technician=technician, place=place, start=row.start + shift, end=row.end + shift))
    return found


def _check_moved(day: DayProblem, problem: Problem, after: Plan, change: Moved) -> None:
    """Raises `no_room` when facts or rules did not let the service go where it was put."""
    wanted = {(r.item, r.phase): r for r in problem.published if r.item == change.item_id}
    got = {(r.item, r.phase): r for r in after.assignments if r.item == change.item_id}
    if wanted != got:
        raise Refused(NO_ROOM)


def _reason(rows: DayRows, change: Change) -> Said:
    if isinstance(change, Sick):
        return said("sick", named(rows, change.technician_id))
    if isinstance(change, Closed):
        return said("place-closed", named(rows, change.place_id))
    codes = {Moved: "desk", Late: "late", Added: "service-added", Gone: "cancelled"}
    return said(codes[type(change)], None)


def _check(fine: bool, what: str) -> None:
    if not fine:
        raise Refused(NOT_FOUND, what=what)
