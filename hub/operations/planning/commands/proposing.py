"""Accepting what the what-if has shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from sqlalchemy import select

from hub.kernel.commands import Context
from hub.kernel.errors import FORBIDDEN, NOT_FOUND, Refused
from hub.kernel.journal import MOVED_ON
from hub.kernel.phones import INVALID_PHONE
from hub.operations.bookings.commands.changes import Cancel, cancel
from hub.operations.bookings.rules import ALREADY_STARTED, BOOKING_OVER, SLOT_TAKEN, UNKNOWN_SERVICE, UNKNOWN_TECHNICIAN
from hub.operations.bookings.tables import BookingItemRow
from hub.operations.planning.adoption import put_into_force
from hub.operations.planning.commands.book import commands
from hub.operations.planning.events import ItemMoved
from hub.operations.planning.models import AcceptAddOn, AcceptProposal, AcceptWalkIn, AdoptPlan, PlanNumber
from hub.operations.planning.premises import newer_plan, newer_premise
from hub.operations.planning.shelf import PROPOSAL_GONE, Kept, Proposals
from hub.operations.planning.what_if import ADDED, Added, Change, Closed, Gone, Joined, Late, Moved, Sick, added_item
from hub.operations.stations.commands import ClosePlace, close_place
from hub.operations.stations.rules import ALREADY_CLOSED
from hub.operations.team.commands import ReportSick, report_sick
from hub.operations.team.rules import ALREADY_AWAY
from hub.operations.visits.commands.arrivals import arrived, join, no_show, report_late
from hub.operations.visits.commands.changing import add_service
from hub.operations.visits.models import AddService, Arrived, NoShow, ReportLate, WalkIn, WalkInService
from hub.operations.visits.rules import ALREADY_ARRIVED, BOOKING_STATE, NO_FREE_CODE, VISIT_STATE, WRONG_DAY

ERRORS = (NOT_FOUND, PROPOSAL_GONE, MOVED_ON, SLOT_TAKEN)
ADDING = (UNKNOWN_SERVICE, UNKNOWN_TECHNICIAN, BOOKING_STATE, VISIT_STATE)
CHANGING = (*ADDING, ALREADY_ARRIVED, WRONG_DAY, ALREADY_AWAY, ALREADY_CLOSED, ALREADY_STARTED, BOOKING_OVER)
"""What the commands refuse of which the change is made; the world may have moved without disturbing a plan."""


@commands.handles(AcceptProposal, permission="floor.direct", answer=PlanNumber, errors=(*ERRORS, *CHANGING))
async def accept_proposal(context: Context, command: AcceptProposal) -> PlanNumber:
    """The change and exactly the day that was shown, or `moved_on`."""
    kept = await _unmoved(context, command.proposal_id)
    change = kept.change
    if isinstance(change, Closed) and command.reason:
        change = replace(change, reason=command.reason)
    for booking_id in kept.cancels:
        await cancel(context, Cancel(booking_id=booking_id, reason=_CANCELLED_FOR[type(change)]))
    return PlanNumber(number=await _into_force(context, await _make(context, change, kept.plan)))


_CANCELLED_FOR: dict[type[Change], Literal["technician_away", "place_closed"]] = {
    Sick: "technician_away",
    Closed: "place_closed",
}


@commands.handles(AcceptAddOn, permission="floor.work", answer=PlanNumber, errors=(*ERRORS, *ADDING, FORBIDDEN))
async def accept_add_on(context: Context, command: AcceptAddOn) -> PlanNumber:
    """One more service for a customer, with exactly the day that was shown; more than that is the desk's to accept."""
    kept = await _unmoved(context, command.proposal_id)
    if not isinstance(kept.change, Added):
        raise Refused(FORBIDDEN, what="others' work")
    return PlanNumber(number=await _into_force(context, await _add(context, kept.change, kept.plan)))


@commands.handles(
    AcceptWalkIn,
    permission="floor.direct",
    answer=Arrived,
    errors=(*ERRORS, UNKNOWN_SERVICE, UNKNOWN_TECHNICIAN, INVALID_PHONE, NO_FREE_CODE),
)
async def accept_walk_in(context: Context, command: AcceptWalkIn) -> Arrived:
    """Somebody without a booking joins, with exactly the day that was shown."""
    kept = await _unmoved(context, command.proposal_id)
    if not isinstance(kept.change, Joined):
        raise Refused(NOT_FOUND, what="walk-in")
    services = [
        WalkInService(service_id=wish.service_id, requested=wish.requested, technician_id=wish.technician_id)
        for wish in kept.change.services
    ]
    visit = await join(context, WalkIn(services=services, customer=command.customer, customer_id=command.customer_id))
    wanted = select(BookingItemRow).where(BookingItemRow.booking_id == visit.booking_id)
    items = await context.session.scalars(wanted.order_by(BookingItemRow.ordinal))
    names = {ADDED: visit.booking_id}
    await _into_force(context, _renamed(kept.plan, names, {added_item(n): item.id for n, item in enumerate(items)}))
    return await arrived(context, visit)


async def _unmoved(context: Context, proposal_id: str) -> Kept:
    """The proposal, if the world is still as it was shown. Raises `proposal_gone` or `moved_on`."""
    kept = await context.ports.get(Proposals).get(context.session, proposal_id, context.store.id, context.now)
    fact = await newer_premise(context.session, context.store, kept.plan.date, kept.seq)
    if fact is not None or await newer_plan(context.session, kept.plan.date, kept.seq):
        raise Refused(MOVED_ON, fact=fact)
    return kept


async def _into_force(context: Context, plan: AdoptPlan) -> int:
    """The plan knows what has just been done for it."""
    seq = context.seq + len(context.facts)
    return await put_into_force(context, plan.model_copy(update={"premises_seq": seq}))


async def _make(context: Context, change: Change, plan: AdoptPlan) -> AdoptPlan:
    """Do what was only thought of; the plan with the ids of what it made."""
    if isinstance(change, Moved):
        [booking_id] = {data.booking_id for data in plan.assignments if data.item_id == change.item_id}
        context.record(ItemMoved(booking_id=booking_id, item_id=change.item_id))
    elif isinstance(change, Late):
        await report_late(context, ReportLate(booking_id=change.booking_id, minutes=change.minutes))
    elif isinstance(change, Sick):
        await report_sick(context, ReportSick(technician_id=change.technician_id))
    elif isinstance(change, Closed):
        await close_place(context, ClosePlace(place_id=change.place_id, reason=change.reason))
    elif isinstance(change, Gone):
        await no_show(context, NoShow(booking_id=change.booking_id))
    elif isinstance(change, Joined):
        raise Refused(NOT_FOUND, what="customer")  # Who joins needs a name or none: `accept_walk_in`.
    else:
        return await _add(context, change, plan)
    return plan


async def _add(context: Context, change: Added, plan: AdoptPlan) -> AdoptPlan:
    wanted = AddService(booking_id=change.booking_id, service_id=change.service_id, technician_id=change.technician_id)
    added = await add_service(context, wanted)
    return _renamed(plan, {}, {ADDED: getattr(added, "item_id", ADDED)})


def _renamed(plan: AdoptPlan, bookings: dict[str, str], items: dict[str, str]) -> AdoptPlan:
    """The plan with the ids of what it only thought of."""
    assignments = [
        data.model_copy(
            update={
                "booking_id": bookings.get(data.booking_id, data.booking_id),
                "item_id": items.get(data.item_id, data.item_id),
            }
        )
        for data in plan.assignments
    ]
    return plan.model_copy(update={"assignments": assignments})
