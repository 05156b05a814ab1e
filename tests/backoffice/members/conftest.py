"""A small salon whose customers come in by one-time codes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from displays import my_visits, visit
from hub import catalog
from hub.app import Hub, build
from hub.backoffice import security
from hub.kernel.clock import ManualClock
from hub.kernel.ids import SeededRandomness
from hub.operations import bookings, planning, stations, team, visits
from hub.operations.bookings.ports import SlotFinder
from hub.settings import Settings
from tests.backoffice.security.conftest import browser  # noqa: F401 - a fixture
from tests.backoffice.security.post import Post
from tests.conftest import Send
from tests.operations.bookings.salon import FirstFit, Salon, open_salon


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    made = build(
        settings,
        clock=clock,
        chance=SeededRandomness(1),
        domains=[catalog, team, stations, bookings, visits, planning, security],
        screens=[my_visits.screen, visit.screen],
    )
    await made.start()
    made.ports.fill(SlotFinder, FirstFit())  # type: ignore[type-abstract]
    yield made
    await made.close()


@pytest.fixture
def post(hub: Hub) -> Post:
    return Post(hub)


@pytest.fixture
async def salon(store: str, send: Send) -> Salon:
    """With everybody at work this morning, so that the plan leaves to each customer who was found for them."""
    made = await open_salon(send)
    for technician in made.technicians.values():
        shift = {"technician_id": technician, "date": "2026-05-14", "start": "09:00", "end": "18:00"}
        await send("team.put_shift", shift)
    return made
