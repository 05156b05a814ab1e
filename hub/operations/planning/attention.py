"""What the desk should look at, most urgent first, each with the button that mends it. Pure; for the desk's eyes only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from hub.kernel.text import Bilingual, Said
from hub.operations.bookings.tables import AssignmentRow
from hub.operations.planning.live_day import AttentionOfDay
from hub.operations.planning.rows import DayRows
from hub.operations.visits.rules import CALLABLE, LATE_MOST, NO_SHOW_AFTER

CALLED_LONG = timedelta(minutes=3)
ARRIVED_NEWS = timedelta(minutes=5)
WAITED_LONG = timedelta(minutes=10)
"""Between two services: after this the desk is told, however the plan has it."""

DIRTY_AHEAD = timedelta(minutes=20)
TO_SIGN = frozenset({"forms_pending", "called", "in_room", "in_service"})
"""Visits whose customer may have something to sign: an added service asks for it also after the call and during another one."""
OVERRUN_AFTER = timedelta(minutes=1)

Mend = tuple[Said, str, dict[str, str | int]]
Severity = Literal["info", "warning", "urgent"]
_ORDER: dict[Severity, int] = {"urgent": 0, "warning": 1, "info": 2}


def attention_of(rows: DayRows, names: Mapping[str, str]) -> tuple[AttentionOfDay, ...]:
    """`names`: customers' names by booking."""
    found = [entry for source in _SOURCES for entry in source(rows, names)]
    return tuple(sorted(found, key=lambda entry: (_ORDER[entry.severity], entry.at, entry.id)))


def no_show_due_at(rows: DayRows, booking_id: str, booked_start: datetime) -> datetime:
    """From when the desk should decide about a customer who has not come."""
    late = rows.lateness.get(booking_id)
    return max(booked_start, late.until if late else booked_start) + NO_SHOW_AFTER


def _entry(
    kind: str,
    severity: Severity,
    at: datetime,
    said: Said,
    *mend: Mend,
    booking: str | None = None,
    technician: str | None = None,
    place: str | None = None,
) -> AttentionOfDay:
    subject = booking or technician or place or ""
    return AttentionOfDay(f"{kind}:{subject}", kind, severity, at, said, booking, technician, place, mend)  # type: ignore[arg-type]


def _button(code: str, command: str, **data: str | int) -> Mend:
    return Said(code=f"mend-{code}"), command, data


def _arrived(rows: DayRows, names: Mapping[str, str]) -> Iterator[AttentionOfDay]:
    for visit in rows.visits.values():
        if visit.state in CALLABLE and not visit.paused and rows.now - visit.arrived_at <= ARRIVED_NEWS:
            said = Said(code="attention-arrived", params={"who": names.get(visit.booking_id, "")})
            call = _button("call", "visits.call_customer", visit_id=visit.id)
            yield _entry("arrived", "info", visit.arrived_at, said, call, booking=visit.booking_id)


def _late(rows: DayRows, names: Mapping[str, str]) -> Iterator[AttentionOfDay]:
    for booking in rows.bookings:
        late = rows.lateness.get(booking.id)
        if late is None or booking.id in rows.visits or booking.state == "no_show":
            continue
        if late.until > booking.booked_start and rows.now < late.until + NO_SHOW_AFTER:
            minutes = int((late.until - booking.booked_start).total_seconds()) // 60
            params: dict[str, str | int | float | Bilingual | None] = {"who": names.get(booking.id, ""), "minutes": minutes}
            come = _button("check-in", "visits.check_in", booking_id=booking.id)
            yield _entry("late", "info", late.said_at, Said(code="attention-late", params=params), come, booking=booking.id)


def _overrun(rows: DayRows, names: Mapping[str, str]) -> Iterator[AttentionOfDay]:
    for run in rows.running():
        over = rows.now - run.expected_end
        if over < OVERRUN_AFTER:
            continue
        minutes = int(over.total_seconds()) // 60
        said = Said(code="attention-overrun", params={"who": names.get(run.booking_id, ""), "minutes": minutes})
        buttons = (
            _button("extend", "visits.extend", item_id=run.item_id, minutes=10),
            _button("finish", "visits.finish_phase", item_id=run.item_id),
        )
        yield _entry(
            "overrun",
            "warning",
            run.expected_end,
            said,
            *buttons,
            booking=run.booking_id,
            technician=run.technician_id,
            place=run.place_id,
        )


def _promise_at_risk(rows: DayRows, names: Mapping[str, str]) -> Iterator[AttentionOfDay]:
    for booking in rows.bookings:
        promise, planned = rows.promises.get(booking.id), rows.planned_start(booking)
        begun = any(rows.begun(item) for item in rows.items.get(booking.id, []))
        if promise is None or planned is None or begun or booking.state == "no_show":
            continue
        if booking.id in rows.visits:  # whoever is here has begun at no time that has gone by, whatever the plan says
            planned = max(planned, rows.now)
        elif promise.end <= rows.now or planned <= _comes_at(rows, booking.id, promise.end):
            continue  # not kept by whoever has not come or comes late, which no plan mends
        if planned <= promise.end:
            continue
        minutes = -int((promise.end - planned).total_seconds() // 60)
        said = Said(code="attention-promise-at-risk", params={"who": names.get(booking.id, ""), "minutes": minutes})
        again = _button("replan", "planning.replan", date=rows.date.isoformat())
        yield _entry("promise_at_risk", "warning", promise.end, said, again, booking=booking.id)


def _comes_at(rows: DayRows, booking_id: str, otherwise: datetime) -> datetime:
    late = rows.lateness.get(booking_id)
    return late.until if late is not None else otherwise


def _unplanned(rows: DayRows, names: Mapping[str, str]) -> Iterator[AttentionOfDay]:
    for booking in rows.bookings:
        if booking.state not in ("confirmed", "expected", "arrived"):
            continue
        missing = [item for item in rows.items.get(booking.id, []) if rows.lacks_room(item)]
        if not missing:
            continue
        service = rows.service_of(missing[0])
        said = Said(
            code="attention-unplanned",
            params={"who": names.get(booking.id, ""), "service": Bilingual(zh=service.name.zh, en=service.name.en)},
        )
        again = _button("replan", "planning.replan", date=rows.date.isoformat())
        here = booking.id in rows.visits
        yield _entry("unplanned", "urgent" if here else "warning", booking.booked_start, said, again, booking=booking.id)


def _no_show_due(rows: DayRows, names: Mapping[str, str]) -> Iterator[AttentionOfDay]:
    for booking in rows.bookings:
        if booking.state not in ("confirmed", "expected") or booking.id in rows.visits:
            continue
        due = no_show_due_at(rows, booking.id, booking.booked_start)
        if rows.now < due:
            continue
        minutes = int((rows.now - booking.booked_start).total_seconds()) // 60
        said = Said(code="attention-no-show-due", params={"who": names.get(booking.id, ""), "minutes": minutes})
        late = [_button("late", "visits.report_late", booking_id=booking.id, minutes=minutes + 15)]
        buttons = (
            _button("no-show", "visits.no_show", booking_id=booking.id),
            *(late if minutes + 15 <= LATE_MOST else []),
            _button("check-in", "visits.check_in", booking_id=booking.id),
        )
        yield _entry("no_show_due", "warning", due, said, *buttons, booking=booking.id)


def _sick(rows: DayRows, _names: Mapping[str, str]) -> Iterator[AttentionOfDay]:
    for technician in rows.technicians:
        away = rows.absent(technician.id, rows.now)
        if away is None or away.kind != "sick":
            continue
        said = Said(code="attention-sick", params={"technician": Bilingual(zh=technician.name_zh, en=technician.name_en)})
        back = _button("back", "team.end_absence", absence_id=away.id)
        yield _entry("sick", "info", away.start, said, back, technician=technician.id)


def _place_closed(rows: DayRows, _names: Mapping[str, str]) -> Iterator[AttentionOfDay]:
    for place in rows.places:
        closure = rows.closed(place.id, rows.now)
        if closure is None:
            continue
        said = Said(
            code="attention-place-closed",
            params={"place": Bilingual(zh=place.name_zh, en=place.name_en), "reason": closure.reason},
        )
        reopen = _button("reopen", "stations.reopen_place", place_id=place.id)
        yield _entry("place_closed", "info", closure.start, said, reopen, place=place.id)


def _help(rows: DayRows, names: Mapping[str, str]) -> Iterator[AttentionOfDay]:
    technicians = {t.id: Bilingual(zh=t.name_zh, en=t.name_en) for t in rows.technicians}
    places = {p.id: Bilingual(zh=p.name_zh, en=p.name_en) for p in rows.places}
    for request in rows.help:
        where, who = places.get(request.place_id or ""), technicians.get(request.technician_id or "")
        name = where if request.kind == "clean" else who or names.get(request.booking_id or "")
        code = f"attention-help-{request.kind}" + ("-named" if name else "")
        said = Said(code=code, params={"name": name} if name else {})
        severity: Severity = "warning" if request.kind in ("clean", "remind") else "urgent"
        answer = _button("answer", "visits.answer_help", help_id=request.id)
        entry = _entry(
            "help",
            severity,
            request.asked_at,
            said,
            answer,
            booking=request.booking_id,
            technician=request.technician_id,
            place=request.place_id,
        )
        # What is asked again is a new line: screens show and read out what they did not have.
        yield replace(entry, id=f"help:{request.id}:{request.asked_at.isoformat()}")


def _forms(rows: DayRows, names: Mapping[str, str]) -> Iterator[AttentionOfDay]:
    for visit in rows.visits.values():
        if visit.state not in TO_SIGN or visit.paused:
            continue
        for form in rows.to_sign(visit.booking_id):
            held = form.standing == "to_confirm"
            said = Said(
                code="attention-form-held" if held else "attention-form",
                params={"who": names.get(visit.booking_id, ""), "form": form.name},
            )
            confirm = _button("confirm-name", "forms.confirm", signed_form_id=form.signed_form_id or "")
            entry = _entry("forms", "warning", visit.arrived_at, said, *([confirm] if held else []), booking=visit.booking_id)
            yield replace(entry, id=f"forms:{visit.booking_id}:{form.form}")


def _dirty(rows: DayRows, _names: Mapping[str, str]) -> Iterator[AttentionOfDay]:
    for place in rows.places:
        if place.condition != "dirty":
            continue
        starts = [a.start for phases in rows.assignments.values() for a in phases.values() if a.place_id == place.id]
        following = min(starts, default=None)
        if following is None or following - rows.now > DIRTY_AHEAD:
            continue
        said = Said(
            code="attention-dirty",
            params={"place": Bilingual(zh=place.name_zh, en=place.name_en), "time": following.isoformat()},
        )
        clean = _button("clean", "stations.mark_clean", place_id=place.id)
        yield _entry("dirty", "warning", place.condition_since or rows.now, said, clean, place=place.id)


def _called_long(rows: DayRows, names: Mapping[str, str]) -> Iterator[AttentionOfDay]:
    for visit in rows.visits.values():
        if visit.state != "called" or visit.called_at is None or rows.now - visit.called_at < CALLED_LONG:
            continue
        minutes = int((rows.now - visit.called_at).total_seconds()) // 60
        said = Said(code="attention-called-long", params={"who": names.get(visit.booking_id, ""), "minutes": minutes})
        buttons = (
            _button("recall", "visits.recall_customer", visit_id=visit.id),
            _button("entered", "visits.enter_room", visit_id=visit.id),
            _button("pause", "visits.pause", visit_id=visit.id),
        )
        yield _entry(
            "called_long", "warning", visit.called_at, said, *buttons, booking=visit.booking_id, place=visit.called_place_id
        )


def _waiting(rows: DayRows, names: Mapping[str, str]) -> Iterator[AttentionOfDay]:
    """Whoever has one service behind them and waits for the next; before the first one the promise speaks."""
    for booking in rows.bookings:
        visit, since = rows.visits.get(booking.id), rows.served_last(booking.id)
        if visit is None or visit.state not in CALLABLE or visit.paused or since is None:
            continue
        following = rows.following(booking)
        if following is None or rows.now - since < WAITED_LONG or any(rows.lacks_room(i) for i in rows.open_items(booking)):
            continue  # who has no room is told of as such
        item, planned = following
        params: dict[str, str | int | float | Bilingual | None] = {
            "who": names.get(booking.id, ""),
            "minutes": int((rows.now - since).total_seconds()) // 60,
            "service": rows.service_of(item).name,
        }
        if planned.start > rows.now:
            said = Said(code="attention-waiting-planned", params={**params, "start": planned.start.isoformat()})
        else:
            said = Said(code="attention-waiting", params=params)
        call = _button("call", "visits.call_customer", visit_id=visit.id)
        again = _button("replan", "planning.replan", date=rows.date.isoformat())
        buttons = (call, again) if _can_begin(rows, planned) else (again,)
        yield _entry("waiting", "warning", since + WAITED_LONG, said, *buttons, booking=booking.id)


def _can_begin(rows: DayRows, planned: AssignmentRow) -> bool:
    """Whether the place is free for a call, and the technician's hands are."""
    if any(planned.place_id == run.place_id or planned.technician_id == run.technician_id for run in rows.running()):
        return False
    seated = (visit for visit in rows.visits.values() if visit.state in ("called", "in_room"))
    if any(visit.called_place_id == planned.place_id for visit in seated):
        return False
    away = planned.technician_id is not None and rows.absent(planned.technician_id, rows.now) is not None
    return not away and (planned.place_id is None or rows.closed(planned.place_id, rows.now) is None)


_SOURCES: tuple[Callable[[DayRows, Mapping[str, str]], Iterator[AttentionOfDay]], ...] = (
    _arrived,
    _late,
    _overrun,
    _promise_at_risk,
    _unplanned,
    _no_show_due,
    _sick,
    _place_closed,
    _help,
    _forms,
    _dirty,
    _called_long,
    _waiting,
)
