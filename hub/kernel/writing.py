"""Whether the store can be written at present. After a full disk, a fault of the disk or a lock that stays, the hub shows what
it has, refuses every change with the cause, and tries by itself until a write succeeds.

A failed commit is acknowledged to nobody; what comes next is refused before it is begun, so that no sender waits for a disk
that is known to be gone.
"""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic
from typing import Literal

import structlog
from sqlalchemy.exc import DBAPIError

from hub.kernel.errors import READ_ONLY, Refused

Cause = Literal["disk_full", "disk_fault", "locked", "protected", "damaged"]

PROBE_SECONDS = 1.0
"""Between two tries to write; each costs a sync where the disk is well."""

PROBE_BYTES = 256 * 1024
"""A disk that takes this much again takes many commands; a smaller probe would flap at the edge."""

_SQLITE: dict[int, Cause] = {
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_IOERR: "disk_fault",
    sqlite3.SQLITE_CANTOPEN: "disk_fault",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_READONLY: "protected",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
}
"""By primary result code (the lowest byte), https://sqlite.org/rescode.html."""

_POSTGRESQL: dict[str, Cause] = {
    "53100": "disk_full",
    "58030": "disk_fault",
    "25006": "protected",
    "XX001": "damaged",
    "XX002": "damaged",
}
"""By SQLSTATE, appendix A of PostgreSQL's manual."""

_OS: dict[int, Cause] = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EIO: "disk_fault",
    errno.EFBIG: "disk_full",
    errno.EROFS: "protected",
    errno.EACCES: "protected",
}

log = structlog.get_logger(__name__)


def cause_of(error: BaseException) -> Cause | None:
    """Why nothing can be written, where the error or what led to it says so; None for a broken constraint and the like.

    SQLite undoes the whole transaction when its disk is full: what is heard last is then that a savepoint is gone.
    """
    known: BaseException | None = error
    while known is not None:
        cause = _said_by(known)
        if cause is not None:
            return cause
        known = known.__cause__ or known.__context__
    return "disk_fault" if "no such savepoint" in str(error) else None  # the next try to write tells which fault it is


def _said_by(error: BaseException) -> Cause | None:
    if isinstance(error, OSError):
        return _OS.get(error.errno or 0)
    fault = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(fault, "sqlite_errorcode", None)
    if isinstance(code, int):
        return _SQLITE.get(code & 0xFF)
    return _POSTGRESQL.get(str(getattr(fault, "sqlstate", "")))


def is_read_only(error: BaseException) -> bool:
    """Whether a refusal only says what was logged when the hub went read-only."""
    return isinstance(error, Refused) and error.kind is READ_ONLY


LOST_PROBES = 5
"""After so many tries in a row that say that the open files are lost, a new process looks at the store."""


class FilesLostError(Exception):
    """The folder takes files, and the open ones of the store do not: they belong to a disk that was pulled, or mounted anew."""


class Writing:
    """The switch. `probe` writes and raises where that fails; what is damaged is not written again: a restart looks at it.
    `look_afresh` tells whether a process that opens the store now finds it sound."""

    def __init__(self, probe: Callable[[], Awaitable[None]], look_afresh: Callable[[], Awaitable[bool]]) -> None:
        self._probe = probe
        self._look_afresh = look_afresh
        self._healing: asyncio.Task[None] | None = None
        self._since = 0.0
        self._lost = 0
        self.cause: Cause | None = None
        self.files_lost = False
        """Whether no try will ever succeed here and a new process can go on: the store is sound, and the files that are open
        are those of a disk that was pulled."""

    def require(self) -> None:
        """Raises Refused `read_only` with the cause while nothing can be written."""
        if self.cause is not None:
            raise Refused(READ_ONLY, cause=self.cause)

    def note(self, error: BaseException) -> Refused | None:
        """Learn from an error of writing; the refusal to answer with where it makes the hub read-only."""
        cause = cause_of(error)
        if cause is None:
            return None
        if self.cause is None:
            self._since = monotonic()
            log.error("the hub is read-only", cause=cause)
        if self.cause != "damaged":
            self.cause = cause
        if self._healing is None or self._healing.done():
            self._healing = asyncio.get_running_loop().create_task(self._heal(), name="write probe")
        return Refused(READ_ONLY, cause=cause)

    async def close(self) -> None:
        if self._healing is not None:
            self._healing.cancel()
            await asyncio.gather(self._healing, return_exceptions=True)

    async def _heal(self) -> None:
        while self.cause is not None and not self.files_lost:
            await asyncio.sleep(PROBE_SECONDS)
            try:
                await self._probe()
            except Exception as error:
                if self.cause != "damaged":
                    self.cause = cause_of(error) or self.cause
                await self._count_lost(error)
                continue
            self._lost = 0
            log.warning("the hub takes changes again", cause=self.cause, seconds=round(monotonic() - self._since, 1))
            self.cause = None

    async def _count_lost(self, error: Exception) -> None:
        self._lost = self._lost + 1 if isinstance(error, FilesLostError) else 0
        if self._lost and self._lost % LOST_PROBES == 0 and await self._look_afresh():
            self.files_lost = True
            log.error("the store is sound, and its open files are lost: it takes a new process", cause=self.cause)


def try_disk(folder: Path) -> None:
    """Write and sync a small file beside the database, and remove it. Raises OSError."""
    path = folder / f".probe-{os.getpid()}"
    try:
        with path.open("wb") as file:
            file.write(bytes(PROBE_BYTES))
            file.flush()
            os.fsync(file.fileno())
    finally:
        path.unlink(missing_ok=True)
