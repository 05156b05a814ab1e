"""Several hub processes on one PostgreSQL database: they wake each other, and share out the stores' standing work.

One connection per process carries both. *Wakes*: after a commit the process tells the others `store:seq` by NOTIFY, so that
they read the log at once; the log is the truth, and whoever missed a wake polls. The wake is sent beside the command's
transaction, because a NOTIFY inside it would make the commits of all stores wait for each other. *Duties*: each store has one
process that follows, plans and runs jobs for it, the holder of the store's advisory lock. The server frees the lock when the
holder's connection ends, or when a frozen holder has said nothing for `SILENT_SECONDS`.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import asyncpg
import structlog
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from hub.kernel.ending import end
from hub.kernel.event_log import Bell

CHANNEL = "salon_hub_log"
MOVED = "*"
"""On the channel instead of `store:seq`: somebody has gone, look at once whose work is free."""

TOLD_AT_ONCE = 100
"""Stores in one message: well below the 8,000 bytes that NOTIFY takes."""

PRESENCE, DUTY = 0x5A11, 0x5A12
"""Classes of advisory locks: a shared one says that a process lives, an exclusive one that a store's work is done."""

ROUND_SECONDS = 1.0
"""How often the work is shared out anew; a dead process's stores wait for it this long."""

SILENT_SECONDS = 10
ANSWER_SECONDS = 5.0
AGAIN_FIRST_SECONDS = 0.1
AGAIN_MOST_SECONDS = 5.0

_LOCKS = f"""
    SELECT pid, classid::bigint AS class, objid::bigint AS key FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND classid IN ({PRESENCE}, {DUTY})
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""  # noqa: S608 - two numbers of this module # nosec B608

log = structlog.get_logger(__name__)


class Neighbours:
    """This process among those that share its database; a `Duties`."""

    def __init__(self, url: str, bell: Bell) -> None:
        self._url = url
        self._bell = bell
        bell.on_ring.append(self.tell)
        self._untold: dict[str, int] = {}
        self._wanted = asyncio.Event()
        self._look = False
        self._held: dict[str, int] = {}
        self._terms: Counter[str] = Counter()
        self._busy: Counter[str] = Counter()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self.living = 0
        """Processes that share the database, this one included; 0 while it is out of hearing."""

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="neighbours")

    async def close(self) -> None:
        """Give the duties back and leave."""
        self._stopping = True
        self._wanted.set()
        if self._task is not None:
            await end([self._task])

    def tell(self, store_id: str, seq: int) -> None:
        """This process has written the store's log up to `seq`."""
        if self.living > 1:
            self._untold[store_id] = seq
            self._wanted.set()

    async def stores(self) -> dict[str, int]:
        return dict(self._held)

    @contextmanager
    def working(self, store_id: str) -> Iterator[bool]:
        self._busy[store_id] += 1
        try:
            yield store_id in self._held
        finally:
            self._busy[store_id] -= 1

    async def _run(self) -> None:
        pause = AGAIN_FIRST_SECONDS
        while not self._stopping:
            try:
                async with self._connected() as connection:
                    pause = AGAIN_FIRST_SECONDS
                    await self._stay(connection)
            except Exception as error:  # whatever it was: who does not come back does no store's work any more
                log.warning("out of the neighbours' hearing", reason=str(error)[:200] or type(error).__name__)
            self._lose(self._held)
            self.living = 0
            if not self._stopping:
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - so that not all come back at once
                pause = min(2 * pause, AGAIN_MOST_SECONDS)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[asyncpg.Connection]:
        alone = {
            "application_name": f"salon-hub neighbours {os.getpid()}",
            "idle_session_timeout": str(SILENT_SECONDS * 1000),
            # A NOTIFY counts as a change: what a crash may forget should not wait for the disk.
            "synchronous_commit": "off",
        }
        engine = create_async_engine(
            self._url, poolclass=NullPool, connect_args={"timeout": ANSWER_SECONDS, "server_settings": alone}
        )
        async with engine.connect() as pooled:
            connection: Any = (await pooled.get_raw_connection()).driver_connection
            try:
                yield connection
            finally:
                # At once, with its locks, and without waiting for a server that may not answer.
                connection.terminate()
                await pooled.invalidate()

    async def _stay(self, connection: asyncpg.Connection) -> None:
        connection.add_termination_listener(lambda _: self._wanted.set())
        await connection.add_listener(CHANNEL, self._heard)
        await connection.execute(f"SELECT pg_advisory_lock_shared({PRESENCE}, 0)", timeout=ANSWER_SECONDS)
        self._bell.stir()  # whatever was rung meanwhile was not heard here
        due = 0.0
        while not self._stopping:
            self._wanted.clear()
            if connection.is_closed():
                raise ConnectionResetError("the database hung up")
            await self._tell_all(connection)
            if self._look or time.monotonic() >= due:
                self._look, due = False, time.monotonic() + ROUND_SECONDS
                await self._share_out(connection)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), max(0.0, due - time.monotonic()))
        await connection.execute("SELECT pg_advisory_unlock_all()", timeout=ANSWER_SECONDS)
        await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, MOVED, timeout=ANSWER_SECONDS)

    def _heard(self, connection: asyncpg.Connection, pid: int, _channel: str, payload: str) -> None:
        if pid == connection.get_server_pid():
            return
        if payload == MOVED:
            self._look = True
            self._wanted.set()
            return
        for word in payload.split(","):
            store_id, _, seq = word.partition(":")
            if seq.isdecimal():
                self._bell.hear(store_id, int(seq))

    async def _tell_all(self, connection: asyncpg.Connection) -> None:
        while self._untold:
            some = [f"{store_id}:{self._untold.pop(store_id)}" for store_id in list(self._untold)[:TOLD_AT_ONCE]]
            await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, ",".join(some), timeout=ANSWER_SECONDS)

    async def _share_out(self, connection: asyncpg.Connection) -> None:
        """Take free stores up to a fair share, give back what is beyond it and not being worked on."""
        stores = [row["id"] for row in await connection.fetch("SELECT id FROM store", timeout=ANSWER_SECONDS)]
        locks = await connection.fetch(_LOCKS, timeout=ANSWER_SECONDS)
        me = connection.get_server_pid()
        self.living = sum(1 for lock in locks if lock["class"] == PRESENCE)
        by_key: dict[int, list[str]] = {}
        for store_id in stores:
            by_key.setdefault(lock_key(store_id), []).append(store_id)
        taken = {lock["key"] for lock in locks if lock["class"] == DUTY}
        mine = {lock["key"] for lock in locks if lock["class"] == DUTY and lock["pid"] == me}
        share = -(-len(by_key) // max(1, self.living))
        free = [key for key in by_key if key not in taken]
        random.shuffle(free)
        for key in free[: max(0, share - len(mine))]:
            if await connection.fetchval(f"SELECT pg_try_advisory_lock({DUTY}, $1)", signed(key), timeout=ANSWER_SECONDS):
                mine.add(key)
        given = [key for key in mine if key not in by_key or not any(self._busy[s] for s in by_key[key])]
        for key in given[: max(0, len(mine) - share)]:
            mine.discard(key)
            self._lose(by_key.get(key, ()))
            await connection.execute(f"SELECT pg_advisory_unlock({DUTY}, $1)", signed(key), timeout=ANSWER_SECONDS)
        self._hold({store_id for key in mine for store_id in by_key.get(key, ())})

    def _hold(self, stores: set[str]) -> None:
        self._lose([store_id for store_id in self._held if store_id not in stores])
        for store_id in stores - self._held.keys():
            self._terms[store_id] += 1
            self._held[store_id] = self._terms[store_id]
            log.info("on duty", store=store_id)
            self._bell.stir()

    def _lose(self, stores: Iterator[str] | Any) -> None:
        for store_id in list(stores):
            if self._held.pop(store_id, None) is not None:
                log.info("off duty", store=store_id)


def lock_key(store_id: str) -> int:
    """A store's advisory lock, as `pg_locks` shows it (unsigned). Two stores with one key share their process."""
    return int.from_bytes(hashlib.blake2b(store_id.encode(), digest_size=4).digest())


def signed(key: int) -> int:
    """The same 32 bits as PostgreSQL's lock functions take them."""
    return key - 2**32 if key >= 2**31 else key
