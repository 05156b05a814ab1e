"""Days with their plan laid on a board, kept between questions until a fact disturbs that very day."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel import journal
from hub.kernel.commands import StoreFacts
from hub.kernel.tables import EventRow, Store
from hub.operations.bookings.ports import FreeStart
from hub.operations.bookings.tables import BookingRow
from hub.operations.planning.events import PlanAdopted
from hub.operations.planning.odds import Delays
from hub.operations.planning.premises import DISTURBING, concerns
from hub.operations.planning.problem import DayProblem, problem_of
from hub.operations.planning.rows import DayRows, Standing, rows_of, standing_of
from scheduler import Assignment, Visit
from scheduler.board import Board
from scheduler.fit import Ask
from scheduler.insertion import Inserter

SLOT_MINUTES = 15
"""Store setting `planning.slot_minutes`: starts are offered on this grid."""

DAYS_KEPT = 48
"""Days whose occupancy is kept between questions; one takes up to two megabytes."""

FACTS_READ = 500
"""After more facts than these everything is laid anew."""

LEFT_OFF_KEPT = 4
"""Bookings of one day that are being moved by their customers."""

ASKED = "asked"
"""Id of the visit that is thought of."""

_TELLING = frozenset({*(event.event_type for event in DISTURBING), PlanAdopted.event_type})


@dataclass(slots=True)
class Laid:
    """A day's problem with its plan laid on a board."""

    rows: DayRows
    day: DayProblem
    board: Board
    closes: int
    """Minute at which the store closes."""
    step: int
    """Minutes between two starts that are offered."""
    answers: dict[Any, list[FreeStart]] = field(default_factory=dict)
    """What was offered, by what was asked."""
    compromises: dict[str, Any] = field(default_factory=dict)
    """What customers without room could do without, by booking."""
    left_off: dict[str, Laid | None] = field(default_factory=dict)
    """The same day without one booking."""
    _delays: Delays | None = None

    def without(self, booking_id: str | None) -> Laid:
        """The day as it would be if this booking were gone."""
        if booking_id is None or booking_id not in self.board.rows:
            return self
        if booking_id not in self.left_off:
            self.left_off[booking_id] = lay(self.rows, overtime=False, without=booking_id)
            while len(self.left_off) > LEFT_OFF_KEPT:
                del self.left_off[next(iter(self.left_off))]
        return self.left_off[booking_id] or self

    def ask(self, visit: Visit, ask: Ask) -> tuple[Assignment, ...] | None:
        """Room for a visit, the board left as it is."""
        self.board.visits[visit.id] = visit
        return Inserter(self.board).place_visit(visit, ask)

    @property
    def delays(self) -> Delays:
        if self._delays is None:
            rows = [row for name, placed in self.board.rows.items() if name != ASKED for row in placed]
            self._delays = Delays.of_problem(self.day.problem, rows, self.day.spread)
            self._delays.forget_starts()
        return self._delays


def lay(rows: DayRows, *, overtime: bool, without: str | None = None) -> Laid | None:
    """The plan in force on a board; None on a day without opening hours. `without`: one visit is left off."""
    if rows.hours is None:
        return None
    day = problem_of(rows)
    if not overtime:
        people = tuple(replace(technician, overtime_max=0) for technician in day.problem.technicians)
        day = replace(day, problem=replace(day.problem, technicians=people))
    board = Board(day.problem)
    published: dict[str, list[Assignment]] = {}
    for row in day.problem.published:
        published.setdefault(row.visit, []).append(row)
    for visit in day.problem.visits:
        if visit.id != without and visit.id in published:
            board.put(visit, [*board.rows.get(visit.id, ()), *published[visit.id]])
    closes = (rows.hours[1] - day.origin) // timedelta(minutes=1)
    return Laid(rows, day, board, closes, int(rows.own.get("slot_minutes", SLOT_MINUTES)))


_OWN = "laid_days"
"""Where a command's session has the days that the command has laid."""

Key = tuple[str, str, str, date, date, datetime | None, bool]
"""Store, epoch, settings with the begin of days, the day, today, the minute where the day is today, whether overtime counts
as room.
"""


@dataclass(slots=True)
class _Kept:
    seq: int
    """No fact up to here has disturbed the day since it was laid."""
    laid: Laid | None


class LaidDays:
    """Reads and lays days; a day is laid anew only after a fact about it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()

    def forget(self) -> None:
        """As after a restart."""
        self._kept.clear()

    async def days(
        self, session: AsyncSession, store: StoreFacts, now: datetime, wanted: Iterable[date], *, overtime: bool = False
    ) -> list[Laid | None]:
        """The days asked for, in order; None where the store is closed.

        What a command lays it has for itself: it sees what may never be committed, under numbers that are given again then.
        """
        seq = await session.scalar(select(Store.seq).where(Store.id == store.id)) or 0
        keys = [self._key(store, now, day, overtime) for day in wanted]
        found = await self._undisturbed(session, store, seq, {key: self._kept[key] for key in keys if key in self._kept})
        if journal.noting(session):
            own: dict[Key, _Kept] = session.info.setdefault(_OWN, {})
            found = own | found
            await self._lay(session, store, now, seq, keys, found, own)
            return [found[key].laid for key in keys]
        for kept in found.values():
            kept.seq = max(kept.seq, seq)
        await self._lay(session, store, now, seq, keys, found, self._kept)
        for key in keys:
            self._kept[key] = found[key]
            self._kept.move_to_end(key)
        while len(self._kept) > DAYS_KEPT:
            self._kept.popitem(last=False)
        return [found[key].laid for key in keys]

    async def _lay(
        self,
        session: AsyncSession,
        store: StoreFacts,
        now: datetime,
        seq: int,
        keys: list[Key],
        found: dict[Key, _Kept],
        kept: dict[Key, _Kept],
    ) -> None:
        """Lay the days that are not found yet, and keep each at once: who asks meanwhile lays it no second time."""
        standing: Standing | None = None
        for key in keys:
            if key in found:
                continue
            meanwhile = self._kept.get(key)
            if meanwhile is not None and meanwhile.seq >= seq:
                found[key] = meanwhile
                continue
            standing = standing or await standing_of(session)
            rows = await rows_of(session, store, now, key[3], standing)
            found[key] = kept[key] = _Kept(seq, lay(rows, overtime=key[6]))
            # Laying a day takes tens of milliseconds: others have their turn in between.
            await asyncio.sleep(0)

    def _key(self, store: StoreFacts, now: datetime, day: date, overtime: bool) -> Key:
        today = store.days.of(now)
        minute = now.replace(second=0, microsecond=0) if day == today else None
        return store.id, store.epoch, f"{store.days.begins} {store.settings.get('planning')!r}", day, today, minute, overtime

    async def _undisturbed(
        self, session: AsyncSession, store: StoreFacts, seq: int, kept: dict[Key, _Kept]
    ) -> dict[Key, _Kept]:
        """Those of the days that no newer fact is about."""
        oldest = min((each.seq for each in kept.values()), default=seq)
        if oldest >= seq:
            return kept
        wanted = select(EventRow.seq, EventRow.type, EventRow.data, EventRow.at).where(
            EventRow.seq > oldest, EventRow.type.in_(_TELLING)
        )
        facts = list(await session.execute(wanted.limit(FACTS_READ)))
        if len(facts) == FACTS_READ:
            return {}
        dates = await _dates_of_bookings(session, store, [data for _, kind, data, _ in facts if kind.startswith("bookings.")])
        return {
            key: each
            for key, each in kept.items()
            if not any(fact.seq > each.seq and _is_about(key[3], store, dates, *fact[1:]) for fact in facts)
        }


async def _dates_of_bookings(session: AsyncSession, store: StoreFacts, facts: list[dict[str, Any]]) -> dict[str, date]:
    """For facts that name a booking and no moment."""
    ids = {str(data["booking_id"]) for data in facts if "booking_id" in data}
    wanted = select(BookingRow.id, BookingRow.booked_start).where(BookingRow.id.in_(ids))
    return {name: store.days.of(start) for name, start in await session.execute(wanted)} if ids else {}


def _is_about(day: date, store: StoreFacts, dates: dict[str, date], kind: str, data: dict[str, Any], at: datetime) -> bool:
    if kind == PlanAdopted.event_type:
        return bool(data["date"] == day.isoformat() and data.get("changed", True))
    known = dates.get(str(data.get("booking_id")))
    if known is not None and not {"start", "before", "after"} & data.keys():
        return known == day
    return concerns(kind, data, store, day, at)
