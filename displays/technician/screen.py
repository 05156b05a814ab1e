"""The technician's tablet: what I do now, what comes next and why it changed, my turn, and the buttons that are open to me."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, get_args

from displays.consulting import Known, known_of
from displays.reasons import told_on_tablet
from displays.rights import Rights
from displays.security.looking import roles_of
from displays.technician.models import (
    Action,
    Colleague,
    Form,
    Me,
    Offer,
    OwnAction,
    Person,
    Step,
    TechnicianView,
    Work,
)
from displays.touching import FLOOR_FACTS
from hub.catalog.queries import Catalog, catalog_of
from hub.gateway.screens import NoParams, Reading, Screen, head_of
from hub.operations.bookings.masking import masked_name
from hub.operations.bookings.queries import booking_facts
from hub.operations.planning.live_day import (
    BookingOfDay,
    FormOfDay,
    ItemOfDay,
    LiveDay,
    PhaseOfDay,
    TechnicianOfDay,
)
from hub.operations.planning.queries import live_day

LATER_MAX = 6
"""Bookings listed behind the next one: what fits the tablet without scrolling."""

CALL_AHEAD = timedelta(minutes=20)
"""A customer may be called this long before the planned start; earlier it is the desk's decision."""

RIPE_AHEAD = timedelta(minutes=3)
"""What develops is looked at this long before its time."""


async def read(reading: Reading, params: NoParams) -> TechnicianView:
    now = reading.now
    day = await live_day(reading.session, reading.store, reading.vault, now, reading.store.days.of(now))
    technician = day.technician(reading.actor.subject)
    head = head_of(reading.store)
    if technician is None:
        faces = [Colleague(id=t.id, name=t.name, state=t.state) for t in day.technicians]
        return TechnicianView(
            store=head,
            now=now,
            me=None,
            colleagues=faces,
            focus=None,
            focus_is=None,
            brief=None,
            developing=[],
            upcoming=[],
            offers=[],
        )
    catalog, rights = await catalog_of(reading.session), Rights(reading)
    current = _current(day, technician, rights)
    developing, upcoming = _developing(day, technician, current, rights), _upcoming(day, technician, rights)
    focus, focus_is = _focus(current, developing, upcoming, now)
    return TechnicianView(
        store=head,
        now=now,
        me=_me(technician, now, rights),
        colleagues=[],
        focus=focus,
        focus_is=focus_is,
        brief=await _brief(reading, focus, technician.id) if focus else None,
        developing=[work for work in developing if work is not focus],
        upcoming=[work for work in upcoming if work is not focus][:LATER_MAX],
        offers=_offers(catalog, technician),
    )


async def _brief(reading: Reading, work: Work, me: str) -> Known | None:
    booking = await booking_facts(reading.session, work.person.booking_id)
    return await known_of(reading, booking, me) if booking is not None else None


def _me(technician: TechnicianOfDay, now: datetime, rights: Rights) -> Me:
    # A pause between two shifts is not the end of the day.
    shift_end = max((end for _, end in technician.shifts if now < end), default=None)
    resting = next((end for start, end, kind in technician.absences if kind == "break" and start <= now < end), None)
    return Me(
        id=technician.id,
        name=technician.name,
        state=technician.state,
        turn_rank=technician.turn_rank,
        turns_taken=technician.turns_taken,
        done_today=technician.done_today,
        shift_end=shift_end,
        on_break_until=resting,
        actions=rights.of(get_args(OwnAction)),
    )


def _running(item: ItemOfDay) -> PhaseOfDay | None:
    return next((p for p in item.phases if p.state == "running"), None)


def _all_items(day: LiveDay) -> list[tuple[BookingOfDay, ItemOfDay]]:
    return [(booking, item) for booking in day.bookings for item in booking.items]


def _current(day: LiveDay, technician: TechnicianOfDay, rights: Rights) -> Work | None:
    for booking, item in _all_items(day):
        phase = _running(item)
        if phase and phase.kind != "processing" and phase.technician_id == technician.id:
            return _work(day, booking, item, technician, phase, rights)
    return None


def _developing(day: LiveDay, technician: TechnicianOfDay, current: Work | None, rights: Rights) -> list[Work]:
    found = []
    for booking, item in _all_items(day):
        phase = _running(item)
        if (
            phase
            and phase.kind == "processing"
            and _is_mine(item, technician.id)
            and (not current or current.item_id != item.id)
        ):
            found.append(_work(day, booking, item, technician, phase, rights))
    return sorted(found, key=lambda work: work.end or day.now)


def _is_mine(item: ItemOfDay, technician_id: str) -> bool:
    """Planned for me next; where nobody is, or nothing follows, done by me so far."""
    hands = [p for p in item.phases if p.kind != "processing"]
    following = next((p for p in hands if p.state == "planned" and p.technician_id), None)
    if following is not None:
        return following.technician_id == technician_id
    done = [p for p in hands if p.state == "done"]
    return bool(done) and done[-1].technician_id == technician_id


def _focus(
    current: Work | None, developing: list[Work], upcoming: list[Work], now: datetime
) -> tuple[Work | None, Literal["current", "developing", "next"] | None]:
    """What is in hand; else what has developed, or will before the next customer; else the next customer."""
    if current is not None:
        return current, "current"
    ripe = developing[0] if developing else None
    coming = upcoming[0] if upcoming else None
    if ripe and (coming is None or (ripe.end or now) <= max(now + RIPE_AHEAD, coming.start or now)):
        return ripe, "developing"
    return (coming, "next") if coming else (None, None)


def _upcoming(day: LiveDay, technician: TechnicianOfDay, rights: Rights) -> list[Work]:
    found = []
    for booking, item in _all_items(day):
        if _running(item) or booking.state not in ("confirmed", "expected", "arrived"):
            continue
        mine = next((p for p in item.phases if p.state == "planned" and p.technician_id == technician.id and p.start), None)
        if mine:
            found.append(_work(day, booking, item, technician, mine, rights))
    return sorted(found, key=lambda work: work.start or day.now)


def _work(
    day: LiveDay, booking: BookingOfDay, item: ItemOfDay, technician: TechnicianOfDay, phase: PhaseOfDay, rights: Rights
) -> Work:
    place = day.place(phase.place_id)
    moved = booking.moved if booking.moved and booking.moved.item_id == item.id else None
    return Work(
        item_id=item.id,
        visit_id=booking.visit_id,
        person=Person(
            booking_id=booking.id,
            name=booking.customer_name and masked_name(booking.customer_name),
            tier=booking.tier,
            color=booking.code_color,
            number=booking.code_number,
            has_allergy=booking.has_allergy,
            allergy_version=booking.allergy_version,
            note=booking.note,
            has_file=booking.customer_id is not None,
        ),
        service=item.service,
        requested_me=item.requested in ("must", "prefers") and item.requested_technician_id == technician.id,
        place=place.name if place else None,
        steps=[_step(p, technician.id) for p in item.phases],
        start=phase.start,
        end=phase.end,
        arrived_at=booking.arrived_at,
        called=booking.visit_state == "called",
        paused=booking.paused,
        late_until=booking.late_until,
        form=_form(booking, item),
        to_sign=_to_sign(booking, item),
        changed=told_on_tablet(day, moved.reason, technician.id) if moved else None,
        changed_at=moved.at if moved else None,
        actions=rights.of(_actions(day, booking, item, phase)),
    )


def _form(booking: BookingOfDay, item: ItemOfDay) -> Form | None:
    found = next((each for each in booking.forms if each.form == item.consent_form), None)
    return _shown(found) if found is not None else None


def _to_sign(booking: BookingOfDay, item: ItemOfDay) -> Form | None:
    """The form of this service, else of another one that has not begun."""
    missing = booking.to_sign
    return _shown(min(missing, key=lambda each: each.form != item.consent_form)) if missing else None


def _shown(form: FormOfDay) -> Form:
    return Form(form=form.form, version=form.version, name=form.name, standing=form.standing, at=form.at)


def _step(phase: PhaseOfDay, technician_id: str) -> Step:
    return Step(
        ordinal=phase.ordinal,
        kind=phase.kind,
        state=phase.state,
        minutes=phase.minutes,
        start=phase.start,
        end=phase.end,
        mine=phase.technician_id == technician_id,
    )


def _actions(day: LiveDay, booking: BookingOfDay, item: ItemOfDay, phase: PhaseOfDay) -> list[Action]:
    if phase.state == "running":
        if all(p.ordinal <= phase.ordinal for p in item.phases):
            return ["finish", "extend", "add_service"]
        return ["finish_phase", "extend", "add_service", "finish"]
    if booking.paused:
        return []
    may_call = booking.visit_state == "waiting" and phase.start is not None and phase.start - day.now <= CALL_AHEAD
    if may_call:
        return ["call", "start", "add_service"]
    if booking.in_hand:
        return ["add_service"]
    return ["start", "recall", "add_service"] if booking.visit_state == "called" else ["start", "add_service"]


def _offers(catalog: Catalog, technician: TechnicianOfDay) -> list[Offer]:
    return [
        Offer(
            service_id=service.id,
            name=service.name,
            minutes=sum(phase.minutes for phase in service.phases),
            price_minor=service.price_minor,
        )
        for service in catalog.services.values()
        if service.active and all(phase.is_for(technician.skills) for phase in service.phases[:1])
    ]


screen = Screen(
    name="technician",
    permission="screen.technician",
    params=NoParams,
    view=TechnicianView,
    read=read,
    touched_by=FLOOR_FACTS,
    audience=lambda actor, params: f"{actor.subject or ''}:{roles_of(actor)}",
    refresh=timedelta(seconds=30),
)
