"""SQLite without a thread between: an aiosqlite connection's interface over `sqlite3`, statements run where they are asked.

A statement of the floor takes some ten microseconds, a hop to a driver's thread and back ten times that, and a command has
thirty of them. Only the commit of a change waits for the disk, so only it goes to a thread. A lock that another process holds
is waited for without blocking the event loop.

The log of changes (WAL) is copied into the database when nobody writes, not within the commit that made it long: that commit
would wait for two more syncs and some hundred pages.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

LOCK_WAIT_SECONDS = 5.0
LOCK_LOOK_SECONDS = 0.005

COPY_COMMITS = 100
"""After this many commits the log is copied back, as soon as nobody has written for `COPY_IDLE_SECONDS`."""

COPY_IDLE_SECONDS = 0.1

ResultT = TypeVar("ResultT")


async def connect(database: str, **options: Any) -> InlineConnection:
    """Open the file; takes what SQLAlchemy's dialect hands to a driver."""
    options.update(check_same_thread=False, timeout=0.0)
    return InlineConnection(sqlite3.connect(database, **options))


class InlineConnection:
    """What SQLAlchemy's adapter for aiosqlite asks of a connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._conn = connection
        self._open = True
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="commit")
        self._changes = connection.total_changes
        self._commits = 0
        self._committing = False
        self._idle: asyncio.TimerHandle | None = None
        self._copying: asyncio.Future[Any] | None = None
        self._tx = _Immediately()

    @property
    def _connection(self) -> sqlite3.Connection | None:
        return self._conn if self._open else None

    @property
    def straight(self) -> sqlite3.Connection:
        """The driver's own connection, for who asks within a transaction that holds its lock already."""
        return self._conn

    @property
    def isolation_level(self) -> str | None:
        return self._conn.isolation_level

    def cursor(self) -> InlineCursor:
        return InlineCursor(self, self._conn.cursor())

    async def create_function(self, *args: Any, **kwargs: Any) -> None:
        self._conn.create_function(*args, **kwargs)

    async def commit(self) -> None:
        """Returns when the change is on the disk."""
        if self._conn.total_changes == self._changes:
            self._conn.commit()
            return
        loop = asyncio.get_running_loop()
        self._committing = True
        try:
            await _to_the_end(loop.run_in_executor(self._disk, self._conn.commit))
        finally:
            self._committing = False
        self._changes = self._conn.total_changes
        self._commits += 1
        if self._commits >= COPY_COMMITS and self._idle is None:
            self._idle = loop.call_later(COPY_IDLE_SECONDS, self._copy_back, loop, self._commits)

    def _copy_back(self, loop: asyncio.AbstractEventLoop, commits: int) -> None:
        """Copy the log into the database, unless somebody writes or has written meanwhile: then later."""
        self._idle = None
        if self._committing or self._conn.in_transaction or self._commits != commits:
            self._idle = loop.call_later(COPY_IDLE_SECONDS, self._copy_back, loop, self._commits)
            return
        self._commits = 0
        self._copying = loop.run_in_executor(self._disk, _copy, self._conn)

    @property
    def busy(self) -> bool:
        """Whether who wants to use the connection has to wait until it is `ready`."""
        return self._copying is not None and not self._copying.done()

    async def ready(self) -> None:
        """Returns when the connection may be used."""
        if self._copying is not None:
            await _to_the_end(self._copying)

    async def rollback(self) -> None:
        self._conn.rollback()
        self._changes = self._conn.total_changes

    async def close(self) -> None:
        self.stop()

    def stop(self) -> None:
        if self._open:
            self._open = False
            if self._idle is not None:
                self._idle.cancel()
            self._disk.shutdown(wait=True)
            self._conn.close()


class InlineCursor:
    """What SQLAlchemy's adapter for aiosqlite asks of a cursor."""

    def __init__(self, owner: InlineConnection, cursor: sqlite3.Cursor) -> None:
        self._owner = owner
        self._cursor = cursor

    async def __aenter__(self) -> InlineCursor:
        return self

    @property
    def description(self) -> Any:
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    @property
    def arraysize(self) -> int:
        return self._cursor.arraysize

    @arraysize.setter
    def arraysize(self, value: int) -> None:
        self._cursor.arraysize = value

    async def execute(self, statement: str, parameters: Any = ()) -> InlineCursor:
        await self._owner.ready()
        await _unlocked(lambda: self._cursor.execute(statement, parameters))
        return self

    async def executemany(self, statement: str, parameters: Any) -> InlineCursor:
        await self._owner.ready()
        await _unlocked(lambda: self._cursor.executemany(statement, parameters))
        return self

    async def fetchone(self) -> Any:
        return self._cursor.fetchone()

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        return self._cursor.fetchmany(self._cursor.arraysize if size is None else size)

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()


class _Immediately:
    """Stands for the queue of a driver's thread."""

    @staticmethod
    def put_nowait(job: tuple[asyncio.Future[Any], Callable[[], Any]]) -> None:
        future, function = job
        try:
            future.set_result(function())
        except Exception as error:
            future.set_exception(error)


async def _unlocked(act: Callable[[], ResultT]) -> ResultT:
    """Do it as soon as nobody else holds the lock.

    Raises:
        sqlite3.OperationalError: still locked after `LOCK_WAIT_SECONDS`, or another fault.
    """
    loop = asyncio.get_running_loop()
    ends = 0.0
    while True:
        try:
            return act()
        except sqlite3.OperationalError as error:
            ends = ends or loop.time() + LOCK_WAIT_SECONDS
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or loop.time() >= ends:
                raise
        await asyncio.sleep(LOCK_LOOK_SECONDS)


def _copy(connection: sqlite3.Connection) -> None:
    """Passive: waits for no reader, leaves to the next time what one still needs. What fails here fails a commit later, which
    tells it."""
    with suppress(sqlite3.Error):
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


async def _to_the_end(future: asyncio.Future[ResultT]) -> ResultT:
    """Wait also when cancelled: a connection must not be used while its commit is on the way."""
    cancelled: asyncio.CancelledError | None = None
    while not future.done():
        try:
            await asyncio.wait([future])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        future.exception()
        raise cancelled
    return future.result()
