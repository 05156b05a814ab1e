"""Accounts, devices, secrets as hashes, and the memory of tries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.tables import Base, Blind, ColumnClass, Scoped, Seal, classed

_SECRET = classed(ColumnClass.SECRET, "sign-in")


def _account(name: str) -> dict[str, Any]:
    """A value under the account's own data key."""
    return classed(ColumnClass.PERSONAL, "staff record", seal=Seal(f"account.{name}:{{id}}"))


class AccountRow(Base, Scoped):
    """A person of the staff. Log-in and name are sealed under the account's own data key."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("store_id", "login_index"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    data_key: Mapped[bytes] = mapped_column(info=_SECRET)
    login_index: Mapped[str] = mapped_column(
        String(64), info=classed(ColumnClass.PERSONAL, "staff record", blind=Blind("login_sealed", "login", folded=True))
    )
    login_sealed: Mapped[bytes] = mapped_column(info=_account("login"))
    name_sealed: Mapped[bytes] = mapped_column(info=_account("name"))
    roles: Mapped[list[str]]
    technician_id: Mapped[str | None] = mapped_column(String(32), index=True)
    active: Mapped[bool]
    password_hash: Mapped[str | None] = mapped_column(info=_SECRET)
    password_set_at: Mapped[datetime | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    pin_hash: Mapped[str | None] = mapped_column(info=_SECRET)
    totp_sealed: Mapped[bytes | None] = mapped_column(
        info=classed(ColumnClass.SECRET, "sign-in", seal=Seal("account.totp:{id}"))
    )
    totp_confirmed: Mapped[bool] = mapped_column(default=False)
    email_sealed: Mapped[bytes | None] = mapped_column(info=_account("email"))
    """Where a forgotten password and alarms are written to; confirmed by a code before it stands here."""
    totp_last_step: Mapped[int] = mapped_column(default=-1)
    """The newest 30-second step that was used; no step at or before it is taken again."""
    created_at: Mapped[datetime]


class PasswordRow(Base, Scoped):
    """An earlier password of an account, so that the `mlps` policy can refuse it."""

    __tablename__ = "account_password"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(32), index=True)
    hash: Mapped[str] = mapped_column(info=_SECRET)
    at: Mapped[datetime]


class RecoveryCodeRow(Base, Scoped):
    """A code for the day the phone is lost; kept as a keyed hash, good once."""

    __tablename__ = "recovery_code"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(32), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), info=_SECRET)
    used_at: Mapped[datetime | None]


class PasskeyRow(Base, Scoped):
    """A public key whose other half never leaves the person's phone, computer or key."""

    __tablename__ = "passkey"
    __table_args__ = (UniqueConstraint("store_id", "credential_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(32), index=True)
    name_sealed: Mapped[bytes] = mapped_column(
        info=classed(ColumnClass.PERSONAL, "staff record", seal=Seal("passkey.name:{id}", "account_id", "account"))
    )
    credential_id: Mapped[bytes] = mapped_column(info=_SECRET)
    public_key: Mapped[bytes] = mapped_column(info=_SECRET)
    """COSE."""
    rp_id: Mapped[str]
    """The host for which it was made: it works there alone."""
    sign_count: Mapped[int]
    backed_up: Mapped[bool]
    """Synchronised by its maker's cloud, so that it outlives the device."""
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ChallengeRow(Base, Scoped):
    """What an authenticator is to sign; good once, for one purpose, for some minutes."""

    __tablename__ = "passkey_challenge"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    challenge_hash: Mapped[str] = mapped_column(String(64), index=True, info=_SECRET)
    purpose: Mapped[str]
    """own: a passkey more; setup: the first at sign-in; factor: after the password; sign_in: alone."""
    account_id: Mapped[str | None] = mapped_column(String(32))
    rp_id: Mapped[str]
    origin: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ContactCodeRow(Base, Scoped):
    """Six digits on their way to a phone or a mailbox: derived from the id and kept nowhere. The token is the browser's."""

    __tablename__ = "contact_code"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    purpose: Mapped[str]
    """sign_in: a customer comes in; contact: a customer's other number or mailbox; staff_mail: an account's mailbox."""
    channel: Mapped[str]
    """sms or mail."""
    token_hash: Mapped[str] = mapped_column(String(64), index=True, info=_SECRET)
    target_indexes: Mapped[list[str]] = mapped_column(info=classed(ColumnClass.PERSONAL, "contact"))
    """Where a customer with this address may stand, also while keys are renewed."""
    customer_id: Mapped[str | None] = mapped_column(String(32), index=True)
    """The customer who names a new address."""
    address_sealed: Mapped[bytes | None] = mapped_column(
        info=classed(ColumnClass.PERSONAL, "contact", seal=Seal("contact_code.address:{id}", "customer_id", "customer", True))
    )
    account_id: Mapped[str | None] = mapped_column(String(32), index=True)
    """The account that names its mailbox."""
    mailbox_sealed: Mapped[bytes | None] = mapped_column(
        info=classed(
            ColumnClass.PERSONAL, "staff record", seal=Seal("contact_code.mailbox:{id}", "account_id", "account", True)
        )
    )
    language: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]
    """The code was right; where several share the address, it is still asked who it is."""
    used_at: Mapped[datetime | None]


class DeviceRow(Base, Scoped):
    """A paired or pairing device. Kind `browser` is one that somebody signed in on; it may do nothing by itself."""

    __tablename__ = "device"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    made_at: Mapped[datetime]
    paired_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class PairingRow(Base, Scoped):
    """A chance to pair one device, by typed code or by link; both are kept as keyed hashes."""

    __tablename__ = "pairing"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    device_id: Mapped[str] = mapped_column(String(32), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), index=True, info=_SECRET)
    token_hash: Mapped[str] = mapped_column(String(64), index=True, info=_SECRET)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


RESET = "reset"
"""What a link opens at which somebody chooses another password: `LinkRow.screen`."""


class LinkRow(Base, Scoped):
    """A one-time link that pairs a device or signs an account in, and then opens a page."""

    __tablename__ = "one_time_link"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), index=True, info=_SECRET)
    screen: Mapped[str]
    to: Mapped[str]
    account_id: Mapped[str | None] = mapped_column(String(32), index=True)
    device_kind: Mapped[str | None]
    device_name: Mapped[str | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class TrustRow(Base, Scoped):
    """This account once proved itself on this device: strangers' wrong guesses do not lock it out there."""

    __tablename__ = "device_trust"

    store_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    device_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    since: Mapped[datetime]


class AttemptRow(Base, Scoped):
    """One try, counted before the secret is looked at. `bucket` is a keyed hash of whom it is for and whence it comes."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    bucket: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[str]
    """open, failed, passed; `forgiven` once a later try of the same bucket passed."""


class StepRow(Base, Scoped):
    """Half a sign-in: the password was right, something else is still asked for."""

    __tablename__ = "sign_in_step"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), index=True, info=_SECRET)
    account_id: Mapped[str] = mapped_column(String(32))
    needs: Mapped[str]
    """second_factor or new_password."""
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RoleGrantRow(Base, Scoped):
    """Where this store differs from the house: what a role may do more, or not."""

    __tablename__ = "role_grant"

    store_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    permission: Mapped[str] = mapped_column(primary_key=True)
    allowed: Mapped[bool]
