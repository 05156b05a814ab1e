"""Statements that every command runs: compiled once and handed to the driver as they are.

SQLAlchemy's way through `execute` takes some hundred microseconds a statement, SQLite ten; the door asks several of its own per
command, the publisher two per round. Values pass the columns' own types either way. On PostgreSQL the driver is SQLAlchemy's
adapter of asyncpg, which keeps prepared statements.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, cast

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.compiler import SQLCompiler

from hub.kernel.inline_sqlite import InlineConnection

Values = Mapping[str, Any]
_Process = Callable[[Any], Any]

_WRITES = "statements that may have written"

_SAVEPOINTS = {
    "do_savepoint": "SAVEPOINT",
    "do_release_savepoint": "RELEASE SAVEPOINT",
    "do_rollback_to_savepoint": "ROLLBACK TO SAVEPOINT",
}


class _Cursor(Protocol):
    def fetchone(self) -> Any: ...

    def fetchall(self) -> Sequence[Any]: ...

    def close(self) -> object: ...


class Prepared:
    """One plain statement over the tables of either engine."""

    def __init__(self, statement: Select[Any] | Insert | Update | Delete) -> None:
        self._statement = statement
        self._straight: dict[str, _Straight] = {}

    def run(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Once for each of `rows`.

        Raises:
            DBAPIError: as SQLAlchemy raises it.
        """
        if not isinstance(self._statement, Select):
            note_write(connection)
        straight = self._for(connection, rows[0])
        for row in rows:
            straight.run(connection, row)

    def one(self, connection: Connection, values: Values) -> dict[str, Any] | None:
        """The first row by column name, if any.

        Raises:
            DBAPIError: as SQLAlchemy raises it.
        """
        return self._for(connection, values).one(connection, values)

    async def all(self, connection: AsyncConnection, values: Values) -> list[dict[str, Any]]:
        """The rows by column name, for a coroutine. Waits where another process holds the lock.

        Raises:
            DBAPIError: as SQLAlchemy raises it.
        """
        if connection.dialect.name == "sqlite":
            sync = connection.sync_connection
            assert sync is not None  # noqa: S101 - it has begun
            try:
                return self._for(sync, values).all(sync, values)
            except DBAPIError as error:
                if not _is_locked(error.orig):
                    raise
        return [dict(row._mapping) for row in await connection.execute(self._statement, dict(values))]

    def _for(self, connection: Connection, values: Values) -> _Straight:
        engine = connection.dialect.name
        straight = self._straight.get(engine)
        if straight is None:
            make = _OnSqlite if engine == "sqlite" else _OnPostgresql
            straight = self._straight[engine] = make(self._statement, connection, values)
        return straight


def written(connection: AsyncConnection | Connection) -> int:
    """How many statements that may have written have passed this connection to PostgreSQL."""
    return int(connection.info.get(_WRITES, 0))


def note_write(connection: Connection) -> None:
    connection.info[_WRITES] = written(connection) + 1


def note_statement(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
    """A listener to `before_cursor_execute`."""
    if not statement.startswith("SELECT"):
        note_write(connection)


def driver_of(connection: Connection) -> sqlite3.Connection:
    """The connection of Python's own driver beneath one of the hub's to SQLite."""
    return cast(InlineConnection, connection.connection.driver_connection).straight


def savepoints_straight(dialect: Dialect) -> None:
    """Let a dialect of SQLite set, release and roll back to savepoints without the way of a statement."""
    for act, verb in _SAVEPOINTS.items():
        setattr(dialect, act, _asking(verb))


def begin_straight(connection: Connection, begin: str) -> bool:
    """Begin a transaction without the way of a statement; False where it has to wait, which SQLAlchemy's way can."""
    owner = cast(InlineConnection, connection.connection.driver_connection)
    if owner.busy:
        return False
    try:
        owner.straight.execute(begin)
    except sqlite3.OperationalError as error:
        if _is_locked(error):
            return False
        raise DBAPIError.instance(begin, None, error, sqlite3.Error, dialect=connection.dialect) from error
    return True


def _is_locked(error: BaseException | None) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def _asking(verb: str) -> Callable[[Connection, str], None]:
    def ask(connection: Connection, name: str) -> None:
        text = f"{verb} {name}"
        try:
            driver_of(connection).execute(text)
        except sqlite3.Error as error:
            raise DBAPIError.instance(text, None, error, sqlite3.Error, dialect=connection.dialect) from error

    return ask


class _Straight(ABC):
    """The statement's text, and what its values and its columns pass through."""

    def __init__(self, statement: Select[Any] | Insert | Update | Delete, connection: Connection, values: Values) -> None:
        dialect = connection.dialect
        # An INSERT or UPDATE names the columns that its values have; the others' names stand in the statement.
        columns = None if isinstance(statement, Select) else [name for name in values if _is_column(statement, name)]
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 - data statements compile to nothing else
        self._text = compiled.string
        self._dialect = dialect
        processors: Mapping[str, Any] = compiled._bind_processors
        self._binds: list[tuple[str, _Process | None]] = [
            (name, processors.get(name)) for name in compiled.positiontup or list(compiled.bind_names.values())
        ]
        self._columns: list[tuple[str, _Process | None]] = [
            (column.name, column.type._cached_result_processor(dialect, None))
            for column in (statement.selected_columns if isinstance(statement, Select) else ())
        ]

    @abstractmethod
    def run(self, connection: Connection, values: Values) -> _Cursor:
        """Raises DBAPIError."""

    def one(self, connection: Connection, values: Values) -> dict[str, Any] | None:
        cursor = self.run(connection, values)
        row = cursor.fetchone()
        cursor.close()
        return None if row is None else self._named(row)

    def all(self, connection: Connection, values: Values) -> list[dict[str, Any]]:
        cursor = self.run(connection, values)
        rows = cursor.fetchall()
        cursor.close()
        return [self._named(row) for row in rows]

    def _named(self, row: Sequence[Any]) -> dict[str, Any]:
        pairs = zip(self._columns, row, strict=True)
        return {name: value if process is None else process(value) for (name, process), value in pairs}

    def _bound(self, values: Values) -> list[Any]:
        return [values[name] if process is None else process(values[name]) for name, process in self._binds]


class _OnSqlite(_Straight):
    def run(self, connection: Connection, values: Values) -> _Cursor:
        try:
            return driver_of(connection).execute(self._text, self._bound(values))
        except sqlite3.Error as error:
            raise DBAPIError.instance(self._text, None, error, sqlite3.Error, dialect=self._dialect) from error


class _OnPostgresql(_Straight):
    def run(self, connection: Connection, values: Values) -> _Cursor:
        cursor = connection.connection.cursor()
        try:
            cursor.execute(self._text, self._bound(values))
        except self._dialect.loaded_dbapi.Error as error:
            gone = self._dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
            raise DBAPIError.instance(
                self._text,
                None,
                error,
                self._dialect.loaded_dbapi.Error,
                connection_invalidated=gone,
                dialect=self._dialect,
            ) from error
        return cursor


def _is_column(statement: Insert | Update | Delete, name: str) -> bool:
    return name in statement.table.columns
