"""The short form of R4, and its twin. How soon is the long form's figure: a speed is not asserted by a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.gateway import sockets
from tests.drills import browsing, converging

pytestmark = [
    pytest.mark.drill,
    pytest.mark.e2e,
    pytest.mark.skipif(browsing.missing() is not None, reason=str(browsing.missing())),
    pytest.mark.timeout(400),
]


async def test_screens_on_a_bad_network_come_to_see_what_the_hub_sees(tmp_path: Path) -> None:
    report = await converging.converge(tmp_path, events=40, screens=3, seed=3)
    assert report.apart == 0, str(report)
    assert report.stale == 3
    assert sum(report.faults.values()) > 0


async def test_without_the_beat_and_new_watches_a_screen_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: lost pushes that no beat tells of are never made up for."""

    async def nothing(*_: object) -> None:
        """No beat, and no fault: a page whose connection is cut comes back to a first view."""

    kept, handed = sockets.Client.hand, set[str]()

    def first_only(self: sockets.Client, audience, message):  # type: ignore[no-untyped-def]
        if audience.key not in handed:
            handed.add(audience.key)
            kept(self, audience, message)

    monkeypatch.setattr(sockets.Sockets, "_beat_all", nothing)
    monkeypatch.setattr(sockets.Client, "hand", first_only)
    monkeypatch.setattr(converging, "PATIENCE_SECONDS", 12.0)
    monkeypatch.setattr(converging, "_disturb", nothing)
    report = await converging.converge(tmp_path, events=20, screens=1, seed=3, silence=False)
    assert report.apart == 1
