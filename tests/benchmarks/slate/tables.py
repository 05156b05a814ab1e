"""The slate's one table."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.tables import Base, Scoped


class LineRow(Base, Scoped):
    __tablename__ = "benchmark_line"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(index=True)
    text: Mapped[str]
    at: Mapped[datetime]
