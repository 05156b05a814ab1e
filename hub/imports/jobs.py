"""Work that an upgrade leaves behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

from sqlalchemy import select

from hub.imports.commands import SealRows
from hub.imports.tables import KeptRow
from hub.kernel.access import system
from hub.kernel.dispatch import Door
from hub.kernel.jobs import Job


class Parts(Protocol):
    """What the composition root hands in."""

    @property
    def door(self) -> Door: ...


def jobs(parts: Parts) -> tuple[Job, ...]:
    return (Job("sealing", timedelta(seconds=2), _sealing(parts.door)),)


def _sealing(door: Door) -> Callable[[str], Awaitable[None]]:
    done: set[str] = set()
    changed: set[str] = set()

    async def seal(store_id: str) -> None:
        """A batch a turn; once there are none, no more can come before the next start, and nothing is left in the files."""
        if store_id in done:
            return
        async with door.database.read(store_id) as session:
            found = await session.scalar(select(KeptRow.id).where(KeptRow.raw.is_not(None)).limit(1))
        if found is not None:
            await door.submit(SealRows(), system(store_id, "sealing"), door.chance.id())
            changed.add(store_id)
            return
        if store_id in changed:
            await door.database.rewrite(KeptRow.__tablename__)
        done.add(store_id)

    return seal
