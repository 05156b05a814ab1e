"""A working day with the planner's finder and the list; followers and jobs are still, so that a test says when time passes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hub.app import Hub, build
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.ids import SeededRandomness
from hub.settings import Settings
from tests.conftest import Send
from tests.operations.floor import FloorStore
from tests.operations.waitlist.listing import DOMAINS, Listing


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    made = build(settings, clock=clock, chance=SeededRandomness(1), domains=DOMAINS, screens=())
    await made.prepare()
    yield made
    await made.close()


@pytest.fixture
async def listing(hub: Hub, floor_store: FloorStore, send: Send, desk: Actor, clock: ManualClock) -> Listing:
    """One technician who cuts, from 09:00 to 18:00, so that a gap is hers."""
    floor = floor_store.opened(hub, send, desk)
    await send("team.put_technician", {"code": "wang", "name": {"zh": "wang", "en": "wang"}, "skills": {"colour": 3}})
    return Listing(floor, clock)
