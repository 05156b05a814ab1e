"""A migrated database is the one that the tables describe, on both engines; half a migration is none."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from hub.kernel.database import Database
from hub.migrations.run import SchemaUnknownError, newest, upgrade, version_of
from hub.migrations.schema import all_tables
from tests.postgres import running


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(f"sqlite+aiosqlite:///{tmp_path / 'migrated.sqlite'}")
    yield made
    await made.close()


async def _ask(database: Database, question: Any) -> Any:
    async with database.writer.begin() as connection:
        return await connection.run_sync(question)


def _schema(connection: Connection) -> dict[str, Any]:
    """What a database has, whatever the order in which it came."""
    look = inspect(connection)
    return {
        table: {
            "columns": sorted((c["name"], str(c["type"]), c["nullable"], c["default"]) for c in look.get_columns(table)),
            "key": look.get_pk_constraint(table)["constrained_columns"],
            "unique": sorted(str(u["column_names"]) for u in look.get_unique_constraints(table)),
            "indexes": sorted(str((i["name"], i["column_names"], i["unique"])) for i in look.get_indexes(table)),
            "checks": sorted(str((c["name"], c["sqltext"])) for c in look.get_check_constraints(table)),
            "foreign": sorted(str((f["constrained_columns"], f["referred_table"])) for f in look.get_foreign_keys(table)),
        }
        for table in sorted(look.get_table_names())
        if table != "alembic_version"
    }


def _written(connection: Connection) -> set[str]:
    """Triggers and partial indexes as SQLite keeps them, in one spelling."""
    rows = connection.execute(text("SELECT sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL"))
    return {re.sub(r"\s+", " ", sql).strip() for (sql,) in rows}


async def test_a_migrated_database_is_what_the_tables_say(database: Database, tmp_path: Path) -> None:
    await upgrade(database)
    made = Database(f"sqlite+aiosqlite:///{tmp_path / 'made.sqlite'}")
    try:
        await _ask(made, all_tables().create_all)
        assert await _ask(database, _schema) == await _ask(made, _schema)
        assert await _ask(database, _written) == await _ask(made, _written)
    finally:
        await made.close()
    found = await _ask(database, _differences)
    assert found == [], "tables have changed: write a version with `python -m hub.migrations`"


def _differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection), all_tables()))


async def test_a_guard_left_out_would_be_noticed(database: Database) -> None:
    """The twin: the comparison above sees a missing trigger."""
    await upgrade(database)
    before = await _ask(database, _written)
    async with database.writer.begin() as connection:
        await connection.execute(text("DROP TRIGGER overlap_place_update"))
    assert await _ask(database, _written) != before


async def test_upgrading_twice_changes_nothing(database: Database) -> None:
    await upgrade(database)
    async with database.write(None) as session:
        await session.execute(
            text("INSERT INTO follower_cursor (store_id, follower, seq) VALUES ('s', 'f', 7)"),
        )
    await upgrade(database)
    assert await _ask(database, version_of) == newest()
    assert await _ask(database, lambda c: c.execute(text("SELECT seq FROM follower_cursor")).scalar()) == 7


async def test_half_a_migration_leaves_nothing(database: Database) -> None:
    """A name near the end is taken already, so that the upgrade fails when most of it has been done."""
    last = max(all_tables().tables)
    async with database.writer.begin() as connection:
        await connection.execute(text(f"CREATE VIEW {last} AS SELECT 1 AS one"))
    with pytest.raises(Exception, match="already"):
        await upgrade(database)
    assert await _ask(database, lambda c: inspect(c).get_table_names()) == []
    async with database.writer.begin() as connection:
        await connection.execute(text(f"DROP VIEW {last}"))
    await upgrade(database)
    assert await _ask(database, version_of) == newest()


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE alembic_version (version_num VARCHAR(32))", "INSERT INTO alembic_version VALUES ('9999')"],
        ["CREATE TABLE something_else (id INTEGER)"],
    ],
)
async def test_a_database_that_is_not_ours_is_left_alone(database: Database, statements: list[str]) -> None:
    async with database.writer.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    before = await _ask(database, lambda c: inspect(c).get_table_names())
    with pytest.raises(SchemaUnknownError):
        await upgrade(database)
    assert await _ask(database, lambda c: inspect(c).get_table_names()) == before


async def test_postgresql_is_migrated_to_the_same() -> None:
    with running() as url:
        database = Database(url)
        try:
            await upgrade(database)
            await upgrade(database)
            assert await _ask(database, _differences) == []
            named = text("SELECT conname FROM pg_constraint WHERE contype = 'x' ORDER BY conname")
            guards = await _ask(database, lambda c: list(c.execute(named).scalars()))
            assert guards == ["overlap_place", "overlap_technician"]
        finally:
            await database.close()
