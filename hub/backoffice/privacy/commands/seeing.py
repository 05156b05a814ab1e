"""Seeing what is masked: said why, kept on record, and not many files in a row."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import StringConstraints
from sqlalchemy import func, or_, select

from hub.backoffice.privacy.commands.book import commands
from hub.backoffice.privacy.errors import NOT_YOUR_CUSTOMER, REASON_MISSING, TOO_MANY_REVEALED
from hub.backoffice.privacy.events import SensitiveSeen
from hub.backoffice.privacy.queries import running_unmasking
from hub.backoffice.privacy.tables import SensitiveViewRow
from hub.backoffice.security.ports import wall_now
from hub.kernel.access import Access
from hub.kernel.commands import Answer, Command, Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.ids import Id
from hub.kernel.text import ShortText
from hub.operations.bookings.people import customer_by_id, reveal
from hub.operations.bookings.tables import AssignmentRow, BookingRow, CustomerRow
from hub.operations.visits.tables import PhaseRunRow

What = Literal["phone", "email", "allergy", "copy", "list", "unmasking"]
Reason = Literal["call_back", "running_late", "identity", "treatment", "complaint", "request", "legal", "other"]
"""Why somebody looks; `other` needs a note."""

Note = Annotated[ShortText, StringConstraints(min_length=1)]

REVEALS_AN_HOUR = 20
"""Files whose contact one person opens in an hour; a desk that calls back a day's customers needs fewer."""


class SeeContact(Command):
    """Show a customer's phone number and mail address in full."""

    customer_id: Id
    reason: Reason
    note: Note | None = None


class ContactSeen(Answer):
    phone: str
    email: str


@commands.handles(
    SeeContact,
    permission="privacy.reveal",
    answer=ContactSeen,
    errors=(NOT_FOUND, REASON_MISSING, TOO_MANY_REVEALED),
    secret=True,
)
async def see_contact(context: Context, command: SeeContact) -> ContactSeen:
    row = await customer_by_id(context, command.customer_id)
    unmasking = await require_few(context)
    await keep_view(context, "phone", command.reason, row, note=command.note, approval_id=unmasking)
    known = reveal(context.vault, row)
    return ContactSeen(phone=known.phone, email=known.email)


async def _unmasking(context: Context) -> str | None:
    """What was allowed to somebody holds while they may ask for it: not after their role was changed."""
    if not context.ports.get(Access).allows(context.actor, "privacy.unmask"):
        return None
    return await running_unmasking(context.session, context.actor.id, wall_now(context))


async def require_few(context: Context) -> str | None:
    """The approval under which many contacts may be seen, if there is one. Raises `too_many_revealed` where there is none and
    this would be one too many; a copy shows the contact as well."""
    unmasking = await _unmasking(context)
    if unmasking is not None:
        return unmasking
    since = wall_now(context) - timedelta(hours=1)
    seen = select(func.count(func.distinct(SensitiveViewRow.customer_id))).where(
        SensitiveViewRow.actor_id == context.actor.id,
        SensitiveViewRow.what.in_(("phone", "copy")),
        SensitiveViewRow.at > since,
    )
    if (await context.session.scalar(seen) or 0) >= REVEALS_AN_HOUR:
        raise Refused(TOO_MANY_REVEALED, count=REVEALS_AN_HOUR)
    return None


class OpenAllergy(Command):
    """Read what a customer must not come into contact with; the customer by id or by one of their bookings."""

    customer_id: Id | None = None
    booking_id: Id | None = None
    reason: Reason = "treatment"
    note: Note | None = None


class AllergyOpened(Answer):
    allergy: str


@commands.handles(
    OpenAllergy,
    permission="privacy.allergy",
    answer=AllergyOpened,
    errors=(NOT_FOUND, REASON_MISSING, NOT_YOUR_CUSTOMER),
    secret=True,
)
async def open_allergy(context: Context, command: OpenAllergy) -> AllergyOpened:
    """A technician opens those of the customers that she has today."""
    customer_id = command.customer_id
    if customer_id is None:
        of_booking = select(BookingRow.customer_id).where(BookingRow.id == (command.booking_id or ""))
        customer_id = await context.session.scalar(of_booking)
    row = await customer_by_id(context, customer_id or "")
    if context.actor.subject is not None and not await _serves(context, context.actor.subject, row.id):
        raise Refused(NOT_YOUR_CUSTOMER)
    await keep_view(context, "allergy", command.reason, row, note=command.note)
    return AllergyOpened(allergy=reveal(context.vault, row).allergy)


async def _serves(context: Context, technician_id: str, customer_id: str) -> bool:
    near = context.now - timedelta(hours=16), context.now + timedelta(hours=16)
    planned = select(AssignmentRow.booking_id).where(AssignmentRow.technician_id == technician_id)
    running = select(PhaseRunRow.booking_id).where(PhaseRunRow.technician_id == technician_id)
    theirs = select(BookingRow.id).where(
        BookingRow.customer_id == customer_id,
        BookingRow.booked_start.between(*near),
        or_(BookingRow.id.in_(planned), BookingRow.id.in_(running)),
    )
    return await context.session.scalar(theirs.limit(1)) is not None


async def keep_view(
    context: Context,
    what: What,
    reason: str,
    customer: CustomerRow | None,
    *,
    note: str | None = None,
    count: int = 1,
    approval_id: str | None = None,
) -> None:
    """Write down who sees what, on which device, why and whose. Raises `reason_missing`."""
    if reason == "other" and not note:
        raise Refused(REASON_MISSING)
    row = SensitiveViewRow(
        id=context.chance.id(),
        at=wall_now(context),
        actor_kind=context.actor.kind,
        actor_id=context.actor.id,
        roles=sorted(context.actor.roles),
        device_id=context.actor.device_id,
        customer_id=customer.id if customer is not None else None,
        what=what,
        reason=reason,
        note_sealed=None,
        count=count,
        approval_id=approval_id,
    )
    if note and customer is not None and customer.data_key is not None:
        row.note_sealed = context.vault.seal(customer.data_key, customer.id, note, f"sensitive_view/{row.id}/note")
    context.session.add(row)
    context.record(
        SensitiveSeen(
            view_id=row.id,
            what=what,
            customer_id=row.customer_id,
            reason=reason,
            count=count,
            approval_id=approval_id,
        )
    )
