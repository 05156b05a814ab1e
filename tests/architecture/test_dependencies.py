"""What the product is made of: each direct dependency is explained, each lock has hashes, no copyleft at run time."""

from __future__ import annotations

import json
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
# Weak copyleft by file (MPL) binds changes to its own files only; GPL and LGPL would bind the product.
COPYLEFT = re.compile(r"\b(A?GPL|LGPL|Affero|GNU (Lesser )?General)", re.IGNORECASE)


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[><=~! ;]", name, maxsplit=1)[0]).lower()


def locked(lock: Path) -> dict[str, str]:
    """Package → its block in a lock: version, marker and hashes."""
    blocks = re.split(r"^(?=[A-Za-z0-9])", lock.read_text(), flags=re.MULTILINE)
    return {plain(block): block for block in blocks if "==" in block}


def explained() -> set[str]:
    rows = re.findall(r"^\| ([^|]+) \|", (ROOT / "docs" / "dependencies.md").read_text(), flags=re.MULTILINE)
    words = (word for row in rows for word in re.split(r"[,() ]+", row))
    return {name for word in words if word for name in (word, plain(word))}


def test_every_direct_dependency_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = [line for group in project["dependency-groups"].values() for line in group]
    asked = {plain(line) for line in [*project["project"]["dependencies"], *groups]}
    package = json.loads((ROOT / "static" / "package.json").read_text())
    asked |= {*package.get("dependencies", {}), *package.get("devDependencies", {})}
    assert asked - explained() == set()


@pytest.mark.parametrize("lock", LOCKS, ids=[lock.name for lock in LOCKS])
def test_locks_carry_hashes_and_no_address(lock: Path) -> None:
    blocks = locked(lock)
    assert len(blocks) > 0
    assert [name for name, block in blocks.items() if "--hash=sha256:" not in block] == []
    assert "://" not in lock.read_text()


def test_the_browser_lock_carries_hashes_and_no_address() -> None:
    packages = json.loads((ROOT / "static" / "package-lock.json").read_text())["packages"]
    bought = {path: facts for path, facts in packages.items() if path and not facts.get("link")}
    assert [path for path, facts in bought.items() if "integrity" not in facts] == []
    assert [path for path, facts in bought.items() if "resolved" in facts] == []


def test_nothing_at_run_time_is_copyleft() -> None:
    found = {}
    for name in locked(ROOT / "requirements.lock"):
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue  # for another platform
        fields = ("License-Expression", "License", "Classifier")
        found[name] = " ".join(line for field in fields for line in about.get_all(field) or ())
    assert len(found) > 30
    assert {name: licence for name, licence in found.items() if COPYLEFT.search(licence)} == {}
