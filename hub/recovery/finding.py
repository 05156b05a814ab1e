"""Looks at a store before the hub opens it: is it there, whole, of a known version, and are these its keys?"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

import structlog

from hub.kernel.crypto import generation_of, master_keys
from hub.kernel.keyring import KeyringFile, WrongKeysError
from hub.migrations.run import columns_at, newest, oldest, revisions
from hub.migrations.schema import all_tables
from hub.settings import Settings

Cause = Literal[
    "missing", "damaged", "unreadable", "half_migrated", "unreleased", "newer", "key_missing", "key_wrong", "upgrade_failed"
]

log = structlog.get_logger(__name__)

WAIT_SECONDS = 5.0
"""How long a file may be held by somebody else."""

LACKING_SHOWN = 5

PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)
"""What lies with the disk, the folder or another program, and says nothing against the file: SQLite cannot even read without
room for its journal's index. Nobody should restore a backup for that."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the store must not be opened. `detail`: a path or a version, for who mends it."""

    cause: Cause
    detail: str


def trouble_of(settings: Settings) -> Trouble | None:
    """What is the matter with an SQLite store; None where it can be opened, or there never was one."""
    if not settings.url.startswith("sqlite") or settings.database_url:
        return None
    path = settings.data / "hub.sqlite3"
    if not path.exists() or path.stat().st_size == 0:
        return Trouble("missing", str(path)) if settings.marker_file.exists() else None
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=WAIT_SECONDS)) as connection:
            return _of_file(connection, settings) or _of_keys(connection, settings)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in PASSING:
            return Trouble("unreadable", f"{path}: {error}")
        return Trouble("damaged", str(path))


def keys_missing(settings: Settings) -> Trouble | None:
    """The key files that are not there; None where all are."""
    needed = (settings.keyring_file,) if settings.master_key else (settings.key_file, settings.keyring_file)
    missing = [path for path in needed if not path.exists()]
    return Trouble("key_missing", ", ".join(map(str, missing))) if missing else None


def remember(settings: Settings) -> None:
    """Leave word that there is a store, once there is one. On a disk that takes no word the hub serves all the same: the next
    start tries again."""
    path = settings.data / "hub.sqlite3"
    if settings.database_url or settings.marker_file.exists() or not path.exists():
        return
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        if _tables(connection) and connection.execute("SELECT count(*) FROM store").fetchone()[0]:
            text = "There is a store in the folder of this name. Remove this file only to begin anew with an empty one.\n"
            try:
                settings.marker_file.write_text(text, encoding="utf-8")
            except OSError as error:
                log.warning("no word could be left that there is a store", said=str(error))


def _of_file(connection: sqlite3.Connection, settings: Settings) -> Trouble | None:
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        return Trouble("damaged", str(found)[:200])
    tables = _tables(connection)
    if not tables:
        return Trouble("missing", str(settings.data)) if settings.marker_file.exists() else None
    if "alembic_version" not in tables:
        return Trouble("unreleased", "tables without a version")
    versions = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    if not versions:
        return Trouble("half_migrated", "tables without a version")
    return _of_version(connection, str(versions[0][0]), tables)


def _of_version(connection: sqlite3.Connection, version: str, tables: set[str]) -> Trouble | None:
    if version not in revisions():
        return Trouble("newer", f"{version} > {newest()}")
    if version != newest():
        return _of_older(connection, version, tables)
    lacking = sorted(set(all_tables().tables) - tables)
    return Trouble("half_migrated", ", ".join(lacking)) if lacking else None


def _of_older(connection: sqlite3.Connection, version: str, tables: set[str]) -> Trouble | None:
    """What is brought to this release must be what that version was when it was released: the first one bore its number long
    before that, while its tables still changed."""
    lacking = []
    for table, columns in sorted(columns_at(version).items()):
        has = {row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')} if table in tables else set()
        lacking += [f"{table}.{column}" for column in sorted(columns - has)] if has else [table]
    if not lacking:
        return None
    more = f" and {len(lacking) - LACKING_SHOWN} more" if len(lacking) > LACKING_SHOWN else ""
    cause: Cause = "unreleased" if version == oldest() else "half_migrated"
    return Trouble(cause, f"version {version} without {', '.join(lacking[:LACKING_SHOWN])}{more}")


def _of_keys(connection: sqlite3.Connection, settings: Settings) -> Trouble | None:
    wrapped = [
        bytes(row[0])
        for table in ("account", "customer")
        for row in connection.execute(f"SELECT data_key FROM {table} WHERE data_key IS NOT NULL LIMIT 1")  # noqa: S608 # nosec B608
    ]
    if not wrapped:
        return None
    missing = keys_missing(settings)
    if missing is not None:
        return missing
    try:
        ring = KeyringFile(settings.keyring_file, lambda: master_keys(settings.key_file, settings.master_key or None)).ring()
    except (WrongKeysError, ValueError):
        return Trouble("key_wrong", str(settings.key_file))
    if any(ring.generation(generation_of(key)) is None for key in wrapped):
        return Trouble("key_wrong", str(settings.keyring_file))
    return None


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
