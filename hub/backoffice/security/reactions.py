"""Who proved an address comes in by it no longer once it is somebody else's, nor by a tablet's PIN who has left the team."""

from __future__ import annotations

from sqlalchemy import select

from hub.backoffice.security.commands.sessions import put_out
from hub.backoffice.security.ports import sessions
from hub.backoffice.security.tables import AccountRow
from hub.kernel.commands import Context, ReactionSpec
from hub.operations.bookings.events import CustomerContactChanged
from hub.operations.team.events import TechnicianPut
from hub.operations.team.tables import TechnicianRow


async def _end_sessions(context: Context, fact: CustomerContactChanged) -> None:
    """The desk has put another number or mailbox: sessions that the old one opened end. A customer's own change was proved."""
    if context.actor.kind != "customer":
        await sessions(context).revoke(context, actor_id=fact.customer_id)


async def _leave_the_tablets(context: Context, fact: TechnicianPut) -> None:
    technician = await context.session.get(TechnicianRow, fact.technician_id)
    if technician is None or technician.active:
        return
    linked = select(AccountRow).where(AccountRow.technician_id == technician.id, AccountRow.pin_hash.is_not(None))
    for account in await context.session.scalars(linked):
        account.pin_hash = None
        await put_out(context, account.id)


reactions = (ReactionSpec(CustomerContactChanged, _end_sessions), ReactionSpec(TechnicianPut, _leave_the_tablets))
