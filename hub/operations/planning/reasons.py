"""Why plans and moves: reasons as data, `move-reason-…` in the .ftl files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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
    "visits.request_waived": "request-waived",
    "visits.service_dropped": "service-dropped",
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

BOOKING = "booking"
"""Parameter of a reason that is about a customer: the booking's id, never a name."""

NOBODY = Bilingual(zh="", en="")
_WITH = frozenset({"place-taken", "technician-taken"})


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


def gains_of(before: Iterable[Assignment], after: Iterable[Assignment]) -> dict[str, int]:
    """By how many minutes each visit's next work begins sooner than it did; later is negative."""
    old, new = _first_starts(before), _first_starts(after)
    return {visit: start - new[visit] for visit, start in old.items() if visit in new}


def _first_starts(rows: Iterable[Assignment]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[row.visit] = min(row.start, found.get(row.visit, row.start))
    return found


def reason_of(
    rows: DayRows, before: Assignment | None, cause: Cause | None, trigger: Said, gains: Mapping[str, int] | None = None
) -> Said:
    """Why one phase moved: the solver's own cause where it told one, else what set the plan off.

    `gains` tells whom it helps by how much. A customer is named by the booking's id; screens put in the name that their
    looker may see.
    """
    if before is None:
        return NEW
    if cause is None:
        return trigger
    if cause.rule == "objective":
        return _gained(cause, cause.visit or before.visit, gains or {})
    told = _TOLD_BY_RULE.get(cause.rule)
    if cause.rule == "place_open":
        told = _place_shut(rows, cause)
    return trigger if told is None else _with_customer(said(told, named(rows, cause.resource)), told, cause.visit)


def _gained(cause: Cause, helped: str, gains: Mapping[str, int]) -> Said:
    if cause.level is None:
        return Said(code="move-reason-improved")
    code = f"move-reason-better-{cause.level}".replace("_", "-")
    minutes = gains.get(helped, 0)
    if cause.level in ("promise_lateness", "waiting") and minutes > 0:
        return Said(code=f"{code}-for", params={BOOKING: helped, "minutes": minutes})
    return Said(code=f"{code}-for", params={BOOKING: helped}) if cause.level == "wishes" else Said(code=code)


def _place_shut(rows: DayRows, cause: Cause) -> str:
    dirty = {place.id for place in rows.places if place.condition != "ready"}
    return "cleaning" if cause.resource in dirty else "place-closed"


def _with_customer(reason: Said, told: str, booking_id: str | None) -> Said:
    """The same, with the customer who is in the way."""
    if booking_id is None or told not in ("technician-busy", "place-busy") or "name" not in reason.params:
        return reason
    return Said(code=f"move-reason-{told}-with", params={**reason.params, BOOKING: booking_id})


_AGAINST = {
    "breaks_given": "break",
    "customer_once": "own-services",
    "duration_right": "slower",
    "in_shift": "shift",
    "items_apart": "own-services",
    "not_absent": "absent",
    "not_too_early": "too-early",
    "party_together": "party",
    "phases_in_sequence": "own-services",
    "place_fits": "place-unfit",
    "place_once": "place-taken",
    "same_technician": "one-technician",
    "technician_able": "skill",
    "technician_once": "technician-taken",
}
"""Hard rules that speak against a wish, as `why-not-…` in the .ftl files."""


def reason_against(rows: DayRows, wanted: Assignment, cause: Cause, gains: Mapping[str, int]) -> Said:
    """Why a service is not where somebody would like to have it."""
    if cause.rule == "objective":
        return _gained(cause, cause.visit or wanted.visit, gains)
    told = _AGAINST.get(cause.rule, "rule")
    if cause.rule == "place_open":
        told = _place_shut(rows, cause)
    if told == "skill" and _asked_for_somebody(rows, wanted.item):
        told = "request"
    params: dict[str, str | int | float | Bilingual | None] = {"name": named(rows, cause.resource) or NOBODY}
    if cause.visit is not None:
        params[BOOKING] = cause.visit
    return Said(code=f"why-not-{told}{'-with' if cause.visit is not None and told in _WITH else ''}", params=params)


def _asked_for_somebody(rows: DayRows, item_id: str) -> bool:
    return any(item.id == item_id and item.requested in ("must", "woman", "man") for of in rows.items.values() for item in of)


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
