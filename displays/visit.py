"""A customer's phone: one booking, its promise, and how far things are."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from displays.touching import FLOOR_FACTS
from hub.backoffice.security.qr import matrix
from hub.catalog.queries import Catalog, catalog_of
from hub.gateway.screens import NoParams, Reading, Screen, View, head_of
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.text import Bilingual, Said
from hub.operations.bookings.queries import BookingFacts, booking_facts, history, link_of
from hub.operations.planning.live_day import BookingOfDay, ItemOfDay, LiveDay, TechnicianState
from hub.operations.planning.queries import live_day
from hub.operations.visits.rules import LATE_MOST

Stage = Literal[
    "held",
    "booked",
    "running_late",
    "waiting",
    "soon",
    "paused",
    "called",
    "in_service",
    "served",
    "left",
    "cancelled",
    "no_show",
]

Why = Literal["team", "before", "place", "gap", "own", "store"]
SOON = timedelta(minutes=8)
CHANGEABLE = ("confirmed", "expected")
LATE_BY = (5, 15, 30, 45, 60, 90, 120, 180, LATE_MOST)
LATE_CHOICES = 3
LATE_AHEAD = timedelta(hours=4)
"""Nobody knows earlier that they will be late."""

_SHOWN_CHANGES = {
    "bookings.booking_confirmed": "booked",
    "bookings.booking_moved": "moved",
    "bookings.booking_cancelled": "cancelled",
    "visits.customer_late": "late",
    "visits.customer_arrived": "arrived",
    "visits.no_show_noted": "no_show",
    "visits.no_show_reversed": "no_show_reversed",
    "visits.customer_left": "left",
}
"""The log's facts that concern the customer, as the page words them."""


class VisitService(BaseModel):
    model_config = ConfigDict(frozen=True)

    service_id: str
    requested: Literal["any", "woman", "man", "prefers", "must"]
    requested_technician_id: str | None
    name: Bilingual
    technician: Bilingual | None
    state: Literal["planned", "running", "done"]
    developing: bool
    start: datetime | None
    end: datetime | None
    price_minor: int


class VisitChange(BaseModel):
    """Who changed what, when. `by` is "you", "store" or "hub"."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    by: Literal["you", "store", "hub"]
    what: str


class VisitView(View):
    now: datetime
    booking_id: str
    stage: Stage
    color: str | None
    number: int | None
    booked_start: datetime
    window_start: datetime | None
    window_end: datetime | None
    odds: int | None
    late_until: datetime | None
    ahead: int | None
    """Customers who are served before; None when not waiting."""
    technician: Bilingual | None
    technician_state: TechnicianState | None
    place: Bilingual | None
    """Where to go, once called."""
    to_sign: list[Bilingual]
    """Forms that are still to be signed at the kiosk or the desk; of a customer who is in the store."""
    expected_end: datetime | None
    services: list[VisitService]
    changed: Why | None
    """Why the time or the technician is another one. Whose sickness or delay it was is not the customer's business."""
    changed_at: datetime | None
    late_choices: list[int]
    """Minutes after the booked time by which the customer may say to come: none that has gone by."""
    can_move: bool
    can_cancel: bool
    history: list[VisitChange]
    pass_qr: list[str]
    """The visit link's token as a QR code for the kiosk: rows of 0 and 1, without the quiet zone."""


async def read(reading: Reading, params: NoParams) -> VisitView:
    booking_id = reading.actor.subject or ""
    facts = await booking_facts(reading.session, booking_id)
    if facts is None:
        raise Refused(NOT_FOUND, what="booking")
    date = reading.store.days.of(facts.booked_start)
    day = await live_day(reading.session, reading.store, reading.vault, reading.now, date)
    booking = day.booking(booking_id)
    changes = [
        VisitChange(at=change.at, by=_by(change.actor_kind), what=_SHOWN_CHANGES[change.type])
        for change in await history(reading.session, booking_id)
        if change.type in _SHOWN_CHANGES
    ]
    token = await link_of(reading.session, reading.vault, booking_id)
    catalog = await catalog_of(reading.session)
    view = _view(reading, day, booking, changes) if booking else _over(reading, facts, catalog, changes)
    return view.model_copy(update={"pass_qr": matrix(token or "")})


def _view(reading: Reading, day: LiveDay, booking: BookingOfDay, changes: list[VisitChange]) -> VisitView:
    now = reading.now
    stage = _stage(booking, now)
    item = _present_item(booking)
    technician = day.technician(_technician_of(item))
    place = day.place(booking.called_place_id) if stage == "called" else None
    open_yet = booking.state in CHANGEABLE and booking.visit_id is None
    told = booking.told(now)
    moved = booking.moved if stage != "in_service" else None  # what delayed the start is over with it
    return VisitView(
        store=head_of(reading.store),
        now=now,
        booking_id=booking.id,
        stage=stage,
        color=booking.code_color,
        number=booking.code_number,
        booked_start=booking.booked_start,
        window_start=told.start,
        window_end=told.end,
        odds=told.odds,
        to_sign=[form.name for form in booking.to_sign] if booking.visit_id else [],
        late_until=booking.late_until,
        ahead=day.queue.index(booking.id) if booking.id in day.queue else None,
        technician=technician.name if technician else None,
        technician_state=technician.state if technician else None,
        place=place.name if place else None,
        expected_end=booking.expected_end,
        services=[_service(day, each, now if booking.visit_id and not told.end else None) for each in booking.items],
        changed=_why(moved.reason) if moved else None,
        changed_at=moved.at if moved else None,
        late_choices=_late_choices(booking.booked_start, now) if open_yet else [],
        can_move=open_yet,
        can_cancel=open_yet,
        history=changes,
        pass_qr=[],
    )


def _over(reading: Reading, facts: BookingFacts, catalog: Catalog, changes: list[VisitChange]) -> VisitView:
    """A booking that is no part of any day any more."""
    services = [
        VisitService(
            service_id=item.service_id,
            requested="any",
            requested_technician_id=None,
            name=catalog.services[item.service_id].name,
            technician=None,
            state="planned",
            developing=False,
            start=None,
            end=None,
            price_minor=catalog.services[item.service_id].price_minor,
        )
        for item in facts.items
    ]
    return VisitView(
        store=head_of(reading.store),
        now=reading.now,
        booking_id=facts.id,
        stage=_ENDED.get(facts.state, "left"),
        color=None,
        number=None,
        booked_start=facts.booked_start,
        window_start=None,
        window_end=None,
        odds=None,
        to_sign=[],
        late_until=None,
        ahead=None,
        technician=None,
        technician_state=None,
        place=None,
        expected_end=None,
        services=services,
        changed=None,
        changed_at=None,
        late_choices=[],
        can_move=False,
        can_cancel=False,
        history=changes,
        pass_qr=[],
    )


_WHYS: dict[Why, tuple[str, ...]] = {
    "team": ("sick", "absence", "break", "roster", "skill", "back"),
    "before": ("overrun", "extended", "technician-busy", "started", "finished"),
    "place": ("place-closed", "place-busy", "cleaning", "cleaned", "place-reopened"),
    "gap": ("no-show", "no-show-reversed", "cancelled", "left", "improved", "better"),
    "own": ("late", "booking-moved", "service-added", "service-dropped", "paused", "resumed", "arrived", "request", "party"),
    "store": ("desk", "undone"),
}


def _why(reason: Said) -> Why:
    """The reason in the words that a customer may read."""
    code = reason.code.removeprefix("move-reason-").removesuffix("-named")
    return next((why for why, codes in _WHYS.items() if code.startswith(codes)), "store")


def _late_choices(booked_start: datetime, now: datetime) -> list[int]:
    if booked_start - now > LATE_AHEAD:
        return []
    return [minutes for minutes in LATE_BY if booked_start + timedelta(minutes=minutes) > now][:LATE_CHOICES]


_ENDED: dict[str, Stage] = {
    "held": "held",
    "no_show": "no_show",
    "late_cancel": "cancelled",
    "cancelled_by_customer": "cancelled",
    "cancelled_by_store": "cancelled",
}
_PRESENT: dict[str, Stage] = {
    "called": "called",
    "in_room": "in_service",
    "in_service": "in_service",
    "served": "served",
    "at_checkout": "served",
    "paid": "served",
    "left": "left",
}


def _stage(booking: BookingOfDay, now: datetime) -> Stage:
    if booking.state in _ENDED:
        return _ENDED[booking.state]
    if booking.visit_state is None:
        return "running_late" if booking.late_until else "booked"
    if booking.paused:
        return "paused"
    near = booking.planned_start is not None and booking.planned_start - now <= SOON
    return _PRESENT.get(booking.visit_state, "soon" if near else "waiting")


def _present_item(booking: BookingOfDay) -> ItemOfDay | None:
    running = next((i for i in booking.items if any(p.state == "running" for p in i.phases)), None)
    planned = next((i for i in booking.items if any(p.state == "planned" for p in i.phases)), None)
    return running or planned


def _technician_of(item: ItemOfDay | None) -> str | None:
    if item is None:
        return None
    hands = [p for p in item.phases if p.technician_id]
    open_yet = next((p for p in hands if p.state != "done"), None)
    return (open_yet or hands[-1]).technician_id if hands else None


def _service(day: LiveDay, item: ItemOfDay, earliest: datetime | None) -> VisitService:
    """`earliest`: nothing begins before it any more; None while the promised window is shown."""
    technician = day.technician(_technician_of(item))
    running = next((p for p in item.phases if p.state == "running"), None)
    done = all(p.state == "done" for p in item.phases)
    starts = [p.start if running or done or earliest is None else max(p.start, earliest) for p in item.phases if p.start]
    ends = [p.end for p in item.phases if p.end]
    return VisitService(
        service_id=item.service_id,
        requested=item.requested,
        requested_technician_id=item.requested_technician_id,
        name=item.service,
        technician=technician.name if technician else None,
        state="done" if done else "running" if running else "planned",
        developing=running is not None and running.kind == "processing",
        start=min(starts, default=None),
        end=max(ends, default=None),
        price_minor=item.price_minor,
    )


def _by(actor_kind: str) -> Literal["you", "store", "hub"]:
    return "you" if actor_kind in ("customer", "anonymous") else "hub" if actor_kind == "system" else "store"


screen = Screen(
    name="visit",
    permission="screen.visit",
    params=NoParams,
    view=VisitView,
    read=read,
    touched_by=FLOOR_FACTS,
    audience=lambda actor, params: actor.subject or "",
    refresh=timedelta(seconds=30),
    errors=(NOT_FOUND,),
)
