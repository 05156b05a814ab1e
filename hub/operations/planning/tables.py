"""Rows of the planning. The planned occupancy itself is `assignment` of the bookings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.tables import Base, Scoped


class PlanRow(Base, Scoped):
    """One adopted plan of one day: by whom, why, on which premises. Kept for ever; numbers are gapless per store."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("store_id", "number"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int]
    date: Mapped[date] = mapped_column(Date, index=True)
    at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(8))
    reason: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    causes: Mapped[list[str]]
    """Ids of the commands whose facts made this plan necessary."""
    premises_seq: Mapped[int]
    status: Mapped[str] = mapped_column(String(16))
    objective: Mapped[dict[str, Any]]
    gap: Mapped[float | None]
    seconds: Mapped[float]
    command_id: Mapped[str] = mapped_column(index=True)


class PlanMoveRow(Base, Scoped):
    """One phase that a plan moved, with its reason as data."""

    __tablename__ = "plan_move"
    __undoable__ = True

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    plan_number: Mapped[int] = mapped_column(index=True)
    at: Mapped[datetime]
    booking_id: Mapped[str] = mapped_column(String(32), index=True)
    item_id: Mapped[str] = mapped_column(String(32))
    phase: Mapped[int]
    before_start: Mapped[datetime | None]
    after_start: Mapped[datetime | None]
    before_technician_id: Mapped[str | None] = mapped_column(String(32))
    after_technician_id: Mapped[str | None] = mapped_column(String(32))
    before_place_id: Mapped[str | None] = mapped_column(String(32))
    after_place_id: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[dict[str, Any]]


class PromiseRow(Base, Scoped):
    """The window told to a customer for the start. `told` has the start of each phase then planned: the ghost."""

    __tablename__ = "promise"
    __undoable__ = True

    booking_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    start: Mapped[datetime] = mapped_column(index=True)
    end: Mapped[datetime]
    odds: Mapped[int]
    """Percent."""
    made_at: Mapped[datetime]
    told: Mapped[dict[str, Any]]
    """`<item id>:<ordinal>` → ISO time in UTC."""
    broken: Mapped[bool] = mapped_column(default=False)
    """The plan once said, or the start showed, that the window cannot be kept."""
    kept: Mapped[bool | None]
    """Known when the first service begins."""


class ProposalRow(Base, Scoped):
    """A day that was shown, for whichever process is asked to put it into force; worth nothing after two minutes.

    On PostgreSQL the table is unlogged: nobody waits for a disk to see a proposal.
    """

    __tablename__ = "proposal"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    change: Mapped[dict[str, Any]]
    plan: Mapped[dict[str, Any]]
    cancels: Mapped[list[str]]
