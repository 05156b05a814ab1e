"""What is forgotten with time: tries out of every window, spent steps, links, pairings, challenges and codes, sessions that are
over, and browsers whose mark is."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from hub.backoffice.security.commands.book import VERIFIED, commands
from hub.backoffice.security.commands.sessions import DEVICE_LASTS
from hub.backoffice.security.ports import sessions, wall_now
from hub.backoffice.security.tables import (
    AttemptRow,
    ChallengeRow,
    ContactCodeRow,
    DeviceRow,
    LinkRow,
    PairingRow,
    StepRow,
    TrustRow,
)
from hub.kernel.commands import Command, Context

KEPT = timedelta(days=2)
"""Longer than the longest window of `throttle`."""


class ForgetSpent(Command):
    pass


@commands.handles(ForgetSpent, permission=VERIFIED)
async def forget_spent(context: Context, command: ForgetSpent) -> None:
    before = wall_now(context) - KEPT
    await context.session.execute(delete(AttemptRow).where(AttemptRow.at < before))
    for row in (StepRow, LinkRow, PairingRow, ChallengeRow, ContactCodeRow):
        await context.session.execute(delete(row).where(row.expires_at < before))
    await sessions(context).forget(context, before)
    gone = select(DeviceRow.id).where(DeviceRow.kind == "browser", DeviceRow.made_at < before - DEVICE_LASTS)
    await context.session.execute(delete(TrustRow).where(TrustRow.device_id.in_(gone)))
    await context.session.execute(delete(DeviceRow).where(DeviceRow.id.in_(gone)))
