"""Which time it is in a store that is played on a faster clock: its log knows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from hub.kernel.clock import Clock, ManualClock
from hub.kernel.database import Database
from hub.kernel.serving_note import remembered
from hub.kernel.tables import EventRow, Store
from hub.settings import Settings


async def end_of_log(settings: Settings) -> datetime | None:
    """When the store's last fact was; None while there is no store."""
    if settings.database_url == "" and not (settings.data / "hub.sqlite3").exists():
        return None
    database = Database(settings.url)
    try:
        async with database.read(None) as session:
            store_id = await session.scalar(select(Store.id))
        if store_id is None:
            return None
        async with database.read(store_id) as session:
            return await session.scalar(select(func.max(EventRow.at)))
    finally:
        await database.close()


async def clock_beside(settings: Settings) -> Clock | None:
    """The time for a command beside a hub whose clock runs faster; None where the machine's own is right.

    A fact at the machine's time would lie hours before or after the store's, and its next one would seem to turn time back.
    """
    if remembered(settings.data).get("speed", 1) == 1:
        return None
    last = await end_of_log(settings)
    return ManualClock(last) if last else None
