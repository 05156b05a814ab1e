"""R12: whatever is wrong with a store, the hub shows a page with the cause, and never begins an empty one over it.

R13: backups are proven by restoring them; what was changed on the way is refused.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import httpx

from hub.app import build
from hub.backoffice.backups.keys import new_keys
from hub.backoffice.backups.making import drill, make
from hub.backoffice.backups.parcel import UnfitBackupError
from hub.backoffice.backups.restoring import restore
from hub.backoffice.security.first_start import Person, first_start
from hub.kernel.database import Database
from hub.recovery.finding import remember, trouble_of
from hub.recovery.page import recovery_app
from hub.settings import Settings
from tests.drills.index import Drill, Finding


async def furnish(data: Path) -> Settings:
    settings = Settings(data=data, solver_threads=0)
    hub = build(settings)
    await hub.prepare()
    await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai")
    await first_start(hub.door, hub.store_id, [Person("chen", "陈店长", "manager")])
    await hub.close()
    remember(settings)
    return settings


def _database(settings: Settings) -> Path:
    return settings.data / "hub.sqlite3"


def _sql(*statements: str) -> Callable[[Settings], None]:
    def act(settings: Settings) -> None:
        with closing(sqlite3.connect(_database(settings), isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)

    return act


def _scribble(settings: Settings) -> None:
    body = bytearray(_database(settings).read_bytes())
    for at in range(4096, len(body), 4096):
        body[at : at + 64] = bytes(64)
    _database(settings).write_bytes(bytes(body))


def _without_room(settings: Settings) -> None:
    """As on a full disk: SQLite's journal cannot be made."""
    journal = _database(settings).with_name("hub.sqlite3-wal")
    journal.unlink(missing_ok=True)
    journal.mkdir()


def _other_keys(settings: Settings) -> None:
    for path in (settings.key_file, settings.keyring_file):
        path.unlink()
    other = Settings(data=settings.data.with_name("other"), solver_threads=0)
    build(other)
    shutil.copy(other.key_file, settings.key_file)
    shutil.copy(other.keyring_file, settings.keyring_file)


HARM: dict[str, tuple[str, Callable[[Settings], object]]] = {
    "the file is gone": ("missing", lambda s: _database(s).unlink()),
    "the folder is gone": ("missing", lambda s: shutil.rmtree(s.data)),
    "the file is empty": ("missing", lambda s: _database(s).write_bytes(b"")),
    "another file in its place": ("damaged", lambda s: _database(s).write_bytes(b"not a database" * 1000)),
    "pages overwritten": ("damaged", _scribble),
    "cut in half": ("damaged", lambda s: _database(s).write_bytes(_database(s).read_bytes()[: 4096 * 9 + 100])),
    "no room for its journal": ("unreadable", _without_room),
    "half a migration": ("half_migrated", _sql("DROP TABLE command_answer")),
    "no version": ("half_migrated", _sql("DELETE FROM alembic_version")),
    "half an older version": ("half_migrated", _sql("UPDATE alembic_version SET version_num = '0002'", "DROP TABLE visit")),
    "from before versions": ("unreleased", _sql("DROP TABLE alembic_version")),
    "from before the first release": (
        "unreleased",
        _sql("UPDATE alembic_version SET version_num = '0001'", "ALTER TABLE account DROP COLUMN email_sealed"),
    ),
    "a newer release's": ("newer", _sql("UPDATE alembic_version SET version_num = '9999'")),
    "master key gone": ("key_missing", lambda s: s.key_file.unlink()),
    "keyring gone": ("key_missing", lambda s: s.keyring_file.unlink()),
    "master key wrong": ("key_wrong", lambda s: s.key_file.write_text("A" * 43 + "=\n")),
    "no key at all in the file": ("key_wrong", lambda s: s.key_file.write_text("hello\n")),
    "keys of another store": ("key_wrong", _other_keys),
}


async def harmed(folder: Path, name: str) -> list[str]:
    """Do one harm to a fresh copy of a store; what is wrong with how it is met."""
    settings, faults = await furnish(folder / "store"), []
    assert trouble_of(settings) is None
    cause, harm = HARM[name]
    harm(settings)
    before = sorted(str(path) for path in folder.rglob("*"))
    trouble = trouble_of(settings)
    if trouble is None or trouble.cause != cause:
        return [f"{name}: found {trouble}"]
    transport = httpx.ASGITransport(recovery_app(settings, trouble))
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as client:
        health = await client.get("/healthz")
        if (health.status_code, health.json()["cause"]) != (503, cause):
            faults.append(f"{name}: health says {health.text}")
        for language in ("en", "zh"):
            page = await client.get("/desk", headers={"Accept-Language": language})
            if page.status_code != 503 or "recovery-" in page.text or "Traceback" in page.text:
                faults.append(f"{name}: page in {language}")
        command = await client.post("/api/commands/x", json={}, headers={"X-Requested-With": "t", "Origin": "http://hub.test"})
        if command.status_code != 503:
            faults.append(f"{name}: a command is answered {command.status_code}")
    made = set(map(str, folder.rglob("*"))) - set(before)
    return faults + [f"{name}: made {path}" for path in made if not path.endswith(("-wal", "-shm"))]


async def every_harm(folder: Path) -> Finding:
    faults: list[str] = []
    for number, name in enumerate(HARM):
        faults += await harmed(folder / str(number), name)
    return Finding(f"{len(HARM)} harms: {len(faults)} met wrongly {faults or ''}", not faults)


async def spoilt(folder: Path, *, flips: int, cuts: int, seed: int) -> Finding:
    """Restore one backup whole, then copies of it with flipped bits and cut ends: none of these may be taken."""
    settings, chance = await furnish(folder / "store"), random.Random(seed)
    keys, identity = new_keys(settings.backup_key_file)
    database = Database(settings.url)
    backup = await make(database, settings.backup_folder, keys, datetime.now(UTC))
    await database.close()
    tried = await drill(backup, keys)
    await restore(backup, identity, Settings(data=folder / "whole"))
    body, taken, bad = backup.read_bytes(), 0, folder / "bad.age"
    for number in range(flips + cuts):
        copy = bytearray(body)
        if number < flips:
            copy[chance.randrange(len(copy))] ^= 1 << chance.randrange(8)
        else:
            del copy[chance.randrange(len(copy)) :]
        bad.write_bytes(bytes(copy))
        target = Settings(data=folder / "target")
        try:
            await restore(bad, identity, target)
        except UnfitBackupError:
            taken += (target.data / "hub.sqlite3").exists()
        else:
            taken += 1
    figure = f"restored with {tried.facts} facts verified; {flips} flipped bits and {cuts} cut files: {taken} taken"
    return Finding(figure, taken == 0)


async def backups_in_full(folder: Path) -> Finding:
    return await spoilt(folder, flips=2_000, cuts=500, seed=1)


DRILLS = (
    Drill("R12", "starts in recovery mode, never over a store", every_harm),
    Drill("R13", "backups are proven by restoring them", backups_in_full),
)
