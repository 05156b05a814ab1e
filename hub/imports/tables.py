"""Rows of other systems' books that no domain has taken up yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.tables import Base, ColumnClass, Scoped, Seal, classed

_BOOKKEEPING = classed(ColumnClass.PERSONAL, "bookkeeping")


class KeptRow(Base, Scoped):
    """A row kept word for word, so that the domain which it belongs to can take it up one day.

    Its data key is the row's own, and wrapped for its owner: once the owner is forgotten, the row is closed in every copy."""

    __tablename__ = "kept_row"
    __table_args__ = (
        UniqueConstraint("store_id", "natural_key"),
        Index("ix_kept_row_client", "store_id", "client_index"),
        Index("ix_kept_row_owner", "owner_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    """The report that it stood in: receipts or products."""
    natural_key: Mapped[str]
    """A keyed index of it: what tells two rows apart is what they say."""
    file: Mapped[str]
    line: Mapped[int]
    """Physical line of the file, from 1, on which it begins."""
    owner_id: Mapped[str] = mapped_column(String(32))
    """The customer whom it is about; itself where the store knows none by that code."""
    client_index: Mapped[str | None] = mapped_column(String(64), info=_BOOKKEEPING)
    """A keyed index of what the row calls its client, by which a customer finds it who is brought in later."""
    data_key: Mapped[bytes | None] = mapped_column(info=classed(ColumnClass.SECRET, "encryption"))
    cells_sealed: Mapped[bytes | None] = mapped_column(
        info=classed(ColumnClass.PERSONAL, "bookkeeping", seal=Seal("kept_row/{id}/cells", "owner_id"))
    )
    """The cells by the columns' titles, as they were written, in JSON."""
    raw: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), info=_BOOKKEEPING)
    """The same in plain text, as older releases kept it; sealed and cleared soon after the upgrade."""
    kept_at: Mapped[datetime]
