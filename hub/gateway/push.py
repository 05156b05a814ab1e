"""The publisher: after the bell it recomputes each touched view once and hands the same bytes to everybody who looks.

One ordered task per process; it follows the log, so a lost ring costs a poll and a dead hub nothing. Within one round all views
of a store are read in one snapshot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import Protocol

import structlog
from sqlalchemy import bindparam, select

from hub.gateway.metrics import Metrics
from hub.gateway.screens import StoreHead, head_of
from hub.gateway.views import Asked, Moment, Shown, Viewer, shown_at
from hub.gateway.wire import Packet
from hub.kernel.complaints import complain
from hub.kernel.ending import end
from hub.kernel.errors import Refused
from hub.kernel.event_log import Bell
from hub.kernel.prepared import Prepared
from hub.kernel.tables import EventRow

POLL_SECONDS = 1.0
"""How long a fact of another process, a lost ring or a failed view waits."""

REST_MAX_SECONDS = 0.25
"""After a round the publisher rests as long as it took, at most this: in a flood, commands get half the time."""

PEERS_AT_ONCE = 500
"""Handing a packet to this many sockets takes a few milliseconds; then commands get their turn."""

_EVENTS = EventRow.metadata.tables["event"]
_NEW = Prepared(
    select(_EVENTS.c.type).where(_EVENTS.c.store_id == bindparam("store"), _EVENTS.c.seq > bindparam("seen")).distinct()
)

log = structlog.get_logger(__name__)


class Peer(Protocol):
    """One client's socket, as the publisher knows it."""

    def hand(self, audience: Audience, message: Packet) -> None:
        """Send, or remember that this audience's newest view is owed."""
        ...

    def tell_error(self, audience: Audience, error: BaseException) -> None: ...


@dataclass(eq=False, slots=True)
class Audience:
    """Everybody who shares one view."""

    asked: Asked
    peers: dict[Peer, None] = field(default_factory=dict)
    shown: Shown | None = None
    due: datetime | None = None
    read_at: datetime | None = None
    failed: bool = False
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def key(self) -> str:
        return self.asked.key

    def accept(self, shown: Shown) -> bool:
        """Take a newly computed view; True when it differs from what was shown. An equal one keeps the number that was sent."""
        refresh = self.asked.screen.refresh
        self.due = None if refresh is None else shown.at + refresh
        self.read_at = shown.at
        before, was_failed, self.failed = self.shown, self.failed, False
        if before is not None and before.view == shown.view and before.epoch == shown.epoch and not was_failed:
            return False
        self.shown = shown
        return True


class Publisher:
    """Keeps every watched view up to date."""

    def __init__(self, viewer: Viewer, bell: Bell, metrics: Metrics) -> None:
        self._viewer = viewer
        self._metrics = metrics
        self._audiences: dict[str, Audience] = {}
        self._cursors: dict[str, int] = {}
        self._epochs: dict[str, str] = {}
        self._decided: dict[str, int] = {}
        self._heads: dict[str, StoreHead] = {}
        self._task: asyncio.Task[None] | None = None
        self._listener = bell.listen()
        self._stopping = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="publisher")

    async def close(self) -> None:
        self._stopping = True
        self._listener.wake()
        if self._task is not None:
            await end([self._task])
        self._listener.close()

    async def watch(self, peer: Peer, asked: Asked) -> Audience:
        """Join an audience and get its view. Raises what the screen refuses with; then nothing is joined."""
        audience = self._audiences.get(asked.key)
        if audience is None:
            audience = self._audiences[asked.key] = Audience(asked)
            self._count()
        is_new = peer not in audience.peers
        audience.peers[peer] = None
        try:
            shown = await self._first(audience)
        except BaseException:
            if is_new:
                self.unwatch(peer, audience)
            raise
        peer.hand(audience, shown.packet)
        return audience

    def unwatch(self, peer: Peer, audience: Audience) -> None:
        audience.peers.pop(peer, None)
        if not audience.peers and self._audiences.get(audience.key) is audience:
            del self._audiences[audience.key]
            self._count()

    async def snapshot(self, asked: Asked) -> Shown:
        """The view now, for an HTTP answer: it holds every command answered before."""
        return await (await self.begin(asked))()

    async def begin(self, asked: Asked) -> Callable[[], Awaitable[Shown]]:
        """The same in two steps: what is answered needs no database any more."""
        async with self._viewer.moment(asked.store_id) as moment:
            audience = self._audiences.get(asked.key)
            if audience is not None and self._is_fresh(audience, moment) and audience.shown is not None:
                return _at_once(shown_at(asked, moment, audience.shown.view))
            return await self._viewer.begin(asked, moment)

    def sequences(self, audiences: Iterable[Audience]) -> dict[str, int]:
        """The newest seq sent for each of these views, for the heartbeat; without those that fail: their readers ask."""
        return {a.key: a.shown.seq for a in audiences if a.shown is not None and not a.failed}

    def epoch(self, store_id: str) -> str:
        return self._epochs.get(store_id, "")

    async def _first(self, audience: Audience) -> Shown:
        async with audience.lock:
            if audience.shown is None or audience.failed:
                decided = self._viewer.access.version
                async with self._viewer.moment(audience.asked.store_id) as moment:
                    audience.accept(await self._viewer.show(audience.asked, moment))
                    self._cursors.setdefault(moment.store.id, moment.seq)
                    self._epochs.setdefault(moment.store.id, moment.store.epoch)
                    self._decided.setdefault(moment.store.id, decided)
                    self._heads.setdefault(moment.store.id, head_of(moment.store))
            assert audience.shown is not None  # noqa: S101 - accept has just set it
            return audience.shown

    def _is_fresh(self, audience: Audience, moment: Moment) -> bool:
        seen = self._cursors.get(moment.store.id)
        shown = audience.shown
        on_time = not _is_due(audience, moment)
        return seen == moment.seq and shown is not None and not audience.failed and on_time

    async def _run(self) -> None:
        while not self._stopping:
            rang = await self._listener.wait(self._pause())
            begun = perf_counter()
            for store_id in {a.asked.store_id for a in self._audiences.values()}:
                try:
                    await self.catch_up(store_id)
                except Exception as error:
                    complain(error, "publisher failed", store=store_id)
            took = perf_counter() - begun
            if rang:
                self._metrics.push_lag.observe(took)
            await asyncio.sleep(min(took, REST_MAX_SECONDS))

    def _pause(self) -> float:
        dues = [a.due for a in self._audiences.values() if a.due is not None]
        if not dues:
            return POLL_SECONDS
        clock = self._viewer.clock
        seconds = (min(dues) - clock.now()).total_seconds() / clock.speed
        return min(POLL_SECONDS, max(0.05, seconds))

    async def catch_up(self, store_id: str) -> None:
        """Push what the log holds beyond what was pushed, and what the time has touched."""
        async with self._viewer.moment(store_id) as moment:
            decided, head = self._viewer.access.version, head_of(moment.store)
            as_before = decided == self._decided.get(store_id, decided) and head == self._heads.get(store_id, head)
            types = await self._new_types(moment) if as_before else None
            touched = [a for a in self._audiences.values() if a.asked.store_id == store_id and _touched(a, types, moment)]
            for audience in touched:
                async with audience.lock:
                    changed = await self._recompute(audience, moment)
                if changed:
                    await self._hand_out(audience)
            self._cursors[store_id] = moment.seq
            self._decided[store_id], self._heads[store_id] = decided, head
            self._epochs[store_id] = moment.store.epoch
            self._metrics.newest_seq.labels(store_id).set(moment.seq)

    async def _new_types(self, moment: Moment) -> frozenset[str] | None:
        """The kinds of the facts since the last round; None when everything may have changed."""
        seen = self._cursors.get(moment.store.id)
        if seen is None or seen > moment.seq or self._epochs.get(moment.store.id) != moment.store.epoch:
            return None
        if seen == moment.seq:
            return frozenset()
        connection = await moment.session.connection()
        return frozenset(row["type"] for row in await _NEW.all(connection, {"store": moment.store.id, "seen": seen}))

    async def _recompute(self, audience: Audience, moment: Moment) -> bool:
        if audience.shown is not None and audience.shown.epoch == moment.store.epoch and audience.shown.seq > moment.seq:
            return False
        try:
            return audience.accept(await self._viewer.show(audience.asked, moment))
        except Exception as error:
            self._failed(audience, error)
            return False

    def _failed(self, audience: Audience, error: Exception) -> None:
        screen = audience.asked.screen.name
        self._metrics.view_errors.labels(screen).inc()
        if not isinstance(error, Refused):
            log.exception("view failed", screen=screen, exc_info=error)
        if not audience.failed:
            for peer in list(audience.peers):
                peer.tell_error(audience, error)
        audience.failed = True

    async def _hand_out(self, audience: Audience) -> None:
        assert audience.shown is not None  # noqa: S101 - it was recomputed
        message, peers = audience.shown.packet, list(audience.peers)
        for begin in range(0, len(peers), PEERS_AT_ONCE):
            for peer in peers[begin : begin + PEERS_AT_ONCE]:
                peer.hand(audience, message)
            if begin + PEERS_AT_ONCE < len(peers):
                await asyncio.sleep(0)
        self._metrics.pushes.labels(audience.asked.screen.name).inc(len(peers))

    def _count(self) -> None:
        self._metrics.audiences.set(len(self._audiences))


def _at_once(shown: Shown) -> Callable[[], Awaitable[Shown]]:
    async def finish() -> Shown:
        return shown

    return finish


def _is_due(audience: Audience, moment: Moment) -> bool:
    """Whether time has touched the view: it is old, or of a time yet to come, since the clock was set back."""
    if audience.due is None or audience.read_at is None:
        return False
    return moment.now >= audience.due or moment.now < audience.read_at


def _touched(audience: Audience, types: frozenset[str] | None, moment: Moment) -> bool:
    if types is None or audience.failed:
        return True
    if _is_due(audience, moment):
        return True
    return any(event.event_type in types for event in audience.asked.screen.touched_by)
