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
    "breaks_given": "break",
    "customer_once": "own-services",
    "in_shift": "roster",
    "items_apart": "own-services",
    "known_work": "roster",
    "not_absent": "absence",
    "party_together": "party",
    "phases_in_sequence": "own-services",
    "place_fits": "place-busy",
    "place_once": "place-busy",
    "technician_able": "skill",
    "technician_once": "technician-busy",
}
"""Hard rules of the solver that would be broken by the time before; for the others what set the plan off says more."""

NEW = Said(code="move-reason-new")


NAMED = frozenset(
    {
        "absence",
        "back",
        "break",
        "cleaning",
        "extended",
        "overrun",
        "place-busy",
        "place-closed",
        "roster",
        "sick",
        "skill",
        "technician-busy",
    }
)
"""Reasons that have a second text, `…-named`, which says who or where."""

_OF_PLACES = frozenset({"cleaning", "place-busy", "place-closed"})


def trigger_of(rows: DayRows, facts: Iterable[Recorded]) -> Said:
    """The most telling of the facts that made a plan necessary."""
    order = list(TRIGGERS)
    known = [fact for fact in facts if fact.type in TRIGGERS]
    if not known:
        return said("time", None)
    fact = min(known, key=lambda f: order.index(f.type))
    what = TRIGGERS[fact.type]
    return said(what, named(rows, fact.data.get("place_id" if what in _OF_PLACES else "technician_id")))


def reason_of(rows: DayRows, before: Assignment | None, cause: Cause | None, trigger: Said) -> Said:
    """Why one phase moved: the solver's own cause where it told one, else what set the plan off."""
    if before is None:
        return NEW
    if cause is None:
        return trigger
    if cause.rule == "objective":
        return Said(
            code="move-reason-improved" if cause.level is None else f"move-reason-better-{cause.level}".replace("_", "-")
        )
    told = _TOLD_BY_RULE.get(cause.rule)
    if cause.rule == "place_open":
        dirty = {place.id for place in rows.places if place.condition != "ready"}
        told = "cleaning" if cause.resource in dirty else "place-closed"
    return trigger if told is None else said(told, named(rows, cause.resource))


def said(what: str, who: Bilingual | None) -> Said:
    """The reason, with the name of a person or place where it is known."""
    if who is not None and what in NAMED:
        return Said(code=f"move-reason-{what}-named", params={"name": who})
    return Said(code=f"move-reason-{what}")


def named(rows: DayRows, resource: object) -> Bilingual | None:
    """The technician's or place's name."""
    names = {row.id: Bilingual(zh=row.name_zh, en=row.name_en) for row in rows.technicians}
    names |= {row.id: Bilingual(zh=row.name_zh, en=row.name_en) for row in rows.places}
    return names.get(str(resource))
