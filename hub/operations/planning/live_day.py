"""The live day: everything that the floor's screens show, read at one moment, as small frozen dataclasses.

All times are aware UTC. `LiveDay` is for one business day of the store.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as calendar_date
from datetime import datetime, timedelta
from typing import Literal

from hub.kernel.text import Bilingual, Said

BookingState = Literal[
    "held", "confirmed", "expected", "arrived", "done", "cancelled_by_customer", "cancelled_by_store", "late_cancel", "no_show"
]
VisitState = Literal[
    "arrived", "forms_pending", "waiting", "called", "in_room", "in_service", "served", "at_checkout", "paid", "left"
]
PhaseKind = Literal["hands_on", "processing", "finishing"]
PhaseState = Literal["planned", "running", "done"]
TechnicianState = Literal["off", "free", "called", "in_service", "processing_free", "break", "about_to_finish"]
PlaceState = Literal["free", "reserved", "occupied", "dirty", "cleaning", "closed"]
Requested = Literal["any", "woman", "man", "prefers", "must"]

GRID_MINUTES = 5
"""Customers are told starts on multiples of this."""

GRID = timedelta(minutes=GRID_MINUTES)


@dataclass(frozen=True, slots=True)
class PhaseOfDay:
    """One phase of a service: promised, planned and, once begun, real times."""

    ordinal: int
    kind: PhaseKind
    place_kind: str | None
    minutes: int
    state: PhaseState
    technician_id: str | None
    place_id: str | None
    start: datetime | None
    """Real start once begun, planned start before; None while nothing is planned."""
    end: datetime | None
    """Real end once done; else the end expected now."""
    promised_start: datetime | None
    """What the customer was first told: the ghost behind the live plan."""
    pinned: bool


@dataclass(frozen=True, slots=True)
class ItemOfDay:
    """One service of a booking. `consent_form`: the form that it asks for."""

    id: str
    service_id: str
    service_code: str
    service: Bilingual
    price_minor: int
    requested: Requested
    requested_technician_id: str | None
    added_on_floor: bool
    consent_form: str | None
    phases: tuple[PhaseOfDay, ...]


@dataclass(frozen=True, slots=True)
class PromiseOfDay:
    """The window told to the customer for the start, and its odds in percent."""

    start: datetime
    end: datetime
    odds: int
    broken: bool


@dataclass(frozen=True, slots=True)
class ToldStart:
    """The start as its customer is shown it: the promised window's end and odds are None where the plan does not hold it."""

    start: datetime | None
    end: datetime | None
    odds: int | None


@dataclass(frozen=True, slots=True)
class MoveOfDay:
    """The last change of a booking in the plan, with its reason as data."""

    at: datetime
    plan: int
    item_id: str
    before_start: datetime | None
    after_start: datetime | None
    before_technician_id: str | None
    after_technician_id: str | None
    before_place_id: str | None
    after_place_id: str | None
    reason: Said


@dataclass(frozen=True, slots=True)
class FormOfDay:
    """A form that the booking's services ask for, and how it stands."""

    form: str
    version: int
    name: Bilingual
    standing: Literal["missing", "to_confirm", "signed", "waived"]
    signed_form_id: str | None
    at: datetime | None
    """When it was signed, agreed to or waived."""
    reason: str | None
    """Why it was waived."""

    @property
    def open(self) -> bool:
        """A service that asks for it cannot begin yet."""
        return self.standing in ("missing", "to_confirm")


@dataclass(frozen=True, slots=True)
class BookingOfDay:
    """One customer's booking today, with its visit once they have come."""

    id: str
    customer_id: str | None
    customer_name: str
    """Full name; screens mask it by surface with `masked_name`."""
    customer_title: Literal["mr", "ms", "none"]
    customer_phone_tail: str
    tier: Literal["none", "regular", "silver", "gold", "diamond"]
    has_allergy: bool
    allergy_version: str | None
    """Another one as soon as something else is known."""
    note: str
    state: BookingState
    source: Literal["desk", "phone", "online", "kiosk", "import", "walk_in"]
    party_id: str | None
    booked_start: datetime
    late_until: datetime | None
    """The customer says to come at this time (running_late)."""
    visit_id: str | None
    visit_state: VisitState | None
    code_color: str | None
    """One of the .ftl keys `color-<code_color>`: celadon, clay, amber, indigo, rose, jade, ivory, ink."""
    code_number: int | None
    arrived_at: datetime | None
    called_at: datetime | None
    call_count: int
    called_place_id: str | None
    paused: bool
    items: tuple[ItemOfDay, ...]
    promise: PromiseOfDay | None
    moved: MoveOfDay | None
    moves: int
    planned_start: datetime | None
    expected_end: datetime | None
    forms: tuple[FormOfDay, ...]
    to_sign: tuple[FormOfDay, ...]
    """Of these what a service that has not begun waits for."""

    @property
    def in_hand(self) -> bool:
        """One of its services goes on now: nobody has two at a time."""
        return any(phase.state == "running" for item in self.items for phase in item.phases)

    def told(self, now: datetime) -> ToldStart:
        """What the customer is shown of the start: from when the plan has it until the end of the window that was promised.

        The end and its odds are the promise, which is measured; the plan may begin earlier or later within it, so that the
        promised beginning would contradict the plan and the order of the queue. A window that has gone by or that the plan does
        not hold is shown to nobody: then it is when the plan has it, or now, where the next plan has yet to say more.
        """
        promise, start = self.promise, self.planned_start
        if promise is not None and now <= promise.end and (start is None or start <= promise.end):
            begins = promise.start if start is None else min(_on_grid(start), promise.end - GRID)
            return ToldStart(begins, promise.end, promise.odds)
        if start is None:
            return ToldStart(None, None, None)
        return ToldStart(_on_grid(start) if _on_grid(start) > now else max(start, now), None, None)


def _on_grid(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute - moment.minute % GRID_MINUTES, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class TechnicianOfDay:
    id: str
    code: str
    name: Bilingual
    gender: Literal["woman", "man"] | None
    skills: dict[str, int]
    """Level 1 to 5 by skill code."""
    state: TechnicianState
    state_until: datetime | None
    shifts: tuple[tuple[datetime, datetime], ...]
    absences: tuple[tuple[datetime, datetime, Literal["break", "sick", "leave"]], ...]
    item_id: str | None
    """The service in hand."""
    turn_rank: int | None
    """Place in today's turn list (轮钟), 1 is next; None when off."""
    turns_taken: int
    done_today: int


@dataclass(frozen=True, slots=True)
class PlaceOfDay:
    id: str
    code: str
    kind: str
    name: Bilingual
    state: PlaceState
    state_until: datetime | None
    item_id: str | None
    closed_from: datetime | None
    closed_until: datetime | None
    closed_reason: str | None


@dataclass(frozen=True, slots=True)
class PlaceKindOfDay:
    code: str
    name: Bilingual


@dataclass(frozen=True, slots=True)
class AttentionOfDay:
    """Something the desk should look at: why, and the button that mends it."""

    id: str
    kind: Literal[
        "arrived",
        "late",
        "overrun",
        "promise_at_risk",
        "unplanned",
        "no_show_due",
        "sick",
        "place_closed",
        "help",
        "forms",
        "dirty",
        "called_long",
        "waiting",
        "later_day",
    ]
    severity: Literal["info", "warning", "urgent"]
    at: datetime
    said: Said
    booking_id: str | None
    technician_id: str | None
    place_id: str | None
    mend: tuple[tuple[Said, str, dict[str, str | int]], ...]
    """Buttons: label, command name, command data."""


@dataclass(frozen=True, slots=True)
class PlanOfDay:
    """The plan in force."""

    number: int
    at: datetime
    author: Literal["solver", "greedy", "desk", "none"]
    reason: Said | None
    status: str
    gap_percent: float | None
    stale: bool


@dataclass(frozen=True, slots=True)
class LiveDay:
    """The whole day. Tuples are in a stable order: technicians and places by code, bookings by booked start, queue by plan."""

    date: calendar_date
    opens: datetime | None
    closes: datetime | None
    now: datetime
    technicians: tuple[TechnicianOfDay, ...]
    places: tuple[PlaceOfDay, ...]
    place_kinds: tuple[PlaceKindOfDay, ...]
    bookings: tuple[BookingOfDay, ...]
    queue: tuple[str, ...]
    """Ids of the bookings whose customers wait in the store, in the order in which they will be served."""
    attention: tuple[AttentionOfDay, ...]
    plan: PlanOfDay
    promises_made: int
    promises_kept: int
    undoable: tuple[tuple[str, Said, datetime], ...]
    """The desk's last steps that can be undone, newest first: command id, what it was, when."""

    @property
    def line(self) -> tuple[str, ...]:
        """The queue, and behind it those who have gone out for a while."""
        return (*self.queue, *(b.id for b in self.bookings if b.paused and b.id not in self.queue))

    def booking(self, booking_id: str) -> BookingOfDay | None:
        return next((b for b in self.bookings if b.id == booking_id), None)

    def technician(self, technician_id: str | None) -> TechnicianOfDay | None:
        return next((t for t in self.technicians if t.id == technician_id), None)

    def place(self, place_id: str | None) -> PlaceOfDay | None:
        return next((p for p in self.places if p.id == place_id), None)
