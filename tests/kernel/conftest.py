"""The kernel alone: a hub without domains and screens."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hub.app import Hub, build
from hub.kernel.clock import ManualClock
from hub.kernel.ids import SeededRandomness
from hub.settings import Settings


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    made = build(settings, clock=clock, chance=SeededRandomness(1), domains=[], screens=[])
    await made.start()
    yield made
    await made.close()
