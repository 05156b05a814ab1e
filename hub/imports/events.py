"""Facts of imports."""

from __future__ import annotations

from hub.kernel.events import Event


class RowsKept(Event, name="imports.rows_kept"):
    """Rows of another system's book are kept for a domain that takes them up later."""

    kind: str
    rows: int
