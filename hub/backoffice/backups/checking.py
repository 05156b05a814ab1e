"""Whether a restored store is what was backed up: the file whole, the rows all there, the log unbroken to its last number."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from hub.backoffice.audit.verifying import verify
from hub.backoffice.backups.parcel import Manifest, UnfitBackupError
from hub.backoffice.backups.snapshot import revision_in, rows_in, stores_in
from hub.kernel.database import Database


async def check(store: Path, manifest: Manifest) -> int:
    """Hold the SQLite file against its manifest; the number of facts that were verified.

    Raises:
        UnfitBackupError: `unsound`, with what is wrong.
    """
    await asyncio.to_thread(_check_file, store, manifest)
    database, facts = Database(f"sqlite+aiosqlite:///{store}"), 0
    try:
        for state in manifest.stores:
            verdict = await verify(database, state.id, None)
            if verdict.finding is not None:
                raise UnfitBackupError("unsound", f"log of {state.id}: {verdict.finding.fault} at {verdict.finding.seq}")
            facts += verdict.rows
    finally:
        await database.close()
    return facts


def _check_file(store: Path, manifest: Manifest) -> None:
    try:
        with closing(sqlite3.connect(f"file:{store}?mode=ro&immutable=1", uri=True)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
        if found != "ok" or dangling is not None:
            raise UnfitBackupError("unsound", f"integrity: {found if found != 'ok' else 'a foreign key dangles'}")
        for what, now, then in (
            ("revision", revision_in(store), manifest.revision),
            ("rows", rows_in(store), manifest.rows),
            ("stores", stores_in(store), manifest.stores),
        ):
            if now != then:
                raise UnfitBackupError("unsound", what)
    except sqlite3.Error as error:
        raise UnfitBackupError("unsound", str(error)) from None
