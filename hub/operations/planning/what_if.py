"""What if: a change that nobody has made yet, and the ways in which the day could take it. Pure, but for reading the day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.commands import StoreFacts
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.text import Said
from hub.operations.bookings.ports import Wish
from hub.operations.planning.answer import phases_of, promises_of
from hub.operations.planning.models import AdoptPlan
from hub.operations.planning.problem import OVERRUN_MINUTES, TIER_WEIGHTS, DayProblem, planning_settings, problem_of
from hub.operations.planning.reasons import named, said
from hub.operations.planning.rows import DayRows, rows_of
from hub.operations.planning.rules import NO_ROOM, NOT_PLANNED
from hub.operations.planning.trials import Trial, tried
from hub.operations.stations.rules import ALREADY_CLOSED
from hub.operations.team.rules import ALREADY_AWAY
from hub.operations.visits.rules import ALREADY_ARRIVED
from scheduler import Arrival, Assignment, Fixed, Item, Plan, Problem, Request, Visit, repair

MINUTE = timedelta(minutes=1)


def added_item(number: int) -> str:
    """Id of a service that is thought of in addition."""
    return f"{number:032d}"


ADDED = added_item(0)
"""The first of them; also the id of a customer who is thought of."""


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


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody without a booking stands at the desk and wants these services now."""

    services: tuple[Wish, ...]


Change = Moved | Late | Sick | Closed | Added | Gone | Joined

WayKind = Literal["asked", "only_those", "cancel", "keeps", "technician", "time", "anybody", "sooner"]
"""`asked`: what was asked for, in the best order of the day. `only_those`: nobody else is moved. `cancel`: those concerned are
cancelled. `keeps`: who comes late keeps technician and place. `technician`, `time`: the same with somebody else, or at another
time. `anybody`: whoever can. `sooner`: others make room.
"""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to make a change; `cancels` are bookings that are given up for it."""

    kind: WayKind
    change: Change
    trial: Trial
    cancels: tuple[str, ...] = ()


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
    return await rows_of(session, store, now, store.days.of(now))


def repaired(rows: DayRows, change: Change) -> Repair:
    """The day around the change, every other customer moved as little as possible.

    Raises:
        Refused: `not_found`, `not_planned` for a service that has begun or has no room, `no_room` when the change is not
            possible at all.
    """
    day = problem_of(rows)
    way = way_of(rows, day, change)
    found = tried(way.trial, day.problem, search=False)
    if found is None:
        raise Refused(NO_ROOM)
    before = repair(day.problem, day.problem.published)
    return Repair(changed_day(day, way.trial), before, found.plan, reason_of_change(rows, change))


def changed_day(day: DayProblem, trial: Trial) -> DayProblem:
    """The day with the change, against the plan in force."""
    return replace(day, problem=replace(trial.problem, published=day.problem.published))


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


def way_of(rows: DayRows, day: DayProblem, change: Change, *, kind: WayKind = "asked", search: bool = False) -> Way:
    """The change as a problem of its own. Raises as `repaired`, and as the command would that makes the change."""
    _check_new(rows, change)
    changed = _changed(rows, day, change)
    # What people decide may move whatever the planner alone would leave in peace.
    problem = replace(changed, settings=replace(changed.settings, frozen=0, moves_max=1_000))
    must: tuple[Assignment, ...] = ()
    serves: tuple[str, ...] = ()
    if isinstance(change, Moved):
        must = tuple(row for row in problem.published if row.item == change.item_id)
    elif isinstance(change, Added):
        serves = (change.booking_id,)
    elif isinstance(change, Joined):
        serves = (ADDED,)
    return Way(kind, change, Trial(problem, changed.published, must, serves, search=search))


def _check_new(rows: DayRows, change: Change) -> None:
    """Nobody is shown what accepting would refuse. Raises `already_arrived`, `already_away` or `already_closed`."""
    if isinstance(change, Late | Gone) and change.booking_id in rows.visits:
        raise Refused(ALREADY_ARRIVED)
    if isinstance(change, Sick):
        away = rows.absent(change.technician_id, rows.now)
        if away is not None and away.kind != "break":
            raise Refused(ALREADY_AWAY, absence=away.kind)
    if isinstance(change, Closed) and rows.closed(change.place_id, rows.now) is not None:
        raise Refused(ALREADY_CLOSED)


def _changed(rows: DayRows, day: DayProblem, change: Change) -> Problem:
    problem = day.problem
    if isinstance(change, Moved):
        return _with_moved(day, change)
    if isinstance(change, Joined):
        return replace(problem, visits=(*problem.visits, _joining(rows, problem, change)))
    if isinstance(change, Sick | Closed):
        return _without(problem, change)
    _check(any(v.id == change.booking_id for v in problem.visits), "booking")
    if isinstance(change, Gone):
        visits = tuple(v for v in problem.visits if v.id != change.booking_id)
        kept = tuple(row for row in problem.published if row.visit != change.booking_id)
        return replace(problem, visits=visits, published=kept)
    if isinstance(change, Late):
        return _with_visit(problem, change.booking_id, lambda v: _late(v, problem, change.minutes))
    return _with_visit(problem, change.booking_id, lambda v: _more(rows, v, change))


def _without(problem: Problem, change: Sick | Closed) -> Problem:
    """From now on to the end of the day."""
    rest = (problem.now, problem.horizon)
    if isinstance(change, Sick):
        _check(any(t.id == change.technician_id for t in problem.technicians), "technician")
        people = tuple(
            replace(t, absences=(*t.absences, rest)) if t.id == change.technician_id else t for t in problem.technicians
        )
        return replace(problem, technicians=people)
    _check(any(p.id == change.place_id for p in problem.places), "place")
    places = tuple(replace(p, closures=(*p.closures, rest)) if p.id == change.place_id else p for p in problem.places)
    return replace(problem, places=places)


def _with_visit(problem: Problem, booking_id: str, changed: Callable[[Visit], Visit]) -> Problem:
    return replace(problem, visits=tuple(changed(v) if v.id == booking_id else v for v in problem.visits))


def _late(visit: Visit, problem: Problem, minutes: int) -> Visit:
    return replace(visit, arrival=Arrival("expected_late", late_until(visit, problem, minutes)), release=0)


def late_until(visit: Visit, problem: Problem, minutes: int) -> int:
    """The minute at which a customer comes who says this."""
    return max(problem.now + OVERRUN_MINUTES, (visit.booked_start or problem.now) + minutes)


def _more(rows: DayRows, visit: Visit, change: Added) -> Visit:
    item = _thought_of(rows, 0, Wish(change.service_id))
    if change.technician_id is not None:
        wanted = Fixed(change.technician_id)
        phases = tuple(replace(p, fixed=wanted) if p.needs_technician else p for p in item.phases)
        item = replace(item, phases=phases)
    return replace(visit, items=(*visit.items, item))


def _joining(rows: DayRows, problem: Problem, change: Joined) -> Visit:
    _check(bool(change.services), "service")
    items = tuple(_thought_of(rows, number, wish) for number, wish in enumerate(change.services))
    weights = {**TIER_WEIGHTS, **planning_settings(rows).get("tier_weights", {})}
    return Visit(ADDED, items, arrival=Arrival("here", problem.now), booked_start=problem.now, tier_weight=int(weights["none"]))


def _thought_of(rows: DayRows, number: int, wish: Wish) -> Item:
    service = rows.catalog.services.get(wish.service_id)
    if service is None or not service.active:
        raise Refused(NOT_FOUND, what="service")
    request = Request()
    if wish.requested in ("woman", "man"):
        request = Request("tag", tag=wish.requested)
    elif wish.requested in ("must", "prefers") and wish.technician_id:
        request = Request("must" if wish.requested == "must" else "prefers", (wish.technician_id,))
    skills = {phase.skill for phase in service.phases if phase.needs_technician}
    phases = tuple(rows.lengths.phase(service.id, phase) for phase in service.phases)
    return Item(added_item(number), phases, request, same_technician=len(skills) <= 1)


def _with_moved(day: DayProblem, change: Moved) -> Problem:
    """The moved visit is pinned where it shall be; everybody else goes around it."""
    problem = day.problem
    wanted = wanted_rows(day, change)
    at = {(row.item, row.phase): row for row in wanted}
    published = tuple(at.get((row.item, row.phase), row) for row in problem.published)
    earliest = min(row.start for row in wanted)

    def pinned(visit: Visit) -> Visit:
        items = tuple(_loosened(item, wanted) if item.id == change.item_id else item for item in visit.items)
        release, booked = min(visit.release, earliest), min(visit.booked_start or 0, earliest)
        return replace(visit, pinned=True, items=items, party=None, release=release, booked_start=booked)

    return replace(_with_visit(problem, wanted[0].visit, pinned), published=published)


def _loosened(item: Item, wanted: Iterable[Assignment]) -> Item:
    """What was called or pinned before does not bind whoever moves it now; it keeps its length, whoever does it."""
    phases = [replace(phase, fixed=None) for phase in item.phases]
    for row in wanted:
        phase = phases[row.phase]
        if row.technician is not None and row.technician in phase.duration_by_technician:
            lengths = {**phase.duration_by_technician, row.technician: row.end - row.start}
            phases[row.phase] = replace(phase, duration_by_technician=lengths)
    return replace(item, phases=tuple(phases))


def wanted_rows(day: DayProblem, change: Moved) -> list[Assignment]:
    """The phases of the service as they would be where it is wanted. Raises `not_planned`."""
    problem = day.problem
    own = sorted((r for r in problem.published if r.item == change.item_id), key=lambda r: r.phase)
    if not own or own[0].phase != 0:
        raise Refused(NOT_PLANNED)
    kinds = {place.id: place.kind for place in problem.places}
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


def reason_of_change(rows: DayRows, change: Change) -> Said:
    """What set the day off, in the words of the reasons."""
    if isinstance(change, Sick):
        return said("sick", named(rows, change.technician_id))
    if isinstance(change, Closed):
        return said("place-closed", named(rows, change.place_id))
    codes = {Moved: "desk", Late: "late", Added: "service-added", Gone: "cancelled", Joined: "arrived"}
    return said(codes[type(change)], None)


def _check(fine: bool, what: str) -> None:
    if not fine:
        raise Refused(NOT_FOUND, what=what)
