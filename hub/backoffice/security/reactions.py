"""Who proved an address comes in by it no longer once it is somebody else's."""

from __future__ import annotations

from hub.backoffice.security.ports import sessions
from hub.kernel.commands import Context, ReactionSpec
from hub.operations.bookings.events import CustomerContactChanged


async def _end_sessions(context: Context, fact: CustomerContactChanged) -> None:
    """The desk has put another number or mailbox: sessions that the old one opened end. A customer's own change was proved."""
    if context.actor.kind != "customer":
        await sessions(context).revoke(context, actor_id=fact.customer_id)


reactions = (ReactionSpec(CustomerContactChanged, _end_sessions),)
