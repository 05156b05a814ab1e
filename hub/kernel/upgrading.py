"""Work that an upgrade leaves behind: rows that an older release has stored otherwise catch up after the start."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.access import system
from hub.kernel.commands import Command
from hub.kernel.dispatch import Door
from hub.kernel.jobs import Job

EVERY = timedelta(seconds=2)


def catching_up(
    name: str,
    door: Door,
    any_left: Callable[[AsyncSession], Awaitable[bool]],
    batch: Callable[[], Command],
    tables: Collection[str],
) -> Job:
    """A job that sends a batch a turn, as what `name` begins with, while `any_left` finds rows of a store, and then rids the
    tables' files of what they held before. Once there are none, no more can come before the next start.
    """
    done: set[str] = set()
    changed: set[str] = set()

    async def catch_up(store_id: str) -> None:
        if store_id in done:
            return
        async with door.database.read(store_id) as session:
            left = await any_left(session)
        if left:
            await door.submit(batch(), system(store_id, name.partition(".")[0]), door.chance.id())
            changed.add(store_id)
            return
        if store_id in changed:
            await door.database.rewrite(*tables)
        done.add(store_id)

    return Job(name, EVERY, catch_up)
