"""From the last service to the door."""

from __future__ import annotations

from hub.kernel.commands import Context
from hub.kernel.errors import NOT_FOUND
from hub.operations.bookings.making import booking_by_id, vacate
from hub.operations.bookings.tables import BookingRow
from hub.operations.visits.commands.book import commands
from hub.operations.visits.commands.helping import answer_all
from hub.operations.visits.events import CheckoutBegun, CustomerLeft
from hub.operations.visits.floor import visit_by_id
from hub.operations.visits.models import Leave, SendToCheckout
from hub.operations.visits.rules import BEFORE_SERVICE, VISIT_STATE, check_visit_state
from hub.operations.visits.tables import HelpRow, VisitRow


@commands.handles(SendToCheckout, permission="floor.work", errors=(NOT_FOUND, VISIT_STATE))
async def send_to_checkout(context: Context, command: SendToCheckout) -> None:
    visit = await visit_by_id(context, command.visit_id)
    check_visit_state(visit.state, {"served"})
    visit.state = "at_checkout"
    context.record(CheckoutBegun(visit_id=visit.id, booking_id=visit.booking_id))


@commands.handles(Leave, permission="floor.direct", errors=(NOT_FOUND, VISIT_STATE))
async def leave(context: Context, command: Leave) -> None:
    """Also for a customer who gives up waiting; services not begun lose their room."""
    visit = await visit_by_id(context, command.visit_id)
    check_visit_state(visit.state, BEFORE_SERVICE | {"served", "at_checkout", "paid"})
    await depart(context, visit, await booking_by_id(context, visit.booking_id))


async def depart(context: Context, visit: VisitRow, booking: BookingRow) -> None:
    """Whatever is still planned for the customer loses its room, and nobody is to come to them."""
    visit.state, visit.left_at, visit.paused = "left", max(context.now, visit.arrived_at), False
    booking.state = "done"
    await vacate(context, booking.id)
    await answer_all(context, HelpRow.booking_id == booking.id)
    context.record(CustomerLeft(visit_id=visit.id, booking_id=visit.booking_id))
