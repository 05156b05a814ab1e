"""Rows of the catalog."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.tables import Base, Scoped


class SkillRow(Base, Scoped):
    """Something that a technician can do, at a level from 1 to 5."""

    __tablename__ = "skill"

    store_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]


class PlaceKindRow(Base, Scoped):
    """A kind of room or chair."""

    __tablename__ = "place_kind"

    store_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    clean_minutes: Mapped[int]
    """Needed after each customer; 0: none."""
    ordinal: Mapped[int]


class ServiceRow(Base, Scoped):
    __tablename__ = "service"
    __table_args__ = (
        UniqueConstraint("store_id", "code"),
        CheckConstraint("price_minor >= 0", name="price"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    code: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    category_zh: Mapped[str]
    category_en: Mapped[str]
    price_minor: Mapped[int]
    """0: there is no listed price; what is charged is agreed at the desk."""
    bookable_online: Mapped[bool]
    active: Mapped[bool]
    ordinal: Mapped[int]
    consent_form: Mapped[str | None]
    """Code of the form that has to be signed before it begins; None: none."""


class ConsentFormRow(Base, Scoped):
    """One version of a form that customers sign. A version is never changed: whoever signed it signed these words."""

    __tablename__ = "consent_form"
    __table_args__ = (CheckConstraint("version > 0", name="version"),)

    store_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    text_zh: Mapped[str]
    text_en: Mapped[str]
    made_at: Mapped[datetime]


class WordingRow(Base, Scoped):
    """What the store says in place of one of the product's texts."""

    __tablename__ = "wording"

    store_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    message_id: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    """A pattern in Fluent's syntax."""


class ServicePhaseRow(Base, Scoped):
    """One phase of a service, in order of `ordinal` from 0."""

    __tablename__ = "service_phase"
    __table_args__ = (CheckConstraint("minutes > 0", name="minutes"),)

    service_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    """hands_on, processing or finishing."""
    minutes: Mapped[int]
    place_kind: Mapped[str | None]
    skill: Mapped[str | None]
    min_level: Mapped[int]
    max_gap_minutes: Mapped[int]
    """How long the phase may wait for its start after the one before has ended."""


class OpeningHoursRow(Base, Scoped):
    """A weekday without a row is closed."""

    __tablename__ = "opening_hours"

    store_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """0 is Monday."""
    opens: Mapped[str] = mapped_column(String(5))
    closes: Mapped[str] = mapped_column(String(5))
    """Not after `opens`: on the next day."""


class ClosedDayRow(Base, Scoped):
    __tablename__ = "closed_day"

    store_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    date: Mapped[date] = mapped_column(primary_key=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
