"""A customer's copy of everything that is held of them, as data; generated from the columns' classes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.backoffice.privacy.holdings import Holdings, holdings_of, opened
from hub.kernel.commands import StoreFacts
from hub.kernel.crypto import Vault
from hub.kernel.journal import JournalRow
from hub.kernel.tables import Base, EventRow, class_of

FORM = 1
"""Version of the copy's form."""

Copy = dict[str, Any]


async def copy_of(session: AsyncSession, store: StoreFacts, vault: Vault, customer_id: str, now: datetime) -> Copy | None:
    """What is held of a customer in this store, its log included; None where there is nobody."""
    held = await holdings_of(session, customer_id)
    if "customer" not in held.rows:
        return None
    return {
        "form": FORM,
        "store": {"zh": store.name_zh, "en": store.name_en},
        "made_at": now,
        "customer_id": customer_id,
        "held": opened(vault, held),
        "classes": _classes(held),
        "log": await _log(session, held.ids),
        "kept_for_undoing": await _kept_for_undoing(session, held.ids),
    }


def _classes(held: Holdings) -> dict[str, dict[str, str]]:
    """Of each column that is more than public: its class and what it is for."""
    found: dict[str, dict[str, str]] = {}
    for name in held.rows:
        columns = Base.metadata.tables[name].columns
        told = {
            str(c.name).removesuffix("_sealed"): f"{class_of(c)}: {c.info['purpose']}" for c in columns if c.info.get("class")
        }
        if told:
            found[str(name)] = told
    return found


async def _log(session: AsyncSession, ids: set[str]) -> list[dict[str, Any]]:
    """Every fact about the person; of the staff, only as what they acted."""
    told = []
    for row in await session.scalars(select(EventRow).order_by(EventRow.seq)):
        if row.actor_id in ids or ids.intersection(_strings(row.data)):
            told.append({"seq": row.seq, "at": row.at, "by": row.actor_kind, "what": row.type, "data": row.data})
    return told


def _strings(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value}
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {text for part in parts for text in _strings(part)}


async def _kept_for_undoing(session: AsyncSession, ids: set[str]) -> int:
    """Images of the same rows, kept for a day."""
    return sum(1 for note in await session.scalars(select(JournalRow)) if ids.intersection(map(str, note.pk)))
