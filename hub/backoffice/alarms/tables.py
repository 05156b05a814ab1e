"""Alarms and the measures that a store has set."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.tables import Base, ColumnClass, Scoped, classed


class AlarmRow(Base, Scoped):
    """One alarm; open until a manager closes it."""

    __tablename__ = "alarm"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    rule: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    count: Mapped[int]
    minutes: Mapped[int]
    at_seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    closing_note: Mapped[str] = mapped_column(default="", info=classed(ColumnClass.PERSONAL, "alarm"))


class AlarmLimitRow(Base, Scoped):
    """A store's own measure of a rule."""

    __tablename__ = "alarm_limit"

    store_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True)
    is_on: Mapped[bool]
    count: Mapped[int]
    minutes: Mapped[int]
