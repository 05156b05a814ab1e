"""What every process of the hub looks after for itself, about once a second: what others may have changed meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from hub.kernel.complaints import Complaints
from hub.kernel.ending import end

ROUND_SECONDS = 0.8
"""So that a change of another process acts here within two seconds, sockets included."""

Round = Callable[[], Awaitable[None]]


class Rounds:
    """Does each piece of work, one after the other, again and again; one that fails is said once and gets its next turn."""

    def __init__(self, works: Iterable[Round] = ()) -> None:
        self._works = list(works)
        self._task: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._complaints = Complaints()

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="rounds")

    async def close(self) -> None:
        self._stopping.set()
        if self._task is not None:
            await end([self._task])

    async def once(self) -> None:
        for work in self._works:
            about = {"work": getattr(work, "__qualname__", "")}
            try:
                await work()
                self._complaints.over("round works again", **about)
            except Exception as error:
                self._complaints.complain(error, "round failed", **about)

    async def _run(self) -> None:
        while not self._stopping.is_set():
            await self.once()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), ROUND_SECONDS)
