"""Ending long-running tasks: first politely, so that no database connection is torn in the middle of a statement."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

PATIENCE_SECONDS = 3.0
"""How long a task that was asked to stop may finish what it is doing."""


async def end(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Wait for tasks that were asked to stop; cancel those that do not. Their errors are not raised."""
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=PATIENCE_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
