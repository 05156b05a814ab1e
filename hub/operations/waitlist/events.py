"""Facts of the waiting list. They carry ids only."""

from __future__ import annotations

from datetime import datetime

from hub.kernel.events import Event


class WaitJoined(Event, name="waitlist.wait_joined"):
    entry_id: str
    source: str
    """online, kiosk or desk."""


class WaitEnded(Event, name="waitlist.wait_ended"):
    entry_id: str
    outcome: str
    """booked, left, removed or past."""


class GapOpened(Event, name="waitlist.gap_opened"):
    gap_id: str
    cause: str
    """cancelled, no_show, moved or desk."""
    start: datetime
    end: datetime


class GapClosed(Event, name="waitlist.gap_closed"):
    gap_id: str
    outcome: str
    """filled, taken_back or past."""


class OfferMade(Event, name="waitlist.offer_made"):
    offer_id: str
    gap_id: str
    entry_id: str
    booking_id: str
    start: datetime
    expires_at: datetime


class OfferAccepted(Event, name="waitlist.offer_accepted"):
    offer_id: str
    entry_id: str
    booking_id: str


class OfferDeclined(Event, name="waitlist.offer_declined"):
    offer_id: str
    entry_id: str


class OfferLapsed(Event, name="waitlist.offer_lapsed"):
    offer_id: str
    entry_id: str


class OfferWithdrawn(Event, name="waitlist.offer_withdrawn"):
    offer_id: str
    entry_id: str
    reason: str
    """filled, taken_back, no_room, desk, booked or left."""
