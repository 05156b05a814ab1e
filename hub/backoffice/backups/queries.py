"""What the log says about backups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.tables import EventRow


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A fact of the log; `at` is the store's time."""

    type: str
    at: datetime
    data: Mapping[str, Any]


async def last_of(session: AsyncSession, *types: str) -> OnRecord | None:
    """The newest fact of these types in the session's store."""
    found = await record(session, *types, limit=1)
    return found[0] if found else None


async def record(session: AsyncSession, *types: str, limit: int) -> list[OnRecord]:
    """The newest facts of these types, newest first."""
    rows = select(EventRow).where(EventRow.type.in_(types)).order_by(EventRow.seq.desc()).limit(limit)
    return [OnRecord(row.type, row.at, row.data) for row in await session.scalars(rows)]
