"""R11, over processes: the process that plans a store is killed, and another one plans on."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import func, select, text

from hub.app import Hub, build
from hub.demo.store import open_demo
from hub.kernel.access import system
from hub.kernel.database import Database
from hub.kernel.neighbours import DUTY
from hub.kernel.wall_time import date_of
from hub.operations.planning.models import Replan
from hub.operations.planning.tables import PlanRow
from hub.settings import Settings
from tests.drills.index import Drill, Finding
from tests.drills.killing import free_port, running
from tests.postgres import cluster, missing

PATIENCE_SECONDS = 60.0

_HOLDER = f"""
    SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.classid = {DUTY} AND l.objsubid = 2 AND l.granted
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""  # noqa: S608 - a number of the product


async def holder(database: Database) -> int:
    """The process that is on duty for the one store; 0 while none is."""
    async with database.writer.connect() as connection:
        name = (await connection.execute(text(_HOLDER))).scalar()
    return int(str(name).rpartition(" ")[2]) if name else 0


async def plans(database: Database, store: str) -> int:
    async with database.read(store) as session:
        return await session.scalar(select(func.count()).select_from(PlanRow)) or 0


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await condition():
            await asyncio.sleep(0.05)


async def take_over(data: Path, url: str) -> tuple[int, int]:
    """Two hubs; the one on duty is killed. Who planned before, and who after."""
    settings = Settings(data=data, database_url=url, solver_threads=0)
    hub = build(settings)
    await hub.prepare()
    await open_demo(hub)
    store, database = hub.store_id, Database(url)
    ports = [free_port(), free_port()]
    own = {"database_url": url, "solver_threads": "0"}
    async with running(data, ports[0], **own), running(data, ports[1], **own):
        before = await _planned(hub, database, store)
        os.kill(before, signal.SIGKILL)
        after = await _planned(hub, database, store, other_than=before)
    await database.close()
    await hub.close()
    return before, after


async def _planned(hub: Hub, database: Database, store: str, *, other_than: int = 0) -> int:
    """Once somebody is on duty, ask for a plan, wait for it, and say who was on duty."""
    await _on_duty(database, other_than)
    known = await plans(database, store)
    today = date_of(hub.clock.now(), await _zone(hub, store))
    await hub.door.submit(Replan(date=today), system(store, "planner"), hub.chance.id())

    async def more() -> bool:
        return await plans(database, store) > known

    await until(more)
    return await _on_duty(database, other_than)


async def _on_duty(database: Database, other_than: int) -> int:
    """The process that is on duty once there is one: never 0, which to a signal is everybody here."""
    found = 0

    async def somebody() -> bool:
        nonlocal found
        found = await holder(database)
        return found not in (0, other_than)

    await until(somebody)
    return found


async def _zone(hub: Hub, store: str):  # type: ignore[no-untyped-def]
    async with hub.viewer.moment(store) as moment:
        return moment.store.zone


async def in_full(folder: Path) -> Finding:
    reason = missing()
    if reason is not None:
        return Finding(reason, kept=False, skipped=True)
    rounds, other = 10, 0
    for number in range(rounds):
        with cluster() as server:
            before, after = await take_over(folder / str(number) / "store", server.url)
            other += after not in (0, before)
    return Finding(f"{rounds} planners killed, {other} taken over by another process", other == rounds)


DRILLS = (Drill("R11", "another process plans on where one was killed", in_full),)
