"""What a customer in the store agrees to, so that there is room: whoever can may serve, or one service is left out."""

from __future__ import annotations

from sqlalchemy import select

from hub.kernel.commands import Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.operations.bookings.making import booking_by_id, items_of, remove_item
from hub.operations.bookings.tables import AssignmentRow, BookingRow
from hub.operations.visits.commands.book import commands
from hub.operations.visits.events import FormsDone, RequestWaived, ServiceDropped, VisitServed
from hub.operations.visits.floor import Work, open_items, visit_here, wait_again, work_of
from hub.operations.visits.models import DropService, WaiveRequest
from hub.operations.visits.ports import FloorPlanner
from hub.operations.visits.rules import (
    BEFORE_SERVICE,
    BOOKING_STATE,
    NO_REQUEST,
    ONLY_SERVICE,
    SERVICE_DONE,
    SERVICE_RUNNING,
    VISIT_STATE,
    check_booking_state,
    check_visit_state,
)

HERE = frozenset({"arrived"})


@commands.handles(WaiveRequest, permission="floor.direct", errors=(NOT_FOUND, BOOKING_STATE, NO_REQUEST))
async def waive_request(context: Context, command: WaiveRequest) -> None:
    booking = await booking_by_id(context, command.booking_id)
    check_booking_state(booking.state, HERE)
    wanted = [item for item in await open_items(context, booking.id) if item.requested != "any"]
    waived = [item for item in wanted if command.item_id in (None, item.id)]
    if not waived:
        raise Refused(NO_REQUEST)
    for item in waived:
        context.record(
            RequestWaived(
                booking_id=booking.id,
                item_id=item.id,
                requested=item.requested,
                technician_id=item.requested_technician_id,
            )
        )
        item.requested, item.requested_technician_id = "any", None
    await context.session.flush()
    await _seat(context, booking)


@commands.handles(
    DropService,
    permission="floor.direct",
    errors=(NOT_FOUND, BOOKING_STATE, VISIT_STATE, SERVICE_RUNNING, SERVICE_DONE, ONLY_SERVICE),
)
async def drop_service(context: Context, command: DropService) -> None:
    work = await work_of(context, command.item_id)
    check_booking_state(work.booking.state, HERE)
    check_visit_state(visit_here(work).state, BEFORE_SERVICE | {"in_service"})
    if work.runs:
        raise Refused(SERVICE_DONE if work.done else SERVICE_RUNNING)
    if len(await items_of(context, work.booking.id)) == 1:
        raise Refused(ONLY_SERVICE)
    is_next = await _is_next(context, work)
    await remove_item(context, work.item)
    context.record(ServiceDropped(booking_id=work.booking.id, item_id=work.item.id, service_id=work.item.service_id))
    await _seat(context, work.booking)
    await _go_on(context, work, was_next=is_next)


async def _is_next(context: Context, work: Work) -> bool:
    """Whether the customer would be served with it before anything else that has not begun."""
    wanted = select(AssignmentRow.item_id).where(AssignmentRow.booking_id == work.booking.id, AssignmentRow.ordinal == 0)
    first = await context.session.scalar(wanted.order_by(AssignmentRow.start, AssignmentRow.item_id).limit(1))
    return bool(first == work.item.id)


async def _go_on(context: Context, work: Work, *, was_next: bool) -> None:
    """What the visit is without the service: done with, called no more, or free of a form that it alone asked for."""
    visit = visit_here(work)
    if visit.state == "in_service":
        return
    if not await open_items(context, work.booking.id):
        visit.state, visit.called_place_id, visit.paused = "served", None, False
        context.record(VisitServed(visit_id=visit.id, booking_id=visit.booking_id))
        return
    if visit.state in ("called", "in_room") and not was_next:
        return
    signing = visit.state == "forms_pending"
    await wait_again(context, visit)
    if signing and visit.state == "waiting":
        context.record(FormsDone(visit_id=visit.id, booking_id=visit.booking_id))


async def _seat(context: Context, booking: BookingRow) -> None:
    """Room at once for what has none; what has its room keeps it until the next plan."""
    planned = set(await context.session.scalars(select(AssignmentRow.item_id).where(AssignmentRow.booking_id == booking.id)))
    if any(item.id not in planned for item in await open_items(context, booking.id)):
        await context.ports.get(FloorPlanner).seat(context, booking.id)  # type: ignore[type-abstract]
