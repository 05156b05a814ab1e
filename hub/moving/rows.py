"""Rows on their way between engines: JSON as the text that it was, everything else by its type; and sums that compare them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Insert, Select, String, Table, Text, bindparam, cast, insert, select

_MODULUS = 2**256

Row = tuple[Any, ...]


@dataclass(slots=True)
class Sum:
    """Rows counted and added up: the sum of each row's SHA-256, which does not ask for an order."""

    rows: int = 0
    total: int = 0

    def add(self, row: Sequence[Any]) -> None:
        self.rows += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(spelled(row)).digest())) % _MODULUS

    @property
    def digest(self) -> str:
        return f"{self.total:064x}"


def spelled(row: Sequence[Any]) -> bytes:
    """One spelling for equal rows, and another for any other."""
    return b"".join(_spelled(value) for value in row)


def _spelled(value: Any) -> bytes:
    match value:
        case None:
            kind, body = b"n", b""
        case bool():
            kind, body = b"o", b"1" if value else b"0"
        case int():
            kind, body = b"i", str(value).encode()
        case float():
            kind, body = b"f", value.hex().encode()
        case str():
            kind, body = b"s", value.encode()
        case datetime():
            kind, body = b"t", value.isoformat().encode()
        case date():
            kind, body = b"d", value.isoformat().encode()
        case bytes() | memoryview():
            kind, body = b"b", bytes(value)
        case _:
            raise TypeError(f"a column of {type(value).__name__} has no spelling yet")
    return kind + str(len(body)).encode() + b":" + body


def reading(table: Table) -> Select[Any]:
    """All rows; JSON as the very text that is kept."""
    return select(*((cast(c, Text) if isinstance(c.type, JSON) else c).label(c.name) for c in table.columns))


def writing(table: Table) -> Insert:
    """Into PostgreSQL, from what `reading` gave."""
    values = {
        column.name: cast(bindparam(column.name, type_=Text), JSON)
        if isinstance(column.type, JSON)
        else bindparam(column.name, type_=column.type)
        for column in table.columns
    }
    return insert(table).values(values)


def obstacles(table: Table, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What PostgreSQL would not take though SQLite does, by column: `too_long`, `nul`, `too_large`, `wrong_type`."""
    found = []
    for column in table.columns:
        value, kind = row[column.name], column.type
        if isinstance(value, str):
            if "\0" in value:
                found.append((column.name, "nul"))
            if isinstance(kind, String) and kind.length is not None and len(value) > kind.length:
                found.append((column.name, "too_long"))
        elif isinstance(value, int) and not -(2**63) <= value < 2**63:
            found.append((column.name, "too_large"))
        wanted = str if isinstance(kind, JSON) else getattr(kind, "impl_instance", kind).python_type
        if value is not None and not isinstance(value, (wanted, int) if wanted is float else wanted):
            found.append((column.name, "wrong_type"))
    return found
