"""Booking at the desk, moving, cancelling, and the day's beginning."""

from __future__ import annotations

import datetime
from typing import Literal

from sqlalchemy import select

from hub.kernel.commands import Answer, Command, Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.ids import Id
from hub.kernel.phones import INVALID_PHONE
from hub.kernel.text import Note
from hub.operations.bookings import links
from hub.operations.bookings.commands.book import Services, ServiceWish, Start, checked_wishes, commands
from hub.operations.bookings.commands.holds import release_expired
from hub.operations.bookings.events import BookingCancelled, BookingConfirmed, BookingMoved, BookingsExpected
from hub.operations.bookings.making import (
    add_item,
    booking_by_id,
    items_of,
    last_of,
    new_booking,
    occupy,
    remove_item,
    state_ahead,
    vacate,
)
from hub.operations.bookings.people import Person, customer_by_id, same_or_new_customer, seal_booking_note
from hub.operations.bookings.priority import heed_peak, note_override
from hub.operations.bookings.rules import (
    ALREADY_STARTED,
    BOOKING_OVER,
    CUSTOMER_MISSING,
    PEAK_NOT_OPEN,
    SLOT_PAST,
    SLOT_TAKEN,
    SLOT_TOO_FAR,
    UNKNOWN_SERVICE,
    UNKNOWN_TECHNICIAN,
    CancelledState,
    CancelReason,
    cancelled_state,
    check_changeable,
    check_reach,
)
from hub.operations.bookings.tables import BookingItemRow, BookingRow, CustomerRow

REFUSED_SLOTS = (SLOT_TAKEN, SLOT_PAST, SLOT_TOO_FAR, UNKNOWN_SERVICE, UNKNOWN_TECHNICIAN)


class Book(Command):
    """A booking made by the staff, for a known customer or for one who gives their name."""

    services: Services
    start: Start
    customer_id: Id | None = None
    customer: Person | None = None
    source: Literal["desk", "phone"] = "desk"
    note: Note = ""
    party_id: Id | None = None


class Booked(Answer):
    """`link` is the signed visit link's token."""

    booking_id: Id
    link: str


class Move(Command):
    """Another start, other services, or both."""

    booking_id: Id
    start: Start
    services: Services | None = None


class Cancel(Command):
    booking_id: Id
    reason: CancelReason = "customer_asked"


class Cancelled(Answer):
    state: CancelledState


class ExpectDay(Command):
    """The day begins: its bookings are expected. Doing it again finds nothing to do."""

    date: datetime.date


class ReleaseExpiredHolds(Command):
    """Give back what nobody has confirmed in time."""


@commands.handles(
    Book,
    permission="bookings.write",
    answer=Booked,
    sealed=True,
    errors=(*REFUSED_SLOTS, CUSTOMER_MISSING, INVALID_PHONE, NOT_FOUND),
)
async def book(context: Context, command: Book) -> Booked:
    wishes = await checked_wishes(context, command.services, command.start, online=False)
    await release_expired(context)
    customer = await _customer_for(context, command)
    booking, items = new_booking(
        context,
        wishes,
        command.start,
        state=state_ahead(context, command.start),
        source=command.source,
        customer_id=customer.id,
        party_id=command.party_id,
    )
    seal_booking_note(context.vault, customer, booking, command.note)
    await context.session.flush()
    await occupy(context, booking, items, command.start)
    context.record(BookingConfirmed(booking_id=booking.id, start=command.start, source=booking.source))
    await note_override(context, booking, command.start)
    return Booked(booking_id=booking.id, link=links.sign(context.vault, booking))


@commands.handles(
    Move, permission="bookings.own", errors=(*REFUSED_SLOTS, PEAK_NOT_OPEN, NOT_FOUND, ALREADY_STARTED, BOOKING_OVER)
)
async def move(context: Context, command: Move) -> None:
    check_reach(context.actor, command.booking_id)
    booking = await booking_by_id(context, command.booking_id)
    check_changeable(booking.state)
    online = context.actor.kind == "customer"
    await checked_wishes(context, command.services or (), command.start, online=online)
    if command.start != booking.booked_start:
        await heed_peak(context, command.start)
    await release_expired(context)
    await vacate(context, booking.id)
    if command.services is not None:
        await _replace_items(context, booking, command.services, online=online)
    before, booking.booked_start = booking.booked_start, command.start
    booking.moves += 1
    booking.state = state_ahead(context, command.start)
    await occupy(context, booking, await items_of(context, booking.id), command.start)
    context.record(BookingMoved(booking_id=booking.id, before=before, after=command.start))
    if command.start != before:
        await note_override(context, booking, command.start)


@commands.handles(Cancel, permission="bookings.own", answer=Cancelled, errors=(NOT_FOUND, ALREADY_STARTED, BOOKING_OVER))
async def cancel(context: Context, command: Cancel) -> Cancelled:
    check_reach(context.actor, command.booking_id)
    booking = await booking_by_id(context, command.booking_id)
    check_changeable(booking.state)
    state = cancelled_state(context.actor, command.reason, booking.booked_start, context.now)
    await vacate(context, booking.id)
    booking.state, booking.ended_at = state, context.now
    context.record(BookingCancelled(booking_id=booking.id, state=state, reason=command.reason))
    return Cancelled(state=state)


@commands.handles(ExpectDay, permission="bookings.keep")
async def expect_day(context: Context, command: ExpectDay) -> None:
    begins, ends = context.store.days.span(command.date)
    due = select(BookingRow).where(
        BookingRow.state == "confirmed", BookingRow.booked_start >= begins, BookingRow.booked_start < ends
    )
    bookings = list(await context.session.scalars(due.order_by(BookingRow.booked_start)))
    for booking in bookings:
        booking.state = "expected"
    if bookings:
        context.record(BookingsExpected(date=command.date, booking_ids=[booking.id for booking in bookings]))


@commands.handles(ReleaseExpiredHolds, permission="bookings.keep")
async def release_expired_holds(context: Context, _command: ReleaseExpiredHolds) -> None:
    await release_expired(context)


async def _customer_for(context: Context, command: Book) -> CustomerRow:
    if command.customer_id is not None:
        return await customer_by_id(context, command.customer_id)
    if command.customer is None:
        raise Refused(CUSTOMER_MISSING)
    return await same_or_new_customer(context, command.customer)


async def _replace_items(context: Context, booking: BookingRow, services: tuple[ServiceWish, ...], *, online: bool) -> None:
    """Services that stay wanted in the same way keep their rows; the rest are taken away and added, all in the order wanted."""
    wishes = await checked_wishes(context, services, None, online=online)
    before = await items_of(context, booking.id)
    wanted: list[BookingItemRow | None] = []
    for wish in wishes:
        same = next((item for item in before if _is_wish(item, wish.service_id, wish.requested, wish.technician_id)), None)
        wanted.append(same)
        if same is not None:
            before.remove(same)
    for item in before:
        await remove_item(context, item)
    kept = [item.ordinal for item in wanted if item is not None]
    is_in_order = kept == sorted(kept) and None not in wanted[: len(kept)]
    for wish, known in zip(wishes, wanted, strict=True):
        if known is None:
            await add_item(context, booking, wish, on_floor=False)
        elif not is_in_order:
            await last_of(context, known)
        await context.session.flush()


def _is_wish(item: BookingItemRow, service_id: str, requested: str, technician_id: str | None) -> bool:
    return (item.service_id, item.requested, item.requested_technician_id) == (service_id, requested, technician_id)
