"""Work that comes with time: each job sends ordinary commands, on the hub's own clock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import select

from hub.kernel.clock import Clock
from hub.kernel.database import Database
from hub.kernel.ending import end
from hub.kernel.tables import Store
from hub.kernel.writing import is_read_only

SHORTEST_WAIT_SECONDS = 0.05

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """`run(store_id)` every `every` of the hub's time."""

    name: str
    every: timedelta
    run: Callable[[str], Awaitable[None]]


class JobLoop:
    """Runs the jobs; a failing one is logged and runs again at its next time."""

    def __init__(self, database: Database, clock: Clock, jobs: Iterable[Job]) -> None:
        self._database = database
        self._clock = clock
        self._jobs = list(jobs)
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._run(job), name=f"job {job.name}") for job in self._jobs]

    async def close(self) -> None:
        self._stopping.set()
        await end(self._tasks)

    async def _run(self, job: Job) -> None:
        pause = max(SHORTEST_WAIT_SECONDS, job.every.total_seconds() / self._clock.speed)
        while not self._stopping.is_set():
            await self.run_once(job)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    async def run_once(self, job: Job) -> None:
        try:
            async with self._database.read(None) as session:
                stores = list(await session.scalars(select(Store.id)))
            for store_id in stores:
                await job.run(store_id)
        except Exception as error:
            if not is_read_only(error):
                log.exception("job failed", job=job.name)
