"""Signing in and out. A try is counted first, its secret is looked at outside the transaction, then it is settled.

So an Argon2 hash never holds the writer up, and fifty tries at once are still fifty tries.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import StringConstraints
from sqlalchemy import select

from hub.backoffice.security import throttle
from hub.backoffice.security.commands.accounts import PASSWORD_REFUSALS, Password, put_password
from hub.backoffice.security.commands.book import VERIFIED, account_of, commands, token_index
from hub.backoffice.security.commands.sessions import Entry, enter, go_on, put_out
from hub.backoffice.security.errors import SIGN_IN_EXPIRED, TOO_MANY_TRIES, WRONG_PASSWORD
from hub.backoffice.security.events import PasswordSet, SignedOut, SignedOutElsewhere, SignInRefused
from hub.backoffice.security.obligation import ways_of
from hub.backoffice.security.ports import sessions, wall_now
from hub.backoffice.security.roles import takes_tablets
from hub.backoffice.security.tables import AccountRow, AttemptRow, DeviceRow, StepRow, TrustRow
from hub.kernel.commands import Answer, Command, Context
from hub.kernel.errors import CONFLICT, NOT_FOUND, Refused
from hub.kernel.ids import Id

Token = Annotated[str, StringConstraints(min_length=20, max_length=200)]
Source = Annotated[str, StringConstraints(max_length=100)]
"""Whence a request comes (a network address), for counting tries only."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class CountTry(Command):
    """`login_index` stands for the log-in where nobody has it, so that unknown log-ins are slowed down alike."""

    means: Literal["password", "pin"]
    account_id: Id | None
    login_index: Digest
    device_id: Id | None


class Counted(Answer):
    attempt_id: Id


@commands.handles(CountTry, permission=VERIFIED, answer=Counted, errors=(TOO_MANY_TRIES,))
async def count_try(context: Context, command: CountTry) -> Counted:
    limits = throttle.PIN if command.means == "pin" else throttle.SIGN_IN
    whence = await bucket_side(context, command.account_id, command.device_id, by_pin=command.means == "pin")
    key = throttle.bucket(context.vault, command.means, command.account_id or command.login_index, whence)
    return Counted(attempt_id=await throttle.count(context, key, limits))


async def bucket_side(context: Context, account_id: str | None, device_id: str | None, *, by_pin: bool = False) -> str:
    """The device where this account is at home there, else the one side of all strangers; PINs count per tablet."""
    if device_id is None or account_id is None:
        return "strangers"
    if by_pin:
        return device_id
    known = select(TrustRow.device_id).join(DeviceRow, DeviceRow.id == TrustRow.device_id)
    known = known.where(TrustRow.account_id == account_id, TrustRow.device_id == device_id, DeviceRow.revoked_at.is_(None))
    return device_id if await context.session.scalar(known) else "strangers"


class SettleTry(Command):
    """What came of looking at the secret."""

    attempt_id: Id
    account_id: Id | None
    means: Literal["password", "pin"]
    device_id: Id | None
    right: bool
    seen: Digest
    """Of what the secret was held against (`digest_of`)."""


@commands.handles(SettleTry, permission=VERIFIED, answer=Entry, errors=(NOT_FOUND, CONFLICT), secret=True)
async def settle_try(context: Context, command: SettleTry) -> Entry:
    attempt = await _open_attempt(context, command.attempt_id)
    account = await account_of(context, command.account_id) if command.account_id else None
    if (
        account is None
        or not command.right
        or not _may_come(account, command.means)
        or _kept(account, command.means) != command.seen
    ):
        tries = await throttle.fail(context, attempt)
        account_id = account.id if account else None
        context.record(SignInRefused(account_id=account_id, means=command.means, device_id=command.device_id, tries=tries))
        return Entry(outcome="refused")
    await throttle.forgive(context, attempt)
    if command.means == "pin":
        return await _take_tablet(context, account, command.device_id)
    return await go_on(context, account, means="password", device_id=command.device_id)


def _may_come(account: AccountRow, means: Literal["password", "pin"]) -> bool:
    return account.active and (means == "password" or takes_tablets(account.technician_id, account.roles))


def digest_of(secret_hash: str | None) -> str:
    """Tells a secret's hash from another one that took its place while the secret was looked at."""
    return hashlib.sha256((secret_hash or "").encode()).hexdigest()


def _kept(account: AccountRow, means: Literal["password", "pin"]) -> str:
    return digest_of(account.pin_hash if means == "pin" else account.password_hash)


async def _open_attempt(context: Context, attempt_id: str) -> AttemptRow:
    attempt = await context.session.scalar(select(AttemptRow).where(AttemptRow.id == attempt_id))
    if attempt is None:
        raise Refused(NOT_FOUND, what="attempt")
    if attempt.state != "open":
        raise Refused(CONFLICT, what="attempt")
    return attempt


async def _take_tablet(context: Context, account: AccountRow, device_id: str | None) -> Entry:
    """A technician takes the tablet; whoever had it before has left it."""
    device = await context.session.scalar(select(DeviceRow).where(DeviceRow.id == device_id, DeviceRow.revoked_at.is_(None)))
    if device is None:
        raise Refused(NOT_FOUND, what="device")
    return await enter(context, account, means="pin", device_id=device.id, on_tablet=True)


async def step_of(context: Context, token: str, needs: frozenset[str]) -> tuple[StepRow, AccountRow]:
    """The open step behind a token, with its account. Raises `sign_in_expired`."""
    digest = token_index(context.vault, token, "step")
    step = await context.session.scalar(select(StepRow).where(StepRow.token_hash == digest))
    if step is None or step.used_at is not None or step.expires_at <= wall_now(context) or step.needs not in needs:
        raise Refused(SIGN_IN_EXPIRED)
    account = await account_of(context, step.account_id)
    # A factor that was set up meanwhile is the owner's: whoever knew the password alone would put their own in its place.
    if not account.active or (step.needs == "second_factor_setup" and await ways_of(context.session, account)):
        raise Refused(SIGN_IN_EXPIRED)
    return step, account


class ChooseNewPassword(Command):
    """The step of a sign-in where the old password has to go."""

    step: Token
    password: Password
    device_id: Id | None


@commands.handles(
    ChooseNewPassword, permission=VERIFIED, answer=Entry, errors=(SIGN_IN_EXPIRED, *PASSWORD_REFUSALS), secret=True
)
async def choose_new_password(context: Context, command: ChooseNewPassword) -> Entry:
    step, account = await step_of(context, command.step, frozenset({"new_password"}))
    await put_password(context, account, command.password)
    step.used_at = wall_now(context)
    context.record(PasswordSet(account_id=account.id, by_themselves=True))
    await put_out(context, account.id)
    return await go_on(context, account, means="new_password", device_id=command.device_id, factor_shown=True)


class ForgiveTry(Command):
    """The secret was right, and was shown for something else than to come in."""

    attempt_id: Id
    account_id: Id
    seen: Digest


@commands.handles(ForgiveTry, permission=VERIFIED, errors=(NOT_FOUND, CONFLICT, WRONG_PASSWORD))
async def forgive_try(context: Context, command: ForgiveTry) -> None:
    if _kept(await account_of(context, command.account_id), "password") != command.seen:
        raise Refused(WRONG_PASSWORD)
    await throttle.forgive(context, await _open_attempt(context, command.attempt_id))


class ChangePassword(Command):
    """One's own, after the present one was shown and found right: every other session of hers ends."""

    account_id: Id
    password: Password
    device_id: Id | None


@commands.handles(ChangePassword, permission=VERIFIED, answer=Entry, errors=(NOT_FOUND, *PASSWORD_REFUSALS), secret=True)
async def change_password(context: Context, command: ChangePassword) -> Entry:
    account = await account_of(context, command.account_id)
    await put_password(context, account, command.password)
    context.record(PasswordSet(account_id=account.id, by_themselves=True))
    await put_out(context, account.id)
    return await go_on(context, account, means="new_password", device_id=command.device_id, factor_shown=True)


class SignOut(Command):
    pass


@commands.handles(SignOut, permission="security.own")
async def sign_out(context: Context, command: SignOut) -> None:
    if context.actor.session_id is not None:
        await sessions(context).revoke(context, session_id=context.actor.session_id)
    context.record(SignedOut(account_id=context.actor.id))


class EndOwnSessions(Command):
    """One of one's own sessions ends, or every other one; this one stays. The present password was shown."""

    account_id: Id
    here: Id
    """The session that asks."""
    session_id: Id | None = None
    """None: all but `here`."""


class LeftElsewhere(Answer):
    sessions: int


@commands.handles(EndOwnSessions, permission=VERIFIED, answer=LeftElsewhere, errors=(NOT_FOUND,))
async def end_own_sessions(context: Context, command: EndOwnSessions) -> LeftElsewhere:
    account = await account_of(context, command.account_id)
    ended = await sessions(context).revoke(
        context, session_id=command.session_id, actor_id=account.id, kind="staff", spare=command.here
    )
    if not ended and command.session_id is not None:
        raise Refused(NOT_FOUND, what="session")
    if ended:
        context.record(SignedOutElsewhere(account_id=account.id, sessions=ended))
    return LeftElsewhere(sessions=ended)
