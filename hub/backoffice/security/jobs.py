"""Identity's work that comes with time."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from hub.backoffice.security.commands.upkeep import ForgetSpent
from hub.kernel.access import system
from hub.kernel.dispatch import Door
from hub.kernel.jobs import Job


class Parts(Protocol):
    """What the composition root hands in."""

    @property
    def door(self) -> Door: ...


def jobs(parts: Parts) -> tuple[Job, ...]:
    """Forgets spent tries, steps, links and pairings once a day."""
    door = parts.door

    async def forget(store_id: str) -> None:
        await door.submit(ForgetSpent(), system(store_id, "upkeep"), door.chance.id())

    return (Job("security upkeep", timedelta(days=1), forget),)
