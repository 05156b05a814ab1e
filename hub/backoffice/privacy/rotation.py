"""Other keys, from the first announcement to the last row; stopped anywhere, it goes on from there.

1. Another generation joins the keyring: every process learns to open and to find with it. 2. Once all have had time to hear, it
becomes the one that seals. 3. Row by row, owners get other data keys. Values are found under both keys until the end, and
older keys stay for older backups until they are dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from sqlalchemy import select

from hub.backoffice.privacy.commands.keys import BeginKeys, RenewKeys
from hub.backoffice.privacy.sealing import DATA_KEY
from hub.backoffice.privacy.tables import KeyRotationRow
from hub.kernel.access import system
from hub.kernel.crypto import Vault, generation_of, renew_master_key
from hub.kernel.database import Database
from hub.kernel.dispatch import Door
from hub.kernel.rounds import ROUND_SECONDS
from hub.kernel.tables import Base

HEARD_SECONDS = 3 * ROUND_SECONDS
"""By then every process has read the keyring again."""

BATCH = 100
"""Owners in one transaction: some 20 ms of the writer's time."""

ACTOR = "keys"

Pause = Callable[[float], Awaitable[None]]


async def turn(vault: Vault, pause: Pause = asyncio.sleep) -> str:
    """Steps 1 and 2; the generation that seals now. One that was announced before a stop is taken up."""
    ring = vault.keys.ring()
    newest = ring.generations[-1].id
    if newest == ring.current:
        newest = vault.keys.edit(lambda kept: kept.with_new_generation()).generations[-1].id
    vault.refresh()
    await pause(HEARD_SECONDS)
    vault.keys.edit(lambda kept: kept.turned_to(newest))
    vault.refresh()
    await pause(HEARD_SECONDS)
    return newest


async def begin(door: Door, store_ids: Iterable[str]) -> None:
    """Write down that these stores' rows follow."""
    for store_id in store_ids:
        await door.submit(BeginKeys(generation=door.vault.key_id), system(store_id, ACTOR), door.chance.id())


async def renew(door: Door, store_id: str, batches: int | None = None) -> bool:
    """Step 3, at most `batches` of it; True once all rows have followed."""
    done = 0
    while batches is None or done < batches:
        answered = await door.submit(RenewKeys(most=BATCH), system(store_id, ACTOR), door.chance.id())
        if answered.result["finished"]:
            return True
        done += 1
        await asyncio.sleep(0)
    return False


async def is_under_way(database: Database, store_id: str) -> bool:
    async with database.read(store_id) as session:
        return await session.scalar(select(KeyRotationRow.id).where(KeyRotationRow.finished_at.is_(None)).limit(1)) is not None


async def in_use(database: Database) -> dict[str, int]:
    """Owners by generation of their keys, over all stores; also of what is worth nothing after some minutes."""
    found: dict[str, int] = {}
    async with database.read(None) as session:
        connection = await session.connection()
        for table in Base.metadata.sorted_tables:
            if DATA_KEY not in table.columns:
                continue
            keys = select(table.c[DATA_KEY]).where(table.c[DATA_KEY].is_not(None))
            for key in (await connection.execute(keys)).scalars():
                found[generation_of(key)] = found.get(generation_of(key), 0) + 1
    return found


def renew_master(vault: Vault, key_file: Path, keyring_file: Path) -> str:
    """Another master key in its file; its id. Running processes read the file again when they need it."""
    made = renew_master_key(key_file, keyring_file)
    vault.refresh()
    return made
