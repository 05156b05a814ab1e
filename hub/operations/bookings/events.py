"""Facts of the bookings. They carry ids only: never a name, a phone number or a note."""

from __future__ import annotations

from datetime import date, datetime

from hub.kernel.events import Event


class SlotHeld(Event, name="bookings.slot_held"):
    booking_id: str
    start: datetime
    expires_at: datetime


class HoldReleased(Event, name="bookings.hold_released"):
    booking_id: str
    expired: bool


class BookingConfirmed(Event, name="bookings.booking_confirmed"):
    booking_id: str
    start: datetime
    source: str


class BookingBroughtIn(Event, name="bookings.booking_brought_in"):
    """Taken over from another system, perhaps long past."""

    booking_id: str
    start: datetime
    state: str


class BookingMoved(Event, name="bookings.booking_moved"):
    booking_id: str
    before: datetime
    after: datetime


class BookingCancelled(Event, name="bookings.booking_cancelled"):
    booking_id: str
    state: str
    """cancelled_by_customer, cancelled_by_store or late_cancel."""
    reason: str


class BookingsExpected(Event, name="bookings.bookings_expected"):
    """The day has begun: its confirmed bookings are expected."""

    date: date
    booking_ids: list[str]


class PriorityOverridden(Event, name="bookings.priority_overridden"):
    """The desk gave a start at a peak time before it was open for the customer's tier; `until`: when it would have opened."""

    booking_id: str
    start: datetime
    until: datetime


class PriorityRuleSet(Event, name="bookings.priority_rule_set"):
    """Who may book peak times how early: the windows on the store's wall, and hours before the start by tier."""

    windows: list[dict[str, str | list[int]]]
    lead_hours: dict[str, int]


class CustomerPut(Event, name="bookings.customer_put"):
    customer_id: str


class CustomerContactChanged(Event, name="bookings.customer_contact_changed"):
    """A known number or mailbox is another one now, or gone: whoever proved the old one has proved nothing any more."""

    customer_id: str


class ConsentGiven(Event, name="bookings.consent_given"):
    customer_id: str
    purpose: str


class ItemAdded(Event, name="bookings.item_added"):
    booking_id: str
    item_id: str
    service_id: str


class ItemRemoved(Event, name="bookings.item_removed"):
    booking_id: str
    item_id: str


class KeysIndexed(Event, name="bookings.keys_indexed"):
    """Other systems' keys that an older release had stored as they are are keyed indexes now."""

    rows: int
