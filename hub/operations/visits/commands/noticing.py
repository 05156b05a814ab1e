"""What the hub itself notices as time passes; each is said once."""

from __future__ import annotations

from hub.kernel.commands import Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.operations.bookings.making import booking_by_id
from hub.operations.visits.commands.book import commands
from hub.operations.visits.events import NoShowDue, OverrunNoticed
from hub.operations.visits.floor import visit_of
from hub.operations.visits.models import NoticeNoShowDue, NoticeOverrun
from hub.operations.visits.rules import NO_SHOW_AFTER, OVERRUN_AFTER, TO_COME
from hub.operations.visits.tables import LatenessRow, NoShowNoticeRow, PhaseRunRow


@commands.handles(NoticeOverrun, permission="floor.keep", errors=(NOT_FOUND,))
async def notice_overrun(context: Context, command: NoticeOverrun) -> None:
    run = await context.session.get(PhaseRunRow, command.run_id)
    if run is None or run.store_id != context.store.id:
        raise Refused(NOT_FOUND, what="run")
    over = run.state == "running" and context.now - run.expected_end >= OVERRUN_AFTER
    if not over or run.overrun_noticed_at is not None:
        return
    run.overrun_noticed_at = context.now
    context.record(
        OverrunNoticed(
            visit_id=run.visit_id,
            booking_id=run.booking_id,
            item_id=run.item_id,
            technician_id=run.technician_id,
            place_id=run.place_id,
        )
    )


@commands.handles(NoticeNoShowDue, permission="floor.keep", errors=(NOT_FOUND,))
async def notice_no_show_due(context: Context, command: NoticeNoShowDue) -> None:
    booking = await booking_by_id(context, command.booking_id)
    if booking.state not in TO_COME or await visit_of(context, booking.id) is not None:
        return
    late = await context.session.get(LatenessRow, booking.id)
    due = max(booking.booked_start, late.until if late else booking.booked_start) + NO_SHOW_AFTER
    if context.now < due or await context.session.get(NoShowNoticeRow, booking.id) is not None:
        return
    context.session.add(NoShowNoticeRow(booking_id=booking.id, at=context.now))
    context.record(NoShowDue(booking_id=booking.id))
