"""The desk itself: attention first, the queue, the timeline, and what can be done with each of them."""

from __future__ import annotations

from datetime import date as calendar_date
from datetime import datetime, timedelta
from typing import get_args

from displays.front_desk.actions import BEFORE_SERVICE, GONE, booking_actions, form_actions, is_pinned, item_actions, look_of
from displays.front_desk.ahead import attention_ahead, with_other_starts
from displays.front_desk.alarms import alarms
from displays.front_desk.compromises import with_compromises
from displays.front_desk.lanes import axis_of, fits_of, place_lanes, technician_lanes
from displays.front_desk.models import (
    Attention,
    Booking,
    BookingAction,
    DeskView,
    Form,
    Item,
    ItemAction,
    Mend,
    Moved,
    Off,
    Phase,
    Plan,
    Promise,
    Step,
)
from displays.reasons import told
from displays.rights import Rights
from displays.security.looking import NAMES, may, name_for, roles_of, said_for
from displays.touching import FLOOR_FACTS
from hub.backoffice.alarms.events import AlarmClosed, AlarmRaised
from hub.backoffice.security.events import GrantsSet
from hub.catalog.queries import catalog_of, holiday
from hub.gateway.screens import Params, Reading, Screen, head_of
from hub.kernel.access import Actor
from hub.kernel.text import Bilingual, Said
from hub.kernel.wall_time import WallDate
from hub.operations.planning.live_day import AttentionOfDay, BookingOfDay, FormOfDay, ItemOfDay, LiveDay, MoveOfDay, PhaseOfDay
from hub.operations.planning.queries import live_day
from hub.operations.team.queries import absences

BOOKINGS = "bookings.write"
"""The permission to make and change bookings: without it their buttons are not there."""

CHECK_IN = "floor.check_in"

CONSULTS = "customers.consult"

_PRESSING = ("urgent", "warning", "info")


class DeskParams(Params):
    """`date` is the store's present business day when left out."""

    date: WallDate | None = None


async def read(reading: Reading, params: DeskParams) -> DeskView:
    store, now = reading.store, reading.now
    today = store.days.of(now)
    date = params.date or today
    begins, ends = store.days.span(date)
    day = await live_day(reading.session, store, reading.vault, now, date)
    axis = axis_of(day, store.days)
    reads_names, rights = may(reading, NAMES), Rights(reading)
    bookings = [_booking(day, b, rights, is_today=date == today, reads_names=reads_names) for b in day.bookings]
    return DeskView(
        store=head_of(store),
        now=now,
        date=date,
        today=today,
        opens=day.opens,
        closes=day.closes,
        holiday=holiday(store, date),
        off=_off(day),
        empty=not day.technicians or not (bookings or _is_staffed(day)),
        may_roster=rights.may_send("team.put_shift"),
        begins=axis[0],
        ends=axis[1],
        technicians=technician_lanes(day, axis, await absences(reading.session, begins, ends), rights),
        places=place_lanes(day, axis, rights),
        bookings=bookings,
        queue=list(day.line),
        unplanned=[b.id for b in day.bookings if _is_unplanned(b)],
        gone=[b.id for b in day.bookings if b.state in GONE],
        attention=await _attention_of(reading, day, today, rights, reads_names=reads_names),
        fits=fits_of(day, await catalog_of(reading.session)),
        plan=Plan.model_validate(day.plan, from_attributes=True),
        promises_made=day.promises_made,
        promises_kept=day.promises_kept,
        undoable=[_step(step, reads_names=reads_names) for step in day.undoable if rights.may_send("planning.undo")],
        may=rights.of((*get_args(BookingAction), *get_args(ItemAction))),
        may_book=may(reading, BOOKINGS),
        may_check_in=may(reading, CHECK_IN),
        may_consult=may(reading, CONSULTS) and reads_names,
        reads_names=reads_names,
    )


def _off(day: LiveDay) -> Off | None:
    if not day.technicians:
        return "no_team"
    if not day.opens:
        return "closed"
    return None if _is_staffed(day) else "no_shifts"


def _is_staffed(day: LiveDay) -> bool:
    return any(technician.shifts for technician in day.technicians)


def _is_unplanned(booking: BookingOfDay) -> bool:
    if booking.state not in ("confirmed", "expected", "arrived"):
        return False
    return any(phase.state == "planned" and phase.start is None for item in booking.items for phase in item.phases)


def _booking(day: LiveDay, booking: BookingOfDay, rights: Rights, *, is_today: bool, reads_names: bool) -> Booking:
    promise = booking.promise
    begun = any(phase.state != "planned" for item in booking.items for phase in item.phases)
    late = promise is not None and (_start_at_best(day, booking) or promise.end) > promise.end
    called = day.place(booking.called_place_id)
    return Booking(
        id=booking.id,
        customer_id=booking.customer_id,
        name=name_for(booking.customer_name, reads_names=reads_names),
        title=booking.customer_title,
        phone_tail=booking.customer_phone_tail if reads_names else "",
        tier=booking.tier,
        has_allergy=booking.has_allergy,
        allergy_version=booking.allergy_version,
        note=booking.note if reads_names else "",
        state=booking.state,
        visit_state=booking.visit_state,
        source=booking.source,
        party_id=booking.party_id,
        booked_start=booking.booked_start,
        late_until=booking.late_until,
        visit_id=booking.visit_id,
        color=booking.code_color,
        number=booking.code_number,
        arrived_at=booking.arrived_at,
        waiting_since=_waiting_since(booking),
        called_at=booking.called_at,
        call_count=booking.call_count,
        called_place=called.name if called else None,
        paused=booking.paused,
        items=[_item(day, booking, item, rights, is_today=is_today) for item in booking.items],
        promise=Promise.model_validate(promise, from_attributes=True) if promise else None,
        at_risk=late and not begun and booking.state not in GONE,
        moved=_moved(day, booking.moved, reads_names=reads_names) if booking.moved else None,
        moves=booking.moves,
        planned_start=booking.planned_start,
        expected_end=booking.expected_end,
        forms=[_form(booking, form, rights) for form in booking.forms],
        actions=rights.of(booking_actions(day, booking, is_today=is_today)),
    )


def _start_at_best(day: LiveDay, booking: BookingOfDay) -> datetime | None:
    """Whoever waits here begins at no time that has gone by, whatever the plan says, and also where it has no room."""
    here = booking.visit_state in BEFORE_SERVICE
    return max(booking.planned_start or day.now, day.now) if here else booking.planned_start


def _form(booking: BookingOfDay, form: FormOfDay, rights: Rights) -> Form:
    return Form(
        form=form.form,
        version=form.version,
        name=form.name,
        standing=form.standing,
        signed_form_id=form.signed_form_id,
        at=form.at,
        reason=form.reason,
        actions=rights.of(form_actions(booking, form)),
    )


def _item(day: LiveDay, booking: BookingOfDay, item: ItemOfDay, rights: Rights, *, is_today: bool) -> Item:
    return Item(
        id=item.id,
        service_id=item.service_id,
        service=item.service,
        price_minor=item.price_minor,
        requested=item.requested,
        requested_technician_id=item.requested_technician_id,
        added_on_floor=item.added_on_floor,
        pinned=is_pinned(item),
        phases=[_phase(day, booking, item, phase) for phase in item.phases],
        actions=rights.of(item_actions(booking, item, is_today=is_today)),
    )


def _phase(day: LiveDay, booking: BookingOfDay, item: ItemOfDay, phase: PhaseOfDay) -> Phase:
    return Phase(
        ordinal=phase.ordinal,
        kind=phase.kind,
        state=phase.state,
        minutes=phase.minutes,
        technician_id=phase.technician_id,
        beside=_beside(item, phase) if phase.technician_id is None else None,
        place_id=phase.place_id,
        start=phase.start,
        end=phase.end,
        promised_start=phase.promised_start,
        look=look_of(booking, phase, day.now),
    )


def _beside(item: ItemOfDay, phase: PhaseOfDay) -> str | None:
    """Who has begun it; where nobody has, who will go on."""
    before = [p.technician_id for p in item.phases if p.ordinal < phase.ordinal and p.technician_id]
    after = [p.technician_id for p in item.phases if p.ordinal > phase.ordinal and p.technician_id]
    return before[-1] if before else after[0] if after else None


def _moved(day: LiveDay, move: MoveOfDay, *, reads_names: bool) -> Moved:
    def person(technician_id: str | None) -> Bilingual | None:
        technician = day.technician(technician_id)
        return technician.name if technician else None

    def spot(place_id: str | None) -> Bilingual | None:
        place = day.place(place_id)
        return place.name if place else None

    return Moved(
        at=move.at,
        item_id=move.item_id,
        before_start=move.before_start,
        after_start=move.after_start,
        before_technician=person(move.before_technician_id),
        after_technician=person(move.after_technician_id),
        before_place=spot(move.before_place_id),
        after_place=spot(move.after_place_id),
        reason=told(day, move.reason, reads_names=reads_names),
    )


async def _attention_of(
    reading: Reading, day: LiveDay, today: calendar_date, rights: Rights, *, reads_names: bool
) -> list[Attention]:
    """Today what the floor needs, then alarms, of each severity; on later days who lacks room; of the past nothing."""
    found = [_attention(entry, rights, reads_names=reads_names) for entry in day.attention]
    proposes = rights.may_send("bookings.move")
    if day.date != today:
        return await attention_ahead(reading, day, found, proposes=proposes) if day.date > today else []
    if proposes:
        found = await with_other_starts(reading, day, found)
    found = await with_compromises(reading, day, found, rights)
    return sorted([*found, *await alarms(reading)], key=lambda entry: _PRESSING.index(entry.severity))


def _waiting_since(booking: BookingOfDay) -> datetime | None:
    if booking.arrived_at is None:
        return None
    phases = [phase for item in booking.items for phase in item.phases]
    return max([booking.arrived_at, *(phase.end for phase in phases if phase.state == "done" and phase.end is not None)])


def _attention(entry: AttentionOfDay, rights: Rights, *, reads_names: bool) -> Attention:
    return Attention(
        id=entry.id,
        kind=entry.kind,
        severity=entry.severity,
        at=entry.at,
        said=said_for(entry.said, reads_names=reads_names),
        booking_id=entry.booking_id,
        technician_id=entry.technician_id,
        place_id=entry.place_id,
        mend=[Mend(label=label, command=command, data=data) for label, command, data in entry.mend if rights.may_send(command)],
    )


def _step(step: tuple[str, Said, datetime], *, reads_names: bool) -> Step:
    command_id, said, at = step
    return Step(command_id=command_id, said=said_for(said, reads_names=reads_names), at=at)


def _audience(actor: Actor, params: DeskParams) -> str:
    return f"{params.date}:{roles_of(actor)}"


screen = Screen(
    name="desk",
    permission="floor.see",
    params=DeskParams,
    view=DeskView,
    read=read,
    touched_by=FLOOR_FACTS | {AlarmRaised, AlarmClosed, GrantsSet},
    audience=_audience,
    refresh=timedelta(seconds=30),
)
