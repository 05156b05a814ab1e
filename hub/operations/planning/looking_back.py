"""The process that looks back on days that are over. It is there only while somebody asks, and what it found is kept.

Without a process the same is done here, the search in a thread.
"""

from __future__ import annotations

import asyncio
import os
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event as StopSign

import structlog

from hub.kernel.database import Database
from hub.kernel.dispatch import facts_of
from hub.kernel.tables import Store
from hub.operations.planning.apart import START_SECONDS, Apart, take_jobs
from hub.operations.planning.hindsight import PastDay
from hub.operations.planning.past_days import past_day
from hub.operations.planning.retrospect import Retrospect, retrospect
from scheduler import Limits

SEARCH_SECONDS = 10.0
"""How long the best day is looked for; most days of a shop are proven sooner."""

MARGIN_SECONDS = 15.0
"""Reading a day, counting it, and a machine that is busy serving customers."""

IDLE_SECONDS = 60.0
"""After which nobody is taken to look at another day, and the process is let go with its memory."""

LOOK_SECONDS = 0.05
"""How often a process that loads is looked at."""

KEPT = 40
"""Days of which the answer is kept."""

NICENESS = 10
"""Nobody's customer waits for this."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """`stamp` changes with the day's record; an answer is kept for as long as it does not."""

    store_id: str
    day: date
    stamp: str


class LookingBack(Apart):
    """One day at a time; who leaves while it is looked for has the search stopped."""

    def __init__(self, database: Database, *, process: bool, search_seconds: float = SEARCH_SECONDS) -> None:
        super().__init__(partial(serve, database.url, search_seconds), "looking back")
        self._database = database
        self._wanted = process
        self._seconds = search_seconds
        self._one_at_a_time = asyncio.Lock()
        self._kept: OrderedDict[Look, Retrospect | None] = OrderedDict()
        self._idle: asyncio.TimerHandle | None = None

    def start(self) -> None:
        if self._wanted:
            super().start()

    async def look(self, look: Look) -> Retrospect | None:
        """The day against the best possible; None: nobody came."""
        async with self._one_at_a_time:
            if look not in self._kept:
                self._kept[look] = await self._found(look)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(look)
            return self._kept[look]

    async def _found(self, look: Look) -> Retrospect | None:
        self._stay()
        try:
            if await self._loaded():
                answer = await self.heard_out(look, self._seconds + MARGIN_SECONDS, hurried=True)
                if answer is None or isinstance(answer, Retrospect):
                    return answer
                log.warning("no look back", answer=str(answer))
                self.replace()
        finally:
            self._leave_soon()
        past = await read(self._database, look)
        limits = Limits(seconds=self._seconds, workers=1)
        return None if past is None else await asyncio.to_thread(retrospect, past, limits)

    async def _loaded(self) -> bool:
        """Whether there is a process, once it is ready: a fresh one has the solver to load."""
        if not self._wanted:
            return False
        self.start()
        for _ in range(int(START_SECONDS / LOOK_SECONDS)):
            if self.ready():
                return True
            await asyncio.sleep(LOOK_SECONDS)
        return False

    def _stay(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _leave_soon(self) -> None:
        self._stay()
        self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self.close)

    def close(self) -> None:
        self._stay()
        super().close()


async def read(database: Database, look: Look) -> PastDay | None:
    """What happened that day; None when nobody came."""
    async with database.read(look.store_id) as session:
        store = facts_of(await session.get_one(Store, look.store_id))
        return await past_day(session, store, look.day)


def serve(url: str, seconds: float, pipe: Connection, stop: StopSign) -> None:
    """The process's own program."""
    os.nice(NICENESS)
    with asyncio.Runner() as runner:
        database = Database(url)

        def looked(look: Look) -> Retrospect | None:
            past = runner.run(read(database, look))
            limits = Limits(seconds=seconds, workers=1, should_stop=stop.is_set)
            return None if past is None else retrospect(past, limits)

        take_jobs(pipe, looked)
