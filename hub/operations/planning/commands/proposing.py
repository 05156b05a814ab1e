"""Accepting what the what-if has shown."""

from __future__ import annotations

from hub.kernel.commands import Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.journal import MOVED_ON
from hub.operations.bookings.rules import SLOT_TAKEN
from hub.operations.planning.adoption import put_into_force
from hub.operations.planning.commands.book import commands
from hub.operations.planning.events import ItemMoved
from hub.operations.planning.models import AcceptProposal, AdoptPlan, PlanNumber
from hub.operations.planning.premises import newer_plan, newer_premise
from hub.operations.planning.proposals import PROPOSAL_GONE, Proposals
from hub.operations.planning.what_if import ADDED, Added, Change, Closed, Gone, Late, Moved, Sick
from hub.operations.stations.commands import ClosePlace, close_place
from hub.operations.team.commands import ReportSick, report_sick
from hub.operations.visits.commands.arrivals import no_show, report_late
from hub.operations.visits.commands.changing import add_service
from hub.operations.visits.models import AddService, NoShow, ReportLate


@commands.handles(
    AcceptProposal,
    permission="floor.direct",
    answer=PlanNumber,
    errors=(NOT_FOUND, PROPOSAL_GONE, MOVED_ON, SLOT_TAKEN),
)
async def accept_proposal(context: Context, command: AcceptProposal) -> PlanNumber:
    """The change and exactly the day that was shown, or `moved_on`."""
    kept = context.ports.get(Proposals).get(command.proposal_id, context.store.id, context.now)
    fact = await newer_premise(context.session, context.store, kept.plan.date, kept.seq)
    if fact is not None or await newer_plan(context.session, kept.plan.date, kept.seq):
        raise Refused(MOVED_ON, fact=fact)
    plan = await _make(context, kept.change, kept.plan)
    seq = context.seq + len(context.facts)
    return PlanNumber(number=await put_into_force(context, plan.model_copy(update={"premises_seq": seq})))


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
    else:
        return await _add(context, change, plan)
    return plan


async def _add(context: Context, change: Added, plan: AdoptPlan) -> AdoptPlan:
    wanted = AddService(booking_id=change.booking_id, service_id=change.service_id, technician_id=change.technician_id)
    added = await add_service(context, wanted)
    item_id = getattr(added, "item_id", None)
    assignments = [data.model_copy(update={"item_id": item_id}) if data.item_id == ADDED else data for data in plan.assignments]
    return plan.model_copy(update={"assignments": assignments})
