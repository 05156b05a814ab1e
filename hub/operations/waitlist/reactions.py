"""What the list does in the same transaction as others' facts, so that an offer never outlives its room."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from hub.kernel.commands import Context, ReactionSpec
from hub.operations.bookings.events import BookingConfirmed, BookingMoved, HoldReleased
from hub.operations.bookings.making import items_of
from hub.operations.bookings.tables import BookingRow
from hub.operations.visits.events import CustomerArrived, NoShowReversed
from hub.operations.waitlist.offers import end_offer, end_wait, running, take_back
from hub.operations.waitlist.tables import GapRow, OfferRow, WaitRow


async def _hold_released(context: Context, fact: HoldReleased) -> None:
    """The bookings gave the hold back by themselves: its time was over, or the desk let it go."""
    offer = await running(context, OfferRow.booking_id == fact.booking_id)
    if offer is not None:
        await (end_offer(context, offer, "lapsed") if fact.expired else end_offer(context, offer, "withdrawn", "filled"))


async def _booked(context: Context, fact: BookingConfirmed) -> None:
    """A hold that somebody else confirmed is no offer any more."""
    offer = await running(context, OfferRow.booking_id == fact.booking_id)
    if offer is not None:
        await end_offer(context, offer, "withdrawn", "filled")
    await _waits_no_more(context, await context.session.get_one(BookingRow, fact.booking_id))


async def _moved(context: Context, fact: BookingMoved) -> None:
    """To one of the days that were waited for; whoever is moved within these may have waited for another hour."""
    before = context.store.days.of(fact.before)
    await _waits_no_more(context, await context.session.get_one(BookingRow, fact.booking_id), before)


async def _came(context: Context, fact: CustomerArrived) -> None:
    """A missing customer who comes after all has the time; somebody without a booking gets what they waited for."""
    await take_back(context, fact.booking_id, GapRow.cause == "no_show")
    if fact.walk_in:
        await _waits_no_more(context, await context.session.get_one(BookingRow, fact.booking_id))


async def _came_after_all(context: Context, fact: NoShowReversed) -> None:
    await take_back(context, fact.booking_id, GapRow.cause == "no_show")


async def _waits_no_more(context: Context, booking: BookingRow, day_before: date | None = None) -> None:
    """Whoever has a booking of what they wait for, on a day on which they do and had none; `day_before`: they had it then."""
    day = context.store.days.of(booking.booked_start)
    served = {item.service_id for item in await items_of(context, booking.id)}
    waiting = select(WaitRow).where(
        WaitRow.state == "waiting",
        WaitRow.customer_id == booking.customer_id,
        WaitRow.date_from <= day,
        WaitRow.date_to >= day,
    )
    for entry in list(await context.session.scalars(waiting)):
        had = day_before is not None and entry.date_from <= day_before <= entry.date_to
        if not had and {service["service_id"] for service in entry.services} <= served:
            await end_wait(context, entry, "booked")


reactions = (
    ReactionSpec(HoldReleased, _hold_released),
    ReactionSpec(BookingConfirmed, _booked),
    ReactionSpec(BookingMoved, _moved),
    ReactionSpec(CustomerArrived, _came),
    ReactionSpec(NoShowReversed, _came_after_all),
)
