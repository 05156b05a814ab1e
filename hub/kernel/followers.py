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
from hub.kernel.complaints import Complaints
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
    """Runs the followers; one that fails is said once and tried again without holding up the others, or the other stores."""

    def __init__(self, database: Database, bell: Bell, followers: Iterable[Follower], duties: Duties | None = None) -> None:
        self._database = database
        self._duties = duties or EveryStore(database)
        self._followers = list(followers)
        self._places: dict[tuple[str, str], _Place] = {}
        self._under_way: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._newest: dict[str, int] = {}
        """The end of each store's log at the last look."""
        self._task: asyncio.Task[None] | None = None
        self._listener = bell.listen()
        self._complaints = Complaints()
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
                self._complaints.over("followers work again")
            except Exception as error:
                self._complaints.complain(error, "followers failed")
            await self._listener.wait(pause)

    async def _set_off(self) -> float:
        """Begin to hand over wherever there is news; the seconds until something must be tried again."""
        if not self._followers:
            return POLL_SECONDS
        terms = await self._duties.stores()
        if not terms:
            return POLL_SECONDS
        async with self._database.read(None) as session:
            self._newest = {row.id: row.seq for row in await session.execute(select(Store.id, Store.seq))}
        return min([await self._look(store_id, term) for store_id, term in terms.items()])

    async def _look(self, store_id: str, term: int) -> float:
        """One look into the log of a store serves all who are behind; the seconds until the next is due."""
        now, pause, behind = time.monotonic(), POLL_SECONDS, []
        for follower in self._followers:
            key = follower.name, store_id
            place = self._places.get(key)
            if place is None or place.term != term:
                place = self._places[key] = _Place(term)
            if key in self._under_way or place.seen == self._newest.get(store_id, 0):
                continue
            if place.again_at > now:
                pause = min(pause, place.again_at - now)
            else:
                behind.append((follower, place))
        if not behind:
            return pause
        try:
            facts = await self._news(store_id, behind)
            self._complaints.over("followers work again", store=store_id)
        except Exception as error:
            for _, place in behind:
                place.again_at = now + RETRY_SECONDS
            self._complaints.complain(error, "followers failed", store=store_id)
            return min(pause, RETRY_SECONDS)
        waiting = [self._hand_over(follower, store_id, place, facts) for follower, place in behind]
        return 0.0 if facts and any(waiting) else pause

    async def _news(self, store_id: str, behind: list[tuple[Follower, _Place]]) -> list[Recorded]:
        """What the hindmost of them has not read, at most a batch."""
        async with self._database.read(store_id) as session:
            fresh = [(follower, place) for follower, place in behind if place.seen is None]
            for follower, place in fresh:
                cursor = await session.get(CursorRow, (store_id, follower.name))
                place.seen = place.written = cursor.seq if cursor else 0
            return await event_log.since(session, min(place.seen or 0 for _, place in behind))

    def _hand_over(self, follower: Follower, store_id: str, place: _Place, facts: list[Recorded]) -> bool:
        """Set the follower to work on those of the facts that are new to it and wanted; whether it waits for later ones."""
        news = [fact for fact in facts if fact.seq > (place.seen or 0)]
        wanted = [fact for fact in news if follower.wants(fact)]
        last = news[-1].seq if news else place.seen or 0
        if wanted or last - place.written >= LAZY_FACTS:
            key = follower.name, store_id
            work = self._follow(follower, store_id, place, wanted, last)
            task = self._under_way[key] = asyncio.create_task(work, name=f"follower {follower.name}")
            task.add_done_callback(partial(self._done, key, place))
            return False
        place.seen = last
        return last != self._newest.get(store_id, 0)

    def _done(self, key: tuple[str, str], place: _Place, _task: asyncio.Task[None]) -> None:
        del self._under_way[key]
        if place.seen != self._newest.get(key[1], 0):
            self._listener.wake()

    async def _follow(self, follower: Follower, store_id: str, place: _Place, wanted: list[Recorded], last: int) -> None:
        """Let it answer, and keep how far it has come."""
        try:
            with self._duties.working(store_id) as on_duty:
                if not on_duty or self._stopping:
                    return
                if wanted:
                    await follower.follow(store_id, wanted)
                place.seen = last
                await self._write_down(follower, store_id, last)
                place.written = last
            self._complaints.over("follower works again", follower=follower.name, store=store_id)
        except Exception as error:
            place.again_at = time.monotonic() + RETRY_SECONDS
            self._complaints.complain(error, "follower failed", follower=follower.name, store=store_id)

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
