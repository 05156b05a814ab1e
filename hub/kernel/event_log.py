"""The log: facts numbered per store without gaps, hash-chained, written with the change that they report."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.access import Actor
from hub.kernel.events import Event, Recorded
from hub.kernel.tables import EventRow

_FACT = [getattr(EventRow, name) for name in Recorded.model_fields]


def chain_hash(previous: str, fact: Recorded) -> str:
    """SHA-256 over the previous hash and the fact's canonical JSON (sorted keys, times in ISO 8601)."""
    body = orjson.dumps(fact.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(previous.encode() + body).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a store's log: the newest fact's number and hash."""

    seq: int
    digest: str


def numbered(
    store_id: str,
    head: Head,
    facts: Sequence[Event],
    *,
    actor: Actor,
    command: str,
    command_id: str,
    at: datetime,
) -> tuple[list[dict[str, Any]], Head]:
    """The facts as rows of the log, numbered after `head`, and the new head."""
    rows, seq, digest = [], head.seq, head.digest
    for event in facts:
        seq += 1
        fact = Recorded(
            store_id=store_id,
            seq=seq,
            type=event.event_type,
            version=event.version,
            at=at,
            actor_kind=actor.kind,
            actor_id=actor.id,
            device_id=actor.device_id,
            command=command,
            command_id=command_id,
            data=event.model_dump(mode="json"),
        )
        previous, digest = digest, chain_hash(digest, fact)
        rows.append({**fact.model_dump(), "previous": previous, "hash": digest})
    return rows, Head(seq, digest)


async def since(session: AsyncSession, seq: int, limit: int = 500) -> list[Recorded]:
    """The facts after `seq`, oldest first, at most `limit`."""
    rows = await session.execute(select(*_FACT).where(EventRow.seq > seq).order_by(EventRow.seq).limit(limit))
    return [Recorded(**row) for row in rows.mappings()]


class Bell:
    """Rings when a store's log has grown; the log itself is the truth, so a lost ring only costs the poll's delay."""

    def __init__(self) -> None:
        self._seq: dict[str, int] = {}
        self._listeners: dict[Listener, None] = {}
        """Woken in the order in which they came: the screens before those who think about what happened."""
        self.on_ring: list[Callable[[str, int], None]] = []
        """Called with what this process rings; what it hears of others is told to nobody again."""

    def ring(self, store_id: str, seq: int) -> None:
        """This process has written the log up to `seq`."""
        self.hear(store_id, seq)
        for tell in self.on_ring:
            tell(store_id, seq)

    def hear(self, store_id: str, seq: int) -> None:
        """Somebody has written the log up to `seq`."""
        self._seq[store_id] = max(seq, self._seq.get(store_id, 0))
        self.stir()

    def stir(self) -> None:
        """Wake everybody who waits: something may have happened that nobody rang for."""
        for listener in self._listeners:
            listener.wake()

    def newest(self) -> dict[str, int]:
        """The newest number heard of, per store."""
        return dict(self._seq)

    def listen(self) -> Listener:
        listener = Listener(lambda gone: self._listeners.pop(gone, None))
        self._listeners[listener] = None
        return listener


class Listener:
    """One waiter at the bell; a ring between two waits is not lost. A bare future: a ring wakes the waiter in one step."""

    def __init__(self, leave: Callable[[Listener], object]) -> None:
        self._leave = leave
        self._rang = False
        self._waiter: asyncio.Future[None] | None = None

    async def wait(self, timeout: float) -> bool:  # noqa: ASYNC109 - the poll's interval
        """True when the bell rang, False when `timeout` seconds passed."""
        if not self._rang:
            loop = asyncio.get_running_loop()
            self._waiter = loop.create_future()
            timer = loop.call_later(timeout, self._stir)
            try:
                await self._waiter
            finally:
                timer.cancel()
                self._waiter = None
        rang, self._rang = self._rang, False
        return rang

    def wake(self) -> None:
        """The bell rang, or the wait must end."""
        self._rang = True
        self._stir()

    def _stir(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def close(self) -> None:
        self._leave(self)
