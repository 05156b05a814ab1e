"""What others may read of accounts and devices: names opened, secrets never."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.backoffice.security.obligation import passkeys_of
from hub.backoffice.security.roles import STAFF_ROLES, StaffRole, takes_tablets
from hub.backoffice.security.tables import AccountRow, DeviceRow, PairingRow, PasskeyRow, RecoveryCodeRow
from hub.kernel.crypto import Vault


@dataclass(frozen=True, slots=True)
class Account:
    id: str
    login: str
    name: str
    roles: tuple[StaffRole, ...]
    technician_id: str | None
    active: bool
    has_password: bool
    has_pin: bool
    has_second_factor: bool
    """An authenticator app or a passkey."""
    has_authenticator: bool
    created_at: datetime
    email: str
    """Confirmed; empty where none is known."""


@dataclass(frozen=True, slots=True)
class Passkey:
    id: str
    name: str
    rp_id: str
    backed_up: bool
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Device:
    id: str
    kind: str
    name: str
    made_at: datetime
    paired_at: datetime | None
    revoked_at: datetime | None


async def accounts(session: AsyncSession, vault: Vault) -> list[Account]:
    """All accounts of the store, oldest first, closed ones too."""
    rows = await session.scalars(select(AccountRow).order_by(AccountRow.created_at, AccountRow.id))
    with_passkey = set(await session.scalars(select(PasskeyRow.account_id).distinct()))
    return [_account(vault, row, has_passkey=row.id in with_passkey) for row in rows]


async def account(session: AsyncSession, vault: Vault, account_id: str) -> Account | None:
    row = await session.scalar(select(AccountRow).where(AccountRow.id == account_id))
    if row is None:
        return None
    return _account(vault, row, has_passkey=bool(await passkeys_of(session, account_id)))


async def technicians_with_pin(session: AsyncSession) -> dict[str, str]:
    """Account by technician, of those who can take a tablet now."""
    rows = await session.execute(
        select(AccountRow.technician_id, AccountRow.id, AccountRow.roles).where(
            AccountRow.technician_id.is_not(None), AccountRow.pin_hash.is_not(None), AccountRow.active
        )
    )
    return {
        technician_id: account_id
        for technician_id, account_id, roles in rows
        if technician_id and takes_tablets(technician_id, roles)
    }


async def devices(session: AsyncSession) -> list[Device]:
    """Devices that can be managed, newest first; browsers that people merely signed in on are not among them."""
    rows = await session.scalars(
        select(DeviceRow).where(DeviceRow.kind != "browser").order_by(DeviceRow.made_at.desc(), DeviceRow.id)
    )
    return [Device(r.id, r.kind, r.name, r.made_at, r.paired_at, r.revoked_at) for r in rows]


async def device(session: AsyncSession, device_id: str) -> Device | None:
    row = await session.scalar(select(DeviceRow).where(DeviceRow.id == device_id, DeviceRow.kind != "browser"))
    return Device(row.id, row.kind, row.name, row.made_at, row.paired_at, row.revoked_at) if row else None


async def open_pairings(session: AsyncSession) -> dict[str, datetime]:
    """Until when each device can still be paired, by device; spent chances are not among them."""
    rows = await session.scalars(select(PairingRow).where(PairingRow.used_at.is_(None)))
    return {row.device_id: row.expires_at for row in rows}


async def recovery_codes_left(session: AsyncSession, account_id: str) -> int:
    unused = select(func.count()).select_from(RecoveryCodeRow)
    unused = unused.where(RecoveryCodeRow.account_id == account_id, RecoveryCodeRow.used_at.is_(None))
    return int(await session.scalar(unused) or 0)


def passkey_name(vault: Vault, row: AccountRow, passkey: PasskeyRow) -> str:
    return vault.open(row.data_key, row.id, passkey.name_sealed, f"passkey.name:{passkey.id}")


def account_mail(vault: Vault, row: AccountRow) -> str:
    """The account's confirmed mail address; empty where none is known."""
    if row.email_sealed is None:
        return ""
    return vault.open(row.data_key, row.id, row.email_sealed, f"account.email:{row.id}")


async def passkeys(session: AsyncSession, vault: Vault, account_id: str) -> list[Passkey]:
    """An account's passkeys, oldest first."""
    row = await session.scalar(select(AccountRow).where(AccountRow.id == account_id))
    if row is None:
        return []
    return [
        Passkey(each.id, passkey_name(vault, row, each), each.rp_id, each.backed_up, each.added_at, each.used_at)
        for each in await passkeys_of(session, account_id)
    ]


def _account(vault: Vault, row: AccountRow, *, has_passkey: bool) -> Account:
    return Account(
        row.id,
        vault.open(row.data_key, row.id, row.login_sealed, f"account.login:{row.id}"),
        vault.open(row.data_key, row.id, row.name_sealed, f"account.name:{row.id}"),
        tuple(role for role in STAFF_ROLES if role in row.roles),
        row.technician_id,
        row.active,
        row.password_hash is not None,
        row.pin_hash is not None,
        row.totp_confirmed or has_passkey,
        row.totp_confirmed,
        row.created_at,
        account_mail(vault, row),
    )
