"""Rows kept for later: sealed for the customer whom they are about, or each for itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import select

from hub.backoffice.privacy.sealing import client_index
from hub.imports.tables import KeptRow
from hub.kernel.commands import Context
from hub.kernel.crypto import Vault
from hub.kernel.natural_keys import natural_key
from hub.operations.bookings.keys import either
from hub.operations.bookings.tables import CustomerRow


def kept_as(vault: Vault, key: str) -> str:
    """What stands for a row's natural key in the store: the key itself says what the row says."""
    return vault.steady_index(key, "kept-row")


def bound_to(row: KeptRow) -> str:
    return f"kept_row/{row.id}/cells"


def opened(vault: Vault, row: KeptRow) -> dict[str, Any]:
    """The cells by the columns' titles. Raises `unavailable` once the owner is forgotten."""
    if row.raw is not None:
        return row.raw
    if row.data_key is None or row.cells_sealed is None:
        return {}
    cells: dict[str, Any] = orjson.loads(vault.open(row.data_key, row.owner_id, row.cells_sealed, bound_to(row)))
    return cells


def seal(vault: Vault, row: KeptRow, cells: Mapping[str, Any], owner_id: str | None) -> None:
    """Seal the cells for `owner_id`, or for the row itself."""
    row.owner_id = owner_id or row.id
    row.data_key = vault.new_data_key(row.owner_id)
    row.cells_sealed = vault.seal(row.data_key, row.owner_id, orjson.dumps(dict(cells)).decode(), bound_to(row))
    row.raw = None


def name_client(vault: Vault, row: KeptRow, client: str | None) -> None:
    row.client_index = client_index(vault, client) if client else None


async def customers_called(context: Context, clients: set[str]) -> dict[str, str]:
    """Customers' ids by the codes under which imports brought them in."""
    keys = {key: client for client in clients for key in either(context.vault, natural_key("customer", client))}
    wanted = select(CustomerRow.natural_key, CustomerRow.id).where(CustomerRow.natural_key.in_(keys))
    return {keys[str(key)]: found for key, found in await context.session.execute(wanted)}
