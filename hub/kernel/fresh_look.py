"""A look at the store's file by a process that never had it open.

After a disk was pulled and is back, whoever has its files open sees none of it, and SQLite takes the old files and the new ones
of one process for the same.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

PATIENCE_SECONDS = 120.0
"""A large store is read as a whole."""

_LOOK = """
import sqlite3, sys
store = sqlite3.connect(sys.argv[1], uri=True, timeout=5)
sound = store.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
sys.exit(0 if sound and store.execute("SELECT 1 FROM store").fetchone() else 1)
"""


async def is_sound(path: Path) -> bool:
    """Whether the file can be read, is whole and holds a store."""
    nothing = asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-c", _LOOK, _address(path), stdin=nothing, stdout=nothing, stderr=nothing
        )
    except OSError:  # no room for a process, or the program's own disk is away
        return False
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await process.wait() == 0
    except TimeoutError:
        return False
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _address(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro"
