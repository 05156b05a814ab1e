"""Work that an upgrade leaves behind."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.imports.commands import SealRows
from hub.imports.tables import KeptRow
from hub.kernel.dispatch import Door
from hub.kernel.jobs import Job
from hub.kernel.upgrading import catching_up


class Parts(Protocol):
    """What the composition root hands in."""

    @property
    def door(self) -> Door: ...


def jobs(parts: Parts) -> tuple[Job, ...]:
    return (catching_up("sealing", parts.door, _any_in_plain_text, SealRows, [KeptRow.__tablename__]),)


async def _any_in_plain_text(session: AsyncSession) -> bool:
    return await session.scalar(select(KeptRow.id).where(KeptRow.raw.is_not(None)).limit(1)) is not None
