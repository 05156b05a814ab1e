"""Customers as the staff or an import put them."""

from __future__ import annotations

from pydantic import Field
from sqlalchemy import select

from hub.kernel.commands import Answer, Command, Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.ids import Id
from hub.kernel.phones import INVALID_PHONE, WRITTEN_MAX
from hub.kernel.text import Language, Name, NaturalKey, Note
from hub.operations.bookings.commands.book import commands
from hub.operations.bookings.events import CustomerPut
from hub.operations.bookings.keys import keyed, stored_key
from hub.operations.bookings.people import (
    Gender,
    Person,
    Tier,
    Title,
    customer_by_id,
    new_customer,
    note_consent,
    put_email,
    put_phone,
    seal_into,
)
from hub.operations.bookings.rules import CUSTOMER_MISSING, HEALTH_PURPOSE
from hub.operations.bookings.tables import CustomerRow


class PutCustomer(Command):
    """Change the customer with this id or natural key, or add one. What is None stays; empty text clears."""

    customer_id: Id | None = None
    natural_key: NaturalKey | None = None
    name: Name | None = None
    phone: str | None = Field(default=None, max_length=WRITTEN_MAX)
    email: str | None = Field(default=None, max_length=254, pattern=r"^$|^[^@\s]+@[^@\s]+\.[^@\s]+$")
    title: Title | None = None
    gender: Gender | None = None
    language: Language | None = None
    tier: Tier | None = None
    note: Note | None = None
    allergy: Note | None = None


class CustomerKept(Answer):
    customer_id: Id
    new: bool


@commands.handles(
    PutCustomer,
    permission="customers.write",
    answer=CustomerKept,
    errors=(NOT_FOUND, INVALID_PHONE, CUSTOMER_MISSING),
)
async def put_customer(context: Context, command: PutCustomer) -> CustomerKept:
    row = await _known(context, command)
    new = row is None
    if row is None:
        if command.name is None:
            raise Refused(CUSTOMER_MISSING)
        row = new_customer(context, Person(name=command.name))
        row.natural_key = stored_key(context.vault, command.natural_key) if command.natural_key is not None else None
    else:
        context.record(CustomerPut(customer_id=row.id))
    put_phone(context, row, command.phone)
    put_email(context, row, command.email)
    for column in ("name", "note", "allergy"):
        value = getattr(command, column)
        if value is not None:
            seal_into(context.vault, row, column, value)
    for column in ("title", "gender", "language", "tier"):
        value = getattr(command, column)
        if value is not None:
            setattr(row, column, value)
    if command.allergy:
        # Whoever writes it down has it from the customer, who may take it back.
        await note_consent(context, row.id, HEALTH_PURPOSE)
    return CustomerKept(customer_id=row.id, new=new)


async def _known(context: Context, command: PutCustomer) -> CustomerRow | None:
    if command.customer_id is not None:
        return await customer_by_id(context, command.customer_id)
    if command.natural_key is None:
        return None
    found: CustomerRow | None = await context.session.scalar(
        select(CustomerRow).where(keyed(CustomerRow.natural_key, context.vault, command.natural_key))
    )
    return found
