"""Everything that is held of one customer, found by following ids from table to table and opened as the columns are declared.

A table that is added tomorrow with a `customer_id` or `booking_id` is found without a word here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Table, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.backoffice.privacy.sealing import DATA_KEY, Row, SealedColumn
from hub.kernel.crypto import Vault
from hub.kernel.tables import Base, ColumnClass, blind_of, class_of, seal_of

LEADS = {
    "customer_id": "customer",
    "booking_id": "booking",
    "visit_id": "visit",
    "item_id": "booking_item",
    "entry_id": "waitlist_entry",
    "owner_id": "customer",
    "actor_id": "customer",
}
"""Columns by which a row of one table belongs to a row of another."""

APART = frozenset({"store", "event", "journal", "command_answer", "follower_cursor", "job_run", "erasure", "message_outbox"})
"""Looked at in their own way, or about nobody. What waits in the outbox is the person's own within minutes."""

HIDDEN = "—"
"""Stands for a secret in a copy: its value would only weaken the locks."""

OTHERS = "accountability"
"""Purpose of columns that name who of the staff did something: not the customer's to erase."""


@dataclass(slots=True)
class Holdings:
    """Rows by table, as they are; and the ids by which they were found."""

    customer_id: str
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)

    def each(self) -> Iterator[tuple[Table, dict[str, Any]]]:
        for name, rows in self.rows.items():
            for row in rows:
                yield Base.metadata.tables[name], row


async def holdings_of(session: AsyncSession, customer_id: str) -> Holdings:
    """Raises nothing where there is no such customer: then nothing is held."""
    known: dict[str, set[str]] = {name: set() for name in LEADS.values()}
    known["customer"].add(customer_id)
    found: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}
    grown = True
    while grown:
        before = sum(map(len, found.values()))
        for table in Base.metadata.sorted_tables:
            if table.name not in APART and "store_id" in table.columns:
                found.setdefault(table.name, {}).update(await _led_to(session, table, known))
        for name in known:
            known[name] |= {row["id"] for row in found.get(name, {}).values()}
        grown = sum(map(len, found.values())) > before
    ids = {i for rows in found.values() for row in rows.values() for i in [row.get("id")] if isinstance(i, str)}
    return Holdings(customer_id, {str(name): list(rows.values()) for name, rows in found.items() if rows}, ids | {customer_id})


async def _led_to(session: AsyncSession, table: Table, known: dict[str, set[str]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    conditions = [table.c[column].in_(known[name]) for column, name in LEADS.items() if column in table.columns and known[name]]
    if known.get(table.name):
        conditions.append(table.c.id.in_(known[table.name]))
    if not conditions:
        return {}
    wanted = select(table).where(table.c.store_id == session.info["store_id"], or_(*conditions))
    rows = (await (await session.connection()).execute(wanted)).mappings()
    key = [column.name for column in table.primary_key.columns]
    return {tuple(row[name] for name in key): dict(row) for row in rows}


def opened(vault: Vault, held: Holdings) -> dict[str, list[dict[str, Any]]]:
    """The rows as their person may read them: sealed values opened, indexes left out, secrets named and not shown."""
    return {name: [_readable(vault, held, Base.metadata.tables[name], row) for row in rows] for name, rows in held.rows.items()}


def _readable(vault: Vault, held: Holdings, table: Table, row: Row) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for column in table.columns:
        name, value = str(column.name), row[column.name]
        if name == "store_id" or blind_of(column) is not None:
            continue
        sealed = seal_of(column)
        if class_of(column) is ColumnClass.SECRET:
            shown[name] = None if value is None else HIDDEN
        elif sealed is not None:
            shown[name.removesuffix("_sealed")] = _opened(vault, held, SealedColumn(table, column, sealed), row)
        else:
            shown[name] = value
    return shown


def _opened(vault: Vault, held: Holdings, sealed: SealedColumn, row: Row) -> str | None:
    """None for what is not there, or belongs to somebody else."""
    keepers = [row] if sealed.holder == sealed.table.name else held.rows.get(sealed.holder, [])
    key = next((k[DATA_KEY] for k in keepers if sealed.table.name == sealed.holder or k["id"] == row[sealed.seal.owner]), None)
    return None if key is None or row[sealed.column.name] is None else sealed.opened(vault, row, key)


def erased(table: Table, row: Row, digest: Callable[[str], str]) -> dict[str, Any]:
    """What a row's columns become once the person is erased; `digest` replaces keys of other systems, which may name people."""
    values: dict[str, Any] = {}
    for column in table.columns:
        name, value = column.name, row[column.name]
        if value is None or class_of(column) is ColumnClass.PUBLIC or (_is_about_others(column) and seal_of(column) is None):
            continue
        if name == "natural_key":
            values[name] = None if table.name == "customer" else digest(value)
        elif class_of(column) is not ColumnClass.SECRET or name == DATA_KEY:
            values[name] = column.info.get("erased", None if column.nullable else _blank(column))
    return values


def _blank(column: Column[Any]) -> Any:
    """What stands in a column that cannot be empty."""
    kind = getattr(column.type, "impl_instance", column.type).python_type
    return kind()


def _is_about_others(column: Column[Any]) -> bool:
    return bool(column.info.get("purpose") == OTHERS)
