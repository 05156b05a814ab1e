"""Where backups lie: a folder beside the data directory, and a second one (a stick, another disk) that may be missing."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hub.backoffice.backups.keeping import spare
from hub.backoffice.backups.parcel import sync_folder

NAME = "%Y%m%dT%H%M%SZ"
SUFFIX = ".backup.age"
ABANDONED = timedelta(hours=6)
"""Nobody works so long on one file without touching it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One backup on the shelf."""

    path: Path
    made_at: datetime
    size: int


def file_name(made_at: datetime) -> str:
    return made_at.astimezone(UTC).strftime(NAME) + SUFFIX


def backups_in(folder: Path) -> list[Kept]:
    """The backups of a folder by their names, newest first; none where it cannot be read."""
    found = []
    try:
        for path in folder.iterdir():
            made_at = _made_at(path.name)
            if made_at is not None:
                found.append(Kept(path, made_at, path.stat().st_size))
    except OSError:
        return []
    return sorted(found, key=lambda kept: kept.made_at, reverse=True)


def sweep(folder: Path, *patterns: str) -> None:
    """Remove what a process that was killed has left unfinished: a store lies open in it. What may be at work still stays."""
    for left in (found for pattern in patterns for found in folder.glob(pattern)):
        with suppress(OSError):
            touched = max(path.stat().st_mtime for path in (left, *left.glob("*")))
            if time.time() - touched < ABANDONED.total_seconds():  # files bear the machine's time
                continue
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()


def prune(folder: Path, now: datetime) -> int:
    """Remove what is not kept, and halves of backups that were never finished; how many backups."""
    sweep(folder, ".making-*", ".drill-*", f".*{SUFFIX}.*half")
    kept = backups_in(folder)
    gone = set(spare([one.made_at for one in kept], now))
    for one in kept:
        if one.made_at in gone:
            one.path.unlink(missing_ok=True)
    return len(gone)


def copy_to(second: Path, backup: Path) -> bool:
    """Put a copy into the second folder; False where that folder is missing: it is never made, for under it a disk belongs.

    Raises:
        OSError: it is there and takes no copy.
    """
    if not second.is_dir():
        return False
    target, half = second / backup.name, second / f".{backup.name}.{secrets.token_hex(4)}.half"
    try:
        shutil.copyfile(backup, half)
        with half.open("rb+") as file:
            os.fsync(file.fileno())
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    sync_folder(second)
    return True


def _made_at(name: str) -> datetime | None:
    if not name.endswith(SUFFIX):
        return None
    try:
        return datetime.strptime(name.removesuffix(SUFFIX), NAME).replace(tzinfo=UTC)
    except ValueError:
        return None
