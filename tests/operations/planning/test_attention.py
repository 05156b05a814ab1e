"""What the desk is told of customers who wait between two services, and which buttons it gets."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.kernel.clock import ManualClock
from hub.operations.planning.live_day import AttentionOfDay
from tests.operations.floor import Floor, at


async def _between(floor: Floor, clock: ManualClock) -> tuple[str, str]:
    """Whoever has had a cut from nine to half past and is to have another one; booking and second service."""
    wishes = [{"service_id": floor.services["cut"], "requested": "must", "technician_id": floor.technicians["lin"]}] * 2
    data = {"services": wishes, "start": at(9).isoformat(), "customer": {"name": "王小明"}}
    booking = str((await floor.send("bookings.book", data, floor.desk)).result["booking_id"])
    await floor.planned()
    first, second = (item.id for item in (await floor.booking(booking)).items)
    await floor.send("visits.start_service", {"item_id": first}, floor.desk)
    clock.set(at(9, 30))
    since = await floor.seq()
    await floor.send("visits.finish_service", {"item_id": first}, floor.desk)
    await floor.planned(since=since)
    return booking, second


async def _told(floor: Floor) -> list[AttentionOfDay]:
    return [entry for entry in (await floor.day()).attention if entry.kind == "waiting"]


async def test_whoever_waits_long_for_the_next_service_is_told_of_and_can_be_called(floor: Floor, clock: ManualClock) -> None:
    booking, second = await _between(floor, clock)
    clock.set(at(9, 39))
    assert await _told(floor) == []
    clock.set(at(9, 42))
    [entry] = await _told(floor)
    assert (entry.booking_id, entry.severity, entry.at) == (booking, "warning", at(9, 40))
    assert (entry.said.code, entry.said.params["minutes"]) == ("attention-waiting", 12)
    assert [command for _, command, _ in entry.mend] == ["visits.call_customer", "planning.replan"]
    _, call, data = entry.mend[0]
    await floor.send(call, data, floor.desk)
    assert await _told(floor) == [], "the call has its own entry"
    await floor.send("visits.start_service", {"item_id": second}, floor.desk)
    clock.set(at(10))
    assert await _told(floor) == []


@pytest.mark.parametrize("away", ["visits.pause", "visits.leave"])
async def test_whoever_has_gone_out_does_not_wait(floor: Floor, clock: ManualClock, away: str) -> None:
    booking, _ = await _between(floor, clock)
    clock.set(at(9, 42))
    assert len(await _told(floor)) == 1
    await floor.send(away, {"visit_id": (await floor.booking(booking)).visit_id}, floor.desk)
    assert await _told(floor) == []


async def test_nobody_is_called_to_a_technician_who_is_busy(floor: Floor, clock: ManualClock) -> None:
    await _between(floor, clock)
    other = await floor.book("cut", at(10, 30), technician="lin", name="李雷")
    since = await floor.seq()
    await floor.send("visits.start_service", {"item_id": await floor.item(other)}, floor.desk)
    await floor.planned(since=since)
    clock.set(at(9, 42))
    [entry] = await _told(floor)
    assert entry.said.code == "attention-waiting-planned"
    assert str(entry.said.params["start"]) >= at(10).isoformat()
    assert [command for _, command, _ in entry.mend] == ["planning.replan"]


async def test_a_promise_is_at_risk_until_whom_it_was_made_to_lets_it_pass(floor: Floor, clock: ManualClock) -> None:
    first = await floor.book("cut", at(9), technician="lin")
    second = await floor.book("cut", at(9, 35), technician="lin", name="李雷")
    await floor.planned()
    await floor.planned(since=await floor.overrun(await floor.item(first), 4))

    async def at_risk() -> bool:
        return second in {entry.booking_id for entry in (await floor.day()).attention if entry.kind == "promise_at_risk"}

    assert await at_risk()
    promise = (await floor.booking(second)).promise
    assert promise is not None
    clock.set(promise.end)
    assert not await at_risk(), "nobody has come to claim it"
    await floor.send("visits.check_in", {"booking_id": second}, floor.desk)
    clock.set(promise.end + timedelta(minutes=1))
    assert await at_risk(), "whoever is here waits for it"
