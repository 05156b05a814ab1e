"""Yes, no, and the desk's taking back."""

from __future__ import annotations

from hub.kernel.commands import Answer, Command, Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.ids import Id
from hub.operations.bookings import links as visit_links
from hub.operations.bookings.events import BookingConfirmed
from hub.operations.bookings.making import state_ahead
from hub.operations.bookings.tables import BookingRow
from hub.operations.waitlist.commands.book import commands
from hub.operations.waitlist.events import OfferAccepted, WaitEnded
from hub.operations.waitlist.offers import check_reach, close_gap, end_offer, gone
from hub.operations.waitlist.rules import (
    OFFER_DECLINED,
    OFFER_LAPSED,
    OFFER_TAKEN,
    OFFER_WITHDRAWN,
    check_running,
)
from hub.operations.waitlist.tables import GapRow, OfferRow, WaitRow

OVER = (OFFER_DECLINED, OFFER_LAPSED, OFFER_TAKEN, OFFER_WITHDRAWN)


class Accept(Command):
    """Take what is offered: the hold becomes a booking. The first answer counts."""

    offer_id: Id


class Accepted(Answer):
    """`link` is the signed visit link's token."""

    booking_id: Id
    link: str


class Decline(Command):
    """Leave it to the next in line, and go on waiting."""

    offer_id: Id


class Withdraw(Command):
    """The desk takes an offer back and closes its gap: it needs the time otherwise."""

    offer_id: Id


@commands.handles(Accept, permission="bookings.own", answer=Accepted, sealed=True, errors=(NOT_FOUND, *OVER))
async def accept(context: Context, command: Accept) -> Accepted:
    offer = await _answerable(context, command.offer_id)
    reason = await gone(context.session, offer)
    if reason is not None:
        raise Refused(OFFER_WITHDRAWN, reason=reason)
    booking = await context.session.get_one(BookingRow, offer.booking_id)
    entry = await context.session.get_one(WaitRow, offer.entry_id)
    offer.state, offer.ended_at = "accepted", context.now
    entry.state, entry.ended_at = "booked", context.now
    booking.customer_id, booking.state = entry.customer_id, state_ahead(context, booking.booked_start)
    booking.hold_expires_at, booking.held_by = None, None
    await context.session.flush()
    context.record(BookingConfirmed(booking_id=booking.id, start=booking.booked_start, source=booking.source))
    context.record(OfferAccepted(offer_id=offer.id, entry_id=entry.id, booking_id=booking.id))
    context.record(WaitEnded(entry_id=entry.id, outcome="booked"))
    gap = await context.session.get_one(GapRow, offer.gap_id)
    if gap.state == "open":
        close_gap(context, gap, "filled")
    return Accepted(booking_id=booking.id, link=visit_links.sign(context.vault, booking))


@commands.handles(Decline, permission="bookings.own", errors=(NOT_FOUND, *OVER))
async def decline(context: Context, command: Decline) -> None:
    await end_offer(context, await _answerable(context, command.offer_id), "declined")


@commands.handles(Withdraw, permission="bookings.write", errors=(NOT_FOUND, *OVER))
async def withdraw(context: Context, command: Withdraw) -> None:
    offer = await _answerable(context, command.offer_id)
    close_gap(context, await context.session.get_one(GapRow, offer.gap_id), "taken_back")
    await end_offer(context, offer, "withdrawn", "desk")


async def _answerable(context: Context, offer_id: str) -> OfferRow:
    offer = await context.session.get(OfferRow, offer_id)
    if offer is None:
        raise Refused(NOT_FOUND, what="offer")
    check_reach(context.actor, offer.entry_id)
    check_running(offer.state, offer.reason, offer.expires_at, context.now)
    return offer
