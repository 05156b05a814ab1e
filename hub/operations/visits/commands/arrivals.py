"""Coming, coming late, not coming."""

from __future__ import annotations

from datetime import timedelta

from hub.kernel.commands import Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.phones import INVALID_PHONE
from hub.operations.bookings.making import booking_by_id, new_booking, vacate
from hub.operations.bookings.people import Person, customer_by_id, same_or_new_customer
from hub.operations.bookings.ports import Wish
from hub.operations.bookings.rules import UNKNOWN_SERVICE, UNKNOWN_TECHNICIAN, check_reach
from hub.operations.bookings.tables import BookingRow
from hub.operations.visits.commands.book import commands
from hub.operations.visits.events import CustomerLate, NoShowNoted, NoShowReversed
from hub.operations.visits.floor import arrive, check_offered, visit_of
from hub.operations.visits.models import (
    Arrived,
    CheckIn,
    NoShow,
    ReportLate,
    ReverseNoShow,
    WalkIn,
)
from hub.operations.visits.ports import FloorPlanner
from hub.operations.visits.rules import (
    ALREADY_ARRIVED,
    BOOKING_STATE,
    NO_FREE_CODE,
    TO_COME,
    WRONG_DAY,
    check_booking_state,
)
from hub.operations.visits.tables import LatenessRow, VisitRow


@commands.handles(
    CheckIn,
    permission="floor.check_in",
    answer=Arrived,
    errors=(NOT_FOUND, ALREADY_ARRIVED, WRONG_DAY, BOOKING_STATE, NO_FREE_CODE),
)
async def check_in(context: Context, command: CheckIn) -> Arrived:
    booking = await booking_by_id(context, command.booking_id)
    if await visit_of(context, booking.id) is not None:
        raise Refused(ALREADY_ARRIVED)
    check_booking_state(booking.state, TO_COME | {"no_show"})
    if context.store.days.of(booking.booked_start) != context.store.days.of(context.now):
        raise Refused(WRONG_DAY, start=booking.booked_start.isoformat())
    visit = await arrive(context, booking, walk_in=False)
    return await arrived(context, visit)


@commands.handles(
    WalkIn,
    permission="floor.check_in",
    answer=Arrived,
    errors=(NOT_FOUND, UNKNOWN_SERVICE, UNKNOWN_TECHNICIAN, INVALID_PHONE, NO_FREE_CODE),
)
async def walk_in(context: Context, command: WalkIn) -> Arrived:
    visit = await join(context, command)
    await context.ports.get(FloorPlanner).seat(context, visit.booking_id)  # type: ignore[type-abstract]
    return await arrived(context, visit)


async def join(context: Context, command: WalkIn) -> VisitRow:
    """Who has just come in without a booking; nothing is planned for them yet."""
    wishes = tuple(Wish(s.service_id, s.requested, s.technician_id) for s in command.services)
    await check_offered(context, wishes)
    customer_id = await _customer(context, command)
    booking, _ = new_booking(context, wishes, context.now, state="arrived", source="walk_in", customer_id=customer_id)
    await context.session.flush()
    return await arrive(context, booking, walk_in=True)


async def _customer(context: Context, command: WalkIn) -> str | None:
    if command.customer_id is not None:
        return (await customer_by_id(context, command.customer_id)).id
    if command.customer is None:
        return None
    person = Person(
        name=command.customer.name,
        phone=command.customer.phone,
        title=command.customer.title,
        language=command.customer.language,
    )
    return (await same_or_new_customer(context, person)).id


async def arrived(context: Context, visit: VisitRow) -> Arrived:
    """The code to call, and the window as it is planned now."""
    promise = await context.ports.get(FloorPlanner).promise(context, visit.booking_id)  # type: ignore[type-abstract]
    return Arrived(
        visit_id=visit.id,
        booking_id=visit.booking_id,
        code_color=visit.code_color,
        code_number=visit.code_number,
        promise=promise,
    )


@commands.handles(ReportLate, permission="bookings.own", errors=(NOT_FOUND, ALREADY_ARRIVED, BOOKING_STATE))
async def report_late(context: Context, command: ReportLate) -> None:
    check_reach(context.actor, command.booking_id)
    booking = await booking_by_id(context, command.booking_id)
    if await visit_of(context, booking.id) is not None:
        raise Refused(ALREADY_ARRIVED)
    check_booking_state(booking.state, TO_COME)
    until = booking.booked_start + timedelta(minutes=command.minutes)
    row = await context.session.get(LatenessRow, booking.id)
    if row is None:
        row = LatenessRow(booking_id=booking.id)
        context.session.add(row)
    row.until, row.said_at, row.said_by = until, context.now, context.actor.kind
    context.record(CustomerLate(booking_id=booking.id, until=until))


@commands.handles(NoShow, permission="floor.direct", errors=(NOT_FOUND, ALREADY_ARRIVED, WRONG_DAY, BOOKING_STATE))
async def no_show(context: Context, command: NoShow) -> None:
    booking = await booking_by_id(context, command.booking_id)
    if await visit_of(context, booking.id) is not None:
        raise Refused(ALREADY_ARRIVED)
    check_booking_state(booking.state, TO_COME)
    if context.store.days.of(booking.booked_start) > context.store.days.of(context.now):
        raise Refused(WRONG_DAY, start=booking.booked_start.isoformat())
    await stay_away(context, booking)


async def stay_away(context: Context, booking: BookingRow) -> None:
    """The customer did not come, and needs no room any more."""
    booking.state, booking.ended_at = "no_show", context.now
    await vacate(context, booking.id)
    context.record(NoShowNoted(booking_id=booking.id))


@commands.handles(ReverseNoShow, permission="floor.direct", errors=(NOT_FOUND, WRONG_DAY, BOOKING_STATE))
async def reverse_no_show(context: Context, command: ReverseNoShow) -> None:
    """The customer is expected again; the next plan finds room. Nobody is expected on a day that has passed."""
    booking = await booking_by_id(context, command.booking_id)
    check_booking_state(booking.state, {"no_show"})
    if context.store.days.of(booking.booked_start) < context.store.days.of(context.now):
        raise Refused(WRONG_DAY, start=booking.booked_start.isoformat())
    booking.state, booking.ended_at = "expected", None
    context.record(NoShowReversed(booking_id=booking.id))
