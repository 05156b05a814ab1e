"""Puts a backup in place: only one that is whole, ours and sound, never over a living store unless that is asked for.

The restored store goes on under a new epoch, so that no screen takes an old number for a new one, and its anchors say so.
People sign in anew; one-time links and codes of the day of the backup are spent. The backup knows nothing of a device that was
removed since, nor of a password that was changed: unless the operator says that there are none, devices are paired again, and
whoever has a password chooses another one. Whom the keyring has forgotten stays forgotten: their keys are in no backup.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, select, update

from hub.backoffice.audit.anchors import AnchorFolder
from hub.backoffice.backups.checking import check
from hub.backoffice.backups.parcel import Manifest, StoreState, UnfitBackupError, sync_folder, unseal
from hub.backoffice.backups.shelf import sweep
from hub.backoffice.backups.snapshot import copy_rows
from hub.kernel.complaints import StandstillError
from hub.kernel.database import Database
from hub.kernel.keyring import KeyFileError
from hub.kernel.moved import MARK as MOVED
from hub.kernel.serving_note import remembered
from hub.kernel.tables import Store
from hub.migrations.run import newest, revisions, upgrade
from hub.settings import Settings

DATABASE = "hub.sqlite3"
BESIDES = ("-wal", "-shm", "-journal")


class RestoreRefusedError(Exception):
    """Nothing was changed. `code`: store_exists, store_in_use, database_not_empty or anchors_in_use."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Restored:
    """What is in place now. `before`: where the former store lies, if there was one; `anchored`: whether the anchors say so;
    `lost`: how many facts of later than the backup the anchors here speak of."""

    manifest: Manifest
    facts: int
    stores: list[StoreState]
    before: Path | None
    anchored: bool
    lost: int


async def restore(
    backup: Path, identity: str, settings: Settings, *, force: bool = False, keep_access: bool = False
) -> Restored:
    """Restore into the data directory, or into the database of `database_url`.

    `keep_access`: devices stay paired and passwords are good as they were at the time of the backup.

    Raises:
        UnfitBackupError: the file must not be restored.
        RestoreRefusedError: there is a store already.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    sweep(settings.data.parent, f".{settings.data.name}-restore-*")
    in_place = settings.url.startswith("sqlite")
    target = settings.data / DATABASE
    if in_place:
        refuse_a_living_store(target, force=force)
    with tempfile.TemporaryDirectory(dir=settings.data.parent, prefix=f".{settings.data.name}-restore-") as scratch:
        manifest, store = unseal(backup, identity, Path(scratch))
        if manifest.revision not in revisions():
            raise UnfitBackupError("newer", f"made at version {manifest.revision}, this release knows up to {newest()}")
        if not force:
            refuse_anchors_in_use(settings, manifest.stores)
        facts = await check(store, manifest)
        stores = await _begin_anew(store, keep_access=keep_access)
        before = None
        if in_place:
            before = _put_in_place(store, target)
        else:
            await _copy_into(store, settings.url)
    lost = _lost(settings, stores)
    anchored = _anchor(settings, stores)
    return Restored(manifest, facts, stores, before, anchored, lost)


def refuse_a_living_store(target: Path, *, force: bool) -> None:
    """Raises RestoreRefusedError where a store is there and not to be replaced, or where a hub has it open."""
    if not target.exists():
        return
    if not force:
        raise RestoreRefusedError("store_exists")
    with closing(sqlite3.connect(target, isolation_level=None, timeout=0)) as connection:
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise RestoreRefusedError("store_in_use") from None
        except sqlite3.DatabaseError:
            return  # damaged: all the more reason to replace it


def refuse_anchors_in_use(settings: Settings, stores: Sequence[StoreState]) -> None:
    """Raises RestoreRefusedError where the anchors that the restored log would go on with are followed by a store that may be
    living: only somebody who knows that it is gone can say that this copy takes its place.

    Beside a data directory lie the anchors of the store in it: what is put back into the directory where that store was, or
    into one where none was served yet, takes its place.
    """
    folder = AnchorFolder(settings.anchor_folder, settings.anchor_key_file)
    if not folder.has_key() or not any(folder.lines(state.id) for state in stores):
        return
    served = remembered(settings.data)
    to_server = not settings.url.startswith("sqlite")
    if to_server:
        is_elsewhere = bool(served) or (settings.data / DATABASE).exists() or settings.marker_file.exists()
    else:
        is_elsewhere = bool(served.get("database")) or (settings.data / MOVED).exists()
        is_elsewhere = is_elsewhere or (settings.anchors is not None and not settings.marker_file.exists())
    if is_elsewhere:
        raise RestoreRefusedError("anchors_in_use")


async def _begin_anew(store: Path, *, keep_access: bool) -> list[StoreState]:
    """A new epoch for every store, nobody signed in, and no link or code good that may have been used since the backup; all in
    the one file, for it takes the place of the old one as a whole."""
    database = Database(f"sqlite+aiosqlite:///{store}")
    tables = Store.metadata.tables
    sessions = tables.get("session")
    try:
        async with database.writer.begin() as connection:
            for store_id in list((await connection.execute(select(Store.id))).scalars()):
                await connection.execute(update(Store).where(Store.id == store_id).values(epoch=uuid.uuid4().hex))
            if sessions is not None:
                ended = update(sessions).where(sessions.c.revoked_at.is_(None)).values(revoked_at=datetime.now(UTC))
                await connection.execute(ended.where(sessions.c.actor_kind != "device") if keep_access else ended)
            if not keep_access and {"device", "account"} <= tables.keys():
                devices, accounts = tables["device"], tables["account"]
                await connection.execute(update(devices).values(paired_at=None))
                has_password = accounts.c.password_hash.is_not(None)
                await connection.execute(update(accounts).where(has_password).values(must_change_password=True))
            for name in await connection.run_sync(_once_only):
                table = Store.metadata.tables[name]
                spent = {"used_at": datetime.now(UTC)}
                await connection.execute(update(table).where(table.c.used_at.is_(None)).values(spent))
            rows = (await connection.execute(select(Store.id, Store.epoch, Store.seq, Store.head).order_by(Store.id))).all()
    finally:
        await database.close()
    return [StoreState(id=row.id, epoch=row.epoch, seq=row.seq, head=row.head) for row in rows]


def _once_only(connection: Connection) -> list[str]:
    """The tables of what is good once and for a time; a store of an older release may lack some."""
    there = set(inspect(connection).get_table_names())
    tables = Store.metadata.tables.values()
    return [table.name for table in tables if {"used_at", "expires_at"} <= set(table.columns.keys()) and table.name in there]


def _put_in_place(store: Path, target: Path) -> Path | None:
    """Move the old files aside and the new one in; a power cut in between leaves the old ones whole beside it."""
    _fold_in(store)
    before = None
    old = [path for path in (target, *(target.with_name(target.name + end) for end in BESIDES)) if path.exists()]
    if old:
        before = target.parent / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        before.mkdir()
        for path in old:
            path.rename(before / path.name)
        sync_folder(before)
    with store.open("rb+") as file:
        os.fsync(file.fileno())
    shutil.move(store, target)
    sync_folder(target.parent)
    return before


def _fold_in(store: Path) -> None:
    """Bring what stands in the write-ahead log into the file itself."""
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


async def _copy_into(store: Path, url: str) -> None:
    """Every row into an empty PostgreSQL database, in one transaction."""
    source, target = Database(f"sqlite+aiosqlite:///{store}"), Database(url)
    try:
        await upgrade(source)
        await upgrade(target)
        async with target.writer.begin() as there:
            if (await there.execute(select(Store.id).limit(1))).first() is not None:
                raise RestoreRefusedError("database_not_empty")  # dropping a server's tables is the owner's own hand
            async with source.reader.connect() as here:
                await copy_rows(here, there)
    finally:
        await source.close()
        await target.close()


def _lost(settings: Settings, stores: Sequence[StoreState]) -> int:
    """How far the anchors that lie here go beyond the restored logs; as they say, for only a hint is made of it."""
    folder = AnchorFolder(settings.anchor_folder, settings.anchor_key_file)
    return sum(max(0, folder.farthest(state.id) - state.seq) for state in stores)


def _anchor(settings: Settings, stores: list[StoreState]) -> bool:
    """Say under signature that each log was put back, with a key made now where there is none.

    False where none could be written, or anchors lie here without their key: a line of another key among them would look
    forged.
    """
    folder = AnchorFolder(settings.anchor_folder, settings.anchor_key_file)
    try:
        for state in stores:
            folder.append(state.id, state.epoch, state.seq, state.head, datetime.now(UTC), kind="restored")
    except (StandstillError, KeyFileError, OSError):
        return False
    return True
