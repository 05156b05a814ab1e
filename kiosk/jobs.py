"""What time does to the kiosk: a conversation that nobody goes on with is wiped, also when its screen has died."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from sqlalchemy import select

from hub.kernel.access import system
from hub.kernel.clock import Clock
from hub.kernel.dispatch import Door
from hub.kernel.jobs import Job
from kiosk.commands import Wipe
from kiosk.sessions import COUNTDOWN, GRACE, IDLE
from kiosk.tables import KioskSessionRow

EVERY = timedelta(seconds=10)


class Parts(Protocol):
    """What the composition root hands in."""

    @property
    def door(self) -> Door: ...

    @property
    def wall(self) -> Clock: ...


def jobs(parts: Parts) -> tuple[Job, ...]:
    """The kiosk's jobs."""
    door, wall = parts.door, parts.wall

    async def wipe(store_id: str) -> None:
        async with door.database.read(store_id) as session:
            stale = select(KioskSessionRow.device).where(
                KioskSessionRow.token.is_not(None), KioskSessionRow.touched_at < wall.now() - IDLE - COUNTDOWN - GRACE
            )
            devices = list(await session.scalars(stale))
        for device in devices:
            await door.submit(Wipe(device=device), system(store_id, "kiosk"), door.chance.id())

    return (Job("kiosk.wipe", EVERY, wipe),)
