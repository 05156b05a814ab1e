"""What others may read of the team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, cast

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.crypto import Vault
from hub.kernel.text import Bilingual
from hub.operations.team.tables import AbsenceRow, ShiftRow, TechnicianRow, TechnicianSkillRow, TurnRow

AbsenceKind = Literal["break", "sick", "leave"]


@dataclass(frozen=True, slots=True)
class TechnicianFacts:
    id: str
    code: str
    name: Bilingual
    gender: Literal["woman", "man"] | None
    active: bool
    ordinal: int
    skills: dict[str, int]
    """Level 1 to 5 by skill code."""


@dataclass(frozen=True, slots=True)
class ShiftFacts:
    id: str
    technician_id: str
    date: date
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class AbsenceFacts:
    id: str
    technician_id: str
    kind: AbsenceKind
    start: datetime
    end: datetime | None
    """None: nobody knows yet."""


@dataclass(frozen=True, slots=True)
class TurnFacts:
    technician_id: str
    rank: int
    """Place in the list now: 1 is next."""
    turns_taken: int


@dataclass(frozen=True, slots=True)
class Contact:
    """E.164 and e-mail; empty where unknown."""

    phone: str
    email: str


async def technicians(session: AsyncSession, *, active: bool | None = None) -> list[TechnicianFacts]:
    """The team in the store's order; `active` narrows it."""
    skills: dict[str, dict[str, int]] = {}
    for row in await session.scalars(select(TechnicianSkillRow).order_by(TechnicianSkillRow.skill)):
        skills.setdefault(row.technician_id, {})[row.skill] = row.level
    wanted = select(TechnicianRow).order_by(TechnicianRow.ordinal, TechnicianRow.code)
    if active is not None:
        wanted = wanted.where(TechnicianRow.active.is_(active))
    return [_technician(row, skills.get(row.id, {})) for row in await session.scalars(wanted)]


async def shifts(session: AsyncSession, start: datetime, end: datetime) -> list[ShiftFacts]:
    """Shifts that touch the span, by start."""
    wanted = select(ShiftRow).where(ShiftRow.start < end, ShiftRow.end > start).order_by(ShiftRow.start, ShiftRow.id)
    return [ShiftFacts(r.id, r.technician_id, r.date, r.start, r.end) for r in await session.scalars(wanted)]


async def absences(session: AsyncSession, start: datetime, end: datetime) -> list[AbsenceFacts]:
    """Absences that touch the span, by start; open ones last until somebody ends them, withdrawn ones last no time."""
    lasts = or_(AbsenceRow.end.is_(None), and_(AbsenceRow.end > start, AbsenceRow.end > AbsenceRow.start))
    wanted = select(AbsenceRow).where(AbsenceRow.start < end, lasts)
    rows = await session.scalars(wanted.order_by(AbsenceRow.start, AbsenceRow.id))
    return [AbsenceFacts(r.id, r.technician_id, cast(AbsenceKind, r.kind), r.start, r.end) for r in rows]


async def turns(session: AsyncSession, day: date) -> list[TurnFacts]:
    """The day's turn list, the next one first."""
    wanted = select(TurnRow).where(TurnRow.date == day).order_by(TurnRow.turns_taken, TurnRow.rank, TurnRow.technician_id)
    rows = await session.scalars(wanted)
    return [TurnFacts(row.technician_id, number, row.turns_taken) for number, row in enumerate(rows, start=1)]


async def contact_of(session: AsyncSession, vault: Vault, technician_id: str) -> Contact | None:
    """How to reach a technician."""
    row = await session.get(TechnicianRow, technician_id)
    if row is None:
        return None
    return Contact(_opened(vault, row, "phone"), _opened(vault, row, "email"))


def _opened(vault: Vault, row: TechnicianRow, column: Literal["phone", "email"]) -> str:
    sealed: bytes | None = getattr(row, f"{column}_sealed")
    if sealed is None or row.data_key is None:
        return ""
    return vault.open(row.data_key, row.id, sealed, f"technician/{row.id}/{column}")


def _technician(row: TechnicianRow, skills: dict[str, int]) -> TechnicianFacts:
    return TechnicianFacts(
        id=row.id,
        code=row.code,
        name=Bilingual(zh=row.name_zh, en=row.name_en),
        gender=cast(Literal["woman", "man"] | None, row.gender),
        active=row.active,
        ordinal=row.ordinal,
        skills=skills,
    )
