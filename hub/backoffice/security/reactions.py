"""Whoever leaves the team takes no tablet any more, in the same transaction."""

from __future__ import annotations

from sqlalchemy import select

from hub.backoffice.security.commands.sessions import put_out
from hub.backoffice.security.tables import AccountRow
from hub.kernel.commands import Context, ReactionSpec
from hub.operations.team.events import TechnicianPut
from hub.operations.team.tables import TechnicianRow


async def leave_the_tablets(context: Context, fact: TechnicianPut) -> None:
    technician = await context.session.get(TechnicianRow, fact.technician_id)
    if technician is None or technician.active:
        return
    linked = select(AccountRow).where(AccountRow.technician_id == technician.id, AccountRow.pin_hash.is_not(None))
    for account in await context.session.scalars(linked):
        account.pin_hash = None
        await put_out(context, account.id)


reactions = (ReactionSpec(TechnicianPut, leave_the_tablets),)
