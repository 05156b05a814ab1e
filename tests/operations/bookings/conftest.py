"""A salon with two technicians, and a finder of room in the port."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hub.app import Hub
from hub.kernel.clock import ManualClock
from hub.operations.bookings.ports import SlotFinder
from hub.settings import Settings
from tests.conftest import Send
from tests.operations.bookings.salon import FirstFit, Salon, open_salon
from tests.operations.ground import lower_hub


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    made = lower_hub(settings, clock)
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def salon(hub: Hub, store: str, send: Send) -> Salon:
    hub.ports.fill(SlotFinder, FirstFit())  # type: ignore[type-abstract]
    return await open_salon(send)
