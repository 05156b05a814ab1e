"""The hub's end of the process that reads days and drafts adoptions; without it, `Drafts` works in the hub.

Whatever the process does wrong, the round ends as if the world had moved on, the process is replaced, and the next is made
in the hub until it has loaded.
"""

from __future__ import annotations

import asyncio
import itertools
import os
from collections import deque
from datetime import date, datetime
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event as StopSign
from typing import Any

from hub.kernel.complaints import Complaints, StandstillError
from hub.kernel.database import Database
from hub.operations.planning.apart import Apart, take_jobs
from hub.operations.planning.drafting import OPEN_MAX, Ahead, Draft, Drafts, LostTicketError, Order, Reading, Review

PATIENCE_SECONDS = 10.0
"""A day is read in tens of milliseconds; a process that takes so long is hung."""

NICENESS = 5
"""Whoever taps is answered first."""


class DraftFailedError(RuntimeError):
    """The process hung, died or talked nonsense; it has been replaced."""


class Secretary(Apart):
    """Reads and drafts, in a process of its own where there is one."""

    def __init__(self, database: Database, *, process: bool) -> None:
        super().__init__(partial(serve, database.url), "drafts")
        self._here = Drafts(database)
        self._wanted = process
        self._tickets = itertools.count(1)
        self._apart: deque[int] = deque(maxlen=OPEN_MAX)
        """Tickets that the process holds, as many as it keeps."""
        self._one_at_a_time = asyncio.Lock()
        self._complaints = Complaints()

    def start(self) -> None:
        if self._wanted:
            super().start()

    async def read(self, store_id: str, day: date, now: datetime, settles: int | None = None) -> tuple[int, Reading]:
        """The ticket to draft with, and the day's problem. `settles`: the ticket of a first answer.

        Raises:
            DraftFailedError: the process failed.
        """
        order = Order(next(self._tickets), store_id, day, now, settles)
        elsewhere = settles is not None and settles not in self._apart
        if elsewhere or not self.ready():
            return order.ticket, await self._here.read(order)
        reading = await self._asked(order)
        if not isinstance(reading, Reading):
            raise self._failed(reading)
        self._complaints.over("drafting works again", process="drafts")
        self._apart.append(order.ticket)
        return order.ticket, reading

    async def draft(self, ticket: int, answer: bytes | None) -> Draft:
        """The adoption of what the solver has found.

        Raises:
            DraftFailedError: the process failed, or is another than the one that has read the day.
        """
        if ticket not in self._apart:
            try:
                return await asyncio.to_thread(self._here.draft, ticket, answer)
            except LostTicketError as error:
                raise DraftFailedError(str(error)) from error
        if not self.ready():
            raise self._failed("gone")
        draft = await self._asked((ticket, answer))
        if not isinstance(draft, Draft):
            raise self._failed(draft)
        return draft

    async def ahead(self, ask: Ahead) -> tuple[date, ...]:
        """The later days that the facts may have unsettled. Raises DraftFailedError."""
        if not self.ready():
            return await self._here.ahead(ask)
        days = await self._asked(ask)
        if not isinstance(days, tuple):
            raise self._failed(days)
        return days

    async def review(self, ask: Review) -> Draft | None:
        """The adoption that gives everybody on a later day room again, where somebody lost it. Raises DraftFailedError."""
        if not self.ready():
            return await self._here.review(ask)
        draft = await self._asked(ask)
        if draft is not None and not isinstance(draft, Draft):
            raise self._failed(draft)
        return draft

    def replace(self) -> None:
        self._apart.clear()
        super().replace()

    async def _asked(self, job: object) -> object:
        async with self._one_at_a_time:
            return await self.heard_out(job, PATIENCE_SECONDS, hurried=False)

    def _failed(self, answer: object) -> DraftFailedError:
        self._complaints.complain(StandstillError("died", str(answer)), "drafting failed", process="drafts")
        self.replace()
        return DraftFailedError(str(answer))


def serve(url: str, pipe: Connection, _stop: StopSign) -> None:
    """The process's own program."""
    os.nice(NICENESS)
    with asyncio.Runner() as runner:
        drafts = Drafts(Database(url), search=True)

        def done(job: Any) -> object:
            match job:
                case Order():
                    return runner.run(drafts.read(job))
                case Ahead():
                    return runner.run(drafts.ahead(job))
                case Review():
                    return runner.run(drafts.review(job))
            return drafts.draft(*job)

        take_jobs(pipe, done)
