"""Statements compiled once for all tests of a process.

Every test has a hub, so engines, of its own, and SQLAlchemy compiles each statement anew for each engine: two fifths of what
the tests of the door took. Engines of one kind are set up alike, so that what was compiled for one serves the next.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite

COMPILED: dict[Any, Any] = {}

KIND = {"__eq__": lambda one, other: type(one) is type(other), "__hash__": lambda one: hash(type(one))}
"""A dialect is part of the key under which a statement is kept; by itself it equals no other of its kind."""


def share() -> None:
    """From now on, for every engine of this process."""
    for dialect in (SQLiteDialect_aiosqlite, PGDialect_asyncpg):
        for name, method in KIND.items():
            setattr(dialect, name, method)
    event.listen(Engine, "engine_connect", _use_what_is_compiled)


def _use_what_is_compiled(connection: Connection) -> None:
    connection.execution_options(compiled_cache=COMPILED)
