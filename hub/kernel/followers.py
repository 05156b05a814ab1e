"""Followers: idempotent answers to facts, after the commit, each with its own cursor in the log."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import structlog
from sqlalchemy import select

from hub.kernel import event_log
from hub.kernel.database import Database
from hub.kernel.ending import end
from hub.kernel.event_log import Bell, Listener
from hub.kernel.events import Event, Recorded
from hub.kernel.tables import CursorRow, Store
from hub.kernel.writing import is_read_only

POLL_SECONDS = 1.0
"""How long a lost ring can delay a follower."""

RETRY_SECONDS = 1.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Follower:
    """`follow(store_id, facts)` is called with the new facts of one store, oldest first, at least once."""

    name: str
    events: frozenset[type[Event]]
    follow: Callable[[str, list[Recorded]], Awaitable[None]]

    def wants(self, fact: Recorded) -> bool:
        return not self.events or any(fact.type == event.event_type for event in self.events)


class FollowerLoop:
    """Runs the followers; one that fails is logged and tried again without holding up the others."""

    def __init__(self, database: Database, bell: Bell, followers: Iterable[Follower]) -> None:
        self._database = database
        self._bell = bell
        self._followers = list(followers)
        self._tasks: list[asyncio.Task[None]] = []
        self._listeners: list[Listener] = []
        self._stopping = False

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._run(f), name=f"follower {f.name}") for f in self._followers]

    async def close(self) -> None:
        self._stopping = True
        for listener in self._listeners:
            listener.wake()
        await end(self._tasks)

    async def _run(self, follower: Follower) -> None:
        listener = self._bell.listen()
        self._listeners.append(listener)
        try:
            while not self._stopping:
                try:
                    busy = await self.catch_up(follower)
                except Exception as error:
                    if not is_read_only(error):
                        log.exception("follower failed", follower=follower.name)
                    await asyncio.sleep(RETRY_SECONDS)
                    continue
                if not busy:
                    await listener.wait(POLL_SECONDS)
        finally:
            listener.close()

    async def catch_up(self, follower: Follower) -> bool:
        """Hand over one batch per store; True when there was anything new."""
        busy = False
        async with self._database.read(None) as session:
            stores = list((await session.execute(select(Store.id, Store.seq))).all())
        for store_id, newest in stores:
            busy |= await self._catch_up_store(follower, store_id, newest)
        return busy

    async def _catch_up_store(self, follower: Follower, store_id: str, newest: int) -> bool:
        async with self._database.read(store_id) as session:
            cursor = await session.get(CursorRow, (store_id, follower.name))
            seq = cursor.seq if cursor else 0
            facts = await event_log.since(session, seq) if seq < newest else []
        if not facts:
            return False
        wanted = [fact for fact in facts if follower.wants(fact)]
        if wanted:
            await follower.follow(store_id, wanted)
        async with self._database.write(store_id) as session:
            await session.merge(CursorRow(store_id=store_id, follower=follower.name, seq=facts[-1].seq))
        return True
