"""Waiting lines: whoever comes while a line's batch is being served waits for the next one, which takes all that wait."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

JobT = TypeVar("JobT")


class Lines(Generic[JobT]):
    """One line for each key; `serve(key, jobs)` must not raise. An empty line keeps neither task nor memory.

    Where several come, `pause` seconds are left to those who were just served to come back, so that all go together: else two
    halves take turns, and each waits for the other.
    """

    def __init__(self, serve: Callable[[str, list[JobT]], Awaitable[None]], most: int, *, pause: float = 0.0) -> None:
        self._serve = serve
        self._most = most
        self._pause = pause
        self._lines: dict[str, deque[JobT]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0

    def join(self, key: str, job: JobT) -> None:
        """Stand at the end of the line."""
        self._waiting += 1
        line = self._lines.get(key)
        if line is not None:
            line.append(job)
            return
        self._lines[key] = deque([job])
        task = asyncio.create_task(self._serve_all(key), name=f"line {key}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def waiting(self) -> int:
        """Jobs that wait or are being served."""
        return self._waiting

    async def close(self) -> None:
        """Wait until nobody waits."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve_all(self, key: str) -> None:
        line = self._lines[key]
        try:
            while line:
                batch = [line.popleft() for _ in range(min(len(line), self._most))]
                try:
                    await self._serve(key, batch)
                finally:
                    self._waiting -= len(batch)
                if self._pause and len(batch) + len(line) > 1 and len(line) < self._most:
                    await asyncio.sleep(self._pause)
        finally:
            del self._lines[key]
            self._waiting -= len(line)
