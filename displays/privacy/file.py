"""One customer's file as the store sees it, contacts masked; opening them is a command that says why."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from displays.privacy.facts import PRIVACY_FACTS
from displays.security.looking import may, roles_of
from hub.backoffice.privacy import queries
from hub.backoffice.privacy.commands.consents import Purpose
from hub.backoffice.privacy.commands.seeing import Reason
from hub.backoffice.privacy.masking import masked_email, masked_phone
from hub.gateway.screens import NoParams, Params, Reading, Screen, View, head_of
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.ids import Id
from hub.operations.bookings.people import allergy_version, reveal
from hub.operations.bookings.tables import CustomerRow

PURPOSES: tuple[Purpose, ...] = ("booking", "health", "reminders", "marketing")


class FileParams(Params):
    customer_id: Id


class ConsentLine(BaseModel):
    model_config = ConfigDict(frozen=True)

    purpose: Purpose
    agreed: bool
    since: datetime | None


class PrivacyFileView(View):
    customer_id: str
    name: str
    phone: str
    """138****8000; empty where none is known."""
    email: str
    has_allergy: bool
    allergy_version: str | None
    """What was opened of another version is out of date."""
    consents: list[ConsentLine]
    seen: int
    """How often somebody opened what is masked, of the newest hundred."""
    reasons: list[Reason]
    may: list[str]


async def read(reading: Reading, params: FileParams) -> PrivacyFileView:
    row = await reading.session.get(CustomerRow, params.customer_id)
    if row is None or row.data_key is None:
        raise Refused(NOT_FOUND, what="customer")
    known = reveal(reading.vault, row)
    rights = ("privacy.reveal", "privacy.allergy", "privacy.copy", "privacy.erase", "customers.write")
    return PrivacyFileView(
        store=head_of(reading.store),
        customer_id=row.id,
        name=known.name,
        phone=masked_phone(known.phone),
        email=masked_email(known.email),
        has_allergy=bool(known.allergy),
        allergy_version=allergy_version(row),
        consents=await consent_lines(reading, row.id),
        seen=len(await queries.views_seen(reading.session, reading.vault, customer_id=row.id)),
        reasons=["call_back", "running_late", "identity", "treatment", "complaint", "request", "legal", "other"],
        may=[right for right in rights if may(reading, right)],
    )


async def consent_lines(reading: Reading, customer_id: str) -> list[ConsentLine]:
    """One per purpose, also where nothing was ever said."""
    said = {c.purpose: c for c in await queries.consents_of(reading.session, customer_id)}
    lines = []
    for purpose in PURPOSES:
        consent = said.get(purpose)
        agreed = consent is not None and consent.withdrawn_at is None
        since = None if consent is None else consent.given_at if agreed else consent.withdrawn_at
        lines.append(ConsentLine(purpose=purpose, agreed=agreed, since=since))
    return lines


class OwnSeen(BaseModel):
    """Somebody looked. Of the staff, the customer learns what they were, not who."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    by: Literal["staff", "you", "hub"]
    roles: list[str]
    what: str
    reason: str


class MyFileView(View):
    consents: list[ConsentLine]
    seen: list[OwnSeen]
    erasure_asked_at: datetime | None


async def read_own(reading: Reading, params: NoParams) -> MyFileView:
    row = await reading.session.get(CustomerRow, reading.actor.id)
    if row is None or row.data_key is None or reading.actor.kind != "customer" or reading.actor.session_id is None:
        raise Refused(NOT_FOUND, what="customer")
    asked = [a for a in await queries.approvals(reading.session) if a.customer_id == row.id and a.state == "asked"]
    return MyFileView(
        store=head_of(reading.store),
        consents=await consent_lines(reading, row.id),
        seen=[_own(each) for each in await queries.views_seen(reading.session, reading.vault, customer_id=row.id)],
        erasure_asked_at=asked[0].asked_at if asked else None,
    )


def _own(each: queries.Seen) -> OwnSeen:
    by: Literal["staff", "you", "hub"] = (
        "you" if each.actor_kind == "customer" else "staff" if each.actor_kind == "staff" else "hub"
    )
    return OwnSeen(at=each.at, by=by, roles=list(each.roles) if by == "staff" else [], what=each.what, reason=each.reason)


screen = Screen(
    name="privacy-file",
    permission="customers.read",
    params=FileParams,
    view=PrivacyFileView,
    read=read,
    touched_by=PRIVACY_FACTS,
    audience=lambda actor, params: f"{roles_of(actor)}:{params.customer_id}",
    errors=(NOT_FOUND,),
)

own = Screen(
    name="my-file",
    permission="privacy.own",
    params=NoParams,
    view=MyFileView,
    read=read_own,
    touched_by=PRIVACY_FACTS,
    audience=lambda actor, params: f"{actor.key}:{actor.session_id is not None}",
    errors=(NOT_FOUND,),
)
