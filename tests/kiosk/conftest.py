"""A working day with a kiosk at the door."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest

import kiosk.screen
from hub.app import Hub, build
from hub.gateway.screens import NoParams, Reading
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.dispatch import facts_of
from hub.kernel.ids import SeededRandomness
from hub.kernel.tables import Store
from hub.settings import Settings
from kiosk.views import KioskView
from tests.conftest import Send
from tests.operations.floor import FLOORS, Floor, FloorStore

PUBLIC = "http://192.0.2.7:8000"


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    names = [*(f"hub.{name}" for name in (*FLOORS, "operations.planning")), "kiosk"]
    made = build(
        settings.model_copy(update={"public_url": PUBLIC}),
        clock=clock,
        chance=SeededRandomness(1),
        domains=[import_module(name) for name in names],
        screens=[kiosk.screen.screen],
    )
    await made.start()
    yield made
    await made.close()


@pytest.fixture
def floor(hub: Hub, floor_store: FloorStore, send: Send, desk: Actor) -> Floor:
    return floor_store.opened(hub, send, desk)


@dataclass(slots=True)
class Stand:
    """Somebody in front of a kiosk."""

    floor: Floor
    actor: Actor

    async def view(self) -> KioskView:
        hub = self.floor.hub
        async with hub.database.read(self.floor.store) as session:
            store = facts_of(await session.get_one(Store, self.floor.store))
            now = hub.clock.now()
            return await kiosk.screen.read(Reading(session, store, self.actor, now, hub.vault, hub.ports, 0), NoParams())

    async def answer(self, kind: str, *, token: str | None = None, **more: Any) -> KioskView:
        """Tap, and see what comes."""
        shown = token or (await self.view()).step_token
        given = {"step_token": shown, "input": {"kind": kind, **more}}
        answered = await self.floor.hub.door.send("kiosk.answer", given, self.actor, uuid.uuid4().hex)
        assert answered.result == {"shown": True}
        return await self.view()

    async def identify(self, phone: str, hour: int) -> KioskView:
        await self.answer("leave")
        await self.answer("begin", way="booking")
        await self.answer("phone", phone=phone)
        return await self.answer("hour", hour=hour)


@pytest.fixture
def stand(floor: Floor) -> Stand:
    device = "d" * 32
    return Stand(floor, Actor("device", device, floor.store, frozenset({"kiosk"}), device_id=device))
