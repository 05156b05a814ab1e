"""`make bench`: prints one table, the ratios of this run, each with what is asked; `--quick` takes few samples.

Method: the contenders in turn, three rounds, the same clients in this process, the same bytes; figures are p50 and p99 of all
samples, in milliseconds unless said otherwise. The load generator's own share and the disk's are printed first.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import resource
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop

from tests.benchmarks.crowds import crowds, generator
from tests.benchmarks.planning import planning
from tests.benchmarks.rates import commands
from tests.benchmarks.returning import LARGE, large, storm
from tests.benchmarks.sharing import sharing
from tests.benchmarks.stalled import stalled
from tests.benchmarks.table import MISSED, heading, row

PARTS = "sockets commands storm stalled sharing planning storm-4000 large"

FILES_EACH = 3
"""Open files per screen that a run needs at most, over its processes."""


async def main(parts: dict[str, Callable[[Path], Awaitable[None]]]) -> None:
    about = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    heading(about, "p50       p99", "ours / theirs")
    with tempfile.TemporaryDirectory() as name:
        for part, measure in parts.items():
            await measure(Path(name) / part)
    row("", "")
    row(f"not reached: {len(MISSED)}", "")
    for missed in MISSED:
        row(f"  {missed}", "")


def chosen(asked: argparse.Namespace) -> dict[str, Callable[[Path], Awaitable[None]]]:
    quick: bool = asked.quick
    samples = 10 if quick else 60
    sizes = asked.screens or ([10] if quick else [10, 200, 1000])
    parts: dict[str, Callable[[Path], Awaitable[None]]] = {
        "sockets": lambda folder: crowds(folder, sizes, samples),
        "commands": lambda folder: commands(folder, 0.3 if quick else 3.0),
        "storm": lambda folder: storm(folder, 20 if quick else 1000),
        "stalled": lambda folder: stalled(folder, 1.0 if quick else 8.0),
        "sharing": lambda folder: sharing(folder, quick=quick),
        "planning": lambda folder: planning(folder, quick=quick),
    }
    if asked.large:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < LARGE * FILES_EACH:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, LARGE * FILES_EACH), hard))
        parts |= {
            "storm-4000": lambda folder: storm(folder, 4000),
            "large": lambda folder: large(folder, LARGE, 20),
        }
    return {name: part for name, part in parts.items() if not asked.only or name in asked.only}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--quick", action="store_true", help="few samples, small crowds")
    parser.add_argument("--large", action="store_true", help="also 4,000 screens that come back and 5,000 that watch")
    parser.add_argument("--screens", type=int, nargs="+", default=None)
    parser.add_argument("--only", nargs="+", metavar="PART", default=None, help=f"of {PARTS}")
    asked = parser.parse_args()
    parts = chosen(asked)
    gc.disable()  # the load generator's own pauses would count as everybody's
    if not asked.only or "sockets" in asked.only:
        generator(asked.screens or [10, 200, 1000])
    uvloop.run(main(parts))
