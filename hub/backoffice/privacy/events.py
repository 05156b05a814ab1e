"""What privacy publishes: ids, kinds and counts, never a value."""

from __future__ import annotations

from hub.kernel.events import Event


class SensitiveSeen(Event, name="privacy.seen"):
    """Somebody saw what not everybody sees. `customer_id` is None for many files at once."""

    view_id: str
    what: str
    customer_id: str | None
    reason: str
    count: int
    approval_id: str | None = None
    """What a second person allowed."""


class ApprovalAsked(Event, name="privacy.approval_asked"):
    approval_id: str
    kind: str
    customer_id: str | None


class ApprovalGiven(Event, name="privacy.approval_given"):
    approval_id: str
    kind: str


class ApprovalRefused(Event, name="privacy.approval_refused"):
    approval_id: str
    kind: str


class ApprovalWithdrawn(Event, name="privacy.approval_withdrawn"):
    approval_id: str
    kind: str


class ApprovalExpired(Event, name="privacy.approval_expired"):
    approval_id: str
    kind: str


class ApprovalUsed(Event, name="privacy.approval_used"):
    approval_id: str
    kind: str


class ConsentWithdrawn(Event, name="privacy.consent_withdrawn"):
    customer_id: str
    purpose: str


class ConsentRegiven(Event, name="privacy.consent_given"):
    customer_id: str
    purpose: str


class PersonErased(Event, name="privacy.person_erased"):
    """Everything personal is cleared; the key is destroyed next."""

    customer_id: str


class PersonForgotten(Event, name="privacy.person_forgotten"):
    """The key is destroyed: older copies stay closed as well."""

    customer_id: str


class KeyRotationBegun(Event, name="privacy.key_rotation_begun"):
    generation: str


class KeysRenewed(Event, name="privacy.keys_renewed"):
    """A batch of owners has keys of the new generation."""

    generation: str
    count: int


class KeyRotationFinished(Event, name="privacy.key_rotation_finished"):
    generation: str
    renewed: int
