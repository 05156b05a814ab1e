"""R9: full disk, fault of the disk, lock that stays: the hub degrades and never lies.

Clients send commands while faults come and go; afterwards everything acknowledged is in the database, and nothing that was
refused is. Each fault must make the hub read-only with its cause, and each must heal by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import resource
import sqlite3
import subprocess
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from hub.app import Hub, build
from hub.kernel import inline_sqlite, writing
from hub.kernel.access import Actor
from hub.kernel.errors import READ_ONLY, Refused
from hub.kernel.tables import AnswerRow, EventRow
from hub.settings import Settings
from tests.drills.index import Drill, Finding

HEAL_SECONDS = 30.0
DESKS = 8

Fault = Callable[[Hub], AbstractAsyncContextManager[None]]


@contextlib.asynccontextmanager
async def pages_used_up(hub: Hub) -> AsyncIterator[None]:
    """SQLite may not grow its file: SQLITE_FULL, as on a full disk."""

    await on_writer(hub, f"PRAGMA max_page_count={await on_writer(hub, 'PRAGMA page_count')}")
    try:
        yield
    finally:
        await on_writer(hub, f"PRAGMA max_page_count={2**30}")


async def on_writer(hub: Hub, statement: str) -> int:
    """Say it on the writer's own connection, outside of any transaction; the first number that it answers."""
    async with hub.database.writer.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        row = driver._conn.execute(statement).fetchone()
    return int(row[0]) if row else 0


@contextlib.asynccontextmanager
async def files_limited(_hub: Hub) -> AsyncIterator[None]:
    """The system refuses to write beyond the first page of any file (RLIMIT_FSIZE): SQLITE_IOERR_WRITE."""
    was = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, was[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, was)


@contextlib.asynccontextmanager
async def lock_held(hub: Hub) -> AsyncIterator[None]:
    """Another process's transaction that does not end."""
    holder = sqlite3.connect(hub.settings.data / "hub.sqlite3", isolation_level=None, check_same_thread=False, timeout=0)
    while not holder.in_transaction:  # the hub hardly ever lets go
        with contextlib.suppress(sqlite3.OperationalError):
            holder.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(0)
    try:
        yield
    finally:
        holder.execute("ROLLBACK")
        holder.close()


@contextlib.asynccontextmanager
async def write_protected(hub: Hub) -> AsyncIterator[None]:
    """The file may only be read: SQLITE_READONLY."""

    await on_writer(hub, "PRAGMA query_only=ON")
    try:
        yield
    finally:
        await on_writer(hub, "PRAGMA query_only=OFF")


@contextlib.asynccontextmanager
async def disk_full(hub: Hub) -> AsyncIterator[None]:
    """A small disk, filled to its last byte."""
    ballast = hub.settings.data / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    try:
        yield
    finally:
        ballast.unlink()


IN_PLACE: dict[str, tuple[Fault, frozenset[str]]] = {
    "no more pages": (pages_used_up, frozenset({"disk_full"})),
    "no larger files": (files_limited, frozenset({"disk_fault", "disk_full"})),
    "a lock that stays": (lock_held, frozenset({"locked"})),
    "a file that may not be written": (write_protected, frozenset({"protected"})),
}

ON_A_SMALL_DISK = {"a full disk": (disk_full, frozenset({"disk_full"}))}


@dataclass(slots=True)
class Report:
    rounds: int = 0
    kinds: int = 0
    acknowledged: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    strange: list[str] = field(default_factory=list)
    unhealed: int = 0
    lies: int = 0
    """Acknowledged and not kept, or refused and kept."""
    gaps: int = 0

    @property
    def kept(self) -> bool:
        return not (self.strange or self.unhealed or self.lies or self.gaps)

    def __str__(self) -> str:
        return (
            f"{self.rounds} faults of {self.kinds} kinds, {len(self.acknowledged):,} acknowledged, {len(self.refused):,} "
            f"refused: {self.lies} false answers, {self.gaps} gaps, {self.unhealed} not healed, "
            f"{len(self.strange)} without their cause"
        )


@contextlib.contextmanager
def impatient() -> Iterator[None]:
    """Probes and locks wait less, so that many rounds fit into a minute."""
    was = writing.PROBE_SECONDS, inline_sqlite.LOCK_WAIT_SECONDS
    writing.PROBE_SECONDS, inline_sqlite.LOCK_WAIT_SECONDS = 0.02, 0.2
    try:
        yield
    finally:
        writing.PROBE_SECONDS, inline_sqlite.LOCK_WAIT_SECONDS = was


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """A file system of 48 MiB of its own; None where this process may not mount one."""
    folder.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(folder)], check=False, capture_output=True
        ).returncode
    )
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


async def fault_rounds(
    data: Path, *, rounds: int, seed: int, faults: dict[str, tuple[Fault, frozenset[str]]], patience: float = 5.0
) -> Report:
    """Faults at random, one at a time, while `DESKS` clients send commands without a pause."""
    chance, report = random.Random(seed), Report(kinds=len(faults))
    hub = build(Settings(data=data, solver_threads=0, rate_factor=0))
    await hub.prepare()
    store = await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai")
    over = asyncio.Event()
    desks = [asyncio.create_task(_desk(hub, store, report, over)) for _ in range(DESKS)]
    try:
        with impatient():
            for number in range(rounds):
                name = list(faults)[number % len(faults)]
                await _one_fault(hub, name, *faults[name], report, chance, patience)
                report.rounds += 1
            over.set()
            await asyncio.gather(*desks)
        await _compare(hub, store, report)
    finally:
        over.set()
        await asyncio.gather(*desks, return_exceptions=True)
        await hub.close()
    return report


async def _one_fault(
    hub: Hub, name: str, fault: Fault, causes: frozenset[str], report: Report, chance: random.Random, patience: float
) -> None:
    before = len(report.acknowledged)
    async with asyncio.timeout(HEAL_SECONDS):
        while len(report.acknowledged) < before + 3:
            await asyncio.sleep(0.01)
    seen: set[str] = set()
    async with fault(hub):
        ends = asyncio.get_running_loop().time() + patience
        while not seen and asyncio.get_running_loop().time() < ends:
            await asyncio.sleep(0.01)
            seen |= {hub.database.writing.cause} - {None}  # type: ignore[arg-type]
        await asyncio.sleep(chance.uniform(0.05, 0.1))  # the first try to write mends a first guess
        seen |= {hub.database.writing.cause} - {None}  # type: ignore[arg-type]
    if not seen & causes:
        report.strange.append(f"{name}: {seen or 'nothing'}")
    try:
        async with asyncio.timeout(HEAL_SECONDS):
            while hub.database.writing.cause is not None:
                await asyncio.sleep(0.01)
    except TimeoutError:
        report.unhealed += 1


async def _desk(hub: Hub, store: str, report: Report, over: asyncio.Event) -> None:
    actor = Actor("staff", "0" * 32, store, frozenset({"manager"}))
    while not over.is_set():
        command_id = uuid.uuid4().hex
        data = {"natural_key": command_id, "name": "客人"}
        try:
            await hub.door.send("bookings.put_customer", data, actor, command_id)
        except Refused as refused:
            if refused.kind is not READ_ONLY:
                report.strange.append(refused.kind.code)
            report.refused.add(command_id)
            await asyncio.sleep(0.005)
        else:
            report.acknowledged.add(command_id)
            await asyncio.sleep(0)


async def _compare(hub: Hub, store: str, report: Report) -> None:
    async with hub.database.read(store) as session:
        kept = set(await session.scalars(select(AnswerRow.command_id)))
        numbers = list(await session.scalars(select(EventRow.seq).order_by(EventRow.seq)))
    report.lies = len(report.acknowledged - kept) + len(report.refused & kept)
    report.gaps = sum(1 for expected, seq in enumerate(numbers, start=1) if expected != seq)


async def in_full(folder: Path) -> Finding:
    here = await fault_rounds(folder / "store", rounds=100, seed=1, faults=IN_PLACE)
    with small_disk(folder / "disk") as disk:
        if disk is None:
            return Finding(f"{here}; no small disk may be mounted here", here.kept)
        there = await fault_rounds(disk / "store", rounds=20, seed=2, faults=ON_A_SMALL_DISK)
    return Finding(f"{here}; on a small disk {there}", here.kept and there.kept)


DRILLS = (Drill("R9", "degrades, never lies", in_full),)
