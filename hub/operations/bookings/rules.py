"""Pure decisions about bookings, and the ways in which they are refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, get_args

from hub.kernel.access import Actor
from hub.kernel.errors import NOT_FOUND, TOO_MANY, Refused, declare, declare_constraint
from hub.operations.bookings.ports import Wish

SLOT_TAKEN = declare("slot_taken", 409)
SLOT_PAST = declare("slot_past", 422)
SLOT_TOO_FAR = declare("slot_too_far", 422)
HOLD_EXPIRED = declare("hold_expired", 409)
BOOKING_OVER = declare("booking_over", 409)
ALREADY_STARTED = declare("already_started", 409)
UNKNOWN_SERVICE = declare("unknown_service", 422)
UNKNOWN_TECHNICIAN = declare("unknown_technician", 422)
CONSENT_MISSING = declare("consent_missing", 422)
CUSTOMER_MISSING = declare("customer_missing", 422)
PEAK_NOT_OPEN = declare("peak_not_open", 422)
PRIORITY_ORDER = declare("priority_order", 422)
BOOK_AT_DESK = declare("book_at_desk", 409)
"""One answer, without figures, for every cap on what is booked by oneself: it is heard by whoever types a number."""

declare_constraint("overlap_technician", SLOT_TAKEN)
declare_constraint("overlap_place", SLOT_TAKEN)

HOLD = timedelta(minutes=8)
"""How long a slot is kept while somebody fills in the form."""

LATE_CANCEL = timedelta(hours=2)
"""A customer who cancels nearer to the start than this leaves a gap that can hardly be filled."""

BOOKABLE_DAYS = 180
"""How far ahead anybody may book."""

HOLDS_PER_PERSON = 2
"""Open holds of one browser or phone: the slot looked at and the one before."""

HOLDS_PER_KIOSK = 6
"""Open holds of one kiosk, where one person comes after the other and some walk away."""

HOLDS_OF_STRANGERS = 20
"""Open holds of all who have no session, together."""

BOOKINGS_PER_PHONE = 4
"""Bookings ahead that one phone number may have made by itself; the desk may make more, and they do not count."""

BOOKINGS_PER_DEVICE_A_DAY = 6
"""Bookings that one browser may make in a day by itself: fifty phones on one device get no further."""

CANCELS_PER_PHONE_A_DAY = 3
"""After that many cancellations in a day, the desk books for this number."""

BOOKING_PURPOSE = "booking"
HEALTH_PURPOSE = "health"
"""The consent to keep what a booking needs: name, number, time and wishes."""

OPEN = frozenset({"held", "confirmed", "expected"})
"""States before the customer has come."""

AHEAD = frozenset({"confirmed", "expected"})

CancelReason = Literal["customer_asked", "ill", "store_asked", "technician_away", "place_closed", "duplicate", "other"]
CancelledState = Literal["cancelled_by_customer", "cancelled_by_store", "late_cancel"]
CANCELLED = frozenset(get_args(CancelledState))
_OF_CUSTOMER = frozenset({"customer_asked", "ill"})


def check_reach(actor: Actor, booking_id: str) -> None:
    """A customer reaches the booking of their link, staff reach all; for others there is none: `not_found`."""
    if actor.kind in {"staff", "system"} or (actor.kind == "customer" and actor.subject == booking_id):
        return
    raise Refused(NOT_FOUND, what="booking")


def check_start(start: datetime, now: datetime) -> None:
    """Raises `slot_past` or `slot_too_far`."""
    if start < now - timedelta(minutes=1):
        raise Refused(SLOT_PAST)
    if start > now + timedelta(days=BOOKABLE_DAYS):
        raise Refused(SLOT_TOO_FAR, days=BOOKABLE_DAYS)


def check_changeable(state: str) -> None:
    """Raises `already_started` or `booking_over` unless the customer is still to come."""
    if state == "arrived":
        raise Refused(ALREADY_STARTED)
    if state not in AHEAD:
        raise Refused(BOOKING_OVER, state=state)


def cancelled_state(actor: Actor, reason: CancelReason, start: datetime, now: datetime) -> CancelledState:
    """Who gave the booking up, and whether it was too late to fill the gap."""
    if actor.kind != "customer" and reason not in _OF_CUSTOMER:
        return "cancelled_by_store"
    return "late_cancel" if start - now < LATE_CANCEL else "cancelled_by_customer"


def check_holds(own: int, strangers: int, *, known: bool, kiosk: bool) -> None:
    """Raises `too_many` when one device hoards, or when those without a session do together."""
    limit = HOLDS_PER_KIOSK if kiosk else HOLDS_PER_PERSON
    if known and own >= limit:
        raise Refused(TOO_MANY, what="holds", limit=limit)
    if not known and strangers >= HOLDS_OF_STRANGERS:
        raise Refused(TOO_MANY, what="holds", limit=HOLDS_OF_STRANGERS)


def check_own_bookings(*, ahead: int, cancelled: int, of_device: int) -> None:
    """Raises `book_at_desk` for a phone number or a device that books by itself more than one household needs."""
    number = ahead >= BOOKINGS_PER_PHONE or cancelled >= CANCELS_PER_PHONE_A_DAY
    if number or of_device >= BOOKINGS_PER_DEVICE_A_DAY:
        raise Refused(BOOK_AT_DESK)


def check_wishes(wishes: tuple[Wish, ...], services: set[str], technicians: set[str]) -> None:
    """Raises `unknown_service` or `unknown_technician`."""
    for wish in wishes:
        if wish.service_id not in services:
            raise Refused(UNKNOWN_SERVICE)
        named = wish.requested in {"prefers", "must"}
        if named != (wish.technician_id is not None) or (named and wish.technician_id not in technicians):
            raise Refused(UNKNOWN_TECHNICIAN)
