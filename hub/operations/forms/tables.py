"""Rows of the forms."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.tables import Base, ColumnClass, Scoped, Seal, classed
from hub.operations.forms.rules import KEPT


class SignedFormRow(Base, Scoped):
    """A customer's signature under one version of a form, or what stands for it at one booking."""

    __tablename__ = "signed_form"
    __table_args__ = (
        CheckConstraint("way <> 'drawn' OR customer_id IS NOT NULL", name="signer"),
        Index("ix_signed_form_customer", "customer_id", "form", "version"),
        Index("ix_signed_form_booking", "booking_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(String(32))
    booking_id: Mapped[str] = mapped_column(String(32))
    form: Mapped[str]
    version: Mapped[int]
    language: Mapped[str] = mapped_column(String(2))
    """In which the words were shown."""
    way: Mapped[str] = mapped_column(String(8))
    """drawn, held (agreed by holding a button) or waived."""
    reason: Mapped[str | None] = mapped_column(String(16))
    """Why it was waived."""
    signature_sealed: Mapped[bytes | None] = mapped_column(
        info=classed(
            ColumnClass.SENSITIVE,
            "proof of consent",
            seal=Seal("signed_form/{id}/signature", "customer_id", "customer"),
            kept=KEPT,
        )
    )
    """Strokes as JSON, under the customer's data key; cleared after `KEPT`."""
    at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """When the desk confirmed the name of who agreed by holding."""
    taken_by: Mapped[str] = mapped_column(info=classed(ColumnClass.PERSONAL, "accountability"))
    """The actor on whose screen it was signed, or who waived it."""
