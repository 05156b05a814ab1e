"""What others may read of the waiting list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.crypto import Vault
from hub.operations.bookings.ports import Wish
from hub.operations.waitlist import links
from hub.operations.waitlist.matching import wishes_of
from hub.operations.waitlist.tables import GapRow, OfferRow, WaitRow


@dataclass(frozen=True, slots=True)
class OfferFacts:
    id: str
    gap_id: str
    entry_id: str
    booking_id: str
    start: datetime
    end: datetime
    state: str
    reason: str | None
    lost_minutes: int
    rivals: int
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WaitFacts:
    """Somebody's place on the list, with their offers, the newest first."""

    id: str
    customer_id: str
    wishes: tuple[Wish, ...]
    date_from: date
    date_to: date
    time_from: str | None
    time_until: str | None
    state: str
    joined_at: datetime
    offers: tuple[OfferFacts, ...]

    @property
    def offer(self) -> OfferFacts | None:
        """The one that runs."""
        return next((offer for offer in self.offers if offer.state == "running"), None)


@dataclass(frozen=True, slots=True)
class GapFacts:
    id: str
    cause: str
    start: datetime
    end: datetime
    technician_ids: tuple[str, ...]
    offered: bool


async def waiting(session: AsyncSession) -> list[WaitFacts]:
    """Everybody who waits, longest first."""
    rows = await session.scalars(select(WaitRow).where(WaitRow.state == "waiting").order_by(WaitRow.joined_at, WaitRow.id))
    return await _facts(session, list(rows))


async def wait_facts(session: AsyncSession, entry_id: str) -> WaitFacts | None:
    row = await session.get(WaitRow, entry_id)
    return (await _facts(session, [row]))[0] if row is not None else None


async def open_gaps(session: AsyncSession, now: datetime) -> list[GapFacts]:
    """Gaps that are still ahead and not filled, by start."""
    running = set(await session.scalars(select(OfferRow.gap_id).where(OfferRow.state == "running")))
    rows = await session.scalars(
        select(GapRow).where(GapRow.state == "open", GapRow.end > now).order_by(GapRow.start, GapRow.id)
    )
    return [GapFacts(r.id, r.cause, r.start, r.end, tuple(r.technician_ids), r.id in running) for r in rows]


async def link_of(session: AsyncSession, vault: Vault, entry_id: str) -> str | None:
    """The token of a place's own page; the same each time it is asked for."""
    row = await session.get(WaitRow, entry_id)
    return links.sign(vault, row) if row is not None else None


async def _facts(session: AsyncSession, rows: list[WaitRow]) -> list[WaitFacts]:
    made: dict[str, list[OfferFacts]] = {}
    wanted = select(OfferRow).where(OfferRow.entry_id.in_([row.id for row in rows]))
    for offer in await session.scalars(wanted.order_by(OfferRow.made_at.desc(), OfferRow.id)):
        made.setdefault(offer.entry_id, []).append(_offer(offer))
    return [
        WaitFacts(
            id=row.id,
            customer_id=row.customer_id,
            wishes=wishes_of(row),
            date_from=row.date_from,
            date_to=row.date_to,
            time_from=row.time_from,
            time_until=row.time_until,
            state=row.state,
            joined_at=row.joined_at,
            offers=tuple(made.get(row.id, ())),
        )
        for row in rows
    ]


def _offer(row: OfferRow) -> OfferFacts:
    return OfferFacts(
        id=row.id,
        gap_id=row.gap_id,
        entry_id=row.entry_id,
        booking_id=row.booking_id,
        start=row.start,
        end=row.end,
        state=row.state,
        reason=row.reason,
        lost_minutes=row.lost_minutes,
        rivals=row.rivals,
        made_at=row.made_at,
        expires_at=row.expires_at,
    )
