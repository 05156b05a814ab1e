"""The solver's plan as what the floor adopts: moments instead of minutes, reasons, and windows to promise."""

from __future__ import annotations

from datetime import datetime, timedelta

from hub.kernel.text import Said
from hub.operations.planning.models import PlannedPhaseData, PromiseData
from hub.operations.planning.odds import Delays, window_of
from hub.operations.planning.problem import DayProblem
from hub.operations.planning.reasons import gains_of, reason_of
from hub.operations.planning.rows import DayRows
from scheduler import Assignment, Item, Plan

PROMISED_STATES = frozenset({"confirmed", "expected", "arrived"})


def phases_of(rows: DayRows, day: DayProblem, plan: Plan, trigger: Said) -> list[PlannedPhaseData]:
    """Where and when each phase that has not begun shall be done."""
    published = {(a.visit, a.item, a.phase): a for a in day.problem.published}
    causes = {(move.visit, move.item, move.phase): move.cause for move in plan.reasons}
    planned = {(a.visit, a.item, a.phase): a for a in plan.assignments}
    gains = gains_of(day.problem.published, plan.assignments)
    found = []
    for visit in day.problem.visits:
        for item in visit.items:
            for number, phase in enumerate(item.phases):
                row = planned.get((visit.id, item.id, number))
                begun = phase.fixed is not None and phase.fixed.start is not None
                if row is None or begun:
                    continue
                key = visit.id, item.id, number
                before = published.get(key)
                found.append(
                    PlannedPhaseData(
                        booking_id=visit.id,
                        item_id=item.id,
                        ordinal=number,
                        technician_id=row.technician,
                        place_id=row.place,
                        start=day.moment(row.start),
                        end=day.moment(row.end),
                        place_until=place_until(day, item, row, planned.get((visit.id, item.id, number + 1))),
                        reason=None if before == row else reason_of(rows, before, causes.get(key), trigger, gains),
                    )
                )
    return found


def place_until(day: DayProblem, item: Item, row: Assignment, following: Assignment | None) -> datetime:
    """When the place is free again: at the next phase on it, else after the cleaning."""
    if following is not None and following.place == row.place and following.item == item.id:
        return day.moment(max(row.end, following.start))
    return day.moment(row.end) + timedelta(minutes=day.clean_minutes.get(row.place or "", 0))


def promises_of(rows: DayRows, day: DayProblem, plan: Plan) -> list[PromiseData]:
    """Windows for the planned customers who have been told none."""
    delays = Delays.of_problem(day.problem, plan.assignments, day.spread)
    found = []
    for booking in rows.bookings:
        if booking.state not in PROMISED_STATES or booking.id in rows.promises:
            continue
        if any(rows.begun(item) for item in rows.items.get(booking.id, [])):
            continue
        own = [row for row in plan.assignments if row.visit == booking.id]
        if own:
            first = min(own, key=lambda row: row.start)
            start, end, odds = window_of(day.moment(first.start), delays.of(first), rows.rescued)
            found.append(PromiseData(booking_id=booking.id, start=start, end=end, odds=odds))
    return found
