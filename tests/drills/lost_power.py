"""A disk that remembers which writes were synced, and SQLite on it: at any moment its power can be cut.

A cut keeps of every file what was synced, and of what was written since then any part, sector by sector: none, some or all of
it, in no order, as https://sqlite.org/atomiccommit.html tells of disks. The hub's driver keeps its interface; beneath it apsw's
SQLite runs, because Python's own offers no virtual file system.
"""

from __future__ import annotations

import random
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import apsw

from hub.kernel.inline_sqlite import InlineConnection

SECTOR = 512
"""Bytes that a disk writes wholly or not at all."""


class Recorded:
    """One file: what is safe, and what was done since the last sync."""

    def __init__(self, content: bytes) -> None:
        self.sectors = 0
        self._safe = bytearray(content)
        self._since: list[tuple[int, bytes | None]] = []
        """Bytes written at an offset; None: cut off there."""

    def write(self, at: int, content: bytes) -> None:
        while content:
            room = SECTOR - at % SECTOR
            self._since.append((at, content[:room]))
            self.sectors += 1
            at, content = at + room, content[room:]

    def truncate(self, length: int) -> None:
        self._since.append((length, None))

    def sync(self) -> None:
        for change in self._since:
            _apply(self._safe, *change)
        self._since.clear()

    def after_cut(self, chance: random.Random, survives: float) -> bytes:
        """What the file holds when the power comes back; each unsynced sector `survives` with that probability."""
        left = bytearray(self._safe)
        for change in self._since:
            if chance.random() < survives:
                _apply(left, *change)
        return bytes(left)


def _apply(content: bytearray, at: int, written: bytes | None) -> None:
    if written is None:
        del content[at:]
        return
    content.extend(bytes(max(0, at - len(content))))
    content[at : at + len(written)] = written


class Disk(apsw.VFS):  # type: ignore[misc]
    """Files of the system, recorded. `before` is called before each write and sync, with nothing else going on."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.files: dict[str, Recorded] = {}
        self.lock = threading.RLock()
        self.before: Callable[[], None] = lambda: None
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> _File:  # noqa: N802
        return _File(self, name, flags)

    def written(self, name: str) -> int:
        """Sectors written to the file of that name so far."""
        return sum(file.sectors for path, file in self.files.items() if Path(path).name == name)

    def cut(self, folder: Path, chance: random.Random) -> None:
        """Lay down in `folder` what would be found after a cut at this moment."""
        folder.mkdir(parents=True)
        survives = chance.choice((0.0, 0.5, 0.9, 1.0))
        with self.lock:
            for name, file in self.files.items():
                (folder / Path(name).name).write_bytes(file.after_cut(chance, survives))


class _File(apsw.VFSFile):  # type: ignore[misc]
    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._disk, self._record = disk, None
        if path is not None:
            with disk.lock:
                if path not in disk.files:
                    disk.files[path] = Recorded(Path(path).read_bytes() if Path(path).exists() else b"")
                self._record = disk.files[path]
        super().__init__("", name, flags)

    def xWrite(self, content: bytes, offset: int) -> None:  # noqa: N802
        with self._disk.lock:
            if self._record is not None:
                self._disk.before()
                self._record.write(offset, bytes(content))
            super().xWrite(content, offset)

    def xTruncate(self, length: int) -> None:  # noqa: N802
        with self._disk.lock:
            if self._record is not None:
                self._disk.before()
                self._record.truncate(length)
            super().xTruncate(length)

    def xSync(self, _flags: int) -> None:  # noqa: N802
        """The real disk need not be waited for: it will not lose its power."""
        with self._disk.lock:
            if self._record is not None:
                self._disk.before()
                self._record.sync()


def connecting(disk: Disk, synchronous: str = "FULL") -> Callable[..., Any]:
    """Stands for `inline_sqlite.connect`. `synchronous`: what takes the place of the FULL that the hub asks for."""

    async def connect(database: str, **_options: Any) -> InlineConnection:
        driver: Any = Driver(apsw.Connection(str(database), vfs=disk.name), synchronous)
        return InlineConnection(driver)

    return connect


class Driver:
    """What the hub uses of `sqlite3.Connection`, over apsw."""

    isolation_level: str | None = None

    def __init__(self, connection: apsw.Connection, synchronous: str) -> None:
        self.apsw = connection
        self._synchronous = f"synchronous={synchronous}"

    @property
    def total_changes(self) -> int:
        return int(self.apsw.total_changes())

    @property
    def in_transaction(self) -> bool:
        return bool(self.apsw.in_transaction)

    def create_function(self, name: str, arguments: int, function: Any, *, deterministic: bool = False) -> None:
        self.apsw.create_scalar_function(name, function, arguments, deterministic=deterministic)

    def cursor(self) -> DriverCursor:
        return DriverCursor(self)

    def execute(self, statement: str, parameters: Any = ()) -> DriverCursor:
        return self.cursor().execute(statement, parameters)

    def commit(self) -> None:
        if self.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        if self.in_transaction:
            self.execute("ROLLBACK")

    def close(self) -> None:
        self.apsw.close()

    def said(self, statement: str) -> str:
        return statement.replace("synchronous=FULL", self._synchronous)


class DriverCursor:
    """What the hub uses of `sqlite3.Cursor`; it has all rows at once."""

    arraysize = 1

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._rows: deque[Any] = deque()
        self.description: Any = None
        self.rowcount = -1

    @property
    def lastrowid(self) -> int:
        return int(self._driver.apsw.last_insert_rowid())

    def execute(self, statement: str, parameters: Any = ()) -> DriverCursor:
        cursor = self._driver.apsw.cursor()
        cursor.exec_trace = self._describe
        try:
            self._rows = deque(cursor.execute(self._driver.said(statement), parameters))
        except apsw.Error as error:
            _raise(error)
        finally:
            cursor.close()
        changes = statement.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE")
        self.rowcount = int(self._driver.apsw.changes()) if changes else -1
        return self

    def executemany(self, statement: str, rows: Any) -> DriverCursor:
        done = 0
        for row in rows:
            done += max(0, self.execute(statement, row).rowcount)
        self.rowcount = done
        return self

    def _describe(self, cursor: Any, _statement: str, _parameters: Any) -> bool:
        columns = cursor.get_description()
        self.description = tuple((column[0], *[None] * 6) for column in columns) or None
        return True

    def fetchone(self) -> Any:
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int) -> list[Any]:
        return [self._rows.popleft() for _ in range(min(size, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        rows = list(self._rows)
        self._rows.clear()
        return rows

    def __iter__(self) -> Any:
        return iter(self.fetchall())

    def close(self) -> None:
        self._rows.clear()


def _raise(error: apsw.Error) -> NoReturn:
    kind = sqlite3.IntegrityError if isinstance(error, apsw.ConstraintError) else sqlite3.OperationalError
    raised: Any = kind(str(error))
    raised.sqlite_errorcode = getattr(error, "extendedresult", 1)
    raise raised from error
