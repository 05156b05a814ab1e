"""The ends of breaks, also of those that nobody ends by hand. Used by visits as well, inside a command's transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from hub.kernel.commands import Context
from hub.operations.team.events import BreakEnded
from hub.operations.team.tables import AbsenceRow, ShiftRow


async def end_breaks(context: Context, before: datetime) -> None:
    """End those that began before this moment with the shifts of their day; now, where there was none."""
    wanted = select(AbsenceRow).where(AbsenceRow.kind == "break", AbsenceRow.end.is_(None), AbsenceRow.start < before)
    for absence in list(await context.session.scalars(wanted.order_by(AbsenceRow.start))):
        that_day = ShiftRow.technician_id == absence.technician_id, ShiftRow.date == context.store.days.of(absence.start)
        last = await context.session.scalar(select(func.max(ShiftRow.end)).where(*that_day))
        end_break_at(context, absence, max(absence.start, min(last or context.now, context.now)))


async def back_at_work(context: Context, technician_id: str) -> None:
    """Whoever begins to serve has ended her break."""
    running = AbsenceRow.technician_id == technician_id, AbsenceRow.kind == "break", AbsenceRow.end.is_(None)
    for absence in list(await context.session.scalars(select(AbsenceRow).where(*running, AbsenceRow.start <= context.now))):
        end_break_at(context, absence, context.now)


def end_break_at(context: Context, absence: AbsenceRow, moment: datetime) -> None:
    absence.end = moment
    context.record(BreakEnded(absence_id=absence.id, technician_id=absence.technician_id))
