"""What time does to the list: offers lapse, gaps come due, days pass."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from hub.kernel.dispatch import Door
from hub.kernel.jobs import Job
from hub.operations.waitlist.keeper import look_after

EVERY = timedelta(seconds=10)


class Parts(Protocol):
    """What the composition root hands in."""

    @property
    def door(self) -> Door: ...


def jobs(parts: Parts) -> tuple[Job, ...]:
    door = parts.door

    async def tend(store_id: str) -> None:
        await look_after(door, store_id)

    return (Job("waitlist.tend", EVERY, tend),)
