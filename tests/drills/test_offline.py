"""The short form of R7, and its twin."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drills import browsing, offline

pytestmark = [
    pytest.mark.drill,
    pytest.mark.e2e,
    pytest.mark.skipif(browsing.missing() is not None, reason=str(browsing.missing())),
    pytest.mark.timeout(300),
]


async def test_every_tap_of_three_days_offline_is_done_or_shown(tmp_path: Path) -> None:
    report = await offline.cut_off(tmp_path, taps=12, hours=72, seed=3)
    assert report.kept, str(report)
    assert report.conflicts
    assert "not accepted" in report.shown.casefold()


async def test_a_tablet_that_keeps_nothing_drops_taps_and_the_drill_sees_it(tmp_path: Path) -> None:
    """The twin: without the device's storage the taps are gone with the page."""
    report = await offline.cut_off(tmp_path, taps=3, hours=1, seed=3, script=offline.FORGETFUL)
    assert report.dropped == 3
    assert not report.kept
