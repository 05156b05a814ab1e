"""Booking by oneself: a slot is held while the form is filled in, then confirmed or let go."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import AwareDatetime
from sqlalchemy import func, select

from hub.kernel import journal
from hub.kernel.access import Actor
from hub.kernel.commands import Answer, Command, Context
from hub.kernel.errors import NOT_FOUND, TOO_MANY, Refused
from hub.kernel.ids import Id
from hub.kernel.phones import INVALID_PHONE
from hub.kernel.text import Language, Name, Note, ShortText
from hub.operations.bookings import links
from hub.operations.bookings.commands.book import Services, Start, checked_wishes, commands
from hub.operations.bookings.events import BookingConfirmed, HoldReleased, SlotHeld
from hub.operations.bookings.making import assignments_of, items_of, new_booking, occupy, state_ahead, vacate
from hub.operations.bookings.people import (
    Email,
    Person,
    Phone,
    Title,
    customers_by_phone,
    same_or_new_customer,
    seal_booking_note,
)
from hub.operations.bookings.priority import (
    BY_ONESELF,
    heed_peak,
    holder_of,
    note_booking_consent,
    note_override,
    proved_customer,
)
from hub.operations.bookings.rules import (
    AHEAD,
    BOOK_AT_DESK,
    CONSENT_MISSING,
    HOLD,
    HOLD_EXPIRED,
    PEAK_NOT_OPEN,
    SLOT_PAST,
    SLOT_TAKEN,
    SLOT_TOO_FAR,
    UNKNOWN_SERVICE,
    UNKNOWN_TECHNICIAN,
    check_holds,
    check_own_bookings,
)
from hub.operations.bookings.tables import BookingItemRow, BookingRow


class HoldSlot(Command):
    """Keep a free start for a few minutes."""

    services: Services
    start: Start
    party_id: Id | None = None


class Held(Answer):
    booking_id: Id
    hold_token: str
    """Shown again to confirm or release the hold."""
    expires_at: AwareDatetime


class ConfirmHold(Command):
    """Make the held slot a booking. The token is needed by whoever has no session."""

    booking_id: Id
    hold_token: ShortText = ""
    name: Name
    phone: Phone
    email: Email | None = None
    title: Title = "none"
    language: Language = "zh"
    note: Note = ""
    consent: bool


class Confirmed(Answer):
    """`link` is the signed visit link's token; the QR code holds the same."""

    booking_id: Id
    link: str


class ReleaseHold(Command):
    booking_id: Id
    hold_token: ShortText = ""


@commands.handles(
    HoldSlot,
    permission="bookings.request",
    answer=Held,
    sealed=True,
    errors=(SLOT_TAKEN, SLOT_PAST, SLOT_TOO_FAR, PEAK_NOT_OPEN, UNKNOWN_SERVICE, UNKNOWN_TECHNICIAN, TOO_MANY),
)
async def hold_slot(context: Context, command: HoldSlot) -> Held:
    wishes = await checked_wishes(context, command.services, command.start, online=context.actor.kind != "staff")
    await heed_peak(context, command.start)
    await release_expired(context)
    holder = _holder(context.actor)
    if context.actor.kind != "staff":
        await _check_holds(context, holder)
    booking, items = new_booking(
        context, wishes, command.start, state="held", source=_source(context.actor), party_id=command.party_id
    )
    booking.held_by = holder
    booking.hold_expires_at = context.now + HOLD
    await context.session.flush()
    await occupy(context, booking, items, command.start)
    context.record(SlotHeld(booking_id=booking.id, start=command.start, expires_at=booking.hold_expires_at))
    token = links.sign(context.vault, booking, links.HOLD)
    return Held(booking_id=booking.id, hold_token=token, expires_at=booking.hold_expires_at)


@commands.handles(
    ConfirmHold,
    permission="bookings.request",
    answer=Confirmed,
    sealed=True,
    errors=(NOT_FOUND, HOLD_EXPIRED, SLOT_TAKEN, PEAK_NOT_OPEN, CONSENT_MISSING, INVALID_PHONE, BOOK_AT_DESK),
)
async def confirm_hold(context: Context, command: ConfirmHold) -> Confirmed:
    booking = await _own_hold(context, command.booking_id, command.hold_token)
    if not command.consent:
        raise Refused(CONSENT_MISSING)
    await heed_peak(context, booking.booked_start)
    person = Person(name=command.name, phone=command.phone, email=command.email, title=command.title, language=command.language)
    if context.actor.kind != "staff":
        await _check_own_bookings(context, command.phone, booking)
    if not await assignments_of(context, booking.id):
        # Who should have served has gone home since, and no plan had room for a hold.
        await occupy(context, booking, await items_of(context, booking.id), booking.booked_start)
    customer = await same_or_new_customer(context, person)
    booking.customer_id = customer.id
    booking.state = state_ahead(context, booking.booked_start)
    booking.hold_expires_at = None
    if await proved_customer(context.session, context.actor) == customer.id:
        booking.held_by = holder_of(customer.id)
    seal_booking_note(context.vault, customer, booking, command.note)
    await note_booking_consent(context, customer)
    context.record(BookingConfirmed(booking_id=booking.id, start=booking.booked_start, source=booking.source))
    await note_override(context, booking, booking.booked_start)
    return Confirmed(booking_id=booking.id, link=links.sign(context.vault, booking))


@commands.handles(ReleaseHold, permission="bookings.request", errors=(NOT_FOUND, HOLD_EXPIRED))
async def release_hold(context: Context, command: ReleaseHold) -> None:
    booking = await _own_hold(context, command.booking_id, command.hold_token)
    await let_go(context, booking, expired=False)


async def release_expired(context: Context) -> None:
    """Give back what nobody has confirmed in time, so that the next one can have it."""
    overdue = select(BookingRow).where(BookingRow.state == "held", BookingRow.hold_expires_at <= context.now)
    for booking in await context.session.scalars(overdue):
        await let_go(context, booking, expired=True)


async def let_go(context: Context, booking: BookingRow, *, expired: bool) -> None:
    """Give a hold back: its room is free at once, and no trace of it stays but the fact.

    Whoever undoes the step beside which that happened brings back no hold: nobody waits for it any more.
    """
    await context.session.flush()
    with journal.for_good(context.session):
        await vacate(context, booking.id)
        for item in await context.session.scalars(select(BookingItemRow).where(BookingItemRow.booking_id == booking.id)):
            await context.session.delete(item)
        await context.session.delete(booking)
        await context.session.flush()
    context.record(HoldReleased(booking_id=booking.id, expired=expired))


async def _own_hold(context: Context, booking_id: str, token: str) -> BookingRow:
    link = links.read(context.vault, token, links.HOLD)
    proved = link is not None and link.booking_id == booking_id and link.store_id == context.store.id
    booking = await context.session.get(BookingRow, booking_id)
    if booking is None or booking.state != "held":
        raise Refused(HOLD_EXPIRED if proved and booking is None else NOT_FOUND, what="hold")
    holder = _holder(context.actor)
    if proved or context.actor.kind in {"staff", "system"} or (holder is not None and holder == booking.held_by):
        return booking
    raise Refused(NOT_FOUND, what="hold")


def _holder(actor: Actor) -> str | None:
    """Who holds: a customer, a browser or a kiosk; None: somebody without any of them."""
    if actor.kind == "customer":
        return actor.key
    if actor.session_id or actor.device_id:
        return actor.session_id or actor.device_id
    return None if actor.kind == "anonymous" else actor.key


def _source(actor: Actor) -> str:
    if actor.kind == "staff":
        return "desk"
    return "kiosk" if actor.kind == "device" else "online"


async def _check_holds(context: Context, holder: str | None) -> None:
    held = select(func.count()).select_from(BookingRow).where(BookingRow.state == "held")
    own = await context.session.scalar(held.where(BookingRow.held_by == holder)) if holder else 0
    strangers = await context.session.scalar(held.where(BookingRow.held_by.is_(None))) if not holder else 0
    check_holds(own or 0, strangers or 0, known=holder is not None, kiosk=context.actor.kind == "device")


async def _check_own_bookings(context: Context, phone: str, booking: BookingRow) -> None:
    """What counts against a number are bookings that anybody could have made under it. Those of the desk, and those of whoever
    came in by a code, count only against the customer themselves: a stranger who types the number learns of none of them.
    """
    known = await customers_by_phone(context.session, context.vault, context.store, phone)
    ids = [row.id for row in known]
    of_phone = (
        select(func.count()).select_from(BookingRow).where(BookingRow.customer_id.in_(ids), BookingRow.source.in_(BY_ONESELF))
    )
    if await proved_customer(context.session, context.actor) not in ids:
        of_phone = of_phone.where(func.coalesce(BookingRow.held_by, "").not_in([holder_of(each) for each in ids]))
    ahead = of_phone.where(BookingRow.state.in_(AHEAD), BookingRow.booked_start >= context.now)
    cancelled = of_phone.where(
        BookingRow.state.in_(("cancelled_by_customer", "late_cancel")),
        BookingRow.ended_at > context.now - timedelta(days=1),
    )
    check_own_bookings(
        ahead=await context.session.scalar(ahead) or 0,
        cancelled=await context.session.scalar(cancelled) or 0,
        of_device=await _made_today(context, booking.held_by),
    )


async def _made_today(context: Context, holder: str | None) -> int:
    """Bookings confirmed from this browser today; a kiosk belongs to everybody, so it counts none."""
    if holder is None or context.actor.kind == "device":
        return 0
    begins, _ = _today(context)
    made = (
        select(func.count())
        .select_from(BookingRow)
        .where(BookingRow.held_by == holder, BookingRow.state != "held", BookingRow.made_at >= begins)
    )
    return await context.session.scalar(made) or 0


def _today(context: Context) -> tuple[datetime, datetime]:
    return context.store.days.span(context.store.days.of(context.now))
