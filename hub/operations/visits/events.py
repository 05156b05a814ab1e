"""Facts of the floor. They carry ids alone."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from hub.kernel.events import Event


class CustomerArrived(Event, name="visits.customer_arrived"):
    visit_id: str
    booking_id: str
    walk_in: bool
    code_color: str
    code_number: int


class FormsAsked(Event, name="visits.forms_asked"):
    """A service that was added asks for a signature: the customer waits for it again before their turn."""

    visit_id: str
    booking_id: str


class FormsDone(Event, name="visits.forms_done"):
    """Nothing is left to sign: the customer waits for their turn."""

    visit_id: str
    booking_id: str


class CustomerLate(Event, name="visits.customer_late"):
    booking_id: str
    until: datetime


class CustomerCalled(Event, name="visits.customer_called"):
    visit_id: str
    booking_id: str
    place_id: str | None


class CustomerRecalled(Event, name="visits.customer_recalled"):
    visit_id: str
    booking_id: str
    place_id: str | None
    count: int


class CallWithdrawn(Event, name="visits.call_withdrawn"):
    """The place was closed after the call: the customer waits again, and is called to another one."""

    visit_id: str
    booking_id: str
    place_id: str


class RoomEntered(Event, name="visits.room_entered"):
    visit_id: str
    booking_id: str


class ServiceStarted(Event, name="visits.service_started"):
    """The first phase of a service began."""

    visit_id: str
    booking_id: str
    item_id: str
    technician_id: str | None
    place_id: str | None
    expected_end: datetime


class PhaseFinished(Event, name="visits.phase_finished"):
    """A phase ended and the next one of the same service began."""

    visit_id: str
    booking_id: str
    item_id: str
    ordinal: int
    technician_id: str | None
    place_id: str | None
    expected_end: datetime


class ServiceExtended(Event, name="visits.service_extended"):
    visit_id: str
    booking_id: str
    item_id: str
    minutes: int
    expected_end: datetime


class ServiceFinished(Event, name="visits.service_finished"):
    visit_id: str
    booking_id: str
    item_id: str
    technician_id: str | None
    place_id: str | None


class VisitServed(Event, name="visits.visit_served"):
    """The last service of the visit is done."""

    visit_id: str
    booking_id: str


class ServiceAdded(Event, name="visits.service_added"):
    booking_id: str
    item_id: str
    service_id: str


class ServiceDropped(Event, name="visits.service_dropped"):
    """A customer in the store does without a service that has not begun."""

    booking_id: str
    item_id: str
    service_id: str


class RequestWaived(Event, name="visits.request_waived"):
    """A customer in the store no longer asks for somebody: whoever can may serve."""

    booking_id: str
    item_id: str
    requested: str
    technician_id: str | None


class TechnicianChanged(Event, name="visits.technician_changed"):
    booking_id: str
    item_id: str
    before: str | None
    after: str


class PlaceChanged(Event, name="visits.place_changed"):
    booking_id: str
    item_id: str
    before: str | None
    after: str


class VisitPaused(Event, name="visits.visit_paused"):
    visit_id: str
    booking_id: str


class VisitResumed(Event, name="visits.visit_resumed"):
    visit_id: str
    booking_id: str


class NoShowNoted(Event, name="visits.no_show_noted"):
    booking_id: str


class NoShowReversed(Event, name="visits.no_show_reversed"):
    booking_id: str


class HelpAsked(Event, name="visits.help_asked"):
    help_id: str
    kind: Literal["help", "clean", "remind", "kiosk", "health", "form"]
    technician_id: str | None
    place_id: str | None
    booking_id: str | None = None


class ConsultationRecorded(Event, name="visits.consultation_recorded"):
    consultation_id: str
    booking_id: str
    customer_id: str


class AllergyNoted(Event, name="visits.allergy_noted"):
    """More that the customer must not come into contact with; who starts next time has to read it."""

    booking_id: str
    customer_id: str


class HelpAnswered(Event, name="visits.help_answered"):
    help_id: str


class CheckoutBegun(Event, name="visits.checkout_begun"):
    visit_id: str
    booking_id: str


class CustomerLeft(Event, name="visits.customer_left"):
    visit_id: str
    booking_id: str


class OverrunNoticed(Event, name="visits.overrun_noticed"):
    """A running phase passed its expected end."""

    visit_id: str
    booking_id: str
    item_id: str
    technician_id: str | None
    place_id: str | None


class NoShowDue(Event, name="visits.no_show_due"):
    """A customer is so long overdue that the desk should decide."""

    booking_id: str
