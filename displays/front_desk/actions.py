"""Which buttons of the desk are open, most likely first. Pure; `rights` leaves those that the looker may press."""

from __future__ import annotations

from datetime import datetime, timedelta

from displays.front_desk.models import BookingAction, FormAction, ItemAction, Look, PlaceAction, TechnicianAction
from hub.operations.planning.live_day import (
    BookingOfDay,
    FormOfDay,
    ItemOfDay,
    LiveDay,
    PhaseOfDay,
    PlaceOfDay,
    TechnicianOfDay,
)

AHEAD = ("confirmed", "expected")
BEFORE_SERVICE = ("arrived", "forms_pending", "waiting", "called", "in_room")
GONE = ("no_show", "cancelled_by_customer", "cancelled_by_store", "late_cancel")
OVER_AFTER = timedelta(minutes=1)


def booking_actions(day: LiveDay, booking: BookingOfDay, *, is_today: bool) -> list[BookingAction]:
    if booking.state in AHEAD:
        late: list[BookingAction] = ["late", "no_show"]
        near: list[BookingAction] = ["check_in", *(late if booking.booked_start > day.now else late[::-1])]
        return [*(near if is_today else []), "rebook", "add_service", "cancel"]
    if booking.state == "no_show":
        return ["reverse_no_show", "check_in"] if is_today else []
    return _visit_actions(booking) if booking.visit_id is not None else []


_OF_VISIT: dict[str, list[BookingAction]] = {
    "arrived": ["call", "enter", "add_service", "pause", "leave"],
    "forms_pending": ["sign", "add_service", "pause", "leave"],
    "waiting": ["call", "enter", "add_service", "pause", "leave"],
    "called": ["enter", "recall", "add_service", "pause", "leave"],
    "in_room": ["add_service", "pause", "leave"],
    "in_service": ["add_service"],
    "served": ["checkout", "add_service", "leave"],
    "at_checkout": ["leave"],
    "paid": ["leave"],
}


def _visit_actions(booking: BookingOfDay) -> list[BookingAction]:
    if booking.paused:
        return ["resume", "add_service", "leave"]
    return _OF_VISIT.get(booking.visit_state or "", [])


def form_actions(booking: BookingOfDay, form: FormOfDay) -> list[FormAction]:
    """Nobody signs for a guest without a name."""
    if not form.open:
        return []
    agreed: list[FormAction] = ["confirm"] if form.standing == "to_confirm" else []
    sign: list[FormAction] = ["sign"] if booking.customer_id is not None else []
    return [*agreed, *sign, "waive"]


def item_actions(booking: BookingOfDay, item: ItemOfDay, *, is_today: bool) -> list[ItemAction]:
    running = next((phase for phase in item.phases if phase.state == "running"), None)
    if running is not None:
        last = running is item.phases[-1]
        steps: list[ItemAction] = ["finish", "extend"] if last else ["finish_phase", "extend", "finish"]
        return [*steps, "remind", *_changes(running)]
    ahead = booking.state in AHEAD or (booking.state == "arrived" and booking.visit_state in (*BEFORE_SERVICE, "in_service"))
    if not ahead or all(phase.state == "done" for phase in item.phases):
        return []
    planned = any(phase.start is not None for phase in item.phases)
    unsigned = any(form.form == item.consent_form and form.open for form in booking.forms)
    begins = is_today and not (booking.paused or unsigned or booking.in_hand)
    begin: list[ItemAction] = ["start"] if begins else []
    move: list[ItemAction] = [*(_TODAY_MOVE if is_today else []), *_changes(item.phases[0])] if planned else []
    pin: list[ItemAction] = (["unpin"] if is_pinned(item) else ["pin"]) if planned else []
    return [*begin, *move, *pin]


def _changes(here: PhaseOfDay) -> list[ItemAction]:
    """`here`: the phase that runs, else the first; one that needs no place has none to be changed for another."""
    return ["change_technician", "change_place"] if here.place_id is not None else ["change_technician"]


_TODAY_MOVE: list[ItemAction] = ["move"]


def is_pinned(item: ItemOfDay) -> bool:
    open_phases = [phase for phase in item.phases if phase.state == "planned" and phase.start is not None]
    return bool(open_phases) and all(phase.pinned for phase in open_phases)


def look_of(booking: BookingOfDay, phase: PhaseOfDay, now: datetime) -> Look:
    if booking.state in GONE:
        return "gone"
    if phase.state == "done":
        return "done"
    if phase.state == "running":
        overdue = phase.start is not None and now - phase.start > timedelta(minutes=phase.minutes) + OVER_AFTER
        return "over" if overdue and phase.end is not None and phase.end <= now else "running"
    if booking.visit_state in ("called", "in_room"):
        return "called"
    return "here" if booking.visit_id is not None else "planned"


def technician_actions(technician: TechnicianOfDay, kind: str | None) -> list[TechnicianAction]:
    """`kind`: of the absence that lasts now."""
    if kind == "break":
        return ["end_break", "sick"]
    if kind is not None:
        return ["back"]
    if technician.state in ("in_service", "about_to_finish"):
        return ["sick"]
    return ["break", "sick"] if technician.shifts else ["sick"]


def place_actions(place: PlaceOfDay, *, closed: bool) -> list[PlaceAction]:
    if closed:
        return ["reopen"]
    if place.state == "dirty":
        return ["clean", "start_cleaning", "close"]
    if place.state == "cleaning":
        return ["clean", "close"]
    return ["close"] if place.state == "occupied" else ["dirty", "close"]
