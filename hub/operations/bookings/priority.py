"""Who asks: the tier of the customer who has shown who they are, what the desk overrides, and who gives a consent again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.access import Actor
from hub.kernel.commands import Context
from hub.operations.bookings.events import CustomerPut, PriorityOverridden
from hub.operations.bookings.peak_times import check_peak, priority_rule
from hub.operations.bookings.people import note_consent
from hub.operations.bookings.tables import BookingRow, CustomerRow

BY_STAFF = frozenset({"desk", "phone", "import"})
"""Sources of bookings whose customer the staff knew. Online and at a kiosk anybody can give anybody's name and number."""

BY_ONESELF = ("online", "kiosk")


async def tier_of(session: AsyncSession, actor: Actor) -> str | None:
    """The tier that counts for whoever asks; None: the staff and the hub itself, for whom nothing is closed."""
    if actor.kind in {"staff", "system"}:
        return None
    customer_id = await proved_customer(session, actor)
    customer = await session.get(CustomerRow, customer_id) if customer_id is not None else None
    return customer.tier if customer is not None else "none"


async def proved_customer(session: AsyncSession, actor: Actor) -> str | None:
    """The customer who came in by a code, or whose visit's link this is, if the staff or that customer made the booking.

    What a stranger has booked under somebody's name and number must not tell that person's tier.
    """
    if actor.kind != "customer":
        return None
    if actor.subject is None:
        return actor.id
    booking = await session.get(BookingRow, actor.subject)
    if booking is None or booking.customer_id is None:
        return None
    own = booking.source in BY_STAFF or booking.held_by == holder_of(booking.customer_id)
    return booking.customer_id if own else None


async def note_booking_consent(context: Context, customer: CustomerRow) -> None:
    """Whoever asks agrees for this customer. For one whom the store knew already only the staff or they themselves do: who
    merely knows a name and a number may be anybody, and the kiosk asks at the next check-in."""
    is_new = any(isinstance(fact, CustomerPut) and fact.customer_id == customer.id for fact in context.facts)
    by_house = context.actor.kind in {"staff", "system"}
    if is_new or by_house or await proved_customer(context.session, context.actor) == customer.id:
        await note_consent(context, customer.id)


def holder_of(customer_id: str) -> str:
    """How a booking says that its customer held it."""
    return f"customer:{customer_id}"


async def heed_peak(context: Context, start: datetime) -> None:
    """Raises `peak_not_open` for a customer to whom this start is not open yet."""
    rule = priority_rule(context.store.settings)
    tier = await tier_of(context.session, context.actor) if rule.windows else None
    if tier is not None:
        check_peak(rule, start, tier, context.now, context.store.days)


async def note_override(context: Context, booking: BookingRow, start: datetime) -> None:
    """Put on record that the desk has given a start which is not open yet for its customer."""
    rule = priority_rule(context.store.settings)
    if context.actor.kind != "staff" or not rule.windows:
        return
    customer = await context.session.get(CustomerRow, booking.customer_id) if booking.customer_id is not None else None
    tier = customer.tier if customer is not None else "none"
    opens = rule.closed_until(start, tier, context.now, context.store.days)
    if opens is not None:
        context.record(PriorityOverridden(booking_id=booking.id, start=start, until=opens))
