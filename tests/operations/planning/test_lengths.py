"""Planned lengths follow what has been seen, by the published rule; room that is set aside keeps its length."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from hub.catalog.queries import PhaseFacts
from hub.kernel.clock import ManualClock
from hub.kernel.tables import Store
from hub.operations.planning import finder, rows
from hub.operations.planning.durations import Durations, Observation, learn
from hub.operations.planning.lengths import ENOUGH, LengthRule, Lengths, planned_minutes
from tests.operations.floor import Floor, at

CUT = PhaseFacts(ordinal=0, kind="hands_on", minutes=40, place_kind="chair", skill="cut", min_level=1, max_gap_minutes=0)


def seen(mean: float, count: int, technician: str = "slow") -> list[Observation]:
    return [Observation("cut", 0, 2, technician, 40.0, 40.0 * mean) for _ in range(count)]


def minutes(known: Durations, technician: str = "slow", rule: LengthRule | None = None) -> int:
    return planned_minutes(CUT, "cut", 2, technician, known, rule or LengthRule())


def test_the_catalog_is_planned_until_enough_has_been_seen() -> None:
    assert minutes(learn([])) == 40
    assert minutes(learn(seen(1.3, ENOUGH - 1))) == 40
    assert minutes(learn(seen(1.3, ENOUGH))) > 40


def test_lengths_differ_from_the_catalog_by_whole_steps_and_within_limits() -> None:
    known = learn(seen(1.3, 200) + seen(0.9, 200, "quick"))
    assert (minutes(known), minutes(known, "quick")) == (50, 35)
    assert minutes(learn(seen(3.0, 200))) == 60
    assert minutes(learn(seen(0.3, 200))) == 30


def test_a_store_may_choose_the_quantile_or_the_catalog() -> None:
    known = learn(seen(1.3, 200))
    surer = LengthRule.of({"length_quantile": 0.9})
    assert minutes(known, rule=surer) > minutes(known)
    assert minutes(known, rule=LengthRule.of({"learned_lengths": False})) == 40
    assert LengthRule.of({"length_quantile": "most"}) == LengthRule()


def test_what_merely_takes_effect_takes_its_time() -> None:
    waits = replace(CUT, kind="processing", skill=None)
    assert planned_minutes(waits, "cut", 0, None, learn(seen(1.3, 200)), LengthRule()) == 40


def test_room_that_is_set_aside_keeps_its_length() -> None:
    team = SimpleNamespace(skills={"slow": {"cut": 2}, "new": {"cut": 2}}, technicians=[SimpleNamespace(id="slow")])
    lengths = Lengths(team, learn(seen(1.25, 200)), LengthRule())
    assert lengths.phase("cut", CUT).duration_by_technician == {"slow": 50}
    for kept, planned in ((40, 40), (45, 45), (50, 50), (35, 50), (55, 50)):
        assert lengths.phase("cut", CUT, {"slow": kept}).duration_by_technician.get("slow", 40) == planned
    untaught = Lengths(team, learn([]), LengthRule())
    assert untaught.phase("cut", CUT).duration_by_technician == {}


@pytest.mark.parametrize("switched_on", [True, False])
async def test_slots_starts_and_plans_use_them(
    floor: Floor, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, switched_on: bool
) -> None:
    known = learn(
        [replace(o, service=floor.services["cut"], technician=floor.technicians["lin"], level=3) for o in seen(1.3, 200)]
    )

    async def taught(*_arguments: object) -> Durations:
        return known

    monkeypatch.setattr(finder, "learned", taught)
    monkeypatch.setattr(rows, "learned", taught)
    if not switched_on:
        async with floor.hub.database.write(floor.store) as session:
            store = await session.get_one(Store, floor.store)
            store.settings = {**store.settings, "planning": {"learned_lengths": False}}
    length = timedelta(minutes=40 if switched_on else 30)
    booking = await floor.book("cut", at(11), technician="lin")
    phase = (await floor.booking(booking)).items[0].phases[0]
    assert phase.start is not None
    assert phase.end is not None
    assert phase.end - phase.start == length
    await floor.planned()
    clock.set(at(11))
    await floor.send("visits.start_service", {"item_id": await floor.item(booking)}, floor.desk)
    running = (await floor.booking(booking)).items[0].phases[0]
    assert (running.state, running.end) == ("running", at(11) + length)
