"""What the desk's day shows, as data."""

from __future__ import annotations

from datetime import date as calendar_date
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from hub.gateway.screens import View
from hub.kernel.text import Bilingual, Said
from hub.operations.planning.live_day import (
    BookingState,
    PhaseKind,
    PhaseState,
    PlaceState,
    Requested,
    TechnicianState,
    VisitState,
)

Look = Literal["planned", "here", "called", "running", "over", "done", "gone"]
"""How a block is drawn: to come, in the store, called, in hand, longer than planned, over, not coming."""

BookingAction = Literal[
    "check_in",
    "sign",
    "late",
    "no_show",
    "reverse_no_show",
    "call",
    "recall",
    "enter",
    "pause",
    "resume",
    "add_service",
    "rebook",
    "cancel",
    "checkout",
    "leave",
]
ItemAction = Literal[
    "start", "finish_phase", "finish", "extend", "remind", "change_technician", "change_place", "move", "pin", "unpin"
]
TechnicianAction = Literal["sick", "back", "break", "end_break"]
PlaceAction = Literal["close", "reopen", "dirty", "start_cleaning", "clean"]
FormAction = Literal["confirm", "sign", "waive"]
Off = Literal["no_team", "closed", "no_shifts"]
"""Nobody serves in this shop yet, it is closed, or it is open and nobody is on shift."""


class Piece(BaseModel):
    model_config = ConfigDict(frozen=True)


class Shade(Piece):
    """A stretch of a lane in which nothing can be planned."""

    kind: Literal["off", "break", "sick", "leave", "closed"]
    start: datetime
    end: datetime


class TechnicianLane(Piece):
    id: str
    code: str
    name: Bilingual
    state: TechnicianState
    state_until: datetime | None
    turn_rank: int | None
    done_today: int
    absence_id: str | None
    """The sickness or leave that can be ended now."""
    shades: list[Shade]
    actions: list[TechnicianAction]


class PlaceLane(Piece):
    id: str
    code: str
    name: Bilingual
    kind: Bilingual
    kind_code: str
    state: PlaceState
    state_until: datetime | None
    closed_reason: str | None
    shades: list[Shade]
    actions: list[PlaceAction]


class Phase(Piece):
    ordinal: int
    kind: PhaseKind
    state: PhaseState
    minutes: int
    technician_id: str | None
    beside: str | None
    """While it develops: the technician who comes back to it, free meanwhile."""
    place_id: str | None
    start: datetime | None
    end: datetime | None
    promised_start: datetime | None
    look: Look


class Item(Piece):
    id: str
    service_id: str
    service: Bilingual
    price_minor: int
    requested: Requested
    requested_technician_id: str | None
    added_on_floor: bool
    pinned: bool
    phases: list[Phase]
    actions: list[ItemAction]
    """Most likely first."""


class Promise(Piece):
    start: datetime
    end: datetime
    odds: int
    broken: bool


class Moved(Piece):
    """The last change of the plan, and why."""

    at: datetime
    item_id: str
    before_start: datetime | None
    after_start: datetime | None
    before_technician: Bilingual | None
    after_technician: Bilingual | None
    before_place: Bilingual | None
    after_place: Bilingual | None
    reason: Said


class Form(Piece):
    """What the booking's services ask to be signed, and how it stands."""

    form: str
    version: int
    name: Bilingual
    standing: Literal["missing", "to_confirm", "signed", "waived"]
    signed_form_id: str | None
    at: datetime | None
    reason: str | None
    actions: list[FormAction]


class Booking(Piece):
    id: str
    customer_id: str | None
    name: str
    """As this looker may see it; empty for a guest who gave none."""
    title: Literal["mr", "ms", "none"]
    phone_tail: str
    tier: Literal["none", "regular", "silver", "gold", "diamond"]
    has_allergy: bool
    allergy_version: str | None
    """What was read of another version has to be read again."""
    note: str
    state: BookingState
    visit_state: VisitState | None
    source: str
    party_id: str | None
    booked_start: datetime
    late_until: datetime | None
    visit_id: str | None
    color: str | None
    number: int | None
    arrived_at: datetime | None
    waiting_since: datetime | None
    """Of somebody in the store: since the arrival, or, between services, since the last one ended."""
    called_at: datetime | None
    call_count: int
    called_place: Bilingual | None
    paused: bool
    items: list[Item]
    promise: Promise | None
    at_risk: bool
    """The plan would start it after the window that was told."""
    moved: Moved | None
    moves: int
    planned_start: datetime | None
    expected_end: datetime | None
    forms: list[Form]
    actions: list[BookingAction]
    """Most likely first."""


class Mend(Piece):
    label: Said
    command: str
    data: dict[str, str | int]


class Attention(Piece):
    id: str
    kind: str
    severity: Literal["info", "warning", "urgent"]
    at: datetime
    said: Said
    booking_id: str | None
    technician_id: str | None
    place_id: str | None
    mend: list[Mend]


class Plan(Piece):
    number: int
    at: datetime
    author: Literal["solver", "greedy", "desk", "none"]
    reason: Said | None
    status: str
    gap_percent: float | None
    stale: bool


class Step(Piece):
    """A step that can be taken back."""

    command_id: str
    said: Said
    at: datetime


class Fit(Piece):
    """Who can do a service of the day, and where."""

    service_id: str
    technician_ids: list[str]
    place_ids: list[str]


class DeskView(View):
    now: datetime
    date: calendar_date
    today: calendar_date
    opens: datetime | None
    closes: datetime | None
    holiday: Bilingual | None
    off: Off | None
    """Why this is no working day."""
    empty: bool
    """There is nothing to draw: nobody works and nobody is booked."""
    may_roster: bool
    """The looker may put in shifts."""
    begins: datetime
    """The first moment on the timeline; a full half hour."""
    ends: datetime
    technicians: list[TechnicianLane]
    places: list[PlaceLane]
    bookings: list[Booking]
    queue: list[str]
    """Bookings whose customers wait, in the order of service; then those who have stepped out."""
    unplanned: list[str]
    """Bookings for which the plan has no room."""
    gone: list[str]
    """Bookings of the day that nobody comes to any more."""
    attention: list[Attention]
    fits: list[Fit]
    plan: Plan
    promises_made: int
    promises_kept: int
    undoable: list[Step]
    may: list[BookingAction | ItemAction]
    """What the looker may do with bookings at all, open or not."""
    may_book: bool
    """The looker may make and change bookings."""
    may_check_in: bool
    """The looker may check people in, and take in those who come without a booking."""
    may_consult: bool
    """The looker may read and keep what customers and technicians agreed on."""
    reads_names: bool
