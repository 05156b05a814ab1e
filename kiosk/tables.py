"""Rows of the kiosk: one per device, empty between two customers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.tables import Base, ColumnClass, Scoped, Seal, classed


class KioskSessionRow(Base, Scoped):
    """A conversation and what remains of the ones before: the times of failed tries."""

    __tablename__ = "kiosk_session"

    device: Mapped[str] = mapped_column(String(64), primary_key=True)
    token: Mapped[str | None] = mapped_column(String(32))
    """Of the present step; an answer to another step comes too late."""
    data_key: Mapped[bytes | None] = mapped_column(info=classed(ColumnClass.SECRET, "encryption"))
    """Made for one conversation and destroyed with it."""
    state_sealed: Mapped[bytes | None] = mapped_column(
        info=classed(ColumnClass.PERSONAL, "check-in", seal=Seal("kiosk/{device}/state", "device", fleeting=True))
    )
    touched_at: Mapped[datetime]
    """On the wall's clock, as the tries are: people's patience does not run with a faster day."""
    failures: Mapped[list[str]]
    """ISO times."""
