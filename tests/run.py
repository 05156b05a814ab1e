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

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
IN_CI = os.environ.get("CI") == "true"


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    command: list[str]
    folder: Path = ROOT
    needs: tuple[str, ...] = field(default=())


CHECKS = (
    Check("ruff", [str(BIN / "ruff"), "check", "."]),
    Check("ruff format", [str(BIN / "ruff"), "format", "--check", "."]),
    Check("bandit", [str(BIN / "bandit"), "-q", "-ll", "-r", "hub", "scheduler", "kiosk", "displays"]),
    Check("mypy --strict", [str(BIN / "mypy")]),
    Check("import contracts", [str(BIN / "lint-imports")]),
    Check("front end: types", ["npm", "run", "--silent", "check"], ROOT / "static", ("npm",)),
    Check("front end: tests", ["npm", "run", "--silent", "test"], ROOT / "static", ("npm",)),
    Check("front end: size", ["npm", "run", "--silent", "size"], ROOT / "static", ("npm",)),
    Check("pytest", [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup"]),
)


def main() -> int:
    """Run what is asked for (all by default); 0 when every check that ran passed."""
    failed = []
    for check in CHECKS:
        missing = [tool for tool in check.needs if shutil.which(tool) is None]
        if missing:
            print(f"== {check.name}: skipped, {', '.join(missing)} is missing", flush=True)
            if IN_CI:
                failed.append(check.name)
            continue
        print(f"== {check.name}", flush=True)
        began = time.monotonic()
        code = subprocess.run(check.command, cwd=check.folder, check=False).returncode
        print(f"-- {check.name}: {'ok' if code == 0 else f'exit {code}'} in {time.monotonic() - began:.0f} s", flush=True)
        if code != 0:
            failed.append(check.name)
    if failed:
        print(f"failed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
