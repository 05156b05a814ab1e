"""The audit's work that comes with time."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from hub.backoffice.audit.keeping import Keeper, Places, folder_of
from hub.kernel.clock import Clock
from hub.kernel.database import Database
from hub.kernel.dispatch import Door
from hub.kernel.jobs import Job

LOOKS_FOR_CHECKS = timedelta(minutes=20)


class Parts(Protocol):
    """What the composition root hands in."""

    @property
    def settings(self) -> Places: ...
    @property
    def database(self) -> Database: ...
    @property
    def door(self) -> Door: ...
    @property
    def clock(self) -> Clock: ...


def keeper_of(parts: Parts) -> Keeper:
    every = timedelta(minutes=parts.settings.anchor_minutes)
    return Keeper(parts.database, parts.door, parts.clock, folder_of(parts.settings), every)


def jobs(parts: Parts) -> tuple[Job, ...]:
    """Anchors every few minutes in which something happened, and at a stop; once a day checks the whole log."""
    if not parts.settings.anchor_minutes:
        return ()
    keeper = keeper_of(parts)
    return (
        Job("audit anchor", timedelta(minutes=1), keeper.anchor_if_due, at_stop=keeper.anchor),
        Job("audit check", LOOKS_FOR_CHECKS, keeper.check_if_due),
    )
