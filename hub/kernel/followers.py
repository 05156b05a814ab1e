"""Followers: idempotent answers to facts, after the commit, each with its own cursor in the log.

Where several processes share a database, a store's followers run in the one that is on duty for it. A duty can be lost
unnoticed (the holder froze), so a cursor moves forward only, under its row's lock, and a follower's answers are harmless when
repeated.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial

import structlog
from sqlalchemy import select

from hub.kernel import event_log
from hub.kernel.complaints import complain
from hub.kernel.database import Database
from hub.kernel.duties import Duties, EveryStore
from hub.kernel.ending import end
from hub.kernel.event_log import Bell
from hub.kernel.events import Event, Recorded
from hub.kernel.tables import CursorRow, Store

POLL_SECONDS = 1.0
"""How long a lost ring can delay a follower."""

RETRY_SECONDS = 1.0

LAZY_FACTS = 200
"""Facts that nobody wanted are passed over in memory; this many may be passed over again after a restart."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Follower:
    """`follow(store_id, facts)` is called with the new facts of one store, oldest first, at least once."""

    name: str
    events: frozenset[type[Event]]
    follow: Callable[[str, list[Recorded]], Awaitable[None]]

    def wants(self, fact: Recorded) -> bool:
        return not self.events or any(fact.type == event.event_type for event in self.events)


@dataclass(slots=True)
class _Place:
    """How far a follower has read a store's log in this term of duty, and how far it has written that down."""

    term: int
    seen: int | None = None
    written: int = 0
    again_at: float = 0.0


class FollowerLoop:
    """Runs the followers; one that fails is logged and tried again without holding up the others, or the other stores."""

    def __init__(self, database: Database, bell: Bell, followers: Iterable[Follower], duties: Duties | None = None) -> None:
        self._database = database
        self._duties = duties or EveryStore(database)
        self._followers = list(followers)
        self._places: dict[tuple[str, str], _Place] = {}
        self._under_way: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._task: asyncio.Task[None] | None = None
        self._listener = bell.listen()
        self._stopping = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="followers")

    async def close(self) -> None:
        self._stopping = True
        self._listener.wake()
        if self._task is not None:
            await end([self._task])
        await end(list(self._under_way.values()))
        self._listener.close()

    async def _run(self) -> None:
        while not self._stopping:
            pause = POLL_SECONDS
            try:
                pause = await self._set_off()
            except Exception as error:
                complain(error, "followers failed")
            await self._listener.wait(pause)

    async def _set_off(self) -> float:
        """Begin to catch up wherever there is news; the seconds until something must be tried again."""
        if not self._followers:
            return POLL_SECONDS
        terms = await self._duties.stores()
        if not terms:
            return POLL_SECONDS
        async with self._database.read(None) as session:
            newest = {row.id: row.seq for row in await session.execute(select(Store.id, Store.seq))}
        now, pause = time.monotonic(), POLL_SECONDS
        for store_id, term in terms.items():
            for follower in self._followers:
                key = follower.name, store_id
                place = self._places.get(key)
                if place is None or place.term != term:
                    place = self._places[key] = _Place(term)
                if key in self._under_way or place.seen == newest.get(store_id, 0):
                    continue
                if place.again_at > now:
                    pause = min(pause, place.again_at - now)
                    continue
                task = asyncio.create_task(self._catch_up(follower, store_id, place), name=f"follower {follower.name}")
                self._under_way[key] = task
                task.add_done_callback(partial(self._done, key))
        return pause

    def _done(self, key: tuple[str, str], _task: asyncio.Task[None]) -> None:
        del self._under_way[key]
        self._listener.wake()

    async def _catch_up(self, follower: Follower, store_id: str, place: _Place) -> None:
        try:
            with self._duties.working(store_id) as on_duty:
                while on_duty and not self._stopping and await self._one_batch(follower, store_id, place):
                    pass
        except Exception as error:
            place.again_at = time.monotonic() + RETRY_SECONDS
            complain(error, "follower failed", follower=follower.name, store=store_id)

    async def _one_batch(self, follower: Follower, store_id: str, place: _Place) -> bool:
        """Hand over what is new, at most a batch; False when there was nothing."""
        async with self._database.read(store_id) as session:
            if place.seen is None:
                cursor = await session.get(CursorRow, (store_id, follower.name))
                place.seen = place.written = cursor.seq if cursor else 0
            facts = await event_log.since(session, place.seen)
        if not facts:
            return False
        wanted = [fact for fact in facts if follower.wants(fact)]
        if wanted:
            await follower.follow(store_id, wanted)
        place.seen = facts[-1].seq
        if wanted or place.seen - place.written >= LAZY_FACTS:
            await self._write_down(follower, store_id, place.seen)
            place.written = place.seen
        return True

    async def _write_down(self, follower: Follower, store_id: str, seq: int) -> None:
        key = store_id, follower.name
        async with self._database.write(store_id) as session:
            cursor = await session.get(CursorRow, key, with_for_update=True)
            if cursor is None:
                session.add(CursorRow(store_id=store_id, follower=follower.name, seq=seq))
            elif cursor.seq < seq:
                cursor.seq = seq
            else:
                log.warning("somebody else followed", follower=follower.name, store=store_id, seq=seq, cursor=cursor.seq)
