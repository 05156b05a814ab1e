"""`make sbom` and `make audit`: what the product is made of, and whether any of it has a known hole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
OUT = ROOT / "var" / "sbom"
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-node.lock", "requirements-supply.lock")


def run(command: list[str], folder: Path = ROOT, out: Path | None = None) -> int:
    """The exit code of one tool; its answer goes to `out` where it has no option for a file."""
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=folder, env=environment, check=False, stdout=subprocess.PIPE if out else None)
    if out and done.returncode == 0:
        out.write_bytes(done.stdout)
    return done.returncode


def sbom() -> int:
    """Two CycloneDX documents: what runs in the hub, from its lock, and what runs in the browser, from npm's."""
    OUT.mkdir(parents=True, exist_ok=True)
    # From the lock and not from what is installed: a developer's machine has more than a store's.
    python = [str(BIN / "cyclonedx-py"), "requirements", "--pyproject", "pyproject.toml", "--output-reproducible"]
    codes = [
        run([*python, "--of", "JSON", "-o", str(OUT / "python.json"), "requirements.lock"]),
        run(
            ["npm", "sbom", "--sbom-format", "cyclonedx", "--package-lock-only", "--omit", "dev"],
            ROOT / "static",
            OUT / "browser.json",
        ),
    ]
    print(f"{OUT}: python.json, browser.json")
    return max(codes)


def audit() -> int:
    """Ask the databases of known vulnerabilities about every locked version; 1 where one is known."""
    codes = [run([str(BIN / "pip-audit"), "--disable-pip", "--require-hashes", "-r", lock]) for lock in LOCKS]
    codes.append(run(["npm", "audit", "--audit-level", "low"], ROOT / "static"))
    return max(codes)


if __name__ == "__main__":
    sys.exit({"sbom": sbom, "audit": audit}[sys.argv[1]]())
