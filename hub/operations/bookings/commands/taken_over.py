"""Bookings taken over from another system, long past or still ahead; the planner finds room for the latter on their day."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime
from sqlalchemy import select

from hub.catalog.queries import catalog_of
from hub.kernel.commands import Answer, Command, Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.ids import Id
from hub.kernel.text import Note, ShortText
from hub.operations.bookings.commands.book import Services, commands, wishes_of
from hub.operations.bookings.events import BookingBroughtIn
from hub.operations.bookings.making import new_booking, vacate
from hub.operations.bookings.people import seal_booking_note
from hub.operations.bookings.rules import AHEAD, UNKNOWN_SERVICE, UNKNOWN_TECHNICIAN, check_wishes
from hub.operations.bookings.tables import BookingRow, CustomerRow
from hub.operations.team.tables import TechnicianRow


class BringIn(Command):
    """A booking by its key in the other system; meeting it again changes nothing but a state that was still ahead."""

    natural_key: ShortText
    customer_key: ShortText | None = None
    """The customer's own `natural_key`; None: nobody knows."""
    services: Services
    start: AwareDatetime
    state: Literal["confirmed", "done", "no_show", "cancelled_by_customer", "cancelled_by_store", "late_cancel"]
    made_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    note: Note = ""


class BroughtIn(Answer):
    booking_id: Id
    new: bool
    changed: bool


@commands.handles(
    BringIn,
    permission="bookings.import",
    answer=BroughtIn,
    errors=(NOT_FOUND, UNKNOWN_SERVICE, UNKNOWN_TECHNICIAN),
)
async def bring_in(context: Context, command: BringIn) -> BroughtIn:
    known = await context.session.scalar(select(BookingRow).where(BookingRow.natural_key == command.natural_key))
    if known is not None:
        return BroughtIn(booking_id=known.id, new=False, changed=await _catch_up(context, known, command))
    wishes = wishes_of(command.services)
    services = set((await catalog_of(context.session)).services)
    check_wishes(wishes, services, set(await context.session.scalars(select(TechnicianRow.id))))
    customer = await _customer(context, command.customer_key)
    booking, _ = new_booking(
        context,
        wishes,
        command.start,
        state=command.state,
        source="import",
        customer_id=customer.id if customer else None,
    )
    booking.natural_key = command.natural_key
    booking.made_at = command.made_at or min(context.now, command.start)
    booking.ended_at = command.ended_at
    if customer is not None:
        seal_booking_note(context.vault, customer, booking, command.note)
    context.record(BookingBroughtIn(booking_id=booking.id, start=command.start, state=command.state))
    return BroughtIn(booking_id=booking.id, new=True, changed=True)


async def _catch_up(context: Context, booking: BookingRow, command: BringIn) -> bool:
    if booking.state not in AHEAD or command.state in AHEAD:
        return False
    await vacate(context, booking.id)
    booking.state, booking.ended_at = command.state, command.ended_at
    context.record(BookingBroughtIn(booking_id=booking.id, start=booking.booked_start, state=command.state))
    return True


async def _customer(context: Context, natural_key: str | None) -> CustomerRow | None:
    if natural_key is None:
        return None
    row: CustomerRow | None = await context.session.scalar(select(CustomerRow).where(CustomerRow.natural_key == natural_key))
    if row is None:
        raise Refused(NOT_FOUND, what="customer")
    return row
