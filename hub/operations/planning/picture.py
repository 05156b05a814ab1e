"""Rows of the day → the picture that screens show. Pure, but for opening the sealed names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from hub.kernel.crypto import Vault
from hub.kernel.text import Bilingual, Said
from hub.operations.bookings.people import allergy_version, booking_note, reveal
from hub.operations.bookings.tables import BookingItemRow, BookingRow
from hub.operations.forms.queries import FormFacts
from hub.operations.planning.live_day import (
    BookingOfDay,
    BookingState,
    FormOfDay,
    ItemOfDay,
    MoveOfDay,
    PhaseOfDay,
    PromiseOfDay,
    Requested,
    VisitState,
)
from hub.operations.planning.rows import DayRows
from hub.operations.planning.tables import PlanMoveRow
from hub.operations.visits.tables import PhaseRunRow

WAITING_STATES = frozenset({"arrived", "forms_pending", "waiting", "called", "in_room"})
"""Visits whose customers are in the store and are not being served."""


def booking_of_day(rows: DayRows, booking: BookingRow, vault: Vault) -> BookingOfDay:
    visit = rows.visits.get(booking.id)
    items = tuple(item_of_day(rows, item) for item in rows.items.get(booking.id, []))
    customer = rows.customers.get(booking.customer_id) if booking.customer_id else None
    known = reveal(vault, customer) if customer else None
    late = rows.lateness.get(booking.id)
    moved = [move for move in rows.moves.get(booking.id, []) if move.before_start is not None]
    return BookingOfDay(
        id=booking.id,
        customer_id=booking.customer_id,
        customer_name=known.name if known else "",
        customer_title=known.title if known else "none",
        customer_phone_tail=known.phone[-4:] if known else "",
        tier=known.tier if known else "none",
        has_allergy=bool(known and known.allergy),
        allergy_version=allergy_version(customer) if customer else None,
        note=booking_note(vault, customer, booking),
        state=cast(BookingState, booking.state),
        source=cast(Any, booking.source),
        party_id=booking.party_id,
        booked_start=booking.booked_start,
        late_until=late.until if late and visit is None else None,
        visit_id=visit.id if visit else None,
        visit_state=cast(VisitState, visit.state) if visit else None,
        code_color=visit.code_color if visit else None,
        code_number=visit.code_number if visit else None,
        arrived_at=visit.arrived_at if visit else None,
        called_at=visit.called_at if visit else None,
        call_count=visit.call_count if visit else 0,
        called_place_id=visit.called_place_id if visit else None,
        paused=bool(visit and visit.paused),
        items=items,
        promise=_promise(rows, booking),
        moved=_move(moved[-1]) if moved else None,
        moves=rows.moves_of(booking),
        planned_start=rows.planned_start(booking),
        expected_end=_expected_end(items),
        forms=tuple(map(_form, rows.forms.get(booking.id, ()))),
        to_sign=tuple(map(_form, rows.to_sign(booking.id))),
    )


def _form(form: FormFacts) -> FormOfDay:
    return FormOfDay(form.form, form.version, form.name, form.standing, form.signed_form_id, form.at, form.reason)


def item_of_day(rows: DayRows, item: BookingItemRow) -> ItemOfDay:
    service = rows.service_of(item)
    return ItemOfDay(
        id=item.id,
        service_id=item.service_id,
        service_code=service.code,
        service=Bilingual(zh=service.name_zh, en=service.name_en),
        price_minor=service.price_minor,
        requested=cast(Requested, item.requested),
        requested_technician_id=item.requested_technician_id,
        added_on_floor=item.added_on_floor,
        consent_form=service.consent_form,
        phases=tuple(_phases(rows, item)),
    )


def _phases(rows: DayRows, item: BookingItemRow) -> list[PhaseOfDay]:
    runs, planned = rows.runs.get(item.id, {}), rows.assignments.get(item.id, {})
    promise = rows.promises.get(item.booking_id)
    told = promise.told if promise else {}
    over = rows.done(item)
    found = []
    for phase in rows.service_of(item).phases:
        run, plan = runs.get(phase.ordinal), planned.get(phase.ordinal)
        ghost = told.get(f"{item.id}:{phase.ordinal}")
        row = run or plan
        found.append(
            PhaseOfDay(
                ordinal=phase.ordinal,
                kind=phase.kind,
                place_kind=phase.place_kind,
                minutes=phase.minutes,
                state=("done" if run.state == "done" else "running") if run else "done" if over else "planned",
                technician_id=row.technician_id if row else None,
                place_id=row.place_id if row else None,
                start=run.started_at if run else plan.start if plan else None,
                end=_end_of(run, rows.now) if run else plan.end if plan else None,
                promised_start=datetime.fromisoformat(ghost) if ghost else None,
                pinned=bool(plan and plan.pinned),
            )
        )
    return found


def _expected_end(items: Iterable[ItemOfDay]) -> datetime | None:
    """Nobody knows while something to come has no room."""
    phases = [phase for item in items for phase in item.phases]
    if any(phase.state == "planned" and phase.end is None for phase in phases):
        return None
    return max((phase.end for phase in phases if phase.end is not None), default=None)


def _end_of(run: PhaseRunRow, now: datetime) -> datetime:
    """The real end, else the one expected now; of what is over without anybody having said when, the one that was expected."""
    if run.state == "done":
        return run.ended_at or run.expected_end
    return max(run.expected_end, now)


def _promise(rows: DayRows, booking: BookingRow) -> PromiseOfDay | None:
    promise = rows.promises.get(booking.id)
    if promise is None:
        return None
    return PromiseOfDay(promise.start, promise.end, promise.odds, promise.broken or promise.kept is False)


def _move(move: PlanMoveRow) -> MoveOfDay:
    return MoveOfDay(
        at=move.at,
        plan=move.plan_number,
        item_id=move.item_id,
        before_start=move.before_start,
        after_start=move.after_start,
        before_technician_id=move.before_technician_id,
        after_technician_id=move.after_technician_id,
        before_place_id=move.before_place_id,
        after_place_id=move.after_place_id,
        reason=Said.model_validate(move.reason),
    )


def queue_of(rows: DayRows) -> tuple[str, ...]:
    """Bookings whose customers wait in the store, by the plan; those whom the plan does not serve come last."""
    waiting: list[tuple[bool, datetime, datetime, str]] = []
    for booking in rows.bookings:
        visit = rows.visits.get(booking.id)
        if visit is not None and visit.state in WAITING_STATES and not visit.paused:
            planned = rows.planned_start(booking)
            waiting.append((planned is None, planned or visit.arrived_at, visit.arrived_at, booking.id))
    return tuple(entry[-1] for entry in sorted(waiting))
