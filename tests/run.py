"""`make test`: every check of the house, one after the other; the first line of each says what it is.

A check whose tool is missing is skipped with its reason; with CI=true that is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
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


PYTEST = [sys.executable, "-m", "pytest", "-q", "--dist", "worksteal"]

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


CHECKS = (
    Check("ruff", [str(BIN / "ruff"), "check", "."]),
    Check("ruff format", [str(BIN / "ruff"), "format", "--check", "."]),
    Check("bandit", [str(BIN / "bandit"), "-q", "-ll", "-r", "hub", "scheduler", "kiosk", "displays"]),
    Check("mypy --strict", [str(BIN / "mypy")]),
    Check("import contracts", [str(BIN / "lint-imports")]),
    Check("front end: types", ["npm", "run", "--silent", "check"], ROOT / "static", ("npm",)),
    Check("front end: tests", ["npm", "run", "--silent", "test"], ROOT / "static", ("npm",)),
    Check("front end: size", ["npm", "run", "--silent", "size"], ROOT / "static", ("npm",)),
    # Three at a time on two cores: half of the time a test waits, for a browser or for a clock; for a server it does not.
    Check("pytest", [*PYTEST, "-n", "3"]),
    Check(
        "pytest on PostgreSQL",
        [*PYTEST, "-n", "2", *ON_POSTGRESQL, *(f"--ignore={path}" for path in TOLD_ENOUGH_ONCE)],
        needs=("PostgreSQL",),
        engine="postgresql",
    ),
)


def main() -> int:
    """Run what is asked for (all by default); 0 when every check that ran passed."""
    failed = []
    for check in CHECKS:
        missing = [tool for tool in check.needs if not _is_there(tool)]
        if missing:
            print(f"== {check.name}: skipped, {', '.join(missing)} is missing", flush=True)
            if IN_CI:
                failed.append(check.name)
            continue
        print(f"== {check.name}", flush=True)
        began = time.monotonic()
        code = subprocess.run(check.command, cwd=check.folder, check=False, env=_environment(check)).returncode
        print(f"-- {check.name}: {'ok' if code == 0 else f'exit {code}'} in {time.monotonic() - began:.0f} s", flush=True)
        if code != 0:
            failed.append(check.name)
    if failed:
        print(f"failed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


def _is_there(tool: str) -> bool:
    return postgres.missing() is None if tool == "PostgreSQL" else shutil.which(tool) is not None


def _environment(check: Check) -> dict[str, str]:
    """Python may keep what it compiled, also where a container forbids it: workers and the hubs that tests start share it."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return own | {"SALON_HUB_TEST_ENGINE": check.engine}


if __name__ == "__main__":
    sys.exit(main())
