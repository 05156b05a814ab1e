"""The short form of R10, and a server that is away when the hub starts."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import httpx
import pytest
from sqlalchemy import delete

from hub.kernel.database import Database
from hub.kernel.tables import AnswerRow
from tests.drills import restarting
from tests.drills.killing import Journal, compare, free_port, furnish, running
from tests.postgres import Cluster, cluster


@pytest.mark.drill
@pytest.mark.timeout(300)
async def test_nothing_is_lost_or_doubled_over_restarts_of_the_database(tmp_path: Path) -> None:
    with cluster(durable=True) as server:
        report, journal = await restarting.restart_rounds(tmp_path / "store", server, stops=2, clients=8, seed=5)
        assert report.sent > 20
        assert (report.lost, report.doubled, report.gaps, journal.unexpected) == (0, 0, 0, 0)
        await _the_comparison_sees_a_lost_answer(server.url, journal)


async def _the_comparison_sees_a_lost_answer(url: str, journal: Journal) -> None:
    """The drill's own twin."""
    database, gone = Database(url), next(iter(journal.acknowledged))
    async with database.writer.begin() as connection:
        table = AnswerRow.metadata.tables["command_answer"]
        await connection.execute(delete(table).where(table.c.command_id == gone))
    await database.close()
    assert (await compare(url, journal, 0, len(journal.acknowledged))).lost >= 1


@pytest.mark.drill
@pytest.mark.timeout(120)
async def test_a_hub_waits_for_its_database_and_then_serves(tmp_path: Path) -> None:
    data, port = tmp_path / "store", free_port()
    with cluster(durable=True) as server:
        await furnish(data, server.url)
        await asyncio.to_thread(server.stop)
        asking = asyncio.create_task(_asked_without_its_database(port, server))
        try:
            async with running(data, port, how=signal.SIGTERM, database_url=server.url, solver_threads="0") as process:
                await asking
                async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                    assert (await client.get("/api/views/book")).status_code == 200
                process.send_signal(signal.SIGTERM)
                assert await process.wait() in (0, -signal.SIGTERM)
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)


async def _asked_without_its_database(port: int, server: Cluster) -> None:
    """What the hub answers, which begins meanwhile; then the server is started again."""
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            told = await _first_answer(client)
            assert told.status_code == 503
            assert told.json()["code"] == "unavailable"
            assert (await client.get("/")).status_code in (200, 503)  # a page, or the page that says that none is built
    finally:
        await asyncio.to_thread(server.start)


async def _first_answer(client: httpx.AsyncClient) -> httpx.Response:
    async with asyncio.timeout(60):
        while True:
            try:
                return await client.get("/api/views/book")
            except httpx.TransportError:
                await asyncio.sleep(0.1)
