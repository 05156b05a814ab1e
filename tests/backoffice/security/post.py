"""What the hub sends to people outside, as tests read it."""

from __future__ import annotations

import asyncio
import re

from sqlalchemy import func, select

from hub.app import Hub
from hub.backoffice.security.followers import WANTED
from hub.kernel.mail import Mailer, MemoryMailer, Message
from hub.kernel.tables import CursorRow, EventRow


class Post:
    """What the hub sent."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.box = MemoryMailer()
        hub.ports.fill(Mailer, self.box)  # type: ignore[type-abstract]

    async def sent(self) -> list[Message]:
        """All messages since the last call, once everything that was asked for has been looked at."""
        async with asyncio.timeout(20):
            while not await self._is_through():
                await asyncio.sleep(0.01)
        sent, self.box.sent = self.box.sent, []
        return sent

    async def _is_through(self) -> bool:
        asked = select(func.max(EventRow.seq)).where(EventRow.type.in_([event.event_type for event in WANTED]))
        async with self._hub.database.read(self._hub.store_id) as session:
            newest = await session.scalar(asked)
            cursor = await session.get(CursorRow, (self._hub.store_id, "security messages"))
        return newest is None or (cursor is not None and cursor.seq >= newest)

    async def code(self) -> str:
        (message,) = await self.sent()
        found = re.search(r"\b(\d{6})\b", message.text)
        assert found, message.text
        return found.group(1)
