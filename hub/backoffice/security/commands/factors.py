"""The second factor: an authenticator app's codes, each good once, and recovery codes for the day the phone is lost."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hub.backoffice.security import throttle, totp
from hub.backoffice.security.commands.book import VERIFIED, account_of, commands
from hub.backoffice.security.commands.recovery import (
    first_recovery_codes,
    forget_recovery_codes,
    new_recovery_codes,
    spend_recovery_code,
)
from hub.backoffice.security.commands.sessions import Entry, go_on, put_out
from hub.backoffice.security.commands.sign_in import Token, bucket_side, step_of
from hub.backoffice.security.errors import FACTOR_REQUIRED, SIGN_IN_EXPIRED, TOO_MANY_TRIES
from hub.backoffice.security.events import PasskeyRemoved, SecondFactorRemoved, SecondFactorSet, SignInRefused
from hub.backoffice.security.obligation import must_have_factor, passkeys_of, ways_of
from hub.backoffice.security.ports import wall_now
from hub.backoffice.security.qr import matrix
from hub.backoffice.security.tables import AccountRow, AttemptRow
from hub.kernel.commands import Answer, Command, Context
from hub.kernel.errors import CONFLICT, NOT_FOUND, Refused
from hub.kernel.ids import Id

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=6, max_length=40)]

Source = Literal["app", "recovery"]
"""Where a right code came from."""


class FactorOffer(Answer):
    """What the authenticator app scans or has typed in."""

    secret: str
    address: str
    matrix: list[str]
    """The QR code of `address`, a row of 0 and 1 per line."""


class FactorOutcome(Answer):
    outcome: Literal["done", "refused"]
    recovery_codes: list[str] = Field(default_factory=list)


class ProveSecondFactor(Command):
    """The step of a sign-in that asks for the code; the first right code of a new app also confirms it."""

    step: Token
    code: Code
    device_id: Id | None


@commands.handles(
    ProveSecondFactor,
    permission=VERIFIED,
    answer=Entry,
    errors=(SIGN_IN_EXPIRED, TOO_MANY_TRIES),
    secret=True,
)
async def prove_second_factor(context: Context, command: ProveSecondFactor) -> Entry:
    step, account = await step_of(context, command.step, frozenset({"second_factor", "second_factor_setup"}))
    shown = await _shown(context, account, command.code, command.device_id)
    if shown is None:
        return Entry(outcome="refused")
    step.used_at = wall_now(context)
    codes = await _confirm(context, account) if shown == "app" and not account.totp_confirmed else []
    entry = await go_on(context, account, means="second_factor", device_id=command.device_id, factor_shown=True)
    return entry.model_copy(update={"recovery_codes": codes})


class OfferSecondFactor(Command):
    """The step of a sign-in where the store asks for a second factor and there is none yet."""

    step: Token


@commands.handles(OfferSecondFactor, permission=VERIFIED, answer=FactorOffer, errors=(SIGN_IN_EXPIRED,), secret=True)
async def offer_second_factor(context: Context, command: OfferSecondFactor) -> FactorOffer:
    _, account = await step_of(context, command.step, frozenset({"second_factor_setup"}))
    return _offer(context, account)


class BeginSecondFactor(Command):
    """One's own, of one's own will, after the present password was shown. It counts once a code has confirmed it."""

    account_id: Id


@commands.handles(BeginSecondFactor, permission=VERIFIED, answer=FactorOffer, errors=(NOT_FOUND, CONFLICT), secret=True)
async def begin_second_factor(context: Context, command: BeginSecondFactor) -> FactorOffer:
    account = await account_of(context, command.account_id)
    if account.totp_confirmed:
        raise Refused(CONFLICT, what="second factor")
    return _offer(context, account)


class ConfirmSecondFactor(Command):
    code: Code


@commands.handles(
    ConfirmSecondFactor,
    permission="security.own",
    answer=FactorOutcome,
    errors=(NOT_FOUND, CONFLICT, TOO_MANY_TRIES),
    secret=True,
)
async def confirm_second_factor(context: Context, command: ConfirmSecondFactor) -> FactorOutcome:
    account = await account_of(context, context.actor.id)
    if account.totp_confirmed or account.totp_sealed is None:
        raise Refused(CONFLICT, what="second factor")
    if await _shown(context, account, command.code, context.actor.device_id, by=("app",)) is None:
        return FactorOutcome(outcome="refused")
    return FactorOutcome(outcome="done", recovery_codes=await _confirm(context, account))


class MakeRecoveryCodes(Command):
    """Ten new ones; the old ones are void. Costs a code, so that an unattended screen does not give them away."""

    code: Code


@commands.handles(
    MakeRecoveryCodes,
    permission="security.own",
    answer=FactorOutcome,
    errors=(NOT_FOUND, CONFLICT, TOO_MANY_TRIES),
    secret=True,
)
async def make_recovery_codes(context: Context, command: MakeRecoveryCodes) -> FactorOutcome:
    account = await account_of(context, context.actor.id)
    if not await ways_of(context.session, account):
        raise Refused(CONFLICT, what="second factor")
    if await _shown(context, account, command.code, context.actor.device_id) is None:
        return FactorOutcome(outcome="refused")
    return FactorOutcome(outcome="done", recovery_codes=await new_recovery_codes(context, account))


class RemoveSecondFactor(Command):
    code: Code


@commands.handles(
    RemoveSecondFactor,
    permission="security.own",
    answer=FactorOutcome,
    errors=(NOT_FOUND, CONFLICT, FACTOR_REQUIRED, TOO_MANY_TRIES),
    secret=True,
)
async def remove_second_factor(context: Context, command: RemoveSecondFactor) -> FactorOutcome:
    """Whoever must have a second factor keeps the last one."""
    account = await _with_factor(context)
    if must_have_factor(context.store.settings, account.roles) and await ways_of(context.session, account) == ["code"]:
        raise Refused(FACTOR_REQUIRED)
    if await _shown(context, account, command.code, context.actor.device_id) is None:
        return FactorOutcome(outcome="refused")
    await _remove(context, account, by_themselves=True)
    return FactorOutcome(outcome="done")


class ResetSecondFactor(Command):
    """A manager's help for somebody who lost phone, passkeys and recovery codes; every session of the account ends."""

    account_id: Id


@commands.handles(ResetSecondFactor, permission="security.accounts", errors=(NOT_FOUND,))
async def reset_second_factor(context: Context, command: ResetSecondFactor) -> None:
    account = await account_of(context, command.account_id)
    for passkey in await passkeys_of(context.session, account.id):
        await context.session.delete(passkey)
        context.record(PasskeyRemoved(account_id=account.id, passkey_id=passkey.id, by_themselves=False))
    await context.session.flush()
    await _remove(context, account, by_themselves=False)
    await put_out(context, account.id)


def _offer(context: Context, account: AccountRow) -> FactorOffer:
    secret = totp.new_secret()
    account.totp_sealed = context.vault.seal(account.data_key, account.id, secret, f"account.totp:{account.id}")
    login = context.vault.open(account.data_key, account.id, account.login_sealed, f"account.login:{account.id}")
    address = totp.address(secret, login, context.store.name_en)
    return FactorOffer(secret=secret, address=address, matrix=matrix(address))


async def _with_factor(context: Context) -> AccountRow:
    account = await account_of(context, context.actor.id)
    if not account.totp_confirmed:
        raise Refused(CONFLICT, what="second factor")
    return account


async def _shown(
    context: Context, account: AccountRow, code: str, device_id: str | None, *, by: tuple[Source, ...] = ("app", "recovery")
) -> Source | None:
    """Count the try, then look at the code; a wrong one is a fact, and a right one is spent. None: wrong.

    A recovery code proves who it is, and nothing of an app that was begun: it confirms none.
    """
    side = await bucket_side(context, account.id, device_id)
    key = throttle.bucket(context.vault, "second_factor", account.id, side)
    attempt_id = await throttle.count(context, key, throttle.SIGN_IN)
    attempt = await context.session.get_one(AttemptRow, attempt_id)
    shown: Source | None = None
    if _spend_code(context, account, code):
        shown = "app"
    elif "recovery" in by and await spend_recovery_code(context, account, code):
        shown = "recovery"
    if shown:
        await throttle.forgive(context, attempt)
        return shown
    tries = await throttle.fail(context, attempt)
    context.record(SignInRefused(account_id=account.id, means="second_factor", device_id=device_id, tries=tries))
    return None


def _spend_code(context: Context, account: AccountRow, code: str) -> bool:
    if account.totp_sealed is None:
        return False
    secret = context.vault.open(account.data_key, account.id, account.totp_sealed, f"account.totp:{account.id}")
    step = totp.matching_step(secret, code.replace(" ", ""), wall_now(context), account.totp_last_step)
    if step is None:
        return False
    account.totp_last_step = step
    return True


async def _confirm(context: Context, account: AccountRow) -> list[str]:
    account.totp_confirmed = True
    context.record(SecondFactorSet(account_id=account.id))
    return await first_recovery_codes(context, account)


async def _remove(context: Context, account: AccountRow, *, by_themselves: bool) -> None:
    """The app's secret goes; the recovery codes stay for whoever still has a passkey."""
    account.totp_sealed, account.totp_confirmed = None, False
    if not await passkeys_of(context.session, account.id):
        await forget_recovery_codes(context, account)
    context.record(SecondFactorRemoved(account_id=account.id, by_themselves=by_themselves))
