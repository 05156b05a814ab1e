"""What needs two people: one asks, another one with the right allows it within the time, and then it is done once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select

from hub.backoffice.privacy.commands.book import KEEP, commands, own_file
from hub.backoffice.privacy.commands.erasing import erase, require_nothing_ahead
from hub.backoffice.privacy.commands.seeing import keep_view
from hub.backoffice.privacy.errors import (
    ALREADY_ASKED,
    APPROVAL_OVER,
    IN_ONE_HAND,
    KEYS_UNDER_WAY,
    NEEDS_ANOTHER_PERSON,
    STILL_EXPECTED,
)
from hub.backoffice.privacy.events import (
    ApprovalAsked,
    ApprovalExpired,
    ApprovalGiven,
    ApprovalRefused,
    ApprovalUsed,
    ApprovalWithdrawn,
)
from hub.backoffice.privacy.tables import ApprovalRow, KeyRotationRow
from hub.backoffice.security.hands import IN_HAND, in_one_hand
from hub.backoffice.security.ports import wall_now
from hub.kernel.commands import Answer, Command, Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.ids import Id
from hub.operations.bookings.people import customer_by_id
from hub.operations.bookings.tables import CustomerRow

ASKED_FOR = timedelta(hours=8)
"""How long somebody may think about it: a working day."""

USABLE_FOR: dict[str, timedelta] = {"list": timedelta(minutes=30), "unmasking": timedelta(minutes=60)}
"""How long after the approval it can be used; erasing and other keys begin at once."""

Kind = Literal["list", "unmasking", "erasure", "keys"]
Why = Literal["request", "marketing", "audit", "legal", "moving", "incident", "upkeep"]


class AskMade(Answer):
    approval_id: Id


class AskList(Command):
    """All customers' contacts as a spreadsheet."""

    reason: Why


@commands.handles(AskList, permission="privacy.export", answer=AskMade, errors=(ALREADY_ASKED,))
async def ask_list(context: Context, command: AskList) -> AskMade:
    return await _ask(context, "list", command.reason)


class AskUnmasking(Command):
    """See many files' contacts for an hour."""

    reason: Why


@commands.handles(AskUnmasking, permission="privacy.unmask", answer=AskMade, errors=(ALREADY_ASKED,))
async def ask_unmasking(context: Context, command: AskUnmasking) -> AskMade:
    return await _ask(context, "unmasking", command.reason)


class AskErasure(Command):
    """Erase a customer for good."""

    customer_id: Id
    reason: Why


@commands.handles(AskErasure, permission="privacy.erase", answer=AskMade, errors=(NOT_FOUND, ALREADY_ASKED, STILL_EXPECTED))
async def ask_erasure(context: Context, command: AskErasure) -> AskMade:
    row = await customer_by_id(context, command.customer_id)
    await require_nothing_ahead(context, row.id)
    return await _ask(context, "erasure", command.reason, row)


class AskKeys(Command):
    """Seal everything under other keys."""

    reason: Why


@commands.handles(AskKeys, permission="privacy.keys", answer=AskMade, errors=(ALREADY_ASKED, KEYS_UNDER_WAY))
async def ask_keys(context: Context, command: AskKeys) -> AskMade:
    if await context.session.scalar(select(KeyRotationRow.id).where(KeyRotationRow.finished_at.is_(None))):
        raise Refused(KEYS_UNDER_WAY)
    return await _ask(context, "keys", command.reason)


class AskOwnErasure(Command):
    """A customer wants to be erased; the store owes an answer, so the request does not run out."""


@commands.handles(AskOwnErasure, permission="privacy.own", answer=AskMade, errors=(NOT_FOUND, ALREADY_ASKED, STILL_EXPECTED))
async def ask_own_erasure(context: Context, command: AskOwnErasure) -> AskMade:
    row = await own_file(context)
    await require_nothing_ahead(context, row.id)
    return await _ask(context, "erasure", "request", row)


async def _ask(context: Context, kind: Kind, reason: str, customer: CustomerRow | None = None) -> AskMade:
    await _expire(context)
    customer_id = customer.id if customer is not None else None
    same = select(ApprovalRow.id).where(
        ApprovalRow.kind == kind, ApprovalRow.state == "asked", ApprovalRow.customer_id == customer_id
    )
    if kind in ("list", "unmasking"):
        same = same.where(ApprovalRow.asked_by == context.actor.id)
    if await context.session.scalar(same.limit(1)) is not None:
        raise Refused(ALREADY_ASKED)
    now = wall_now(context)
    row = ApprovalRow(
        id=context.chance.id(),
        kind=kind,
        customer_id=customer_id,
        reason=reason,
        asked_kind=context.actor.kind,
        asked_by=context.actor.id,
        asked_at=now,
        expires_at=None if context.actor.kind == "customer" else now + ASKED_FOR,
        state="asked",
    )
    context.session.add(row)
    context.record(ApprovalAsked(approval_id=row.id, kind=kind, customer_id=customer_id))
    return AskMade(approval_id=row.id)


class Approve(Command):
    """Allow what somebody else has asked for."""

    approval_id: Id


@commands.handles(
    Approve,
    permission="privacy.approve",
    errors=(NOT_FOUND, NEEDS_ANOTHER_PERSON, IN_ONE_HAND, APPROVAL_OVER, STILL_EXPECTED),
)
async def approve(context: Context, command: Approve) -> None:
    """An erasure happens with it; other keys are begun by the hub soon after; the rest is the asker's to use, once."""
    row = await _open(context, command.approval_id)
    if _is_own(context, row):
        raise Refused(NEEDS_ANOTHER_PERSON)
    if row.asked_kind == "staff" and await in_one_hand(context.session, row.asked_by, context.actor.id, context.now):
        raise Refused(IN_ONE_HAND, days=IN_HAND.days)
    now = wall_now(context)
    row.state, row.decided_by, row.decided_at = "approved", context.actor.id, now
    if row.kind in USABLE_FOR:
        row.usable_until = now + USABLE_FOR[row.kind]
    context.record(ApprovalGiven(approval_id=row.id, kind=row.kind))
    if row.kind == "unmasking":
        await keep_view(context, "unmasking", row.reason, None, count=0, approval_id=row.id)
    if row.kind == "erasure":
        await erase(context, await customer_by_id(context, row.customer_id or ""))
        use(context, row, now)


def _is_own(context: Context, row: ApprovalRow) -> bool:
    return row.asked_by == context.actor.id


class Decline(Command):
    """Say no; it stays on record."""

    approval_id: Id


@commands.handles(Decline, permission="privacy.approve", errors=(NOT_FOUND, APPROVAL_OVER))
async def decline(context: Context, command: Decline) -> None:
    row = await _open(context, command.approval_id)
    row.state, row.decided_by, row.decided_at = "refused", context.actor.id, wall_now(context)
    context.record(ApprovalRefused(approval_id=row.id, kind=row.kind))


class Withdraw(Command):
    """Take back what one has asked for."""

    approval_id: Id


@commands.handles(Withdraw, permission="screen.privacy", errors=(NOT_FOUND, APPROVAL_OVER))
async def withdraw(context: Context, command: Withdraw) -> None:
    row = await _open(context, command.approval_id)
    if row.asked_by != context.actor.id:
        raise Refused(NOT_FOUND, what="approval")
    row.state = "withdrawn"
    context.record(ApprovalWithdrawn(approval_id=row.id, kind=row.kind))


class TakeList(Command):
    """Use the approval of a list: from now on it is spent, and the list is on record."""

    approval_id: Id
    count: int


@commands.handles(TakeList, permission="privacy.export", errors=(NOT_FOUND, APPROVAL_OVER))
async def take_list(context: Context, command: TakeList) -> None:
    row, now = await _known(context, command.approval_id), wall_now(context)
    if row.kind != "list" or row.asked_by != context.actor.id:
        raise Refused(NOT_FOUND, what="approval")
    if row.state != "approved" or row.usable_until is None or now >= row.usable_until:
        raise Refused(APPROVAL_OVER)
    await keep_view(context, "list", row.reason, None, count=command.count, approval_id=row.id)
    use(context, row, now)


class ExpireApprovals(Command):
    """What nobody answered in time is over."""


@commands.handles(ExpireApprovals, permission=KEEP)
async def expire_approvals(context: Context, command: ExpireApprovals) -> None:
    await _expire(context)


async def _expire(context: Context) -> None:
    now = wall_now(context)
    asked = ApprovalRow.state == "asked"
    for row in await context.session.scalars(select(ApprovalRow).where(asked, ApprovalRow.expires_at <= now)):
        row.state = "expired"
        context.record(ApprovalExpired(approval_id=row.id, kind=row.kind))
    unused = select(ApprovalRow).where(ApprovalRow.state == "approved", ApprovalRow.usable_until <= now)
    for row in await context.session.scalars(unused):
        row.state = "done" if row.kind == "unmasking" else "expired"
        context.record(ApprovalExpired(approval_id=row.id, kind=row.kind))


def use(context: Context, row: ApprovalRow, now: datetime) -> None:
    row.state, row.done_at = "done", now
    context.record(ApprovalUsed(approval_id=row.id, kind=row.kind))


async def _known(context: Context, approval_id: str) -> ApprovalRow:
    row = await context.session.get(ApprovalRow, approval_id)
    if row is None:
        raise Refused(NOT_FOUND, what="approval")
    return row


async def _open(context: Context, approval_id: str) -> ApprovalRow:
    """One that still waits. Raises `not_found` or `approval_over`."""
    row = await _known(context, approval_id)
    late = row.expires_at is not None and row.expires_at <= wall_now(context)
    if row.state != "asked" or late:
        raise Refused(APPROVAL_OVER)
    return row
