"""A customer's copy of everything that is held of them, as data and as a page to read; generated from the columns' classes."""

from __future__ import annotations

from datetime import date, datetime
from html import escape
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


def as_page(copy: Copy) -> str:
    """One page without scripts or addresses, for a person to read or to print."""
    store = escape(f"{copy['store']['zh']} {copy['store']['en']}")
    parts = [_table(name, rows, copy["classes"].get(name, {})) for name, rows in copy["held"].items()]
    parts.append(_table("log 记录", copy["log"], {}))
    return (
        '<!doctype html><html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{store}</title><style>{_STYLE}</style></head><body><h1>{store}</h1>"
        "<p>本店保存的与您有关的全部信息。 / Everything that this salon keeps about you.</p>"
        f"<p>{escape(_text(copy['made_at']))} · {escape(copy['customer_id'])}</p>{''.join(parts)}</body></html>"
    )


def _table(name: str, rows: list[dict[str, Any]], classes: dict[str, str]) -> str:
    if not rows:
        return ""
    blocks = []
    for row in rows:
        cells = "".join(
            f"<tr><th>{escape(key)}</th><td>{escape(_text(value))}</td><td class=why>{escape(classes.get(key, ''))}</td></tr>"
            for key, value in row.items()
            if value not in (None, "", [], {})
        )
        blocks.append(f"<table>{cells}</table>")
    return f"<section><h2>{escape(name)} · {len(rows)}</h2>{''.join(blocks)}</section>"


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, (datetime, date)) else str(value)


_STYLE = (
    "body{font:15px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#22302c}"
    "h1{font-size:1.6rem}h2{font-size:1.1rem;margin-top:2rem}"
    "table{width:100%;border-collapse:collapse;margin:.5rem 0 1rem;border:1px solid #d5ddd9}"
    "th,td{text-align:start;vertical-align:top;padding:.25rem .75rem;border-bottom:1px solid #e8eeeb;overflow-wrap:anywhere}"
    "th{width:12rem;font-weight:500;color:#51635c}.why{width:14rem;color:#78877f;font-size:.85em}"
    "@media print{table{break-inside:avoid}}"
)
