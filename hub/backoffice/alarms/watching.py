"""Follows the log with the rules, raises alarms through the door, and writes to the managers."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select

from hub.backoffice.alarms.commands import Raise
from hub.backoffice.alarms.queries import is_known, limits
from hub.backoffice.alarms.rules import CLOCK, RULES, Limit, OddHour, Suspicion, clock_jumped, suspicions
from hub.catalog.queries import opening
from hub.kernel.access import system
from hub.kernel.clock import Clock
from hub.kernel.commands import StoreFacts
from hub.kernel.database import Database
from hub.kernel.dispatch import Door, facts_of
from hub.kernel.events import Recorded
from hub.kernel.tables import EventRow, Store

AROUND_OPENING = timedelta(hours=2)
"""People come before the first customer and tidy up after the last."""

LOOKED_AT = 20_000
"""Facts back, at most, that a window reaches."""


class Watch:
    """One look at new facts: windows are read from the log each time, so a restart forgets nothing."""

    def __init__(self, database: Database, door: Door, clock: Clock) -> None:
        self._database = database
        self._door = door
        self._clock = clock

    async def look(self, store_id: str, facts: list[Recorded]) -> list[Suspicion]:
        """Judge the new facts against what went before them; raise what is new."""
        raised = []
        async with self._database.read(store_id) as session:
            measures = await limits(session)
        for rule in RULES.values():
            fresh = [fact for fact in facts if fact.type in rule.types]
            if not fresh or not measures[rule.code].is_on:
                continue
            limit = measures[rule.code]
            window = await self._window(store_id, rule.types, fresh[0].at - timedelta(minutes=limit.minutes), fresh[-1].seq)
            odd = await self._odd_hours(store_id, window)
            for found in suspicions(rule, limit, window, odd, since=fresh[0].seq - 1):
                raised += await self._raise(store_id, found, limit)
        return raised

    async def look_at_the_clock(self, store_id: str) -> list[Suspicion]:
        """Facts in the future: the clock was turned back since."""
        async with self._database.read(store_id) as session:
            limit = (await limits(session))[CLOCK]
            newest = (await session.execute(select(EventRow.at, EventRow.seq).order_by(EventRow.seq.desc()).limit(1))).first()
        if newest is None or not clock_jumped(newest.at - self._clock.now(), limit):
            return []
        return await self._raise(store_id, Suspicion(CLOCK, "", 1, newest.seq), limit)

    async def _window(self, store_id: str, types: frozenset[str], since: datetime, last: int) -> list[Recorded]:
        conditions = (EventRow.type.in_(types), EventRow.seq > last - LOOKED_AT, EventRow.seq <= last, EventRow.at > since)
        async with self._database.read(store_id) as session:
            rows = await session.scalars(select(EventRow).where(*conditions).order_by(EventRow.seq))
            return [Recorded(**{name: getattr(row, name) for name in Recorded.model_fields}) for row in rows]

    async def _odd_hours(self, store_id: str, facts: list[Recorded]) -> OddHour:
        """By the opening hours of the fact's own day and of those beside it, whose evening or morning it may be; a day that is
        closed is odd from morning to night."""
        async with self._database.read(store_id) as session:
            row = (await session.execute(select(Store).where(Store.id == store_id))).scalar_one()
            store: StoreFacts = facts_of(row)
            days = {day for fact in facts for day in _around(store.days.of(fact.at))}
            hours = {day: await opening(session, store, day) for day in days}

        def odd(fact: Recorded) -> bool:
            spans = [span for day in _around(store.days.of(fact.at)) if (span := hours.get(day)) is not None]
            return not any(opens - AROUND_OPENING <= fact.at <= closes + AROUND_OPENING for opens, closes in spans)

        return odd

    async def _raise(self, store_id: str, found: Suspicion, limit: Limit) -> list[Suspicion]:
        since = self._clock.now() - timedelta(minutes=limit.minutes)
        async with self._database.read(store_id) as session:
            if await is_known(session, found.rule, found.subject, since):
                return []
        raising = Raise(rule=found.rule, subject=found.subject, count=found.count, minutes=limit.minutes, at_seq=found.seq)
        await self._door.submit(raising, system(store_id, "alarms"), self._door.chance.id())
        return [found]


def _around(day: date) -> tuple[date, date, date]:
    return day - timedelta(days=1), day, day + timedelta(days=1)
