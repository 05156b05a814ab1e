"""Keys of other systems as the store has them: a customer's code names a person, so what stands here is a keyed index of it."""

from __future__ import annotations

import re
from typing import cast

from sqlalchemy import Column, ColumnElement, Table, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from hub.kernel.crypto import Vault
from hub.operations.bookings.tables import BookingItemRow, BookingRow, CustomerRow

KEYED = tuple(cast(Table, row.__table__) for row in (CustomerRow, BookingRow, BookingItemRow))
"""The tables whose rows other systems' keys find."""

_KIND = r"[a-z_]{1,20}(?::\d{4}-\d\d-\d\d)*/"
"""What a key may begin with and stays readable: what it is of tells of nobody."""

_KIND_OF = re.compile(_KIND)
_STORED = re.compile(f"(?:{_KIND})?=[0-9a-f]{{64}}")


def stored_key(vault: Vault, key: str) -> str:
    """`kind/=index`, the same for the same key whatever keys are renewed; what is such a one already stays."""
    if _STORED.fullmatch(key):
        return key
    kind = _KIND_OF.match(key)
    return f"{kind[0] if kind else ''}={vault.steady_index(key, 'bring-in')}"


def either(vault: Vault, key: str) -> tuple[str, str]:
    """How it may stand in the store until an older release's keys are indexed; first, how it is stored now."""
    return stored_key(vault, key), key


def keyed(column: InstrumentedAttribute[str | None], vault: Vault, key: str) -> ColumnElement[bool]:
    """Whether a row has this key. Not an IN, whose statement is put together anew each time."""
    now, before = either(vault, key)
    return or_(column == now, column == before)


def in_plain_text(column: Column[str | None]) -> ColumnElement[bool]:
    """Keys as an older release stored them; those of erased people are indexes already."""
    return column.is_not(None) & not_(column.like("%=" + "_" * 64)) & not_(column.like("erased/%"))


async def any_in_plain_text(session: AsyncSession) -> bool:
    """Whether the session's store has keys that nobody has indexed yet."""
    store_id, connection = session.info["store_id"], await session.connection()
    for table in KEYED:
        plain = select(table.c.id).where(table.c.store_id == store_id, in_plain_text(table.c.natural_key)).limit(1)
        if await connection.scalar(plain) is not None:
            return True
    return False
