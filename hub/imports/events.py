"""Facts of imports."""

from __future__ import annotations

from hub.kernel.events import Event


class RowsKept(Event, name="imports.rows_kept"):
    """Rows of another system's book are kept for a domain that takes them up later."""

    kind: str
    rows: int


class RowsSealed(Event, name="imports.rows_sealed"):
    """Rows that an older release had kept in plain text are sealed."""

    rows: int
