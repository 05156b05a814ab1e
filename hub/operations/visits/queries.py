"""What others may read of the visits: past talks, and who has served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.crypto import Vault
from hub.operations.bookings.tables import CustomerRow
from hub.operations.visits.tables import ConsultationRow, PhaseRunRow


@dataclass(frozen=True, slots=True)
class ConsultationFacts:
    """One talk, in plain text; empty where nothing was said of it."""

    id: str
    booking_id: str
    technician_id: str | None
    at: datetime
    skin_type: str
    preferences: str
    note: str


async def consultations_of(session: AsyncSession, vault: Vault, customer_id: str) -> list[ConsultationFacts]:
    """A customer's talks, the newest first; nothing of who has been erased."""
    customer = await session.get(CustomerRow, customer_id)
    if customer is None or customer.data_key is None:
        return []
    key = customer.data_key
    wanted = select(ConsultationRow).where(ConsultationRow.customer_id == customer_id)
    rows = await session.scalars(wanted.order_by(ConsultationRow.at.desc(), ConsultationRow.id))

    def opened(row: ConsultationRow, column: str) -> str:
        sealed = getattr(row, f"{column}_sealed")
        return "" if sealed is None else vault.open(key, customer_id, sealed, f"consultation/{row.id}/{column}")

    return [
        ConsultationFacts(
            id=row.id,
            booking_id=row.booking_id,
            technician_id=row.technician_id,
            at=row.at,
            skin_type=opened(row, "skin_type"),
            preferences=opened(row, "preferences"),
            note=opened(row, "note"),
        )
        for row in rows
    ]


async def served_by(session: AsyncSession, booking_ids: Sequence[str]) -> dict[str, str]:
    """Who did most of the work of each booking that has begun, by booking."""
    wanted = select(PhaseRunRow).where(PhaseRunRow.booking_id.in_(booking_ids), PhaseRunRow.technician_id.is_not(None))
    spent: dict[str, dict[str, float]] = {}
    for run in await session.scalars(wanted.order_by(PhaseRunRow.started_at)):
        seconds = ((run.ended_at or run.expected_end) - run.started_at).total_seconds()
        hands = spent.setdefault(run.booking_id, {})
        hands[run.technician_id or ""] = hands.get(run.technician_id or "", 0.0) + seconds
    return {booking: max(hands, key=lambda who: hands[who]) for booking, hands in spent.items()}
