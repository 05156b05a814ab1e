"""What others may read: alarms, and the measures in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.backoffice.alarms.rules import CODES, Limit, default_limit
from hub.backoffice.alarms.tables import AlarmLimitRow, AlarmRow


@dataclass(frozen=True, slots=True)
class Alarm:
    """`subject` is the id of whose behaviour is odd; empty where it is the store's."""

    id: str
    rule: str
    subject: str
    count: int
    minutes: int
    at_seq: int
    at: datetime
    closed_at: datetime | None
    closed_by: str | None
    note: str


async def limits(session: AsyncSession) -> dict[str, Limit]:
    """The measures in force, by rule."""
    own = {row.rule: Limit(row.count, row.minutes, row.is_on) for row in await session.scalars(select(AlarmLimitRow))}
    return {code: own.get(code) or default_limit(code) for code in CODES}


async def open_alarms(session: AsyncSession) -> list[Alarm]:
    """Those that nobody has closed, newest first."""
    rows = await session.scalars(select(AlarmRow).where(AlarmRow.closed_at.is_(None)).order_by(AlarmRow.at_seq.desc()))
    return [_alarm(row) for row in rows]


async def closed_alarms(session: AsyncSession, most: int = 50) -> list[Alarm]:
    """The last ones that were closed, newest first."""
    wanted = select(AlarmRow).where(AlarmRow.closed_at.is_not(None)).order_by(AlarmRow.closed_at.desc()).limit(most)
    return [_alarm(row) for row in await session.scalars(wanted)]


async def is_known(session: AsyncSession, rule: str, subject: str, since: datetime) -> bool:
    """Whether such an alarm is open, or was raised after `since`."""
    rows = await session.scalars(select(AlarmRow).where(AlarmRow.rule == rule, AlarmRow.subject == subject))
    return any(row.closed_at is None or row.at > since for row in rows)


def _alarm(row: AlarmRow) -> Alarm:
    return Alarm(
        row.id,
        row.rule,
        row.subject,
        row.count,
        row.minutes,
        row.at_seq,
        row.at,
        row.closed_at,
        row.closed_by,
        row.closing_note,
    )
