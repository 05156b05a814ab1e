"""What disturbs a day: a stream of events over a planned day, each turning problem and plan into the next problem."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from scheduler.meaning import is_fact, phases_of
from scheduler.plan import Plan
from scheduler.problem import Arrival, Assignment, Fixed, Item, Phase, Problem, Visit

EventKind = Literal["late", "overrun", "walk_in", "closed_place", "sick", "no_show", "add_on"]

KINDS: tuple[EventKind, ...] = ("late", "overrun", "walk_in", "closed_place", "sick", "no_show", "add_on")
WEIGHTS = (25, 30, 15, 5, 3, 12, 10)
"""How often each happens, in percent: lateness and overruns are the daily bread, sickness is rare."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at `at` to `whom` (a visit, technician or place)."""

    kind: EventKind
    at: int
    whom: str


def advance(problem: Problem, plan: Plan, now: int) -> Problem:
    """The day at a later moment, as planned: begun phases are facts, customers whose time has come are here."""
    rows = {(r.visit, r.item, r.phase): r for r in plan.assignments}
    visits = []
    free_from: dict[str, int] = {}
    for visit in problem.visits:
        own = [r for r in plan.assignments if r.visit == visit.id]
        if own and max(r.end for r in own) <= now:
            for row in own:
                if row.place is not None:
                    free_from[row.place] = max(free_from.get(row.place, 0), row.end)
            continue
        visits.append(_begun(visit, rows, now))
    places = tuple(
        replace(p, earliest_free=max(p.earliest_free, free_from[p.id] + p.clean_up)) if p.id in free_from else p
        for p in problem.places
    )
    names = {v.id for v in visits}
    published = tuple(r for r in plan.assignments if r.visit in names)
    return replace(problem, now=now, visits=tuple(visits), places=places, published=published)


def _begun(visit: Visit, rows: dict[tuple[str, str, int], Assignment], now: int) -> Visit:
    def settled(item: Item, number: int, phase: Phase) -> Phase:
        row = rows.get((visit.id, item.id, number))
        if row is None or row.start >= now or is_fact(phase):
            return phase
        return replace(phase, fixed=Fixed(row.technician, row.place, row.start, row.end))

    items = tuple(replace(i, phases=tuple(settled(i, n, p) for n, p in enumerate(i.phases))) for i in visit.items)
    arrival = visit.arrival
    coming = visit.booked_start if visit.booked_start is not None else visit.release
    if arrival.kind == "not_yet" and coming <= now:
        arrival = Arrival("here", coming)
    elif arrival.kind == "expected_late" and arrival.at <= now:
        arrival = Arrival("here", arrival.at)
    return replace(visit, items=items, arrival=arrival)


def draw(problem: Problem, rng: random.Random, sample: Sequence[Visit]) -> tuple[Event, Problem]:
    """One event at `problem.now` and the problem after it; walk-ins resemble one of `sample`."""
    for _ in range(100):
        kind = rng.choices(KINDS, WEIGHTS)[0]
        found = _HANDLERS[kind](problem, rng, sample)
        if found is not None:
            return found
    return Event("walk_in", problem.now, ""), problem


def _late(problem: Problem, rng: random.Random, sample: Sequence[Visit]) -> tuple[Event, Problem] | None:
    coming = [v for v in problem.visits if v.arrival.kind == "not_yet" and (v.booked_start or 0) < problem.now + 45]
    if not coming:
        return None
    visit = rng.choice(coming)
    at = max(problem.now, visit.booked_start or visit.release) + rng.randint(5, 30)
    return _with(problem, "late", replace(visit, arrival=Arrival("expected_late", at)))


def _running(problem: Problem) -> list[tuple[Visit, Item, int]]:
    found = []
    for visit in problem.visits:
        for (_, _, number), item, phase in phases_of(visit):
            fixed = phase.fixed
            if is_fact(phase) and fixed is not None and fixed.end is not None and fixed.end > problem.now:
                found.append((visit, item, number))
    return found


def _overrun(problem: Problem, rng: random.Random, sample: Sequence[Visit]) -> tuple[Event, Problem] | None:
    running = _running(problem)
    if not running:
        return None
    visit, item, number = rng.choice(running)
    fixed = item.phases[number].fixed
    if fixed is None or fixed.end is None:
        return None
    longer = replace(item.phases[number], fixed=replace(fixed, end=fixed.end + rng.randint(5, 20)))
    return _with(problem, "overrun", _changed(visit, item, number, longer))


def _changed(visit: Visit, item: Item, number: int, phase: Phase) -> Visit:
    phases = (*item.phases[:number], phase, *item.phases[number + 1 :])
    return replace(visit, items=tuple(replace(i, phases=phases) if i.id == item.id else i for i in visit.items))


def _walk_in(problem: Problem, rng: random.Random, sample: Sequence[Visit]) -> tuple[Event, Problem] | None:
    like = rng.choice(sample)
    visit = replace(
        like,
        id=f"walk-in-{problem.now}-{len(problem.visits)}",
        customer=None,
        arrival=Arrival("here", problem.now),
        release=problem.now,
        booked_start=None,
        promised=(problem.now, min(problem.horizon, problem.now + 30)),
    )
    event = Event("walk_in", problem.now, visit.id)
    return event, replace(problem, visits=(*problem.visits, visit))


def _closed_place(problem: Problem, rng: random.Random, sample: Sequence[Visit]) -> tuple[Event, Problem] | None:
    place = rng.choice(problem.places)
    closure = (problem.now, min(problem.horizon, problem.now + rng.choice([30, 60, 120])))
    if sum(p.kind == place.kind for p in problem.places) < 2 or closure[0] == closure[1]:
        return None
    closed = replace(place, closures=(*place.closures, closure))
    places = tuple(closed if p.id == place.id else p for p in problem.places)
    return Event("closed_place", problem.now, place.id), replace(problem, places=places)


def _sick(problem: Problem, rng: random.Random, sample: Sequence[Visit]) -> tuple[Event, Problem] | None:
    person = rng.choice(problem.technicians)
    if person.absences:
        return None
    away = replace(person, absences=((problem.now, problem.horizon),))
    technicians = tuple(away if t.id == person.id else t for t in problem.technicians)
    return Event("sick", problem.now, person.id), replace(problem, technicians=technicians)


def _no_show(problem: Problem, rng: random.Random, sample: Sequence[Visit]) -> tuple[Event, Problem] | None:
    waiting = [v for v in problem.visits if v.booked_start is not None and not any(is_fact(p) for _, _, p in phases_of(v))]
    due = [v for v in waiting if (v.booked_start or 0) < problem.now + 60]
    if not due:
        return None
    gone = rng.choice(due)
    event = Event("no_show", problem.now, gone.id)
    return event, replace(problem, visits=tuple(v for v in problem.visits if v.id != gone.id))


def _add_on(problem: Problem, rng: random.Random, sample: Sequence[Visit]) -> tuple[Event, Problem] | None:
    open_visits = [v for v in problem.visits if v.arrival.kind == "here" and not any(is_fact(p) for _, _, p in phases_of(v))]
    if not open_visits:
        return None
    visit = rng.choice(open_visits)
    item = rng.choice(visit.items)
    number = next((n for n, p in enumerate(item.phases) if p.needs_technician), 0)
    phase = item.phases[number]
    more = rng.choice([10, 15, 20])
    levels = {level: minutes + more for level, minutes in phase.duration_by_level.items()}
    longer = replace(phase, duration=phase.duration + more, duration_by_level=levels)
    return _with(problem, "add_on", _changed(visit, item, number, longer))


def _with(problem: Problem, kind: EventKind, visit: Visit) -> tuple[Event, Problem]:
    visits = tuple(visit if v.id == visit.id else v for v in problem.visits)
    return Event(kind, problem.now, visit.id), replace(problem, visits=visits)


_HANDLERS = {
    "late": _late,
    "overrun": _overrun,
    "walk_in": _walk_in,
    "closed_place": _closed_place,
    "sick": _sick,
    "no_show": _no_show,
    "add_on": _add_on,
}
