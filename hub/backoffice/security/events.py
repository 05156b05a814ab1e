"""What identity publishes. Ids only: never a log-in, a name, an address or a secret."""

from __future__ import annotations

from typing import Literal

from hub.kernel.events import Event

Means = Literal["password", "pin", "second_factor", "link", "new_password", "passkey"]


class AccountCreated(Event, name="security.account_created"):
    account_id: str
    roles: list[str]
    technician_id: str | None


class AccountRenamed(Event, name="security.account_renamed"):
    account_id: str


class TechnicianLinked(Event, name="security.technician_linked"):
    account_id: str
    technician_id: str | None
    """None: no technician any more."""


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


class PasskeyAdded(Event, name="security.passkey_added"):
    account_id: str
    passkey_id: str


class PasskeyRenamed(Event, name="security.passkey_renamed"):
    account_id: str
    passkey_id: str


class PasskeyRemoved(Event, name="security.passkey_removed"):
    account_id: str
    passkey_id: str
    by_themselves: bool


class PasskeyCopySeen(Event, name="security.passkey_copy_seen"):
    """Its count of signatures went back: somewhere there is a second one. It opened nothing."""

    account_id: str
    passkey_id: str


class AccountMailSet(Event, name="security.account_mail_set"):
    account_id: str


class ResetLinkMade(Event, name="security.reset_link_made"):
    """A manager hands out a link at which the person chooses another password."""

    account_id: str
    link_id: str


class ResetAsked(Event, name="security.reset_asked"):
    """Somebody says that they forgot their password; whether anybody has that log-in is not said."""

    link_id: str


class CodeAsked(Event, name="security.code_asked"):
    """A one-time code is wanted; whether anybody has that number or mailbox is not said."""

    code_id: str
    purpose: str
    channel: str


class CodeRefused(Event, name="security.code_refused"):
    code_id: str | None
    tries: int


class CustomerEntered(Event, name="security.customer_entered"):
    """A customer proved a number or mailbox that is theirs."""

    customer_id: str
    channel: str
    device_id: str | None


class CustomerLeft(Event, name="security.customer_left"):
    customer_id: str


class GrantsSet(Event, name="security.grants_set"):
    """Who may do what has changed; each entry is `role permission`."""

    given: list[str]
    taken: list[str]


class SignInRulesSet(Event, name="security.sign_in_rules_set"):
    """The rules in force from now on."""

    password_policy: str
    require_second_factor: bool


class SignedOutElsewhere(Event, name="security.signed_out_elsewhere"):
    account_id: str
    sessions: int
    """How many of their sessions ended."""
