"""The mark on an SQLite store that lives on elsewhere: the file stays as it was, and no hub takes it for the living one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import orjson

MARK = "moved.json"


class StoreMovedError(RuntimeError):
    """The store in this directory was moved to another database; the message says where, when and what to do."""


def mark_moved(data: Path, to: str, at: datetime, rows: int) -> Path:
    """Leave the mark. `to`: the new database, without a password."""
    path = data / MARK
    path.write_bytes(orjson.dumps({"to": to, "at": at, "rows": rows}, option=orjson.OPT_INDENT_2))
    return path


def refuse_moved(data: Path) -> None:
    """Raises StoreMovedError where the mark stands."""
    path = data / MARK
    if not path.exists():
        return
    try:
        told = orjson.loads(path.read_bytes())
        where = f"to {told['to']} on {told['at']}"
    except (orjson.JSONDecodeError, KeyError, TypeError):
        where = "to another database"
    raise StoreMovedError(
        f"the store in {data} was moved {where}; name that database with SALON_HUB_DATABASE_URL, or delete {path} to go on"
        " with the old copy"
    )
