"""Statements that every command runs: compiled once, and on SQLite handed to the driver as they are.

SQLAlchemy's way through `execute` takes some hundred microseconds a statement, the statement itself ten; the door asks six of
its own per command. Values pass the columns' own types either way.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from hub.kernel.inline_sqlite import InlineConnection

Values = Mapping[str, Any]
_Process = Callable[[Any], Any]

_SAVEPOINTS = {
    "do_savepoint": "SAVEPOINT",
    "do_release_savepoint": "RELEASE SAVEPOINT",
    "do_rollback_to_savepoint": "ROLLBACK TO SAVEPOINT",
}


class Prepared:
    """One plain statement over one engine's tables."""

    def __init__(self, statement: Select[Any] | Insert | Update | Delete) -> None:
        self._statement = statement
        self._straight: _Straight | None = None

    def run(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Once for each of `rows`.

        Raises:
            DBAPIError: as SQLAlchemy raises it.
        """
        if connection.dialect.name != "sqlite":
            connection.execute(self._statement, list(rows))
            return
        straight = self._for(connection, rows[0])
        for row in rows:
            straight.run(connection, row)

    def one(self, connection: Connection, values: Values) -> dict[str, Any] | None:
        """The first row by column name, if any.

        Raises:
            DBAPIError: as SQLAlchemy raises it.
        """
        if connection.dialect.name != "sqlite":
            row = connection.execute(self._statement, dict(values)).first()
            return None if row is None else dict(row._mapping)
        return self._for(connection, values).one(connection, values)

    def _for(self, connection: Connection, values: Values) -> _Straight:
        if self._straight is None:
            self._straight = _Straight(self._statement, connection, values)
        return self._straight


def driver_of(connection: Connection) -> sqlite3.Connection:
    """The connection of Python's own driver beneath one of the hub's to SQLite."""
    return cast(InlineConnection, connection.connection.driver_connection).straight


def savepoints_straight(dialect: Dialect) -> None:
    """Let a dialect of SQLite set, release and roll back to savepoints without the way of a statement."""
    for act, verb in _SAVEPOINTS.items():
        setattr(dialect, act, _asking(verb))


def _asking(verb: str) -> Callable[[Connection, str], None]:
    def ask(connection: Connection, name: str) -> None:
        text = f"{verb} {name}"
        try:
            driver_of(connection).execute(text)
        except sqlite3.Error as error:
            raise DBAPIError.instance(text, None, error, sqlite3.Error, dialect=connection.dialect) from error

    return ask


class _Straight:
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

    def run(self, connection: Connection, values: Values) -> sqlite3.Cursor:
        bound = [values[name] if process is None else process(values[name]) for name, process in self._binds]
        try:
            return driver_of(connection).execute(self._text, bound)
        except sqlite3.Error as error:
            raise DBAPIError.instance(self._text, None, error, sqlite3.Error, dialect=self._dialect) from error

    def one(self, connection: Connection, values: Values) -> dict[str, Any] | None:
        cursor = self.run(connection, values)
        row = cursor.fetchone()
        cursor.close()
        if row is None:
            return None
        pairs = zip(self._columns, row, strict=True)
        return {name: value if process is None else process(value) for (name, process), value in pairs}


def _is_column(statement: Insert | Update | Delete, name: str) -> bool:
    return name in statement.table.columns
