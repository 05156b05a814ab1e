"""Privacy's work that comes with time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

from sqlalchemy import select

from hub.backoffice.privacy import rotation
from hub.backoffice.privacy.commands.approvals import ExpireApprovals
from hub.backoffice.privacy.forgetting import forget_pending, reapply
from hub.backoffice.privacy.tables import ApprovalRow
from hub.backoffice.security.ports import wall_of
from hub.kernel.access import system
from hub.kernel.commands import Ports
from hub.kernel.dispatch import Door
from hub.kernel.jobs import Job
from hub.kernel.stores import store_ids

BATCHES_A_TURN = 5


class Parts(Protocol):
    """What the composition root hands in."""

    @property
    def door(self) -> Door: ...
    @property
    def ports(self) -> Ports: ...


def jobs(parts: Parts) -> tuple[Job, ...]:
    """Forgets whom it must, expires approvals, and takes keys further."""
    door = parts.door
    return (
        Job("forgetting", timedelta(seconds=5), _forgetting(door)),
        Job("approvals", timedelta(minutes=1), _approvals(door, parts.ports)),
        Job("keys", timedelta(seconds=2), _keys(door)),
    )


def _forgetting(door: Door) -> Callable[[str], Awaitable[None]]:
    looked: dict[str, object] = {}

    async def forget(store_id: str) -> None:
        await forget_pending(door, store_id)
        if looked.get(store_id) is not door.vault.ring:  # once after a start, and after each change of the keyring
            await reapply(door, store_id)
            looked[store_id] = door.vault.ring

    return forget


def _approvals(door: Door, ports: Ports) -> Callable[[str], Awaitable[None]]:
    async def expire(store_id: str) -> None:
        now = wall_of(ports).now()
        over = select(ApprovalRow.id).where(
            (ApprovalRow.state == "asked") & (ApprovalRow.expires_at <= now)
            | (ApprovalRow.state == "approved") & (ApprovalRow.usable_until <= now)
        )
        async with door.database.read(store_id) as session:
            found = await session.scalar(over.limit(1))
        if found is not None:
            await door.submit(ExpireApprovals(), system(store_id, "approvals"), door.chance.id())

    return expire


def _keys(door: Door) -> Callable[[str], Awaitable[None]]:
    async def go_on(store_id: str) -> None:
        if not await rotation.is_under_way(door.database, store_id):
            allowed = select(ApprovalRow.id).where(ApprovalRow.kind == "keys", ApprovalRow.state == "approved")
            async with door.database.read(store_id) as session:
                if await session.scalar(allowed.limit(1)) is None:
                    return
            await rotation.turn(door.vault)
            await rotation.begin(door, await store_ids(door.database))
        await rotation.renew(door, store_id, BATCHES_A_TURN)

    return go_on
