"""One moment of the whole database as an SQLite file, taken while the hub goes on writing.

From SQLite it is `VACUUM INTO` on a reading connection: whole pages without what was deleted. From PostgreSQL it is every table
copied row by row in one REPEATABLE READ transaction, so that a backup of either engine can be restored on either.
"""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from sqlalchemy import JSON, Table, bindparam, insert, make_url, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.backoffice.backups.parcel import StoreState
from hub.kernel.database import Database
from hub.migrations.run import upgrade
from hub.migrations.schema import all_tables

ROWS_AT_ONCE = 500


async def take(database: Database, target: Path) -> None:
    """Write the snapshot to `target`, which must not exist.

    Raises:
        sqlite3.Error, OSError: it could not be read or written.
    """
    if database.is_sqlite:
        source = make_url(database.url).database or ""
        await asyncio.to_thread(_vacuum, Path(source), target)
        return
    made = Database(f"sqlite+aiosqlite:///{target}")
    try:
        await upgrade(made)
        async with database.reader.connect() as source_rows, made.writer.begin() as copy:
            await copy_rows(source_rows, copy)
        async with made.writer.connect() as connection:
            raw = await connection.get_raw_connection()
            raw.driver_connection._conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    finally:
        await made.close()


def _vacuum(source: Path, target: Path) -> None:
    connection = sqlite3.connect(f"file:{source}?mode=ro", uri=True, isolation_level=None)
    try:
        connection.execute("PRAGMA busy_timeout=5000")
        connection.execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()


async def copy_rows(source: AsyncConnection, target: AsyncConnection) -> dict[str, int]:
    """Every row of every table, in the order in which they lean on each other; how many, by table."""
    counts: dict[str, int] = {}
    for table in all_tables().sorted_tables:
        counts[table.name] = 0
        write = _insert(table)
        async with source.stream(select(table)) as rows:
            async for some in rows.mappings().partitions(ROWS_AT_ONCE):
                await target.execute(write, [dict(row) for row in some])
                counts[table.name] += len(some)
    return counts


def _insert(table: Table):  # type: ignore[no-untyped-def]
    """A missing JSON value stays missing instead of becoming JSON's null."""
    values = {
        column.name: bindparam(column.name, type_=JSON(none_as_null=True) if isinstance(column.type, JSON) else column.type)
        for column in table.columns
    }
    return insert(table).values(values)


def revision_in(store: Path) -> str:
    """The version of the tables in an SQLite file; "" where it tells none."""
    with _reading(store) as connection:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def stores_in(store: Path) -> list[StoreState]:
    with _reading(store) as connection:
        rows = connection.execute("SELECT id, epoch, seq, head FROM store ORDER BY id").fetchall()
    return [StoreState(id=row[0], epoch=row[1], seq=row[2], head=row[3]) for row in rows]


def rows_in(store: Path) -> dict[str, int]:
    """How many rows each table has."""
    with _reading(store) as connection:
        named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        tables = [name for (name,) in connection.execute(named).fetchall()]
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608 # nosec B608


class _reading:  # noqa: N801 - reads as a phrase
    def __init__(self, store: Path) -> None:
        self._connection = sqlite3.connect(f"file:{store}?mode=ro&immutable=1", uri=True)

    def __enter__(self) -> sqlite3.Connection:
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()
