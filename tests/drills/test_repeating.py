"""The short form of R5, and its twins."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from hub.kernel import answers
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.jobs import JobLoop
from hub.kernel.tables import AnswerRow
from tests.conftest import MORNING
from tests.drills import repeating


@pytest.mark.drill
@pytest.mark.timeout(300)
async def test_repeats_have_one_effect_also_after_a_kill(tmp_path: Path) -> None:
    report = await repeating.repeat_rounds(tmp_path / "store", rounds=2, commands=12, seed=3)
    assert report.kept, str(report)
    assert report.repeats > 100


@pytest.mark.drill
async def test_without_the_memory_a_repeat_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: a door that remembers nothing does each repeat anew, and the drill's count shows it."""
    row = answers.Answers.row

    def elsewhere(*asked: Any) -> dict[str, Any]:
        return {**row(*asked), "command_id": uuid.uuid4().hex}

    monkeypatch.setattr(answers.Answers, "row", elsewhere)
    found = await repeating.memory(tmp_path / "store", days=1, commands=3)
    assert (found.notes, found.money) == (0, 0)


@pytest.mark.drill
async def test_ids_are_kept_for_thirty_days_and_those_of_money_for_ever(tmp_path: Path) -> None:
    within = await repeating.memory(tmp_path / "within", days=30, commands=5)
    assert (within.notes, within.money, within.names) == (5, 5, 5)
    beyond = await repeating.memory(tmp_path / "beyond", days=31, commands=5)
    assert (beyond.notes, beyond.money, beyond.names) == (0, 5, 5)


@pytest.mark.drill
async def test_a_clock_that_jumped_forgets_nothing_recent(tmp_path: Path) -> None:
    """Whatever the clock says: the newest ids are kept; and without that guard (the test above) they would be gone."""
    found = await repeating.memory(tmp_path / "store", days=31, commands=5, kept_facts=answers.KEPT_FACTS)
    assert found.notes == 5


@pytest.mark.drill
async def test_much_is_forgotten_in_small_bites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "FORGOTTEN_AT_ONCE", 4)
    monkeypatch.setattr(answers, "KEPT_FACTS", 0)
    clock = ManualClock(MORNING)
    hub = await repeating.hub_with_till(tmp_path / "store", clock)
    who = Actor("staff", "a" * 32, hub.store_id, frozenset({"manager"}))
    for number in range(11):
        await hub.door.send("till.note", {"number": number}, who, uuid.uuid4().hex)
    clock.advance(days=31)
    await JobLoop(hub.database, clock, []).run_once(answers.forget_job(hub.database, clock, ()))
    async with hub.database.read(hub.store_id) as session:
        left = await session.scalar(select(func.count()).select_from(AnswerRow).where(AnswerRow.command == "till.note"))
    await hub.close()
    assert left == 0
