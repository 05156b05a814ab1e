"""The waiting room's screen: who waits and in which order, also who is out for a while."""

from __future__ import annotations

from displays import waiting_room
from displays.waiting_room import WaitingRoomView
from hub.gateway.screens import NoParams, Reading
from tests.displays.test_front_desk import floor, hub  # noqa: F401 - fixtures
from tests.operations.floor import Floor

# ruff: noqa: F811 - pytest hands fixtures in by their names


async def seen(floor: Floor) -> WaitingRoomView:
    async with floor.hub.viewer.moment(floor.store) as moment:
        reading = Reading(moment.session, moment.store, floor.desk, moment.now, floor.hub.vault, floor.hub.ports, moment.seq)
        return await waiting_room.read(reading, NoParams())


async def test_who_is_out_for_a_while_stays_on_the_list_behind_the_others(floor: Floor) -> None:
    walked = [
        (await floor.send("visits.walk_in", {"services": [{"service_id": floor.services["cut"]}]}, floor.desk)).result
        for _ in range(3)
    ]
    await floor.planned()
    await floor.send("visits.pause", {"visit_id": walked[0]["visit_id"]}, floor.desk)
    queue = (await seen(floor)).queue
    assert {guest.visit_id: guest.state == "paused" for guest in queue} == {
        visit["visit_id"]: visit is walked[0] for visit in walked
    }
    assert queue[-1].state == "paused"
    await floor.send("visits.resume", {"visit_id": walked[0]["visit_id"]}, floor.desk)
    assert "paused" not in [guest.state for guest in (await seen(floor)).queue]
