"""Backups: what is made can be restored, what is not whole or not ours is refused, and a living store is left alone."""

from __future__ import annotations

import asyncio
import io
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from rich.console import Console
from sqlalchemy import select

from hub.app import Hub, build
from hub.backoffice.audit.keeping import folder_of
from hub.backoffice.audit.verifying import verify
from hub.backoffice.backups import keeper as keeping_watch
from hub.backoffice.backups import parcel
from hub.backoffice.backups.command import show_recovery_key
from hub.backoffice.backups.errors import BACKUP_UNDER_WAY
from hub.backoffice.backups.keeper import Keeper
from hub.backoffice.backups.keeping import spare
from hub.backoffice.backups.keys import BackupKeys, NoIdentityError, identity_of, new_keys
from hub.backoffice.backups.making import drill, make
from hub.backoffice.backups.parcel import UnfitBackupError
from hub.backoffice.backups.ports import Backups
from hub.backoffice.backups.restoring import RestoreRefusedError, restore
from hub.backoffice.backups.shelf import backups_in
from hub.backoffice.security.commands.devices import PairDevice
from hub.backoffice.security.tables import AccountRow, DeviceRow, LinkRow, PairingRow
from hub.gateway.sessions import SessionBook
from hub.kernel.access import system
from hub.kernel.clock import ManualClock
from hub.kernel.database import Database
from hub.kernel.errors import Refused
from hub.kernel.tables import EventRow, Store
from hub.settings import Settings
from tests.backoffice.backups.ground import PERSON, backup, elsewhere, hub, keys  # noqa: F401 - fixtures
from tests.conftest import MORNING, Send

# ruff: noqa: F811 - pytest hands fixtures in by their names


async def heads(database: Database) -> list[tuple[str, int, str, str]]:
    async with database.read(None) as session:
        rows = await session.execute(select(Store.id, Store.seq, Store.head, Store.epoch))
        return [(row[0], row[1], row[2], row[3]) for row in rows]


async def test_a_store_comes_back_whole_under_a_new_epoch(
    hub: Hub, store: str, backup: Path, keys: tuple[BackupKeys, str], elsewhere: Settings
) -> None:
    done = await restore(backup, keys[1], elsewhere)
    [before] = await heads(hub.database)
    copy = Database(elsewhere.url)
    try:
        [after] = await heads(copy)
        assert after[:3] == before[:3]
        assert after[3] != before[3]
        assert (await verify(copy, store, None)).finding is None
    finally:
        await copy.close()
    assert (done.facts, done.before) == (1, None)


async def test_what_was_good_once_is_not_good_again(
    hub: Hub, store: str, send: Send, keys: tuple[BackupKeys, str], settings: Settings, elsewhere: Settings
) -> None:
    """Links and codes may have been used, or taken back, since the backup was made."""
    await send("security.prepare_device", {"kind": "kiosk", "name": "Door"})
    made = await send("security.create_account", {"login": "mei", "name": "Mei", "roles": ["manager"]})
    await send("security.issue_reset_link", {"account_id": made.result["account_id"]})
    backup = await make(hub.database, settings.backup_folder, keys[0], MORNING)
    await restore(backup, keys[1], elsewhere)
    database = Database(elsewhere.url)
    try:
        async with database.read(store) as session:
            for row in (LinkRow, PairingRow):
                [used_at] = await session.scalars(select(row.used_at))
                assert used_at is not None, row.__tablename__
    finally:
        await database.close()


@pytest.mark.parametrize("keep_access", [False, True])
async def test_what_may_have_been_taken_away_since_opens_nothing_unless_the_operator_says_so(
    hub: Hub, store: str, send: Send, keys: tuple[BackupKeys, str], settings: Settings, elsewhere: Settings, keep_access: bool
) -> None:
    """A tablet that was stolen and removed, a password that somebody else knew and that was changed."""
    secret = {"password": "kettle-orbit-93-lantern", "must_change_password": False}
    await send("security.create_account", {"login": "mei", "name": "Mei", "roles": ["manager"], **secret})
    offer = (await send("security.prepare_device", {"kind": "technician_tablet", "name": "Tab 1"})).result
    paired = PairDevice(code=offer["code"], source="here")
    [token] = [given["token"] for given in (await hub.door.submit(paired, system(store), hub.chance.id())).result["passes"]]
    backup = await make(hub.database, settings.backup_folder, keys[0], MORNING)
    await send("security.revoke_device", {"device_id": offer["device_id"]})

    await restore(backup, keys[1], elsewhere, keep_access=keep_access)
    database = Database(elsewhere.url)
    try:
        actor = await SessionBook(database, hub.wall).actor_of(token)
        async with database.read(store) as session:
            must_change = await session.scalar(select(AccountRow.must_change_password))
            paired_at = await session.scalar(select(DeviceRow.paired_at))
    finally:
        await database.close()
    assert (actor is not None, not must_change, paired_at is not None) == (keep_access,) * 3


@pytest.mark.sqlite  # its files are set aside; PostgreSQL's database must be empty
async def test_it_is_said_how_much_is_known_to_be_lost(
    hub: Hub, store: str, send: Send, backup: Path, keys: tuple[BackupKeys, str], settings: Settings
) -> None:
    await send("bookings.put_customer", {"name": "later"})
    [(_, seq, head, epoch)] = await heads(hub.database)
    await hub.close()
    folder_of(settings).append(store, epoch, seq, head, MORNING)
    done = await restore(backup, keys[1], settings, force=True)
    assert done.lost == seq - 1 > 0


async def test_the_drill_finds_it_sound_and_leaves_nothing(backup: Path, keys: tuple[BackupKeys, str]) -> None:
    tried = await drill(backup, keys[0])
    assert (tried.file, tried.facts) == (backup.name, 1)
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]


async def test_nothing_of_a_person_or_a_key_stands_in_a_backup(
    hub: Hub, backup: Path, keys: tuple[BackupKeys, str], settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "scratch").mkdir()
    _, plain = parcel.unseal(backup, keys[1], tmp_path / "scratch")
    assert b"13800138000" not in plain.read_bytes()
    for secret in (settings.key_file.read_bytes().strip(), settings.keyring_file.read_bytes(), keys[0].drill.encode()):
        assert secret not in plain.read_bytes()
    assert keys[1] not in settings.backup_key_file.read_text()


@pytest.mark.parametrize("where", [10, 120, 300, -40, -1])
async def test_a_flipped_bit_anywhere_is_refused(
    backup: Path, keys: tuple[BackupKeys, str], elsewhere: Settings, where: int
) -> None:
    body = bytearray(backup.read_bytes())
    body[where] ^= 1
    await _refused(backup, bytes(body), keys[1], elsewhere, {"damaged", "not_a_backup", "wrong_key"})


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.999])
async def test_a_cut_file_is_refused(backup: Path, keys: tuple[BackupKeys, str], elsewhere: Settings, share: float) -> None:
    body = backup.read_bytes()
    await _refused(backup, body[: int(len(body) * share)], keys[1], elsewhere, {"damaged", "not_a_backup"})


async def test_another_key_does_not_open_it(backup: Path, elsewhere: Settings) -> None:
    other = str(pyrage.x25519.Identity.generate())
    await _refused(backup, backup.read_bytes(), other, elsewhere, {"wrong_key"})


async def test_a_file_sealed_by_somebody_who_knows_the_public_key_is_foreign(
    hub: Hub, backup: Path, keys: tuple[BackupKeys, str], elsewhere: Settings, tmp_path: Path
) -> None:
    """The signer bears no blessing of the recovery key; with the blessing copied from a real backup it still is none."""
    stranger, _ = new_keys(tmp_path / "stranger.key")
    for blessing in (stranger.blessing, keys[0].blessing):
        forger = BackupKeys(keys[0].recipient, stranger.drill, stranger.signer, blessing)
        forged = await make(hub.database, tmp_path / "forged", forger, MORNING)
        await _refused(forged, forged.read_bytes(), keys[1], elsewhere, {"foreign"})
    with pytest.raises(UnfitBackupError, match="wrong_key"):
        await drill(forged, keys[0])


async def test_an_edited_log_inside_is_found_by_drill_and_restore(
    hub: Hub, keys: tuple[BackupKeys, str], backup: Path, elsewhere: Settings, settings: Settings
) -> None:
    async with hub.database.write(None) as session:
        connection = await session.connection()
        await connection.exec_driver_sql("UPDATE event SET actor_id = 'somebody else'")
    edited = await make(hub.database, settings.backup_folder, keys[0], MORNING + timedelta(minutes=5))
    with pytest.raises(UnfitBackupError, match="unsound"):
        await drill(edited, keys[0])
    await _refused(edited, edited.read_bytes(), keys[1], elsewhere, {"unsound"})


async def test_a_newer_release_is_refused(
    hub: Hub, keys: tuple[BackupKeys, str], backup: Path, elsewhere: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.backoffice.backups.restoring.revisions", lambda: frozenset({"0000"}))
    await _refused(backup, backup.read_bytes(), keys[1], elsewhere, {"newer"})


async def _refused(beside: Path, body: bytes, identity: str, settings: Settings, codes: set[str]) -> None:
    file = beside.parent / "tampered.age"
    file.write_bytes(body)
    with pytest.raises(UnfitBackupError) as refused:
        await restore(file, identity, settings)
    assert refused.value.code in codes
    assert not (settings.data / "hub.sqlite3").exists()


@pytest.mark.sqlite  # its files are set aside; PostgreSQL's database must be empty
async def test_a_living_store_is_never_overwritten_unasked(
    hub: Hub, backup: Path, keys: tuple[BackupKeys, str], settings: Settings
) -> None:
    for force, code in ((False, "store_exists"), (True, "store_in_use")):
        with pytest.raises(RestoreRefusedError) as refused:
            await restore(backup, keys[1], settings, force=force)
        assert refused.value.code == code
    await hub.close()
    done = await restore(backup, keys[1], settings, force=True)
    assert done.before is not None
    assert (done.before / "hub.sqlite3").exists()
    again = build(settings)
    await again.start()
    assert again.store_id
    await again.close()


@pytest.mark.sqlite  # as above
async def test_anchors_say_that_the_log_was_put_back(
    hub: Hub, store: str, send: Send, backup: Path, keys: tuple[BackupKeys, str], settings: Settings
) -> None:
    await send("bookings.put_customer", PERSON | {"natural_key": "k2"})
    [(_, seq, head, epoch)] = await heads(hub.database)
    folder_of(settings).append(store, epoch, seq, head, MORNING)
    await hub.close()
    await restore(backup, keys[1], settings, force=True)
    database = Database(settings.url)
    verdict = await verify(database, store, folder_of(settings))
    await database.close()
    assert verdict.finding is None


def test_what_is_kept_of_a_year() -> None:
    now = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
    made = [now - timedelta(minutes=5 * n) for n in range(12 * 24 * 400)]
    kept = sorted(set(made) - set(spare(made, now)), reverse=True)
    assert kept[:72] == made[:72], "each of six hours"
    assert len(kept) <= 72 + 48 + 14 + 13
    assert kept[-1] < now - timedelta(days=330)
    assert spare([now + timedelta(days=3)], now) == []


def test_an_identity_is_found_among_other_lines() -> None:
    identity = str(pyrage.x25519.Identity.generate())
    assert identity_of(f"# recovery key\n  {identity.lower()}\n") == identity
    with pytest.raises(NoIdentityError):
        identity_of("no key")


async def _facts(hub: Hub, store: str) -> list[str]:
    async with hub.database.read(store) as session:
        rows = await session.scalars(select(EventRow.type).where(EventRow.type.like("backups.%")).order_by(EventRow.seq))
        return list(rows)


async def _until(hub: Hub, store: str, what: str) -> list[str]:
    async with asyncio.timeout(20):
        while what not in (found := await _facts(hub, store)):
            await asyncio.sleep(0.02)
    return found


@pytest.fixture
async def keeper(hub: Hub) -> Keeper:
    found = hub.ports.get(Backups)  # type: ignore[type-abstract]
    assert isinstance(found, Keeper)
    return found


async def _ask_when_free(send: Send, name: str) -> None:
    """The record of a backup is written a moment before the keeper's hands are free again."""
    while True:
        try:
            await send(name, {})
        except Refused as refusal:
            if refusal.kind is not BACKUP_UNDER_WAY:
                raise
            await asyncio.sleep(0.01)
        else:
            return


async def test_a_manager_asks_and_the_result_is_on_record(
    hub: Hub, store: str, send: Send, keys: tuple[BackupKeys, str], keeper: Keeper
) -> None:
    await send("backups.back_up_now", {})
    assert await _until(hub, store, "backups.made") == ["backups.made"]
    await _ask_when_free(send, "backups.drill_now")
    assert await _until(hub, store, "backups.drill_passed") == ["backups.made", "backups.drill_passed"]
    assert keeper.newest_at == MORNING


async def test_what_was_not_written_since_is_not_backed_up_again(
    hub: Hub, store: str, send: Send, keys: tuple[BackupKeys, str], keeper: Keeper, clock: object
) -> None:
    await keeper.look()
    clock.advance(minutes=5)  # type: ignore[attr-defined]
    await keeper.look()
    clock.advance(minutes=5)  # type: ignore[attr-defined]
    await keeper.look()
    quiet = len(keeper.state().kept)
    await send("bookings.put_customer", PERSON)
    clock.advance(minutes=5)  # type: ignore[attr-defined]
    await keeper.look()
    assert len(keeper.state().kept) == quiet + 1


async def test_what_is_written_while_a_backup_is_made_is_in_the_next_one(
    hub: Hub,
    store: str,
    send: Send,
    keys: tuple[BackupKeys, str],
    keeper: Keeper,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The day's last tap may fall into it; nothing is written after that until the morning."""

    async def made_meanwhile(*given: Any, **more: Any) -> Path:
        path = await make(*given, **more)
        await send("bookings.put_customer", {"name": "the last one"})
        return path

    async def look() -> int:
        clock.advance(minutes=5)
        await keeper.look()
        return len(keeper.state().kept)

    await look()
    quiet = await look()
    assert await look() == quiet, "what it says of itself is on record by now"
    await send("bookings.put_customer", PERSON)
    with monkeypatch.context() as busy:
        busy.setattr(keeping_watch, "make", made_meanwhile)
        assert await look() == quiet + 1
    assert await look() == quiet + 2
    assert await look() == quiet + 2


async def test_a_failure_is_said_once_and_its_end_too(
    hub: Hub, store: str, send: Send, keys: tuple[BackupKeys, str], keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(keeping_watch, "make", fail)
        await keeper.back_up(asked=False)
        await keeper.back_up(asked=False)
    await keeper.back_up(asked=False)
    assert await _facts(hub, store) == ["backups.failed", "backups.made"]


async def test_a_missing_stick_is_said_and_never_made(
    hub: Hub, store: str, keys: tuple[BackupKeys, str], settings: Settings, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    keeper = Keeper(hub.door, hub.wall, folder=settings.backup_folder, second=stick, key_file=settings.backup_key_file)
    await keeper.back_up(asked=True)
    assert not stick.exists()
    stick.mkdir()
    await keeper.back_up(asked=True)
    assert [kept.path.name for kept in backups_in(stick)] == [keeper.state().kept[0].path.name]
    assert [f for f in await _facts(hub, store) if "second" in f] == [
        "backups.second_folder_lost",
        "backups.second_folder_back",
    ]


async def test_a_spoilt_backup_fails_its_drill(
    hub: Hub, store: str, backup: Path, keys: tuple[BackupKeys, str], keeper: Keeper
) -> None:
    body = bytearray(backup.read_bytes())
    body[len(body) // 2] ^= 1
    backup.write_bytes(bytes(body))
    await keeper.drill(asked=False)
    assert await _facts(hub, store) == ["backups.drill_failed"]


async def test_a_backup_of_postgresql_is_restored_on_sqlite(postgres_url: str, tmp_path: Path, elsewhere: Settings) -> None:
    settings = Settings(data=tmp_path / "pg", database_url=postgres_url, solver_threads=0)
    keys, identity = new_keys(settings.backup_key_file)
    hub = build(settings)
    await hub.prepare()
    store = await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai")
    from hub.kernel.access import system

    await hub.door.send("bookings.put_customer", PERSON, system(store), hub.chance.id())
    file = await make(hub.database, settings.backup_folder, keys, MORNING)
    assert (await drill(file, keys)).facts == 1
    before = await heads(hub.database)
    await hub.close()
    await restore(file, identity, elsewhere)
    with closing(sqlite3.connect(elsewhere.data / "hub.sqlite3")) as copy:
        assert copy.execute("SELECT id, seq, head FROM store").fetchall() == [before[0][:3]]


def test_the_recovery_key_is_whole_on_the_narrowest_terminal() -> None:
    identity = "AGE-SECRET-KEY-1" + "Q" * 58
    paper = io.StringIO()
    show_recovery_key(Console(file=paper, width=40), identity)
    assert identity in paper.getvalue().splitlines()
    assert "lock it away" in paper.getvalue().replace("\n", " ")
