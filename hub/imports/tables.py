"""Rows of other systems' books that no domain has taken up yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.tables import Base, ColumnClass, Scoped, classed


class KeptRow(Base, Scoped):
    """A row kept word for word, so that the domain which it belongs to can take it up one day."""

    __tablename__ = "kept_row"
    __table_args__ = (UniqueConstraint("store_id", "natural_key"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    """The report that it stood in: receipts or products."""
    natural_key: Mapped[str]
    file: Mapped[str]
    line: Mapped[int]
    """Physical line of the file, from 1, on which it begins."""
    raw: Mapped[dict[str, Any]] = mapped_column(info=classed(ColumnClass.PERSONAL, "bookkeeping"))
    """The cells by the columns' titles, as they were written."""
    kept_at: Mapped[datetime]
