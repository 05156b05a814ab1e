"""What every table shares: the store it belongs to, aware times, and a class for every column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, LargeBinary, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from hub.kernel.text import Language


class ColumnClass(StrEnum):
    """How much a column says about a person; masking, scrubbing, export and erasure follow from it."""

    PUBLIC = "public"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"
    SECRET = "secret"  # noqa: S105 - the name of a class, not a password


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC on every engine.

    Raises:
        ValueError: a naive time is bound.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times are aware")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Root of all tables. Every column carries a class through `info`, or takes its table's `__class__of_columns`."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own form
        datetime: UtcDateTime,
        bytes: LargeBinary,
        str: String(),
        int: BigInteger().with_variant(Integer, "sqlite"),
        dict[str, Any]: JSON,
        list[Any]: JSON,
        list[str]: JSON,
    }


@dataclass(frozen=True, slots=True)
class Seal:
    """How a sealed column is sealed: `bound` names row and column (`"customer/{id}/name"`, filled from the row's columns).

    The data key is in `data_key` of the `holder`'s row that the column `owner` names; no holder: of the row itself. What is
    worth nothing after some minutes is `fleeting`: it is not sealed anew when keys are renewed.
    """

    bound: str
    owner: str = "id"
    holder: str = ""
    fleeting: bool = False


@dataclass(frozen=True, slots=True)
class Blind:
    """What a blind index stands for: the sealed column of its own row, folded to lower case where case does not matter."""

    of: str
    purpose: str
    folded: bool = False


def classed(
    column_class: ColumnClass,
    purpose: str = "",
    *,
    seal: Seal | None = None,
    blind: Blind | None = None,
    erased: Any = None,
    kept: timedelta | None = None,
) -> dict[str, Any]:
    """The `info` of a column that is not public: `mapped_column(info=classed(PERSONAL, "contact"))`.

    `erased` is what stands there once the person is erased; `kept` is how long it is kept, where the purpose ends earlier."""
    info = {"class": column_class, "purpose": purpose, "seal": seal, "blind": blind, "kept": kept}
    return info if erased is None else {**info, "erased": erased}


def class_of(column: Any) -> ColumnClass:
    """A column's class; public where nothing is said."""
    return ColumnClass(column.info.get("class", ColumnClass.PUBLIC))


def seal_of(column: Any) -> Seal | None:
    """How the column is sealed; None for a plain one."""
    found: Seal | None = column.info.get("seal")
    return found


def blind_of(column: Any) -> Blind | None:
    """What the column is a blind index of; None for any other."""
    found: Blind | None = column.info.get("blind")
    return found


class Scoped:
    """A row of one store. Queries over it are narrowed to the session's store, and raise when there is none."""

    store_id: Mapped[str] = mapped_column(String(32), index=True)


class Store(Base):
    """A shop: its zone, money and name. The only table that is not scoped."""

    __tablename__ = "store"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    zone: Mapped[str]
    currency: Mapped[str] = mapped_column(String(3))
    country: Mapped[str] = mapped_column(String(2))
    language: Mapped[str] = mapped_column(String(2))
    settings: Mapped[dict[str, Any]]
    epoch: Mapped[str] = mapped_column(String(32))
    """Changes when the log is restored from a copy, so that no screen takes old numbers for new."""
    seq: Mapped[int] = mapped_column(default=0)
    """The newest event's number; locked by every command, which keeps the numbers gapless."""
    head: Mapped[str] = mapped_column(String(64), default="")
    """The newest event's hash."""

    def name_in(self, language: Language) -> str:
        return self.name_en if language == "en" else self.name_zh


class EventRow(Base, Scoped):
    """The log."""

    __tablename__ = "event"

    store_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(index=True)
    version: Mapped[int]
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[str]
    device_id: Mapped[str | None]
    command: Mapped[str]
    command_id: Mapped[str] = mapped_column(index=True)
    data: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AnswerRow(Base, Scoped):
    """What the door answered to a command id, so that a repeat gets the same answer."""

    __tablename__ = "command_answer"

    store_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    command_id: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str]
    command: Mapped[str]
    body_hash: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int]
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(index=True)


class CursorRow(Base, Scoped):
    """How far a follower has read."""

    __tablename__ = "follower_cursor"

    store_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    follower: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]


class OutboxRow(Base, Scoped):
    """A message on its way out. `sealed` holds address and text; None once it was given up."""

    __tablename__ = "message_outbox"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    channel: Mapped[str]
    sealed: Mapped[bytes | None] = mapped_column(info=classed(ColumnClass.SECRET, "delivery"))
    owner_id: Mapped[str | None] = mapped_column(String(32))
    """The customer whom it is for; None for the staff's, which are sealed under the installation's key."""
    data_key: Mapped[bytes | None] = mapped_column(info=classed(ColumnClass.SECRET, "encryption"))
    """The message's own, wrapped for its owner: once the owner is forgotten, no copy of it can be read."""
    made_at: Mapped[datetime]
    next_at: Mapped[datetime] = mapped_column(index=True)
    """When it is tried next, or forgotten where it was given up; whoever moves it has claimed the message."""
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")


class JobRunRow(Base, Scoped):
    """When a rare job ran last."""

    __tablename__ = "job_run"

    store_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    job: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
