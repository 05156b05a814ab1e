"""The manager looks back: which days there are, what one of them lost, and that nobody else sees it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from displays import look_back
from displays.look_back import DayParams, LookBackDayView, read_day
from hub.app import Hub
from hub.gateway.screens import Reading, Thinking
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.operations.planning import looking_back
from hub.operations.planning.looking_back import Look, LookingBack
from hub.operations.planning.past_days import stamp_of
from hub.operations.planning.retrospect import Retrospect
from hub.operations.visits.tables import VisitRow
from tests.displays.test_front_desk import floor, hub  # noqa: F401 - fixtures
from tests.operations.floor import DAY, Floor, at, shown
from tests.operations.planning.test_hindsight import one_after_the_other

# ruff: noqa: F811 - pytest hands fixtures in by their names

MANAGER = "manager"


def manager(floor: Floor) -> Actor:
    return Actor("staff", "e" * 32, floor.store, frozenset({MANAGER}))


@pytest.fixture
async def played(floor: Floor, clock: ManualClock) -> Floor:
    floor.first, _ = await one_after_the_other(floor, clock)
    return floor


async def day(floor: Floor, actor: Actor | None = None) -> dict[str, Any]:
    return await shown(floor, "look-back-day", actor or manager(floor), day=DAY.isoformat())


async def test_only_days_that_are_over_are_there_to_look_back_on(played: Floor, clock: ManualClock) -> None:
    assert (await shown(played, "look-back", manager(played)))["days"] == []
    today = await day(played)
    assert (today["state"], today["found"]) == ("not_over", None)
    clock.set(at(9) + timedelta(days=1))
    assert (await shown(played, "look-back", manager(played)))["days"] == [{"day": DAY.isoformat(), "came": 2}]
    before = await shown(played, "look-back-day", manager(played), day=(DAY - timedelta(days=1)).isoformat())
    assert (before["state"], before["found"]) == ("nobody", None)
    clock.set(at(9) + timedelta(days=100))
    assert (await shown(played, "look-back", manager(played)))["days"] == []


async def test_a_day_says_what_it_lost_and_to_what(played: Floor, clock: ManualClock) -> None:
    clock.set(at(9) + timedelta(days=1))
    view = await day(played)
    found = view["found"]
    assert view["state"] == "over"
    assert (found["came"], found["served"], found["walk_ins"], found["proven"]) == (2, 2, 0, True)
    waiting = next(level for level in found["levels"] if level["name"] == "waiting")
    assert (waiting["went"], waiting["could"], waiting["least"]) == (70, 0, 0)
    [cost] = found["costs"]
    assert (cost["cause"], cost["who"], cost["technician"]["en"], cost["minutes"]) == ("overran", "王小明", "lin", 30)
    [hit] = cost["hits"]
    assert (hit["name"], hit["waited"], hit["went_with"]["en"]) == ("李雷", 70, "lin")
    assert (hit["went"], hit["could"]) == ("2026-05-14T03:10:00Z", "2026-05-14T02:00:00Z")
    rows = {row["technician"]["en"]: row for row in found["rows"]}
    assert [block["name"] for block in rows["lin"]["went"]] == ["王小明", "李雷"]
    assert len(rows["lin"]["could"]) == len(rows["wang"]["could"]) == 1


async def test_whoever_may_not_read_names_sees_none(played: Floor, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    clock.set(at(9) + timedelta(days=1))
    assert "王小明" in str(await day(played))
    monkeypatch.setattr(look_back, "may", lambda reading, permission: permission != "customers.read")
    hub = played.hub
    async with hub.viewer.moment(played.store) as moment:
        reading = Reading(moment.session, moment.store, manager(played), moment.now, hub.vault, hub.ports, moment.seq)
        thinking = await read_day(reading, DayParams(day=DAY))
    assert isinstance(thinking, Thinking)
    view = await thinking.finish()
    assert isinstance(view, LookBackDayView)
    assert "王**" in view.model_dump_json()
    for secret in ("王小明", "李雷"):
        assert secret not in view.model_dump_json()


async def test_nobody_but_the_manager_looks_back(played: Floor) -> None:
    for name, params in (("look-back", {}), ("look-back-day", {"day": DAY.isoformat()})):
        for actor in (played.desk, played.technician("lin")):
            with pytest.raises(Refused) as refusal:
                await shown(played, name, actor, **params)
            assert refusal.value.kind.code == "forbidden"


async def test_a_day_is_searched_once_until_its_record_changes(
    played: Floor, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set(at(9) + timedelta(days=1))
    searched: list[str] = []
    made = looking_back.retrospect
    monkeypatch.setattr(looking_back, "retrospect", lambda past, limits: searched.append("once") or made(past, limits))
    assert await day(played) == await day(played)
    assert len(searched) == 1
    async with played.hub.database.read(played.store) as session:
        store = await played._facts(session)
        before = await stamp_of(session, store, DAY)
    await played.send("visits.walk_in", {"services": [{"service_id": played.services["cut"]}]}, played.desk)
    async with played.hub.database.read(played.store) as session:
        assert await stamp_of(session, store, DAY) == before, "another day's visit"
    await day(played)
    assert len(searched) == 1
    async with played.hub.database.read(played.store) as session:
        late = await session.scalar(select(VisitRow).where(VisitRow.booking_id == played.first))
    assert late is not None
    await played.send("visits.leave", {"visit_id": late.id}, played.desk)
    await day(played)
    assert len(searched) == 2


async def test_the_process_finds_what_is_found_here_and_goes_when_nobody_asks(
    played: Floor, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set(at(9) + timedelta(days=1))
    look = Look(played.store, DAY, "")
    here = await LookingBack(played.hub.database, process=False).look(look)
    monkeypatch.setattr(looking_back, "IDLE_SECONDS", 0.0)
    apart = LookingBack(played.hub.database, process=True)
    try:
        there = await apart.look(look)
        assert isinstance(here, Retrospect)
        assert isinstance(there, Retrospect)
        assert (there.went, there.could, there.prices) == (here.went, here.could, here.prices)
        for _ in range(100):
            if apart.pid is None:
                break
            await asyncio.sleep(0.05)
        assert apart.pid is None
        assert await apart.look(look) is there
        assert apart.pid is None, "what is known needs no process"
    finally:
        apart.close()


async def test_where_the_process_cannot_answer_the_day_is_looked_at_here(
    hub: Hub, played: Floor, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set(at(9) + timedelta(days=1))
    apart = LookingBack(hub.database, process=True)

    async def hung(*_asked: object, **_how: object) -> object:
        return "hung"

    monkeypatch.setattr(apart, "heard_out", hung)
    monkeypatch.setattr(apart, "ready", lambda: True)
    try:
        assert isinstance(await apart.look(Look(played.store, DAY, "")), Retrospect)
    finally:
        apart.close()
