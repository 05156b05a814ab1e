"""The talk before and during a service (咨询): what is found out, for this visit and the next ones."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select

from hub.kernel.commands import Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.operations.bookings.making import booking_by_id
from hub.operations.bookings.people import note_consent, reveal, seal_into
from hub.operations.bookings.rules import CUSTOMER_MISSING, HEALTH_PURPOSE
from hub.operations.bookings.tables import AssignmentRow, BookingRow, CustomerRow
from hub.operations.visits.commands.book import commands
from hub.operations.visits.events import AllergyNoted, ConsultationRecorded
from hub.operations.visits.models import ConsultationKept, NoteAllergy, RecordConsultation
from hub.operations.visits.rules import CONSULTATION_EMPTY, NOT_YOUR_CUSTOMER, own_technician, with_allergy
from hub.operations.visits.tables import ConsultationRow, PhaseRunRow

ABOUT_NOW = timedelta(hours=16)
"""A technician writes about customers whose bookings begin within this time of now."""

WRITING = (NOT_FOUND, CUSTOMER_MISSING, NOT_YOUR_CUSTOMER)


@commands.handles(
    RecordConsultation, permission="customers.consult", answer=ConsultationKept, errors=(*WRITING, CONSULTATION_EMPTY)
)
async def record_consultation(context: Context, command: RecordConsultation) -> ConsultationKept:
    said = {"skin_type": command.skin_type or "", "preferences": command.preferences, "note": command.note}
    if not any(said.values()):
        raise Refused(CONSULTATION_EMPTY)
    booking, customer = await _customer_at_hand(context, command.booking_id)
    row = ConsultationRow(
        id=context.chance.id(),
        customer_id=customer.id,
        booking_id=booking.id,
        technician_id=own_technician(context.actor),
        at=context.now,
        actor_id=context.actor.id,
    )
    for column, value in said.items():
        if value and customer.data_key is not None:
            sealed = context.vault.seal(customer.data_key, customer.id, value, f"consultation/{row.id}/{column}")
            setattr(row, f"{column}_sealed", sealed)
    context.session.add(row)
    context.record(ConsultationRecorded(consultation_id=row.id, booking_id=booking.id, customer_id=customer.id))
    return ConsultationKept(consultation_id=row.id)


@commands.handles(NoteAllergy, permission="customers.consult", errors=WRITING)
async def note_allergy(context: Context, command: NoteAllergy) -> None:
    """Added to what is known: nobody clears a warning without having read it."""
    booking, customer = await _customer_at_hand(context, command.booking_id)
    await note_consent(context, customer.id, HEALTH_PURPOSE)
    known = reveal(context.vault, customer).allergy
    more = with_allergy(known, command.allergy)
    if more == known:
        return
    seal_into(context.vault, customer, "allergy", more)
    context.record(AllergyNoted(booking_id=booking.id, customer_id=customer.id))


async def _customer_at_hand(context: Context, booking_id: str) -> tuple[BookingRow, CustomerRow]:
    """Raises `not_found`, `customer_missing` for a guest without a name, `not_your_customer` at another's tablet."""
    booking = await booking_by_id(context, booking_id)
    customer = await context.session.get(CustomerRow, booking.customer_id) if booking.customer_id else None
    if customer is None or customer.data_key is None:
        raise Refused(CUSTOMER_MISSING)
    own = own_technician(context.actor)
    if own is not None and not await _serves(context, own, booking):
        raise Refused(NOT_YOUR_CUSTOMER)
    return booking, customer


async def _serves(context: Context, technician_id: str, booking: BookingRow) -> bool:
    if abs(booking.booked_start - context.now) > ABOUT_NOW:
        return False
    planned = select(AssignmentRow.booking_id).where(AssignmentRow.technician_id == technician_id)
    begun = select(PhaseRunRow.booking_id).where(PhaseRunRow.technician_id == technician_id)
    theirs = select(BookingRow.id).where(BookingRow.id == booking.id, or_(BookingRow.id.in_(planned), BookingRow.id.in_(begun)))
    return await context.session.scalar(theirs) is not None
