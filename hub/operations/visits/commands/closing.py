"""The end of a day on which somebody forgot a tap: nobody stays in the store over night."""

from __future__ import annotations

from sqlalchemy import select

from hub.kernel.commands import Context
from hub.operations.bookings.tables import BookingRow
from hub.operations.team.breaks import end_breaks
from hub.operations.visits.commands.arrivals import stay_away
from hub.operations.visits.commands.book import commands
from hub.operations.visits.commands.helping import answer_all
from hub.operations.visits.commands.leaving import depart
from hub.operations.visits.commands.serving import end_forgotten
from hub.operations.visits.day_end import STANDING_OPEN, over_at, was_lived
from hub.operations.visits.floor import visit_of, work_of
from hub.operations.visits.models import CloseDay
from hub.operations.visits.tables import HelpRow, PhaseRunRow


@commands.handles(CloseDay, permission="floor.keep")
async def close_day(context: Context, command: CloseDay) -> None:
    """Who is still here has left, who never came did not, what was asked for is not waited for. Of a day on which nobody came
    at all the bookings stay as they are: nobody was at the hub.
    """
    if context.now < await over_at(context.session, context.store, command.date):
        return
    begins, ends = context.store.days.span(command.date)
    of_day = BookingRow.booked_start >= begins, BookingRow.booked_start < ends, BookingRow.state.in_(STANDING_OPEN)
    lived = await was_lived(context.session, context.store.days, command.date)
    for booking in list(await context.session.scalars(select(BookingRow).where(*of_day).order_by(BookingRow.booked_start))):
        visit = await visit_of(context, booking.id)
        if visit is None:
            if lived:
                await stay_away(context, booking)
            continue
        running = select(PhaseRunRow).where(PhaseRunRow.visit_id == visit.id, PhaseRunRow.state == "running")
        for run in list(await context.session.scalars(running)):
            await end_forgotten(context, await work_of(context, run.item_id), run)
        await depart(context, visit, booking)
    await answer_all(context, HelpRow.asked_at < ends)
    await end_breaks(context, ends)
