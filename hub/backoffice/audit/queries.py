"""What others may read: the newest anchor, and how the last check came out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.backoffice.audit.events import AnchoringFailed, AnchoringResumed, WhyNoAnchor
from hub.backoffice.audit.tables import AnchorRow, VerificationRow
from hub.kernel.tables import EventRow


@dataclass(frozen=True, slots=True)
class LastAnchor:
    """`line` is what can be printed: number, row, beginning of the hash, time."""

    at: datetime
    seq: int
    line: str


@dataclass(frozen=True, slots=True)
class LastCheck:
    at: datetime
    rows: int
    anchors: int
    fault: str | None
    at_seq: int | None
    anchor: int | None


@dataclass(frozen=True, slots=True)
class NoAnchoring:
    """Anchors cannot be written, since when and why."""

    at: datetime
    why: WhyNoAnchor


async def anchoring(session: AsyncSession) -> NoAnchoring | None:
    """None while anchors are written."""
    types = (AnchoringFailed.event_type, AnchoringResumed.event_type)
    row = await session.scalar(select(EventRow).where(EventRow.type.in_(types)).order_by(EventRow.seq.desc()).limit(1))
    return NoAnchoring(row.at, row.data["why"]) if row and row.type == AnchoringFailed.event_type else None


async def last_anchor(session: AsyncSession) -> LastAnchor | None:
    row = await session.scalar(select(AnchorRow).order_by(AnchorRow.seq.desc(), AnchorRow.n.desc()).limit(1))
    return LastAnchor(row.at, row.seq, row.line) if row else None


async def last_check(session: AsyncSession) -> LastCheck | None:
    row = await session.scalar(select(VerificationRow).order_by(VerificationRow.n.desc()).limit(1))
    return LastCheck(row.at, row.rows, row.anchors, row.fault, row.at_seq, row.anchor) if row else None
