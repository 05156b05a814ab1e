"""Technicians and places of the day as screens show them. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from hub.kernel.text import Bilingual
from hub.operations.bookings.tables import AssignmentRow
from hub.operations.planning.live_day import PlaceOfDay, PlaceState, TechnicianOfDay, TechnicianState
from hub.operations.planning.rows import DayRows
from hub.operations.stations.tables import PlaceRow
from hub.operations.team.tables import TechnicianRow
from hub.operations.visits.tables import PhaseRunRow

ABOUT_TO_FINISH = timedelta(minutes=5)
RESERVED_AHEAD = timedelta(minutes=10)
"""A place counts as reserved this long before its next customer."""


def technicians_of_day(rows: DayRows) -> tuple[TechnicianOfDay, ...]:
    ranks = turn_ranks(rows)
    hands = {run.technician_id: run for run in rows.running() if run.technician_id}
    resting = {_last_technician(rows, run): run for run in rows.running() if run.technician_id is None}
    called = _called(rows)
    done = _done_today(rows)
    found = []
    for row in rows.technicians:
        state, until, item_id = _state(rows, row, hands.get(row.id), resting.get(row.id), called.get(row.id))
        turn = rows.turns.get(row.id)
        found.append(
            TechnicianOfDay(
                id=row.id,
                code=row.code,
                name=Bilingual(zh=row.name_zh, en=row.name_en),
                gender=cast(Any, row.gender),
                skills=dict(rows.standing.skills.get(row.id, {})),
                state=state,
                state_until=until,
                shifts=tuple((shift.start, shift.end) for shift in rows.shifts.get(row.id, [])),
                absences=tuple((a.start, a.end or rows.ends, cast(Any, a.kind)) for a in rows.absences.get(row.id, [])),
                item_id=item_id,
                turn_rank=ranks.get(row.id),
                turns_taken=turn.turns_taken if turn else 0,
                done_today=done.get(row.id, 0),
            )
        )
    return tuple(found)


def turn_ranks(rows: DayRows) -> dict[str, int]:
    """The turn list (轮钟): whoever has taken fewest turns is next; among equals the day's rank, then the roster's order."""
    here = [t for t in rows.technicians if t.active and rows.on_shift(t.id, rows.now)]
    here = [t for t in here if (away := rows.absent(t.id, rows.now)) is None or away.kind == "break"]

    def order(technician: TechnicianRow) -> tuple[int, int, int, str]:
        turn = rows.turns.get(technician.id)
        if turn is None:
            return 0, technician.ordinal, technician.ordinal, technician.code
        return turn.turns_taken, turn.rank, technician.ordinal, technician.code

    return {technician.id: place for place, technician in enumerate(sorted(here, key=order), start=1)}


def _state(
    rows: DayRows, row: TechnicianRow, run: PhaseRunRow | None, resting: PhaseRunRow | None, called: str | None
) -> tuple[TechnicianState, datetime | None, str | None]:
    if run is not None:
        soon = run.expected_end - rows.now <= ABOUT_TO_FINISH
        return "about_to_finish" if soon else "in_service", run.expected_end, run.item_id
    away = rows.absent(row.id, rows.now)
    if away is not None:
        return "break" if away.kind == "break" else "off", away.end, None
    if not row.active or (not rows.on_shift(row.id, rows.now) and not _stays(rows, row.id)):
        starts = [shift.start for shift in rows.shifts.get(row.id, []) if row.active and shift.start > rows.now]
        return "off", min(starts, default=None), None
    if called is not None:
        return "called", None, called
    if resting is not None:
        return "processing_free", resting.expected_end, resting.item_id
    return "free", _next_start(rows, lambda a: a.technician_id == row.id), None


def _stays(rows: DayRows, technician_id: str) -> bool:
    """Whether her shift is over and the plan has work for her all the same."""
    ends = [shift.end for shift in rows.shifts.get(technician_id, [])]
    planned = (row for phases in rows.assignments.values() for row in phases.values())
    return bool(ends) and max(ends) <= rows.now and any(row.technician_id == technician_id for row in planned)


def _called(rows: DayRows) -> dict[str, str]:
    """TechnicianRow → the service to which its customer was called."""
    found: dict[str, str] = {}
    for booking in rows.bookings:
        visit = rows.visits.get(booking.id)
        if visit is None or visit.state not in ("called", "in_room"):
            continue
        following = rows.following(booking)
        if following is not None and following[1].technician_id:
            found[following[1].technician_id] = following[0].id
    return found


def _last_technician(rows: DayRows, run: PhaseRunRow) -> str | None:
    earlier = [other for other in rows.runs[run.item_id].values() if other.ordinal < run.ordinal and other.technician_id]
    return max(earlier, key=lambda other: other.ordinal).technician_id if earlier else None


def _done_today(rows: DayRows) -> dict[str, int]:
    found: dict[str, int] = {}
    for runs in rows.runs.values():
        if all(run.state == "done" for run in runs.values()):
            for technician in {run.technician_id for run in runs.values() if run.technician_id}:
                found[technician] = found.get(technician, 0) + 1
    return found


def places_of_day(rows: DayRows) -> tuple[PlaceOfDay, ...]:
    taken = {run.place_id: run for run in rows.running() if run.place_id}
    called = {v.called_place_id for v in rows.visits.values() if v.state in ("called", "in_room") and v.called_place_id}
    found = []
    for row in rows.places:
        run = taken.get(row.id)
        state, until = _place_state(rows, row, run, called=row.id in called)
        closure = rows.closed(row.id, rows.now) or next(iter(rows.closures.get(row.id, [])), None)
        found.append(
            PlaceOfDay(
                id=row.id,
                code=row.code,
                kind=row.kind,
                name=Bilingual(zh=row.name_zh, en=row.name_en),
                state=state,
                state_until=until,
                item_id=run.item_id if run else None,
                closed_from=closure.start if closure else None,
                closed_until=closure.end if closure else None,
                closed_reason=closure.reason if closure else None,
            )
        )
    return tuple(found)


def _place_state(rows: DayRows, row: PlaceRow, run: PhaseRunRow | None, *, called: bool) -> tuple[PlaceState, datetime | None]:
    closure = rows.closed(row.id, rows.now)
    if run is not None:
        return "occupied", run.expected_end
    if closure is not None:
        return "closed", closure.end
    if row.condition == "dirty":
        return "dirty", None
    if row.condition == "cleaning":
        return "cleaning", None
    following = _next_start(rows, lambda a: a.place_id == row.id)
    if called or (following is not None and following - rows.now <= RESERVED_AHEAD):
        return "reserved", following
    return "free", following


def _next_start(rows: DayRows, wanted: Callable[[AssignmentRow], bool]) -> datetime | None:
    return min((a.start for phases in rows.assignments.values() for a in phases.values() if wanted(a)), default=None)
