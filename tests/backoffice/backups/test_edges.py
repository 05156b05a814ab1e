"""Backups on the edge: two at the same second, processes that were killed, a full disk, a restore where no hub ever ran."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
import time
from contextlib import closing, nullcontext
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
from hub.backoffice.backups.parcel import StoreState
from hub.backoffice.backups.ports import Backups
from hub.backoffice.backups.restoring import RestoreRefusedError, refuse_anchors_in_use, restore
from hub.backoffice.backups.shelf import backups_in, prune
from hub.cli import app
from hub.kernel import keyring
from hub.kernel.database import Database
from hub.kernel.serving_note import remember
from hub.kernel.tables import EventRow, Store
from hub.recovery.finding import remember as leave_word
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
    with closing(sqlite3.connect(elsewhere.data / "hub.sqlite3")) as edited:
        edited.execute("UPDATE event SET actor_id = 'x'")
        edited.commit()
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


@pytest.mark.parametrize(
    ("served", "left", "own_anchors", "url", "is_elsewhere"),
    [
        (None, "", True, "", False),  # a new machine, with the anchors put back
        ({"database": ""}, "", True, "", False),  # where the store was
        ({"database": "db.example/salon"}, "", True, "", True),  # it lives on a server
        (None, "moved.json", True, "", True),
        (None, "", False, "", True),  # a folder of anchors that the environment names
        (None, "marker", False, "", False),
        (None, "", True, "postgresql://db.example/tried", False),
        ({"database": "db.example/salon"}, "", True, "postgresql://db.example/tried", True),
        (None, "hub.sqlite3", True, "postgresql://db.example/tried", True),
    ],
)
def test_anchors_that_a_living_store_may_follow_are_not_gone_on_with(
    tmp_path: Path, served: dict[str, str] | None, left: str, own_anchors: bool, url: str, is_elsewhere: bool
) -> None:
    settings = Settings(data=tmp_path / "store", anchors=None if own_anchors else tmp_path / "anchors", database_url=url)
    settings.data.mkdir()
    if served is not None:
        remember(settings.data, port=8000, **served)
    if left:
        (settings.marker_file if left == "marker" else settings.data / left).touch()
    state = StoreState(id="s", epoch="", seq=1, head="0" * 64)
    refuse_anchors_in_use(settings, [state])  # there is none yet
    folder_of(settings).append("s", "e", 1, "0" * 64, MORNING)
    with pytest.raises(RestoreRefusedError, match="anchors_in_use") if is_elsewhere else nullcontext():
        refuse_anchors_in_use(settings, [state])
    refuse_anchors_in_use(settings, [state.model_copy(update={"id": "another"})])


async def test_a_restore_that_is_only_tried_harms_no_proof_of_the_living_store(
    store: str, hub: Hub, backup: Path, keys: tuple[BackupKeys, str], elsewhere: Settings, settings: Settings
) -> None:
    """With the living store's keys, and its anchors by the environment: refused, and harmless for whoever insists."""
    async with hub.database.read(store) as session:
        stood = (await session.execute(select(Store.epoch, Store.seq, Store.head))).one()
    folder_of(settings).append(store, stood.epoch, stood.seq, stood.head, MORNING)
    tried = elsewhere.model_copy(update={"anchors": settings.anchor_folder})
    tried.anchor_key_file.parent.mkdir(parents=True)
    tried.anchor_key_file.write_bytes(settings.anchor_key_file.read_bytes())
    with pytest.raises(RestoreRefusedError, match="anchors_in_use"):
        await restore(backup, keys[1], tried)
    assert not (tried.data / "hub.sqlite3").exists()
    assert len(folder_of(settings).lines(store)) == 1
    assert (await restore(backup, keys[1], tried, force=True)).anchored
    for url in (settings.url, tried.url):
        database = Database(url)
        try:
            verdict = await verify(database, store, folder_of(settings))
            assert (verdict.finding, verdict.anchors) == (None, 2)
        finally:
            await database.close()


async def test_a_drill_that_found_no_room_says_nothing_of_the_backup_and_is_made_again(
    hub: Hub, store: str, backup: Path, keys: tuple[BackupKeys, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = hub.ports.get(Backups)  # type: ignore[type-abstract]
    assert isinstance(keeper, Keeper)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async def drills() -> list[tuple[str, str | None]]:
        async with hub.database.read(store) as session:
            rows = await session.scalars(select(EventRow).where(EventRow.type.like("backups.drill%")).order_by(EventRow.seq))
            return [(row.type.removeprefix("backups.drill_"), row.data.get("code")) for row in rows]

    with monkeypatch.context() as small:
        small.setattr(parcel.pyrage, "decrypt_io", full)
        for _ in range(3):
            await keeper.look()
        assert await drills() == [("failed", "no_room")]
        await keeper.drill(asked=True)
    assert await drills() == [("failed", "no_room")] * 2, "who asks is answered"
    await keeper.look()
    await keeper.look()
    assert (await drills())[2:] == [("passed", None)]


async def test_old_backups_that_cannot_be_removed_make_no_new_one_each_time(
    hub: Hub, store: str, backup: Path, keys: tuple[BackupKeys, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = hub.ports.get(Backups)  # type: ignore[type-abstract]
    assert isinstance(keeper, Keeper)

    def stuck(*_: object) -> int:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(keeping_watch, "prune", stuck)
    await keeper.back_up(asked=False)
    assert keeper._seen == await keeper._numbers()


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


@pytest.mark.sqlite  # the word is left beside a store's file
async def test_a_hub_starts_on_a_full_disk_and_leaves_its_word_the_next_time(
    hub: Hub, store: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert store

    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as small:
        small.setattr(Path, "write_text", full)
        leave_word(settings)
    assert not settings.marker_file.exists()
    leave_word(settings)
    assert settings.marker_file.exists()
