"""What takes long runs in a process of its own; whatever happens to that, the day is planned all the same."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from hub.app import Hub
from hub.kernel.clock import ManualClock
from hub.operations.planning.changes import changes_of
from hub.operations.planning.drafting import OPEN_MAX, Drafts, LostTicketError, Order, Reading, adoption_of, greedily
from hub.operations.planning.problem import problem_of
from hub.operations.planning.replanning import Planner
from hub.operations.planning.rows import rows_of
from hub.operations.planning.secretary import DraftFailedError, Secretary
from hub.operations.planning.tables import PlanRow
from hub.settings import Settings
from tests.operations.floor import DAY, Floor, at, floor_hub


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    made = floor_hub(settings, clock, planning=True)
    made.ports.get(Planner).quiet_seconds = 0.05
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def secretary(floor: Floor) -> AsyncIterator[Secretary]:
    """In its own process, as the planner has it."""
    made = Secretary(floor.hub.database, process=True)
    floor.hub.ports.get(Planner).secretary = made
    made.start()
    for _ in range(1200):
        if made.ready():
            break
        await asyncio.sleep(0.05)
    assert made.ready()
    yield made
    made.close()


async def test_a_day_is_read_and_drafted_elsewhere(floor: Floor, secretary: Secretary) -> None:
    booking = await floor.book("cut", at(10))
    await floor.planned()
    since = await floor.seq()
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 30}, floor.desk)
    await floor.planned(since=since)
    assert (await floor.booking(booking)).planned_start == at(10, 30)
    ticket, reading = await secretary.read(floor.store, DAY, floor.hub.clock.now())
    assert reading.problem is not None
    assert secretary._here._open.keys().isdisjoint({ticket})
    draft = await secretary.draft(ticket, b"nonsense")
    assert draft.lie
    assert draft.command.author == "greedy"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_process_that_dies_or_hangs_is_replaced_and_the_day_is_planned_here(
    floor: Floor, secretary: Secretary, monkeypatch: pytest.MonkeyPatch, how: signal.Signals
) -> None:
    booking = await floor.book("cut", at(10))
    await floor.planned()
    await asyncio.sleep(0.3)
    monkeypatch.setattr("hub.operations.planning.secretary.PATIENCE_SECONDS", 1.0)
    assert secretary.ready()
    assert secretary.pid is not None
    before = secretary.pid
    os.kill(before, how)
    since = await floor.seq()
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 20}, floor.desk)
    await floor.planned(since=since, seconds=30)
    assert secretary.pid != before
    assert (await floor.booking(booking)).planned_start == at(10, 20)


async def test_a_ticket_of_a_process_that_is_gone_is_no_plan(floor: Floor, secretary: Secretary) -> None:
    ticket, _ = await secretary.read(floor.store, DAY, floor.hub.clock.now())
    secretary.replace()
    with pytest.raises(DraftFailedError):
        await secretary.draft(ticket, None)
    with pytest.raises(LostTicketError):
        Drafts(floor.hub.database).draft(ticket, None)


async def test_only_what_changes_is_adopted(floor: Floor) -> None:
    late = await floor.book("cut", at(10), technician="lin")
    for hour in (11, 12, 14):
        await floor.book("cut", at(hour), technician="wang", name=f"客人{hour}")
    await floor.planned()
    await floor.hub.followers.close()
    drafts = Drafts(floor.hub.database)
    quiet = await drafts.read(Order(1, floor.store, DAY, floor.hub.clock.now()))
    assert quiet.problem is not None
    command = drafts.draft(1, None).command
    assert (command.assignments, command.given_up, command.late, command.promises) == ([], [], [], [])
    await floor.send("visits.report_late", {"booking_id": late, "minutes": 40}, floor.desk)
    await drafts.read(Order(2, floor.store, DAY, floor.hub.clock.now()))
    command = drafts.draft(2, None).command
    assert [data.booking_id for data in command.assignments] == [late]
    assert [entry.booking_id for entry in command.late] == [late]
    await floor.hub.ports.get(Planner).adopt(floor.store, command)
    plan = max(await floor.rows(PlanRow), key=lambda row: row.number)
    assert plan.premises_seq == command.premises_seq
    assert (await floor.booking(late)).planned_start == at(10, 40)
    assert [b.planned_start for b in (await floor.day()).bookings if b.id != late] == [at(11), at(12), at(14)]


async def test_a_plan_in_short_does_what_the_whole_plan_does(floor: Floor) -> None:
    """Adopting the changes and adopting everything leave the same rows behind."""
    first = await floor.book("cut", at(10))
    await floor.book("colour", at(11), name="李雷")
    await floor.planned()
    await floor.hub.followers.close()
    await floor.send("visits.report_late", {"booking_id": first, "minutes": 45}, floor.desk)
    now = floor.hub.clock.now() + timedelta(0)
    async with floor.hub.database.read(floor.store) as session:
        rows = await rows_of(session, await floor._facts(session), now, DAY)
    day = problem_of(rows)
    whole = adoption_of(rows, day, greedily(day.problem), "greedy", await floor.seq(), ())
    short = changes_of(rows, {(i, o) for i, of in rows.assignments.items() for o in of}, whole)
    assert len(short.assignments) < len(whole.assignments)
    planner = floor.hub.ports.get(Planner)
    await planner.adopt(floor.store, short)
    after = await _planned(floor)
    await planner.adopt(floor.store, whole.model_copy(update={"premises_seq": await floor.seq()}))
    assert await _planned(floor) == after
    moved = [f.data["moved"] for f in await floor.facts() if f.type == "planning.plan_adopted"][-2:]
    assert moved == [[first], []]


async def _planned(floor: Floor) -> list[tuple[object, ...]]:
    return [
        (booking.id, booking.planned_start, [(p.technician_id, p.place_id, p.start) for i in booking.items for p in i.phases])
        for booking in (await floor.day()).bookings
    ]


async def test_a_hub_that_plans_for_months_remembers_no_more_than_is_under_way(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Secretary(floor.hub.database, process=False)

    async def answered(_job: object) -> Reading:
        return Reading(0, None)

    monkeypatch.setattr(made, "ready", lambda: True)
    monkeypatch.setattr(made, "_asked", answered)
    for _ in range(3 * OPEN_MAX):
        await made.read(floor.store, DAY, floor.hub.clock.now())
    assert len(made._apart) == OPEN_MAX
