"""Invariants that a plain constraint cannot say, stated per engine beside the table: triggers and exclusion constraints."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import DDL, event

from hub.kernel.tables import Base


@dataclass(frozen=True, slots=True)
class Guard:
    """Statements that follow a table's creation."""

    table: str
    sqlite: tuple[str, ...]
    postgresql: tuple[str, ...]


_guards: list[Guard] = []


def guard(row: type[Base], *, sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
    """Add statements to the table's creation; the migrations repeat them, and a test compares the two."""
    table = row.metadata.tables[row.__tablename__]
    _guards.append(Guard(table.name, sqlite, postgresql))
    for dialect, statements in (("sqlite", sqlite), ("postgresql", postgresql)):
        for statement in statements:
            ddl = DDL(statement.replace("%", "%%")).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", ddl)


def declared_guards() -> tuple[Guard, ...]:
    """Every guard, in the order of declaration."""
    return tuple(_guards)
