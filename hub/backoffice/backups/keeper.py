"""The hub's keeper of backups: one every five minutes in which something was written, a drill a day, and a record of both.

What went wrong is said once and again when it has ended, not every five minutes.
"""

from __future__ import annotations

import asyncio
import errno
import shutil
import sqlite3
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import make_url, select
from sqlalchemy.exc import DBAPIError

from hub.backoffice.backups.commands import NoteBackup, NoteDrill, NoteFailure, NoteSecondFolder
from hub.backoffice.backups.events import Why
from hub.backoffice.backups.keys import keys_in
from hub.backoffice.backups.making import NoRoomError, drill, make
from hub.backoffice.backups.parcel import UnfitBackupError
from hub.backoffice.backups.ports import Doing, Second, ShelfState
from hub.backoffice.backups.queries import last_of
from hub.backoffice.backups.shelf import backups_in, copy_to, prune
from hub.kernel.access import system
from hub.kernel.clock import Clock
from hub.kernel.commands import Command
from hub.kernel.database import Database
from hub.kernel.dispatch import Door
from hub.kernel.errors import Refused
from hub.kernel.stores import store_ids
from hub.kernel.tables import Store

EVERY = timedelta(minutes=5)
DRILL_EVERY = timedelta(days=1)

log = structlog.get_logger(__name__)


class Keeper:
    """Fills the port `Backups`. Times are the wall's: a faster day makes no more backups."""

    def __init__(self, door: Door, wall: Clock, *, folder: Path, second: Path | None, key_file: Path) -> None:
        self._door = door
        self._wall = wall
        self._folder = folder
        self._second = second
        self._key_file = key_file
        self._doing: Doing | None = None
        self._seen: dict[str, int] = {}
        self._noted: Counter[str] = Counter()
        """Facts of its own since the last copy was begun: those alone are worth none."""
        self._failed = False
        self._second_lost = False
        self._tried_at: datetime | None = None
        self._untried = ""
        """Why the last drill could not be made, which says nothing of the backup; empty where it was."""
        self._asked: set[asyncio.Task[None]] = set()

    def state(self) -> ShelfState:
        kept = backups_in(self._folder)
        second: Second = "none" if self._second is None else "there" if self._second.is_dir() else "missing"
        free = 0
        with suppress(OSError):
            free = shutil.disk_usage(self._folder if self._folder.exists() else self._folder.parent).free
        return ShelfState(
            ready=self._key_file.exists(),
            folder=str(self._folder.absolute()),
            kept=kept,
            second_folder=str(self._second or ""),
            second=second,
            second_kept=len(backups_in(self._second)) if self._second is not None and second == "there" else 0,
            doing=self._doing,
            free=free,
        )

    @property
    def newest_at(self) -> datetime | None:
        kept = backups_in(self._folder)
        return kept[0].made_at if kept else None

    def begin(self, doing: Doing) -> None:
        work = self.back_up(asked=True) if doing == "backup" else self.drill(asked=True)
        task = asyncio.get_running_loop().create_task(work, name=doing)
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    def close(self) -> None:
        """What is under way is left unfinished; half a backup bears no backup's name."""
        for task in self._asked:
            task.cancel()

    async def look(self) -> None:
        """What is due: a backup where anything was written since the last, then a drill where the last is a day old or could
        not be made."""
        if self._doing is not None or not self._key_file.exists():
            return
        if await self._numbers() != self._seen:
            await self.back_up(asked=False)
        now = self._wall.now()
        if self._tried_at is None:
            self._tried_at = await self._last_drill()
        if self._untried or self._tried_at is None or now - self._tried_at >= DRILL_EVERY or self._tried_at > now:
            await self.drill(asked=False)

    async def back_up(self, *, asked: bool) -> None:
        """Make a backup, copy it, prune; what is worth knowing goes on record."""
        keys = keys_in(self._key_file)
        if keys is None or self._doing is not None:
            return
        self._doing = "backup"
        before = backups_in(self._folder)
        now = self._wall.now()
        try:
            # Before the copy is taken: what is written meanwhile may not be in it, and would wait for the next write.
            seen = await self._numbers()
            self._noted.clear()
            path = await make(self._door.database, self._folder, keys, now, room_for=_size_of(self._door.database))
        except (OSError, sqlite3.Error, DBAPIError, Refused) as error:
            log.error("no backup could be made", why=_why(error), error=type(error).__name__)
            if asked or not self._failed:
                await self._note(NoteFailure(why=_why(error)))
            self._failed = True
        else:
            first_of_day = not before or before[0].made_at.date() != now.date()
            if asked or first_of_day or self._failed:
                await self._note(NoteBackup(file=path.name, size=path.stat().st_size, asked=asked))
            self._failed = False
            await self._copy(path)
            await self._prune(self._folder, now)
            self._seen = {store_id: seq + self._noted[store_id] for store_id, seq in seen.items()}
        finally:
            self._doing = None

    async def _prune(self, folder: Path, now: datetime) -> None:
        """One too many is kept where none can be removed; a disk that fills up for it is told of by the next backup."""
        try:
            await asyncio.to_thread(prune, folder, now)
        except OSError as error:
            log.error("old backups could not be removed", folder=str(folder), error=str(error))

    async def drill(self, *, asked: bool) -> None:
        """Restore the newest backup into a scratch folder. The result goes on record; that it could not be tried, once."""
        keys, kept = keys_in(self._key_file), backups_in(self._folder)
        if keys is None or not kept or self._doing is not None:
            return
        self._doing, self._tried_at = "drill", self._wall.now()
        result, before, self._untried = NoteDrill(file=kept[0].path.name, code="unreadable"), self._untried, ""
        try:
            tried = await drill(kept[0].path, keys)
            result = NoteDrill(file=tried.file, verified=tried.facts, milliseconds=round(tried.seconds * 1000))
        except UnfitBackupError as error:
            log.error("a backup failed its drill", file=kept[0].path.name, code=error.code, detail=error.detail)
            result = NoteDrill(file=kept[0].path.name, code=error.code)
        except OSError as error:
            self._untried = "no_room" if _why(error) == "no_room" else "unreadable"
            if asked or self._untried != before:
                log.error("a backup could not be tried", file=kept[0].path.name, error=str(error))
            result = NoteDrill(file=kept[0].path.name, code=self._untried)
        finally:
            self._doing = None
            if asked or not self._untried or self._untried != before:
                await self._note(result)

    async def _copy(self, path: Path) -> None:
        if self._second is None:
            return
        try:
            copied = await asyncio.to_thread(copy_to, self._second, path)
        except OSError as error:
            log.error("the second folder takes no copy", error=str(error))
            copied = False
        if copied:
            await self._prune(self._second, self._wall.now())
        if copied == self._second_lost:
            self._second_lost = not copied
            await self._note(NoteSecondFolder(state="back" if copied else "lost", file=path.name))

    async def _note(self, command: Command) -> None:
        """Put it on record in every store of the database; a store that takes nothing now is told by the log of the process."""
        for store_id in await store_ids(self._door.database):
            try:
                await self._door.submit(command, system(store_id, "backups"), self._door.chance.id())
                self._noted[store_id] += 1
            except Refused as refused:
                log.error("not on record", command=type(command).__name__, code=refused.kind.code)

    async def _numbers(self) -> dict[str, int]:
        async with self._door.database.read(None) as session:
            return {row.id: row.seq for row in await session.execute(select(Store.id, Store.seq))}

    async def _last_drill(self) -> datetime | None:
        for store_id in (await store_ids(self._door.database))[:1]:
            async with self._door.database.read(store_id) as session:
                found = await last_of(session, "backups.drill_passed", "backups.drill_failed")
            if found is not None:
                return found.at
        return None


def _why(error: BaseException) -> Why:
    full = isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL
    if full or isinstance(error, NoRoomError) or getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
        return "no_room"
    if isinstance(error, OSError):
        return "disk"
    return "database"


def _size_of(database: Database) -> int:
    """The SQLite file's bytes; 0 where the database lies elsewhere."""
    path = Path(make_url(database.url).database or "") if database.is_sqlite else None
    return path.stat().st_size if path is not None and path.exists() else 0
