"""Commands per second on SQLite: the door, all included, against one bare row through the same ORM."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from tests.benchmarks.clients import Line
from tests.benchmarks.contenders import contender
from tests.benchmarks.crowds import CHALK, ROUNDS, chalk, warm_up
from tests.benchmarks.table import Asked, Samples, of, row

REACH = {1: 0.6, 16: 1.0}


async def commands(folder: Path, seconds: float) -> None:
    async with contender("hub", folder / "a") as hub, contender("orm", folder / "b") as orm:
        for port in (hub.port, orm.port):
            await warm_up(port)
        for connections, reach in REACH.items():
            rates: dict[str, list[float]] = {"hub": [], "orm": []}
            times = {"hub": Samples(), "orm": Samples()}
            for _ in range(ROUNDS):
                for name, port in (("hub", hub.port), ("orm", orm.port)):
                    rates[name].append(await _rate(port, connections, seconds, times[name]))
            ours, theirs = (sorted(found)[ROUNDS // 2] for found in rates.values())
            row(f"commands per second, {connections} connections, SQLite FULL", f"{ours:17.0f}")
            asked = Asked(ours / theirs, least=reach)
            row("  bare ORM: one row, one commit each", f"{theirs:17.0f}", f"{ours / theirs:.2f}", asked)
            row("  milliseconds per command", str(times["hub"]))
            row("  bare ORM", str(times["orm"]), of(times["hub"], times["orm"]))


async def _rate(port: int, connections: int, seconds: float, times: Samples) -> float:
    ends, done = time.monotonic() + seconds, 0

    async def one() -> None:
        nonlocal done
        line = await Line(port).open()
        while (begun := time.monotonic()) < ends:
            await line.post(CHALK, chalk(1))
            times.ms.append((time.monotonic() - begun) * 1000)
            done += 1
        await line.close()

    began = time.monotonic()
    await asyncio.gather(*(one() for _ in range(connections)))
    return done / (time.monotonic() - began)
