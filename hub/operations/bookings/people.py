"""Customers' personal values: sealed when they come in, revealed where they are needed, found by a blind index."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.commands import Context, StoreFacts
from hub.kernel.crypto import Vault
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.phones import WRITTEN_MAX, normal_phone
from hub.kernel.text import Language, Name, Text
from hub.operations.bookings.events import ConsentGiven, CustomerContactChanged, CustomerPut
from hub.operations.bookings.rules import BOOKING_PURPOSE
from hub.operations.bookings.tables import BookingRow, ConsentRow, CustomerRow

Title = Literal["mr", "ms", "none"]
Gender = Literal["woman", "man"]
Tier = Literal["none", "regular", "silver", "gold", "diamond"]
Phone = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=WRITTEN_MAX)]
Email = Annotated[Text, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]

Sealed = Literal["name", "phone", "email", "note", "allergy"]


class Person(BaseModel):
    """A customer as they give their name. The phone in any form that the store's country or E.164 knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    phone: Phone | None = None
    email: Email | None = None
    title: Title = "none"
    gender: Gender | None = None
    language: Language = "zh"


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """A customer in plain text. Empty text where nothing is known, or where the person has been erased."""

    id: str
    name: str
    phone: str
    """E.164."""
    email: str
    title: Title
    gender: Gender | None
    language: Language
    tier: Tier
    note: str
    allergy: str


def reveal(vault: Vault, row: CustomerRow) -> CustomerFacts:
    """Open a customer's values; surfaces mask what they need not show."""
    return CustomerFacts(
        id=row.id,
        name=_open(vault, row, "name"),
        phone=_open(vault, row, "phone"),
        email=_open(vault, row, "email"),
        title=cast(Title, row.title),
        gender=cast("Gender | None", row.gender),
        language=cast(Language, row.language),
        tier=cast(Tier, row.tier),
        note=_open(vault, row, "note"),
        allergy=_open(vault, row, "allergy"),
    )


def revealed_name(vault: Vault, row: CustomerRow) -> str:
    """The name alone, for screens that show no more."""
    return _open(vault, row, "name")


def allergy_version(row: CustomerRow) -> str | None:
    """Changes with what is known of a customer's allergies and tells nothing of it; None where nothing is known."""
    return hashlib.sha256(row.allergy_sealed).hexdigest()[:16] if row.allergy_sealed else None


def booking_note(vault: Vault, customer: CustomerRow | None, booking: BookingRow) -> str:
    """The wish that came with a booking."""
    if customer is None or customer.data_key is None or booking.note_sealed is None:
        return ""
    return vault.open(customer.data_key, customer.id, booking.note_sealed, f"booking/{booking.id}/note")


def seal_booking_note(vault: Vault, customer: CustomerRow, booking: BookingRow, note: str) -> None:
    if note and customer.data_key is not None:
        booking.note_sealed = vault.seal(customer.data_key, customer.id, note, f"booking/{booking.id}/note")


def seal_into(vault: Vault, row: CustomerRow, column: Sealed, value: str) -> None:
    """Put one value; an empty one clears it. Equal values keep their ciphertext, so that nothing seems to have changed."""
    if not value or row.data_key is None:
        setattr(row, f"{column}_sealed", None)
    elif _open(vault, row, column) != value:
        setattr(row, f"{column}_sealed", vault.seal(row.data_key, row.id, value, f"customer/{row.id}/{column}"))


def phone_indexes(vault: Vault, store: StoreFacts, written: str) -> list[str]:
    """What equal phone numbers have in common, the present key's first. Raises `invalid_phone`."""
    return vault.blind_indexes(normal_phone(written, store.country), "phone")


async def customers_by_phone(session: AsyncSession, vault: Vault, store: StoreFacts, written: str) -> list[CustomerRow]:
    """All who gave this number, oldest first; nobody for what is no number."""
    try:
        indexes = phone_indexes(vault, store, written)
    except Refused:
        return []
    found = select(CustomerRow).where(CustomerRow.phone_index.in_(indexes)).order_by(CustomerRow.made_at, CustomerRow.id)
    return list(await session.scalars(found))


async def customers_by_email(session: AsyncSession, vault: Vault, email: str) -> list[CustomerRow]:
    """All who gave this address, oldest first."""
    indexes = vault.blind_indexes(email.strip().casefold(), "email")
    found = select(CustomerRow).where(CustomerRow.email_index.in_(indexes)).order_by(CustomerRow.made_at, CustomerRow.id)
    return list(await session.scalars(found))


def new_customer(context: Context, person: Person) -> CustomerRow:
    """A customer with a data key of their own. Raises `invalid_phone`."""
    row = CustomerRow(id=context.chance.id(), title=person.title, gender=person.gender, language=person.language, tier="none")
    row.made_at = context.now
    row.data_key = context.vault.new_data_key(row.id)
    seal_into(context.vault, row, "name", person.name)
    put_phone(context, row, person.phone)
    put_email(context, row, person.email)
    context.session.add(row)
    context.record(CustomerPut(customer_id=row.id))
    return row


def put_phone(context: Context, row: CustomerRow, written: str | None) -> None:
    """None leaves it, empty text clears it. Raises `invalid_phone`."""
    if written is None:
        return
    phone = normal_phone(written, context.store.country) if written else ""
    before = _open(context.vault, row, "phone")
    seal_into(context.vault, row, "phone", phone)
    row.phone_index = context.vault.blind_index(phone, "phone") if phone else None
    if before and before != phone:
        context.record(CustomerContactChanged(customer_id=row.id))


def put_email(context: Context, row: CustomerRow, email: str | None) -> None:
    """None leaves it, empty text clears it."""
    if email is None:
        return
    before = _open(context.vault, row, "email")
    seal_into(context.vault, row, "email", email)
    row.email_index = context.vault.blind_index(email.casefold(), "email") if email else None
    if before and before.casefold() != email.casefold():
        context.record(CustomerContactChanged(customer_id=row.id))


async def same_or_new_customer(context: Context, person: Person) -> CustomerRow:
    """Whoever gave the same name and number before, unchanged, since nobody has proved who they are; else a new customer.

    Raises:
        Refused: `invalid_phone`.
    """
    known: Sequence[CustomerRow] = ()
    if person.phone:
        normal_phone(person.phone, context.store.country)
        known = await customers_by_phone(context.session, context.vault, context.store, person.phone)
    same = (row for row in known if revealed_name(context.vault, row).casefold() == person.name.casefold())
    return next(same, None) or new_customer(context, person)


async def customer_by_id(context: Context, customer_id: str) -> CustomerRow:
    """Raises `not_found`, also for who has been erased: nothing of a person is kept any more."""
    row = await context.session.get(CustomerRow, customer_id)
    if row is None or row.data_key is None:
        raise Refused(NOT_FOUND, what="customer")
    return row


async def note_consent(context: Context, customer_id: str, purpose: str = BOOKING_PURPOSE) -> None:
    """The customer agrees that the store keeps what the purpose needs; agreeing again changes nothing."""
    row = await context.session.get(ConsentRow, (customer_id, purpose))
    if row is None:
        context.session.add(ConsentRow(customer_id=customer_id, purpose=purpose, given_at=context.now))
    elif row.withdrawn_at is None:
        return
    else:
        row.given_at, row.withdrawn_at = context.now, None
    context.record(ConsentGiven(customer_id=customer_id, purpose=purpose))


def _open(vault: Vault, row: CustomerRow, column: Sealed) -> str:
    sealed = getattr(row, f"{column}_sealed")
    if sealed is None or row.data_key is None:
        return ""
    return vault.open(row.data_key, row.id, sealed, f"customer/{row.id}/{column}")
