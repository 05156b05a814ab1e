"""Backups on the edge: two at the same second, processes that were killed, a full disk, a restore where no hub ever ran."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from hub.app import Hub
from hub.backoffice.audit.keeping import folder_of
from hub.backoffice.audit.verifying import verify
from hub.backoffice.backups import keeper as keeping_watch
from hub.backoffice.backups import parcel, shelf
from hub.backoffice.backups.keeper import Keeper
from hub.backoffice.backups.keys import BackupKeys
from hub.backoffice.backups.making import drill, make
from hub.backoffice.backups.ports import Backups
from hub.backoffice.backups.restoring import RestoreRefusedError, restore
from hub.backoffice.backups.shelf import backups_in, prune
from hub.cli import app
from hub.kernel import keyring
from hub.kernel.database import Database
from hub.kernel.tables import EventRow
from hub.settings import Settings
from tests.backoffice.backups.ground import backup, elsewhere, hub, keys  # noqa: F401 - fixtures
from tests.conftest import MORNING

# ruff: noqa: F811 - pytest hands fixtures in by their names


async def test_several_of_the_same_second_leave_one_that_is_whole(
    hub: Hub, backup: Path, keys: tuple[BackupKeys, str], settings: Settings
) -> None:
    made = await asyncio.gather(*(make(hub.database, settings.backup_folder, keys[0], MORNING) for _ in range(4)))
    assert set(made) == {backup}
    assert (await drill(backup, keys[0])).facts == 1
    assert [path.name for path in settings.backup_folder.iterdir()] == [backup.name]


def _left_behind(folder: Path, hours: float) -> list[Path]:
    """What a killed backup, drill and copy leave."""
    left = [folder / ".making-abc", folder / ".drill-abc", folder / ".20260514T010203Z.backup.age.0a1b2c3d.half"]
    then = time.time() - hours * 3600
    for path in left:
        if path.name.endswith(".half"):
            path.write_bytes(b"half")
        else:
            path.mkdir()
            (path / "hub.sqlite3").write_bytes(b"a whole store")
            os.utime(path / "hub.sqlite3", (then, then))
        os.utime(path, (then, then))
    return left


def test_what_a_killed_process_left_open_is_removed_and_what_is_under_way_is_not(tmp_path: Path) -> None:
    for name, hours, stays in (("old", 7, False), ("new", 1, True)):
        folder = tmp_path / name
        folder.mkdir()
        left = _left_behind(folder, hours)
        prune(folder, MORNING)
        assert [path.exists() for path in left] == [stays] * 3


async def test_a_restore_removes_what_a_killed_one_left(
    backup: Path, keys: tuple[BackupKeys, str], elsewhere: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = elsewhere.data.parent / ".store-restore-abc"
    left.mkdir(parents=True)
    then = time.time() - 7 * 3600
    os.utime(left, (then, then))
    with monkeypatch.context() as kept:
        kept.setattr(shelf, "ABANDONED", shelf.ABANDONED * 2)
        await restore(backup, keys[1], elsewhere)
    assert left.exists(), "somebody may be at work"
    elsewhere.data.joinpath("hub.sqlite3").unlink()
    await restore(backup, keys[1], elsewhere)
    assert not left.exists()


async def test_a_store_restored_where_no_hub_ever_ran_can_be_verified_at_once(
    store: str, backup: Path, keys: tuple[BackupKeys, str], elsewhere: Settings, tmp_path: Path
) -> None:
    (tmp_path / "recovery key").write_text(keys[1])
    words = ["restore", str(backup), "--identity", str(tmp_path / "recovery key"), "--data", str(elsewhere.data)]
    done = await asyncio.to_thread(CliRunner().invoke, app, words)
    assert done.exit_code == 0, done.output
    assert "backup init" in done.output
    told = await asyncio.to_thread(CliRunner().invoke, app, ["audit", "verify", "--data", str(elsewhere.data)])
    assert (told.exit_code, told.output) == (0, f"{store}: sound, 1 rows, 1 anchors\n")
    with sqlite3.connect(elsewhere.data / "hub.sqlite3") as edited:
        edited.execute("UPDATE event SET actor_id = 'x'")
    told = await asyncio.to_thread(CliRunner().invoke, app, ["audit", "verify", "--data", str(elsewhere.data)])
    assert (told.exit_code, f"{store}: row 1 edited" in told.output) == (1, True)


async def test_anchors_without_their_key_get_no_line_of_another(
    store: str, backup: Path, keys: tuple[BackupKeys, str], elsewhere: Settings, hub: Hub, settings: Settings
) -> None:
    """They would all look forged: their own key has to come back, and says so then."""
    async with hub.database.read(store) as session:
        [fact] = list(await session.scalars(select(EventRow)))
    folder_of(settings).append(store, "", 1, fact.hash, MORNING)
    elsewhere.anchor_folder.mkdir(parents=True)
    name = f"{store}.anchors"
    (elsewhere.anchor_folder / name).write_bytes((settings.anchor_folder / name).read_bytes())
    done = await restore(backup, keys[1], elsewhere)
    assert (done.anchored, elsewhere.anchor_key_file.exists()) == (False, False)
    assert len(folder_of(elsewhere).lines(store)) == 1
    elsewhere.anchor_key_file.write_bytes(settings.anchor_key_file.read_bytes())
    elsewhere.data.joinpath("hub.sqlite3").unlink()
    assert (await restore(backup, keys[1], elsewhere)).anchored
    copy = Database(elsewhere.url)
    try:
        verdict = await verify(copy, store, folder_of(elsewhere))
        assert (verdict.finding, verdict.anchors) == (None, 2)
    finally:
        await copy.close()


async def test_a_disk_that_is_full_is_called_so_whoever_found_it(
    hub: Hub, store: str, keys: tuple[BackupKeys, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite tells it in its own way."""
    keeper = hub.ports.get(Backups)  # type: ignore[type-abstract]
    assert isinstance(keeper, Keeper)

    async def full(*_: object, **__: object) -> Path:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr(keeping_watch, "make", full)
    await keeper.back_up(asked=True)
    async with hub.database.read(store) as session:
        said = list(await session.scalars(select(EventRow.data).where(EventRow.type == "backups.failed")))
    assert [each["why"] for each in said] == ["no_room"]
    assert backups_in(keeper._folder) == []


async def test_a_store_that_cannot_be_read_is_a_fault_of_the_disk(
    backup: Path, keys: tuple[BackupKeys, str], tmp_path: Path
) -> None:
    """The file format's library has an error of its own for it, which nobody would put on record."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    manifest, _ = parcel.unseal(backup, keys[1], scratch)
    unreadable = Path("/proc/self/mem")  # its first page is nobody's
    with pytest.raises(OSError, match="error") as fault:
        parcel.seal(unreadable, manifest, keys[0], tmp_path / "sealed")
    assert keeping_watch._why(fault.value) == "disk"
    assert not (tmp_path / "sealed").exists()
    assert list(tmp_path.glob(".sealed*")) == []


def test_keys_that_root_writes_belong_to_whom_the_folder_belongs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a hub that runs as somebody else could not read them after `keys rotate` by root."""
    given: list[tuple[int, int]] = []
    monkeypatch.setattr(keyring.os, "geteuid", lambda: 0)
    monkeypatch.setattr(keyring.os, "fchown", lambda _descriptor, user, group: given.append((user, group)))
    keyring.write_first(tmp_path / "first", b"key")
    keyring.write_secret(tmp_path / "first", b"another")
    owner = tmp_path.stat()
    assert given == [(owner.st_uid, owner.st_gid)] * 2
    monkeypatch.setattr(keyring.os, "geteuid", lambda: 1000)
    keyring.write_secret(tmp_path / "first", b"a third")
    assert len(given) == 2
    assert (tmp_path / "first").read_bytes() == b"a third"


@pytest.mark.parametrize("force", [False, True])
async def test_a_database_with_a_store_in_it_is_left_alone_and_called_so(
    store: str, backup: Path, keys: tuple[BackupKeys, str], postgres_url: str, tmp_path: Path, *, force: bool
) -> None:
    there = Settings(data=tmp_path / "chain" / "store", database_url=postgres_url)
    assert (await restore(backup, keys[1], there, force=force)).facts == 1
    with pytest.raises(RestoreRefusedError, match="database_not_empty"):
        await restore(backup, keys[1], there, force=force)
    database = Database(there.url)
    try:
        assert (await verify(database, store, folder_of(there))).finding is None
    finally:
        await database.close()
