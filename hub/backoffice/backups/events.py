"""What is on record about backups."""

from __future__ import annotations

from typing import Literal

from hub.kernel.events import Event

Why = Literal["no_room", "disk", "database", "other"]


class BackupMade(Event, name="backups.made"):
    """A backup was made that somebody asked for, or the first of a day."""

    file: str
    size: int
    asked: bool


class BackupFailed(Event, name="backups.failed"):
    """Backups cannot be made; said once, until one can again."""

    why: Why


class SecondFolderLost(Event, name="backups.second_folder_lost"):
    """The second folder for copies is not there, or takes none; said once, until it does again."""

    since_file: str


class SecondFolderBack(Event, name="backups.second_folder_back"):
    """The second folder takes copies again."""

    file: str


class DrillPassed(Event, name="backups.drill_passed"):
    """A backup was restored into a scratch folder and found whole and sound."""

    file: str
    verified: int
    """Facts of the log that were walked."""
    milliseconds: int


class DrillFailed(Event, name="backups.drill_failed"):
    """The newest backup would not have saved anybody."""

    file: str
    code: str


class StoreRestored(Event, name="backups.restored"):
    """The store goes on from a backup; what came after it is gone."""

    file: str
    epoch: str
