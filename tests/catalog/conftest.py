"""A hub of the lower floors, so that nobody above them moves anything."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hub.app import Hub
from hub.kernel.clock import ManualClock
from hub.settings import Settings
from tests.operations.ground import lower_hub


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    made = lower_hub(settings, clock)
    await made.start()
    yield made
    await made.close()
