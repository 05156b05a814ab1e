"""The short form of R2, and its twins."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drills import cutting_power


@pytest.mark.drill
async def test_a_power_cut_loses_nothing_acknowledged(tmp_path: Path) -> None:
    report = await cutting_power.cut_rounds(tmp_path, cuts=25, seed=7, every=120)
    assert report.kept, (str(report), report.damaged)
    assert (report.cuts, report.acknowledged > 50, report.checkpointed > 0) == (25, True, True)


@pytest.mark.drill
@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
async def test_without_a_sync_at_every_commit_a_cut_loses_some(tmp_path: Path, synchronous: str) -> None:
    """The twin: the same cuts find what was acknowledged before it was synced."""
    report = await cutting_power.cut_rounds(tmp_path, cuts=12, seed=7, synchronous=synchronous)
    assert report.lost > 0 or report.damaged
