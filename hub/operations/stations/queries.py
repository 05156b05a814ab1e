"""What others may read of the stations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.text import Bilingual
from hub.operations.stations.rules import Condition
from hub.operations.stations.tables import ClosureRow, PlaceRow


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    id: str
    code: str
    kind: str
    name: Bilingual
    ordinal: int
    active: bool
    condition: Condition
    condition_since: datetime | None


@dataclass(frozen=True, slots=True)
class ClosureFacts:
    id: str
    place_id: str
    start: datetime
    end: datetime | None
    """None: until somebody reopens it."""
    reason: str


async def places(session: AsyncSession) -> list[PlaceFacts]:
    """All places in the store's order, retired ones included."""
    rows = await session.scalars(select(PlaceRow).order_by(PlaceRow.ordinal, PlaceRow.code))
    return [
        PlaceFacts(
            id=row.id,
            code=row.code,
            kind=row.kind,
            name=Bilingual(zh=row.name_zh, en=row.name_en),
            ordinal=row.ordinal,
            active=row.active,
            condition=cast(Condition, row.condition),
            condition_since=row.condition_since,
        )
        for row in rows
    ]


async def closures(session: AsyncSession, start: datetime, end: datetime) -> list[ClosureFacts]:
    """Closures that touch the span, by start."""
    wanted = select(ClosureRow).where(ClosureRow.start < end, or_(ClosureRow.end.is_(None), ClosureRow.end > start))
    rows = await session.scalars(wanted.order_by(ClosureRow.start, ClosureRow.id))
    return [ClosureFacts(row.id, row.place_id, row.start, row.end, row.reason) for row in rows]
