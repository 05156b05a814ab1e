"""Figures of planning at a store of the middle size: free starts over HTTP, and the hub's answers while it solves."""

from __future__ import annotations

import asyncio
import itertools
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson

from tests.benchmarks.clients import Line
from tests.benchmarks.table import Samples, of, row

DAYS = 15
"""Today and the fortnight that is asked for."""

STARTING_SECONDS = 120

PLANS_ALONE = 8
"""How often the planner is asked in each turn while nobody else asks anything; in a quick run twice."""


@asynccontextmanager
async def medium(folder: Path, days: int) -> AsyncIterator[tuple[int, dict[str, Any]]]:
    """A hub with the store in its own process: its port, and the ids to ask with."""
    folder.mkdir(parents=True, exist_ok=True)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.serve_medium", str(folder), str(days), stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        port = int(await asyncio.wait_for(process.stdout.readline(), STARTING_SECONDS))
        yield port, orjson.loads(await process.stdout.readline())
    finally:
        process.terminate()
        await process.wait()


async def slots(line: Line, told: dict[str, Any], rounds: int) -> None:
    """Fourteen days for two services: after a booking somewhere in them, asked again, and after a restart."""
    first = date.fromisoformat(told["today"]) + timedelta(days=1)
    chance = random.Random(1)
    pairs = list(itertools.permutations(told["services"].values(), 2))
    cold, changed, again = Samples(), Samples(), Samples()
    for _ in range(rounds):
        await line.post("/bench/forget", {})
        pair = chance.choice(pairs)
        offered = await _ask(line, first, pair, cold)
        await _ask(line, first, pair, again)
        for pair in chance.sample(pairs, 3):
            start = chance.choice([start for day in offered for start in day["starts"]] or [None])
            if start is not None:
                await _book(line, told, start["start"])
            offered = await _ask(line, first, pair, changed)
            await _ask(line, first, pair, again)
    row(f"free starts, 14 days, two services, {told['visits']} visits: p50, p95", _p95(changed), "reach: p95 ≤ 300")
    row("  asked again", _p95(again))
    row("  after a restart", _p95(cold))


def _p95(samples: Samples) -> str:
    return f"{samples.p50:8.1f} {samples.p95:8.1f}"


async def _ask(line: Line, first: date, services: tuple[str, str], into: Samples) -> Any:
    begun = time.monotonic()
    found = await line.get(f"/api/views/slots?services={','.join(services)}&date_from={first}&days=14")
    into.ms.append((time.monotonic() - begun) * 1000)
    return found["view"]["days"]


async def _book(line: Line, told: dict[str, Any], start: str) -> None:
    service = next(iter(told["services"].values()))
    data = {"services": [{"service_id": service}], "start": start, "customer": {"name": "A"}}
    # The one service may have no room where the two began with another: then nothing has changed.
    await line.post("/bench/send/bookings.book", data)


async def beside_solving(port: int, samples: int, plans: int) -> None:
    """The same command over and over, in turns while nothing is planned and while round after round of planning runs.

    The first repaired plans are taken in turns too: with nothing asked of the hub meanwhile, and under those commands.
    """
    quiet, busy, alone, first = Samples(), Samples(), Samples(), Samples()
    for _ in range(3):
        await _rounds(port, asyncio.Event(), alone, plans)
        await _commands(port, samples, quiet)
        stop = asyncio.Event()
        rounds = asyncio.create_task(_rounds(port, stop, first))
        await _commands(port, samples, busy)
        stop.set()
        await rounds
    row("command while nothing is planned", str(quiet))
    row("  while it solves, round after round", str(busy), of(busy, quiet))
    row("first repaired plan, ms of solving: p50, p95", _p95(alone), "reach: p95 ≤ 50")
    row("  while commands come without a pause", _p95(first))


async def _commands(port: int, samples: int, into: Samples) -> None:
    line = await Line(port).open()  # a new one, because the server ends those that are silent for some seconds
    for _ in range(samples):
        begun = time.monotonic()
        await line.post("/bench/send/visits.ask_help", {"kind": "help"})
        into.ms.append((time.monotonic() - begun) * 1000)
        await asyncio.sleep(0.002)
    await line.close()


async def _rounds(port: int, stop: asyncio.Event, into: Samples, most: int | None = None) -> None:
    line = await Line(port).open()
    for _ in itertools.count() if most is None else range(most):
        if stop.is_set():
            break
        answer = await line.post("/bench/plan", {})
        if answer["author"] == "solver":
            into.ms.append(float(answer["first_ms"]))
    await line.close()


async def planning(folder: Path, *, quick: bool) -> None:
    async with medium(folder, 3 if quick else DAYS) as (port, told):
        line = await Line(port).open()
        await slots(line, told, 2 if quick else 10)
        await beside_solving(port, 40 if quick else 1000, 2 if quick else PLANS_ALONE)
        await line.close()
