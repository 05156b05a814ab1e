"""A screen that reads nothing more: when it is cut, what is held for it meanwhile, and whether the others notice."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from tests.benchmarks.clients import Crowd, Line, Screen
from tests.benchmarks.contenders import Contender, contender
from tests.benchmarks.crowds import CHALK, chalk
from tests.benchmarks.table import Asked, Samples, of, row

OTHERS = 20
VIEW_BYTES = 30_000
PAUSE_SECONDS = 0.05
CUT_SECONDS = 12.0
HELD_MB = 5.0
SLOWER = 1.1
PATIENCE_SECONDS = 20.0


async def stalled(folder: Path, seconds: float) -> None:
    async with contender("hub", folder) as hub:
        line, crowd = await Line(hub.port).open(), Crowd(hub.port)
        await crowd.grow(OTHERS)
        alone, beside = Samples(), Samples()
        await _alone(line, crowd, alone, seconds)
        silent = await _silent(hub)
        begun, most = time.monotonic(), 0
        while time.monotonic() - begun < PATIENCE_SECONDS:
            await _push(line, crowd, beside)
            found = await line.get("/bench/unread")
            most = max(most, int(found["most"]))
            if found["sockets"] <= OTHERS:
                break
        took = time.monotonic() - begun
        silent.close()
        await _alone(line, crowd, alone, seconds)
        crowd.close()
        await line.close()
    megabytes = most / 1024 / 1024
    row("a stalled screen: seconds until it is cut", f"{took:8.1f}", "", Asked(took, most=CUT_SECONDS))
    row(f"  held for it, MB, at {1 / PAUSE_SECONDS:.0f} views of {VIEW_BYTES // 1000} kB a second", f"{megabytes:8.2f}", "",
        Asked(megabytes, most=HELD_MB))  # fmt: skip
    row("  view to the others beside it", str(beside), of(beside, alone), Asked(beside.p50 / alone.p50, most=SLOWER, of="p50"))


async def _alone(line: Line, crowd: Crowd, into: Samples, seconds: float) -> None:
    """Before and after: the store itself grows by every view."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        await _push(line, crowd, into)


async def _push(line: Line, crowd: Crowd, into: Samples) -> None:
    crowd.expect()
    begun = time.monotonic()
    await line.post(CHALK, chalk(int(begun * 1e6), "x" * VIEW_BYTES))
    into.ms.append((await crowd.all_have_it() - begun) * 1000)
    await asyncio.sleep(PAUSE_SECONDS)


async def _silent(hub: Contender) -> Screen:
    """Watches, then reads nothing; its system takes little for it."""
    ready = asyncio.Event()
    screen = Screen(hub.port, "slate", lambda _: None, ready.set)
    await screen.connect(receive_bytes=4096)
    await asyncio.wait_for(ready.wait(), 10)
    screen.stop_reading()
    return screen
