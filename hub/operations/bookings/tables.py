"""Rows of the bookings, and the guards that keep a technician and a place from being promised twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.guards import guard
from hub.kernel.tables import Base, Blind, ColumnClass, Scoped, Seal, classed

CONTACT = classed(ColumnClass.PERSONAL, "contact")


def _sealed(column_class: ColumnClass, purpose: str, name: str) -> dict[str, Any]:
    """A customer's value under the customer's own data key."""
    return classed(column_class, purpose, seal=Seal(f"customer/{{id}}/{name}"))


class CustomerRow(Base, Scoped):
    """A person. What is personal is sealed under the person's own data key, bound to row and column."""

    __tablename__ = "customer"
    __table_args__ = (
        UniqueConstraint("store_id", "natural_key"),
        Index("ix_customer_phone_index", "store_id", "phone_index"),
        Index("ix_customer_email_index", "store_id", "email_index"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    data_key: Mapped[bytes | None] = mapped_column(info=classed(ColumnClass.SECRET, "encryption"))
    """Wrapped by the master key; None once the person is erased."""
    name_sealed: Mapped[bytes | None] = mapped_column(info=_sealed(ColumnClass.PERSONAL, "contact", "name"))
    phone_sealed: Mapped[bytes | None] = mapped_column(info=_sealed(ColumnClass.PERSONAL, "contact", "phone"))
    phone_index: Mapped[str | None] = mapped_column(
        String(64), info=classed(ColumnClass.PERSONAL, "contact", blind=Blind("phone_sealed", "phone"))
    )
    email_sealed: Mapped[bytes | None] = mapped_column(info=_sealed(ColumnClass.PERSONAL, "contact", "email"))
    email_index: Mapped[str | None] = mapped_column(
        String(64), info=classed(ColumnClass.PERSONAL, "contact", blind=Blind("email_sealed", "email", folded=True))
    )
    title: Mapped[str] = mapped_column(String(4), info=classed(ColumnClass.PERSONAL, "contact", erased="none"))
    """mr, ms or none."""
    gender: Mapped[str | None] = mapped_column(String(5), info=CONTACT)
    language: Mapped[str] = mapped_column(String(2), info=classed(ColumnClass.PERSONAL, "contact", erased="zh"))
    tier: Mapped[str] = mapped_column(String(8))
    note_sealed: Mapped[bytes | None] = mapped_column(info=_sealed(ColumnClass.PERSONAL, "service", "note"))
    allergy_sealed: Mapped[bytes | None] = mapped_column(info=_sealed(ColumnClass.SENSITIVE, "safe treatment", "allergy"))
    natural_key: Mapped[str | None] = mapped_column(info=classed(ColumnClass.PERSONAL, "bring in"))
    """A keyed index of what names the person in the system that they were brought in from (`keys.stored_key`)."""
    made_at: Mapped[datetime]


class ConsentRow(Base, Scoped):
    """What a person has agreed to, per purpose."""

    __tablename__ = "consent"

    customer_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(32), primary_key=True)
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class BookingRow(Base, Scoped):
    __tablename__ = "booking"
    __table_args__ = (
        UniqueConstraint("store_id", "natural_key"),
        Index("ix_booking_start", "store_id", "booked_start"),
        Index("ix_booking_customer", "customer_id"),
        Index("ix_booking_state", "store_id", "state"),
    )
    __undoable__ = True

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(24))
    """held, confirmed, expected, arrived, done, cancelled_by_customer, cancelled_by_store, late_cancel or no_show."""
    source: Mapped[str] = mapped_column(String(8))
    """desk, phone, online, kiosk, import or walk_in."""
    booked_start: Mapped[datetime]
    start_known: Mapped[bool] = mapped_column(default=True)
    """False: brought in from a report that tells the day and not the time; `booked_start` is then when the store opens."""
    note_sealed: Mapped[bytes | None] = mapped_column(
        info=classed(ColumnClass.PERSONAL, "service", seal=Seal("booking/{id}/note", "customer_id", "customer"))
    )
    """Under the customer's data key."""
    party_id: Mapped[str | None] = mapped_column(String(32))
    """People who come together share it."""
    hold_expires_at: Mapped[datetime | None]
    held_by: Mapped[str | None] = mapped_column(info=classed(ColumnClass.PERSONAL, "abuse"))
    """The device, session or actor that asked: caps on holds count by it."""
    moves: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    made_seq: Mapped[int]
    """The newest fact before it was made: its record in the log begins after that."""
    ended_at: Mapped[datetime | None]
    """When it was cancelled or noted as a no-show."""
    natural_key: Mapped[str | None] = mapped_column(info=classed(ColumnClass.PERSONAL, "bring in"))
    link_key: Mapped[str] = mapped_column(String(16), info=classed(ColumnClass.SECRET, "visit link"))
    """Part of the signed link; a new one makes old links void."""


class BookingItemRow(Base, Scoped):
    """One service of a booking, in order of `ordinal` from 0."""

    __tablename__ = "booking_item"
    __table_args__ = (UniqueConstraint("booking_id", "ordinal"), UniqueConstraint("store_id", "natural_key"))
    __undoable__ = True

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    booking_id: Mapped[str] = mapped_column(String(32))
    ordinal: Mapped[int]
    service_id: Mapped[str] = mapped_column(String(32))
    requested: Mapped[str] = mapped_column(String(8))
    """any, woman, man, prefers or must."""
    requested_technician_id: Mapped[str | None] = mapped_column(String(32))
    added_on_floor: Mapped[bool] = mapped_column(default=False)
    cancelled: Mapped[bool] = mapped_column(default=False)
    natural_key: Mapped[str | None] = mapped_column(info=classed(ColumnClass.PERSONAL, "bring in"))
    """A keyed index of what names this service of this booking in the system that it was brought in from."""


class AssignmentRow(Base, Scoped):
    """Planned occupancy of a technician and a place by one phase of a service. Never overlaps: the database refuses it."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("item_id", "ordinal"),
        CheckConstraint('"end" > start AND place_until >= "end"', name="order"),
        Index("ix_assignment_start", "store_id", "start"),
        Index("ix_assignment_booking", "booking_id"),
        Index("ix_assignment_technician", "technician_id", "start"),
        Index("ix_assignment_place", "place_id", "start"),
    )
    __undoable__ = True
    __takes_turns__ = True

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(32))
    ordinal: Mapped[int]
    """Of the service's phase."""
    booking_id: Mapped[str] = mapped_column(String(32))
    technician_id: Mapped[str | None] = mapped_column(String(32))
    place_id: Mapped[str | None] = mapped_column(String(32))
    start: Mapped[datetime]
    end: Mapped[datetime]
    place_until: Mapped[datetime]
    """When the place is free again: the end, and the cleaning where the customer leaves it."""
    pinned: Mapped[bool] = mapped_column(default=False)


def _no_overlap(name: str, column: str, until: str) -> None:
    overlap = (
        f"SELECT RAISE(ABORT, '{name}') FROM assignment AS other "  # noqa: S608 - its parts are this module's own # nosec B608
        f"WHERE other.{column} = NEW.{column} AND other.id <> NEW.id "
        f'AND other.start < NEW."{until}" AND other."{until}" > NEW.start'
    )
    events = {"insert": "INSERT", "update": f'UPDATE OF {column}, start, "{until}"'}
    guard(
        AssignmentRow,
        sqlite=tuple(
            f"CREATE TRIGGER {name}_{verb} AFTER {event} ON assignment WHEN NEW.{column} IS NOT NULL BEGIN {overlap}; END"
            for verb, event in events.items()
        ),
        postgresql=(
            f"ALTER TABLE assignment ADD CONSTRAINT {name} EXCLUDE USING gist "
            f'({column} WITH =, tstzrange(start, "{until}") WITH &&)',
        ),
    )


guard(AssignmentRow, sqlite=(), postgresql=("CREATE EXTENSION IF NOT EXISTS btree_gist",))
_no_overlap("overlap_technician", "technician_id", "end")
_no_overlap("overlap_place", "place_id", "place_until")
