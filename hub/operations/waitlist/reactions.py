"""What the list does in the same transaction as others' facts, so that an offer never outlives its room."""

from __future__ import annotations

from sqlalchemy import select

from hub.kernel.commands import Context, ReactionSpec
from hub.operations.bookings.events import BookingConfirmed, HoldReleased
from hub.operations.bookings.making import items_of
from hub.operations.bookings.tables import BookingRow
from hub.operations.visits.events import NoShowReversed
from hub.operations.waitlist.offers import end_offer, end_wait, running, take_back
from hub.operations.waitlist.tables import GapRow, OfferRow, WaitRow


async def _hold_released(context: Context, fact: HoldReleased) -> None:
    """The bookings gave the hold back by themselves: its time was over, or the desk let it go."""
    offer = await running(context, OfferRow.booking_id == fact.booking_id)
    if offer is not None:
        await (end_offer(context, offer, "lapsed") if fact.expired else end_offer(context, offer, "withdrawn", "filled"))


async def _booked(context: Context, fact: BookingConfirmed) -> None:
    """Whoever has booked what they waited for waits no more; a hold that somebody else confirmed is no offer any more."""
    offer = await running(context, OfferRow.booking_id == fact.booking_id)
    if offer is not None:
        await end_offer(context, offer, "withdrawn", "filled")
    booking = await context.session.get_one(BookingRow, fact.booking_id)
    day = context.store.days.of(booking.booked_start)
    served = {item.service_id for item in await items_of(context, booking.id)}
    waiting = select(WaitRow).where(
        WaitRow.state == "waiting",
        WaitRow.customer_id == booking.customer_id,
        WaitRow.date_from <= day,
        WaitRow.date_to >= day,
    )
    for entry in list(await context.session.scalars(waiting)):
        if {service["service_id"] for service in entry.services} <= served:
            await end_wait(context, entry, "booked")


async def _came_after_all(context: Context, fact: NoShowReversed) -> None:
    await take_back(context, fact.booking_id, GapRow.cause == "no_show")


reactions = (
    ReactionSpec(HoldReleased, _hold_released),
    ReactionSpec(BookingConfirmed, _booked),
    ReactionSpec(NoShowReversed, _came_after_all),
)
