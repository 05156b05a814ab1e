"""Why not with her, at that time, on that chair: the reason as data, the price, and doing it all the same."""

from __future__ import annotations

from typing import Any

import pytest

from hub.kernel.clock import ManualClock
from hub.kernel.dispatch import facts_of
from hub.kernel.errors import Refused
from hub.kernel.tables import Store
from hub.operations.planning.reasons import BOOKING
from hub.operations.planning.what_if import Moved
from hub.operations.planning.why_not import WhyNot, why_not
from tests.operations.floor import Floor, at

STEP = "6" * 32


async def asked(floor: Floor, item: str, **where: Any) -> WhyNot:
    async with floor.hub.database.read(floor.store) as session:
        store = facts_of(await session.get_one(Store, floor.store))
        return await why_not(session, store, floor.hub.clock.now(), floor.hub.ports, Moved(item, **where))


@pytest.fixture
async def two(floor: Floor, clock: ManualClock) -> tuple[str, str]:
    first = await floor.book("cut", at(11), technician="lin", name="李雷")
    second = await floor.book("cut", at(13), name="Emma Clarke")
    await floor.planned()
    await floor.hub.followers.close()
    return first, second


async def test_who_is_in_the_way_is_named_and_what_it_costs_is_told(floor: Floor, two: tuple[str, str]) -> None:
    first, second = two
    item = await floor.item(second)
    found = await asked(floor, item, technician_id=floor.technicians["lin"], start=at(11))
    assert found.cause is not None
    assert found.cause.code == "why-not-technician-taken-with"
    assert found.cause.params[BOOKING] == first
    assert found.proposal.refused is None
    assert not found.as_good
    levels = dict(found.proposal.levels)
    assert levels["promise_lateness"] > 0
    moved = {move.booking_id: move for move in found.proposal.moves}
    assert moved[second].after_start == at(11)
    assert moved[first].minutes >= 30
    assert [broken.booking_id for broken in found.proposal.broken] == [first]


async def test_it_is_done_all_the_same_exactly_as_shown_and_can_be_undone(floor: Floor, two: tuple[str, str]) -> None:
    first, second = two
    before = {b.id: b.planned_start for b in (await floor.day()).bookings}
    found = await asked(floor, await floor.item(second), technician_id=floor.technicians["lin"], start=at(11))
    shown = {move.booking_id: move.after_start for move in found.proposal.moves}
    await floor.send("planning.accept_proposal", {"proposal_id": found.proposal.id}, floor.desk, STEP)
    assert {b.id: b.planned_start for b in (await floor.day()).bookings} == shown
    assert (await floor.booking(second)).items[0].phases[0].pinned
    await floor.refused("moved_on", "planning.accept_proposal", {"proposal_id": found.proposal.id})
    await floor.send("planning.undo", {"undo_command_id": STEP}, floor.desk)
    assert {b.id: b.planned_start for b in (await floor.day()).bookings} == before
    assert first in shown


async def test_rules_say_no_in_their_own_words(floor: Floor, two: tuple[str, str], clock: ManualClock) -> None:
    first, second = two
    item = await floor.item(second)
    cannot = await asked(floor, item, technician_id=floor.technicians["zhao"])
    assert cannot.cause is not None
    assert (cannot.cause.code, cannot.proposal.refused) == ("why-not-skill", "no_room")
    assert cannot.cause.params["name"] == next(t.name for t in (await floor.day()).technicians if t.code == "zhao")
    wished = await asked(floor, await floor.item(first), technician_id=floor.technicians["wang"])
    assert wished.cause is not None
    assert wished.cause.code == "why-not-request"
    evening = await asked(floor, item, start=at(20))
    assert evening.cause is not None
    assert (evening.cause.code, evening.proposal.refused) == ("why-not-shift", "no_room")
    basin = await asked(floor, item, place_id=floor.places["B1"])
    assert basin.cause is not None
    assert (basin.cause.code, basin.proposal.refused) == ("why-not-place-unfit", "no_room")


async def test_what_costs_nobody_anything_is_said_to_be_as_good(floor: Floor, two: tuple[str, str]) -> None:
    _, second = two
    planned = (await floor.booking(second)).items[0].phases[0]
    other = "C2" if planned.place_id == floor.places["C1"] else "C1"
    found = await asked(floor, await floor.item(second), place_id=floor.places[other])
    assert found.as_good
    assert [move.booking_id for move in found.proposal.moves] == [second]


async def test_a_service_without_a_place_in_the_plan_cannot_be_asked_about(floor: Floor) -> None:
    with pytest.raises(Refused) as refusal:
        await asked(floor, "f" * 32)
    assert refusal.value.kind.code == "not_planned"
