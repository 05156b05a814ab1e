"""`make bench`: prints one table, the ratios of this run; `--quick` takes few samples.

Method: the contenders in turn, three rounds, the same clients in this process, the same bytes; figures are p50 and p99 of all
samples, in milliseconds unless said otherwise. The load generator's own share is printed first.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path

import uvloop

from tests.benchmarks.measuring import commands, generator, node, sockets, storm
from tests.benchmarks.planning import planning
from tests.benchmarks.table import heading


async def main(*, quick: bool, sizes: list[int]) -> None:
    about = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    heading(about, "p50       p99", "ours / theirs")
    samples = 10 if quick else 60
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generator(sizes)
        ours = await sockets(folder / "sockets", sizes, samples)
        await node(ours, sizes, samples)
        await commands(folder / "commands", 0.3 if quick else 3.0)
        await storm(folder / "storm", 20 if quick else 1000)
        await planning(folder / "planning", quick=quick)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--quick", action="store_true", help="few samples, small crowds")
    parser.add_argument("--screens", type=int, nargs="+", default=None)
    asked = parser.parse_args()
    uvloop.run(main(quick=asked.quick, sizes=asked.screens or ([10] if asked.quick else [10, 50, 200, 1000])))
