"""R1: acknowledged means kept, exactly once. The hub is killed with SIGKILL at random moments while clients send commands;
what was not acknowledged is sent again with its id; then the clients' journals are compared with the database."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
import sys
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import httpx
from sqlalchemy import func, select

from hub.app import build
from hub.backoffice.security.first_start import Person, first_start
from hub.backoffice.security.links import fresh_links
from hub.kernel.database import Database
from hub.kernel.tables import AnswerRow, EventRow, Store
from hub.operations.bookings.tables import CustomerRow
from hub.settings import Settings
from tests.drills.index import Drill, Finding

START_SECONDS = 90.0
AGAIN_SECONDS = 0.05
PORTS = 20_000, 32_000
WORKERS = 16
"""So many test processes at once never try each other's ports."""

_given: set[int] = set()


class NotServingError(RuntimeError):
    """A hub that should have come up has not."""

    def __init__(self, code: int | None, answer: httpx.Response | None, said: Path) -> None:
        told = "nothing" if answer is None else f"{answer.status_code} {answer.text[:500]}"
        super().__init__(f"exit {code}, answered {told}, said {said.read_text(errors='replace')[-4000:]}")


@dataclass(slots=True)
class Journal:
    """What the clients know: the answer's number by command id, for acknowledged commands only."""

    acknowledged: dict[str, int] = field(default_factory=dict)
    repeated: int = 0
    unexpected: int = 0
    """Answers that were neither yes nor a refusal."""
    again: int = 0
    """Tries that had to be made once more."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the database holds against what was acknowledged."""

    kills: int
    sent: int
    lost: int
    doubled: int
    gaps: int

    def __str__(self) -> str:
        found = f"{self.lost} lost, {self.doubled} doubled, {self.gaps} gaps in seq"
        return f"{self.kills} kills, {self.sent} commands: {found}"


def free_port() -> int:
    """Below the ports that the system hands out: who knocks at a closed one of those may get it as its own and so talk to
    itself, and then the hub that comes back finds it taken. Nobody else is given it, in this process or in another worker."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    while True:
        port = random.randrange(PORTS[0] + worker % WORKERS, PORTS[1], WORKERS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            if port not in _given:
                _given.add(port)
                return port


async def furnish(data: Path, url: str = "") -> str:
    """A store with one person at the desk; the path of a link that signs them in. `url`: another engine than SQLite."""
    hub = build(Settings(data=data, database_url=url))
    await hub.prepare()
    await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai")
    await first_start(hub.door, hub.store_id, [Person("zhou", "周前台", "front_desk")])
    links = await fresh_links(hub.door, hub.store_id)
    await hub.close()
    return next(link.path for link in links if link.screen == "desk")


async def open_link(client: httpx.AsyncClient, path: str) -> None:
    """As the page does whose user presses the button."""
    (await client.post("/api/open-link", json={"token": path.removeprefix("/l/")})).raise_for_status()


@contextlib.asynccontextmanager
async def running(
    data: Path, port: int, *more: str, how: signal.Signals = signal.SIGKILL, **settings: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A hub in a process of its own, which answers; killed at the end if it still lives. `more` arguments and `settings`.

    Raises:
        NotServingError: it ended or was silent instead.
    """
    said = data.with_name(f"{data.name}.said")
    with said.open("wb") as written:
        process = await _started(data, port, *more, written=written, **settings)
    try:
        await _serving(process, port, said)
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(how)
        await process.wait()


async def _started(data: Path, port: int, *more: str, written: BinaryIO, **settings: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hub", "serve", "--data", str(data), "--port", str(port), "--host", "127.0.0.1", *more),
        env={**os.environ, "SALON_HUB_RATE_FACTOR": "0", **{f"SALON_HUB_{n.upper()}": v for n, v in settings.items()}},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=written,
    )


async def _serving(process: asyncio.subprocess.Process, port: int, said: Path) -> None:
    answer: httpx.Response | None = None
    try:
        async with asyncio.timeout(START_SECONDS), httpx.AsyncClient() as client:
            while answer is None or answer.status_code != 200:
                if process.returncode is not None:
                    raise NotServingError(process.returncode, answer, said)
                with contextlib.suppress(httpx.TransportError):
                    answer = await client.get(f"http://127.0.0.1:{port}/healthz")
                await asyncio.sleep(0.05)
    except TimeoutError as error:
        raise NotServingError(process.returncode, answer, said) from error


async def kill_rounds(data: Path, *, kills: int, commands: int, clients: int, seed: int) -> Report:
    """`commands` in all, by `clients` at once, while the hub is killed `kills` times."""
    chance = random.Random(seed)
    path, port = await furnish(data), free_port()
    address = f"http://127.0.0.1:{port}"
    headers = {"Origin": address, "X-Requested-With": "salon-hub"}
    journal = Journal()
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=5) as client:
        async with running(data, port):
            await open_link(client, path)
        async with beside(send_all(client, journal, iter(range(commands)), clients)) as work:
            for _ in range(kills):
                async with running(data, port):
                    await asyncio.sleep(chance.uniform(0.05, 0.6))
            async with running(data, port):
                await work
    return await compare(Settings(data=data).url, journal, kills, commands)


@contextlib.asynccontextmanager
async def beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    """Work that goes on meanwhile, and not beyond."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def send_all(
    client: httpx.AsyncClient, journal: Journal, numbers: Iterator[int], clients: int, *, pause: float = 0.0
) -> None:
    """A command for each number, by `clients` at once, each sent until it is acknowledged; seconds of `pause` after each."""

    async def one_after_the_other() -> None:
        for number in numbers:
            await _until_acknowledged(client, journal, number)
            await asyncio.sleep(pause)

    await asyncio.gather(*(one_after_the_other() for _ in range(clients)))


async def _until_acknowledged(client: httpx.AsyncClient, journal: Journal, number: int) -> None:
    command_id = uuid.uuid4().hex
    body = {"id": command_id, "data": {"natural_key": f"drill-{number}", "name": f"顾客 {number}"}}
    while True:
        with contextlib.suppress(httpx.TransportError):
            answer = await client.post("/api/commands/bookings.put_customer", json=body)
            if answer.status_code == 200:
                told = answer.json()
                journal.acknowledged[command_id] = told["seq"]
                journal.repeated += told["repeated"]
                return
            journal.unexpected += answer.status_code == 500
            if answer.status_code < 500:
                raise AssertionError(answer.text)
        journal.again += 1
        await asyncio.sleep(AGAIN_SECONDS)


async def compare(url: str, journal: Journal, kills: int, commands: int) -> Report:
    """The clients' journals against the database."""
    database = Database(url)
    async with database.read(None) as session:
        store = await session.scalar(select(Store.id))
    async with database.read(store) as session:
        kept = set(await session.scalars(select(AnswerRow.command_id)))
        customers = await session.scalar(select(func.count()).select_from(CustomerRow)) or 0
        numbers = list(await session.scalars(select(EventRow.seq).order_by(EventRow.seq)))
        puts = select(EventRow.command_id).where(EventRow.command == "bookings.put_customer")
        done = list(await session.scalars(puts))
    await database.close()
    lost = sum(1 for command_id in journal.acknowledged if command_id not in kept)
    doubled = max(0, customers - commands) + len(done) - len(set(done))
    gaps = sum(1 for expected, seq in enumerate(numbers, start=1) if expected != seq)
    return Report(kills, commands, lost + max(0, commands - customers), doubled, gaps)


async def in_full(folder: Path) -> Finding:
    report = await kill_rounds(folder / "store", kills=200, commands=20_000, clients=16, seed=1)
    return Finding(str(report), (report.lost, report.doubled, report.gaps) == (0, 0, 0))


DRILLS = (Drill("R1", "acknowledged means kept, exactly once", in_full),)
