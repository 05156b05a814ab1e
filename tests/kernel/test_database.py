"""Scopes that raise when forgotten, readers that cannot write, and syncs that last."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_connection
from sqlalchemy.exc import DBAPIError

from hub.app import Hub
from hub.kernel import database as database_module
from hub.kernel.away import is_worth_another_try
from hub.kernel.database import WAL_MAX_PAGES, Database, StoreScopeMissingError
from hub.kernel.tables import CursorRow, Store


def cursor(follower: str, store_id: str | None = None, seq: int = 1) -> CursorRow:
    return CursorRow(follower=follower, seq=seq, **({"store_id": store_id} if store_id else {}))


async def test_rows_get_their_sessions_store_and_are_seen_in_it_only(hub: Hub, store: str) -> None:
    other = await hub.open_store(name_zh="b", name_en="b")
    for store_id in (store, other):
        async with hub.database.write(store_id) as session:
            session.add(cursor("f"))
    async with hub.database.read(other) as session:
        assert [row.store_id for row in await session.scalars(select(CursorRow))] == [other]
        assert await session.get(CursorRow, (store, "f")) is None


async def test_count_counts_its_own_store_only(hub: Hub, store: str) -> None:
    other = await hub.open_store(name_zh="b", name_en="b")
    for store_id in (store, other):
        async with hub.database.write(store_id) as session:
            session.add(cursor("f"))
    async with hub.database.read(store) as session:
        assert await session.scalar(select(func.count()).select_from(CursorRow)) == 1
        assert await session.scalar(select(func.max(CursorRow.seq))) == 1
        within = select(CursorRow.follower).subquery()
        assert await session.scalar(select(func.count()).select_from(within)) == 1
        assert await session.scalar(select(select(CursorRow).exists())) is True


async def test_change_reaches_its_own_store_only(hub: Hub, store: str) -> None:
    other = await hub.open_store(name_zh="b", name_en="b")
    for store_id in (store, other):
        async with hub.database.write(store_id) as session:
            session.add(cursor("f"))
    async with hub.database.write(store) as session:
        await session.execute(update(CursorRow).values(seq=7))
    async with hub.database.read(other) as session:
        assert (await session.scalars(select(CursorRow.seq))).all() == [1]


async def test_rows_read_anew_are_read_within_their_store(hub: Hub, store: str) -> None:
    other = await hub.open_store(name_zh="b", name_en="b")
    for store_id, seq in ((store, 1), (other, 2)):
        async with hub.database.write(store_id) as session:
            session.add(cursor("f", seq=seq))
    async with hub.database.read(other) as session:
        row = (await session.scalars(select(CursorRow).where(CursorRow.seq > bindparam("least")), {"least": 0})).one()
        await session.refresh(row)
        session.expire(row)
        assert await session.run_sync(lambda _: row.seq) == 2
        again = await session.scalars(select(CursorRow).execution_options(populate_existing=True))
        assert again.all() == [row]


async def test_query_without_a_store_raises(hub: Hub, store: str) -> None:
    with pytest.raises(StoreScopeMissingError):
        async with hub.database.read(None) as session:
            await session.scalars(select(CursorRow))
    with pytest.raises(StoreScopeMissingError):
        async with hub.database.read(None) as session:
            await session.scalar(select(func.count()).select_from(CursorRow))


async def test_row_of_another_store_is_refused(hub: Hub, store: str) -> None:
    with pytest.raises(StoreScopeMissingError):
        async with hub.database.write(store) as session:
            session.add(cursor("f", "f" * 32))


async def test_readers_cannot_write(hub: Hub, store: str) -> None:
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        async with hub.database.read(store) as session:
            await session.execute(update(Store).values(name_en="x"))


async def test_reader_sees_one_moment(hub: Hub, store: str) -> None:
    async with hub.database.read(store) as session:
        before = await session.scalar(select(Store.name_en))
        async with hub.database.write(store) as writing:
            await writing.execute(update(Store).values(name_en="changed meanwhile"))
        assert await session.scalar(select(Store.name_en)) == before
    async with hub.database.read(store) as session:
        assert await session.scalar(select(Store.name_en)) == "changed meanwhile"


async def test_failed_write_leaves_nothing(hub: Hub, store: str) -> None:
    async def fail() -> None:
        async with hub.database.write(store) as session:
            await session.execute(update(Store).values(name_en="x"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with hub.database.read(store) as session:
        assert await session.scalar(select(Store.name_en)) == "Celadon"


async def test_read_modify_write_loses_nothing(hub: Hub, store: str) -> None:
    """On SQLite a lazy BEGIN would lose or refuse some of these; on PostgreSQL who reads to change locks the row."""
    async with hub.database.write(store) as session:
        session.add(cursor("count", seq=0))

    async def add_one() -> None:
        async with hub.database.write(store) as session:
            row = await session.get_one(CursorRow, (store, "count"), with_for_update=True)
            await asyncio.sleep(0)
            row.seq += 1

    await asyncio.gather(*(add_one() for _ in range(50)))
    async with hub.database.read(store) as session:
        assert (await session.get_one(CursorRow, (store, "count"))).seq == 50


@pytest.mark.sqlite  # its own settings
@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)])
async def test_writer_syncs_fully(hub: Hub, pragma: str, value: object) -> None:
    async with hub.database.write(None) as session:
        assert await session.scalar(text(f"PRAGMA {pragma}")) == value


@pytest.mark.sqlite  # as above
async def test_only_the_writer_makes_checkpoints(hub: Hub) -> None:
    async with hub.database.read(None) as session:
        assert await session.scalar(text("PRAGMA wal_autocheckpoint")) == 0
    async with hub.database.write(None) as session:
        assert await session.scalar(text("PRAGMA wal_autocheckpoint")) == WAL_MAX_PAGES


@pytest.fixture
async def pooled(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(postgres_url)
    yield database
    await database.close()


async def _pid(database: Database) -> int:
    async with database.read(None) as session:
        return int(await session.scalar(text("SELECT pg_backend_pid()")) or 0)


async def test_a_connection_that_the_server_ended_is_replaced_unasked(pooled: Database) -> None:
    ended = await _pid(pooled)
    async with pooled.write(None) as session:
        assert await session.scalar(text(f"SELECT pg_terminate_backend({ended}, 5000)"))
    await asyncio.sleep(0.1)  # until the end has come through
    assert await _pid(pooled) != ended


@pytest.mark.parametrize("quiet", [0.0, 60.0])
async def test_only_a_quiet_connection_is_asked(pooled: Database, quiet: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "QUIET_SECONDS", quiet)
    asked: list[Any] = []
    ping = AsyncAdapt_asyncpg_connection.ping
    monkeypatch.setattr(AsyncAdapt_asyncpg_connection, "ping", lambda self: (asked.append(self), ping(self)))
    first = await _pid(pooled)
    assert asked == []
    assert await _pid(pooled) == first
    assert len(asked) == (1 if quiet == 0.0 else 0)


def test_a_driver_that_has_read_the_servers_goodbye_is_told_from_a_fault_of_ours() -> None:
    assert is_worth_another_try(asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"))
    assert not is_worth_another_try(ValueError("ours"))
