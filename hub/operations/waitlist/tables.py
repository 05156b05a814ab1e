"""Rows of the waiting list. A gap has one running offer at most, a waiting customer too: the database refuses a second."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.tables import Base, ColumnClass, Scoped, classed

_RUNNING = text("state = 'running'")


class WaitRow(Base, Scoped):
    """Somebody who waits for services on one of some days."""

    __tablename__ = "waitlist_entry"
    __table_args__ = (Index("ix_waitlist_entry_state", "store_id", "state"),)
    __undoable__ = True

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(32), index=True)
    services: Mapped[list[Any]]
    """`{"service_id", "requested", "technician_id"}` in the order in which they are done."""
    date_from: Mapped[date]
    date_to: Mapped[date]
    time_from: Mapped[str | None] = mapped_column(String(5))
    """On the store's wall, HH:MM; the visit begins no earlier. None: at any time."""
    time_until: Mapped[str | None] = mapped_column(String(5))
    """The visit begins no later."""
    state: Mapped[str] = mapped_column(String(8))
    """waiting, booked, left, removed or past."""
    source: Mapped[str] = mapped_column(String(8))
    joined_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    link_key: Mapped[str] = mapped_column(String(16), info=classed(ColumnClass.SECRET, "waiting link"))


class GapRow(Base, Scoped):
    """Room that was given up, until it begins or is filled."""

    __tablename__ = "waitlist_gap"
    __table_args__ = (Index("ix_waitlist_gap_state", "store_id", "state"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    cause: Mapped[str] = mapped_column(String(9))
    booking_id: Mapped[str | None] = mapped_column(String(32))
    """Whose room it was."""
    start: Mapped[datetime]
    end: Mapped[datetime]
    technician_ids: Mapped[list[str]]
    """Who has nothing to do in it; none: whoever is free."""
    state: Mapped[str] = mapped_column(String(10))
    """open, filled, taken_back or past."""
    opened_at: Mapped[datetime]
    try_at: Mapped[datetime | None]
    """When somebody is looked for; None: nobody fits until something changes."""


class OfferRow(Base, Scoped):
    """A gap held for one customer for some minutes. `booking_id` is the hold, and the booking once it is accepted."""

    __tablename__ = "waitlist_offer"
    __table_args__ = (
        Index("uq_waitlist_offer_of_gap", "gap_id", unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING),
        Index("uq_waitlist_offer_of_entry", "entry_id", unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING),
        Index("ix_waitlist_offer_state", "store_id", "state"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    gap_id: Mapped[str] = mapped_column(String(32))
    entry_id: Mapped[str] = mapped_column(String(32))
    booking_id: Mapped[str] = mapped_column(String(32), index=True)
    start: Mapped[datetime]
    end: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(9))
    """running, accepted, declined, lapsed or withdrawn."""
    reason: Mapped[str | None] = mapped_column(String(10))
    """Why it was withdrawn."""
    lost_minutes: Mapped[int]
    """Of the gap, left without work."""
    rivals: Mapped[int]
    """Others who fitted as well and came after in the ranking."""
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
