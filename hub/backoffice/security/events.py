"""What identity publishes. Ids only: never a log-in, a name, an address or a secret."""

from __future__ import annotations

from typing import Literal

from hub.kernel.events import Event

Means = Literal["password", "pin", "second_factor", "link", "new_password"]


class AccountCreated(Event, name="security.account_created"):
    account_id: str
    roles: list[str]
    technician_id: str | None


class AccountRenamed(Event, name="security.account_renamed"):
    account_id: str


class RolesSet(Event, name="security.roles_set"):
    account_id: str
    before: list[str]
    roles: list[str]


class AccountClosed(Event, name="security.account_closed"):
    account_id: str


class AccountReopened(Event, name="security.account_reopened"):
    account_id: str


class PasswordSet(Event, name="security.password_set"):
    account_id: str
    by_themselves: bool


class PinSet(Event, name="security.pin_set"):
    account_id: str


class SignedIn(Event, name="security.signed_in"):
    account_id: str
    means: Means
    device_id: str | None
    """The device on which it happened; the actor of the event is the hub's sign-in desk."""


class SignInRefused(Event, name="security.sign_in_refused"):
    """A wrong secret. `account_id` is None when nobody has that log-in."""

    account_id: str | None
    means: Means
    device_id: str | None
    tries: int
    """Wrong tries in this bucket within the window, this one included."""


class SignedOut(Event, name="security.signed_out"):
    account_id: str


class DevicePrepared(Event, name="security.device_prepared"):
    device_id: str
    kind: str


class DevicePaired(Event, name="security.device_paired"):
    device_id: str
    kind: str


class DeviceRenamed(Event, name="security.device_renamed"):
    device_id: str


class DeviceRevoked(Event, name="security.device_revoked"):
    device_id: str


class PairingRefused(Event, name="security.pairing_refused"):
    tries: int


class LinkMade(Event, name="security.link_made"):
    link_id: str
    screen: str


class LinkUsed(Event, name="security.link_used"):
    link_id: str
    screen: str


class SecondFactorSet(Event, name="security.second_factor_set"):
    account_id: str


class SecondFactorRemoved(Event, name="security.second_factor_removed"):
    account_id: str
    by_themselves: bool


class RecoveryCodesMade(Event, name="security.recovery_codes_made"):
    account_id: str


class RecoveryCodeUsed(Event, name="security.recovery_code_used"):
    account_id: str
    left: int
