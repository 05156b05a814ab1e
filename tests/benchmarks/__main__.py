"""`make bench`: prints one table, the ratios of this run; `--quick` takes few samples."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

import orjson
import uvloop

from tests.benchmarks.clients import Crowd, Line

ROUNDS = 3
TEXT = "x" * 90
"""Makes the view's packet some 300 bytes."""


@dataclass
class Samples:
    """Milliseconds."""

    ms: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return quantiles(self.ms, n=100, method="inclusive")[49]

    @property
    def p99(self) -> float:
        return quantiles(self.ms, n=100, method="inclusive")[98]

    def __str__(self) -> str:
        return f"{self.p50:8.2f} {self.p99:8.2f}"


def row(what: str, figures: str, ratio: str = "") -> None:
    print(f"{what:<58} {figures:>20} {ratio:>24}", flush=True)  # noqa: T201 - the table is the product


@asynccontextmanager
async def server(kind: str, folder: Path) -> AsyncIterator[int]:
    """A contender in its own process; its port."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.serve", kind, str(folder), stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield int(await asyncio.wait_for(process.stdout.readline(), 60))
    finally:
        process.terminate()
        await process.wait()


class Pushes:
    """One value to N screens, by either way, over the same sockets."""

    def __init__(self, line: Line, crowd: Crowd) -> None:
        self._line = line
        self._crowd = crowd
        self._number = 0

    async def view(self) -> bytes:
        """A real view's bytes."""
        return orjson.dumps(await self._line.get("/api/views/slate"))

    async def push(self, path: str, body: bytes) -> float:
        """From the first byte handed over to the last screen."""
        self._crowd.expect()
        begun = (await self._line.post(path, body))["begun"]
        return (await self._crowd.all_have_it() - begun) * 1000

    async def tap(self) -> tuple[float, float]:
        """A command: from the request, and from its durable acceptance, to the last screen."""
        self._number += 1
        self._crowd.expect()
        begun = time.monotonic()
        command = {"id": uuid.uuid4().hex, "data": {"number": int(begun * 1e6), "text": TEXT}}
        await self._line.post("/api/commands/slate.chalk", command)
        accepted = time.monotonic()
        last = await self._crowd.all_have_it()
        return (last - begun) * 1000, (last - accepted) * 1000

    async def storeless(self, body: bytes) -> float:
        self._crowd.expect()
        begun = time.monotonic()
        await self._line.post("/bench/post-and-emit", body)
        return (await self._crowd.all_have_it() - begun) * 1000


async def sockets(folder: Path, sizes: list[int], samples: int) -> None:
    async with server("hub", folder) as port:
        line, crowd = await Line(port).open(), Crowd(port)
        pushes = Pushes(line, crowd)
        for _ in range(20):
            await line.post("/api/commands/slate.chalk", {"id": uuid.uuid4().hex, "data": {"number": 1, "text": TEXT}})
        for size in sizes:
            await crowd.grow(size)
            body = await pushes.view()
            await measure_pushes(pushes, line, size, body, samples)
        crowd.close()
        await line.close()


async def measure_pushes(pushes: Pushes, line: Line, size: int, body: bytes, samples: int) -> None:
    ours, theirs, tap, accepted, storeless = (Samples() for _ in range(5))
    cpu = {"ours": 0.0, "theirs": 0.0}
    for _ in range(ROUNDS):
        for _warm in range(3):
            await pushes.push("/bench/push", body)
            await pushes.push("/bench/emit", body)
        for name, path, into in (("ours", "/bench/push", ours), ("theirs", "/bench/emit", theirs)):
            before = (await line.get("/bench/usage"))["cpu"]
            for _sample in range(samples):
                into.ms.append(await pushes.push(path, body))
                await asyncio.sleep(0.002)
            cpu[name] += (await line.get("/bench/usage"))["cpu"] - before
        for _sample in range(samples):
            whole, after = await pushes.tap()
            tap.ms.append(whole)
            accepted.ms.append(after)
            await asyncio.sleep(0.005)
        for _sample in range(samples):
            storeless.ms.append(await pushes.storeless(body))
            await asyncio.sleep(0.005)
    deliveries = ROUNDS * samples * size
    row(f"view of {len(body)} B handed to {size} screens, until the last has it", str(ours))
    row("  python-socketio emit of the same bytes, same clients", str(theirs), of(ours, theirs))
    row(
        "  CPU µs per delivery, ours / emit",
        f"{cpu['ours'] / deliveries * 1e6:8.1f} {cpu['theirs'] / deliveries * 1e6:8.1f}",
        f"{cpu['ours'] / cpu['theirs']:.2f}",
    )
    row(f"command accepted → last of {size} screens", str(accepted))
    row("  request → durable (FULL) → last screen", str(tap))
    row("  storeless python-socketio: request → emit → last screen", str(storeless), of(tap, storeless))


def of(ours: Samples, theirs: Samples) -> str:
    return f"p50 {ours.p50 / theirs.p50:.2f}, p99 {ours.p99 / theirs.p99:.2f}"


async def commands(folder: Path, seconds: float) -> None:
    async with server("hub", folder / "a") as hub, server("orm", folder / "b") as orm:
        for connections in (1, 16):
            rates: dict[str, list[float]] = {"hub": [], "orm": []}
            times = {"hub": Samples(), "orm": Samples()}
            for _ in range(ROUNDS):
                for name, port in (("hub", hub), ("orm", orm)):
                    rates[name].append(await rate(port, connections, seconds, times[name]))
            medians = {name: sorted(found)[ROUNDS // 2] for name, found in rates.items()}
            row(f"commands per second, {connections} connections, SQLite FULL", f"{medians['hub']:17.0f}")
            row(
                "  bare ORM: one row, one commit each",
                f"{medians['orm']:17.0f}",
                f"{medians['hub'] / medians['orm']:.2f} of it",
            )
            row("  command ms, hub", str(times["hub"]))
            row("  command ms, bare ORM", str(times["orm"]), of(times["hub"], times["orm"]))


async def rate(port: int, connections: int, seconds: float, times: Samples) -> float:
    ends, done = time.monotonic() + seconds, 0

    async def one() -> None:
        nonlocal done
        line = await Line(port).open()
        while (begun := time.monotonic()) < ends:
            await line.post("/api/commands/slate.chalk", {"id": uuid.uuid4().hex, "data": {"number": 1, "text": TEXT}})
            times.ms.append((time.monotonic() - begun) * 1000)
            done += 1
        await line.close()

    began = time.monotonic()
    await asyncio.gather(*(one() for _ in range(connections)))
    return done / (time.monotonic() - began)


async def storm(folder: Path, size: int) -> None:
    async with server("hub", folder) as port:
        line = await Line(port).open()
        text = "x" * 20_000
        await line.post("/api/commands/slate.chalk", {"id": uuid.uuid4().hex, "data": {"number": 1, "text": text}})
        before: Any = await line.get("/bench/usage")
        took = Samples()
        for _ in range(ROUNDS):
            crowd = Crowd(port)
            began = time.monotonic()
            await crowd.grow(size, at_once=size)
            took.ms.append((time.monotonic() - began) * 1000)
            after: Any = await line.get("/bench/usage")
            crowd.close()
            await asyncio.sleep(1)
        row(f"{size} screens reconnect at once, 20 kB each: ms", f"{sorted(took.ms)[ROUNDS // 2]:17.0f}")
        row("  memory per screen, kB", f"{(after['memory'] - before['memory']) / size / 1024:17.1f}")
        await line.close()


async def main(quick: bool, sizes: list[int]) -> None:
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}")  # noqa: T201
    row("", "p50       p99", "ours / theirs")
    with tempfile.TemporaryDirectory() as folder:
        await sockets(Path(folder) / "sockets", sizes, 10 if quick else 60)
        await commands(Path(folder) / "commands", 0.3 if quick else 3.0)
        await storm(Path(folder) / "storm", 20 if quick else 1000)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--quick", action="store_true", help="few samples, small crowds")
    parser.add_argument("--screens", type=int, nargs="+", default=None)
    asked = parser.parse_args()
    uvloop.run(main(asked.quick, asked.screens or ([10] if asked.quick else [10, 50, 200, 1000])))
