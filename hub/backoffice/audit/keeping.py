"""Makes anchors and checks as time passes; everything that is noted passes the door."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Protocol, get_args

from sqlalchemy import func, select

from hub.backoffice.audit.anchors import Anchor, AnchorFolder, digest_of, key_id
from hub.backoffice.audit.commands import NoteAnchor, NoteAnchoring, NoteVerification
from hub.backoffice.audit.events import WhyNoAnchor
from hub.backoffice.audit.queries import anchoring
from hub.backoffice.audit.tables import AnchorRow, VerificationRow
from hub.backoffice.audit.verifying import Verdict, verify
from hub.kernel.access import system
from hub.kernel.clock import Clock
from hub.kernel.complaints import StandstillError, word_for
from hub.kernel.database import Database
from hub.kernel.dispatch import Door
from hub.kernel.errors import Refused
from hub.kernel.keyring import KeyFileError
from hub.kernel.tables import EventRow, Store

CHECK_EVERY = timedelta(days=1)


class Places(Protocol):
    """Where anchors and their key lie, and how often one is made (`hub.settings`)."""

    @property
    def anchor_folder(self) -> Path: ...
    @property
    def anchor_key_file(self) -> Path: ...
    @property
    def anchor_minutes(self) -> int: ...


def why_of(error: BaseException) -> WhyNoAnchor:
    word = word_for(error)
    return word if word in get_args(WhyNoAnchor) else "disk_fault"  # type: ignore[return-value]  # one of them


def folder_of(places: Places) -> AnchorFolder:
    return AnchorFolder(places.anchor_folder, places.anchor_key_file)


class Keeper:
    """Anchors a store's log and checks it. What it does is due by the hub's own clock."""

    def __init__(self, database: Database, door: Door, clock: Clock, folder: AnchorFolder, every: timedelta) -> None:
        self._database = database
        self._door = door
        self._clock = clock
        self._folder = folder
        self._every = every

    async def anchor_if_due(self, store_id: str) -> None:
        if await self._is_due(store_id, AnchorRow, self._every):
            await self.anchor(store_id)

    async def check_if_due(self, store_id: str) -> None:
        if await self._is_due(store_id, VerificationRow, CHECK_EVERY):
            await self.check(store_id)

    async def anchor(self, store_id: str) -> Anchor | None:
        """Anchor the newest row; None where that has been done, or there is none. What keeps it from being done goes on
        record, once, and so does its end.

        Raises:
            StandstillError, KeyFileError, OSError: no anchor could be written.
            Refused: nothing can be noted now, so none was made.
        """
        self._database.writing.require()
        async with self._database.read(store_id) as session:
            store = (await session.execute(select(Store.seq, Store.head, Store.epoch).where(Store.id == store_id))).one()
            anchored = await session.scalar(select(func.max(AnchorRow.seq)))
        if store.seq == (anchored or 0):
            return None
        try:
            made = await self._made(store_id)
            anchor = self._folder.append(store_id, store.epoch, store.seq, store.head, self._clock.now(), made=made)
            line = self._folder.lines(store_id)[anchor.n - 1]
        except (StandstillError, KeyFileError, OSError) as error:
            with suppress(Refused):
                await self._note_state(store_id, why_of(error))
            raise
        noted = NoteAnchor(key=anchor.key, n=anchor.n, seq=anchor.seq, digest=digest_of(line), line=anchor.short_line)
        await self._door.submit(noted, system(store_id, "audit"), self._door.chance.id())
        await self._note_state(store_id, None)
        return anchor

    async def _made(self, store_id: str) -> int:
        """How many anchors under the present key the database knows of."""
        key = key_id(self._folder.public_key())
        async with self._database.read(store_id) as session:
            return await session.scalar(select(func.max(AnchorRow.n)).where(AnchorRow.key == key)) or 0

    async def _note_state(self, store_id: str, why: WhyNoAnchor | None) -> None:
        async with self._database.read(store_id) as session:
            known = await anchoring(session)
        if (known.why if known else None) != why:
            await self._door.submit(NoteAnchoring(why=why), system(store_id, "audit"), self._door.chance.id())

    async def check(self, store_id: str) -> Verdict:
        """Check the whole log and note the result."""
        verdict = await verify(self._database, store_id, self._folder)
        found = verdict.finding
        noted = NoteVerification(
            rows=verdict.rows,
            anchors=verdict.anchors,
            fault=found.fault if found else None,
            at_seq=found.seq if found else None,
            anchor=found.anchor if found else None,
        )
        await self._door.submit(noted, system(store_id, "audit"), self._door.chance.id())
        return verdict

    async def _is_due(self, store_id: str, table: type[AnchorRow | VerificationRow], every: timedelta) -> bool:
        """Whether the last one, or else the first fact, lies so far back."""
        async with self._database.read(store_id) as session:
            last = await session.scalar(select(func.max(table.at)))
            if last is None:
                last = await session.scalar(select(EventRow.at).order_by(EventRow.seq).limit(1))
        return last is not None and self._clock.now() - last >= every
