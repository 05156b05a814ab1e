"""Makes one backup, and tries one by restoring it into a scratch folder."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from hub.backoffice.backups.checking import check
from hub.backoffice.backups.keys import BackupKeys
from hub.backoffice.backups.parcel import Manifest, seal, sha256_of, unseal
from hub.backoffice.backups.shelf import file_name
from hub.backoffice.backups.snapshot import revision_in, rows_in, stores_in, take
from hub.kernel.database import Database

SPARE = 1.2
"""A scratch copy and the sealed file must both find room, before anything is begun."""


class NoRoomError(OSError):
    """The disk would be full before the backup is."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What a drill came to: the restored store was found sound."""

    file: str
    made_at: datetime
    size: int
    """Bytes of the restored store."""
    facts: int
    seconds: float


async def make(database: Database, folder: Path, keys: BackupKeys, now: datetime, *, room_for: int = 0) -> Path:
    """Write a backup of this moment into `folder`; its path. `room_for`: the database's size in bytes, if known.

    Raises:
        NoRoomError, OSError, sqlite3.Error, sqlalchemy.exc.DBAPIError: it could not be made; nothing is left behind.
    """
    await asyncio.to_thread(_find_room, folder, room_for)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as scratch:
        store = Path(scratch) / "hub.sqlite3"
        await take(database, store)
        target = folder / file_name(now)
        await asyncio.to_thread(_seal, store, target, keys, now, "sqlite" if database.is_sqlite else "postgresql")
    return target


def _find_room(folder: Path, room_for: int) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if shutil.disk_usage(folder).free < room_for * SPARE:
        raise NoRoomError("not enough room for a backup")


def _seal(store: Path, target: Path, keys: BackupKeys, now: datetime, engine: str) -> None:
    manifest = Manifest(
        made_at=now,
        release=_release(),
        revision=revision_in(store),
        engine=engine,
        size=store.stat().st_size,
        sha256=sha256_of(store),
        rows=rows_in(store),
        stores=stores_in(store),
        signed_by=keys.signed_by,
        blessing=keys.blessing,
    )
    seal(store, manifest, keys, target)


async def drill(backup: Path, keys: BackupKeys) -> Tried:
    """Restore it into a scratch folder beside it and check the store there.

    Raises:
        UnfitBackupError: it would not have saved anybody.
        OSError: there is no room to try it.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=backup.parent, prefix=".drill-") as scratch:
        manifest, store = await asyncio.to_thread(unseal, backup, keys.drill, Path(scratch), ours=keys)
        facts = await check(store, manifest)
    return Tried(backup.name, manifest.made_at, manifest.size, facts, time.monotonic() - began)


def _release() -> str:
    try:
        return version("salon-hub")
    except PackageNotFoundError:
        return "unknown"
