"""Accounts, devices, secrets as hashes, and the memory of tries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.tables import Base, ColumnClass, Scoped, classed

_SECRET = classed(ColumnClass.SECRET, "sign-in")
_STAFF = classed(ColumnClass.PERSONAL, "staff record")


class AccountRow(Base, Scoped):
    """A person of the staff. Log-in and name are sealed under the account's own data key."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("store_id", "login_index"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    data_key: Mapped[bytes] = mapped_column(info=_SECRET)
    login_index: Mapped[str] = mapped_column(String(64))
    login_sealed: Mapped[bytes] = mapped_column(info=_STAFF)
    name_sealed: Mapped[bytes] = mapped_column(info=_STAFF)
    roles: Mapped[list[str]]
    technician_id: Mapped[str | None] = mapped_column(String(32), index=True)
    active: Mapped[bool]
    password_hash: Mapped[str | None] = mapped_column(info=_SECRET)
    password_set_at: Mapped[datetime | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    pin_hash: Mapped[str | None] = mapped_column(info=_SECRET)
    totp_sealed: Mapped[bytes | None] = mapped_column(info=_SECRET)
    totp_confirmed: Mapped[bool] = mapped_column(default=False)
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
