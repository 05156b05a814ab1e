"""Every table of the house, whoever owns it."""

from __future__ import annotations

import importlib
from pathlib import Path

from sqlalchemy import MetaData

from hub.kernel.tables import Base

PACKAGES = ("hub", "kiosk")

MODULES = frozenset({"tables", "journal", "sessions"})
"""Where rows are declared."""


def all_tables() -> MetaData:
    """The tables of all domains, imported where they are not yet."""
    for name in PACKAGES:
        root = Path(str(importlib.import_module(name).__file__)).parent
        for path in sorted(root.rglob("*.py")):
            if path.stem in MODULES:
                importlib.import_module(".".join((name, *path.relative_to(root).with_suffix("").parts)))
    return Base.metadata
