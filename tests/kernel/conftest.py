"""The kernel alone: a hub without domains and screens, on both engines where both are there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hub.app import Hub, build
from hub.kernel.clock import ManualClock
from hub.kernel.ids import SeededRandomness
from hub.settings import Settings


@pytest.fixture(params=["sqlite", "postgresql"])
def on_both(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """The settings of a hub on one engine, then on the other."""
    if request.param == "sqlite":
        return settings
    return settings.model_copy(update={"database_url": request.getfixturevalue("postgres_url")})


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    made = build(settings, clock=clock, chance=SeededRandomness(1), domains=[], screens=[])
    await made.start()
    yield made
    await made.close()
