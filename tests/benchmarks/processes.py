"""`python -m tests.benchmarks.processes`: hub processes on one PostgreSQL database, from a request to the last screen.

For each number of stores and processes: commands per second (each store written by a client of its own, spread over the
processes), and the time of a single tap until the last screen has it, where every process serves the same number of the store's
screens. Ratios are to one process with as many stores. The load generator runs on the same machine and takes its share of it.
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
from pathlib import Path
from typing import Any

import uvloop

from hub.kernel.database import Database
from hub.kernel.ids import SystemRandomness
from hub.kernel.stores import open_store
from hub.migrations.run import upgrade
from tests.benchmarks.clients import Crowd, Line
from tests.benchmarks.measuring import chalk, server
from tests.benchmarks.serve import create_tables
from tests.benchmarks.table import Samples, heading, row
from tests.postgres import cluster, missing

SCREENS = 40
"""Of the store that is tapped, over all processes together."""


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
            ports.append(await stack.enter_async_context(server(*command, env=own)))
        yield dict.fromkeys(stores, ports)


async def rate(ports: list[int], stores: list[str], seconds: float) -> tuple[float, Samples]:
    """Commands per second; each store has a client, and the clients are spread over the processes."""
    ends, done, took = time.monotonic() + seconds, 0, Samples()

    async def one(number: int, store: str) -> None:
        nonlocal done
        line = await Line(ports[number % len(ports)]).open()
        while (begun := time.monotonic()) < ends:
            await line.post(f"/bench/chalk/{store}", chalk(1))
            took.ms.append((time.monotonic() - begun) * 1000)
            done += 1
        await line.close()

    began = time.monotonic()
    await asyncio.gather(*(one(number, store) for number, store in enumerate(stores)))
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


async def main(*, quick: bool, processes: list[int], stores: list[int]) -> None:
    reason = missing()
    if reason is not None:
        row(f"several processes: skipped, {reason}", "")
        return
    heading(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, PostgreSQL, synced", "p50       p99", "of one process")
    for many in stores:
        first: dict[str, Any] = {}
        for count in processes:
            with tempfile.TemporaryDirectory() as name, cluster(durable=True) as server_of:
                ids = await furnish(server_of.url, many)
                async with hubs(server_of.url, Path(name), ids, count) as ports_of:
                    ports = ports_of[ids[0]]
                    await asyncio.sleep(1.5)  # until they know of each other
                    pushed = await last_screen(ports, ids[0], 10 if quick else 200)
                    per_second, took = await rate(ports, ids, 0.5 if quick else 5.0)
            first = first or {"rate": per_second, "pushed": pushed}
            what = f"{count} process{'es' if count > 1 else ''}, {many} store{'s' if many > 1 else ''}"
            row(f"{what}: commands per second", f"{per_second:17.0f}", f"{per_second / first['rate']:.2f}")
            row("  milliseconds per command", str(took))
            share = f"p50 {pushed.p50 / first['pushed'].p50:.2f}, p99 {pushed.p99 / first['pushed'].p99:.2f}"
            row(f"  request → last of {SCREENS} screens", str(pushed), share)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.processes")
    parser.add_argument("--quick", action="store_true", help="few samples, 1 and 2 processes, 1 and 2 stores")
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
