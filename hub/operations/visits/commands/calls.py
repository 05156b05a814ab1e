"""Calling customers to their place."""

from __future__ import annotations

from hub.kernel.commands import Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.operations.visits.commands.book import commands
from hub.operations.visits.events import CustomerCalled, CustomerRecalled, RoomEntered
from hub.operations.visits.floor import check_callable, next_planned, place_to_call, visit_by_id
from hub.operations.visits.models import CallCustomer, Called, EnterRoom, RecallCustomer
from hub.operations.visits.rules import (
    CALLABLE,
    PLACE_BUSY,
    PLACE_UNFIT,
    PLACES_FULL,
    VISIT_PAUSED,
    VISIT_STATE,
    check_visit_state,
    own_technician,
)
from hub.operations.visits.tables import CallRow, VisitRow


@commands.handles(
    CallCustomer,
    permission="floor.call",
    answer=Called,
    errors=(NOT_FOUND, VISIT_STATE, VISIT_PAUSED, PLACE_BUSY, PLACE_UNFIT, PLACES_FULL),
)
async def call_customer(context: Context, command: CallCustomer) -> Called:
    visit = await visit_by_id(context, command.visit_id)
    check_visit_state(visit.state, CALLABLE)
    if visit.paused:
        raise Refused(VISIT_PAUSED)
    technician = own_technician(context.actor)
    planned = await next_planned(context, visit, technician)
    place_id = command.place_id
    if place_id is None:
        place_id = await place_to_call(context, visit, planned)
    else:
        await check_callable(context, visit, place_id)
    visit.state, visit.called_at, visit.call_count = "called", context.now, 1
    visit.called_place_id = place_id
    _note_call(context, visit, technician or (planned.technician_id if planned else None))
    context.record(CustomerCalled(visit_id=visit.id, booking_id=visit.booking_id, place_id=place_id))
    return Called(count=1)


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


@commands.handles(EnterRoom, permission="floor.call", errors=(NOT_FOUND, VISIT_STATE, VISIT_PAUSED))
async def enter_room(context: Context, command: EnterRoom) -> None:
    visit = await visit_by_id(context, command.visit_id)
    check_visit_state(visit.state, CALLABLE | {"called"})
    if visit.paused:
        raise Refused(VISIT_PAUSED)
    visit.state = "in_room"
    context.record(RoomEntered(visit_id=visit.id, booking_id=visit.booking_id))
