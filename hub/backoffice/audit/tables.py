"""Which anchors were made, and what the checks found. Nothing personal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.tables import Base, Scoped


class AnchorRow(Base, Scoped):
    """An anchor that was written to the file, so that one that is missing there is missed."""

    __tablename__ = "audit_anchor"

    store_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(16), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the line."""
    line: Mapped[str]
    """The short line, to be printed."""
    at: Mapped[datetime]


class VerificationRow(Base, Scoped):
    """One check of the whole log and its result."""

    __tablename__ = "audit_verification"

    store_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    rows: Mapped[int]
    anchors: Mapped[int]
    fault: Mapped[str | None]
    at_seq: Mapped[int | None]
    anchor: Mapped[int | None]
