"""The desk's own hand on the plan."""

from __future__ import annotations

from sqlalchemy import select

from hub.kernel.commands import Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.operations.bookings.tables import AssignmentRow, BookingItemRow
from hub.operations.planning.adoption import put_into_force
from hub.operations.planning.commands.book import commands
from hub.operations.planning.events import ItemMoved, ItemPinned, ItemUnpinned
from hub.operations.planning.models import MoveItem, Pin, PlanNumber, Unpin
from hub.operations.planning.rules import NO_ROOM, NOT_PLANNED
from hub.operations.planning.what_if import Moved, command_of, repaired, today


@commands.handles(MoveItem, permission="floor.direct", answer=PlanNumber, errors=(NOT_FOUND, NOT_PLANNED, NO_ROOM))
async def move_item(context: Context, command: MoveItem) -> PlanNumber:
    """The day is repaired around the moved service, in the same step."""
    booking_id = await _booking_of(context, command.item_id)
    rows = await today(context.session, context.store, context.now)
    change = Moved(command.item_id, command.technician_id, command.place_id, command.start)
    repair = repaired(rows, change)
    context.record(ItemMoved(booking_id=booking_id, item_id=command.item_id))
    seq = context.seq + len(context.facts)
    plan = command_of(rows, repair, seq=seq, pinned=command.item_id if command.pin else None)
    return PlanNumber(number=await put_into_force(context, plan))


@commands.handles(Pin, permission="floor.direct", errors=(NOT_FOUND, NOT_PLANNED))
async def pin(context: Context, command: Pin) -> None:
    booking_id = await _set_pinned(context, command.item_id, pinned=True)
    context.record(ItemPinned(booking_id=booking_id, item_id=command.item_id))


@commands.handles(Unpin, permission="floor.direct", errors=(NOT_FOUND, NOT_PLANNED))
async def unpin(context: Context, command: Unpin) -> None:
    booking_id = await _set_pinned(context, command.item_id, pinned=False)
    context.record(ItemUnpinned(booking_id=booking_id, item_id=command.item_id))


async def _set_pinned(context: Context, item_id: str, *, pinned: bool) -> str:
    booking_id = await _booking_of(context, item_id)
    rows = list(await context.session.scalars(select(AssignmentRow).where(AssignmentRow.item_id == item_id)))
    if not rows:
        raise Refused(NOT_PLANNED)
    for row in rows:
        row.pinned = pinned
    return booking_id


async def _booking_of(context: Context, item_id: str) -> str:
    """Raises `not_found`."""
    item = await context.session.get(BookingItemRow, item_id)
    if item is None or item.store_id != context.store.id or item.cancelled:
        raise Refused(NOT_FOUND, what="item")
    return item.booking_id
