"""A PostgreSQL of one's own for a test: a fresh cluster in a temporary folder, reached by its socket, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_OWNER = "postgres"
"""PostgreSQL refuses to run as root; the system's own user takes its place."""


def missing() -> str | None:
    """Why there is no server to test on; None when there is one."""
    if _tool("initdb") is None:
        return "PostgreSQL is not installed"
    return None


@contextmanager
def running() -> Iterator[str]:
    """The address of a running, empty server for `Database`; skips the test where there is none."""
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="salon-pg-", ignore_cleanup_errors=True) as folder:
        path = Path(folder)
        if os.geteuid() == 0:
            shutil.chown(path, _OWNER)
        _run("initdb", "-D", str(path / "data"), "-U", "hub", "--auth=trust", "--no-sync", "-E", "UTF8")
        options = f"-c listen_addresses='' -c unix_socket_directories={path} -c fsync=off -c max_connections=60"
        _run("pg_ctl", "-D", str(path / "data"), "-w", "-l", str(path / "log"), "-o", options, "start")
        try:
            yield f"postgresql+asyncpg://hub@/postgres?host={path}"
        finally:
            _run("pg_ctl", "-D", str(path / "data"), "-w", "-m", "immediate", "stop")


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
