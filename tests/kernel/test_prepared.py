"""Statements that go straight to the driver: the same rows, the same values, the same errors as SQLAlchemy's own way."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from hub.kernel.database import Database
from hub.kernel.prepared import Prepared
from hub.kernel.tables import AnswerRow, Base

TABLE = AnswerRow.metadata.tables["command_answer"]
ROW = {
    "store_id": "s",
    "command_id": "c",
    "actor": "staff:王雅琴 🙂",
    "command": "board.order",
    "body_hash": "0" * 64,
    "seq": 7,
    "answer": {"deep": [1, None, "é"]},
    "at": datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
}
FIND = select(TABLE).where(TABLE.c.store_id == bindparam("store"), TABLE.c.command_id == bindparam("command"))


@pytest.fixture
async def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'store.sqlite3'}")
    async with database.writer.begin() as connection:
        await connection.run_sync(lambda sync: Base.metadata.create_all(sync, [TABLE]))
    return database


async def test_rows_pass_the_columns_types_both_ways(database: Database) -> None:
    keep, find = Prepared(insert(TABLE)), Prepared(FIND)
    async with database.writer.begin() as connection:
        await connection.run_sync(lambda sync: keep.run(sync, [ROW, {**ROW, "command_id": "d", "answer": None}]))
    async with database.reader.begin() as connection:
        asked = {"store": "s", "command": "c"}
        assert await connection.run_sync(lambda sync: find.one(sync, asked)) == ROW
        assert dict((await connection.execute(FIND, asked)).one()._mapping) == ROW
        assert await connection.run_sync(lambda sync: find.one(sync, {"store": "s", "command": "x"})) is None
        second = await connection.run_sync(lambda sync: find.one(sync, {"store": "s", "command": "d"}))
        assert second is not None
        assert second["answer"] is None
    await database.close()


async def test_errors_are_those_of_sqlalchemy(database: Database) -> None:
    keep = Prepared(insert(TABLE))
    async with database.writer.connect() as connection:
        await connection.run_sync(lambda sync: keep.run(sync, [ROW]))
        with pytest.raises(IntegrityError):
            await connection.run_sync(lambda sync: keep.run(sync, [ROW]))
    async with database.reader.connect() as connection:
        with pytest.raises(OperationalError):  # a reader may not write
            await connection.run_sync(lambda sync: keep.run(sync, [ROW]))
    await database.close()


async def test_a_savepoint_undoes_its_own_rows_only(database: Database) -> None:
    keep, count = Prepared(insert(TABLE)), select(func.count()).select_from(TABLE)
    async with database.writer.begin() as connection:
        await connection.run_sync(lambda sync: keep.run(sync, [ROW]))
        async with connection.begin_nested() as inner:
            await connection.run_sync(lambda sync: keep.run(sync, [{**ROW, "command_id": "d"}]))
            await inner.rollback()
        async with connection.begin_nested():
            await connection.run_sync(lambda sync: keep.run(sync, [{**ROW, "command_id": "e"}]))
    async with database.reader.begin() as connection:
        assert await connection.scalar(count) == 2
    await database.close()
