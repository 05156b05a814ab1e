"""What a person agrees to, purpose by purpose, and takes back as easily."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select

from hub.backoffice.privacy.commands.book import commands, own_file
from hub.backoffice.privacy.events import ConsentRegiven, ConsentWithdrawn
from hub.kernel.commands import Command, Context
from hub.kernel.errors import NOT_FOUND
from hub.kernel.ids import Id
from hub.operations.bookings.people import customer_by_id
from hub.operations.bookings.tables import ConsentRow, CustomerRow

Purpose = Literal["booking", "health", "reminders", "marketing"]
"""Keep what a booking needs; keep allergies for a safe treatment; write before a visit; write about offers."""


class SetConsent(Command):
    """The desk writes down what the customer said."""

    customer_id: Id
    purpose: Purpose
    agreed: bool


@commands.handles(SetConsent, permission="customers.write", errors=(NOT_FOUND,))
async def set_consent(context: Context, command: SetConsent) -> None:
    row = await customer_by_id(context, command.customer_id)
    await _set(context, row, command.purpose, agreed=command.agreed)


class SetOwnConsent(Command):
    """A customer agrees, or does not any more."""

    purpose: Purpose
    agreed: bool


@commands.handles(SetOwnConsent, permission="privacy.own", errors=(NOT_FOUND,))
async def set_own_consent(context: Context, command: SetOwnConsent) -> None:
    await _set(context, await own_file(context), command.purpose, agreed=command.agreed)


async def _set(context: Context, customer: CustomerRow, purpose: str, *, agreed: bool) -> None:
    """Taking back the consent to keep allergies clears them; the others end what is done with the data from now on."""
    found = select(ConsentRow).where(ConsentRow.customer_id == customer.id, ConsentRow.purpose == purpose)
    row = await context.session.scalar(found)
    if (row is not None and row.withdrawn_at is None) == agreed:
        return
    if row is None:
        if not agreed:
            return
        context.session.add(ConsentRow(customer_id=customer.id, purpose=purpose, given_at=context.now))
    elif agreed:
        row.given_at, row.withdrawn_at = context.now, None
    else:
        row.withdrawn_at = context.now
    if not agreed and purpose == "health":
        customer.allergy_sealed = None
    context.record((ConsentRegiven if agreed else ConsentWithdrawn)(customer_id=customer.id, purpose=purpose))
