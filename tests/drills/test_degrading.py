"""The short form of R9, and its twin."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog

from hub.kernel.dispatch import Door
from hub.kernel.errors import Refused
from tests.drills import degrading


@pytest.mark.drill
async def test_no_fault_makes_the_hub_lie_and_every_one_heals(tmp_path: Path) -> None:
    report = await degrading.fault_rounds(tmp_path / "store", rounds=4, seed=3, faults=degrading.IN_PLACE)
    assert report.kept, (str(report), report.strange)
    assert report.acknowledged
    assert report.refused


@pytest.mark.drill
async def test_a_full_disk_is_survived(tmp_path: Path) -> None:
    with degrading.small_disk(tmp_path / "disk") as disk:
        if disk is None:
            pytest.skip("this process may not mount a disk")
        report = await degrading.fault_rounds(disk / "store", rounds=2, seed=4, faults=degrading.ON_A_SMALL_DISK)
    assert report.kept, (str(report), report.strange)


@pytest.mark.drill
async def test_the_drill_sees_an_acknowledgement_before_the_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: a door that answers before the commit is found lying."""
    settle, inside = Door._settle, Door._in_savepoint

    async def early(self: Door, connection, job, known):  # type: ignore[no-untyped-def]
        outcome = await inside(self, connection, job, known)
        if not isinstance(outcome, BaseException) and not job.done.done():
            job.done.set_result(outcome)
        return outcome

    monkeypatch.setattr(Door, "_in_savepoint", early)
    monkeypatch.setattr(Door, "_settle", settle)
    report = await degrading.fault_rounds(tmp_path / "store", rounds=4, seed=3, faults=degrading.IN_PLACE)
    assert report.lies > 0


@pytest.mark.drill
async def test_the_drill_sees_a_hub_that_does_not_say_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the read-only mode: without it every sender fails alone and none is told the cause."""

    def nothing(_self: object, _error: BaseException) -> Refused | None:
        return None

    monkeypatch.setattr("hub.kernel.writing.Writing.note", nothing)
    monkeypatch.setattr("hub.kernel.dispatch.log", structlog.wrap_logger(None, processors=[_drop]))
    faults = {"no more pages": degrading.IN_PLACE["no more pages"]}
    report = await degrading.fault_rounds(tmp_path / "store", rounds=1, seed=3, faults=faults, patience=0.2)
    assert report.strange


def _drop(_logger: object, _method: str, _event: object) -> None:
    """Hundreds of tracebacks that nobody reads take longer than what is tested."""
    raise structlog.DropEvent
