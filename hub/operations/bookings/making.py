"""How bookings are made and changed, for the commands of this domain and of those above: visits and planning.

Every function works inside a command's transaction, changes rows through the unit of work, and states its facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import select

from hub.kernel.commands import Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.operations.bookings.events import ItemAdded, ItemRemoved
from hub.operations.bookings.ports import PlannedPhase, Requested, SlotFinder, SlotRequest, Wish
from hub.operations.bookings.tables import AssignmentRow, BookingItemRow, BookingRow


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """Where one phase of a service should be, as a plan says it."""

    item_id: str
    ordinal: int
    technician_id: str | None
    place_id: str | None
    start: datetime
    end: datetime
    place_until: datetime
    pinned: bool = False


def state_ahead(context: Context, start: datetime) -> str:
    """`expected` for a booking of today, `confirmed` for one of a later day."""
    days = context.store.days
    return "expected" if days.of(start) <= days.of(context.now) else "confirmed"


def new_booking(
    context: Context,
    wishes: Sequence[Wish],
    start: datetime,
    *,
    state: str,
    source: str,
    customer_id: str | None = None,
    party_id: str | None = None,
) -> tuple[BookingRow, list[BookingItemRow]]:
    """A booking with its services, without room yet: `occupy` finds that. States no fact of its own."""
    booking = BookingRow(
        id=context.chance.id(),
        customer_id=customer_id,
        state=state,
        source=source,
        booked_start=start,
        party_id=party_id,
        moves=0,
        made_at=context.now,
        made_seq=context.seq,
        link_key=context.chance.id()[:16],
    )
    context.session.add(booking)
    return booking, [_item(context, booking.id, number, wish) for number, wish in enumerate(wishes)]


def _item(context: Context, booking_id: str, ordinal: int, wish: Wish, *, on_floor: bool = False) -> BookingItemRow:
    item = BookingItemRow(
        id=context.chance.id(),
        booking_id=booking_id,
        ordinal=ordinal,
        service_id=wish.service_id,
        requested=wish.requested,
        requested_technician_id=wish.technician_id,
        added_on_floor=on_floor,
        cancelled=False,
    )
    context.session.add(item)
    return item


async def booking_by_id(context: Context, booking_id: str) -> BookingRow:
    """Raises `not_found`."""
    row = await context.session.get(BookingRow, booking_id)
    if row is None or row.store_id != context.store.id:
        raise Refused(NOT_FOUND, what="booking")
    return row


async def items_of(context: Context, booking_id: str) -> list[BookingItemRow]:
    """The services still wanted, in order."""
    wanted = select(BookingItemRow).where(BookingItemRow.booking_id == booking_id, BookingItemRow.cancelled.is_(False))
    return list(await context.session.scalars(wanted.order_by(BookingItemRow.ordinal)))


async def assignments_of(context: Context, booking_id: str) -> list[AssignmentRow]:
    """The booking's planned occupancy, by start."""
    wanted = select(AssignmentRow).where(AssignmentRow.booking_id == booking_id)
    return list(await context.session.scalars(wanted.order_by(AssignmentRow.start, AssignmentRow.ordinal)))


def request_of(booking: BookingRow, items: Iterable[BookingItemRow], context: Context, start: datetime) -> SlotRequest:
    """What the port is asked for when these services should begin at `start`."""
    wishes = tuple(Wish(i.service_id, cast(Requested, i.requested), i.requested_technician_id) for i in items)
    return SlotRequest(wishes, context.store.days.of(start), 1, booking.party_id)


async def occupy(context: Context, booking: BookingRow, items: Sequence[BookingItemRow], start: datetime) -> None:
    """Set technicians and places aside from `start`.

    Raises:
        Refused: `slot_taken`, from the finder, or from the database itself when another got there first.
    """
    finder = context.ports.get(SlotFinder)  # type: ignore[type-abstract]
    request = request_of(booking, items, context, start)
    phases = await finder.place(context.session, context.store, context.now, booking.id, request, start)
    await assign(context, booking, items, phases)


async def assign(
    context: Context, booking: BookingRow, items: Sequence[BookingItemRow], phases: Iterable[PlannedPhase]
) -> None:
    """Keep room that has been found. Raises `slot_taken` through the database's guards."""
    for phase in phases:
        context.session.add(
            AssignmentRow(
                id=context.chance.id(),
                item_id=items[phase.item].id,
                ordinal=phase.ordinal,
                booking_id=booking.id,
                technician_id=phase.technician_id,
                place_id=phase.place_id,
                start=phase.start,
                end=phase.end,
                place_until=phase.place_until,
                pinned=False,
            )
        )
    await context.session.flush()


async def vacate(context: Context, booking_id: str) -> None:
    """Give up all room set aside for the booking."""
    for row in await assignments_of(context, booking_id):
        await context.session.delete(row)
    await context.session.flush()


async def reassign(context: Context, works: Sequence[PlannedWork]) -> list[PlannedWork]:
    """Bring assignments to what a plan says; returns those that differed. Others stay as they are.

    Two of them may change places: what differs is taken away first and then put again, under the same id.

    Raises:
        Refused: `slot_taken` through the database's guards; `not_found` for a service that is not wanted any more.
    """
    ids = {work.item_id for work in works}
    items = {row.id: row for row in await context.session.scalars(select(BookingItemRow).where(BookingItemRow.id.in_(ids)))}
    rows = await context.session.scalars(select(AssignmentRow).where(AssignmentRow.item_id.in_(ids)))
    present = {(row.item_id, row.ordinal): row for row in rows}
    changed = [work for work in works if _differs(present.get((work.item_id, work.ordinal)), work)]
    kept_ids: dict[tuple[str, int], str] = {}
    for work in changed:
        row = present.get((work.item_id, work.ordinal))
        if row is not None:
            kept_ids[work.item_id, work.ordinal] = row.id
            await context.session.delete(row)
    await context.session.flush()
    for work in changed:
        item = items.get(work.item_id)
        if item is None or item.cancelled:
            raise Refused(NOT_FOUND, what="item")
        context.session.add(_assignment(work, item, kept_ids.get((work.item_id, work.ordinal)) or context.chance.id()))
    await context.session.flush()
    return changed


def _differs(row: AssignmentRow | None, work: PlannedWork) -> bool:
    names = ("technician_id", "place_id", "start", "end", "place_until", "pinned")
    return row is None or any(getattr(row, name) != getattr(work, name) for name in names)


def _assignment(work: PlannedWork, item: BookingItemRow, row_id: str) -> AssignmentRow:
    return AssignmentRow(
        id=row_id,
        item_id=work.item_id,
        ordinal=work.ordinal,
        booking_id=item.booking_id,
        technician_id=work.technician_id,
        place_id=work.place_id,
        start=work.start,
        end=work.end,
        place_until=work.place_until,
        pinned=work.pinned,
    )


async def add_item(context: Context, booking: BookingRow, wish: Wish, *, on_floor: bool = True) -> BookingItemRow:
    """One more service, after the others, without room yet."""
    item = _item(context, booking.id, await _next_number(context, booking.id), wish, on_floor=on_floor)
    context.record(ItemAdded(booking_id=booking.id, item_id=item.id, service_id=item.service_id))
    return item


async def last_of(context: Context, item: BookingItemRow) -> None:
    """The service is done after all others of its booking."""
    item.ordinal = await _next_number(context, item.booking_id)


async def _next_number(context: Context, booking_id: str) -> int:
    numbers = select(BookingItemRow.ordinal).where(BookingItemRow.booking_id == booking_id)
    return max(await context.session.scalars(numbers), default=-1) + 1


async def remove_item(context: Context, item: BookingItemRow) -> None:
    """The service is not wanted any more: its room is given up, its row stays as a record."""
    item.cancelled = True
    for row in await context.session.scalars(select(AssignmentRow).where(AssignmentRow.item_id == item.id)):
        await context.session.delete(row)
    await context.session.flush()
    context.record(ItemRemoved(booking_id=item.booking_id, item_id=item.id))
