"""Two processes that share their screens: hubs on one PostgreSQL against python-socketio through AsyncRedisManager.

Either keeps one row per request in the same PostgreSQL. Then what both lose when what they lean on is restarted under way:
PostgreSQL itself beneath the hubs, Redis beneath the others.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import select

from hub.kernel.database import Database
from hub.kernel.tables import EventRow
from tests.benchmarks.clients import VIEW, Crowd, Line, Screen
from tests.benchmarks.contenders import contender
from tests.benchmarks.crowds import CHALK, ROUNDS, TEXT, chalk
from tests.benchmarks.processes import furnish
from tests.benchmarks.table import Asked, Samples, of, row
from tests.postgres import Cluster, cluster, missing

PROCESSES = 2
SCREENS = 200
REACH = 0.6
ACQUAINTED_SECONDS = 1.5
"""Until the hubs know of each other."""

SENT_SECONDS = 6.0
RESTART_AT_SECONDS = 2.0
SENT_PAUSE_SECONDS = 0.02
HEALED_SECONDS = 5.0


def lacking() -> str | None:
    """Why this cannot be measured here; None when it can."""
    if shutil.which("redis-server") is None:
        return "redis-server is not installed"
    if find_spec("redis") is None:
        return "the redis client is not installed"
    return missing()


class Redis:
    """A Redis of one's own that keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        options = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder))
        self._process = await asyncio.create_subprocess_exec("redis-server", *options, stdout=subprocess.DEVNULL)
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            await asyncio.sleep(0.05)
        raise RuntimeError("Redis does not start")

    async def stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()


class Reader(Screen):
    """Keeps the newest view as well."""

    newest = b""

    def _answer(self, buffer: bytes, start: int, stop: int, arrived: float) -> None:
        if buffer.startswith(VIEW, start):
            self.newest = buffer[start:stop]
        super()._answer(buffer, start, stop, arrived)


async def sharing(folder: Path, *, quick: bool) -> None:
    reason = lacking()
    if reason is not None:
        row(f"two processes: skipped, {reason}", "")
        return
    folder.mkdir(parents=True)
    redis = Redis(folder / "redis")
    with cluster(durable=True) as postgres:
        (store,) = await furnish(postgres.url, 1)
        await redis.start()
        try:
            async with AsyncExitStack() as stack:
                hubs = [await stack.enter_async_context(_hub(folder / str(n), postgres, store)) for n in range(PROCESSES)]
                rivals = [await stack.enter_async_context(_rival(folder, postgres, store, redis)) for _ in range(PROCESSES)]
                ours, theirs = [hub.port for hub in hubs], [rival.port for rival in rivals]
                await asyncio.sleep(ACQUAINTED_SECONDS)
                await _speed(ours, theirs, 20 if quick else SCREENS, 10 if quick else 60)
                if not quick:
                    await _losses(ours, theirs, postgres, redis)
        finally:
            await redis.stop()


def _hub(folder: Path, postgres: Cluster, store: str) -> Any:
    return contender("hub", folder, SALON_HUB_DATABASE_URL=postgres.url, SALON_HUB_STORE=store)


def _rival(folder: Path, postgres: Cluster, store: str, redis: Redis) -> Any:
    return contender("socketio", folder, quiet=True, BENCH_DATABASE=postgres.url, BENCH_STORE=store, BENCH_REDIS=redis.url)


def _message() -> dict[str, Any]:
    """About the bytes of the hub's view."""
    padding = "y" * 200
    return {"screen": "slate", "key": padding, "view": {"number": int(time.monotonic() * 1e6), "text": TEXT}}


async def _speed(ours: list[int], theirs: list[int], screens: int, samples: int) -> None:
    hub, redis = Samples(), Samples()
    for _ in range(ROUNDS):
        await _turn(ours, screens, samples, CHALK, lambda: chalk(int(time.monotonic() * 1e6)), hub)
        await _turn(theirs, screens, samples, "/emit", _message, redis)
    row(f"two processes on PostgreSQL: request → last of {screens} screens", str(hub))
    asked = Asked(hub.p99 / redis.p99, most=REACH, of="p99")
    row("  AsyncRedisManager, one row kept as well", str(redis), of(hub, redis), asked)


async def _turn(
    ports: list[int], screens: int, samples: int, path: str, body: Callable[[], dict[str, Any]], into: Samples
) -> None:
    crowds = [Crowd(port) for port in ports]
    for crowd in crowds:
        await crowd.grow(screens // len(ports))
    line = await Line(ports[0]).open()
    await asyncio.sleep(0.3)
    for number in range(samples + 3):
        for crowd in crowds:
            crowd.expect()
        begun = time.monotonic()
        await line.post(path, body())
        last = max([await crowd.all_have_it() for crowd in crowds])
        if number >= 3:
            into.ms.append((last - begun) * 1000)
        await asyncio.sleep(0.01)
    for crowd in crowds:
        crowd.close()
    await line.close()


@asynccontextmanager
async def _readers(ports: list[int]) -> AsyncIterator[list[tuple[Reader, list[float]]]]:
    """One screen at each process, and when it had its views."""
    found = []
    for port in ports:
        seen: list[float] = []
        ready = asyncio.Event()
        screen = Reader(port, "slate", seen.append, ready.set)
        await screen.connect()
        await asyncio.wait_for(ready.wait(), 10)
        found.append((screen, seen))
    await asyncio.sleep(0.3)
    yield found
    for screen, _ in found:
        screen.close()


async def _send_on(
    port: int, path: str, body: Callable[[], dict[str, Any]], restart: Callable[[], Awaitable[None]]
) -> list[Any]:
    """What was sent and acknowledged over a restart under way."""
    acknowledged, begun, restarting = [], time.monotonic(), None
    while (gone := time.monotonic() - begun) < SENT_SECONDS:
        if restarting is None and gone > RESTART_AT_SECONDS:
            restarting = asyncio.create_task(restart())
        sent = body()
        try:
            line = await Line(port).open()
            await asyncio.wait_for(line.post(path, sent), 3)
            acknowledged.append(sent)
            await line.close()
        except (RuntimeError, TimeoutError, OSError, asyncio.IncompleteReadError):
            pass  # refused: the sender knows
        await asyncio.sleep(SENT_PAUSE_SECONDS)
    assert restarting is not None
    await restarting
    return acknowledged


async def _losses(ours: list[int], theirs: list[int], postgres: Cluster, redis: Redis) -> None:
    async def again() -> None:
        await asyncio.to_thread(postgres.stop)
        await asyncio.sleep(1)
        await asyncio.to_thread(postgres.start)

    async with _readers(ours) as readers:
        sent = await _send_on(ours[0], CHALK, lambda: chalk(int(time.monotonic() * 1e6)), again)
        newest = b'"number":%d,' % sent[-1]["data"]["number"]
        for _ in range(int(HEALED_SECONDS / 0.1)):
            if all(newest in reader.newest for reader, _ in readers):
                break
            await asyncio.sleep(0.1)
        behind = sum(newest not in reader.newest for reader, _ in readers)
    lost = len(sent) - await _kept(postgres.url, {each["id"] for each in sent})
    what = "events lost over a restart of PostgreSQL, of acknowledged"
    row(what, f"{lost:8d} {len(sent):8d}", "", Asked(lost, most=0), Asked(behind, most=0, of="screens behind"))

    async def redis_again() -> None:
        await redis.stop()
        await asyncio.sleep(1)
        await redis.start()

    async with _readers(theirs) as readers:
        before = [len(seen) for _, seen in readers]
        sent = await _send_on(theirs[0], "/emit", _message, redis_again)
        await asyncio.sleep(2)
        heard = min(len(seen) - had for (_, seen), had in zip(readers, before, strict=True))
    row("  AsyncRedisManager over a restart of Redis", f"{len(sent) - heard:8d} {len(sent):8d}")


async def _kept(url: str, ids: set[str]) -> int:
    """How many of these commands have their fact in the log."""
    database = Database(url)
    table = EventRow.metadata.tables["event"]
    async with database.reader.connect() as connection:
        found = set((await connection.execute(select(table.c.command_id))).scalars())
    await database.close()
    return len(ids & found)
