"""R2: a power cut loses nothing acknowledged. Desks send commands to a hub whose disk remembers what was synced; at random
writes and syncs the power is cut, and what would be found afterwards is opened and compared with what had been acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
import random
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import select, text

from hub.app import Hub, build
from hub.kernel import database as database_module
from hub.kernel import inline_sqlite
from hub.kernel.access import Actor
from hub.kernel.database import Database
from hub.kernel.tables import AnswerRow, EventRow
from hub.recovery.finding import trouble_of
from hub.settings import Settings
from tests.drills.index import Drill, Finding
from tests.drills.lost_power import Disk, connecting

DESKS = 8
FILE = "hub.sqlite3"


@dataclass(slots=True)
class Report:
    cuts: int = 0
    acknowledged: int = 0
    """In all, at the end."""
    checkpointed: int = 0
    """Sectors written into the database itself, out of its log."""
    lost: int = 0
    gaps: int = 0
    damaged: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        return not (self.lost or self.gaps or self.damaged)

    def __str__(self) -> str:
        return (
            f"{self.cuts} cuts, {self.acknowledged:,} commands acknowledged, {self.checkpointed:,} sectors checkpointed: "
            f"{self.lost} lost, {self.gaps} gaps, {len(self.damaged)} damaged"
        )


@dataclass(slots=True)
class Cutter:
    """Cuts the power every so many writes and syncs, up to `left` times, and remembers who had been acknowledged by then."""

    disk: Disk
    folder: Path
    chance: random.Random
    left: int
    acknowledged: set[str] = field(default_factory=set)
    cuts: list[tuple[Path, frozenset[str]]] = field(default_factory=list)
    every: int = 40
    _until: int = 5

    def __call__(self) -> None:
        self._until -= 1
        if self._until > 0 or not self.left:
            return
        self._until, self.left = self.chance.randrange(1, 2 * self.every), self.left - 1
        told = frozenset(self.acknowledged)  # first: what is acknowledged later need not be there
        place = self.folder / f"cut{len(self.cuts)}" / "store"
        self.disk.cut(place, self.chance)
        self.cuts.append((place, told))


@contextlib.contextmanager
def recorded(synchronous: str) -> Iterator[Disk]:
    disk = Disk(f"drill-{uuid.uuid4().hex}")
    with patch.object(inline_sqlite, "connect", connecting(disk, synchronous)):
        yield disk
    disk.unregister()


async def cut_rounds(folder: Path, *, cuts: int, seed: int, synchronous: str = "FULL", every: int = 40) -> Report:
    """`cuts` at random among the writes and syncs of one run, about `every` so many of them."""
    settings = Settings(data=folder / "store", solver_threads=0, rate_factor=0)
    hub = build(settings)
    await hub.prepare()
    store = await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai")
    await hub.close()
    # The log is copied back within commits, too: a busy shop leaves no rest for it.
    with recorded(synchronous) as disk, patch.object(database_module, "WAL_MAX_PAGES", 40):
        cutter = Cutter(disk, folder, random.Random(seed), cuts, every=every)
        hub = build(settings)
        await hub.prepare()
        disk.before = cutter
        try:
            await asyncio.gather(*(_desk(hub, store, cutter) for _ in range(DESKS)))
            report = Report(acknowledged=len(cutter.acknowledged), checkpointed=disk.written(FILE))
        finally:
            await hub.close()
    for place, told in cutter.cuts:
        await _look(settings, store, place, told, report)
    return report


async def _desk(hub: Hub, store: str, cutter: Cutter) -> None:
    actor = Actor("staff", "0" * 32, store, frozenset({"manager"}))
    while cutter.left:
        command_id = uuid.uuid4().hex
        await hub.door.send("bookings.put_customer", {"natural_key": command_id, "name": "客人"}, actor, command_id)
        cutter.acknowledged.add(command_id)


async def _look(living: Settings, store: str, place: Path, told: frozenset[str], report: Report) -> None:
    """The power is back: the hub's own settings on Python's own driver."""
    settings = Settings(data=place, solver_threads=0)
    shutil.copy(living.key_file, settings.key_file)
    shutil.copy(living.keyring_file, settings.keyring_file)
    report.cuts += 1
    trouble = await asyncio.to_thread(trouble_of, settings)
    if trouble is not None:
        report.damaged.append(str(trouble))
        return
    database = Database(settings.url)
    async with database.read(store) as session:
        whole = await session.scalar(text("PRAGMA integrity_check"))
        kept = set(await session.scalars(select(AnswerRow.command_id)))
        numbers = list(await session.scalars(select(EventRow.seq).order_by(EventRow.seq)))
    await database.close()
    if whole != "ok":
        report.damaged.append(str(whole))
    report.lost += len(told - kept)
    report.gaps += sum(1 for expected, seq in enumerate(numbers, start=1) if expected != seq)


async def in_full(folder: Path) -> Finding:
    report = await cut_rounds(folder, cuts=200, seed=1, every=250)
    return Finding(str(report), report.kept and report.checkpointed > 0)


DRILLS = (Drill("R2", "a power cut loses nothing acknowledged", in_full),)
