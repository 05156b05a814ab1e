"""Passkeys: added to one's own account, used to come in alone or after the password. Challenges are kept here and good once."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import StringConstraints
from sqlalchemy import select

from hub.backoffice.security import passkeys, throttle
from hub.backoffice.security.commands.book import VERIFIED, account_of, commands, token_index
from hub.backoffice.security.commands.factors import FactorOutcome
from hub.backoffice.security.commands.recovery import first_recovery_codes, forget_recovery_codes
from hub.backoffice.security.commands.sessions import Entry, enter, go_on
from hub.backoffice.security.commands.sign_in import Source, Token, bucket_side, step_of
from hub.backoffice.security.errors import FACTOR_REQUIRED, PASSKEYS_NOT_HERE, SIGN_IN_EXPIRED, TOO_MANY_TRIES
from hub.backoffice.security.events import PasskeyAdded, PasskeyCopySeen, PasskeyRemoved, PasskeyRenamed, SignInRefused
from hub.backoffice.security.obligation import must_have_factor, passkeys_of, ways_of
from hub.backoffice.security.ports import address_of, wall_now
from hub.backoffice.security.tables import AccountRow, AttemptRow, ChallengeRow, PasskeyRow
from hub.kernel.commands import Answer, Command, Context
from hub.kernel.errors import CONFLICT, NOT_FOUND, Refused
from hub.kernel.ids import Id
from hub.kernel.text import ShortText

LASTS = timedelta(seconds=passkeys.CHALLENGE_SECONDS)
PASSKEYS_MAX = 20
"""Of one account: a phone, a computer and a key or two for every year."""

ORIGIN_PATTERN = r"^https?://[A-Za-z0-9.:\[\]-]{1,200}$"
Origin = Annotated[str, StringConstraints(pattern=ORIGIN_PATTERN)]
"""The page's, as its browser says."""

PasskeyName = Annotated[ShortText, StringConstraints(min_length=1, max_length=60)]
Credential = dict[str, Any]
"""`PublicKeyCredential.toJSON()`."""

Purpose = Literal["own", "setup", "factor", "sign_in"]


class PasskeyOffer(Answer):
    """What `navigator.credentials` takes, in WebAuthn's own JSON form."""

    options: dict[str, Any]


class OfferPasskey(Command):
    """One's own, after the present password was shown and found right."""

    account_id: Id
    origin: Origin


@commands.handles(
    OfferPasskey, permission=VERIFIED, answer=PasskeyOffer, errors=(NOT_FOUND, CONFLICT, PASSKEYS_NOT_HERE), secret=True
)
async def offer_passkey(context: Context, command: OfferPasskey) -> PasskeyOffer:
    return await _offered(context, await account_of(context, command.account_id), "own", command.origin)


class AddPasskey(Command):
    """What the browser made of the offer. The name is how its owner tells it from the others."""

    name: PasskeyName
    credential: Credential


@commands.handles(AddPasskey, permission="security.own", answer=FactorOutcome, errors=(NOT_FOUND, CONFLICT), secret=True)
async def add_passkey(context: Context, command: AddPasskey) -> FactorOutcome:
    account = await account_of(context, context.actor.id)
    if not await _added(context, account, "own", command.name, command.credential):
        return FactorOutcome(outcome="refused")
    return FactorOutcome(outcome="done", recovery_codes=await first_recovery_codes(context, account))


class OfferFirstPasskey(Command):
    """The step of a sign-in where the store asks for a second factor and there is none yet."""

    step: Token
    origin: Origin


@commands.handles(
    OfferFirstPasskey,
    permission=VERIFIED,
    answer=PasskeyOffer,
    errors=(SIGN_IN_EXPIRED, CONFLICT, PASSKEYS_NOT_HERE),
    secret=True,
)
async def offer_first_passkey(context: Context, command: OfferFirstPasskey) -> PasskeyOffer:
    _, account = await step_of(context, command.step, frozenset({"second_factor_setup"}))
    return await _offered(context, account, "setup", command.origin)


class AddFirstPasskey(Command):
    step: Token
    name: PasskeyName
    credential: Credential
    device_id: Id | None


@commands.handles(AddFirstPasskey, permission=VERIFIED, answer=Entry, errors=(SIGN_IN_EXPIRED, CONFLICT), secret=True)
async def add_first_passkey(context: Context, command: AddFirstPasskey) -> Entry:
    step, account = await step_of(context, command.step, frozenset({"second_factor_setup"}))
    if not await _added(context, account, "setup", command.name, command.credential):
        return Entry(outcome="refused")
    step.used_at = wall_now(context)
    codes = await first_recovery_codes(context, account)
    entry = await go_on(context, account, means="passkey", device_id=command.device_id, factor_shown=True)
    return entry.model_copy(update={"recovery_codes": codes})


class AskPasskey(Command):
    """Somebody wants in with a passkey: alone, or as the second factor of an open step. `source`: whence, for counting only."""

    origin: Origin
    source: Source
    device_id: Id | None
    step: Token | None = None


@commands.handles(
    AskPasskey,
    permission=VERIFIED,
    answer=PasskeyOffer,
    errors=(SIGN_IN_EXPIRED, TOO_MANY_TRIES, PASSKEYS_NOT_HERE),
    secret=True,
)
async def ask_passkey(context: Context, command: AskPasskey) -> PasskeyOffer:
    rp_id = _relying_party(context, command.origin)
    if command.step is not None:
        _, account = await step_of(context, command.step, frozenset({"second_factor"}))
        known = [each.credential_id for each in await passkeys_of(context.session, account.id) if each.rp_id == rp_id]
        challenge = _challenge(context, "factor", account.id, rp_id, command.origin)
        return PasskeyOffer(options=passkeys.request_options(rp_id, challenge, known))
    key = throttle.bucket(context.vault, "passkey offer", command.device_id or command.source)
    await throttle.count(context, key, throttle.PASSKEY_OFFERS)
    return PasskeyOffer(options=passkeys.request_options(rp_id, _challenge(context, "sign_in", None, rp_id, command.origin)))


class UsePasskey(Command):
    credential: Credential
    device_id: Id | None
    source: Source
    step: Token | None = None


@commands.handles(UsePasskey, permission=VERIFIED, answer=Entry, errors=(SIGN_IN_EXPIRED, TOO_MANY_TRIES), secret=True)
async def use_passkey(context: Context, command: UsePasskey) -> Entry:
    """A passkey is something that one has and, since the person was verified, something that one knows or is: both factors."""
    step, owed = None, None
    if command.step is not None:
        step, owed = await step_of(context, command.step, frozenset({"second_factor"}))
    passkey = await _passkey_of(context, command.credential)
    account_id = owed.id if owed else passkey.account_id if passkey else None
    side = await bucket_side(context, account_id, command.device_id)
    whose = (account_id or command.source, side)
    attempt_id = await throttle.count(context, throttle.bucket(context.vault, "passkey", *whose), throttle.SIGN_IN)
    attempt = await context.session.get_one(AttemptRow, attempt_id)
    account = await _asserted(context, command.credential, passkey, "factor" if step else "sign_in", account_id)
    if account is None or not account.active:
        tries = await throttle.fail(context, attempt)
        refused = SignInRefused(account_id=account_id, means="passkey", device_id=command.device_id, tries=tries)
        context.record(refused)
        return Entry(outcome="refused")
    await throttle.forgive(context, attempt)
    if step is None:
        return await enter(context, account, means="passkey", device_id=command.device_id)
    step.used_at = wall_now(context)
    return await go_on(context, account, means="passkey", device_id=command.device_id, factor_shown=True)


class RenamePasskey(Command):
    passkey_id: Id
    name: PasskeyName


@commands.handles(RenamePasskey, permission="security.own", errors=(NOT_FOUND,))
async def rename_passkey(context: Context, command: RenamePasskey) -> None:
    account = await account_of(context, context.actor.id)
    passkey = await _own(context, command.passkey_id)
    passkey.name_sealed = _sealed_name(context, account, passkey.id, command.name)
    context.record(PasskeyRenamed(account_id=account.id, passkey_id=passkey.id))


class RemovePasskey(Command):
    """Whoever must have a second factor keeps the last one."""

    passkey_id: Id


@commands.handles(RemovePasskey, permission="security.own", errors=(NOT_FOUND, FACTOR_REQUIRED))
async def remove_passkey(context: Context, command: RemovePasskey) -> None:
    account = await account_of(context, context.actor.id)
    passkey = await _own(context, command.passkey_id)
    await context.session.delete(passkey)
    await context.session.flush()
    if not await ways_of(context.session, account):
        if must_have_factor(context.store.settings, account.roles):
            raise Refused(FACTOR_REQUIRED)
        await forget_recovery_codes(context, account)
    context.record(PasskeyRemoved(account_id=account.id, passkey_id=passkey.id, by_themselves=True))


async def _own(context: Context, passkey_id: str) -> PasskeyRow:
    row = await context.session.get(PasskeyRow, passkey_id)
    if row is None or row.account_id != context.actor.id:
        raise Refused(NOT_FOUND, what="passkey")
    return row


def _relying_party(context: Context, origin: str) -> str:
    rp_id = passkeys.relying_party(address_of(context.ports).base(), origin)
    if rp_id is None:
        raise Refused(PASSKEYS_NOT_HERE)
    return rp_id


async def _offered(context: Context, account: AccountRow, purpose: Purpose, origin: str) -> PasskeyOffer:
    rp_id = _relying_party(context, origin)
    known = await passkeys_of(context.session, account.id)
    if len(known) >= PASSKEYS_MAX:
        raise Refused(CONFLICT, what="passkeys")
    options = passkeys.creation_options(
        rp_id,
        context.store.name_en,
        account.id,
        context.vault.open(account.data_key, account.id, account.login_sealed, f"account.login:{account.id}"),
        context.vault.open(account.data_key, account.id, account.name_sealed, f"account.name:{account.id}"),
        _challenge(context, purpose, account.id, rp_id, origin),
        [each.credential_id for each in known],
    )
    return PasskeyOffer(options=options)


def _challenge(context: Context, purpose: Purpose, account_id: str | None, rp_id: str, origin: str) -> bytes:
    """256 fresh bits, of which a keyed hash is kept."""
    challenge = hmac.digest(context.chance.token().encode(), b"salon-hub/passkey", "sha256")
    context.session.add(
        ChallengeRow(
            id=context.chance.id(),
            challenge_hash=token_index(context.vault, challenge.hex(), "passkey"),
            purpose=purpose,
            account_id=account_id,
            rp_id=rp_id,
            origin=origin,
            expires_at=wall_now(context) + LASTS,
            used_at=None,
        )
    )
    return challenge


async def _spent(
    context: Context, credential: Credential, purpose: Purpose, account_id: str | None
) -> tuple[ChallengeRow, bytes] | None:
    """The challenge that was signed, spent by this whatever comes of it; None when it was not made for this or is over."""
    challenge = passkeys.challenge_of(credential)
    if challenge is None:
        return None
    digest = token_index(context.vault, challenge.hex(), "passkey")
    row = await context.session.scalar(select(ChallengeRow).where(ChallengeRow.challenge_hash == digest))
    if row is None or row.used_at is not None or row.expires_at <= wall_now(context):
        return None
    row.used_at = wall_now(context)
    return (row, challenge) if row.purpose == purpose and row.account_id == account_id else None


async def _added(context: Context, account: AccountRow, purpose: Purpose, name: str, credential: Credential) -> bool:
    spent = await _spent(context, credential, purpose, account.id)
    if spent is None:
        return False
    row, challenge = spent
    try:
        made = passkeys.registered(credential, challenge, row.rp_id, row.origin)
    except passkeys.PasskeyRefusedError:
        return False
    if await context.session.scalar(select(PasskeyRow.id).where(PasskeyRow.credential_id == made.credential_id)):
        return False
    passkey_id = context.chance.id()
    context.session.add(
        PasskeyRow(
            id=passkey_id,
            account_id=account.id,
            name_sealed=_sealed_name(context, account, passkey_id, name),
            credential_id=made.credential_id,
            public_key=made.public_key,
            rp_id=row.rp_id,
            sign_count=made.sign_count,
            backed_up=made.backed_up,
            added_at=wall_now(context),
            used_at=None,
        )
    )
    context.record(PasskeyAdded(account_id=account.id, passkey_id=passkey_id))
    return True


async def _passkey_of(context: Context, credential: Credential) -> PasskeyRow | None:
    credential_id = passkeys.credential_id_of(credential)
    if credential_id is None:
        return None
    found: PasskeyRow | None = await context.session.scalar(select(PasskeyRow).where(PasskeyRow.credential_id == credential_id))
    return found


async def _asserted(
    context: Context, credential: Credential, passkey: PasskeyRow | None, purpose: Purpose, account_id: str | None
) -> AccountRow | None:
    """The account that the passkey proves; None when it proves nothing here."""
    spent = await _spent(context, credential, purpose, account_id if purpose == "factor" else None)
    if spent is None or passkey is None or passkey.account_id != account_id:
        return None
    row, challenge = spent
    if row.rp_id != passkey.rp_id or passkeys.user_of(credential) not in {None, account_id}:
        return None
    try:
        count = passkeys.asserted(credential, challenge, row.rp_id, row.origin, passkey.public_key)
    except passkeys.PasskeyRefusedError:
        return None
    if passkeys.is_a_copy(passkey.sign_count, count):
        context.record(PasskeyCopySeen(account_id=passkey.account_id, passkey_id=passkey.id))
        return None
    passkey.sign_count, passkey.used_at = count, wall_now(context)
    return await account_of(context, passkey.account_id)


def _sealed_name(context: Context, account: AccountRow, passkey_id: str, name: str) -> bytes:
    return context.vault.seal(account.data_key, account.id, name, f"passkey.name:{passkey_id}")
