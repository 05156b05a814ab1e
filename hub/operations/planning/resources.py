"""Technicians and places of a day in the solver's words: shifts, absences, closures, cleaning."""

from __future__ import annotations

from hub.operations.planning.lengths import ANY_SKILL
from hub.operations.planning.minutes import MINUTE, Ruler
from hub.operations.planning.rows import DayRows
from hub.operations.stations.tables import PlaceRow
from hub.operations.team.rules import overtime_of
from hub.operations.team.tables import TechnicianRow
from scheduler import Place, Span, Technician

OVERRUN_MINUTES = 5
"""What is left, as far as anybody knows, of a phase that has passed its expected end."""

BREAK_MINUTES = 30


def technician_of(rows: DayRows, row: TechnicianRow, ruler: Ruler, horizon: int) -> Technician:
    turn = rows.turns.get(row.id)
    return Technician(
        id=row.id,
        skills={**rows.standing.skills.get(row.id, {}), ANY_SKILL: 5},
        shifts=tuple(_shifts(rows, row, ruler)),
        absences=tuple(_absences(rows, row, ruler, horizon)),
        overtime_max=overtime_of(rows.store.settings) // MINUTE,
        turns_taken=turn.turns_taken if turn else 0,
        turn_rank=turn.rank if turn else row.ordinal,
        tags=(row.gender,) if row.gender else (),
    )


def _shifts(rows: DayRows, row: TechnicianRow, ruler: Ruler) -> list[Span]:
    """Shifts from the opening on; on a closed day nobody works."""
    if rows.hours is None:
        return []
    merged: list[Span] = []
    for shift in sorted(rows.shifts.get(row.id, []), key=lambda s: s.start):
        start, end = max(ruler.floor(shift.start), ruler.floor(rows.hours[0])), ruler.floor(shift.end)
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        elif start < end:
            merged.append((start, end))
    return merged


def _absences(rows: DayRows, row: TechnicianRow, ruler: Ruler, horizon: int) -> list[Span]:
    now = ruler.floor(rows.now)
    if not row.active and max(0, now) < horizon:
        return [(max(0, now), horizon)]
    found = []
    for absence in rows.absences.get(row.id, []):
        start = max(0, ruler.floor(absence.start))
        if absence.end is not None:
            end = ruler.ceil(absence.end)
        elif absence.kind == "break":
            end = max(start + BREAK_MINUTES, now + OVERRUN_MINUTES)
        else:
            end = horizon
        if start < end:
            found.append((start, end))
    return found


def place_of(rows: DayRows, row: PlaceRow, ruler: Ruler, horizon: int) -> Place:
    clean = rows.catalog.clean_minutes(row.kind)
    now = ruler.floor(rows.now)
    free = 0
    if row.condition == "dirty":
        free = now + max(1, clean)
    elif row.condition == "cleaning":
        since = ruler.floor(row.condition_since) if row.condition_since else now
        free = max(now + 1, since + clean)
    closures = []
    for closure in rows.closures.get(row.id, []):
        start, end = max(0, ruler.floor(closure.start)), ruler.ceil(closure.end) if closure.end else horizon
        if start < end:
            closures.append((start, end))
    if not row.active and max(0, now) < horizon:
        closures = [(max(0, now), horizon)]  # retired: it is listed for what is there still, or was planned there
    return Place(id=row.id, kind=row.kind, clean_up=clean, closures=tuple(closures), earliest_free=free)
