"""What two people decide about: requests that wait, those that are over, and how far the keys are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from displays.privacy.facts import PRIVACY_FACTS
from displays.security.looking import NAMES, audience_of, may, name_for
from hub.backoffice.privacy import queries
from hub.backoffice.security import queries as security
from hub.backoffice.security.ports import wall_of
from hub.gateway.screens import NoParams, Reading, Screen, View, head_of
from hub.operations.bookings.queries import revealed_name
from hub.operations.bookings.tables import CustomerRow

RIGHTS = (
    "privacy.record",
    "privacy.approve",
    "privacy.export",
    "privacy.unmask",
    "privacy.erase",
    "privacy.copy",
    "privacy.keys",
    "customers.read",
)
"""What the page lets somebody do, if they may."""


class ApprovalLine(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    customer_id: str | None
    customer_name: str
    reason: str
    by_customer: bool
    """The customer asks for it."""
    asked_by: str
    asked_at: datetime
    expires_at: datetime | None
    state: str
    decided_by: str
    decided_at: datetime | None
    usable_until: datetime | None
    done_at: datetime | None
    can_decide: bool
    """Somebody else's, and this person may."""
    can_use: bool
    is_mine: bool


class Keys(BaseModel):
    model_config = ConfigDict(frozen=True)

    current: str
    older: list[str]
    under_way: bool
    renewed: int
    begun_at: datetime | None
    finished_at: datetime | None


class PrivacyView(View):
    now: datetime
    """The wall's time, on which requests run out."""
    may: list[str]
    waiting: list[ApprovalLine]
    over: list[ApprovalLine]
    keys: Keys | None


async def read(reading: Reading, params: NoParams) -> PrivacyView:
    now = wall_of(reading.ports).now()
    known = await queries.approvals(reading.session)
    names = {a.id: a.name for a in await security.accounts(reading.session, reading.vault)}
    customers = await customer_names(reading, {a.customer_id for a in known if a.customer_id})
    lines = [_line(reading, approval, names, customers, now) for approval in known]
    return PrivacyView(
        store=head_of(reading.store),
        now=now,
        may=[right for right in RIGHTS if may(reading, right)],
        waiting=[line for line in lines if _is_open(line, now)],
        over=[line for line in lines if not _is_open(line, now)],
        keys=await _keys(reading) if may(reading, "privacy.keys") else None,
    )


async def customer_names(reading: Reading, ids: set[str]) -> dict[str, str]:
    """Names as this looker may read them; empty for the erased."""
    rows = await reading.session.scalars(select(CustomerRow).where(CustomerRow.id.in_(ids)))
    names = {row.id: revealed_name(reading.vault, row) for row in rows}
    full = may(reading, NAMES)
    return {customer_id: name_for(name, reads_names=full) for customer_id, name in names.items()}


def _is_open(line: ApprovalLine, now: datetime) -> bool:
    if line.state == "approved":
        return line.usable_until is None or now < line.usable_until
    return line.state == "asked" and (line.expires_at is None or now < line.expires_at)


def _line(
    reading: Reading,
    approval: queries.Approval,
    names: Mapping[str, str],
    customers: Mapping[str, str],
    now: datetime,
) -> ApprovalLine:
    mine = approval.asked_by == reading.actor.id
    waits = approval.state == "asked" and (approval.expires_at is None or now < approval.expires_at)
    usable = approval.state == "approved" and approval.usable_until is not None and now < approval.usable_until
    return ApprovalLine(
        id=approval.id,
        kind=approval.kind,
        customer_id=approval.customer_id,
        customer_name=customers.get(approval.customer_id or "", ""),
        reason=approval.reason,
        by_customer=approval.asked_kind == "customer",
        asked_by=names.get(approval.asked_by, ""),
        asked_at=approval.asked_at,
        expires_at=approval.expires_at,
        state="expired" if approval.state == "asked" and not waits else approval.state,
        decided_by=names.get(approval.decided_by or "", ""),
        decided_at=approval.decided_at,
        usable_until=approval.usable_until,
        done_at=approval.done_at,
        can_decide=waits and not mine and may(reading, "privacy.approve"),
        can_use=mine and usable and approval.kind == "list",
        is_mine=mine,
    )


async def _keys(reading: Reading) -> Keys:
    ring, past = reading.vault.ring, await queries.rotations(reading.session)
    newest = past[0] if past else None
    return Keys(
        current=ring.current,
        older=[g.id for g in ring.generations if g.id != ring.current],
        under_way=newest is not None and newest.finished_at is None,
        renewed=newest.renewed if newest else 0,
        begun_at=newest.begun_at if newest else None,
        finished_at=newest.finished_at if newest else None,
    )


screen = Screen(
    name="privacy",
    permission="screen.privacy",
    params=NoParams,
    view=PrivacyView,
    read=read,
    touched_by=PRIVACY_FACTS,
    audience=lambda actor, params: audience_of(actor),
    refresh=timedelta(minutes=1),
)
