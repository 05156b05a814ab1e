"""Rows of the stations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.tables import Base, Scoped


class PlaceRow(Base, Scoped):
    """A room or a chair."""

    __tablename__ = "place"
    __table_args__ = (UniqueConstraint("store_id", "code"),)
    __undoable__ = True

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    code: Mapped[str]
    kind: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    ordinal: Mapped[int]
    active: Mapped[bool]
    condition: Mapped[str] = mapped_column(String(8), default="ready")
    """ready, dirty or cleaning."""
    condition_since: Mapped[datetime | None]


class ClosureRow(Base, Scoped):
    __tablename__ = "closure"
    __table_args__ = (
        CheckConstraint('"end" IS NULL OR "end" >= start', name="order"),
        Index("ix_closure_place", "place_id", "start"),
    )
    __undoable__ = True

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    place_id: Mapped[str] = mapped_column(String(32))
    start: Mapped[datetime]
    end: Mapped[datetime | None]
    """None: until somebody reopens it."""
    reason: Mapped[str]
