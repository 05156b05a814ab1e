"""Signing, confirming, waving through, and clearing what has been kept long enough."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select

from hub.kernel.commands import Answer, Command, CommandBook, Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.ids import Id
from hub.kernel.text import Code, Language, language_of
from hub.operations.bookings.making import booking_by_id
from hub.operations.bookings.rules import CUSTOMER_MISSING
from hub.operations.bookings.tables import BookingRow, CustomerRow
from hub.operations.forms.events import FormConfirmed, FormSigned, FormWaived, SignaturesCleared
from hub.operations.forms.queries import FormFacts, forms_of_booking
from hub.operations.forms.rules import (
    FORM_NOT_ASKED,
    FORM_OUTDATED,
    KEPT,
    SIGNATURE_EMPTY,
    Strokes,
    WaiveReason,
    check_drawing,
)
from hub.operations.forms.tables import SignedFormRow

commands = CommandBook("forms")


class Sign(Command):
    """A customer draws their name under a form that their booking asks for. `version`: of the words that they read."""

    booking_id: Id
    form: Code
    version: int
    language: Language
    strokes: Strokes


class Signed(Answer):
    signed_form_id: Id


class Confirm(Command):
    """The desk knows who agreed by holding: the name is the one on the booking."""

    signed_form_id: Id


class Waive(Command):
    """This booking goes on without a signature."""

    booking_id: Id
    form: Code
    reason: WaiveReason


class ClearSignatures(Command):
    """The hub's own: drawings older than `KEPT` are nobody's proof any more."""


SIGNING = (NOT_FOUND, FORM_NOT_ASKED, FORM_OUTDATED, SIGNATURE_EMPTY, CUSTOMER_MISSING)


@commands.handles(Sign, permission="floor.sign", answer=Signed, errors=SIGNING)
async def sign(context: Context, command: Sign) -> Signed:
    check_drawing(command.strokes)
    row = await agree(context, command.booking_id, command.form, command.version, command.language, command.strokes)
    return Signed(signed_form_id=row)


@commands.handles(Confirm, permission="floor.direct", errors=(NOT_FOUND,))
async def confirm(context: Context, command: Confirm) -> None:
    row = await context.session.get(SignedFormRow, command.signed_form_id)
    if row is None or row.way != "held":
        raise Refused(NOT_FOUND, what="form")
    if row.confirmed_at is None:
        row.confirmed_at = context.now
        await context.session.flush()
        context.record(FormConfirmed(signed_form_id=row.id, booking_id=row.booking_id, form=row.form))


@commands.handles(Waive, permission="floor.direct", errors=(NOT_FOUND, FORM_NOT_ASKED))
async def waive(context: Context, command: Waive) -> None:
    booking = await booking_by_id(context, command.booking_id)
    asked = await _asked(context, booking, command.form)
    if not asked.open:
        return
    row = await _keep(context, booking, asked, language_of(context.store.language), "waived")
    row.reason = command.reason
    await context.session.flush()
    context.record(FormWaived(signed_form_id=row.id, booking_id=booking.id, form=row.form, reason=command.reason))


@commands.handles(ClearSignatures, permission="floor.keep")
async def clear_signatures(context: Context, _command: ClearSignatures) -> None:
    rows = list(await context.session.scalars(outlived(context.now)))
    for row in rows:
        row.signature_sealed = None
    if rows:
        context.record(SignaturesCleared(count=len(rows)))


def outlived(now: datetime) -> Select[SignedFormRow]:
    """Rows whose drawing has been kept long enough."""
    return select(SignedFormRow).where(SignedFormRow.signature_sealed.is_not(None), SignedFormRow.at < now - KEPT)


async def agree(
    context: Context,
    booking_id: str,
    form: str,
    version: int,
    language: Language,
    strokes: Sequence[Sequence[int]] | None,
) -> str:
    """Keep a signature, or with None that the customer agreed by holding; the row's id. Signing again changes nothing.

    Raises:
        Refused: `not_found`; `form_not_asked`; `form_outdated` where other words were read; `customer_missing` where nobody
            has given a name to sign for.
    """
    booking = await booking_by_id(context, booking_id)
    asked = await _asked(context, booking, form)
    if asked.version != version:
        raise Refused(FORM_OUTDATED)
    customer = await context.session.get(CustomerRow, booking.customer_id) if booking.customer_id else None
    if customer is None or customer.data_key is None:
        raise Refused(CUSTOMER_MISSING)
    if asked.standing == "signed" or (asked.standing == "to_confirm" and strokes is None):
        return asked.signed_form_id or ""
    row = await _keep(context, booking, asked, language, "held" if strokes is None else "drawn")
    if strokes is not None:
        drawn = json.dumps(strokes, separators=(",", ":"))
        row.signature_sealed = context.vault.seal(customer.data_key, customer.id, drawn, f"signed_form/{row.id}/signature")
    await context.session.flush()
    context.record(
        FormSigned(
            signed_form_id=row.id,
            booking_id=booking.id,
            customer_id=customer.id,
            form=form,
            form_version=version,
            way="held" if strokes is None else "drawn",
        )
    )
    return row.id


async def _asked(context: Context, booking: BookingRow, form: str) -> FormFacts:
    """Raises `form_not_asked`."""
    found = next((each for each in await forms_of_booking(context.session, booking.id) if each.form == form), None)
    if found is None:
        raise Refused(FORM_NOT_ASKED)
    return found


async def _keep(context: Context, booking: BookingRow, asked: FormFacts, language: Language, way: str) -> SignedFormRow:
    row = SignedFormRow(
        id=context.chance.id(),
        customer_id=booking.customer_id,
        booking_id=booking.id,
        form=asked.form,
        version=asked.version,
        language=language,
        way=way,
        at=context.now,
        taken_by=context.actor.id,
    )
    context.session.add(row)
    return row
