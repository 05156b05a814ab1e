"""Backups that come with time."""

from __future__ import annotations

from typing import Protocol

from hub.backoffice.backups.keeper import EVERY, Keeper
from hub.backoffice.backups.ports import Backups
from hub.kernel.clock import Clock
from hub.kernel.commands import Ports
from hub.kernel.dispatch import Door
from hub.kernel.jobs import Job
from hub.kernel.stores import store_ids


class Parts(Protocol):
    """What the composition root hands in."""

    @property
    def door(self) -> Door: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def ports(self) -> Ports: ...


def jobs(parts: Parts) -> tuple[Job, ...]:
    """Looks every five real minutes. A backup holds the whole database, so whoever is on duty for the first store makes it."""
    door, keeper = parts.door, parts.ports.get(Backups)  # type: ignore[type-abstract]  # a port is known by its Protocol
    assert isinstance(keeper, Keeper)  # noqa: S101 - the composition root fills it so

    async def look(store_id: str) -> None:
        if store_id == (await store_ids(door.database))[0]:
            await keeper.look()

    return (Job("backup", EVERY * parts.clock.speed, look),)
