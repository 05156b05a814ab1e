"""`make test`: every check of the house; the first line of each says what it is.

The tests run one engine after the other. What only reads the sources runs beside them, in the cores' idle time, and is told
as a whole when it is over. A check whose tool is missing is skipped with its reason; with CI=true that is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests import postgres

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
IN_CI = os.environ.get("CI") == "true"


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    command: list[str]
    folder: Path = ROOT
    needs: tuple[str, ...] = field(default=())
    engine: str = "sqlite"
    """Of the tests' hubs."""


PYTEST = [sys.executable, "-m", "pytest", "-q", "--dist", "worksteal", "--hypothesis-profile", "ci"]
"""Hypothesis' own profile `ci`: the same examples in every run. By hand it looks for new ones."""

ON_POSTGRESQL = (
    "tests/backoffice",
    "tests/catalog",
    "tests/displays",
    "tests/gateway",
    "tests/imports",
    "tests/kernel",
    "tests/kiosk",
    "tests/operations",
)
"""What is tried a second time: every test here whose hub is on the engine of the run. Those that have no hub, that choose their
engine themselves or that ask SQLite's own files are left out by `tests/conftest.py`."""

TOLD_ENOUGH_ONCE = (
    "tests/backoffice/security/test_passkeys.py",  # signatures
    "tests/gateway/test_openapi.py",  # documents and the doors' refusals of what does not fit them
    "tests/gateway/test_pages.py",  # pages, which no engine serves
    "tests/gateway/test_tls.py",
    "tests/operations/planning/test_laid_days.py",  # dear, and about the process's own memory
    "tests/operations/planning/test_secretary.py",  # the process beside the hub
    "tests/operations/planning/test_why_not.py",  # as dear, and about the finder's words
    "tests/operations/planning/test_worker.py",  # the solver's process
)
"""Of those, what the engine has no part in."""


OF_THE_SOURCES = (
    Check("ruff", [str(BIN / "ruff"), "check", "."]),
    Check("ruff format", [str(BIN / "ruff"), "format", "--check", "."]),
    Check("import contracts", [str(BIN / "lint-imports"), "--no-cache"]),
    Check("front end: size", ["npm", "run", "--silent", "size"], ROOT / "static", ("npm",)),
    Check("front end: types", ["npm", "run", "--silent", "check"], ROOT / "static", ("npm",)),
    Check("front end: tests", ["npm", "run", "--silent", "test"], ROOT / "static", ("npm",)),
    Check("bandit", [str(BIN / "bandit"), "-q", "-ll", "-r", "hub", "scheduler", "kiosk", "displays"]),
    Check("mypy --strict", [str(BIN / "mypy")]),
)

TESTS = (
    # Three at a time on two cores: half of the time a test waits, for a browser or for a clock; for a server it does not.
    Check("pytest", [*PYTEST, "-n", "3"]),
    Check(
        "pytest on PostgreSQL",
        [*PYTEST, "-n", "2", *ON_POSTGRESQL, *(f"--ignore={path}" for path in TOLD_ENOUGH_ONCE)],
        needs=("PostgreSQL",),
        engine="postgresql",
    ),
)

NICER = 5
"""By how much what runs beside the tests is nicer than they are: they should not wait for it."""

_telling = threading.Lock()


def main() -> int:
    """Run everything; 0 when every check that ran passed."""
    with ThreadPoolExecutor(1) as beside:
        others = beside.submit(_failed, OF_THE_SOURCES, beside=True)
        failed = _failed(TESTS) + others.result()
    if failed:
        print(f"failed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


def _failed(checks: Iterable[Check], *, beside: bool = False) -> list[str]:
    """Run one after the other; the names of those that failed."""
    return [check.name for check in checks if not _passes(check, beside=beside)]


def _passes(check: Check, *, beside: bool) -> bool:
    missing = [tool for tool in check.needs if not _is_there(tool)]
    if missing:
        _tell(f"== {check.name}: skipped, {', '.join(missing)} is missing")
        return not IN_CI
    began, said = time.monotonic(), ""
    if beside:
        command = ["nice", "-n", str(NICER), *check.command]
        ran = subprocess.run(
            command,
            cwd=check.folder,
            check=False,
            env=_environment(check),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        said = f"\n== {check.name}\n{ran.stdout}"
    else:
        _tell(f"== {check.name}")
        ran = subprocess.run(check.command, cwd=check.folder, check=False, env=_environment(check))
    outcome = "ok" if ran.returncode == 0 else f"exit {ran.returncode}"
    _tell(f"{said}-- {check.name}: {outcome} in {time.monotonic() - began:.0f} s")
    return ran.returncode == 0


def _tell(text: str) -> None:
    with _telling:
        print(text, flush=True)


def _is_there(tool: str) -> bool:
    return postgres.missing() is None if tool == "PostgreSQL" else shutil.which(tool) is not None


def _environment(check: Check) -> dict[str, str]:
    """Python may keep what it compiled, also where a container forbids it: workers and the hubs that tests start share it."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return own | {"SALON_HUB_TEST_ENGINE": check.engine}


if __name__ == "__main__":
    sys.exit(main())
