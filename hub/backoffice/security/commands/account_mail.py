"""An account's mail address, confirmed by a code, and what it is for: another password when the old one is forgotten."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy import select

from hub.backoffice.security import throttle
from hub.backoffice.security.commands import codes
from hub.backoffice.security.commands.book import VERIFIED, account_of, commands, login_indexes, token_index
from hub.backoffice.security.commands.codes import Asked, ContactCode
from hub.backoffice.security.commands.factors import FactorOutcome
from hub.backoffice.security.commands.links import LINK_LASTS, LinkAnswer
from hub.backoffice.security.commands.sign_in import Source, Token, bucket_side
from hub.backoffice.security.errors import TOO_MANY_TRIES
from hub.backoffice.security.events import AccountMailSet, ResetAsked, ResetLinkMade
from hub.backoffice.security.notices import notice
from hub.backoffice.security.ports import wall_now
from hub.backoffice.security.queries import account_mail
from hub.backoffice.security.tables import RESET, AccountRow, LinkRow
from hub.kernel.commands import Command, Context
from hub.kernel.crypto import Vault
from hub.kernel.errors import NOT_FOUND, UNAVAILABLE, Refused
from hub.kernel.ids import Id
from hub.kernel.mail import INVALID_ADDRESS, InvalidMessageError, Mailer, normal_mail_address
from hub.kernel.text import Language, Text

RESET_LASTS = timedelta(minutes=30)
"""Of a link that was mailed; one that a manager hands out lasts as long as other links."""

Email = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=3, max_length=254)]


class AskOwnMail(Command):
    """After the present password was shown and found right: whoever reads this mailbox can choose the password."""

    account_id: Id
    email: Email
    language: Language


@commands.handles(
    AskOwnMail,
    permission=VERIFIED,
    answer=Asked,
    errors=(NOT_FOUND, INVALID_ADDRESS, TOO_MANY_TRIES, UNAVAILABLE),
    secret=True,
)
async def ask_own_mail(context: Context, command: AskOwnMail) -> Asked:
    account = await account_of(context, command.account_id)
    codes.require_channel(context, "mail")
    address = normal_mail_address(command.email)
    key = throttle.bucket(context.vault, "ask staff mail", account.id)
    await throttle.count(context, key, throttle.CODES_PER_SOURCE)
    code_id = context.chance.id()
    sealed = context.vault.seal(account.data_key, account.id, address, f"contact_code.mailbox:{code_id}")
    owner = codes.Owner(account_id=account.id, mailbox_sealed=sealed)
    return await codes.issue(context, code_id, "staff_mail", "mail", [], command.language, owner)


class ConfirmOwnMail(Command):
    token: Token
    code: ContactCode


@commands.handles(
    ConfirmOwnMail, permission="security.own", answer=FactorOutcome, errors=(NOT_FOUND, TOO_MANY_TRIES), secret=True
)
async def confirm_own_mail(context: Context, command: ConfirmOwnMail) -> FactorOutcome:
    account = await account_of(context, context.actor.id)
    row = await codes.code_behind(context, command.token, "staff_mail", account.id)
    bucket = throttle.bucket(context.vault, "code", account.id, "staff mail")
    if not await codes.is_right(context, row, command.code, bucket) or row is None or row.mailbox_sealed is None:
        return FactorOutcome(outcome="refused")
    address = context.vault.open(account.data_key, account.id, row.mailbox_sealed, f"contact_code.mailbox:{row.id}")
    row.used_at, row.mailbox_sealed = wall_now(context), None
    await _tell_who_reads_the_old_one(context, account)
    account.email_sealed = context.vault.seal(account.data_key, account.id, address, f"account.email:{account.id}")
    context.record(AccountMailSet(account_id=account.id))
    return FactorOutcome(outcome="done")


class ForgetOwnMail(Command):
    """No mail address any more."""


@commands.handles(ForgetOwnMail, permission="security.own", errors=(NOT_FOUND,))
async def forget_own_mail(context: Context, command: ForgetOwnMail) -> None:
    account = await account_of(context, context.actor.id)
    if account.email_sealed is not None:
        await _tell_who_reads_the_old_one(context, account)
        account.email_sealed = None
        context.record(AccountMailSet(account_id=account.id))


async def _tell_who_reads_the_old_one(context: Context, account: AccountRow) -> None:
    """In case it was not the person's own doing: whatever comes after is told to the new address alone."""
    address = account_mail(context.vault, account)
    mailer: Mailer = context.ports.get(Mailer)  # type: ignore[type-abstract]  # the port is found by its Protocol
    if not address or not mailer.carries("mail"):
        return
    with suppress(InvalidMessageError):
        await mailer.send(notice(context.ports, context.store, address, "mail"), context.session)


class AskReset(Command):
    """Somebody forgot their password, and says who they are."""

    login: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    source: Source
    device_id: Id | None


@commands.handles(AskReset, permission=VERIFIED, errors=(TOO_MANY_TRIES, UNAVAILABLE))
async def ask_reset(context: Context, command: AskReset) -> None:
    """The follower writes to the account's address, if there is an account and it has one."""
    codes.require_channel(context, "mail")
    mine = select(AccountRow).where(AccountRow.login_index.in_(login_indexes(context.vault, command.login)), AccountRow.active)
    account = await context.session.scalar(mine)
    side = await bucket_side(context, account.id if account else None, command.device_id)
    key = throttle.bucket(context.vault, "ask reset", command.login.strip().casefold(), side)
    await throttle.count(context, key, throttle.CODES_PER_TARGET)
    source = throttle.bucket(context.vault, "ask reset from", command.device_id or command.source)
    await throttle.count(context, source, throttle.CODES_PER_SOURCE)
    link_id = context.chance.id()
    token = reset_token(context.vault, link_id)
    context.session.add(_reset_link(context, link_id, token, account.id if account else None, RESET_LASTS))
    context.record(ResetAsked(link_id=link_id))


class IssueResetLink(Command):
    """A one-time link, handed out by a manager, to choose another password; a second factor is asked for all the same."""

    account_id: Id


@commands.handles(IssueResetLink, permission="security.accounts", answer=LinkAnswer, errors=(NOT_FOUND,), secret=True)
async def issue_reset_link(context: Context, command: IssueResetLink) -> LinkAnswer:
    account = await account_of(context, command.account_id)
    if not account.active:
        raise Refused(NOT_FOUND, what="account")
    link_id, token = context.chance.id(), context.chance.token()
    context.session.add(_reset_link(context, link_id, token, account.id, LINK_LASTS))
    context.record(ResetLinkMade(account_id=account.id, link_id=link_id))
    return LinkAnswer(path=f"/l/{token}")


def reset_token(vault: Vault, link_id: str) -> str:
    """The secret of a mailed link, 256 bits derived from its id, so that it is kept nowhere before it is sent."""
    return vault.steady_index(link_id, "reset link")


def _reset_link(context: Context, link_id: str, token: str, account_id: str | None, lasts: timedelta) -> LinkRow:
    return LinkRow(
        id=link_id,
        token_hash=token_index(context.vault, token, "link"),
        screen=RESET,
        to="/",
        account_id=account_id,
        device_kind=None,
        device_name=None,
        expires_at=wall_now(context) + lasts,
        used_at=None,
    )
