"""Work that comes with time: each job sends ordinary commands, on the hub's own clock.

Where several processes share a database, a store's jobs run in the one that is on duty for it. When a rare job ran last is
written down, so that neither a restart nor another process taking over makes it run again before its time.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.kernel.clock import Clock
from hub.kernel.complaints import Complaints, complain
from hub.kernel.database import Database
from hub.kernel.duties import Duties, EveryStore
from hub.kernel.ending import end
from hub.kernel.tables import JobRunRow

SHORTEST_WAIT_SECONDS = 0.05

LOOK_SECONDS = 1.0
"""How soon a store that comes on duty, or is made, gets its jobs."""

STOP_SECONDS = 5.0
"""How long a stop may take over what is done at the stop; whoever waits for the process has patience for little more."""

LOOK_TOGETHER_SECONDS = 0.2
"""A hub has some twenty jobs: one look serves those that come within this."""

RARE = timedelta(minutes=30)
"""Jobs that come at most this often are written down; the others look first and find little to do."""


@dataclass(frozen=True, slots=True)
class Job:
    """`run(store_id)` every `every` of the hub's time."""

    name: str
    every: timedelta
    run: Callable[[str], Awaitable[None]]
    at_stop: Callable[[str], Awaitable[object]] | None = None
    """What is done once more for each store on duty here when the hub stops cleanly, due or not."""

    @property
    def is_rare(self) -> bool:
        return self.every >= RARE


class JobLoop:
    """Runs the jobs; a failing one is said once, runs again at its next time, and holds up no other store."""

    def __init__(self, database: Database, clock: Clock, jobs: Iterable[Job], duties: Duties | None = None) -> None:
        self._database = database
        self._clock = clock
        self._jobs = list(jobs)
        self._duties = duties or EveryStore(database)
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()
        self._asking = asyncio.Lock()
        self._asked_at = -math.inf
        self._on_duty: dict[str, int] = {}
        self._complaints = Complaints()

    def failing(self) -> dict[str, str]:
        """The jobs that failed when they last ran here, each with what is the matter in one word."""
        return {about["job"]: word for about, word in self._complaints.standing()}

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._run(job), name=f"job {job.name}") for job in self._jobs]

    async def close(self) -> None:
        self._stopping.set()
        await end(self._tasks)

    async def finish(self) -> None:
        """Once the loop is closed and nobody adds anything any more: what is left to do at a clean stop. Of what was
        never started nothing is left."""
        if not self._tasks:
            return
        for job in self._jobs:
            if job.at_stop is None:
                continue
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await self._finish(job.at_stop)
            except Exception as error:
                complain(error, "job failed at the stop", job=job.name)

    async def _finish(self, at_stop: Callable[[str], Awaitable[object]]) -> None:
        for store_id in await self._duties.stores():
            with self._duties.working(store_id) as on_duty:
                if on_duty:
                    await at_stop(store_id)

    async def _run(self, job: Job) -> None:
        loop, seconds = asyncio.get_running_loop(), max(SHORTEST_WAIT_SECONDS, job.every.total_seconds() / self._clock.speed)
        due: dict[tuple[str, int], float] = {}
        while not self._stopping.is_set():
            try:
                terms = await self._stores()
                self._complaints.over("job works again", job=job.name)
            except Exception as error:
                self._complaints.complain(error, "job failed", job=job.name)
                terms = {}
            for store_id, _ in due.keys() - terms.items():
                self._complaints.forget(job=job.name, store=store_id)
            due = {duty: due.get(duty, 0.0) for duty in terms.items()}
            for duty in [duty for duty, at in due.items() if loop.time() >= at]:
                waits = await self._run_here(job, duty[0])
                due[duty] = loop.time() + (seconds if waits is None else min(seconds, waits / self._clock.speed))
            pause = min([LOOK_SECONDS, *(at - loop.time() for at in due.values())])
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), max(SHORTEST_WAIT_SECONDS, pause))

    async def _stores(self) -> dict[str, int]:
        """The stores on duty here; asked once for all jobs that look at about the same time."""
        loop = asyncio.get_running_loop()
        async with self._asking:
            if loop.time() - self._asked_at >= LOOK_TOGETHER_SECONDS:
                self._on_duty = await self._duties.stores()
                self._asked_at = loop.time()
            return self._on_duty

    async def run_once(self, job: Job) -> None:
        """Run it for every store, due or not."""
        for store_id in await self._duties.stores():
            await self._run_here(job, store_id, due_only=False)

    async def _run_here(self, job: Job, store_id: str, *, due_only: bool = True) -> float | None:
        """Run it for one store; the hub's seconds until it is due, where it was not."""
        try:
            with self._duties.working(store_id) as on_duty:
                if not on_duty or self._stopping.is_set():
                    return None
                waits = await self._due_in(job, store_id) if due_only and job.is_rare else timedelta(0)
                if waits > timedelta(0):
                    return waits.total_seconds()
                began = self._clock.now()
                await job.run(store_id)
                if job.is_rare:
                    await self._write_down(job, store_id, began)
            self._complaints.over("job works again", job=job.name, store=store_id)
        except Exception as error:
            self._complaints.complain(error, "job failed", job=job.name, store=store_id)
        return None

    async def _due_in(self, job: Job, store_id: str) -> timedelta:
        async with self._database.read(store_id) as session:
            ran = await session.get(JobRunRow, (store_id, job.name))
        now = self._clock.now()
        # A run in the future was on another clock, such as a demo's.
        return timedelta(0) if ran is None or ran.at > now else ran.at + job.every - now

    async def _write_down(self, job: Job, store_id: str, at: datetime) -> None:
        async with self._database.write(store_id) as session:
            await session.merge(JobRunRow(store_id=store_id, job=job.name, at=at))
