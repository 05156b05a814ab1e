"""A working day without the planner, so that only the people of the test change it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hub.app import Hub
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.settings import Settings
from tests.conftest import Send
from tests.operations.floor import Floor, FloorStore, floor_hub


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    made = floor_hub(settings, clock, planning=False)
    await made.start()
    yield made
    await made.close()


@pytest.fixture
def floor(hub: Hub, floor_store: FloorStore, send: Send, desk: Actor) -> Floor:
    return floor_store.opened(hub, send, desk)
