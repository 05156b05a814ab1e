"""The note in a data directory that tells where its hub was served last."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

REMEMBERED = "serving.json"


def remember(data: Path, **where: str | float | None) -> None:
    """Note for commands beside the hub where it is served (`host`, `port`, `tls_cert`, `tls_key`), its clock's `speed`, and
    the `database` server that its store lies on, empty for a file. Raises OSError."""
    (data / REMEMBERED).write_text(json.dumps(where), encoding="utf-8")


def remembered(data: Path) -> dict[str, Any]:
    """Where the hub of this data directory was served last; empty where nobody knows."""
    with suppress(OSError, ValueError):
        noted = json.loads((data / REMEMBERED).read_text(encoding="utf-8"))
        if isinstance(noted, dict):
            return noted
    return {}
