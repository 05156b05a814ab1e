"""`python -m tests.benchmarks.processes`: hub processes on one PostgreSQL database, from a request to the last screen.

First one process' door against a bare row through SQLAlchemy's Core on asyncpg, in turn. Then, for each number of stores and
processes, commands per second of sixteen clients or one for each store, and the time of a single tap until the last screen has
it, where every process serves the same number of the store's screens. Ratios are to one process with as many stores. The load
generator runs on the same machine and takes its share of it. What six minutes do not suffice for is left out, and said.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvloop

from hub.kernel.database import Database
from hub.kernel.ids import SystemRandomness
from hub.kernel.stores import open_store
from hub.migrations.run import upgrade
from tests.benchmarks.clients import Crowd, Line
from tests.benchmarks.contenders import server
from tests.benchmarks.crowds import ROUNDS, chalk
from tests.benchmarks.serve import create_tables
from tests.benchmarks.table import Samples, heading, of, row
from tests.postgres import cluster, missing

SCREENS = 40
"""Of the store that is tapped, over all processes together."""


CLIENTS = 16
"""At least; one for each store where there are more."""

MINUTES = 5.5

COMMAND = "/api/commands/slate.chalk"
"""The bare rival writes its row whatever it is asked."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one number of processes."""

    rate: float
    took: Samples
    pushed: Samples


async def furnish(url: str, stores: int) -> list[str]:
    """Stores with their tables; their ids."""
    database, chance = Database(url), SystemRandomness()
    await upgrade(database)
    await create_tables(database.writer)
    made = [
        await open_store(database, chance, name_zh="石板", name_en=f"Slate {n}", zone="Asia/Shanghai") for n in range(stores)
    ]
    await database.close()
    return made


@asynccontextmanager
async def hubs(url: str, folder: Path, stores: list[str], processes: int) -> AsyncIterator[dict[str, list[int]]]:
    """For each store, the ports of the processes; each process' strangers see the store that its port was made for."""
    async with AsyncExitStack() as stack:
        ports: list[int] = []
        for number in range(processes):
            own = {**os.environ, "SALON_HUB_DATABASE_URL": url, "SALON_HUB_STORE": stores[0]}
            command = (sys.executable, "-m", "tests.benchmarks.serve", "hub", str(folder / str(number)))
            ports.append((await stack.enter_async_context(server(*command, env=own))).port)
        yield dict.fromkeys(stores, ports)


async def rate(
    ports: list[int], stores: list[str], clients: int, seconds: float, path: str = "/bench/chalk/{}"
) -> tuple[float, Samples]:
    """Commands per second of clients that are spread evenly over the stores and the processes."""
    ends, done, took = time.monotonic() + seconds, 0, Samples()

    async def one(number: int) -> None:
        nonlocal done
        line = await Line(ports[number % len(ports)]).open()
        own = path.format(stores[number % len(stores)])
        while (begun := time.monotonic()) < ends:
            await line.post(own, chalk(1))
            took.ms.append((time.monotonic() - begun) * 1000)
            done += 1
        await line.close()

    began = time.monotonic()
    await asyncio.gather(*(one(number) for number in range(clients)))
    return done / (time.monotonic() - began), took


async def last_screen(ports: list[int], store: str, samples: int) -> Samples:
    """From a request at the first process to the last screen, wherever it is served."""
    crowds, took = [Crowd(port) for port in ports], Samples()
    for crowd in crowds:
        await crowd.grow(max(1, SCREENS // len(ports)))
    line = await Line(ports[0]).open()
    for number in range(samples + 3):
        for crowd in crowds:
            crowd.expect()
        begun = time.monotonic()
        await line.post(f"/bench/chalk/{store}", chalk(int(begun * 1e6)))
        last = max([await crowd.all_have_it() for crowd in crowds])
        if number >= 3:
            took.ms.append((last - begun) * 1000)
        await asyncio.sleep(0.01)
    for crowd in crowds:
        crowd.close()
    await line.close()
    return took


async def door(url: str, folder: Path, store: str, seconds: float) -> None:
    """One process: commands through the door, all included, against a bare row through SQLAlchemy's Core."""
    own = {**os.environ, "SALON_HUB_DATABASE_URL": url, "SALON_HUB_STORE": store}
    serve = (sys.executable, "-m", "tests.benchmarks.serve")
    async with (
        server(*serve, "hub", str(folder / "hub"), env=own) as our,
        server(*serve, "core", str(folder / "core"), env=own) as bare,
    ):
        hub, core = our.port, bare.port
        for connections in (1, 16):
            rates: dict[int, list[float]] = {hub: [], core: []}
            took = {hub: Samples(), core: Samples()}
            for turn in range(ROUNDS + 1):
                for port in (hub, core):
                    per_second, ms = await rate([port], [store], connections, seconds if turn else seconds / 4, COMMAND)
                    if turn:  # the first warms up
                        rates[port].append(per_second)
                        took[port].ms += ms.ms
            ours, theirs = (sorted(found)[ROUNDS // 2] for found in rates.values())
            row(f"commands per second, {connections} connections, PostgreSQL", f"{ours:17.0f}")
            row("  bare SQLAlchemy Core on asyncpg: one row, one commit each", f"{theirs:17.0f}", f"{ours / theirs:.2f}")
            row("  milliseconds per command", str(took[hub]))
            row("  bare Core", str(took[core]), of(took[hub], took[core]))


async def several(url: str, folder: Path, stores: list[str], count: int, *, quick: bool) -> Figures:
    """`count` processes with these stores."""
    async with hubs(url, folder, stores, count) as ports_of:
        ports = ports_of[stores[0]]
        await asyncio.sleep(1.5)  # until they know of each other
        pushed = await last_screen(ports, stores[0], 10 if quick else 100)
        per_second, took = await rate(ports, stores, max(CLIENTS, len(stores)), 0.5 if quick else 3.0)
    return Figures(per_second, took, pushed)


async def main(*, quick: bool, processes: list[int], stores: list[int]) -> None:
    reason = missing()
    if reason is not None:
        row(f"several processes: skipped, {reason}", "")
        return
    heading(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, PostgreSQL, synced", "p50       p99", "of one process")
    ends = time.monotonic() + MINUTES * 60
    for many in stores:
        first: Figures | None = None
        with tempfile.TemporaryDirectory() as name, cluster(durable=True) as server_of:
            ids = await furnish(server_of.url, many)
            if many == stores[0]:
                await door(server_of.url, Path(name), ids[0], 0.3 if quick else 2.0)
            for count in processes:
                what = f"{count} process{'es' if count > 1 else ''}, {many} store{'s' if many > 1 else ''}"
                if time.monotonic() > ends:
                    row(f"{what}: left out, the time is up", "")
                    continue
                found = await several(server_of.url, Path(name) / str(count), ids, count, quick=quick)
                first = first or found
                row(f"{what}: commands per second", f"{found.rate:17.0f}", f"{found.rate / first.rate:.2f}")
                row("  milliseconds per command", str(found.took), of(found.took, first.took))
                row(f"  request → last of {SCREENS} screens", str(found.pushed), of(found.pushed, first.pushed))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.processes")
    parser.add_argument("--quick", action="store_true", help="few samples, 1 and 2 processes, 2 stores")
    parser.add_argument("--processes", type=int, nargs="+", default=None)
    parser.add_argument("--stores", type=int, nargs="+", default=None)
    asked = parser.parse_args()
    uvloop.run(
        main(
            quick=asked.quick,
            processes=asked.processes or ([1, 2] if asked.quick else [1, 2, 4]),
            stores=asked.stores or ([2] if asked.quick else [1, 10, 100]),
        )
    )
