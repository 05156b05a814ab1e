"""Destroying the keys of those who were erased: after the commit, and again until it is done."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from hub.backoffice.privacy.commands.erasing import EraseAgain, ForgetClosed, NoteForgotten, closed_rows
from hub.backoffice.privacy.tables import ErasureRow
from hub.kernel.access import system
from hub.kernel.dispatch import Door
from hub.operations.bookings.tables import CustomerRow

ACTOR = "forgetting"


async def forget_pending(door: Door, store_id: str) -> int:
    """Destroy the keys of the erased whose keys are still there; how many."""
    async with door.database.read(store_id) as session:
        pending = list(await session.scalars(select(ErasureRow.customer_id).where(ErasureRow.forgotten_at.is_(None))))
    for customer_id in pending:
        await asyncio.to_thread(door.vault.forget_owner, customer_id)
        await door.submit(NoteForgotten(customer_id=customer_id), system(store_id, ACTOR), door.chance.id())
    return len(pending)


async def reapply(door: Door, store_id: str) -> int:
    """Erase once more whom the keyring has forgotten and an older copy of the store has brought back; how many."""
    if not door.vault.ring.has_forgotten:
        return 0
    async with door.database.read(store_id) as session:
        kept = list(await session.scalars(select(CustomerRow.id).where(CustomerRow.data_key.is_not(None))))
        closed = await closed_rows(session, door.vault)
    if closed:
        await door.submit(ForgetClosed(), system(store_id, ACTOR), door.chance.id())
    back = [customer_id for customer_id in kept if not door.vault.knows(customer_id)]
    for customer_id in back:
        await door.submit(EraseAgain(customer_id=customer_id), system(store_id, ACTOR), door.chance.id())
    return len(back) + await forget_pending(door, store_id)
