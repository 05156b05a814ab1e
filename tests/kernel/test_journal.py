"""A whole step is undone, or nothing is."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from hub.app import Hub
from hub.catalog.tables import PlaceKindRow
from hub.kernel import journal
from hub.kernel.clock import ManualClock
from hub.kernel.commands import Command, CommandBook, Context
from hub.kernel.errors import Refused
from hub.kernel.jobs import JobLoop
from hub.kernel.journal import JournalRow
from hub.operations.stations.tables import ClosureRow, PlaceRow
from hub.settings import Settings
from tests.conftest import Send
from tests.operations.bookings.salon import both, rows_of
from tests.operations.ground import lower_hub

book = CommandBook("journal_test")


class Undo(Command):
    command_id: str


class Touch(Command):
    """Several flushes over one row, as a long handler makes them."""

    place_id: str
    leave_as_it_was: bool = False


@book.handles(Undo, permission="floor.direct", errors=(journal.MOVED_ON,))
async def undo(context: Context, command: Undo) -> None:
    await journal.undo(context.session, command.command_id)


@book.handles(Touch, permission="floor.direct")
async def touch(context: Context, command: Touch) -> None:
    place = await context.session.get_one(PlaceRow, command.place_id)
    was = place.name_zh
    for name in ("一", "二", was if command.leave_as_it_was else "三"):
        place.name_zh = name
        await context.session.flush()


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    made = lower_hub(settings, clock)
    made.door.specs.update(book.specs)
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def place_id(send: Send) -> str:
    await send("catalog.put_place_kind", {"code": "room", "name": both("room"), "clean_minutes": 5})
    made = await send("stations.put_place", {"code": "R1", "kind": "room", "name": {"zh": "一号房", "en": "Room 1"}})
    return str(made.result["place_id"])


async def _step(send: Send, name: str, **data: Any) -> str:
    command_id = uuid.uuid4().hex
    await send(name, data, None, command_id)
    return command_id


async def _place(hub: Hub, store: str) -> PlaceRow:
    (row,) = await rows_of(hub, store, PlaceRow)
    assert isinstance(row, PlaceRow)
    return row


async def test_undo_restores_a_changed_row(hub: Hub, store: str, send: Send, place_id: str) -> None:
    step = await _step(send, "stations.mark_dirty", place_id=place_id)
    assert (await _place(hub, store)).condition == "dirty"
    await _step(send, "journal_test.undo", command_id=step)
    place = await _place(hub, store)
    assert (place.condition, place.condition_since, place.name_zh) == ("ready", None, "一号房")


async def test_undo_takes_away_what_was_added(hub: Hub, store: str, send: Send, place_id: str) -> None:
    step = await _step(send, "stations.close_place", place_id=place_id, reason="漏水 💧")
    await _step(send, "journal_test.undo", command_id=step)
    assert await rows_of(hub, store, ClosureRow) == []


async def test_an_undo_can_be_undone(hub: Hub, store: str, send: Send, place_id: str) -> None:
    step = await _step(send, "stations.close_place", place_id=place_id, reason="漏水 💧")
    (before,) = await rows_of(hub, store, ClosureRow)
    undone = await _step(send, "journal_test.undo", command_id=step)
    await _step(send, "journal_test.undo", command_id=undone)
    (after,) = await rows_of(hub, store, ClosureRow)
    for name in ("id", "place_id", "start", "end", "reason", "store_id"):
        assert getattr(after, name) == getattr(before, name)


async def test_undo_is_refused_once_the_row_has_moved_on(
    hub: Hub, store: str, send: Send, place_id: str, clock: ManualClock
) -> None:
    step = await _step(send, "stations.mark_dirty", place_id=place_id)
    clock.advance(minutes=1)
    await _step(send, "stations.start_cleaning", place_id=place_id)
    with pytest.raises(Refused) as refused:
        await _step(send, "journal_test.undo", command_id=step)
    assert refused.value.kind is journal.MOVED_ON
    assert (await _place(hub, store)).condition == "cleaning"


async def test_the_same_step_is_not_undone_twice(hub: Hub, store: str, send: Send, place_id: str) -> None:
    step = await _step(send, "stations.mark_dirty", place_id=place_id)
    await _step(send, "journal_test.undo", command_id=step)
    with pytest.raises(Refused) as refused:
        await _step(send, "journal_test.undo", command_id=step)
    assert refused.value.kind is journal.MOVED_ON


async def test_several_flushes_are_one_image(hub: Hub, store: str, send: Send, place_id: str) -> None:
    step = await _step(send, "journal_test.touch", place_id=place_id)
    (note,) = [n for n in await rows_of(hub, store, JournalRow) if n.command_id == step]
    assert note.before["name_zh"] == "一号房"
    assert note.after["name_zh"] == "三"


async def test_what_ends_as_it_began_is_no_change(hub: Hub, store: str, send: Send, place_id: str) -> None:
    step = await _step(send, "journal_test.touch", place_id=place_id, leave_as_it_was=True)
    assert [n for n in await rows_of(hub, store, JournalRow) if n.command_id == step] == []


async def test_tables_that_are_no_floor_state_are_not_noted(hub: Hub, store: str, send: Send, place_id: str) -> None:
    assert await rows_of(hub, store, PlaceKindRow)
    assert {note.table for note in await rows_of(hub, store, JournalRow)} == {"place"}


async def test_a_refused_command_leaves_no_note(hub: Hub, store: str, send: Send, place_id: str) -> None:
    before = len(await rows_of(hub, store, JournalRow))
    with pytest.raises(Refused):
        await _step(send, "stations.reopen_place", place_id=place_id)
    assert len(await rows_of(hub, store, JournalRow)) == before


async def test_journals_are_kept_for_a_day(hub: Hub, store: str, send: Send, place_id: str, clock: ManualClock) -> None:
    await _step(send, "stations.mark_dirty", place_id=place_id)
    job = journal.forget_job(hub.database, clock)
    jobs = JobLoop(hub.database, clock, [])
    clock.advance(seconds=journal.KEPT.total_seconds() - 1)
    await jobs.run_once(job)
    assert await rows_of(hub, store, JournalRow)
    clock.advance(seconds=timedelta(seconds=2).total_seconds())
    await jobs.run_once(job)
    assert await rows_of(hub, store, JournalRow) == []
