"""A day that is over as a `scheduler.Problem` in which everything is known: who came and when, and how long each phase took.

What really happened is a valid plan of that problem. Where the day went beyond a rule (a technician stayed longer than is
asked of anybody, a place was not cleaned), the rule is loosened for that day as far (`concessions.py`), so that a proven
bound holds for the day as it was. Minutes are plain: nobody's count more than another's, and none more for being late ones.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hub.catalog.queries import PhaseFacts
from hub.operations.bookings.tables import BookingItemRow, BookingRow
from hub.operations.planning.concessions import conceded
from hub.operations.planning.lengths import ANY_SKILL
from hub.operations.planning.minutes import Ruler
from hub.operations.planning.problem import EVENING_MINUTES, promised_of, request_of
from hub.operations.planning.resources import place_of, technician_of
from hub.operations.planning.rows import DayRows
from hub.operations.visits.tables import PhaseRunRow
from scheduler import Arrival, Assignment, Item, Level, Phase, Plan, Problem, Settings, Technician, Visit

OBJECTIVE: tuple[Level, ...] = ("unserved", "promise_lateness", "waiting", "wishes", "overtime")
"""What the planner minimises, in its order, less the levels that mean nothing afterwards."""


@dataclass(frozen=True, slots=True)
class PastDay:
    """Minute 0 of `problem` is `origin`; `happened` is the day as it was, a plan of the problem."""

    problem: Problem
    happened: Plan
    origin: datetime
    told: frozenset[str]
    """Visits that were told a window; the others are held to their booked time."""
    walk_ins: int
    stayed_away: int
    walked_in: frozenset[str] = frozenset()
    """Visits without a booking."""
    planned: Mapping[str, int] = field(default_factory=dict)
    """What the plan would have set aside for what was done of a service, by item, in minutes."""
    prices: Mapping[str, int] = field(default_factory=dict)
    """Of all that a visit came for, by visit, in minor units of the store's currency; today's prices."""

    def moment(self, minute: int) -> datetime:
        return self.origin + timedelta(minutes=minute)


@dataclass(frozen=True, slots=True)
class _Ran:
    """A phase that was done, in minutes; `technician` and `place` are None where they cannot have been there all the time."""

    item: str
    ordinal: int
    technician: str | None
    place: str | None
    start: int
    end: int


def past_day_of(rows: DayRows) -> PastDay | None:
    """What happened on a day that is over; None when nobody came. Times count in whole minutes that have begun."""
    came = [booking for booking in rows.bookings if booking.id in rows.visits and rows.items.get(booking.id)]
    if not came:
        return None
    ruler = Ruler(_origin(rows))
    ran = _ran(rows, ruler)
    ends = [run.end for run in ran.values()] + [ruler.ceil(s.end) for shifts in rows.shifts.values() for s in shifts]
    horizon = max([0, *ends, *(ruler.ceil(closes) for closes in (rows.hours or ())[1:])]) + EVENING_MINUTES
    technicians = tuple(technician_of(rows, row, ruler, horizon) for row in rows.technicians)
    places = tuple(replace(place_of(rows, row, ruler, horizon), earliest_free=0) for row in rows.places)
    visits, happened = [], []
    for booking in came:
        visit, assignments = _visit(rows, booking, ruler, ran, technicians)
        visits.append(visit)
        happened += assignments
    served = {row.visit for row in happened}
    plan = Plan(tuple(happened), unserved=tuple(visit.id for visit in visits if visit.id not in served))
    problem = Problem(
        horizon=horizon,
        technicians=technicians,
        places=places,
        visits=tuple(visits),
        published=plan.assignments,
        settings=_plain_minutes(horizon),
        objective=OBJECTIVE,
        name=rows.date.isoformat(),
    )
    return PastDay(
        problem=conceded(problem, plan.assignments),
        happened=plan,
        origin=ruler.origin,
        told=frozenset(rows.promises),
        walk_ins=sum(booking.source == "walk_in" for booking in came),
        stayed_away=sum(booking.state != "held" and booking.id not in rows.visits for booking in rows.bookings),
        walked_in=frozenset(booking.id for booking in came if booking.source == "walk_in"),
        planned={item.id: _planned(rows, item) for booking in came for item in rows.items[booking.id] if rows.begun(item)},
        prices={booking.id: sum(rows.service_of(i).price_minor for i in rows.items[booking.id]) for booking in came},
    )


def _planned(rows: DayRows, item: BookingItemRow) -> int:
    runs = rows.runs[item.id]
    phases = [phase for phase in rows.service_of(item).phases if phase.ordinal in runs]
    return sum(rows.lengths.minutes(item.service_id, phase, runs[phase.ordinal].technician_id) for phase in phases)


def _plain_minutes(horizon: int) -> Settings:
    """No minute is dearer than another, and what happened is a hint that binds nobody."""
    return Settings(frozen=0, ageing=horizon + 1, lateness_ageing=horizon + 1, wish=1)


def _origin(rows: DayRows) -> datetime:
    moments = [visit.arrived_at for visit in rows.visits.values()]
    moments += [run.started_at for runs in rows.runs.values() for run in runs.values()]
    moments += [shift.start for shifts in rows.shifts.values() for shift in shifts]
    moments += list((rows.hours or ())[:1])
    return min(moments).replace(second=0, microsecond=0)


def _ran(rows: DayRows, ruler: Ruler) -> dict[tuple[str, int], _Ran]:
    """Every phase that was done. Whoever took it over from somebody else, or a place that the customer changed to, was
    elsewhere or taken at its beginning: then nobody counts as bound by it."""
    found = [_measured(run, ruler) for runs in rows.runs.values() for run in runs.values()]
    taken_over = _overlapping(found, "technician"), _overlapping(found, "place")
    return {
        (run.item, run.ordinal): replace(
            run,
            technician=None if run in taken_over[0] else run.technician,
            place=None if run in taken_over[1] else run.place,
        )
        for run in found
    }


def _measured(run: PhaseRunRow, ruler: Ruler) -> _Ran:
    start = ruler.floor(run.started_at)
    end = max(start, ruler.floor(run.ended_at or run.expected_end))
    return _Ran(run.item_id, run.ordinal, run.technician_id, run.place_id, start, end)


def _overlapping(found: Iterable[_Ran], field: str) -> set[_Ran]:
    """Of two that overlap on one technician or place the one that ended later: it came there only after the other's end."""
    by_name: dict[str, list[_Ran]] = defaultdict(list)
    for run in found:
        if (name := getattr(run, field)) is not None:
            by_name[name].append(run)
    return {
        max(one, two, key=lambda run: run.end)
        for own in by_name.values()
        for one, two in itertools.combinations(own, 2)
        if one.start < two.end and two.start < one.end
    }


def _visit(
    rows: DayRows,
    booking: BookingRow,
    ruler: Ruler,
    ran: dict[tuple[str, int], _Ran],
    technicians: Sequence[Technician],
) -> tuple[Visit, list[Assignment]]:
    """Of a customer who was served what was done; of one who left unserved what they came for, at its planned length."""
    wanted = rows.items[booking.id]
    begun = [item for item in wanted if rows.begun(item)]
    items, happened = [], []
    for item in begun or wanted:
        runs = [ran[item.id, ordinal] for ordinal in sorted(rows.runs.get(item.id, {}))]
        items.append(_done(rows, item, runs, technicians) if runs else _not_done(rows, item))
        happened += [
            Assignment(booking.id, item.id, number, run.technician, run.place, run.start, run.end)
            for number, run in enumerate(runs)
        ]
    booked = max(0, ruler.floor(booking.booked_start))
    visit = Visit(
        id=booking.id,
        items=tuple(items),
        customer=booking.customer_id,
        arrival=Arrival("here", max(0, ruler.floor(rows.visits[booking.id].arrived_at))),
        booked_start=booked,
        promised=promised_of(rows, booking, ruler, booked),
        party=f"{booking.party_id}/{booking.booked_start.isoformat()}" if booking.party_id else None,
    )
    return visit, happened


def _not_done(rows: DayRows, item: BookingItemRow) -> Item:
    phases = rows.service_of(item).phases
    skills = {phase.skill for phase in phases if phase.needs_technician}
    built = tuple(rows.lengths.phase(item.service_id, phase) for phase in phases)
    return Item(item.id, built, request_of(rows, item), same_technician=len(skills) <= 1)


def _done(rows: DayRows, item: BookingItemRow, runs: Sequence[_Ran], technicians: Sequence[Technician]) -> Item:
    """The phases that were done, each as long as it was, whoever does it."""
    facts = {phase.ordinal: phase for phase in rows.service_of(item).phases}
    kinds = {row.id: row.kind for row in rows.standing.places}
    built = []
    for number, run in enumerate(runs):
        before = runs[number - 1] if number else None
        built.append(_phase(facts.get(run.ordinal), run, before, kinds, technicians))
    skills = {phase.skill for phase in facts.values() if phase.needs_technician}
    people = {run.technician for run in runs} - {None}
    return Item(item.id, tuple(built), request_of(rows, item), same_technician=len(skills) <= 1 and len(people) <= 1)


def _phase(
    facts: PhaseFacts | None,
    run: _Ran,
    before: _Ran | None,
    kinds: dict[str, str],
    technicians: Sequence[Technician],
) -> Phase:
    """`facts` None: the catalog does not have the phase any more; then anybody may do it."""
    minutes = run.end - run.start
    skill, level = ((facts.skill or ANY_SKILL), facts.min_level) if facts is not None else (ANY_SKILL, 1)
    able = {t.id for t in technicians if t.skills.get(skill, 0) >= level}
    phase = Phase(
        kind=facts.kind if facts is not None else "hands_on",
        duration=minutes,
        place_kind=kinds[run.place] if run.place is not None else None,
        skill=skill if run.technician is not None else None,
        min_level=level,
        max_gap_before=max(facts.max_gap_minutes if facts is not None else 0, run.start - before.end if before else 0),
        keep_place=before is None or before.place == run.place,
    )
    if run.technician is not None and run.technician not in able:
        return replace(phase, skill=None, duration_by_technician=dict.fromkeys(able | {run.technician}, minutes))
    return phase
