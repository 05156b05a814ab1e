"""What each role may do, set by a manager."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import delete

from hub.backoffice.security.commands.book import commands
from hub.backoffice.security.events import GrantsSet
from hub.backoffice.security.grants import GRANT_FIXED, UNKNOWN_PERMISSION, Change, applied, check, difference, kept_changes
from hub.backoffice.security.roles import GRANTS
from hub.backoffice.security.tables import RoleGrantRow
from hub.kernel.access import Access
from hub.kernel.commands import Command, Context

Word = Annotated[str, StringConstraints(pattern=r"^[a-z_.]{1,64}$")]


class GrantChange(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Word
    permission: Word
    allowed: bool


class SetGrants(Command):
    """All of these changes or none."""

    changes: Annotated[list[GrantChange], Field(min_length=1, max_length=1_000)]


@commands.handles(SetGrants, permission="security.roles", errors=(UNKNOWN_PERMISSION, GRANT_FIXED))
async def set_grants(context: Context, command: SetGrants) -> None:
    """Acts at once on sessions and open sockets."""
    wanted = [Change(c.role, c.permission, c.allowed) for c in command.changes]
    for change in wanted:
        check(change)
    before = {(c.role, c.permission): c for c in await kept_changes(context.session)}
    await _keep(context, list(before.values()), [*{**before, **{(c.role, c.permission): c for c in wanted}}.values()])


class RestoreGrants(Command):
    """Back to what the house grants."""


@commands.handles(RestoreGrants, permission="security.roles")
async def restore_grants(context: Context, command: RestoreGrants) -> None:
    await _keep(context, await kept_changes(context.session), [])


async def _keep(context: Context, before: list[Change], after: list[Change]) -> None:
    """Keep what differs from the house, and say what that changes."""
    grants = applied(after)
    changed = difference(applied(before), grants)
    if not changed:
        return
    await context.session.execute(delete(RoleGrantRow))
    for change in difference(GRANTS, grants):
        context.session.add(RoleGrantRow(role=change.role, permission=change.permission, allowed=change.allowed))
    context.record(
        GrantsSet(
            given=[f"{c.role} {c.permission}" for c in changed if c.allowed],
            taken=[f"{c.role} {c.permission}" for c in changed if not c.allowed],
        )
    )
    access, store_id = context.ports.get(Access), context.store.id
    context.after_commit.append(lambda: access.change(store_id, grants))
