"""How the forms that bookings ask for stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.catalog.queries import ConsentFormFacts, catalog_of, consent_forms
from hub.kernel.text import Bilingual
from hub.operations.bookings.tables import BookingItemRow, BookingRow
from hub.operations.forms.rules import Standing
from hub.operations.forms.tables import SignedFormRow


@dataclass(frozen=True, slots=True)
class FormFacts:
    """One form that a booking asks for. `signed_form_id` and `at` are of the signature or what stands for it."""

    form: str
    version: int
    name: Bilingual
    standing: Standing
    signed_form_id: str | None = None
    at: datetime | None = None
    reason: str | None = None

    @property
    def open(self) -> bool:
        """A service that asks for it cannot begin yet."""
        return self.standing in ("missing", "to_confirm")


async def forms_of(
    session: AsyncSession, customers: Mapping[str, str | None], wanted: Mapping[str, Iterable[str]]
) -> dict[str, tuple[FormFacts, ...]]:
    """By booking: each form that its services ask for.

    `customers`: whose each booking is; `wanted`: codes of forms by booking. A signature counts for its customer as long as the
    words are the same; what was waived counts for its booking alone.
    """
    asked = {booking: sorted(set(codes)) for booking, codes in wanted.items()}
    asked = {booking: codes for booking, codes in asked.items() if codes}
    if not asked:
        return {}
    forms = await consent_forms(session)
    whose = {customers.get(booking) for booking in asked} - {None}
    known = or_(SignedFormRow.customer_id.in_(whose), SignedFormRow.booking_id.in_(asked))
    rows = list(await session.scalars(select(SignedFormRow).where(known).order_by(SignedFormRow.at, SignedFormRow.id)))
    return {
        booking: tuple(_standing(forms[code], booking, customers.get(booking), rows) for code in codes if code in forms)
        for booking, codes in asked.items()
    }


def _standing(form: ConsentFormFacts, booking: str, customer: str | None, rows: Iterable[SignedFormRow]) -> FormFacts:
    best = FormFacts(form.code, form.version, form.name, "missing")
    for row in rows:
        if row.form != form.code:
            continue
        if row.way == "waived":
            if row.booking_id == booking and best.standing != "signed":
                best = FormFacts(form.code, form.version, form.name, "waived", row.id, row.at, row.reason)
        elif row.version == form.version and row.customer_id == customer and customer is not None:
            if row.way == "drawn" or row.confirmed_at is not None:
                best = FormFacts(form.code, form.version, form.name, "signed", row.id, row.at)
            elif best.standing == "missing":
                best = FormFacts(form.code, form.version, form.name, "to_confirm", row.id, row.at)
    return best


async def forms_of_booking(session: AsyncSession, booking_id: str) -> tuple[FormFacts, ...]:
    """The forms that one booking asks for."""
    services = select(BookingItemRow.service_id).where(
        BookingItemRow.booking_id == booking_id, BookingItemRow.cancelled.is_(False)
    )
    wanted = set(await session.scalars(services))
    known = (await catalog_of(session)).services
    codes = [form for service in wanted if service in known and (form := known[service].consent_form)]
    booking = await session.get(BookingRow, booking_id)
    found = await forms_of(session, {booking_id: booking.customer_id if booking else None}, {booking_id: codes})
    return found.get(booking_id, ())
