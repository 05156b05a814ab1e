"""The day as a `scheduler.Problem`, in whole minutes from the day's first work.

Begun work is a fact, called and pinned work keeps its technician and place, whoever is in the store waits since the arrival.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hub.catalog.queries import PhaseFacts
from hub.operations.bookings.tables import AssignmentRow as PlannedRow
from hub.operations.bookings.tables import BookingItemRow, BookingRow
from hub.operations.planning.durations import LogNormal
from hub.operations.planning.lengths import ANY_SKILL
from hub.operations.planning.minutes import MINUTE, Ruler
from hub.operations.planning.odds import Spread, as_planned
from hub.operations.planning.parties import OPEN_STATES, accompanied, party_of
from hub.operations.planning.resources import OVERRUN_MINUTES, place_of, technician_of
from hub.operations.planning.rows import DayRows
from hub.operations.stations.tables import ClosureRow
from hub.operations.team.rules import is_at_work, overtime_of
from hub.operations.team.tables import AbsenceRow
from hub.operations.visits.tables import PhaseRunRow, VisitRow
from scheduler import (
    Arrival,
    Assignment,
    Fixed,
    Item,
    Phase,
    Problem,
    Request,
    Settings,
    Span,
    Visit,
)

__all__ = [
    "ANY_SKILL",
    "BOOKED_GRACE_MINUTES",
    "EVENING_MINUTES",
    "MINUTE",
    "OVERDUE_MINUTES",
    "OVERRUN_MINUTES",
    "TIER_WEIGHTS",
    "DayProblem",
    "planning_settings",
    "problem_of",
    "promised_of",
    "request_of",
]

EVENING_MINUTES = 240
"""Room in the horizon after the last shift, so that nobody in the store is left without a time."""

OVERDUE_MINUTES = 5
"""A customer who is overdue and has not said anything is expected this far ahead, so that others need not wait for them."""

PAUSE_MINUTES = 15
BOOKED_GRACE_MINUTES = 10
"""The window around a booked start of those who were promised nothing yet."""

TIER_WEIGHTS = {"none": 1, "regular": 1, "silver": 2, "gold": 3, "diamond": 4}
"""Store setting `planning.tier_weights`."""

GONE_VISITS = frozenset({"served", "at_checkout", "paid", "left"})


@dataclass(frozen=True, slots=True)
class DayProblem:
    """A problem with what is needed to read its answers: minute 0 is `origin`."""

    problem: Problem
    origin: datetime
    clean_minutes: dict[str, int]
    """Of every place."""
    spread: Spread = as_planned
    """What is known of each phase's length."""

    def moment(self, minute: int) -> datetime:
        return self.origin + timedelta(minutes=minute)


def problem_of(rows: DayRows) -> DayProblem:
    """What is to be planned of the day, from now on."""
    origin = _origin(rows)
    ruler = Ruler(origin)
    last = max([rows.now, *(s.end for shifts in rows.shifts.values() for s in shifts), *((rows.hours or ())[1:])])
    horizon = ruler.ceil(last) + EVENING_MINUTES
    team = rows.technicians
    technicians = tuple(technician_of(rows, row, ruler, horizon) for row in team)
    places = tuple(place_of(rows, row, ruler, horizon) for row in rows.places)
    in_company = accompanied(rows)
    found = (_visit(rows, booking, ruler, in_company) for booking in rows.bookings)
    visits = tuple(visit for visit in found if visit is not None)
    published = _published(visits, rows, ruler)
    known = {t.id for t in technicians}, {p.id for p in places}
    problem = Problem(
        horizon=max(horizon, max((row.end for row in published), default=0)),
        technicians=technicians,
        places=places,
        visits=visits,
        now=max(0, ruler.floor(rows.now)),
        published=tuple(r for r in published if _known(r, *known)),
        settings=_settings(rows),
        name=rows.date.isoformat(),
    )
    return DayProblem(problem, origin, {p.id: p.clean_up for p in places}, _spread(rows))


def _spread(rows: DayRows) -> Spread:
    """By the item's service, the phase and who does it."""
    items = {item.id: item for of_booking in rows.items.values() for item in of_booking}

    def known(row: Assignment) -> LogNormal:
        item = items.get(row.item)
        phase = next((p for p in rows.service_of(item).phases if p.ordinal == row.phase), None) if item else None
        if item is None or phase is None:
            return as_planned(row)
        level = rows.standing.skills.get(row.technician or "", {}).get(phase.skill or "", 0)
        factor = rows.durations.of(item.service_id, row.phase, level, row.technician)
        planned = row.end - row.start
        usual = phase.minutes, rows.lengths.minutes(item.service_id, phase, row.technician)
        if row.phase in rows.runs.get(item.id, {}) and planned not in usual:
            # Whoever does it has said how long it takes, or it has taken longer already.
            return LogNormal(1.0, factor.sigma)
        # The factor is on the catalog's minutes, whatever has been set aside.
        return LogNormal(factor.mean * phase.minutes / max(1, planned), factor.sigma)

    return known


def planning_settings(rows: DayRows) -> dict[str, Any]:
    """The store's own prices and limits of planning."""
    return rows.own


def _settings(rows: DayRows) -> Settings:
    own = rows.own
    known = {name: int(own[name]) for name in Settings.__dataclass_fields__ if isinstance(own.get(name), int)}
    return Settings(**known)


def _origin(rows: DayRows) -> datetime:
    moments: list[datetime] = [max(rows.now, rows.begins), *((rows.hours or ())[:1])]
    moments += [shift.start for shifts in rows.shifts.values() for shift in shifts]
    moments += [run.started_at for runs in rows.runs.values() for run in runs.values()]
    moments += [row.start for planned in rows.assignments.values() for row in planned.values()]
    return min(moments).replace(second=0, microsecond=0)


def _known(row: Assignment, technicians: set[str], places: set[str]) -> bool:
    return (row.technician is None or row.technician in technicians) and (row.place is None or row.place in places)


def _visit(rows: DayRows, booking: BookingRow, ruler: Ruler, in_company: frozenset[str]) -> Visit | None:
    if booking.state not in OPEN_STATES:
        return None
    stay = rows.visits.get(booking.id)
    if stay is not None and stay.state in GONE_VISITS:
        return None
    wanted = [item for item in rows.items.get(booking.id, []) if not rows.done(item)]
    if not wanted:
        return None
    following = rows.following(booking) if stay and stay.state in ("called", "in_room") else None
    called = following[0] if following is not None else None
    items = tuple(_item(rows, item, ruler, stay if item is called else None) for item in wanted)
    planned = [row for item in wanted for row in rows.assignments.get(item.id, {}).values()]
    # What the desk has put and pinned before the booked time, it has agreed with the customer.
    agreed = min([booking.booked_start, *(row.start for row in planned if row.pinned)])
    booked = max(0, ruler.floor(agreed))
    arrival = _arrival(rows, booking, ruler)
    begun = any(rows.begun(item) for item in wanted)
    customer = rows.customers.get(booking.customer_id) if booking.customer_id else None
    weights = {**TIER_WEIGHTS, **rows.own.get("tier_weights", {})}
    return Visit(
        id=booking.id,
        items=items,
        customer=None if booking.id in in_company else booking.customer_id,
        arrival=arrival,
        release=booked if arrival.kind == "not_yet" and not begun else 0,
        booked_start=booked,
        promised=promised_of(rows, booking, ruler, booked),
        tier_weight=int(weights.get(customer.tier if customer else "none", 1)),
        party=party_of(rows, booking),
        moves_so_far=_moves_that_bind(rows, booking),
        pinned=booking.state == "held" or (bool(planned) and all(row.pinned for row in planned)),
    )


def _moves_that_bind(rows: DayRows, booking: BookingRow) -> int:
    """Being moved often keeps a customer where they are, but not in a wait: who is here, or late already, may be helped."""
    promise, planned = rows.promises.get(booking.id), rows.planned_start(booking)
    late = promise is not None and planned is not None and planned > promise.end
    return 0 if late or booking.id in rows.visits else rows.moves_of(booking)


def _arrival(rows: DayRows, booking: BookingRow, ruler: Ruler) -> Arrival:
    stay, late = rows.visits.get(booking.id), rows.lateness.get(booking.id)
    now, booked = ruler.floor(rows.now), ruler.floor(booking.booked_start)
    if stay is not None:
        if stay.paused:
            return Arrival("expected_late", now + PAUSE_MINUTES)
        return Arrival("here", max(0, ruler.floor(stay.arrived_at)))
    if late is not None and ruler.ceil(late.until) > max(now, booked):
        return Arrival("expected_late", ruler.ceil(late.until))
    if booking.state != "held" and now > booked:
        return Arrival("expected_late", now + OVERDUE_MINUTES)
    return Arrival("not_yet")


def promised_of(rows: DayRows, booking: BookingRow, ruler: Ruler, booked: int) -> Span | None:
    """The window that was told, else the booked start and a little; None for a walk-in who was told nothing."""
    promise = rows.promises.get(booking.id)
    if promise is not None:
        return max(0, ruler.floor(promise.start)), max(0, ruler.ceil(promise.end))
    if booking.source == "walk_in":
        return None
    return booked, booked + BOOKED_GRACE_MINUTES


def _item(rows: DayRows, item: BookingItemRow, ruler: Ruler, called: VisitRow | None) -> Item:
    """`called`: the visit of a customer who was called to this service."""
    phases = rows.service_of(item).phases
    running = rows.in_hand(item)
    built = tuple(_phase(rows, item, phase, ruler, running, called) for phase in phases)
    skills = {phase.skill for phase in phases if phase.needs_technician}
    if _left_behind(rows, item):
        return Item(id=item.id, phases=built, same_technician=False)
    request = Request() if item.requested_technician_id in rows.retired else request_of(rows, item)
    return Item(id=item.id, phases=built, request=request, same_technician=len(skills) <= 1)


def _left_behind(rows: DayRows, item: BookingItemRow) -> bool:
    """Whether who began the service is away now, of the team no longer, or cannot do the rest: then whoever can has to go on,
    also where she was asked for by name."""
    runs, phases = rows.runs.get(item.id, {}), rows.service_of(item).phases
    people = {run.technician_id for run in runs.values() if run.technician_id}
    away = {name for name in people if (found := rows.absent(name, rows.now)) is not None and found.kind != "break"}
    if away or people & rows.retired:
        return True
    hands_on = [phase for phase in phases if phase.needs_technician]
    if len({phase.skill for phase in hands_on}) > 1:
        return False  # several people do it from the beginning
    skills = [rows.standing.skills.get(name, {}) for name in people]
    return not all(phase.is_for(known) for phase in hands_on if phase.ordinal not in runs for known in skills)


def request_of(rows: DayRows, item: BookingItemRow) -> Request:
    """Whom the customer asks for, as far as they work here."""
    if item.requested in ("woman", "man"):
        return Request("tag", tag=item.requested)
    known = {row.id for row in rows.technicians}
    if item.requested in ("must", "prefers") and item.requested_technician_id in known:
        names = (item.requested_technician_id,)
        return Request("must", names) if item.requested == "must" else Request("prefers", names)
    return Request()


def _phase(
    rows: DayRows, item: BookingItemRow, phase: PhaseFacts, ruler: Ruler, running: PhaseRunRow | None, called: VisitRow | None
) -> Phase:
    run = rows.runs.get(item.id, {}).get(phase.ordinal)
    planned = rows.assignments.get(item.id, {}).get(phase.ordinal)
    place_kind = phase.place_kind
    fixed: Fixed | None = None
    if run is not None:
        # A place that the customer has left is stations' business: its state says when it is free.
        left = running is not None and run.place_id != running.place_id
        place_kind = None if left or run.place_id is None else place_kind
        fixed = _fact(rows, run, ruler, place=None if left else run.place_id)
    elif planned is not None and (called or planned.pinned):
        seat = called.called_place_id if called is not None and phase.ordinal == 0 else None
        fixed = _settled(rows, phase, planned, seat or planned.place_id)
    kept = {}
    if planned is not None and planned.technician_id is not None:
        kept[planned.technician_id] = (planned.end - planned.start) // MINUTE
    return replace(rows.lengths.phase(item.service_id, phase, kept), place_kind=place_kind, fixed=fixed)


def _settled(rows: DayRows, phase: PhaseFacts, planned: PlannedRow, place: str | None) -> Fixed | None:
    """Who does called or pinned work, and at which place, as far as she can, and will be there, and it is of the kind, and open
    then; the rest is open again."""

    def ahead(row: AbsenceRow | ClosureRow) -> bool:
        return row.start < planned.end and (row.end is None or row.end > max(planned.start, rows.now))

    technician = planned.technician_id
    able = technician not in rows.retired and phase.is_for(rows.standing.skills.get(technician or "", {}))
    works = [(shift.start, shift.end) for shift in rows.shifts.get(technician or "", [])]
    there = is_at_work(works, max(planned.start, rows.now), max(planned.end, rows.now), overtime_of(rows.store.settings))
    if not (able and there) or any(ahead(row) for row in rows.absences.get(technician or "", []) if row.kind != "break"):
        technician = None
    fit = any(row.id == place and row.active and row.kind == phase.place_kind for row in rows.places)
    if not fit or any(ahead(row) for row in rows.closures.get(place or "", [])):
        place = None
    return Fixed(technician=technician, place=place) if technician or place else None


def _fact(rows: DayRows, run: PhaseRunRow, ruler: Ruler, *, place: str | None) -> Fixed:
    start, now = ruler.floor(run.started_at), ruler.floor(rows.now)
    if run.ended_at is not None:
        return Fixed(run.technician_id, place, start, max(start, ruler.floor(run.ended_at)))
    expected = ruler.ceil(run.expected_end)
    return Fixed(run.technician_id, place, start, expected if expected > now else now + OVERRUN_MINUTES)


def _published(visits: tuple[Visit, ...], rows: DayRows, ruler: Ruler) -> list[Assignment]:
    found = []
    for visit in visits:
        for item in visit.items:
            for number, phase in enumerate(item.phases):
                row = rows.assignments.get(item.id, {}).get(number)
                if row is not None and (phase.fixed is None or phase.fixed.start is None):
                    found.append(_assignment(visit.id, row, ruler))
    return found


def _assignment(visit: str, row: PlannedRow, ruler: Ruler) -> Assignment:
    start = max(0, ruler.floor(row.start))
    end = start + (row.end - row.start) // MINUTE
    return Assignment(visit, row.item_id, row.ordinal, row.technician_id, row.place_id, start, end)
