"""SQLite in the event loop's own thread: quick, durable, patient with other processes' locks."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hub.kernel import inline_sqlite, writing
from hub.kernel.database import Database
from hub.kernel.errors import READ_ONLY, Refused


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(f"sqlite+aiosqlite:///{tmp_path / 'inline.sqlite3'}")
    async with made.write(None) as session:
        await session.execute(text("CREATE TABLE t (n INTEGER)"))
    yield made
    await made.close()


async def count(database: Database) -> int:
    async with database.read(None) as session:
        return int(await session.scalar(text("SELECT count(*) FROM t")) or 0)


async def insert(database: Database, number: int) -> None:
    async with database.write(None) as session:
        await session.execute(text("INSERT INTO t VALUES (:n)"), {"n": number})


async def test_only_the_commit_of_a_change_leaves_the_thread(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    here, seen = threading.get_ident(), []
    async with database.writer.connect() as connection:
        raw = await connection.get_raw_connection()
        inline = raw.driver_connection
        assert isinstance(inline, inline_sqlite.InlineConnection)
        inline._conn.set_trace_callback(lambda statement: seen.append((statement.split()[0], threading.get_ident() == here)))
        await connection.execute(text("INSERT INTO t VALUES (1)"))
        await connection.commit()
        await connection.execute(text("SELECT 1"))
        await connection.commit()
        inline._conn.set_trace_callback(None)
    assert seen == [
        ("BEGIN", True), ("INSERT", True), ("COMMIT", False), ("BEGIN", True), ("SELECT", True), ("COMMIT", True)
    ]  # fmt: skip


async def test_other_processes_lock_is_waited_for_without_blocking_the_loop(database: Database, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "inline.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO t VALUES (7)")

    writing = asyncio.create_task(insert(database, 1))
    for _ in range(30):
        await asyncio.sleep(0.01)
    assert not writing.done()
    other.execute("COMMIT")
    other.close()
    await asyncio.wait_for(writing, 20)
    assert await count(database) == 2


async def test_lock_that_is_never_given_up_is_an_error(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inline_sqlite, "LOCK_WAIT_SECONDS", 0.1)
    monkeypatch.setattr(writing, "PROBE_SECONDS", 0.02)
    other = sqlite3.connect(tmp_path / "inline.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Refused) as refused:
        await insert(database, 2)
    assert refused.value.kind is READ_ONLY
    assert "locked" in str(refused.value.__cause__)
    other.close()
    while database.writing.cause is not None:
        await asyncio.sleep(0.01)
    await insert(database, 1)
    assert await count(database) == 1


async def test_cancelled_commit_leaves_a_usable_connection(database: Database) -> None:
    for number in range(20):
        writing = asyncio.create_task(insert(database, number))
        await asyncio.sleep(0.0005 * (number % 5))
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
    await insert(database, 100)
    async with database.read(None) as session:
        kept = set((await session.execute(text("SELECT n FROM t"))).scalars())
    assert 100 in kept


async def test_what_is_committed_survives_the_loss_of_the_process(database: Database, tmp_path: Path) -> None:
    async with database.write(None) as session:
        await session.execute(text("INSERT INTO t VALUES (1)"))
    beside = sqlite3.connect(tmp_path / "inline.sqlite3")
    assert beside.execute("SELECT count(*) FROM t").fetchone() == (1,)
    beside.close()


async def test_closed_connection_closes_twice_quietly(tmp_path: Path) -> None:
    connection = await inline_sqlite.connect(str(tmp_path / "x.sqlite3"))
    await connection.close()
    await connection.close()
    with pytest.raises(sqlite3.ProgrammingError):
        connection.cursor()


def in_the_file_itself(folder: Path) -> int:
    """Rows that a copy of the database without its log holds."""
    alone = folder / "alone.sqlite3"
    alone.write_bytes((folder / "inline.sqlite3").read_bytes())
    connection = sqlite3.connect(alone)
    try:
        return int(connection.execute("SELECT count(*) FROM t").fetchone()[0])
    except sqlite3.DatabaseError:  # not even the table, or copied in the middle of a page
        return 0
    finally:
        connection.close()


async def test_no_commit_copies_the_log_back(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inline_sqlite, "COPY_COMMITS", 3)
    monkeypatch.setattr(inline_sqlite, "COPY_IDLE_SECONDS", 600.0)
    for number in range(4):
        await insert(database, number)
    assert in_the_file_itself(tmp_path) == 0


async def test_log_is_copied_back_while_nobody_writes(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inline_sqlite, "COPY_COMMITS", 3)
    monkeypatch.setattr(inline_sqlite, "COPY_IDLE_SECONDS", 0.05)
    for number in range(4):
        await insert(database, number)
    async with asyncio.timeout(20):
        while in_the_file_itself(tmp_path) != 4:
            await asyncio.sleep(0.02)
    await insert(database, 5)
    assert await count(database) == 5


async def test_short_log_is_left_alone(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inline_sqlite, "COPY_IDLE_SECONDS", 0.05)
    for number in range(4):
        await insert(database, number)
    await asyncio.sleep(0.3)
    assert in_the_file_itself(tmp_path) == 0
    await insert(database, 5)
    assert await count(database) == 5


async def test_who_writes_while_the_log_is_copied_waits_for_it(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    copy, copying, go_on = inline_sqlite._copy, threading.Event(), threading.Event()

    def slow(connection: sqlite3.Connection) -> None:
        copying.set()
        go_on.wait(60)
        copy(connection)

    monkeypatch.setattr(inline_sqlite, "_copy", slow)
    monkeypatch.setattr(inline_sqlite, "COPY_COMMITS", 1)
    monkeypatch.setattr(inline_sqlite, "COPY_IDLE_SECONDS", 0.0)
    await insert(database, 1)
    while not copying.is_set():
        await asyncio.sleep(0.01)
    writing = asyncio.create_task(insert(database, 2))
    for _ in range(30):  # the loop goes on, or the copy would not be let go on either
        await asyncio.sleep(0.005)
        assert await count(database) == 1, "readers do not wait"
    assert not writing.done()
    go_on.set()
    await asyncio.wait_for(writing, 20)
    assert await count(database) == 2


class Touchy:
    """A connection that two threads may not use at once, with a slow disk."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._real, self._lock, self.disturbed = connection, threading.Lock(), 0

    def commit(self) -> None:
        with self._lock:
            time.sleep(0.2)
            self._real.commit()

    @property
    def in_transaction(self) -> bool:
        self.disturbed += self._lock.locked()
        return self._real.in_transaction

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


async def test_log_is_not_looked_at_while_a_change_goes_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inline_sqlite, "COPY_COMMITS", 1)
    monkeypatch.setattr(inline_sqlite, "COPY_IDLE_SECONDS", 0.05)
    driver = Touchy(sqlite3.connect(tmp_path / "touchy.sqlite3", check_same_thread=False, isolation_level=None))
    connection = inline_sqlite.InlineConnection(driver)  # type: ignore[arg-type]
    driver.execute("CREATE TABLE t (n INTEGER)")
    for number in range(2):
        driver.execute("BEGIN")
        driver.execute("INSERT INTO t VALUES (?)", (number,))
        await connection.commit()
    await asyncio.sleep(0.2)
    assert driver.disturbed == 0
    await connection.close()
