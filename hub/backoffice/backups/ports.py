"""What commands and screens ask of the running hub's keeper of backups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from hub.backoffice.backups.shelf import Kept

Doing = Literal["backup", "drill"]
Second = Literal["none", "there", "missing"]


@dataclass(frozen=True, slots=True)
class ShelfState:
    """The backups as they lie there now."""

    ready: bool
    """Whether there are keys: without them nothing can be sealed."""
    folder: str
    kept: Sequence[Kept]
    """Newest first."""
    second_folder: str
    second: Second
    second_kept: int
    doing: Doing | None
    free: int
    """Bytes that the folder's disk has left."""


class Backups(Protocol):
    """The keeper."""

    def state(self) -> ShelfState: ...

    def begin(self, doing: Doing) -> None:
        """Do it soon, on behalf of somebody; the result comes as a fact."""
        ...

    @property
    def newest_at(self) -> datetime | None: ...
