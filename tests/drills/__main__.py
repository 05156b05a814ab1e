"""`make drills`: the full forms, one line per promise with the figure reached. `python -m tests.drills R1 R9` runs some."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.drills.index import Drill, Finding, drills


async def run(drill: Drill) -> Finding:
    with tempfile.TemporaryDirectory(prefix="salon-drill-", ignore_cleanup_errors=True) as folder:
        try:
            return await drill.run(Path(folder))
        except Exception as error:
            traceback.print_exc()
            return Finding(f"broken: {type(error).__name__}", kept=False)


def line(drill: Drill, finding: Finding, seconds: float) -> str:
    verdict = "skipped" if finding.skipped else "kept" if finding.kept else "BROKEN"
    return f"{drill.promise:<4} {verdict:<8} {drill.says}: {finding.figure}  ({seconds:.0f} s)"


def main(wanted: list[str]) -> int:
    chosen, code = drills(wanted), 0
    if not chosen:
        print(f"no drill proves {', '.join(wanted)}")
        return 2
    for drill in chosen:
        began = time.monotonic()
        finding = asyncio.run(run(drill))
        print(line(drill, finding, time.monotonic() - began), flush=True)
        code |= not (finding.kept or finding.skipped)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
