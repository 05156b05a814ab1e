"""The lanes of the timeline: who works when, which places are open, and who fits which service. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from displays.front_desk.actions import place_actions, technician_actions
from displays.front_desk.models import Fit, PlaceLane, Shade, TechnicianLane
from displays.rights import Rights
from hub.catalog.queries import Catalog
from hub.kernel.business_days import BusinessDays
from hub.kernel.text import Bilingual
from hub.operations.planning.live_day import LiveDay, PlaceOfDay, TechnicianOfDay
from hub.operations.team.queries import AbsenceFacts

HALF_HOUR = timedelta(minutes=30)
UNHEARD_OF = Bilingual(zh="", en="")
Span = tuple[datetime, datetime]


def axis_of(day: LiveDay, days: BusinessDays) -> Span:
    """From the half hour before the first thing of the day to the one after the last; of an empty day the usual hours."""
    begins = days.span(day.date)[0]
    starts = [day.opens] if day.opens else []
    ends = [day.closes] if day.closes else []
    for technician in day.technicians:
        starts += [start for start, _ in technician.shifts]
        ends += [end for _, end in technician.shifts]
    for booking in day.bookings:
        phases = [phase for item in booking.items for phase in item.phases]
        starts += [phase.start for phase in phases if phase.start] + [booking.booked_start]
        ends += [phase.end for phase in phases if phase.end]
    first = min(starts, default=days.moment(day.date, "09:00"))
    last = max(ends, default=max(first, days.moment(day.date, "20:00")))
    before = (first - begins) // HALF_HOUR
    after = -((begins - last) // HALF_HOUR)
    return begins + max(0, before - 1) * HALF_HOUR, begins + (after + 1) * HALF_HOUR


def technician_lanes(day: LiveDay, axis: Span, absences: Iterable[AbsenceFacts], rights: Rights) -> list[TechnicianLane]:
    """`absences` of the day, to be ended by their ids."""
    now = {a.technician_id: a for a in absences if a.start <= day.now and (a.end is None or a.end > day.now)}
    return [_technician_lane(technician, axis, now.get(technician.id), rights) for technician in day.technicians]


def _technician_lane(technician: TechnicianOfDay, axis: Span, away: AbsenceFacts | None, rights: Rights) -> TechnicianLane:
    shades = [Shade(kind="off", start=start, end=end) for start, end in gaps(axis, technician.shifts)]
    for start, end, kind in technician.absences:
        clipped = clip(axis, (start, end))
        if clipped is not None:
            shades.append(Shade(kind=kind, start=clipped[0], end=clipped[1]))
    return TechnicianLane(
        id=technician.id,
        code=technician.code,
        name=technician.name,
        state=technician.state,
        state_until=technician.state_until,
        turn_rank=technician.turn_rank,
        done_today=technician.done_today,
        absence_id=away.id if away is not None and away.kind != "break" else None,
        shades=shades,
        actions=rights.of(technician_actions(technician, away.kind if away is not None else None)),
    )


def place_lanes(day: LiveDay, axis: Span, rights: Rights) -> list[PlaceLane]:
    kinds = {kind.code: kind.name for kind in day.place_kinds}
    opened = [(day.opens, day.closes)] if day.opens and day.closes else []
    shut = [Shade(kind="off", start=start, end=end) for start, end in gaps(axis, opened)]
    return [_place_lane(day, place, axis, kinds.get(place.kind, UNHEARD_OF), shut, rights) for place in day.places]


def _place_lane(day: LiveDay, place: PlaceOfDay, axis: Span, kind: Bilingual, shut: list[Shade], rights: Rights) -> PlaceLane:
    shades = list(shut)
    closed_now = False
    if place.closed_from is not None:
        until = place.closed_until or axis[1]
        closed_now = place.closed_from <= day.now and (place.closed_until is None or day.now < place.closed_until)
        clipped = clip(axis, (place.closed_from, until))
        if clipped is not None:
            shades.append(Shade(kind="closed", start=clipped[0], end=clipped[1]))
    return PlaceLane(
        id=place.id,
        code=place.code,
        name=place.name,
        kind=kind,
        kind_code=place.kind,
        state=place.state,
        state_until=place.state_until,
        closed_reason=place.closed_reason,
        shades=shades,
        actions=rights.of(place_actions(place, closed=closed_now)),
    )


def fits_of(day: LiveDay, catalog: Catalog) -> list[Fit]:
    """For each service of the day: technicians with skill and level for its first phase, places of a kind that it needs."""
    wanted = {item.service_id for booking in day.bookings for item in booking.items}
    found = []
    for service_id in sorted(wanted & set(catalog.services)):
        phases = catalog.services[service_id].phases
        hands = next((phase for phase in phases if phase.needs_technician), None)
        kinds = {phase.place_kind for phase in phases if phase.place_kind}
        able = [
            t.id
            for t in day.technicians
            if hands is None or hands.skill is None or t.skills.get(hands.skill, 0) >= hands.min_level
        ]
        places = [p.id for p in day.places if p.kind in kinds]
        found.append(Fit(service_id=service_id, technician_ids=able, place_ids=places))
    return found


def gaps(axis: Span, spans: Iterable[Span]) -> list[Span]:
    """What of the axis lies in none of the spans."""
    found: list[Span] = []
    at = axis[0]
    for start, end in sorted(spans):
        if start > at:
            found.append((at, min(start, axis[1])))
        at = max(at, end)
    if at < axis[1]:
        found.append((at, axis[1]))
    return [(start, end) for start, end in found if end > start]


def clip(axis: Span, span: Span) -> Span | None:
    start, end = max(axis[0], span[0]), min(axis[1], span[1])
    return (start, end) if end > start else None
