"""What is measured, and how."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from hub.gateway.wire import packet
from tests.benchmarks.clients import Crowd, Line, Screen
from tests.benchmarks.table import Samples, of, row

ROUNDS = 3
TEXT = "x" * 90
"""Makes the view's packet some 360 bytes."""

VIEW_BYTES = 20_000
"""A busy desk's view."""

NODE_MODULES = Path(__file__).parent.parent.parent / "static" / "node_modules"


@dataclass
class Ways:
    """One crowd's samples by way."""

    push: Samples = field(default_factory=Samples)
    emit: Samples = field(default_factory=Samples)
    tap: Samples = field(default_factory=Samples)
    accepted: Samples = field(default_factory=Samples)
    storeless: Samples = field(default_factory=Samples)
    body: bytes = b""


@asynccontextmanager
async def server(*command: str, **more: Any) -> AsyncIterator[int]:
    """A contender in its own process; its port."""
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, **more)
    assert process.stdout is not None
    try:
        yield await asyncio.wait_for(_port(process.stdout), 60)
    finally:
        process.terminate()
        await process.wait()


async def _port(said: asyncio.StreamReader) -> int:
    """The first line that is a number; what a contender logs before it is passed over."""
    while line := await said.readline():
        if line.strip().isdigit():
            return int(line)
    raise RuntimeError("the contender ended before it said its port")


def contender(kind: str, folder: Path) -> Any:
    return server(sys.executable, "-m", "tests.benchmarks.serve", kind, str(folder))


class Pushes:
    """One value to all screens, by either way, over the same sockets."""

    def __init__(self, line: Line, crowd: Crowd) -> None:
        self._line = line
        self._crowd = crowd

    async def from_server(self, path: str, body: bytes) -> float:
        """From the first byte handed over to the last screen."""
        self._crowd.expect()
        begun = (await self._line.post(path, body))["begun"]
        return (await self._crowd.all_have_it() - begun) * 1000

    async def tap(self) -> tuple[float, float]:
        """A command: from the request, and from its durable acceptance, to the last screen."""
        self._crowd.expect()
        begun = time.monotonic()
        await self._line.post("/api/commands/slate.chalk", chalk(int(begun * 1e6)))
        accepted = time.monotonic()
        last = await self._crowd.all_have_it()
        return (last - begun) * 1000, max(0.0, last - accepted) * 1000

    async def storeless(self, path: str, body: bytes) -> float:
        """From the request to the last screen."""
        self._crowd.expect()
        begun = time.monotonic()
        await self._line.post(path, body)
        return (await self._crowd.all_have_it() - begun) * 1000


def chalk(number: int, text: str = TEXT) -> dict[str, Any]:
    return {"id": uuid.uuid4().hex, "data": {"number": number, "text": text}}


def generator(sizes: list[int]) -> None:
    """What the clients themselves need to notice one view each."""
    frame = packet("view", b'"' + b"x" * 340 + b'"').frame
    for size in sizes:
        seen: list[float] = []
        screens = [Screen(0, "", seen.append, lambda: None) for _ in range(size)]
        for screen in screens:
            screen.upgraded = True
        begun = time.monotonic()
        for screen in screens:
            screen.data_received(frame)
        row(f"load generator: {size} screens read one view each", f"{(time.monotonic() - begun) * 1000:8.2f}")


async def sockets(folder: Path, sizes: list[int], samples: int) -> dict[int, Ways]:
    """The hub's way against python-socketio's over the same sockets, and whole taps against storeless ones."""
    found = {}
    async with contender("hub", folder) as port:
        line, crowd = await Line(port).open(), Crowd(port)
        for _ in range(20):
            await line.post("/api/commands/slate.chalk", chalk(1))
        for size in sizes:
            await crowd.grow(size)
            ways = found[size] = Ways(body=orjson.dumps(await line.get("/api/views/slate")))
            cpu = await _measure(Pushes(line, crowd), line, ways, samples)
            _report(ways, size, cpu, ROUNDS * samples * size)
        crowd.close()
        await line.close()
    return found


async def _measure(pushes: Pushes, line: Line, ways: Ways, samples: int) -> dict[str, float]:
    cpu = {"/bench/push": 0.0, "/bench/emit": 0.0}
    for _ in range(ROUNDS):
        for path, into in (("/bench/push", ways.push), ("/bench/emit", ways.emit)):
            for _warm in range(3):
                await pushes.from_server(path, ways.body)
            before = (await line.get("/bench/usage"))["cpu"]
            for _sample in range(samples):
                into.ms.append(await pushes.from_server(path, ways.body))
                await asyncio.sleep(0.002)
            cpu[path] += (await line.get("/bench/usage"))["cpu"] - before
        for _sample in range(samples):
            whole, after = await pushes.tap()
            ways.tap.ms.append(whole)
            ways.accepted.ms.append(after)
            await asyncio.sleep(0.005)
        for _sample in range(samples):
            ways.storeless.ms.append(await pushes.storeless("/bench/post-and-emit", ways.body))
            await asyncio.sleep(0.005)
    return cpu


def _report(ways: Ways, size: int, cpu: dict[str, float], deliveries: int) -> None:
    ours, theirs = cpu["/bench/push"] / deliveries * 1e6, cpu["/bench/emit"] / deliveries * 1e6
    row(f"view of {len(ways.body)} B to {size} screens, until the last has it", str(ways.push))
    row("  python-socketio emit, same bytes, same clients", str(ways.emit), of(ways.push, ways.emit))
    row("  CPU µs per delivery: ours, emit", f"{ours:8.1f} {theirs:8.1f}", f"{ours / theirs:.2f}")
    row(f"command accepted → last of {size} screens has the new view", str(ways.accepted))
    row("  request → durable (FULL) → last screen", str(ways.tap))
    row("  storeless python-socketio: request → emit → last screen", str(ways.storeless), of(ways.tap, ways.storeless))


def has_node() -> bool:
    return shutil.which("node") is not None and (NODE_MODULES / "socket.io").is_dir()


def node_server(view_bytes: int = 0) -> Any:
    own = {**os.environ, "NODE_PATH": str(NODE_MODULES), "VIEW_BYTES": str(view_bytes)}
    return server("node", str(Path(__file__).parent / "rival.cjs"), env=own)


async def node(ours: dict[int, Ways], sizes: list[int], samples: int) -> None:
    """The same against Node's socket.io, where it is installed."""
    if not has_node():
        row("Node socket.io: skipped, not installed (npm install --no-save socket.io)", "")
        return
    async with node_server() as port:
        line, crowd = await Line(port).open(), Crowd(port)
        pushes = Pushes(line, crowd)
        for size in sizes:
            await crowd.grow(size)
            emit, storeless, body = Samples(), Samples(), ours[size].body
            for _ in range(ROUNDS):
                for _sample in range(samples):
                    emit.ms.append(await pushes.from_server("/", body))
                    await asyncio.sleep(0.002)
                for _sample in range(samples):
                    storeless.ms.append(await pushes.storeless("/", body))
                    await asyncio.sleep(0.005)
            row(f"Node socket.io emit to {size} screens", str(emit), of(ours[size].push, emit))
            row("  storeless: request → emit → last screen", str(storeless), of(ours[size].tap, storeless))
        crowd.close()
        await line.close()


async def commands(folder: Path, seconds: float) -> None:
    """The door, all included, against one bare row through the same ORM."""
    async with contender("hub", folder / "a") as hub, contender("orm", folder / "b") as orm:
        for connections in (1, 16):
            rates: dict[str, list[float]] = {"hub": [], "orm": []}
            times = {"hub": Samples(), "orm": Samples()}
            for _ in range(ROUNDS):
                for name, port in (("hub", hub), ("orm", orm)):
                    rates[name].append(await _rate(port, connections, seconds, times[name]))
            ours, theirs = (sorted(found)[ROUNDS // 2] for found in rates.values())
            row(f"commands per second, {connections} connections, SQLite FULL", f"{ours:17.0f}")
            row("  bare ORM: one row, one commit each", f"{theirs:17.0f}", f"{ours / theirs:.2f}")
            row("  milliseconds per command", str(times["hub"]))
            row("  bare ORM", str(times["orm"]), of(times["hub"], times["orm"]))


async def _rate(port: int, connections: int, seconds: float, times: Samples) -> float:
    ends, done = time.monotonic() + seconds, 0

    async def one() -> None:
        nonlocal done
        line = await Line(port).open()
        while (begun := time.monotonic()) < ends:
            await line.post("/api/commands/slate.chalk", chalk(1))
            times.ms.append((time.monotonic() - begun) * 1000)
            done += 1
        await line.close()

    began = time.monotonic()
    await asyncio.gather(*(one() for _ in range(connections)))
    return done / (time.monotonic() - began)


async def storm(folder: Path, size: int) -> None:
    """Everybody comes back at once and gets a whole view of 20 kB."""
    async with contender("hub", folder) as port:
        line = await Line(port).open()
        await line.post("/api/commands/slate.chalk", chalk(1, "x" * VIEW_BYTES))
        await line.close()
        before = await _memory(port)
        ours, after = await _come_back(port, size, _memory)
        row(f"{size} screens reconnect at once, {VIEW_BYTES // 1000} kB each", f"{ours.p50:8.0f}")
        row("  memory per screen, kB", f"{(after - before) / size / 1024:8.1f}")
    if has_node():
        async with node_server(VIEW_BYTES) as port:
            theirs, _ = await _come_back(port, size, None)
            row("  Node socket.io", f"{theirs.p50:8.0f}", f"{ours.p50 / theirs.p50:.2f}")


async def _memory(port: int) -> int:
    line = await Line(port).open()
    used = int((await line.get("/bench/usage"))["memory"])
    await line.close()
    return used


async def _come_back(port: int, size: int, memory: Callable[[int], Awaitable[int]] | None) -> tuple[Samples, int]:
    took, used = Samples(), 0
    for _ in range(ROUNDS):
        crowd = Crowd(port)
        began = time.monotonic()
        await crowd.grow(size, at_once=size)
        took.ms.append((time.monotonic() - began) * 1000)
        used = await memory(port) if memory else 0
        crowd.close()
        await asyncio.sleep(1)
    return took, used
