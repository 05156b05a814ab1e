"""A working day with the planner's follower; it plans greedily and at once unless a test says otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hub.app import Hub
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.operations.planning.replanning import Planner
from hub.settings import Settings
from tests.conftest import Send
from tests.operations.floor import Floor, FloorStore, floor_hub


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    made = floor_hub(settings, clock, planning=True)
    made.ports.get(Planner).quiet_seconds = 0.05
    await made.start()
    yield made
    await made.close()


@pytest.fixture
def floor(hub: Hub, floor_store: FloorStore, send: Send, desk: Actor) -> Floor:
    return floor_store.opened(hub, send, desk)
