"""The rules follow the log; managers who have a mail address are written to."""

from __future__ import annotations

from typing import Protocol

from hub.backoffice.alarms.events import AlarmRaised
from hub.backoffice.alarms.rules import TYPES
from hub.backoffice.alarms.telling import write_to_managers
from hub.backoffice.alarms.watching import Watch
from hub.kernel.clock import Clock
from hub.kernel.commands import Ports
from hub.kernel.crypto import Vault
from hub.kernel.database import Database
from hub.kernel.dispatch import Door
from hub.kernel.events import Recorded, event_types
from hub.kernel.followers import Follower


class Parts(Protocol):
    """What the composition root hands in."""

    @property
    def database(self) -> Database: ...
    @property
    def door(self) -> Door: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def ports(self) -> Ports: ...
    @property
    def vault(self) -> Vault: ...


def followers(parts: Parts) -> tuple[Follower, ...]:
    watch = Watch(parts.database, parts.door, parts.clock)
    watched = frozenset(event for name, event in event_types().items() if name in TYPES)

    async def look(store_id: str, facts: list[Recorded]) -> None:
        await watch.look(store_id, facts)

    async def tell(store_id: str, facts: list[Recorded]) -> None:
        await write_to_managers(parts.database, parts.ports, parts.vault, store_id, facts)

    return Follower("alarms", watched, look), Follower("alarm mail", frozenset({AlarmRaised}), tell)
