"""A PostgreSQL of one's own for a test: a fresh cluster in a temporary folder, reached by its socket, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import memory

_OWNER = "postgres"
"""PostgreSQL refuses to run as root; the system's own user takes its place."""

_HASTY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
    "autovacuum": "off",
}
"""What a server need not do whose machine loses no power and whose databases live for one test."""


def missing() -> str | None:
    """Why there is no server to test on; None when there is one."""
    if _tool("initdb") is None:
        return "PostgreSQL is not installed"
    return None


@dataclass(frozen=True, slots=True)
class Cluster:
    """A server of one's own, which can be stopped and started again."""

    folder: Path
    durable: bool = False
    """Whether it keeps what it acknowledged when it is stopped; it waits for the disk then. Other servers need not."""

    @property
    def url(self) -> str:
        """For `Database`."""
        return f"postgresql+asyncpg://hub@/postgres?host={self.folder}"

    def create(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self.folder, _OWNER)
        _run("initdb", "-D", str(self.folder / "data"), "-U", "hub", "--auth=trust", "--no-sync", "-E", "UTF8")

    def start(self) -> None:
        wanted = {"listen_addresses": "''", "unix_socket_directories": str(self.folder), "max_connections": "100"}
        options = " ".join(f"-c {name}={value}" for name, value in (wanted if self.durable else wanted | _HASTY).items())
        _run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """At once, as by `kill -9`: what was not committed is gone, and the next start recovers from the log."""
        _run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "immediate", "stop")


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """A running, empty server; skips the test where there is none."""
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    home = None if durable else memory.folder()
    with tempfile.TemporaryDirectory(prefix="salon-pg-", dir=home, ignore_cleanup_errors=True) as folder:
        made = Cluster(Path(folder), durable)
        made.create()
        made.start()
        try:
            yield made
        finally:
            made.stop()


@contextmanager
def running() -> Iterator[str]:
    """The address of a running, empty server for `Database`; skips the test where there is none."""
    with cluster() as made:
        yield made.url


def _tool(name: str) -> str | None:
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(beside[-1]) if beside else shutil.which(name)


def _run(name: str, *arguments: str) -> None:
    tool = _tool(name)
    assert tool is not None
    as_owner = ["setpriv", f"--reuid={_OWNER}", f"--regid={_OWNER}", "--init-groups"] if os.geteuid() == 0 else []
    done = subprocess.run([*as_owner, tool, *arguments], cwd="/", check=False, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise RuntimeError(f"{name}: {done.stdout}{done.stderr}")
