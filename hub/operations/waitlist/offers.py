"""How an offer is made and how it ends. Every function works inside a command's transaction and states its facts."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.access import Actor
from hub.kernel.commands import Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.operations.bookings.commands.holds import let_go
from hub.operations.bookings.events import SlotHeld
from hub.operations.bookings.making import assign, new_booking
from hub.operations.bookings.ports import SlotFinder
from hub.operations.bookings.tables import AssignmentRow, BookingRow
from hub.operations.waitlist.events import GapClosed, OfferDeclined, OfferLapsed, OfferMade, OfferWithdrawn, WaitEnded
from hub.operations.waitlist.matching import Fit, wishes_of
from hub.operations.waitlist.rules import SHIFTED, WithdrawReason, rules_of
from hub.operations.waitlist.tables import GapRow, OfferRow, WaitRow


def check_reach(actor: Actor, entry_id: str) -> None:
    """A customer reaches the place of their link, staff reach all; for others there is none: `not_found`."""
    if actor.kind in {"staff", "system"} or (actor.kind == "customer" and actor.subject == entry_id):
        return
    raise Refused(NOT_FOUND, what="wait")


async def make_offer(context: Context, gap: GapRow, fit: Fit, rivals: int) -> OfferRow:
    """Hold the room and offer it.

    Raises:
        Refused: `slot_taken`, from the finder, or from the database when another got there first.
    """
    until = context.now + timedelta(minutes=rules_of(context.store.settings).offer_minutes)
    finder = context.ports.get(SlotFinder)  # type: ignore[type-abstract]  # a port is known by its Protocol
    booking, items = new_booking(context, wishes_of(fit.entry), fit.start, state="held", source="online")
    booking.held_by, booking.hold_expires_at = f"waitlist:{fit.entry.id}", until
    await context.session.flush()
    phases = await finder.place(context.session, context.store, context.now, booking.id, fit.request, fit.start)
    await assign(context, booking, items, phases)
    offer = OfferRow(
        id=context.chance.id(),
        gap_id=gap.id,
        entry_id=fit.entry.id,
        booking_id=booking.id,
        start=fit.start,
        end=fit.end,
        state="running",
        reason=None,
        lost_minutes=fit.lost_minutes,
        rivals=rivals,
        made_at=context.now,
        expires_at=until,
        ended_at=None,
    )
    context.session.add(offer)
    await context.session.flush()
    context.record(SlotHeld(booking_id=booking.id, start=fit.start, expires_at=until))
    context.record(
        OfferMade(
            offer_id=offer.id,
            gap_id=gap.id,
            entry_id=fit.entry.id,
            booking_id=booking.id,
            start=fit.start,
            expires_at=until,
        )
    )
    return offer


async def end_offer(
    context: Context,
    offer: OfferRow,
    state: Literal["declined", "lapsed", "withdrawn"],
    reason: WithdrawReason | None = None,
) -> None:
    """The room is given back and the gap looks for the next one in line."""
    offer.state, offer.reason, offer.ended_at = state, reason, context.now
    await context.session.flush()
    booking = await context.session.get(BookingRow, offer.booking_id)
    if booking is not None and booking.state == "held":
        await let_go(context, booking, expired=state == "lapsed")
    gap = await context.session.get_one(GapRow, offer.gap_id)
    if gap.state == "open":
        gap.try_at = context.now
    if state == "declined":
        context.record(OfferDeclined(offer_id=offer.id, entry_id=offer.entry_id))
    elif state == "lapsed":
        context.record(OfferLapsed(offer_id=offer.id, entry_id=offer.entry_id))
    else:
        context.record(OfferWithdrawn(offer_id=offer.id, entry_id=offer.entry_id, reason=reason or "filled"))


def close_gap(context: Context, gap: GapRow, outcome: Literal["filled", "taken_back", "past"]) -> None:
    gap.state, gap.try_at = outcome, None
    context.record(GapClosed(gap_id=gap.id, outcome=outcome))


async def take_back(context: Context, booking_id: str, *conditions: ColumnElement[bool]) -> None:
    """Who gave up the time comes after all: it is not offered any more."""
    gaps = select(GapRow).where(GapRow.state == "open", GapRow.booking_id == booking_id, *conditions)
    for gap in list(await context.session.scalars(gaps)):
        close_gap(context, gap, "taken_back")
        offer = await running(context, OfferRow.gap_id == gap.id)
        if offer is not None:
            await end_offer(context, offer, "withdrawn", "taken_back")


class OfferedRoom:
    """Fills the port `FreedRoom`."""

    async def take_back(self, context: Context, booking_id: str) -> None:
        await take_back(context, booking_id)


async def end_wait(context: Context, entry: WaitRow, outcome: Literal["booked", "left", "removed", "past"]) -> None:
    """The customer waits no more; what was offered to them is given back."""
    entry.state, entry.ended_at = outcome, context.now
    offer = await running(context, OfferRow.entry_id == entry.id)
    if offer is not None:
        await end_offer(context, offer, "withdrawn", "booked" if outcome == "booked" else "left")
    context.record(WaitEnded(entry_id=entry.id, outcome=outcome))


async def running(context: Context, condition: object) -> OfferRow | None:
    """The running offer that fulfils the condition."""
    found: OfferRow | None = await context.session.scalar(
        select(OfferRow).where(OfferRow.state == "running", condition)  # type: ignore[arg-type]
    )
    return found


async def gone(session: AsyncSession, offer: OfferRow) -> WithdrawReason | None:
    """Why what is offered cannot be had any more; None while it is held as it was offered."""
    booking = await session.get(BookingRow, offer.booking_id)
    if booking is None or booking.state != "held":
        return "filled"
    starts = list(await session.scalars(select(AssignmentRow.start).where(AssignmentRow.booking_id == booking.id)))
    if not starts:
        return "no_room"
    return "filled" if abs(min(starts) - offer.start) > SHIFTED else None
