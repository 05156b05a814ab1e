"""The short form of S13 over sockets, and that its verdict sees each failing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.drills import fuzzing

pytestmark = [pytest.mark.drill, pytest.mark.timeout(240)]


async def test_hostile_frames_leave_the_hub_as_it_was(tmp_path: Path, demo_day: Path) -> None:
    report = await fuzzing.fuzz(tmp_path, frames=200, rounds=1, prepared=demo_day)
    assert report.faults == []
    assert report.kept, str(report)
    assert report.frames > 100


def test_the_verdict_sees_each_failing() -> None:
    good = fuzzing.Fuzzed(frames=10, sockets=2, rounds=1)
    assert good.kept
    failings: tuple[dict[str, Any], ...] = (
        {"faults": ["x"]},
        {"unserved": 1},
        {"left_over": 1},
        {"rounds": 0},
        {"growth_mib": float(fuzzing.GROWTH_MAX_MIB)},
    )
    assert not any(replace(good, **failing).kept for failing in failings)
