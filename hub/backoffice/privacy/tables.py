"""Rows about looking, asking and forgetting. They name people by id; words about a customer are under the customer's key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.tables import Base, ColumnClass, Scoped, Seal, classed


class SensitiveViewRow(Base, Scoped):
    """Somebody saw something that not everybody sees. Never changed; goes with the customer when the customer is erased."""

    __tablename__ = "sensitive_view"
    __table_args__ = (
        Index("ix_sensitive_view_at", "store_id", "at"),
        Index("ix_sensitive_view_customer", "customer_id", "at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(9))
    actor_id: Mapped[str] = mapped_column(info=classed(ColumnClass.PERSONAL, "accountability"))
    roles: Mapped[list[str]]
    """As what the person acted."""
    device_id: Mapped[str | None]
    customer_id: Mapped[str | None] = mapped_column(String(32))
    """Whose file; None for many at once."""
    what: Mapped[str] = mapped_column(String(16))
    """phone, email, allergy, copy, list or unmasking."""
    reason: Mapped[str] = mapped_column(String(16))
    note_sealed: Mapped[bytes | None] = mapped_column(
        info=classed(ColumnClass.PERSONAL, "accountability", seal=Seal("sensitive_view/{id}/note", "customer_id", "customer"))
    )
    count: Mapped[int] = mapped_column(default=1)
    """Files that were seen at once."""
    approval_id: Mapped[str | None] = mapped_column(String(32))


class ApprovalRow(Base, Scoped):
    """One person asks, another one allows, and then it is done once."""

    __tablename__ = "approval"
    __table_args__ = (Index("ix_approval_state", "store_id", "state"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    """list, unmasking, erasure or keys."""
    customer_id: Mapped[str | None] = mapped_column(String(32), index=True)
    reason: Mapped[str] = mapped_column(String(16))
    asked_kind: Mapped[str] = mapped_column(String(9))
    """staff, or customer: then the store owes an answer and the request does not run out."""
    asked_by: Mapped[str] = mapped_column(info=classed(ColumnClass.PERSONAL, "accountability"))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(9))
    """asked, approved, refused, withdrawn, expired or done."""
    decided_by: Mapped[str | None] = mapped_column(info=classed(ColumnClass.PERSONAL, "accountability"))
    decided_at: Mapped[datetime | None]
    usable_until: Mapped[datetime | None]
    """What was allowed for a time ends then."""
    done_at: Mapped[datetime | None]


class ErasureRow(Base, Scoped):
    """A person whose data have been cleared; `forgotten_at` is when their key was destroyed as well. Likewise a row of another
    system's report that named the person and was sealed for itself."""

    __tablename__ = "erasure"

    customer_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime]
    forgotten_at: Mapped[datetime | None]


class KeyRotationRow(Base, Scoped):
    """One store's way to other keys: where it stands, so that it goes on after a stop."""

    __tablename__ = "key_rotation"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    generation: Mapped[str] = mapped_column(String(8))
    """To which keys."""
    begun_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(default="")
    """`table id`: everything before it is done."""
    renewed: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
