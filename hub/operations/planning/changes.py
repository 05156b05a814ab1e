"""Of a whole plan only what it changes, so that adopting it writes, and reads, no more than that. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from hub.operations.bookings.tables import AssignmentRow
from hub.operations.planning.models import AdoptPlan, GivenUp, LateStart, PlannedPhaseData
from hub.operations.planning.rows import DayRows
from hub.operations.planning.rules import WORTH_TELLING

Key = tuple[str, int]
"""Service and phase."""


def changes_of(rows: DayRows, standing: Collection[Key], plan: AdoptPlan) -> AdoptPlan:
    """The same command without the phases that stay as they are.

    `rows` and `standing`, the phases that have room on the plan's day, are what it was made from: it must be refused when
    they have changed since, which is what its premises are for.
    """
    told = _told(rows)
    promised = {promise.booking_id for promise in plan.promises}
    wanted = {(data.item_id, data.ordinal) for data in plan.assignments}
    there = {(row.item_id, row.ordinal): row for of_item in rows.assignments.values() for row in of_item.values()}
    changed = [
        data
        for data in plan.assignments
        if data.booking_id in promised
        or _differs(there.get((data.item_id, data.ordinal)), data)
        or _drifted(told.get((data.item_id, data.ordinal)), data.start)
    ]
    given_up = [GivenUp(item_id=item, ordinal=ordinal) for item, ordinal in sorted(standing) if (item, ordinal) not in wanted]
    late = [LateStart(booking_id=name, start=start) for name, start in late_starts(rows, plan.assignments).items()]
    return plan.model_copy(update={"assignments": changed, "whole": False, "given_up": given_up, "late": late})


def late_starts(rows: DayRows, assignments: Collection[PlannedPhaseData]) -> Mapping[str, datetime]:
    """The first starts, by booking, that lie after a window not yet known to be broken."""
    starts: dict[str, datetime] = {}
    for data in assignments:
        starts[data.booking_id] = min(data.start, starts.get(data.booking_id, data.start))
    windows = {name: row.end for name, row in rows.promises.items() if row.kept is None and not row.broken}
    return {name: start for name, start in starts.items() if name in windows and start > windows[name]}


def _told(rows: DayRows) -> dict[Key, datetime]:
    """The start last told of each phase."""
    return {(m.item_id, m.phase): m.after_start for of in rows.moves.values() for m in of if m.after_start is not None}


def _differs(row: AssignmentRow | None, data: PlannedPhaseData) -> bool:
    names = ("technician_id", "place_id", "start", "end", "place_until")
    if row is None or any(getattr(row, name) != getattr(data, name) for name in names):
        return True
    return data.pinned is not None and data.pinned != row.pinned


def _drifted(told: datetime | None, start: datetime) -> bool:
    """Whether a phase that stays lies elsewhere than people were told: it crept there by less than is worth telling."""
    return told is not None and abs(start - told) >= WORTH_TELLING
