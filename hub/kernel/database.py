"""The database: one writer that begins immediately and syncs fully on SQLite, a pool on PostgreSQL; scoped sessions.

Why so: a pool of SQLite writers or a lazy BEGIN loses updates or fails with "database is locked"; synchronous=NORMAL loses
acknowledged commits in a power cut; checkpoints from several connections are unsafe before SQLite 3.51.3.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import ClauseElement, Connection, Table, bindparam, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry
from sqlalchemy.sql.util import find_tables

from hub.kernel import inline_sqlite
from hub.kernel.away import is_away
from hub.kernel.errors import UNAVAILABLE, Refused
from hub.kernel.fresh_look import is_sound
from hub.kernel.prepared import begin_straight, note_statement, savepoints_straight
from hub.kernel.tables import Scoped, Store
from hub.kernel.writing import PROBE_BYTES, FilesLostError, Writing, cause_of, try_disk

READERS = 4
"""Readers on SQLite: WAL lets them run beside the writer; more than the cores gain nothing."""

POOL = 8
"""Connections kept for reading and for writing, per process; as many again while it is busy."""

STATEMENTS_KEPT = 1_000
"""Prepared statements per connection to PostgreSQL. A hub has some hundreds; one that is forgotten costs a way to the server
and its planning each time."""

QUIET_SECONDS = 5.0
"""A connection to PostgreSQL that was idle for longer is asked whether it still works before it is used. One whose server ended
is noticed without asking, one in use lately is believed: asking costs three ways to the server."""

POOL_WAIT_SECONDS = 10.0
CONNECT_SECONDS = 5.0

STORE_CHANGED = "store_changed"
"""In a session's info: the store's own row was changed, so what was read of it before is old."""

CACHE_KIB = 16_000

WAL_MAX_PAGES = 8_000
"""Some 32 MB. The log is copied back while nobody writes; where somebody always does, a commit does it at this length."""


class StoreScopeMissingError(RuntimeError):
    """A query over a store's rows was made without saying which store's."""


class Database:
    """Opens the store's database and hands out sessions bound to one store."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.writing = Writing(self._try_writing, self._look_afresh)
        if self.is_sqlite:
            self.writer = _sqlite_engine(url, 1)
            self.reader = _sqlite_engine(url, READERS)
            _prepare_sqlite(self.writer, begin="BEGIN IMMEDIATE", query_only=False)
            _prepare_sqlite(self.reader, begin="BEGIN", query_only=True)
        else:
            self.writer = _postgresql_engine(url, "READ COMMITTED")
            self.reader = _postgresql_engine(url, "REPEATABLE READ", default_transaction_read_only="on")

    @asynccontextmanager
    async def write(self, store_id: str | None) -> AsyncIterator[AsyncSession]:
        """A writing session in one transaction, committed at the end, rolled back on any error.

        Raises:
            Refused: `read_only` while nothing can be written, `unavailable` while the database server is away.
        """
        self.writing.require()
        try:
            async with self._session(self.writer, store_id) as session:
                yield session
        except DBAPIError as error:
            refused = self.writing.note(error)
            if refused is None:
                raise
            raise refused from error

    @asynccontextmanager
    async def read(self, store_id: str | None) -> AsyncIterator[AsyncSession]:
        """A reading session that sees one moment of the store.

        Raises:
            Refused: `unavailable` while the database server is away, or the disk cannot be read.
        """
        try:
            async with self._session(self.reader, store_id) as session:
                yield session
        except DBAPIError as error:
            cause = cause_of(error) if self.is_sqlite else None
            if cause not in ("disk_fault", "damaged"):
                raise
            raise Refused(UNAVAILABLE, what="database", cause=cause) from error

    @asynccontextmanager
    async def _session(self, engine: AsyncEngine, store_id: str | None) -> AsyncIterator[AsyncSession]:
        bound = AsyncSession(engine, expire_on_commit=False, info={"store_id": store_id})
        try:
            async with bound as session, session.begin():
                if not self.is_sqlite:
                    await self._reach(session)
                yield session
        except DBAPIError as error:
            if self.is_sqlite or not is_away(error):
                raise
            raise Refused(UNAVAILABLE, what="database") from error

    @staticmethod
    async def _reach(session: AsyncSession) -> None:
        try:
            await session.connection()
        except Exception as error:
            if not is_away(error):
                raise
            raise Refused(UNAVAILABLE, what="database") from error

    async def close(self) -> None:
        await self.writing.close()
        await self.reader.dispose()
        await self.writer.dispose()

    async def _try_writing(self) -> None:
        """Raises what keeps a change from being kept. Leaves nothing behind."""
        if self.is_sqlite and (path := make_url(self.url).database):
            try_disk(Path(path).parent)
            if self.writing.cause == "damaged":
                raise FilesLostError  # a restart looks at it before it is written again
        filler = f"zeroblob({PROBE_BYTES})" if self.is_sqlite else f"convert_to(repeat('0', {PROBE_BYTES}), 'UTF8')"
        try:
            async with self.writer.begin() as connection:
                await connection.exec_driver_sql(f"CREATE TABLE write_probe AS SELECT {filler} AS filler")
                await connection.exec_driver_sql("DROP TABLE write_probe")
        except DBAPIError as error:
            if self.is_sqlite and cause_of(error) in ("disk_fault", "damaged"):
                raise FilesLostError from error
            raise

    async def rewrite(self, *tables: str) -> None:
        """Rid these tables' files of what their rows held before. SQLite overwrites it at once (`secure_delete`); PostgreSQL
        keeps it until a plain VACUUM has made room and something else has been written there.

        Each is locked meanwhile, some seconds for a million rows: for what an upgrade has sealed, and not for every day.

        Raises:
            DBAPIError: the lock was not to be had within two seconds; to be tried again.
        """
        if self.is_sqlite:
            return
        async with self.writer.connect() as connection:
            alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await alone.exec_driver_sql("SET lock_timeout = '2s'")
            try:
                for table in tables:
                    await alone.exec_driver_sql(f'VACUUM (FULL, ANALYZE) "{table}"')
            finally:
                await alone.exec_driver_sql("RESET lock_timeout")

    async def _look_afresh(self) -> bool:
        path = make_url(self.url).database
        return path is not None and await is_sound(Path(path))


def _postgresql_engine(url: str, isolation: str, **more: str) -> AsyncEngine:
    """A pool whose connections do not wait for ever; a process that freezes within a transaction loses it."""
    limits = {"lock_timeout": "10s", "idle_in_transaction_session_timeout": "20s", "application_name": "salon-hub"}
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=POOL,
        max_overflow=POOL,
        pool_timeout=POOL_WAIT_SECONDS,
        isolation_level=isolation,
        connect_args={
            "timeout": CONNECT_SECONDS,
            "server_settings": limits | more,
            "prepared_statement_cache_size": STATEMENTS_KEPT,
        },
    )
    _ask_only_the_quiet(engine)
    event.listen(engine.sync_engine, "before_cursor_execute", note_statement)
    return engine


def _ask_only_the_quiet(engine: AsyncEngine) -> None:
    """SQLAlchemy's own `pool_pre_ping` asks every time."""
    returned = "returned at"

    def on_checkin(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info[returned] = time.monotonic()

    def on_checkout(connection: Any, record: ConnectionPoolEntry, _fairy: Any) -> None:
        if connection.driver_connection.is_closed():
            raise InvalidatePoolError
        if time.monotonic() - record.info.get(returned, time.monotonic()) <= QUIET_SECONDS:
            return
        try:
            connection.ping()
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    event.listen(engine.sync_engine, "checkin", on_checkin)
    event.listen(engine.sync_engine, "checkout", on_checkout)


def _sqlite_engine(url: str, connections: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        hide_parameters=True,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=connections,
        max_overflow=0,
        connect_args={"async_creator_fn": inline_sqlite.connect},
    )
    savepoints_straight(engine.sync_engine.dialect)
    return engine


def _prepare_sqlite(engine: AsyncEngine, *, begin: str, query_only: bool) -> None:
    def on_connect(connection: DBAPIConnection, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            f"cache_size=-{CACHE_KIB}",
            f"wal_autocheckpoint={0 if query_only else WAL_MAX_PAGES}",
            f"query_only={'ON' if query_only else 'OFF'}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def on_begin(connection: Connection) -> None:
        if not begin_straight(connection, begin):
            connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "connect", on_connect)
    event.listen(engine.sync_engine, "begin", on_begin)


def _scope_of(session: Session) -> str:
    store_id = session.info.get("store_id")
    if store_id is None:
        raise StoreScopeMissingError("a query over a store's rows needs a session with a store")
    return str(store_id)


_OF_THIS_STORE = with_loader_criteria(Scoped, lambda cls: cls.store_id == bindparam("store_in_scope"), include_aliases=True)
"""Made once, with the store as a parameter: a new one per query takes a quarter of the query's time. A change's parameters are
the columns to set, so changes get one of their own."""


def _narrow_to_store(state: ORMExecuteState) -> None:
    if not (state.is_select or state.is_update or state.is_delete) or state.is_column_load:
        return
    if state.is_update and any(mapper.class_ is Store for mapper in state.all_mappers):
        state.session.info[STORE_CHANGED] = True
    if state.session.info.get("store_id") is None and not _touches_scoped(state):
        return
    store_id = _scope_of(state.session)
    given = state.parameters
    if state.is_select and (given is None or isinstance(given, Mapping)):
        state.statement = state.statement.options(_OF_THIS_STORE)
        state.parameters = {**(given or {}), "store_in_scope": store_id}
        return
    state.statement = state.statement.options(
        with_loader_criteria(Scoped, lambda cls: cls.store_id == store_id, include_aliases=True)
    )


def _touches_scoped(state: ORMExecuteState) -> bool:
    """Whether a store's rows are asked for, be it only to be counted."""
    if any(issubclass(mapper.class_, Scoped) for mapper in state.all_mappers):
        return True
    if not state.is_orm_statement:
        return False  # plain tables are asked for on purpose, by who finds the store first
    tables = find_tables(cast(ClauseElement, state.statement), include_joins=True, include_aliases=True, include_selects=True)
    return any(isinstance(table, Table) and "store_id" in table.columns for table in tables)


def _stamp_store(session: Session, _context: Any, _instances: Any) -> None:
    if any(isinstance(row, Store) for row in session.dirty):
        session.info[STORE_CHANGED] = True
    for row in session.new:
        if not isinstance(row, Scoped):
            continue
        store_id = _scope_of(session)
        if row.store_id is None:
            row.store_id = store_id
        elif row.store_id != store_id:
            raise StoreScopeMissingError("a row of another store")


event.listen(Session, "do_orm_execute", _narrow_to_store)
event.listen(Session, "before_flush", _stamp_store)
