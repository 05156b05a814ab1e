"""Calling customers to their place."""

from __future__ import annotations

from sqlalchemy import select

from hub.kernel.commands import Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.operations.bookings.tables import AssignmentRow
from hub.operations.stations.condition import place_by_id
from hub.operations.stations.tables import PlaceRow
from hub.operations.visits.commands.book import commands
from hub.operations.visits.events import CustomerCalled, CustomerRecalled, RoomEntered
from hub.operations.visits.floor import open_items, places_in_use, visit_by_id
from hub.operations.visits.models import CallCustomer, Called, EnterRoom, RecallCustomer
from hub.operations.visits.rules import (
    CALLABLE,
    PLACE_BUSY,
    VISIT_PAUSED,
    VISIT_STATE,
    check_visit_state,
    own_technician,
)
from hub.operations.visits.tables import CallRow, VisitRow


@commands.handles(
    CallCustomer, permission="floor.call", answer=Called, errors=(NOT_FOUND, VISIT_STATE, VISIT_PAUSED, PLACE_BUSY)
)
async def call_customer(context: Context, command: CallCustomer) -> Called:
    visit = await visit_by_id(context, command.visit_id)
    check_visit_state(visit.state, CALLABLE)
    if visit.paused:
        raise Refused(VISIT_PAUSED)
    planned = await _next_planned(context, visit)
    place_id = command.place_id or (planned.place_id if planned else None)
    if place_id is not None:
        await _check_callable(context, place_id)
    visit.state, visit.called_at, visit.call_count = "called", context.now, 1
    visit.called_place_id = place_id
    technician = own_technician(context.actor) or (planned.technician_id if planned else None)
    _note_call(context, visit, technician)
    context.record(CustomerCalled(visit_id=visit.id, booking_id=visit.booking_id, place_id=place_id))
    return Called(count=1)


async def _check_callable(context: Context, place_id: str) -> PlaceRow:
    place = await place_by_id(context, place_id)
    called = select(VisitRow).where(VisitRow.called_place_id == place_id, VisitRow.state.in_(("called", "in_room")))
    if place_id in await places_in_use(context) or await context.session.scalar(called) is not None:
        raise Refused(PLACE_BUSY, place_id=place_id)
    return place


async def _next_planned(context: Context, visit: VisitRow) -> AssignmentRow | None:
    """The first planned phase of the services that have not begun."""
    waiting = [item.id for item in await open_items(context, visit.booking_id)]
    wanted = select(AssignmentRow).where(AssignmentRow.item_id.in_(waiting)).order_by(AssignmentRow.start)
    found: AssignmentRow | None = await context.session.scalar(wanted.limit(1))
    return found


def _note_call(context: Context, visit: VisitRow, technician_id: str | None) -> None:
    context.session.add(
        CallRow(
            id=context.chance.id(),
            visit_id=visit.id,
            place_id=visit.called_place_id,
            technician_id=technician_id,
            at=context.now,
            count=visit.call_count,
        )
    )


@commands.handles(RecallCustomer, permission="floor.call", answer=Called, errors=(NOT_FOUND, VISIT_STATE))
async def recall_customer(context: Context, command: RecallCustomer) -> Called:
    visit = await visit_by_id(context, command.visit_id)
    check_visit_state(visit.state, {"called"})
    visit.call_count += 1
    visit.called_at = context.now
    _note_call(context, visit, own_technician(context.actor))
    context.record(
        CustomerRecalled(visit_id=visit.id, booking_id=visit.booking_id, place_id=visit.called_place_id, count=visit.call_count)
    )
    return Called(count=visit.call_count)


@commands.handles(EnterRoom, permission="floor.call", errors=(NOT_FOUND, VISIT_STATE))
async def enter_room(context: Context, command: EnterRoom) -> None:
    visit = await visit_by_id(context, command.visit_id)
    check_visit_state(visit.state, CALLABLE | {"called"})
    visit.state = "in_room"
    context.record(RoomEntered(visit_id=visit.id, booking_id=visit.booking_id))
