"""The move itself: nobody else has the source open meanwhile; the target gets everything in one transaction, and is read back
before that is committed."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, StaticPool, Table, create_engine, inspect, make_url, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.kernel.database import Database
from hub.kernel.event_log import chain_hash
from hub.kernel.events import Recorded
from hub.kernel.moved import mark_moved, refuse_moved
from hub.kernel.tables import EventRow, Store
from hub.migrations.run import newest, revisions, upgrade_on, version_of
from hub.migrations.schema import all_tables
from hub.moving.rows import Sum, obstacles, reading, writing
from hub.settings import is_known_database

ROWS_AT_ONCE = 500

Code = Literal[
    "no_store",
    "in_use",
    "old_schema",
    "newer_schema",
    "not_postgresql",
    "not_empty",
    "obstacles",
    "differs",
    "broken_chain",
    "target_schema",
]
Progress = Callable[[str, int], None]
"""Told the table and how many of its rows are over, now and then."""


class MoveRefusedError(Exception):
    """Nothing was moved; `code` says why, `params` fill its sentence."""

    def __init__(self, code: Code, **params: Any) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code: Code = code
        self.params = params


@dataclass(slots=True)
class Moved:
    """What was moved, or with `dry_run` what would be."""

    tables: dict[str, Sum] = field(default_factory=dict)
    stores: dict[str, int] = field(default_factory=dict)
    """The length of each store's log, its chain followed from its first fact to its head."""
    dry_run: bool = False
    was_there: bool = False
    """The target held exactly this already: an earlier move had been interrupted before its mark."""

    @property
    def rows(self) -> int:
        return sum(found.rows for found in self.tables.values())


async def move(
    data: Path, source: Path, url: str, *, now: datetime, dry_run: bool = False, progress: Progress = lambda *_: None
) -> Moved:
    """Move the SQLite store `source` in the directory `data` to the empty PostgreSQL database `url`.

    Raises:
        MoveRefusedError: with a reason; source and target are as before.
        StoreMovedError: the source bears the mark of an earlier move.
        OSError, DBAPIError: the target's server is away or refuses.
    """
    refuse_moved(data)
    if not is_known_database(url) or make_url(url).get_backend_name() != "postgresql":
        raise MoveRefusedError("not_postgresql")
    with _alone_with(source) as here:
        version = version_of(here)
        if version != newest():
            raise MoveRefusedError("old_schema" if version in revisions() else "newer_schema", version=str(version))
        moved = Moved(dry_run=dry_run)
        _look_through(here, moved, progress)
        target = Database(url)
        try:
            async with target.writer.connect() as there:
                await _fill(here, there, moved, progress)
        finally:
            await target.close()
        if not dry_run:
            mark_moved(data, make_url(url).set(drivername="postgresql").render_as_string(), now, moved.rows)
    return moved


@contextmanager
def _alone_with(source: Path) -> Iterator[Connection]:
    """The store, read by nobody else meanwhile: a hub that went on writing would write into a copy."""
    if not source.exists():
        raise MoveRefusedError("no_store", path=str(source))
    with closing(sqlite3.connect(source, isolation_level=None, timeout=0, check_same_thread=False)) as raw:
        try:
            raw.execute("PRAGMA locking_mode=EXCLUSIVE")
            raw.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise MoveRefusedError("in_use", path=str(source)) from None
        engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
        with engine.connect() as connection:
            try:
                yield connection
            finally:
                connection.rollback()


def _look_through(here: Connection, moved: Moved, progress: Progress) -> None:
    """Count and add up the source, and find what PostgreSQL would not take before anything is written."""
    found: Counter[tuple[str, str, str]] = Counter()
    for table in all_tables().sorted_tables:
        sums = moved.tables[table.name] = Sum()
        for row in here.execute(reading(table)).mappings():
            found.update((table.name, *obstacle) for obstacle in obstacles(table, dict(row)))
            sums.add(tuple(row.values()))
        progress(table.name, 0)
    if found:
        where = ", ".join(f"{table}.{column}: {what} ({count})" for (table, column, what), count in sorted(found.items()))
        raise MoveRefusedError("obstacles", where=where)


async def _fill(here: Connection, there: AsyncConnection, moved: Moved, progress: Progress) -> None:
    """All in one transaction, which a dry run rolls back."""
    async with there.begin() as transaction:
        await there.run_sync(_take_over)
        if await _is_empty(there):
            await _copy(here, there, progress)
        else:
            moved.was_there = True
        await _compare(there, moved)
        moved.stores = await _follow_chains(there)
        if moved.dry_run:
            await transaction.rollback()
    if not moved.dry_run:
        await there.exec_driver_sql("ANALYZE")
        await there.commit()


def _take_over(there: Connection) -> None:
    """Make the tables, or take those that are there if they are this release's."""
    if version_of(there) is None and inspect(there).get_table_names():
        raise MoveRefusedError("target_schema")
    if version_of(there) not in (None, newest()):
        raise MoveRefusedError("target_schema")
    upgrade_on(there)


async def _is_empty(there: AsyncConnection) -> bool:
    for table in all_tables().sorted_tables:
        if (await there.execute(select(table).limit(1))).first() is not None:
            return False
    return True


async def _copy(here: Connection, there: AsyncConnection, progress: Progress) -> None:
    for table in all_tables().sorted_tables:
        write, done = writing(table), 0
        for some in here.execute(reading(table)).mappings().partitions(ROWS_AT_ONCE):
            await there.execute(write, [dict(row) for row in some])
            done += len(some)
            progress(table.name, done)


async def _compare(there: AsyncConnection, moved: Moved) -> None:
    """Raises `not_empty` or `differs` unless the target holds what the source holds."""
    for table in all_tables().sorted_tables:
        sums = Sum()
        async with there.stream(reading(table)) as rows:
            async for row in rows:
                sums.add(tuple(row))
        if sums != moved.tables[table.name]:
            raise MoveRefusedError("not_empty" if moved.was_there else "differs", table=table.name)


async def _follow_chains(there: AsyncConnection) -> dict[str, int]:
    """Each store's log read back fact by fact; raises `broken_chain` where a number or a hash is not the one that follows."""
    events: Table = EventRow.metadata.tables["event"]
    stores: Table = Store.metadata.tables["store"]
    found: dict[str, int] = {}
    for store in (await there.execute(select(stores.c.id, stores.c.seq, stores.c.head).order_by(stores.c.id))).all():
        seq, digest = 0, ""
        log = select(events).where(events.c.store_id == store.id).order_by(events.c.seq)
        async with there.stream(log) as rows:
            async for row in rows.mappings():
                fact = Recorded(**{name: row[name] for name in Recorded.model_fields})
                if row["seq"] != seq + 1 or row["previous"] != digest or row["hash"] != chain_hash(digest, fact):
                    raise MoveRefusedError("broken_chain", store=store.id, seq=row["seq"])
                seq, digest = row["seq"], row["hash"]
        if (seq, digest) != (store.seq, store.head):
            raise MoveRefusedError("broken_chain", store=store.id, seq=seq)
        found[store.id] = seq
    return found
