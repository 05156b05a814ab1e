"""What one process has shown can be accepted at another, as long as the world is as it was shown."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from hub.app import Hub
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.dispatch import facts_of
from hub.kernel.errors import Refused
from hub.kernel.tables import Store
from hub.operations.bookings.ports import Wish
from hub.operations.planning.models import AdoptPlan
from hub.operations.planning.proposals import Proposal, what_if
from hub.operations.planning.shelf import _CHANGES, Kept, Proposals, _kept, _row
from hub.operations.planning.tables import ProposalRow
from hub.operations.planning.what_if import Added, Change, Closed, Gone, Joined, Late, Moved, Sick
from hub.settings import Settings
from tests.conftest import MORNING, Send
from tests.operations.floor import Floor, at, floor_hub, open_floor

ACCEPT = "planning.accept_proposal"


@pytest.fixture
def settings(settings: Settings, postgres_url: str) -> Settings:
    return settings.model_copy(update={"database_url": postgres_url})


@pytest.fixture
async def floor(hub: Hub, store: str, send: Send, desk: Actor) -> Floor:
    """Made here: what is made once is on the engine of the run."""
    return await open_floor(hub, store, send, desk)


@pytest.fixture
async def other(floor: Floor, settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    """A second process' hub."""
    made = floor_hub(settings, clock, planning=True)
    await made.start()
    yield made
    await made.close()


async def _shown(floor: Floor, change: Change) -> Proposal:
    async with floor.hub.database.read(floor.store) as session:
        store = facts_of(await session.get_one(Store, floor.store))
        return await what_if(session, store, floor.hub.clock.now(), floor.hub.ports, change)


async def _accept(hub: Hub, floor: Floor, proposal: Proposal) -> Any:
    return await hub.door.send(ACCEPT, {"proposal_id": proposal.id}, floor.desk, uuid.uuid4().hex)


async def test_shown_here_accepted_there(floor: Floor, other: Hub) -> None:
    item = await floor.item(booking := await floor.book("cut", at(11)))
    await floor.planned()
    shown = await _shown(floor, Moved(item, start=at(12)))
    since = await floor.seq()
    await _accept(other, floor, shown)
    facts = [fact.type for fact in await floor.facts(since) if fact.actor_id != "planner"]
    assert facts[0] == "planning.item_moved"
    assert "planning.plan_adopted" in facts
    assert (await floor.booking(booking)).planned_start == at(12)


async def test_its_other_ways_can_be_taken_there_too(floor: Floor, other: Hub) -> None:
    item = await floor.item(await floor.book("cut", at(11), technician="lin"))
    await floor.book("cut", at(12), technician="lin", name="李雷")
    await floor.planned()
    shown = await _shown(floor, Moved(item, start=at(12)))
    assert shown.alternatives
    await _accept(other, floor, shown.alternatives[0])


async def test_not_once_the_world_has_moved_on_or_it_is_old(floor: Floor, other: Hub, clock: ManualClock) -> None:
    item = await floor.item(booking := await floor.book("cut", at(11)))
    await floor.planned()
    shown = await _shown(floor, Moved(item, start=at(12)))
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 5}, floor.desk)
    await floor.refused("moved_on", ACCEPT, {"proposal_id": shown.id}, by=other)
    clock.advance(minutes=3)
    await floor.refused("proposal_gone", ACCEPT, {"proposal_id": shown.id}, by=other)


async def test_what_is_not_told_stays_here(floor: Floor, other: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """And can still be accepted where it was shown; nobody waits in vain for a database that takes nothing."""

    def no(*_: Any) -> Any:
        raise OperationalError("", None, OSError())

    item = await floor.item(await floor.book("cut", at(11)))
    await floor.planned()
    with monkeypatch.context() as patch:
        patch.setattr(floor.hub.database, "write", no)
        shown = await _shown(floor, Moved(item, start=at(12)))
    await floor.refused("proposal_gone", ACCEPT, {"proposal_id": shown.id}, by=other)
    await _accept(floor.hub, floor, shown)


async def test_old_rows_go_when_new_ones_come(floor: Floor, clock: ManualClock) -> None:
    item = await floor.item(await floor.book("cut", at(11)))
    await floor.planned()
    old = await _shown(floor, Moved(item, start=at(12)))
    clock.advance(minutes=5)
    new = await _shown(floor, Moved(item, start=at(13)))
    kept = {row.id for row in await floor.rows(ProposalRow)}
    assert new.id in kept
    assert old.id not in kept


async def test_another_stores_proposal_is_nobodys_business(floor: Floor, other: Hub) -> None:
    item = await floor.item(await floor.book("cut", at(11)))
    await floor.planned()
    shown = await _shown(floor, Moved(item, start=at(12)))
    elsewhere = await floor.hub.open_store(name_zh="乙", name_en="B")
    async with other.database.read(elsewhere) as session:
        with pytest.raises(Refused, match="proposal_gone"):
            await other.ports.get(Proposals).get(session, shown.id, elsewhere, MORNING)


CHANGES = (
    Moved("i" * 32, "t" * 32, None, at(12)),
    Late("b" * 32, 10),
    Sick("t" * 32),
    Closed("p" * 32, "漏水"),
    Added("b" * 32, "s" * 32),
    Gone("b" * 32),
    Joined((Wish("s" * 32, "must", "t" * 32), Wish("s" * 32))),
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: type(change).__name__)
def test_every_kind_of_change_comes_back_as_it_was(change: Change) -> None:
    plan = AdoptPlan(date=MORNING.date(), assignments=[], premises_seq=7, author="desk")
    kept = Kept("s" * 32, MORNING, 7, change, plan, ("c" * 32,))
    row = _row("p" * 32, kept)
    row.store_id = kept.store_id
    assert _kept(row) == kept


def test_every_kind_is_tried() -> None:
    assert {type(change).__name__ for change in CHANGES} == set(_CHANGES)
