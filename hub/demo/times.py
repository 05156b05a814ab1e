"""Which time it is in a store that is played on a faster clock: its log knows. And whether it may be played."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, inspect, select

from hub.kernel.clock import Clock, ManualClock
from hub.kernel.database import Database
from hub.kernel.serving_note import remembered
from hub.kernel.tables import EventRow, Store
from hub.settings import Settings


async def end_of_log(settings: Settings) -> datetime | None:
    """When the store's last fact was; None while there is no store."""
    async with _looked_into(settings) as (database, store):
        if store is None:
            return None
        async with database.read(store.id) as session:
            return await session.scalar(select(func.max(EventRow.at)))


async def made_for_the_demo(settings: Settings) -> bool:
    """Whether the folder holds the demo's own store, or none yet."""
    async with _looked_into(settings) as (_, store):
        return store is None or bool(store.settings.get("demo"))


@asynccontextmanager
async def _looked_into(settings: Settings) -> AsyncIterator[tuple[Database, Row[tuple[str, dict[str, Any]]] | None]]:
    """The database, and id and settings of its first store; None while there is none."""
    database = Database(settings.url)
    try:
        if not settings.has_store_file:
            yield database, None
            return
        async with database.read(None) as session:
            if not await (await session.connection()).run_sync(lambda there: inspect(there).has_table(Store.__tablename__)):
                yield database, None
                return
            store = (await session.execute(select(Store.id, Store.settings).order_by(Store.id).limit(1))).first()
        yield database, store
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
