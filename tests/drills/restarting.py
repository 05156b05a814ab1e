"""R10: PostgreSQL restarts are survived. The server is stopped at once, as by a crash, and started again while clients send
commands to two hub processes behind one address; what was not acknowledged is sent again with its id."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx

from tests.drills.index import Drill, Finding
from tests.drills.killing import Journal, Report, beside, compare, free_port, furnish, open_link, running, send_all
from tests.postgres import Cluster, cluster, missing


async def restart_rounds(
    data: Path, server: Cluster, *, stops: int, clients: int, seed: int, processes: int = 2
) -> tuple[Report, Journal]:
    """`stops` restarts under load; the load ends with the last of them."""
    chance, journal, sent = random.Random(seed), Journal(), 0
    path, port = await furnish(data, server.url), free_port()
    address = f"http://127.0.0.1:{port}"
    headers = {"Origin": address, "X-Requested-With": "salon-hub"}
    over = asyncio.Event()

    def numbers() -> Iterator[int]:
        nonlocal sent
        while not over.is_set():
            sent += 1
            yield sent

    hubs = running(data, port, "--processes", str(processes), how=signal.SIGTERM, database_url=server.url, solver_threads="0")
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=10) as client, hubs:
        await open_link(client, path)
        async with beside(send_all(client, journal, numbers(), clients)) as work:
            for _ in range(stops):
                await asyncio.sleep(chance.uniform(0.3, 1.0))
                await asyncio.to_thread(server.stop)
                await asyncio.sleep(chance.uniform(0.0, 0.3))
                await asyncio.to_thread(server.start)
            await asyncio.sleep(0.5)
            over.set()
            await work
    return await compare(server.url, journal, stops, sent), journal


async def in_full(folder: Path) -> Finding:
    reason = missing()
    if reason is not None:
        return Finding(reason, kept=False, skipped=True)
    with cluster(durable=True) as server:
        report, journal = await restart_rounds(folder / "store", server, stops=100, clients=16, seed=1)
    figure = f"{report.kills} stops, {report.sent} commands: {report.lost} lost, {report.doubled} doubled, {report.gaps} gaps"
    kept = (report.lost, report.doubled, report.gaps) == (0, 0, 0)
    return Finding(f"{figure}, {journal.unexpected} unexpected answers", kept)


DRILLS = (Drill("R10", "restarts of PostgreSQL are survived", in_full),)
