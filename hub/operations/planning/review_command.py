"""`salon-hub review-day`: a day of the store that is over, beside the best that could have been made of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.commands import StoreFacts
from hub.kernel.database import Database
from hub.kernel.dispatch import facts_of
from hub.kernel.tables import Store
from hub.operations.planning.hindsight import PastDay
from hub.operations.planning.past_days import past_day
from hub.operations.visits.tables import VisitRow
from hub.settings import Settings


class ReviewRefused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """There is no such day to look back on. `code` is that of a sentence `review-…`, `params` its parameters."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


async def read_past_day(settings: Settings, day: date) -> PastDay:
    """What happened on `day` in the store; only reads, so a hub may be running on it.

    Raises:
        ReviewRefused: no store, nobody who came that day, a day that is not over, or a database of another release.
    """
    if not settings.database_url and not (settings.data / "hub.sqlite3").exists():
        raise ReviewRefused("no-store", data=str(settings.data))
    database = Database(settings.url)
    try:
        async with database.read(None) as session:
            store_id = await session.scalar(select(Store.id).order_by(Store.id).limit(1))
        if store_id is None:
            raise ReviewRefused("no-store", data=str(settings.data))
        async with database.read(store_id) as session:
            store = facts_of(await session.get_one(Store, store_id))
            if day >= store.days.of(datetime.now(UTC)):
                raise ReviewRefused("not-over", day=day.isoformat())
            past = await past_day(session, store, day)
            if past is None:
                raise await _no_such_day(session, store, day)
            return past
    except DBAPIError as error:
        raise ReviewRefused("database-unknown", cause=str(error.orig)) from error
    finally:
        await database.close()


async def _no_such_day(session: AsyncSession, store: StoreFacts, day: date) -> ReviewRefused:
    first, last = (await session.execute(select(func.min(VisitRow.arrived_at), func.max(VisitRow.arrived_at)))).one()
    said = {"day": day.isoformat()}
    said["first"] = store.days.of(first).isoformat() if first else "none"
    said["last"] = store.days.of(last).isoformat() if last else "none"
    return ReviewRefused("no-such-day", **said)
