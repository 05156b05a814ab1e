"""What is pushed where nothing but the time, or somebody elsewhere, has changed what a screen shows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from hub.app import Hub, build
from hub.kernel.access import Actor, system
from hub.kernel.clock import ManualClock
from hub.kernel.ids import SeededRandomness
from hub.settings import Settings
from tests.conftest import Send
from tests.displays.test_wording import Looker
from tests.operations.floor import Floor, FloorStore, at


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    """Pushes, and does nothing by itself: no jobs, no planner."""
    made = build(settings, clock=clock, chance=SeededRandomness(1))
    await made.prepare()
    made.ready = True
    made.publisher.start()
    yield made
    await made.close()


@pytest.fixture
def floor(hub: Hub, floor_store: FloorStore, send: Send, desk: Actor) -> Floor:
    return floor_store.opened(hub, send, desk)


async def watch(floor: Floor, screen: str, **params: Any) -> Looker:
    looker, viewer = Looker(), floor.hub.viewer
    await floor.hub.publisher.watch(looker, viewer.asked(viewer.screen(screen), params, floor.desk))
    return looker


async def test_the_start_page_counts_as_the_desk_does_also_when_time_alone_has_passed(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(9, 10))
    visit = (await floor.send("visits.check_in", {"booking_id": booking_id}, floor.desk)).result["visit_id"]
    assert [entry.severity for entry in (await floor.day()).attention] == ["info"]
    home = await watch(floor, "home")
    await home.shows(lambda view: view["glance"]["needs_a_hand"] == 0)
    await floor.send("visits.call_customer", {"visit_id": visit}, floor.desk)
    clock.advance(minutes=4)
    assert [entry.kind for entry in (await floor.day()).attention] == ["called_long"]
    await home.shows(lambda view: view["glance"]["needs_a_hand"] == 1)


async def test_an_open_file_hears_of_the_allergy_that_a_technician_notes(floor: Floor) -> None:
    booking_id = await floor.book("cut", at(9, 10), technician="lin")
    customer_id = (await floor.booking(booking_id)).customer_id
    agreed = {"booking_id": booking_id, "agreed": True}
    await floor.send("visits.note_allergy", {**agreed, "allergy": "latex"}, floor.desk)
    await floor.send("bookings.put_customer", {"customer_id": customer_id, "allergy": ""}, floor.desk)
    file = await watch(floor, "privacy-file", customer_id=customer_id)
    await file.shows(lambda view: not view["has_allergy"])
    await floor.send("visits.note_allergy", {**agreed, "allergy": "latex"}, floor.technician("lin"))
    await file.shows(lambda view: view["has_allergy"])


async def test_a_list_of_found_people_hears_of_what_it_tells_of_them(floor: Floor, clock: ManualClock) -> None:
    first = await floor.book("cut", at(9, 10), technician="lin")
    customer_id = (await floor.booking(first)).customer_id
    people = await watch(floor, "desk-people", q="小明")

    async def told(**expected: object) -> None:
        await people.shows(lambda view: [{key: person[key] for key in expected} for person in view["people"]] == [expected])

    agreed = {"booking_id": first, "agreed": True}
    await told(visits=0, no_shows=0, has_allergy=False)
    visit = (await floor.send("visits.check_in", {"booking_id": first}, floor.desk)).result["visit_id"]
    await floor.send("visits.note_allergy", {**agreed, "allergy": "latex"}, floor.desk)
    await told(has_allergy=True)
    await floor.send("visits.leave", {"visit_id": visit}, floor.desk)
    await told(visits=1, no_shows=0)
    missed = await floor.book("cut", at(9, 40), technician="lin", customer=None, customer_id=customer_id)
    clock.advance(minutes=60)
    await floor.send("visits.no_show", {"booking_id": missed}, floor.desk)
    await told(visits=1, no_shows=1)
    await floor.send("privacy.erase_person", {"customer_id": customer_id}, system(floor.store, "privacy"))
    await people.shows(lambda view: view["people"] == [])
