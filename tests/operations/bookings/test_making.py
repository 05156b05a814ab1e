"""What the domains above do with bookings: plans that let two customers change places, and undoing that."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from hub.app import Hub
from hub.kernel import journal
from hub.kernel.clock import ManualClock
from hub.kernel.commands import Command, CommandBook, Context
from hub.kernel.errors import Refused
from hub.operations.bookings.making import PlannedWork, reassign
from hub.operations.bookings.tables import AssignmentRow
from hub.settings import Settings
from tests.conftest import Send
from tests.operations.bookings.salon import Salon, rows_of
from tests.operations.bookings.test_booking import booking
from tests.operations.ground import lower_hub

book = CommandBook("making_test")


class Swap(Command):
    """The two customers of ten o'clock change technicians; `halfway` moves one of them only."""

    halfway: bool = False


class Undo(Command):
    command_id: str


@book.handles(Swap, permission="floor.direct")
async def swap(context: Context, command: Swap) -> None:
    rows = list(await context.session.scalars(select(AssignmentRow).order_by(AssignmentRow.id)))
    one, other = rows
    works = [_work(one, other.technician_id), _work(other, one.technician_id)]
    await reassign(context, works[:1] if command.halfway else works)


@book.handles(Undo, permission="floor.direct")
async def undo(context: Context, command: Undo) -> None:
    await journal.undo(context.session, command.command_id)


def _work(row: AssignmentRow, technician_id: str | None) -> PlannedWork:
    return PlannedWork(row.item_id, row.ordinal, technician_id, row.place_id, row.start, row.end, row.place_until, row.pinned)


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    made = lower_hub(settings, clock)
    made.door.specs.update(book.specs)
    await made.start()
    yield made
    await made.close()


async def _who(hub: Hub, store: str) -> dict[str, str]:
    return {row.id: row.technician_id for row in await rows_of(hub, store, AssignmentRow)}


async def test_two_customers_change_places_and_back(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    for _ in range(2):
        await send("bookings.book", booking(salon))
    before = await _who(hub, store)
    step = uuid.uuid4().hex
    await send("making_test.swap", {}, None, step)
    after = await _who(hub, store)
    assert after.keys() == before.keys(), "the rows keep their ids"
    assert all(after[row] != before[row] for row in before)
    await send("making_test.undo", {"command_id": step})
    assert await _who(hub, store) == before


async def test_half_a_swap_is_refused(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    for _ in range(2):
        await send("bookings.book", booking(salon))
    before = await _who(hub, store)
    with pytest.raises(Refused) as refused:
        await send("making_test.swap", {"halfway": True})
    assert refused.value.kind.code == "slot_taken"
    assert await _who(hub, store) == before


async def test_a_plan_that_says_what_is_changes_nothing(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    await send("bookings.book", booking(salon))
    (row,) = await rows_of(hub, store, AssignmentRow)
    async with hub.database.read(store) as session:
        context = Context(
            session,
            None,
            None,
            None,
            None,
            None,
            None,
            "",
            0,  # type: ignore[arg-type]
        )
        assert await reassign(context, [_work(row, row.technician_id)]) == []
