"""Planning follows the log: disturbing facts lead to a plan."""

from __future__ import annotations

from typing import Protocol

from hub.kernel.commands import Ports
from hub.kernel.followers import Follower
from hub.operations.planning.premises import DISTURBING
from hub.operations.planning.replanning import Planner


class Parts(Protocol):
    """What the composition root hands in."""

    @property
    def ports(self) -> Ports: ...


def followers(parts: Parts) -> tuple[Follower, ...]:
    return (Follower("planning", DISTURBING, parts.ports.get(Planner).follow),)
