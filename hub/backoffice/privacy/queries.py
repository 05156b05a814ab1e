"""What others may read: who looked, what is asked, what is agreed to, how far the keys are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.backoffice.privacy.tables import ApprovalRow, KeyRotationRow, SensitiveViewRow
from hub.kernel.crypto import Vault
from hub.operations.bookings.tables import ConsentRow, CustomerRow


@dataclass(frozen=True, slots=True)
class Seen:
    """One entry of the record of sensitive views."""

    id: str
    at: datetime
    actor_kind: str
    actor_id: str
    roles: tuple[str, ...]
    device_id: str | None
    customer_id: str | None
    what: str
    reason: str
    note: str
    count: int
    approval_id: str | None


@dataclass(frozen=True, slots=True)
class Approval:
    id: str
    kind: str
    customer_id: str | None
    reason: str
    asked_kind: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime | None
    state: str
    decided_by: str | None
    decided_at: datetime | None
    usable_until: datetime | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Consent:
    purpose: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rotation:
    generation: str
    begun_at: datetime
    renewed: int
    finished_at: datetime | None


async def views_seen(
    session: AsyncSession,
    vault: Vault,
    *,
    actor_id: str | None = None,
    customer_id: str | None = None,
    device_id: str | None = None,
    what: str | None = None,
    before: datetime | None = None,
    limit: int = 100,
) -> list[Seen]:
    """The newest first; what is None does not narrow."""
    wanted = select(SensitiveViewRow).order_by(SensitiveViewRow.at.desc(), SensitiveViewRow.id).limit(limit)
    given = {"actor_id": actor_id, "customer_id": customer_id, "device_id": device_id, "what": what}
    wanted = wanted.filter_by(**{name: value for name, value in given.items() if value is not None})
    if before is not None:
        wanted = wanted.where(SensitiveViewRow.at < before)
    rows = list(await session.scalars(wanted))
    ids = {row.customer_id for row in rows if row.note_sealed is not None}
    customers = {row.id: row for row in await session.scalars(select(CustomerRow).where(CustomerRow.id.in_(ids)))}
    return [_seen(vault, row, customers.get(row.customer_id or "")) for row in rows]


def _seen(vault: Vault, row: SensitiveViewRow, customer: CustomerRow | None) -> Seen:
    note = ""
    if row.note_sealed is not None and customer is not None and customer.data_key is not None:
        note = vault.open(customer.data_key, customer.id, row.note_sealed, f"sensitive_view/{row.id}/note")
    return Seen(
        row.id,
        row.at,
        row.actor_kind,
        row.actor_id,
        tuple(row.roles),
        row.device_id,
        row.customer_id,
        row.what,
        row.reason,
        note,
        row.count,
        row.approval_id,
    )


async def approvals(session: AsyncSession, *, over: int = 60) -> list[Approval]:
    """The newest first: all that still wait or can be used, and the last `over` of the others."""
    is_open = ApprovalRow.state.in_(("asked", "approved"))
    newest = select(ApprovalRow).order_by(ApprovalRow.asked_at.desc(), ApprovalRow.id)
    rows = [*await session.scalars(newest.where(is_open)), *await session.scalars(newest.where(~is_open).limit(over))]
    rows.sort(key=lambda row: row.asked_at, reverse=True)
    return [Approval(**{name: getattr(row, name) for name in Approval.__dataclass_fields__}) for row in rows]


async def waiting_for(session: AsyncSession, actor_id: str, now: datetime) -> int:
    """How many requests of others this person may still decide."""
    in_time = ApprovalRow.expires_at.is_(None) | (ApprovalRow.expires_at > now)
    others = select(func.count()).select_from(ApprovalRow).where(ApprovalRow.state == "asked", ApprovalRow.asked_by != actor_id)
    return int(await session.scalar(others.where(in_time)) or 0)


async def running_unmasking(session: AsyncSession, actor_id: str, now: datetime) -> str | None:
    """The approval under which this person may see many files now."""
    running = select(ApprovalRow.id).where(
        ApprovalRow.kind == "unmasking",
        ApprovalRow.state == "approved",
        ApprovalRow.asked_by == actor_id,
        ApprovalRow.usable_until > now,
    )
    found: str | None = await session.scalar(running.limit(1))
    return found


async def consents_of(session: AsyncSession, customer_id: str) -> list[Consent]:
    rows = await session.scalars(select(ConsentRow).where(ConsentRow.customer_id == customer_id).order_by(ConsentRow.purpose))
    return [Consent(row.purpose, row.given_at, row.withdrawn_at) for row in rows]


async def rotations(session: AsyncSession) -> list[Rotation]:
    """The newest first."""
    rows = await session.scalars(select(KeyRotationRow).order_by(KeyRotationRow.begun_at.desc()).limit(20))
    return [Rotation(row.generation, row.begun_at, row.renewed, row.finished_at) for row in rows]
