"""Why plans and moves: reasons as data, `move-reason-…` in the .ftl files."""

from __future__ import annotations

from collections.abc import Iterable

from hub.kernel.events import Recorded
from hub.kernel.text import Bilingual, Said
from hub.operations.planning.rows import DayRows
from scheduler import Assignment, Cause

TRIGGERS: dict[str, str] = {
    "team.technician_sick": "sick",
    "stations.place_closed": "place-closed",
    "visits.overrun_noticed": "overrun",
    "visits.service_extended": "extended",
    "visits.customer_late": "late",
    "visits.no_show_noted": "no-show",
    "visits.no_show_reversed": "no-show-reversed",
    "bookings.booking_cancelled": "cancelled",
    "planning.step_undone": "undone",
    "planning.item_moved": "desk",
    "planning.item_pinned": "desk",
    "planning.item_unpinned": "desk",
    "visits.technician_changed": "desk",
    "visits.place_changed": "desk",
    "bookings.booking_moved": "booking-moved",
    "visits.service_added": "service-added",
    "bookings.item_added": "service-added",
    "bookings.item_removed": "cancelled",
    "visits.visit_paused": "paused",
    "visits.visit_resumed": "resumed",
    "visits.customer_left": "left",
    "team.break_started": "break",
    "team.leave_noted": "absence",
    "team.absence_ended": "back",
    "team.break_ended": "back",
    "team.shift_put": "roster",
    "team.shift_removed": "roster",
    "stations.place_reopened": "place-reopened",
    "visits.customer_arrived": "arrived",
    "bookings.booking_confirmed": "booked",
    "bookings.booking_brought_in": "booked",
    "visits.service_started": "started",
    "visits.phase_finished": "finished",
    "visits.service_finished": "finished",
    "stations.place_dirty": "cleaning",
    "stations.cleaning_started": "cleaning",
    "stations.place_clean": "cleaned",
    "planning.replan_asked": "time",
}
"""Disturbing facts and what is said of them, the most telling first."""

_TOLD_BY_RULE = {
    "absence": "absence",
    "arrived_later": "late",
    "break": "break",
    "closed_place": "place-closed",
    "duration": "overrun",
    "earliest_free": "cleaning",
    "overlap_place": "place-busy",
    "overlap_technician": "technician-busy",
    "party": "party",
    "request": "request",
    "shift": "roster",
    "skill": "skill",
}

Param = str | int | float | Bilingual | None

NEW = Said(code="move-reason-new")


def trigger_of(rows: DayRows, facts: Iterable[Recorded]) -> Said:
    """The most telling of the facts that made a plan necessary."""
    order = list(TRIGGERS)
    known = [fact for fact in facts if fact.type in TRIGGERS]
    if not known:
        return Said(code="move-reason-time")
    fact = min(known, key=lambda f: order.index(f.type))
    params = _named(_technician(rows, fact.data.get("technician_id")), _place(rows, fact.data.get("place_id")))
    if isinstance(fact.data.get("minutes"), int):
        params["minutes"] = fact.data["minutes"]
    return Said(code=f"move-reason-{TRIGGERS[fact.type]}", params=params)


def reason_of(rows: DayRows, before: Assignment | None, cause: Cause | None, trigger: Said) -> Said:
    """Why one phase moved: the solver's own cause where it told one, else what set the plan off."""
    if before is None:
        return NEW
    if cause is None:
        return trigger
    if cause.rule == "objective":
        level = (cause.level or "waiting").replace("_", "-")
        return Said(code=f"move-reason-better-{level}", params={"minutes": cause.by})
    told = _TOLD_BY_RULE.get(cause.rule)
    if told is None:
        return trigger
    return Said(code=f"move-reason-{told}", params=_named(_technician(rows, cause.resource), _place(rows, cause.resource)))


def _named(technician: Bilingual | None, place: Bilingual | None) -> dict[str, Param]:
    names: dict[str, Param] = {"technician": technician, "place": place}
    return {name: value for name, value in names.items() if value is not None}


def _technician(rows: DayRows, technician_id: object) -> Bilingual | None:
    return next((Bilingual(zh=t.name_zh, en=t.name_en) for t in rows.technicians if t.id == technician_id), None)


def _place(rows: DayRows, place_id: object) -> Bilingual | None:
    return next((Bilingual(zh=p.name_zh, en=p.name_en) for p in rows.places if p.id == place_id), None)
