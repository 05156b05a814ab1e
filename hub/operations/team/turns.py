"""Turns (轮钟): walk-ins without a wish go to whoever has had the fewest turns, then to the lowest rank.

Used by this domain's commands and by visits, inside a command's transaction.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from hub.kernel.commands import Context
from hub.operations.team.events import TurnReturned, TurnTaken
from hub.operations.team.rules import first_rank
from hub.operations.team.tables import TechnicianRow, TurnRow


async def join_turns(context: Context, technician_id: str, day: date) -> TurnRow:
    """The technician's row in the day's list, made where there is none."""
    row = await context.session.get(TurnRow, (technician_id, day))
    if row is not None:
        return row
    order = list(await context.session.scalars(select(TechnicianRow.id).order_by(TechnicianRow.ordinal, TechnicianRow.code)))
    rank = first_rank(day, order.index(technician_id), len(order))
    row = TurnRow(technician_id=technician_id, date=day, rank=rank, turns_taken=0)
    context.session.add(row)
    return row


async def take_turn(context: Context, technician_id: str, day: date) -> None:
    """Count one turn; not for a requested technician (点钟)."""
    row = await join_turns(context, technician_id, day)
    row.turns_taken += 1
    context.record(TurnTaken(technician_id=technician_id, date=day, turns_taken=row.turns_taken))


async def return_turn(context: Context, technician_id: str, day: date) -> None:
    """Somebody else does what a turn was counted for."""
    row = await join_turns(context, technician_id, day)
    row.turns_taken = max(0, row.turns_taken - 1)
    context.record(TurnReturned(technician_id=technician_id, date=day, turns_taken=row.turns_taken))
