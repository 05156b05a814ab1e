"""Accounts of the staff: made, given roles, passwords and PINs, closed and reopened by a manager."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints
from sqlalchemy import select

from hub.backoffice.security import passwords
from hub.backoffice.security.commands.book import account_of, commands, login_index, login_indexes
from hub.backoffice.security.commands.sessions import put_out
from hub.backoffice.security.errors import (
    LAST_MANAGER,
    LOGIN_TAKEN,
    PASSWORD_COMMON,
    PASSWORD_TOO_LONG,
    PASSWORD_TOO_SHORT,
    PASSWORD_TOO_SIMPLE,
    PASSWORD_USED_BEFORE,
    PIN_TOO_SIMPLE,
    TECHNICIAN_HAS_ACCOUNT,
)
from hub.backoffice.security.events import (
    AccountClosed,
    AccountCreated,
    AccountRenamed,
    AccountReopened,
    PasswordSet,
    PinSet,
    RolesSet,
    TechnicianLinked,
)
from hub.backoffice.security.fresh import fresh_password, fresh_pin
from hub.backoffice.security.ports import wall_now
from hub.backoffice.security.roles import StaffRole, takes_tablets
from hub.backoffice.security.tables import RESET, AccountRow, LinkRow, PasswordRow
from hub.kernel.commands import Answer, Command, Context
from hub.kernel.errors import INVALID, NOT_FOUND, Refused
from hub.kernel.ids import Id
from hub.kernel.text import Name, Text

Login = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=r"^\S+$")]
Password = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
Pin = Annotated[str, StringConstraints(pattern=r"^[0-9]{4,6}$")]

PASSWORD_REFUSALS = (
    PASSWORD_TOO_SHORT,
    PASSWORD_TOO_LONG,
    PASSWORD_COMMON,
    PASSWORD_TOO_SIMPLE,
    PASSWORD_USED_BEFORE,
)


class CreateAccount(Command):
    login: Login
    name: Name
    roles: Annotated[list[StaffRole], Field(min_length=1, max_length=5)]
    technician_id: Id | None = None
    password: Password | None = None
    pin: Pin | None = None
    must_change_password: bool = True


class AccountMade(Answer):
    account_id: Id


@commands.handles(
    CreateAccount,
    permission="security.accounts",
    answer=AccountMade,
    errors=(LOGIN_TAKEN, TECHNICIAN_HAS_ACCOUNT, PIN_TOO_SIMPLE, INVALID, *PASSWORD_REFUSALS),
)
async def create_account(context: Context, command: CreateAccount) -> AccountMade:
    taken = AccountRow.login_index.in_(login_indexes(context.vault, command.login))
    if await context.session.scalar(select(AccountRow.id).where(taken)):
        raise Refused(LOGIN_TAKEN)
    if command.pin is not None and command.technician_id is None:
        raise Refused(INVALID, fields=[{"field": "technician_id", "problem": "missing"}])
    if command.pin is not None and "technician" not in command.roles:
        raise Refused(INVALID, fields=[{"field": "roles", "problem": "not_a_technician"}])
    await _require_free_technician(context, command.technician_id)
    account_id = context.chance.id()
    key = context.vault.new_data_key(account_id)
    row = AccountRow(
        id=account_id,
        data_key=key,
        login_index=login_index(context.vault, command.login),
        login_sealed=context.vault.seal(key, account_id, command.login, f"account.login:{account_id}"),
        name_sealed=context.vault.seal(key, account_id, command.name, f"account.name:{account_id}"),
        roles=sorted(set(command.roles)),
        technician_id=command.technician_id,
        active=True,
        password_hash=None,
        password_set_at=None,
        must_change_password=False,
        pin_hash=None,
        totp_sealed=None,
        created_at=context.now,
    )
    context.session.add(row)
    if command.password is not None:
        await put_password(context, row, command.password)
        row.must_change_password = command.must_change_password
    if command.pin is not None:
        await _put_pin(row, command.pin)
    context.record(AccountCreated(account_id=account_id, roles=row.roles, technician_id=row.technician_id))
    return AccountMade(account_id=account_id)


async def _require_free_technician(context: Context, technician_id: str | None) -> None:
    if technician_id is None:
        return
    taken = select(AccountRow.id).where(AccountRow.technician_id == technician_id)
    if await context.session.scalar(taken):
        raise Refused(TECHNICIAN_HAS_ACCOUNT)


class RenameAccount(Command):
    account_id: Id
    name: Name


@commands.handles(RenameAccount, permission="security.accounts", errors=(NOT_FOUND,))
async def rename_account(context: Context, command: RenameAccount) -> None:
    row = await account_of(context, command.account_id)
    row.name_sealed = context.vault.seal(row.data_key, row.id, command.name, f"account.name:{row.id}")
    context.record(AccountRenamed(account_id=row.id))


class SetRoles(Command):
    account_id: Id
    roles: Annotated[list[StaffRole], Field(min_length=1, max_length=5)]


@commands.handles(SetRoles, permission="security.accounts", errors=(NOT_FOUND, LAST_MANAGER))
async def set_roles(context: Context, command: SetRoles) -> None:
    """Other roles end the account's sessions, so that nobody goes on with what was taken away; the PIN is the technician's."""
    row = await account_of(context, command.account_id)
    roles = sorted(set(command.roles))
    if roles == row.roles:
        return
    if "manager" not in roles:
        await _require_other_manager(context, row)
    before, row.roles = row.roles, list(roles)
    if "technician" not in roles:
        row.pin_hash = None
    await put_out(context, row.id)
    context.record(RolesSet(account_id=row.id, before=before, roles=row.roles))


class LinkTechnician(Command):
    """As whom of the team an account works; None: as nobody, and its PIN is gone."""

    account_id: Id
    technician_id: Id | None


@commands.handles(LinkTechnician, permission="security.accounts", errors=(NOT_FOUND, TECHNICIAN_HAS_ACCOUNT))
async def link_technician(context: Context, command: LinkTechnician) -> None:
    """Ends the account's sessions: they are bound to whom it was."""
    row = await account_of(context, command.account_id)
    if row.technician_id == command.technician_id:
        return
    await _require_free_technician(context, command.technician_id)
    row.technician_id = command.technician_id
    if command.technician_id is None:
        row.pin_hash = None
    await put_out(context, row.id)
    context.record(TechnicianLinked(account_id=row.id, technician_id=row.technician_id))


class CloseAccount(Command):
    account_id: Id


@commands.handles(CloseAccount, permission="security.accounts", errors=(NOT_FOUND, LAST_MANAGER))
async def close_account(context: Context, command: CloseAccount) -> None:
    row = await account_of(context, command.account_id)
    if not row.active:
        return
    await _require_other_manager(context, row)
    row.active = False
    await put_out(context, row.id)
    context.record(AccountClosed(account_id=row.id))


class ReopenAccount(Command):
    account_id: Id


@commands.handles(ReopenAccount, permission="security.accounts", errors=(NOT_FOUND,))
async def reopen_account(context: Context, command: ReopenAccount) -> None:
    row = await account_of(context, command.account_id)
    if row.active:
        return
    row.active = True
    context.record(AccountReopened(account_id=row.id))


async def _require_other_manager(context: Context, row: AccountRow) -> None:
    """A store without a manager could never make one again."""
    if "manager" not in row.roles:
        return
    others = await context.session.scalars(select(AccountRow.roles).where(AccountRow.active, AccountRow.id != row.id))
    if not any("manager" in roles for roles in others):
        raise Refused(LAST_MANAGER)


class SetPassword(Command):
    """A manager's reset: the person chooses another one at the next sign-in."""

    account_id: Id
    password: Password


@commands.handles(SetPassword, permission="security.accounts", errors=(NOT_FOUND, *PASSWORD_REFUSALS))
async def set_password(context: Context, command: SetPassword) -> None:
    row = await account_of(context, command.account_id)
    await put_password(context, row, command.password)
    row.must_change_password = True
    await put_out(context, row.id)
    context.record(PasswordSet(account_id=row.id, by_themselves=False))


class IssuePassword(Command):
    """A manager hands out a fresh password for one sign-in, at which the person chooses her own."""

    account_id: Id


class PasswordIssued(Answer):
    password: str


@commands.handles(IssuePassword, permission="security.accounts", answer=PasswordIssued, errors=(NOT_FOUND,), secret=True)
async def issue_password(context: Context, command: IssuePassword) -> PasswordIssued:
    password = fresh_password(context.chance)
    await set_password(context, SetPassword(account_id=command.account_id, password=password))
    return PasswordIssued(password=password)


class SetPin(Command):
    """The PIN with which a technician takes a paired tablet."""

    account_id: Id
    pin: Pin


@commands.handles(SetPin, permission="security.accounts", errors=(NOT_FOUND, PIN_TOO_SIMPLE, INVALID))
async def set_pin(context: Context, command: SetPin) -> None:
    row = await account_of(context, command.account_id)
    if not takes_tablets(row.technician_id, row.roles):
        raise Refused(INVALID, fields=[{"field": "account_id", "problem": "not_a_technician"}])
    await _put_pin(row, command.pin)
    await put_out(context, row.id)
    context.record(PinSet(account_id=row.id))


class IssuePin(Command):
    """A fresh PIN, to be told to the technician."""

    account_id: Id


class PinIssued(Answer):
    pin: str


@commands.handles(IssuePin, permission="security.accounts", answer=PinIssued, errors=(NOT_FOUND, INVALID), secret=True)
async def issue_pin(context: Context, command: IssuePin) -> PinIssued:
    pin = fresh_pin(context.chance)
    await set_pin(context, SetPin(account_id=command.account_id, pin=pin))
    return PinIssued(pin=pin)


async def _put_pin(row: AccountRow, pin: str) -> None:
    passwords.require_good_pin(pin)
    row.pin_hash = await passwords.hashed(pin)


async def put_password(context: Context, row: AccountRow, password: str) -> None:
    """Hold a password to the store's policy and keep its hash; links that led to another one are spent with it.

    Raises:
        Refused: one of PASSWORD_REFUSALS.
    """
    policy = passwords.policy_of(context.store.settings.get("password_policy"))
    personal = (
        context.vault.open(row.data_key, row.id, row.login_sealed, f"account.login:{row.id}"),
        context.vault.open(row.data_key, row.id, row.name_sealed, f"account.name:{row.id}"),
        context.store.name_zh,
        context.store.name_en,
    )
    passwords.require_good(policy, password, personal)
    await passwords.require_unused(policy, password, await _earlier_passwords(context, row))
    await _keep_password(context, row, await passwords.hashed(password))
    unused = select(LinkRow).where(LinkRow.account_id == row.id, LinkRow.screen == RESET, LinkRow.used_at.is_(None))
    for link in await context.session.scalars(unused):
        link.used_at = wall_now(context)


async def _earlier_passwords(context: Context, row: AccountRow) -> list[str]:
    newest = select(PasswordRow.hash).where(PasswordRow.account_id == row.id).order_by(PasswordRow.at.desc())
    return list(await context.session.scalars(newest.limit(passwords.MLPS_MEMORY)))


async def _keep_password(context: Context, row: AccountRow, new_hash: str) -> None:
    now = wall_now(context)
    row.password_hash, row.password_set_at, row.must_change_password = new_hash, now, False
    context.session.add(PasswordRow(id=context.chance.id(), account_id=row.id, hash=new_hash, at=now))
    old = select(PasswordRow).where(PasswordRow.account_id == row.id).order_by(PasswordRow.at.desc())
    for forgotten in await context.session.scalars(old.offset(passwords.MLPS_MEMORY)):
        await context.session.delete(forgotten)
