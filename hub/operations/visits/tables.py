"""Rows of the visits. What is planned is an `assignment` of the bookings; what happens is a `phase_run` here."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.tables import Base, ColumnClass, Scoped, Seal, classed


def _of_customer(column: str) -> Seal:
    return Seal(f"consultation/{{id}}/{column}", "customer_id", "customer")


class VisitRow(Base, Scoped):
    """A customer in the store. The code (colour word and number) stands for the name on the waiting-room screen."""

    __tablename__ = "visit"
    __table_args__ = (UniqueConstraint("store_id", "code_date", "code_color", "code_number"),)
    __undoable__ = True

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    booking_id: Mapped[str] = mapped_column(String(32), unique=True)
    customer_id: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    code_date: Mapped[date] = mapped_column(Date)
    code_color: Mapped[str] = mapped_column(String(16))
    code_number: Mapped[int]
    arrived_at: Mapped[datetime] = mapped_column(index=True)
    called_at: Mapped[datetime | None]
    call_count: Mapped[int] = mapped_column(default=0)
    called_place_id: Mapped[str | None] = mapped_column(String(32))
    paused: Mapped[bool] = mapped_column(default=False)
    left_at: Mapped[datetime | None]


class PhaseRunRow(Base, Scoped):
    """A phase that runs or ran. `technician_id` is None while nobody needs to be there (processing)."""

    __tablename__ = "phase_run"
    __table_args__ = (
        Index(
            "one_running_per_technician",
            "store_id",
            "technician_id",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
        Index(
            "one_running_per_place",
            "store_id",
            "place_id",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
        UniqueConstraint("item_id", "ordinal"),
    )
    __undoable__ = True

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    booking_id: Mapped[str] = mapped_column(String(32))
    item_id: Mapped[str] = mapped_column(String(32))
    ordinal: Mapped[int]
    technician_id: Mapped[str | None] = mapped_column(String(32))
    place_id: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(8))
    started_at: Mapped[datetime] = mapped_column(index=True)
    expected_end: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """None of a phase that is done: nobody has said when it ended."""
    extended_minutes: Mapped[int] = mapped_column(default=0)
    overrun_noticed_at: Mapped[datetime | None]


class CallRow(Base, Scoped):
    """One call on the waiting-room screen."""

    __tablename__ = "visit_call"
    __undoable__ = True

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    place_id: Mapped[str | None] = mapped_column(String(32))
    technician_id: Mapped[str | None] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(index=True)
    count: Mapped[int]


class LatenessRow(Base, Scoped):
    """When a customer who has not come yet says to come."""

    __tablename__ = "lateness"
    __undoable__ = True

    booking_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    until: Mapped[datetime]
    said_at: Mapped[datetime]
    said_by: Mapped[str] = mapped_column(String(16))


class NoShowNoticeRow(Base, Scoped):
    """The desk was told once that a customer is missing."""

    __tablename__ = "no_show_notice"
    __undoable__ = True

    booking_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime]


class HelpRow(Base, Scoped):
    """Somebody on the floor, or a customer at the kiosk, asks for a hand, for cleaning, or to be reminded before the end."""

    __tablename__ = "help_request"
    __undoable__ = True

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    technician_id: Mapped[str | None] = mapped_column(String(32))
    place_id: Mapped[str | None] = mapped_column(String(32))
    booking_id: Mapped[str | None] = mapped_column(String(32))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]


class ConsultationRow(Base, Scoped):
    """What was found out in one talk (咨询), sealed under the customer's data key. Entries are added, not changed."""

    __tablename__ = "consultation"
    __table_args__ = (Index("ix_consultation_customer", "customer_id", "at"),)
    __undoable__ = True

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(32))
    booking_id: Mapped[str] = mapped_column(String(32))
    technician_id: Mapped[str | None] = mapped_column(String(32))
    at: Mapped[datetime]
    skin_type_sealed: Mapped[bytes | None] = mapped_column(
        info=classed(ColumnClass.SENSITIVE, "safe treatment", seal=_of_customer("skin_type"))
    )
    """dry, oily, combination, normal or sensitive."""
    preferences_sealed: Mapped[bytes | None] = mapped_column(
        info=classed(ColumnClass.PERSONAL, "service", seal=_of_customer("preferences"))
    )
    note_sealed: Mapped[bytes | None] = mapped_column(info=classed(ColumnClass.PERSONAL, "service", seal=_of_customer("note")))
    actor_id: Mapped[str] = mapped_column(info=classed(ColumnClass.PERSONAL, "accountability"))


class AllergyAcknowledgedRow(Base, Scoped):
    """Who has read the allergy warning before the start, and when."""

    __tablename__ = "allergy_acknowledged"
    __undoable__ = True

    item_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    actor_id: Mapped[str] = mapped_column(info=classed(ColumnClass.PERSONAL, "accountability"))
    at: Mapped[datetime]
