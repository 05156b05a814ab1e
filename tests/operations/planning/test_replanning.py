"""Disturbing facts lead to an adopted plan; a burst to one; what is stale is refused and redone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
import structlog

from hub.kernel.access import system
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.operations.bookings.tables import AssignmentRow
from hub.operations.planning import replanning
from hub.operations.planning.models import AdoptPlan
from hub.operations.planning.replanning import TRIES, Planner
from hub.operations.planning.tables import PlanMoveRow, PlanRow, PromiseRow
from tests.operations.floor import DAY, Floor, at, both


async def _sick(floor: Floor) -> None:
    await floor.send("team.report_sick", {"technician_id": floor.technicians["lin"]}, floor.desk)


async def _late(floor: Floor) -> None:
    await floor.send("visits.report_late", {"booking_id": floor.first, "minutes": 20}, floor.desk)


async def _no_show(floor: Floor) -> None:
    await floor.send("visits.no_show", {"booking_id": floor.first}, floor.desk)


async def _cancelled(floor: Floor) -> None:
    await floor.send("bookings.cancel", {"booking_id": floor.first}, floor.desk)


async def _walk_in(floor: Floor) -> None:
    await floor.send("visits.walk_in", {"services": [{"service_id": floor.services["cut"]}]}, floor.desk)


async def _added(floor: Floor) -> None:
    more = {"booking_id": floor.first, "service_id": floor.services["colour"]}
    await floor.send("visits.add_service", more, floor.desk)


async def _closed(floor: Floor) -> None:
    await floor.send("stations.close_place", {"place_id": floor.places["C1"], "reason": "灯坏了"}, floor.desk)


async def _started(floor: Floor) -> None:
    await floor.send("visits.start_service", {"item_id": await floor.item(floor.first)}, floor.desk)


async def _arrived(floor: Floor) -> None:
    await floor.send("visits.check_in", {"booking_id": floor.first}, floor.desk)


@pytest.mark.parametrize("disturb", [_sick, _late, _no_show, _cancelled, _walk_in, _added, _closed, _started, _arrived])
async def test_every_disturbing_fact_leads_to_an_adopted_plan(
    floor: Floor, clock: ManualClock, disturb: Callable[[Floor], Awaitable[None]]
) -> None:
    floor.first = await floor.book("cut", at(10), technician="lin" if disturb is _started else "wang")
    clock.set(at(9, 50))
    before = await floor.planned()
    since = await floor.seq()
    await disturb(floor)
    assert await floor.planned(since=since) > before
    plan = max(await floor.rows(PlanRow), key=lambda row: row.number)
    assert plan.causes
    assert (await floor.day()).plan.reason is not None


async def test_an_overrun_pushes_the_next_customer_and_says_why(floor: Floor, clock: ManualClock) -> None:
    first = await floor.book("cut", at(9, 15), technician="lin")
    second = await floor.book("cut", at(10), technician="lin", name="李雷")
    await floor.planned()
    clock.set(at(9, 30))
    since = await floor.seq()
    await floor.send("visits.start_service", {"item_id": await floor.item(first)}, floor.desk)
    await floor.planned(since=since)
    assert (await floor.booking(second)).planned_start == at(10)
    clock.set(at(10, 5))
    since = await floor.seq()
    from hub.operations.visits.jobs import jobs

    for job in jobs(floor.hub):
        await job.run(floor.store)
    await floor.planned(since=since)
    pushed = await floor.booking(second)
    assert pushed.planned_start is not None
    assert pushed.planned_start > at(10, 5)
    assert pushed.moved is not None
    assert (pushed.moved.before_start, pushed.moved.after_start) == (at(10), pushed.planned_start)
    assert pushed.moved.reason.code.startswith("move-reason-")
    assert pushed.moves == 1


async def test_a_sick_technician_hands_her_customers_over(floor: Floor) -> None:
    booking = await floor.book("cut", at(11))
    await floor.planned()
    before = (await floor.booking(booking)).items[0].phases[0].technician_id
    since = await floor.seq()
    await floor.send("team.report_sick", {"technician_id": before}, floor.desk)
    await floor.planned(since=since)
    after = (await floor.booking(booking)).items[0].phases[0]
    assert after.technician_id not in (None, before)
    assert after.start == at(11)
    assert (await floor.booking(booking)).moved is not None


async def test_a_burst_leads_to_one_plan(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await floor.book("cut", at(10))
    await floor.planned()
    plans, since = len(await floor.rows(PlanRow)), await floor.seq()
    # Of the planner's own clock: on a busy machine some taps would be seconds apart.
    now, floor.hub.ports.get(Planner).quiet_seconds = 0.0, 0.3
    monkeypatch.setattr(replanning, "time", SimpleNamespace(monotonic=lambda: now))
    for minutes in (5, 10, 15, 20, 25):
        await floor.send("visits.report_late", {"booking_id": first, "minutes": minutes}, floor.desk)
        now += 0.2
        await asyncio.sleep(0.1)
    assert len(await floor.rows(PlanRow)) == plans
    now += 1.0
    await floor.planned(since=since)
    await floor.followed()
    assert len(await floor.rows(PlanRow)) == plans + 1
    plan = max(await floor.rows(PlanRow), key=lambda row: row.number)
    assert len(plan.causes) == 5


async def test_a_plan_with_stale_premises_is_refused_and_changes_nothing(floor: Floor) -> None:
    booking = await floor.book("cut", at(10))
    await floor.planned()
    stale = await floor.seq()
    await floor.hub.followers.close()
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 10}, floor.desk)
    before = await floor.everything()
    plan = AdoptPlan(date=DAY, assignments=[], premises_seq=stale, author="greedy")
    with pytest.raises(Refused) as refusal:
        await floor.hub.door.submit(plan, system(floor.store), "1" * 32)
    assert refusal.value.kind.code == "stale_premises"
    assert await floor.everything() == before
    # The same plan with fresh premises comes into force: nobody is served by it.
    fresh = plan.model_copy(update={"premises_seq": await floor.seq()})
    await floor.hub.door.submit(fresh, system(floor.store), "2" * 32)
    assert await floor.rows(AssignmentRow) == []


async def test_a_plan_overtaken_while_it_was_made_is_made_again(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    from hub.operations.planning import drafting

    booking = await floor.book("cut", at(10))
    await floor.planned()
    real, overtaken = drafting.problem_of, []

    def slow(rows: object) -> object:
        if not overtaken:
            overtaken.append(True)
            asyncio.get_running_loop().create_task(
                floor.send("visits.report_late", {"booking_id": booking, "minutes": 30}, floor.desk)
            )
        return real(rows)  # type: ignore[arg-type]

    monkeypatch.setattr(drafting, "problem_of", slow)
    since = await floor.seq()
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 10}, floor.desk)
    await floor.planned(since=since)
    async with asyncio.timeout(30):
        while (await floor.booking(booking)).planned_start != at(10, 30):
            await asyncio.sleep(0.02)


async def test_a_floor_that_overtakes_every_plan_is_told_in_one_line_and_planned_later(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner, tries = floor.hub.ports.get(Planner), 0
    booking = await floor.book("cut", at(10))
    number = await floor.planned()
    adopt = planner.adopt

    async def overtaken(store_id: str, command: AdoptPlan) -> int | None:
        nonlocal tries
        tries += 1
        return None if tries <= TRIES else await adopt(store_id, command)

    monkeypatch.setattr(planner, "adopt", overtaken)
    monkeypatch.setattr("hub.kernel.followers.RETRY_SECONDS", 0.1)
    with structlog.testing.capture_logs() as lines:
        since = await floor.seq()
        await floor.send("visits.report_late", {"booking_id": booking, "minutes": 30}, floor.desk)
        assert await floor.planned(since=since) == number + 1
    said = [(line["event"], line.get("code")) for line in lines if line["log_level"] != "info"]
    assert [each for each in said if each[0] != "follower works again"] == [("follower failed", "stale_premises")]
    assert not any("exc_info" in line for line in lines)


async def test_no_plan_moves_what_has_been_called(floor: Floor, clock: ManualClock) -> None:
    booking = await floor.book("cut", at(10), technician="lin")
    clock.set(at(9, 55))
    visit = (await floor.send("visits.check_in", {"booking_id": booking}, floor.desk)).result["visit_id"]
    await floor.send("visits.call_customer", {"visit_id": visit, "place_id": floor.places["C2"]}, floor.desk)
    await floor.planned()
    since = await floor.seq()
    await floor.book("cut", at(9, 55) + timedelta(minutes=30), name="李雷")
    await floor.planned(since=since)
    phase = (await floor.booking(booking)).items[0].phases[0]
    assert phase.technician_id == floor.technicians["lin"]


async def test_a_future_booking_does_not_disturb_today(floor: Floor) -> None:
    await floor.book("cut", at(10))
    await floor.planned()
    plans = len(await floor.rows(PlanRow))
    tomorrow = {"technician_id": floor.technicians["lin"], "date": "2026-05-15", "start": "09:00", "end": "18:00"}
    await floor.send("team.put_shift", tomorrow)
    await asyncio.sleep(0.3)
    assert len(await floor.rows(PlanRow)) == plans
    assert not (await floor.day()).plan.stale


async def test_promises_are_told_once_and_settled_at_the_start(floor: Floor, clock: ManualClock) -> None:
    booking = await floor.book("cut", at(10))
    await floor.planned()
    [promise] = await floor.rows(PromiseRow)
    assert (promise.start, promise.kept) == (at(10), None)
    assert promise.end > promise.start
    clock.set(at(9, 55))
    await floor.send("visits.check_in", {"booking_id": booking}, floor.desk)
    clock.set(at(10, 2))
    await floor.send("visits.start_service", {"item_id": await floor.item(booking)}, floor.desk)
    [promise] = await floor.rows(PromiseRow)
    assert promise.kept is True
    day = await floor.day()
    assert (day.promises_made, day.promises_kept) == (1, 1)


async def test_a_promise_broken_ahead_is_said_once(floor: Floor, clock: ManualClock) -> None:
    first = await floor.book("cut", at(9, 30), technician="lin")
    second = await floor.book("cut", at(10, 5), technician="lin", name="李雷")
    await floor.planned()
    clock.set(at(9, 30))
    item = await floor.item(first)
    since = await floor.overrun(item, 4)
    await floor.planned(since=since)
    later = await floor.seq()
    await floor.send("visits.extend", {"item_id": item, "minutes": 5}, floor.desk)
    await floor.planned(since=later)
    broken = [f for f in await floor.facts(since) if f.type == "planning.promise_broken_ahead"]
    assert [fact.data["booking_id"] for fact in broken] == [second]
    assert any(entry.kind == "promise_at_risk" for entry in (await floor.day()).attention)
    assert {row.booking_id for row in await floor.rows(PlanMoveRow) if row.before_start is not None} == {second}


async def test_the_desk_is_told_when_begun_work_cannot_go_on(floor: Floor, clock: ManualClock) -> None:
    booking = await floor.book("colour", at(10), technician="wang")
    clock.set(at(10))
    await floor.planned()
    since = await floor.seq()
    await floor.send("visits.start_service", {"item_id": await floor.item(booking)}, floor.desk)
    await floor.send("stations.close_place", {"place_id": floor.places["B1"], "reason": "漏水"}, floor.desk)
    await floor.planned(since=since)
    kinds = {(entry.kind, entry.booking_id) for entry in (await floor.day()).attention}
    assert ("unplanned", booking) in kinds
    since = await floor.seq()
    await floor.send("stations.reopen_place", {"place_id": floor.places["B1"]}, floor.desk)
    await floor.planned(since=since)
    assert "unplanned" not in {entry.kind for entry in (await floor.day()).attention}


async def test_a_retired_place_gives_up_what_was_planned_there(floor: Floor) -> None:
    """It stays listed while anything is planned there, and so would never have been empty."""
    floor.first = await floor.book("cut", at(10))
    [planned] = await floor.rows(AssignmentRow)
    code = next(code for code, place in floor.places.items() if place == planned.place_id)
    await floor.send("planning.pin", {"item_id": planned.item_id}, floor.desk)
    await floor.planned()
    since = await floor.seq()
    await floor.send("stations.put_place", {"code": code, "kind": "chair", "name": both(code), "active": False})
    await floor.planned(since=since)
    other = floor.places["C2" if code == "C1" else "C1"]
    assert [row.place_id for row in await floor.rows(AssignmentRow)] == [other]
