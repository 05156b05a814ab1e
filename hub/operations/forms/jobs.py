"""What time does to signatures: they are cleared when nobody has to keep them any longer."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from hub.kernel.access import system
from hub.kernel.dispatch import Door
from hub.kernel.jobs import Job
from hub.operations.forms.commands import ClearSignatures, outlived

EVERY = timedelta(hours=6)


class Parts(Protocol):
    """What the composition root hands in."""

    @property
    def door(self) -> Door: ...


def jobs(parts: Parts) -> tuple[Job, ...]:
    """The domain's jobs. They look first, so that a quiet store writes nothing."""
    door = parts.door

    async def clear(store_id: str) -> None:
        async with door.database.read(store_id) as session:
            due = await session.scalar(outlived(door.clock.now()).limit(1))
        if due is not None:
            await door.submit(ClearSignatures(), system(store_id, "forms"), door.chance.id())

    return (Job("forms.retention", EVERY, clear),)
