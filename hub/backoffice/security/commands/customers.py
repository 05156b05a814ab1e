"""Customers who come in by a one-time code to their phone or mailbox, and what they keep up to date themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from sqlalchemy import select

from hub.backoffice.security import throttle
from hub.backoffice.security.commands import codes
from hub.backoffice.security.commands.book import VERIFIED, commands
from hub.backoffice.security.commands.codes import Asked, ContactCode
from hub.backoffice.security.commands.sessions import Pass, mark_browser, trust
from hub.backoffice.security.commands.sign_in import Source, Token
from hub.backoffice.security.errors import CODE_REFUSED, TOO_MANY_TRIES
from hub.backoffice.security.events import CustomerEntered, CustomerLeft
from hub.backoffice.security.ports import sessions, wall_now
from hub.backoffice.security.tables import ContactCodeRow, DeviceRow, TrustRow
from hub.kernel.access import Actor
from hub.kernel.commands import Answer, Command, Context
from hub.kernel.errors import NOT_FOUND, UNAVAILABLE, Refused
from hub.kernel.ids import Id
from hub.kernel.mail import INVALID_ADDRESS, Channel, normal_mail_address
from hub.kernel.phones import INVALID_PHONE, WRITTEN_MAX, normal_phone
from hub.kernel.text import Language, Name, Note, Text, language_of
from hub.operations.bookings.events import CustomerPut
from hub.operations.bookings.masking import masked_name
from hub.operations.bookings.people import put_email, put_phone, revealed_name, seal_into
from hub.operations.bookings.tables import CustomerRow

CUSTOMER_LASTS = timedelta(days=30)
CUSTOMER_IDLE = timedelta(days=14)

Phone = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=WRITTEN_MAX)]
Mail = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=3, max_length=254)]


class Contact(Command):
    """A phone number or a mail address, exactly one of them."""

    phone: Phone | None = None
    email: Mail | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Contact:
        if (self.phone is None) == (self.email is None):
            raise ValueError("a phone number or a mail address")
        return self

    @property
    def channel(self) -> Channel:
        return "sms" if self.phone is not None else "mail"


class AskCode(Contact):
    """Somebody wants to see their visits. The answer is the same whether or not anybody has this address."""

    source: Source
    device_id: Id | None
    language: Language


@commands.handles(AskCode, permission=VERIFIED, answer=Asked, errors=(INVALID_PHONE, TOO_MANY_TRIES, UNAVAILABLE), secret=True)
async def ask_code(context: Context, command: AskCode) -> Asked:
    codes.require_channel(context, command.channel)
    address = _normal(context, command)
    indexes = context.vault.blind_indexes(address.casefold(), _PURPOSES[command.channel])
    side = await _side(context, indexes, command.device_id)
    await _count_asking(context, address, side, command.device_id or command.source)
    return await codes.issue(context, context.chance.id(), "sign_in", command.channel, indexes, command.language)


class Someone(Answer):
    """One of several who share a number; the name as a stranger may read it."""

    customer_id: Id
    name: str


class CustomerEntry(Answer):
    """`choose`: the code was right, and several share the address. A wrong code is `refused`; so is a right one to nobody."""

    outcome: Literal["entered", "refused", "choose"]
    passes: list[Pass] = Field(default_factory=list)
    people: list[Someone] = Field(default_factory=list)


class UseCode(Command):
    token: Token
    code: ContactCode
    source: Source
    device_id: Id | None


@commands.handles(UseCode, permission=VERIFIED, answer=CustomerEntry, errors=(TOO_MANY_TRIES, NOT_FOUND), secret=True)
async def use_code(context: Context, command: UseCode) -> CustomerEntry:
    row = await codes.code_behind(context, command.token, "sign_in")
    side = await _side(context, row.target_indexes, command.device_id) if row else "strangers"
    bucket = throttle.bucket(context.vault, "code", row.target_indexes[-1] if row else command.source, side)
    if not await codes.is_right(context, row, command.code, bucket) or row is None:
        return CustomerEntry(outcome="refused")
    people = await customers_behind(context, row)
    row.proved_at = wall_now(context)
    if not people:
        return CustomerEntry(outcome="refused")
    if len(people) == 1:
        return await _enter(context, people[0], row, command.device_id)
    named = [Someone(customer_id=each.id, name=masked_name(revealed_name(context.vault, each))) for each in people]
    return CustomerEntry(outcome="choose", people=named)


class ChooseCustomer(Command):
    """Of several who share the address, this one."""

    token: Token
    customer_id: Id
    device_id: Id | None


@commands.handles(ChooseCustomer, permission=VERIFIED, answer=CustomerEntry, errors=(CODE_REFUSED, NOT_FOUND), secret=True)
async def choose_customer(context: Context, command: ChooseCustomer) -> CustomerEntry:
    row = await codes.code_behind(context, command.token, "sign_in")
    if row is None or row.proved_at is None:
        raise Refused(CODE_REFUSED)
    person = next((each for each in await customers_behind(context, row) if each.id == command.customer_id), None)
    if person is None:
        raise Refused(NOT_FOUND, what="customer")
    return await _enter(context, person, row, command.device_id)


class LeaveMyVisits(Command):
    """The customer signs out."""


@commands.handles(LeaveMyVisits, permission="customers.own", errors=(NOT_FOUND,))
async def leave_my_visits(context: Context, command: LeaveMyVisits) -> None:
    if context.actor.session_id is None:
        raise Refused(NOT_FOUND, what="session")
    await sessions(context).revoke(context, session_id=context.actor.session_id)
    context.record(CustomerLeft(customer_id=context.actor.id))


class PutOwnProfile(Command):
    """What a customer may correct without a proof. What is None stays; an empty note clears it."""

    name: Name | None = None
    language: Language | None = None
    note: Note | None = None


@commands.handles(PutOwnProfile, permission="customers.own", errors=(NOT_FOUND,))
async def put_own_profile(context: Context, command: PutOwnProfile) -> None:
    row = await own_customer(context)
    for column in ("name", "note"):
        value = getattr(command, column)
        if value is not None:
            seal_into(context.vault, row, column, value)
    if command.language is not None:
        row.language = command.language
    context.record(CustomerPut(customer_id=row.id))


class AskOwnContact(Contact):
    """Another number or mailbox of one's own: a code goes there first, so that nobody takes somebody else's."""


@commands.handles(
    AskOwnContact,
    permission="customers.own",
    answer=Asked,
    errors=(NOT_FOUND, INVALID_PHONE, INVALID_ADDRESS, TOO_MANY_TRIES, UNAVAILABLE),
    secret=True,
)
async def ask_own_contact(context: Context, command: AskOwnContact) -> Asked:
    row = await own_customer(context)
    codes.require_channel(context, command.channel)
    address = _normal(context, command)
    await _count_asking(context, address, row.id, row.id)
    code_id = context.chance.id()
    sealed = context.vault.seal(row.data_key or b"", row.id, address, f"contact_code.address:{code_id}")
    owner = codes.Owner(customer_id=row.id, address_sealed=sealed)
    language = language_of(row.language)
    return await codes.issue(context, code_id, "contact", command.channel, [], language, owner)


class ConfirmOwnContact(Command):
    token: Token
    code: ContactCode


class ContactOutcome(Answer):
    outcome: Literal["done", "refused"]


@commands.handles(
    ConfirmOwnContact,
    permission="customers.own",
    answer=ContactOutcome,
    errors=(NOT_FOUND, INVALID_PHONE, TOO_MANY_TRIES),
    secret=True,
)
async def confirm_own_contact(context: Context, command: ConfirmOwnContact) -> ContactOutcome:
    customer = await own_customer(context)
    row = await codes.code_behind(context, command.token, "contact", customer.id)
    bucket = throttle.bucket(context.vault, "code", customer.id, "contact")
    if not await codes.is_right(context, row, command.code, bucket):
        return ContactOutcome(outcome="refused")
    if row is None or row.address_sealed is None or customer.data_key is None:
        return ContactOutcome(outcome="refused")
    address = context.vault.open(customer.data_key, customer.id, row.address_sealed, f"contact_code.address:{row.id}")
    row.used_at, row.address_sealed = wall_now(context), None
    (put_phone if row.channel == "sms" else put_email)(context, customer, address)
    context.record(CustomerPut(customer_id=customer.id))
    return ContactOutcome(outcome="done")


async def own_customer(context: Context) -> CustomerRow:
    """The customer who is signed in. A visit's link reaches that visit alone, and so no file: `not_found`."""
    row = await context.session.get(CustomerRow, context.actor.id) if context.actor.kind == "customer" else None
    if row is None or row.data_key is None:
        raise Refused(NOT_FOUND, what="customer")
    return row


async def customers_behind(context: Context, row: ContactCodeRow) -> list[CustomerRow]:
    """Who has this number or mailbox now, oldest first."""
    column = CustomerRow.phone_index if row.channel == "sms" else CustomerRow.email_index
    found = select(CustomerRow).where(column.in_(row.target_indexes), CustomerRow.data_key.is_not(None))
    return list(await context.session.scalars(found.order_by(CustomerRow.made_at, CustomerRow.id)))


_PURPOSES: dict[Channel, str] = {"sms": "phone", "mail": "email"}
"""Under which purpose customers' addresses are indexed."""


def _normal(context: Context, contact: Contact) -> str:
    """The address in its one form. Raises `invalid_phone` or `invalid_address`."""
    if contact.phone is not None:
        return normal_phone(contact.phone, context.store.country)
    return normal_mail_address(contact.email or "")


async def _side(context: Context, indexes: list[str], device_id: str | None) -> str:
    """A browser in which somebody with this address came in before counts for itself; all strangers share one count."""
    if device_id is None:
        return "strangers"
    at_home = (
        select(TrustRow.device_id)
        .join(CustomerRow, CustomerRow.id == TrustRow.account_id)
        .join(DeviceRow, DeviceRow.id == TrustRow.device_id)
        .where(TrustRow.device_id == device_id, DeviceRow.revoked_at.is_(None))
        .where(CustomerRow.phone_index.in_(indexes) | CustomerRow.email_index.in_(indexes))
    )
    return device_id if await context.session.scalar(at_home.limit(1)) else "strangers"


async def _count_asking(context: Context, address: str, side: str, source: str) -> None:
    """Raises `too_many_tries`. The world's own cap does not touch a browser that is at home."""
    await throttle.count(
        context, throttle.bucket(context.vault, "ask code", address.casefold(), side), throttle.CODES_PER_TARGET
    )
    await throttle.count(context, throttle.bucket(context.vault, "ask code from", source), throttle.CODES_PER_SOURCE)
    if side == "strangers":
        await throttle.count(context, throttle.bucket(context.vault, "ask code"), throttle.CODES_OF_STRANGERS)


async def _enter(context: Context, person: CustomerRow, row: ContactCodeRow, device_id: str | None) -> CustomerEntry:
    row.used_at = wall_now(context)
    passes: list[Pass] = []
    if device_id is None:
        device_id, mark = await mark_browser(context)
        passes.append(mark)
    else:
        await sessions(context).revoke(context, device_id=device_id, kind="customer")
    await trust(context, person.id, device_id)
    actor = Actor("customer", person.id, context.store.id, frozenset({"member"}), device_id)
    token = await sessions(context).open(context, actor, lasts=CUSTOMER_LASTS, idle=CUSTOMER_IDLE)
    passes.append(Pass(seat="customer", token=token, lasts_seconds=int(CUSTOMER_LASTS.total_seconds())))
    context.record(CustomerEntered(customer_id=person.id, channel=row.channel, device_id=device_id))
    return CustomerEntry(outcome="entered", passes=passes)
