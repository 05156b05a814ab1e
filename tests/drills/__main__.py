"""`make drills`: the full forms, one line per promise with the figure reached."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.drills import killing


async def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        report = await killing.kill_rounds(Path(folder) / "store", kills=200, commands=20_000, clients=16, seed=1)
    print(report)
    return 0 if (report.lost, report.doubled, report.gaps) == (0, 0, 0) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
