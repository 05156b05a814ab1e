"""Every table of the house, whoever owns it."""

from __future__ import annotations

import importlib
from pathlib import Path

from sqlalchemy import MetaData

import hub
from hub.kernel.tables import Base

MODULES = frozenset({"tables", "journal", "sessions"})
"""Where rows are declared."""

ROOMS = ("hub", "kiosk")
"""Packages that keep rows."""


def all_tables() -> MetaData:
    """The tables of all domains, imported where they are not yet."""
    house = Path(hub.__file__).parent.parent
    for room in ROOMS:
        for path in sorted((house / room).rglob("*.py")):
            if path.stem in MODULES:
                importlib.import_module(".".join(path.relative_to(house).with_suffix("").parts))
    return Base.metadata
