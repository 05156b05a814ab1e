"""Bookings taken over from another system, long past or still ahead; the planner finds room for the latter on their day."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import AwareDatetime, Field, model_validator
from sqlalchemy import func, select

from hub.catalog.tables import ServiceRow
from hub.kernel.commands import Answer, Command, Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.ids import Id
from hub.kernel.tables import EventRow
from hub.kernel.text import NaturalKey, Note
from hub.operations.bookings.commands.book import SERVICES_MAX, Services, commands, wishes_of
from hub.operations.bookings.events import BookingBroughtIn
from hub.operations.bookings.keys import keyed, stored_key
from hub.operations.bookings.making import new_booking, vacate
from hub.operations.bookings.people import seal_booking_note
from hub.operations.bookings.rules import (
    AHEAD,
    ALREADY_STARTED,
    CANCELLED,
    UNKNOWN_SERVICE,
    UNKNOWN_TECHNICIAN,
    check_wishes,
)
from hub.operations.bookings.tables import BookingItemRow, BookingRow, CustomerRow
from hub.operations.team.tables import TechnicianRow


class BringIn(Command):
    """A booking by its key in the other system; meeting it again changes nothing but a state that was still ahead, and a
    time of day that nobody knew."""

    natural_key: NaturalKey
    customer_key: NaturalKey | None = None
    """The customer's own `natural_key`; with neither this nor `customer_id` nobody knows who it is."""
    customer_id: Id | None = None
    services: Services
    item_keys: tuple[NaturalKey, ...] = Field((), max_length=SERVICES_MAX)
    """The services' own keys, one each, where the other system has them."""
    start: AwareDatetime
    start_known: bool = True
    """False: only the day is known."""
    state: Literal["confirmed", "done", "no_show", "cancelled_by_customer", "cancelled_by_store", "late_cancel"]
    made_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    note: Note = ""

    @model_validator(mode="after")
    def _a_key_for_each_service(self) -> Self:
        if self.item_keys and len(self.item_keys) != len(self.services):
            raise ValueError("as many keys as services, or none")
        return self


class BringInNoShow(Command):
    """The other system's word that nobody came for a service brought in before."""

    item_key: NaturalKey


class BringInCancellation(Command):
    """The other system's word that a service brought in before, and still ahead, was cancelled since."""

    item_key: NaturalKey
    state: Literal["cancelled_by_customer", "late_cancel"]
    ended_at: AwareDatetime


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
    wanted = keyed(BookingRow.natural_key, context.vault, command.natural_key)
    known = await context.session.scalar(select(BookingRow).where(wanted))
    if known is not None:
        return BroughtIn(booking_id=known.id, new=False, changed=await _catch_up(context, known, command))
    wishes = wishes_of(command.services)
    services = set(await context.session.scalars(select(ServiceRow.id)))
    check_wishes(wishes, services, set(await context.session.scalars(select(TechnicianRow.id))))
    customer = await _customer(context, command)
    booking, items = new_booking(
        context,
        wishes,
        command.start,
        state=command.state,
        source="import",
        customer_id=customer.id if customer else None,
    )
    booking.natural_key, booking.start_known = stored_key(context.vault, command.natural_key), command.start_known
    booking.made_at = command.made_at or min(context.now, command.start)
    booking.ended_at = command.ended_at
    for item, item_key in zip(items, command.item_keys, strict=False):
        item.natural_key = stored_key(context.vault, item_key)
    if customer is not None:
        seal_booking_note(context.vault, customer, booking, command.note)
    context.record(BookingBroughtIn(booking_id=booking.id, start=command.start, state=command.state))
    return BroughtIn(booking_id=booking.id, new=True, changed=True)


@commands.handles(BringInNoShow, permission="bookings.import", answer=BroughtIn, errors=(NOT_FOUND, ALREADY_STARTED))
async def bring_in_no_show(context: Context, command: BringInNoShow) -> BroughtIn:
    booking, item = await _brought_in_before(context, command.item_key)
    if booking.state == "no_show":
        return BroughtIn(booking_id=booking.id, new=False, changed=False)
    if booking.state not in AHEAD and not await _presumed_done(context, booking):
        raise Refused(ALREADY_STARTED)
    return await _ended(context, booking, item, "no_show", booking.booked_start)


@commands.handles(BringInCancellation, permission="bookings.import", answer=BroughtIn, errors=(NOT_FOUND, ALREADY_STARTED))
async def bring_in_cancellation(context: Context, command: BringInCancellation) -> BroughtIn:
    booking, item = await _brought_in_before(context, command.item_key)
    if booking.state in CANCELLED:
        return BroughtIn(booking_id=booking.id, new=False, changed=False)
    if booking.state not in AHEAD:
        raise Refused(ALREADY_STARTED)
    return await _ended(context, booking, item, command.state, command.ended_at)


async def _brought_in_before(context: Context, item_key: str) -> tuple[BookingRow, BookingItemRow]:
    wanted = keyed(BookingItemRow.natural_key, context.vault, item_key)
    item = await context.session.scalar(select(BookingItemRow).where(wanted))
    if item is None:
        raise Refused(NOT_FOUND, what="item")
    return await context.session.get_one(BookingRow, item.booking_id), item


async def _ended(
    context: Context, booking: BookingRow, item: BookingItemRow, state: str, ended_at: datetime | None
) -> BroughtIn:
    """The service ends so; the others of its visit stay as they are."""
    await vacate(context, booking.id)
    booking = await _by_itself(context, booking, item, state)
    booking.state, booking.ended_at = state, ended_at
    context.record(BookingBroughtIn(booking_id=booking.id, start=booking.booked_start, state=booking.state))
    return BroughtIn(booking_id=booking.id, new=False, changed=True)


async def _catch_up(context: Context, booking: BookingRow, command: BringIn) -> bool:
    """An end that was still open, a time of day that was not known; nothing else."""
    ends = booking.state in AHEAD and command.state not in AHEAD
    timed = command.start_known and not booking.start_known
    if ends:
        await vacate(context, booking.id)
        booking.state, booking.ended_at = command.state, command.ended_at
    if timed:
        booking.booked_start, booking.start_known = command.start, True
        items = select(BookingItemRow).where(BookingItemRow.booking_id == booking.id).order_by(BookingItemRow.ordinal)
        for item, key in zip(await context.session.scalars(items), command.item_keys, strict=False):
            item.natural_key = stored_key(context.vault, key)
    if ends or timed:
        context.record(BookingBroughtIn(booking_id=booking.id, start=booking.booked_start, state=booking.state))
    return ends or timed


async def _presumed_done(context: Context, booking: BookingRow) -> bool:
    """Whether the booking was past when it was brought in; what was served in this house is known better here."""
    if booking.state != "done":
        return False
    first = (
        select(EventRow.data)
        .where(
            EventRow.seq > booking.made_seq,
            EventRow.type == BookingBroughtIn.event_type,
            EventRow.data["booking_id"].as_string() == booking.id,
        )
        .order_by(EventRow.seq)
        .limit(1)
    )
    data = await context.session.scalar(first)
    return data is not None and data["state"] == "done"


async def _by_itself(context: Context, booking: BookingRow, item: BookingItemRow, state: str) -> BookingRow:
    """The booking that holds only this service, of that state where it is a new one."""
    others = select(func.count()).select_from(BookingItemRow).where(BookingItemRow.booking_id == booking.id)
    if await context.session.scalar(others) == 1:
        return booking
    alone, _ = new_booking(context, (), booking.booked_start, state=state, source="import", customer_id=booking.customer_id)
    alone.made_at = booking.made_at
    item.booking_id, item.ordinal = alone.id, 0
    return alone


async def _customer(context: Context, command: BringIn) -> CustomerRow | None:
    if command.customer_id is not None:
        wanted = CustomerRow.id == command.customer_id
    elif command.customer_key is not None:
        wanted = keyed(CustomerRow.natural_key, context.vault, command.customer_key)
    else:
        return None
    row: CustomerRow | None = await context.session.scalar(select(CustomerRow).where(wanted))
    if row is None:
        raise Refused(NOT_FOUND, what="customer")
    return row
