"""On to the list and off it again."""

from __future__ import annotations

from sqlalchemy import func, select

from hub.kernel.commands import Answer, Command, Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.ids import Id
from hub.kernel.phones import INVALID_PHONE
from hub.kernel.text import Language, Name
from hub.kernel.wall_time import WallDate, WallTime
from hub.operations.bookings.commands.book import Services, checked_wishes
from hub.operations.bookings.people import (
    Person,
    Phone,
    Title,
    customer_by_id,
    customers_by_phone,
    same_or_new_customer,
)
from hub.operations.bookings.ports import Wish
from hub.operations.bookings.priority import note_booking_consent
from hub.operations.bookings.rules import (
    BOOK_AT_DESK,
    CONSENT_MISSING,
    CUSTOMER_MISSING,
    UNKNOWN_SERVICE,
    UNKNOWN_TECHNICIAN,
)
from hub.operations.bookings.tables import CustomerRow
from hub.operations.waitlist import links
from hub.operations.waitlist.commands.book import commands
from hub.operations.waitlist.events import WaitJoined
from hub.operations.waitlist.offers import check_reach, end_wait
from hub.operations.waitlist.rules import WAIT_DATES, WAIT_OVER, Span, check_span, check_waits
from hub.operations.waitlist.tables import GapRow, WaitRow


class _Wanted(Command):
    services: Services
    date_from: WallDate
    date_to: WallDate
    time_from: WallTime | None = None
    """The visit begins no earlier, on the store's wall."""
    time_until: WallTime | None = None
    """The visit begins no later."""


class Join(_Wanted):
    """Wait for room: whoever finds no free start online or at the kiosk."""

    name: Name
    phone: Phone
    title: Title = "none"
    language: Language = "zh"
    consent: bool


class Add(_Wanted):
    """Put a customer on the list at the desk: a known one, or one who gives their name."""

    customer_id: Id | None = None
    customer: Person | None = None


class Waiting(Answer):
    """`link` is the signed token of the customer's own page."""

    entry_id: Id
    link: str


class Leave(Command):
    """Wait no more; an offer that runs is given back."""

    entry_id: Id


REFUSED = (UNKNOWN_SERVICE, UNKNOWN_TECHNICIAN, WAIT_DATES, INVALID_PHONE)


@commands.handles(
    Join,
    permission="bookings.request",
    answer=Waiting,
    sealed=True,
    errors=(*REFUSED, CONSENT_MISSING, BOOK_AT_DESK),
)
async def join(context: Context, command: Join) -> Waiting:
    wishes = await checked_wishes(context, command.services, None, online=True)
    span = _checked_span(context, command)
    if not command.consent:
        raise Refused(CONSENT_MISSING)
    same_phone = await customers_by_phone(context.session, context.vault, context.store, command.phone)
    count = select(func.count()).select_from(WaitRow)
    # Those that the desk has noted are no business of whoever types the number.
    of_phone = WaitRow.customer_id.in_([row.id for row in same_phone]), WaitRow.source != "desk"
    check_waits(await context.session.scalar(count.where(WaitRow.state == "waiting", *of_phone)) or 0)
    person = Person(name=command.name, phone=command.phone, title=command.title, language=command.language)
    customer = await same_or_new_customer(context, person)
    await note_booking_consent(context, customer)
    return await _enter(context, customer, wishes, span, "kiosk" if context.actor.kind == "device" else "online")


@commands.handles(Add, permission="bookings.write", answer=Waiting, sealed=True, errors=(*REFUSED, CUSTOMER_MISSING, NOT_FOUND))
async def add(context: Context, command: Add) -> Waiting:
    wishes = await checked_wishes(context, command.services, None, online=False)
    span = _checked_span(context, command)
    if command.customer_id is not None:
        customer = await customer_by_id(context, command.customer_id)
    elif command.customer is not None:
        customer = await same_or_new_customer(context, command.customer)
    else:
        raise Refused(CUSTOMER_MISSING)
    return await _enter(context, customer, wishes, span, "desk")


@commands.handles(Leave, permission="bookings.own", errors=(NOT_FOUND, WAIT_OVER))
async def leave(context: Context, command: Leave) -> None:
    check_reach(context.actor, command.entry_id)
    entry = await context.session.get(WaitRow, command.entry_id)
    if entry is None:
        raise Refused(NOT_FOUND, what="wait")
    if entry.state != "waiting":
        raise Refused(WAIT_OVER)
    await end_wait(context, entry, "left" if context.actor.kind == "customer" else "removed")


def _checked_span(context: Context, command: _Wanted) -> Span:
    span = Span(command.date_from, command.date_to, command.time_from, command.time_until)
    check_span(span, context.now, context.store.days)
    return span


async def _enter(context: Context, customer: CustomerRow, wishes: tuple[Wish, ...], span: Span, source: str) -> Waiting:
    entry = WaitRow(
        id=context.chance.id(),
        customer_id=customer.id,
        services=[{"service_id": w.service_id, "requested": w.requested, "technician_id": w.technician_id} for w in wishes],
        date_from=span.date_from,
        date_to=span.date_to,
        time_from=span.time_from,
        time_until=span.time_until,
        state="waiting",
        source=source,
        joined_at=context.now,
        ended_at=None,
        link_key=context.chance.id()[:16],
    )
    context.session.add(entry)
    await context.session.flush()
    for gap in await context.session.scalars(select(GapRow).where(GapRow.state == "open", GapRow.try_at.is_(None))):
        gap.try_at = context.now
    context.record(WaitJoined(entry_id=entry.id, source=source))
    return Waiting(entry_id=entry.id, link=links.sign(context.vault, entry))
