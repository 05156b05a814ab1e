"""A view to a crowd of screens, in turns with python-socketio and Node's socket.io; whole taps against storeless ones."""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from hub.gateway.wire import packet
from tests.benchmarks.clients import Crowd, Line, Screen
from tests.benchmarks.contenders import Contender, contender, has_node, node_server
from tests.benchmarks.table import Asked, Samples, of, row

ROUNDS = 3
TEXT = "x" * 90
"""Makes the view's packet some 360 bytes."""

WARM_COMMANDS = 150
"""A hub that has run for a while: its log of changes has its length, its statements are known."""

BARE = "bare python-socketio"
NODE = "Node socket.io"

CHALK = "/api/commands/slate.chalk"


def chalk(number: int, text: str = TEXT) -> dict[str, Any]:
    return {"id": uuid.uuid4().hex, "data": {"number": number, "text": text}}


async def warm_up(port: int, commands: int = WARM_COMMANDS) -> None:
    line = await Line(port).open()
    for number in range(commands):
        await line.post(CHALK, chalk(number))
    await line.close()
    await asyncio.sleep(0.5)


@dataclass
class Way:
    """Samples of one way to send a view: until the last screen has it, from the first byte handed over and from the request."""

    sent: Samples = field(default_factory=Samples)
    asked: Samples = field(default_factory=Samples)
    answered: Samples = field(default_factory=Samples)
    """From the request to its answer."""
    cpu: float = 0.0
    deliveries: int = 0

    @property
    def cpu_us(self) -> float:
        return self.cpu / self.deliveries * 1e6


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
            screen.take(frame, begun)
        row(f"load generator: {size} screens read one view each", f"{(time.monotonic() - begun) * 1000:8.2f}")


def disk(folder: Path, samples: int) -> None:
    """What the disk itself takes to sync what a commit writes, into a file that has its length."""
    folder.mkdir(parents=True, exist_ok=True)
    took, page = Samples(), b"x" * 4096
    with (folder / "sync").open("wb", buffering=0) as file:
        file.write(page * 8 * samples)
        os.fsync(file.fileno())
        file.seek(0)
        for _ in range(samples):
            file.write(page * 8)
            begun = time.monotonic()
            os.fdatasync(file.fileno())
            took.ms.append((time.monotonic() - begun) * 1000)
    row("the disk alone: 32 kB written over and synced", str(took))


class Turn:
    """One contender's turn: a crowd of its own, a line to ask on."""

    def __init__(self, server: Contender, line: Line, crowd: Crowd) -> None:
        self._server = server
        self._line = line
        self._crowd = crowd

    async def take(self, path: str, body: Any, way: Way, samples: int) -> None:
        """`body` is what to post, or a function that makes it."""
        for _warm in range(3):
            await self._once(path, body)
        before = self._server.cpu()
        for _sample in range(samples):
            begun, handed, answered, last = await self._once(path, body)
            way.sent.ms.append((last - handed) * 1000)
            way.asked.ms.append((last - begun) * 1000)
            way.answered.ms.append((answered - begun) * 1000)
            await asyncio.sleep(0.004)
        way.cpu += self._server.cpu() - before
        way.deliveries += samples * len(self._crowd.screens)

    async def _once(self, path: str, body: Any) -> tuple[float, float, float, float]:
        self._crowd.expect()
        sent = body() if callable(body) else body
        begun = time.monotonic()
        answer = await self._line.post(path, sent)
        answered = time.monotonic()
        return begun, answer.get("begun", begun), answered, await self._crowd.all_have_it()


@asynccontextmanager
async def turn(server: Contender, size: int, at_once: int = 50) -> AsyncIterator[Turn]:
    line, crowd = await Line(server.port).open(), Crowd(server.port)
    await crowd.grow(size, at_once)
    await asyncio.sleep(0.3)
    try:
        yield Turn(server, line, crowd)
    finally:
        crowd.close()
        await line.close()
        await asyncio.sleep(0.2)


async def crowds(folder: Path, sizes: list[int], samples: int) -> None:
    """All contenders run; each round every one of them gets a crowd of its own, one after the other."""
    disk(folder, 20 * samples)
    async with AsyncExitStack() as stack:
        hub = await stack.enter_async_context(contender("hub", folder / "hub"))
        rivals = {
            BARE: await stack.enter_async_context(contender("socketio", folder)),
            "python-socketio on the hub's server settings": await stack.enter_async_context(
                contender("socketio-tuned", folder)
            ),
        }
        if has_node():
            rivals[NODE] = await stack.enter_async_context(node_server())
        else:
            row("Node socket.io: skipped, not installed (npm install --no-save socket.io)", "")
        await warm_up(hub.port)
        for size in sizes:
            await _one_size(hub, rivals, size, samples)


async def _one_size(hub: Contender, rivals: dict[str, Contender], size: int, samples: int) -> None:
    push, tap, theirs, body = Way(), Way(), {name: Way() for name in rivals}, b""
    for _ in range(ROUNDS):
        async with turn(hub, size) as our:
            body = body or await _view(hub.port)
            await our.take("/bench/push", body, push, samples)
            await our.take(CHALK, lambda: chalk(int(time.monotonic() * 1e6)), tap, samples)
        for name, rival in rivals.items():
            async with turn(rival, size) as their:
                await their.take("/emit", body, theirs[name], samples)
    _report(size, len(body), push, tap, theirs)


async def _view(port: int) -> bytes:
    line = await Line(port).open()
    view = orjson.dumps(await line.get("/api/views/slate"))
    await line.close()
    return view


PUSH_P50 = {BARE: {200: 0.25}}
PUSH_CPU = {200: 0.3}
PUSH_P99 = {BARE: {1000: 0.15}, NODE: {200: 0.5, 1000: 0.75}}
TAP_P99 = {BARE: {200: 0.5}, NODE: {200: 1.0}}


def _asked(bounds: dict[int, float], size: int, value: float, of: str) -> list[Asked]:
    return [Asked(value, most=bounds[size], of=of)] if size in bounds else []


def _report(size: int, length: int, push: Way, tap: Way, theirs: dict[str, Way]) -> None:
    row(f"view of {length} B to {size} screens, until the last has it", str(push.sent))
    for name, way in theirs.items():
        asked = _asked(PUSH_P50.get(name, {}), size, push.sent.p50 / way.sent.p50, "p50")
        asked += _asked(PUSH_P99.get(name, {}), size, push.sent.p99 / way.sent.p99, "p99")
        row(f"  {name}: emit", str(way.sent), of(push.sent, way.sent), *asked)
    bare = theirs[BARE]
    share = push.cpu_us / bare.cpu_us
    cpu = _asked(PUSH_CPU, size, share, "CPU")
    row("  CPU µs per delivery: ours, bare python-socketio", f"{push.cpu_us:8.1f} {bare.cpu_us:8.1f}", f"{share:.2f}", *cpu)
    row(f"command → durable (FULL) → last of {size} screens has the new view", str(tap.asked))
    row("  command → its answer", str(tap.answered))
    for name, way in theirs.items():
        asked = _asked(TAP_P99.get(name, {}), size, tap.asked.p99 / way.asked.p99, "p99")
        row(f"  {name}, storeless: request → emit → last screen", str(way.asked), of(tap.asked, way.asked), *asked)
