"""The short form of R8, and its twin."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.kernel.clock import ManualClock
from tests.drills import clocks
from tests.drills.living import read_day
from tests.operations.floor import Floor

SHORT = ("set back by two hours", "summer time begins", "summer time ends", "a year ahead and back")


@pytest.mark.drill
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", SHORT)
async def test_nothing_breaks_over_an_odd_clock(tmp_path: Path, name: str) -> None:
    report = clocks.Report()
    await clocks.day_over(tmp_path, name, report, steps=14, seed=3)
    assert report.wrong == []
    assert report.accepted > 20


@pytest.mark.drill
async def test_work_that_ends_before_it_began_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: with the ends of work taken from the clock as it stands, a clock set back breaks what must hold."""

    async def serve_the_first(floor: Floor, _chance: object, _report: object) -> None:
        """Not what comes by chance: somebody is served when the clock is set."""
        first = (await read_day(floor.hub)).bookings[0]
        if first.visit_id is None:
            await floor.send("visits.start_service", {"item_id": first.items[0].id}, floor.desk)

    monkeypatch.setattr("hub.operations.visits.commands.serving.max", lambda now, _started: now, raising=False)
    monkeypatch.setattr(clocks, "_burst", serve_the_first)
    report = clocks.Report()
    await clocks.day_over(tmp_path, "set back by two hours", report, steps=9, seed=3)
    assert any("before it starts" in thing for thing in report.wrong), report.wrong


async def test_a_view_that_time_touches_is_read_anew_after_the_clock_was_set_back(clock: ManualClock) -> None:
    """Its next reading was due at a time that is now hours away."""
    from datetime import timedelta
    from types import SimpleNamespace

    from hub.gateway.push import Audience, _is_due

    audience = Audience(SimpleNamespace(), due=clock.now() + timedelta(seconds=30), read_at=clock.now())  # type: ignore[arg-type]
    for by, due in ((10.0, False), (25.0, True), (-7_200.0, True)):
        moment = SimpleNamespace(now=clock.advance(seconds=by))
        assert _is_due(audience, moment) is due  # type: ignore[arg-type]
