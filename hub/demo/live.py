"""A hub served in this process while simulated people act in it: what the demo and a replayed day have in common."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from rich.console import Console

from hub.app import Hub
from hub.backoffice.security.first_start import Credential
from hub.backoffice.security.links import fresh_links
from hub.demo.announcing import announce, local_address
from hub.demo.entering import enter
from hub.demo.people import HttpFloor, People
from hub.demo.signed_in import SignedOutError
from hub.serving import Server

STEP_SECONDS = 0.5
"""The simulated people look at the floor twice a second of real time, however fast the clock."""

log = structlog.get_logger(__name__)


class Stopwatch:
    """Stands at zero until it is started, so that making the store takes none of the day."""

    def __init__(self) -> None:
        self._zero: float | None = None

    def start(self) -> None:
        self._zero = time.monotonic()

    def __call__(self) -> float:
        return 0.0 if self._zero is None else time.monotonic() - self._zero


async def live(
    hub: Hub,
    watch: Stopwatch,
    zone: ZoneInfo,
    console: Console,
    credentials: Sequence[Credential],
    people: Callable[[HttpFloor], People],
    *others: Coroutine[Any, Any, None],
) -> bool:
    """Serve a prepared hub until interrupted; `watch` starts, and `people` and `others` act, once it can be reached.

    True where it stopped because only a new process can go on."""
    server = Server(hub)
    serving = asyncio.create_task(server.serve(), name="server")
    while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn tells of its start by a flag only
        await asyncio.sleep(0.05)
    if serving.done():
        for other in others:
            other.close()
        await serving
        return server.begins_anew
    settings = hub.settings.model_copy(update={"port": server.port})
    announce(console, settings, credentials, await fresh_links(hub.door, hub.store_id), hub.clock, zone)
    watch.start()
    acting = [_act(hub, local_address(settings), people), *others]
    tasks = [asyncio.create_task(each, name=getattr(each, "__name__", None)) for each in acting]
    for task in tasks:
        task.add_done_callback(_say_why_it_ended)
    try:
        await serving
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return server.begins_anew


BACK_AFTER_SECONDS = 10.0
"""Until the simulated people come in again where somebody has signed them out: they may be signed out one after the other."""


async def _act(hub: Hub, address: str, people: Callable[[HttpFloor], People]) -> None:
    async with AsyncExitStack() as stack:
        crowd = people(await enter(hub, address, stack))
        while True:
            try:
                await crowd.run(STEP_SECONDS)
            except SignedOutError:
                log.info("simulated people come in again")
                await asyncio.sleep(BACK_AFTER_SECONDS)
                crowd.floor = await enter(hub, address, stack)


def _say_why_it_ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("the day goes on without them", task=task.get_name(), exc_info=error)
