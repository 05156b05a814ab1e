"""The roster follows, in the same transaction, the hour at which the store's day begins."""

from __future__ import annotations

from sqlalchemy import select

from hub.catalog.events import BusinessDaySet
from hub.kernel.business_days import BusinessDays
from hub.kernel.commands import Context, ReactionSpec
from hub.operations.team.events import ShiftPut
from hub.operations.team.tables import ShiftRow
from hub.operations.team.turns import join_turns


async def count_shifts_anew(context: Context, fact: BusinessDaySet) -> None:
    """A shift belongs to the day on which it begins: those that begin between the old hour and the new one change theirs."""
    days = BusinessDays(context.store.zone, fact.begins)
    for shift in list(await context.session.scalars(select(ShiftRow).order_by(ShiftRow.start, ShiftRow.id))):
        day = days.of(shift.start)
        if day == shift.date:
            continue
        shift.date = day
        await join_turns(context, shift.technician_id, day)
        context.record(
            ShiftPut(shift_id=shift.id, technician_id=shift.technician_id, date=day, start=shift.start, end=shift.end)
        )


reactions = (ReactionSpec(BusinessDaySet, count_shifts_anew),)
