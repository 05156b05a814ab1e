"""Rows of the team."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.tables import Base, ColumnClass, Scoped, Seal, classed


class TechnicianRow(Base, Scoped):
    __tablename__ = "technician"
    __table_args__ = (UniqueConstraint("store_id", "code"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    code: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    gender: Mapped[str | None] = mapped_column(String(5))
    """woman or man; None: nobody has said, so no wish for one of them is met by this person."""
    active: Mapped[bool]
    ordinal: Mapped[int]
    data_key: Mapped[bytes | None] = mapped_column(info=classed(ColumnClass.SECRET, "encryption"))
    phone_sealed: Mapped[bytes | None] = mapped_column(
        info=classed(ColumnClass.PERSONAL, "contact", seal=Seal("technician/{id}/phone"))
    )
    email_sealed: Mapped[bytes | None] = mapped_column(
        info=classed(ColumnClass.PERSONAL, "contact", seal=Seal("technician/{id}/email"))
    )


class TechnicianSkillRow(Base, Scoped):
    __tablename__ = "technician_skill"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 5", name="level"),)

    technician_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    skill: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[int]


class ShiftRow(Base, Scoped):
    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint('"end" > start', name="order"),
        Index("ix_shift_start", "store_id", "start"),
        Index("ix_shift_technician", "technician_id", "date"),
    )
    __undoable__ = True

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    technician_id: Mapped[str] = mapped_column(String(32))
    date: Mapped[date]
    """The business day on which it begins."""
    start: Mapped[datetime]
    end: Mapped[datetime]


class AbsenceRow(Base, Scoped):
    """Time within or beside the shifts in which the technician is away."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint('"end" IS NULL OR "end" >= start', name="order"),
        Index("ix_absence_technician", "technician_id", "start"),
    )
    __undoable__ = True

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    technician_id: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(8))
    """break, sick or leave."""
    start: Mapped[datetime]
    end: Mapped[datetime | None]
    """None: nobody knows yet."""


class TurnRow(Base, Scoped):
    """A technician's place in a day's turn list: the fewest turns taken come first, then the lowest rank."""

    __tablename__ = "turn"
    __undoable__ = True

    technician_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    date: Mapped[date] = mapped_column(primary_key=True)
    rank: Mapped[int]
    turns_taken: Mapped[int]
