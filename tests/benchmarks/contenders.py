"""The servers that are compared, each in its own process."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STARTING_SECONDS = 60
NODE_MODULES = Path(__file__).parent.parent.parent / "static" / "node_modules"
PAGE_BYTES = os.sysconf("SC_PAGESIZE")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Contender:
    """A server that runs: where, and as which process."""

    port: int
    pid: int

    def cpu(self) -> float:
        """Seconds of processor time so far, in the program and in the kernel for it."""
        spent = Path(f"/proc/{self.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(spent[11]) + int(spent[12])) / TICKS

    def memory(self) -> int:
        """Bytes of its own in memory now."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * PAGE_BYTES


@asynccontextmanager
async def server(*command: str, **more: Any) -> AsyncIterator[Contender]:
    """A contender, until the block ends."""
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, **more)
    assert process.stdout is not None
    try:
        yield Contender(await asyncio.wait_for(_port(process.stdout), STARTING_SECONDS), process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _port(said: asyncio.StreamReader) -> int:
    """The first line that is a number; what a contender logs before it is passed over."""
    while line := await said.readline():
        if line.strip().isdigit():
            return int(line)
    raise RuntimeError("the contender ended before it said its port")


def contender(kind: str, folder: Path, *, quiet: bool = False, **environment: str) -> Any:
    """One of `tests.benchmarks.serve`; a quiet one's complaints are not shown."""
    command = (sys.executable, "-m", "tests.benchmarks.serve", kind, str(folder))
    return server(*command, env={**os.environ, **environment}, stderr=subprocess.DEVNULL if quiet else None)


def has_node() -> bool:
    return shutil.which("node") is not None and (NODE_MODULES / "socket.io").is_dir()


def node_server(view_bytes: int = 0) -> Any:
    own = {**os.environ, "NODE_PATH": str(NODE_MODULES), "VIEW_BYTES": str(view_bytes)}
    return server("node", str(Path(__file__).parent / "rival.cjs"), env=own)
