"""Promises in step with what happens, in the same transaction."""

from __future__ import annotations

from sqlalchemy import select

from hub.kernel.commands import Context, ReactionSpec
from hub.operations.bookings.events import BookingMoved
from hub.operations.planning.rules import kept
from hub.operations.planning.tables import PlanMoveRow, PromiseRow
from hub.operations.visits.events import ServiceStarted
from hub.operations.visits.tables import VisitRow


async def settle(context: Context, fact: ServiceStarted) -> None:
    """The first service of a visit begins: the promise is kept or it is not."""
    promise = await context.session.get(PromiseRow, fact.booking_id)
    visit = await context.session.get(VisitRow, fact.visit_id)
    if promise is not None and promise.kept is None and visit is not None:
        promise.kept = kept(context.now, promise.end, visit.arrived_at)


async def withdraw(context: Context, fact: BookingMoved) -> None:
    """A booking moved by agreement has a new time: the next plan tells a new window, and what plans moved before is over."""
    promise = await context.session.get(PromiseRow, fact.booking_id)
    if promise is not None:
        await context.session.delete(promise)
    if fact.after != fact.before:
        told = select(PlanMoveRow).where(PlanMoveRow.booking_id == fact.booking_id)
        for move in list(await context.session.scalars(told)):
            await context.session.delete(move)


reactions = (ReactionSpec(ServiceStarted, settle), ReactionSpec(BookingMoved, withdraw))
