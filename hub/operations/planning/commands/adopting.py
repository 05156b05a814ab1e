"""Plans come into force here, and nowhere else."""

from __future__ import annotations

from hub.kernel.commands import Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.operations.bookings.rules import SLOT_TAKEN
from hub.operations.planning.adoption import put_into_force
from hub.operations.planning.commands.book import commands
from hub.operations.planning.events import ReplanAsked
from hub.operations.planning.models import AdoptPlan, PlanNumber, Replan
from hub.operations.planning.premises import newer_plan, newer_premise
from hub.operations.planning.rules import STALE_PREMISES


@commands.handles(AdoptPlan, permission="planning.adopt", answer=PlanNumber, errors=(STALE_PREMISES, SLOT_TAKEN, NOT_FOUND))
async def adopt_plan(context: Context, command: AdoptPlan) -> PlanNumber:
    await check_premises(context, command)
    return PlanNumber(number=await put_into_force(context, command))


async def check_premises(context: Context, command: AdoptPlan) -> None:
    """Raises `stale_premises` when the world has moved since the plan's facts were read."""
    fact = await newer_premise(context.session, context.store, command.date, command.premises_seq)
    if fact is not None:
        raise Refused(STALE_PREMISES, fact=fact)
    if await newer_plan(context.session, command.date, command.premises_seq):
        raise Refused(STALE_PREMISES, fact="planning.plan_adopted")


@commands.handles(Replan, permission="floor.direct")
async def replan(context: Context, command: Replan) -> None:
    context.record(ReplanAsked(date=command.date))
