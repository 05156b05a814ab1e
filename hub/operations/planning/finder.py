"""Where there is room: free starts for bookings, and a seat for whoever stands at the desk. Moves nobody else."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.catalog.queries import Catalog
from hub.kernel.commands import Context, StoreFacts
from hub.kernel.errors import Refused
from hub.kernel.tables import Store
from hub.kernel.wall_time import date_of
from hub.operations.bookings.making import PlannedWork, reassign
from hub.operations.bookings.ports import FreeStart, PlannedPhase, SlotRequest, Wish
from hub.operations.bookings.rules import SLOT_TAKEN
from hub.operations.planning.adoption import make_promise
from hub.operations.planning.answer import place_until
from hub.operations.planning.models import PromiseData
from hub.operations.planning.odds import Delays, odds_of, window_of
from hub.operations.planning.problem import BOOKED_GRACE_MINUTES, DayProblem, phase_of, planning_settings, problem_of
from hub.operations.planning.rows import DayRows, Standing, rows_of, standing_of
from hub.operations.planning.tables import PromiseRow
from hub.operations.visits.models import Window
from scheduler import Assignment, Item, Problem, Request, Visit
from scheduler.board import Board
from scheduler.fit import Ask
from scheduler.insertion import Inserter

SLOT_MINUTES = 15
"""Store setting `planning.slot_minutes`: starts are offered on this grid."""

ROUNDED_MINUTES = 5
DAYS_KEPT = 64
"""Days whose occupancy is kept between questions."""

ASKED = "asked"
"""Id of the visit that is thought of."""


@dataclass(slots=True)
class Laid:
    """A day's problem with its plan laid on a board."""

    day: DayProblem
    board: Board
    closes: int
    """Minute at which the store closes."""
    step: int
    """Minutes between two starts that are offered."""
    _delays: Delays | None = None

    def ask(self, visit: Visit, ask: Ask) -> tuple[Assignment, ...] | None:
        """Room for a visit, the board left as it is."""
        self.board.visits[visit.id] = visit
        return Inserter(self.board).place_visit(visit, ask)

    @property
    def delays(self) -> Delays:
        if self._delays is None:
            rows = [row for name, placed in self.board.rows.items() if name != ASKED for row in placed]
            self._delays = Delays.of_problem(self.day.problem, rows, self.day.spread)
        return self._delays


class Finder:
    """Fills `SlotFinder` of the bookings and `FloorPlanner` of the visits. Occupied days are kept per newest fact."""

    def __init__(self) -> None:
        self._laid: OrderedDict[tuple[str, str, int, date, datetime | None, bool], Laid | None] = OrderedDict()

    async def free_starts(
        self, session: AsyncSession, store: StoreFacts, now: datetime, request: SlotRequest
    ) -> list[FreeStart]:
        standing = await standing_of(session)
        seq = await session.scalar(select(Store.seq).where(Store.id == store.id)) or 0
        found: list[FreeStart] = []
        for number in range(request.days):
            day = request.date_from + timedelta(days=number)
            if day >= date_of(now, store.zone):
                laid = await self._day(session, store, now, seq, day, standing)
                if laid is not None:
                    found += _starts(laid, _asked(request.services, standing, 0), store, now)
        return found

    async def earliest(
        self, session: AsyncSession, store: StoreFacts, now: datetime, services: tuple[Wish, ...]
    ) -> Window | None:
        """The window that `seat` would promise to somebody who asks now; None when today has no room."""
        standing = await standing_of(session)
        seq = await session.scalar(select(Store.seq).where(Store.id == store.id)) or 0
        laid = await self._day(session, store, now, seq, date_of(now, store.zone), standing, overtime=True)
        if laid is None:
            return None
        rows = laid.ask(_asked(services, standing, 0), Ask(not_before=laid.day.problem.now))
        if not rows:
            return None
        first = min(rows, key=lambda row: row.start)
        start, end, odds = window_of(laid.day.moment(first.start), laid.delays.of(first))
        return Window(start=start, end=end, odds=odds)

    async def place(
        self,
        session: AsyncSession,
        store: StoreFacts,
        now: datetime,
        booking_id: str,
        request: SlotRequest,
        start: datetime,
    ) -> list[PlannedPhase]:
        rows = await rows_of(session, store, now, date_of(start, store.zone))
        rows.bookings = [booking for booking in rows.bookings if booking.id != booking_id]
        laid = lay(rows, overtime=False)
        if laid is None:
            raise Refused(SLOT_TAKEN)
        minute = (start.astimezone(UTC) - laid.day.origin) // timedelta(minutes=1)
        visit = _asked(request.services, rows.standing, 0)
        placed = laid.ask(visit, Ask(exact=minute)) if minute >= laid.day.problem.now else None
        if placed is None or max(row.end for row in placed) > laid.closes:
            raise Refused(SLOT_TAKEN)
        return [
            PlannedPhase(int(row.item), row.phase, row.technician, row.place, work.start, work.end, work.place_until)
            for row, work in zip(placed, _works(laid.day, visit, placed), strict=True)
        ]

    async def seat(self, context: Context, booking_id: str) -> Window | None:
        rows = await _today(context)
        laid = lay(rows, overtime=True, without=booking_id)
        visit = next((v for v in laid.day.problem.visits if v.id == booking_id), None) if laid else None
        if laid is None or visit is None:
            return None
        own = {(r.item, r.phase): r for r in laid.day.problem.published if r.visit == booking_id}
        placed = laid.ask(visit, Ask(not_before=laid.day.problem.now, wanted=own))
        if placed is None:
            return None
        open_rows = [row for row in placed if not _begun(visit, row)]
        pinned = {(r.item_id, r.ordinal): r.pinned for rows_ in rows.assignments.values() for r in rows_.values()}
        works = {(w.item_id, w.ordinal): w for w in _works(laid.day, visit, placed)}
        wanted = [works[row.item, row.phase] for row in open_rows]
        await reassign(context, [replace(w, pinned=pinned.get((w.item_id, w.ordinal), False)) for w in wanted])
        return await self.promise(context, booking_id)

    async def promise(self, context: Context, booking_id: str) -> Window | None:
        known = await context.session.get(PromiseRow, booking_id)
        if known is not None:
            return Window(start=known.start, end=known.end, odds=known.odds)
        rows = await _today(context)
        day = problem_of(rows)
        own = sorted((r for r in day.problem.published if r.visit == booking_id), key=lambda r: (r.start, r.item))
        if not own:
            return None
        delays = Delays.of_problem(day.problem, (*day.problem.published, *_facts(day.problem)), day.spread)
        start, end, odds = window_of(day.moment(own[0].start), delays.of(own[0]))
        told = {f"{row.item}:{row.phase}": day.moment(row.start).isoformat() for row in own}
        await make_promise(context, PromiseData(booking_id=booking_id, start=start, end=end, odds=odds), told)
        return Window(start=start, end=end, odds=odds)

    async def _day(
        self,
        session: AsyncSession,
        store: StoreFacts,
        now: datetime,
        seq: int,
        day: date,
        standing: Standing,
        *,
        overtime: bool = False,
    ) -> Laid | None:
        minute = now.replace(second=0, microsecond=0) if day == date_of(now, store.zone) else None
        key = store.id, store.epoch, seq, day, minute, overtime
        if key in self._laid:
            self._laid.move_to_end(key)
            return self._laid[key]
        laid = lay(await rows_of(session, store, now, day, standing), overtime=overtime)
        self._laid[key] = laid
        while len(self._laid) > DAYS_KEPT:
            self._laid.popitem(last=False)
        return laid


async def _today(context: Context) -> DayRows:
    await context.session.flush()
    return await rows_of(context.session, context.store, context.now, date_of(context.now, context.store.zone))


def lay(rows: DayRows, *, overtime: bool, without: str | None = None) -> Laid | None:
    """The plan in force on a board; None on a day without opening hours. `without`: one visit is left off."""
    if rows.hours is None:
        return None
    day = problem_of(rows)
    if not overtime:
        people = tuple(replace(technician, overtime_max=0) for technician in day.problem.technicians)
        day = replace(day, problem=replace(day.problem, technicians=people))
    board = Board(day.problem)
    for visit in day.problem.visits:
        if visit.id == without:
            continue
        published = [row for row in day.problem.published if row.visit == visit.id]
        if published:
            board.put(visit, [*board.rows.get(visit.id, ()), *published])
    closes = (rows.hours[1] - day.origin) // timedelta(minutes=1)
    return Laid(day, board, closes, int(planning_settings(rows).get("slot_minutes", SLOT_MINUTES)))


def _asked(services: tuple[Wish, ...], standing: Standing, release: int) -> Visit:
    """A visit for these services; its items are named by their number."""
    catalog: Catalog = standing.catalog
    items = []
    for number, wish in enumerate(services):
        phases = catalog.services[wish.service_id].phases
        request = Request()
        if wish.requested in ("woman", "man"):
            request = Request("tag", tag=wish.requested)
        elif wish.requested in ("must", "prefers") and wish.technician_id:
            request = Request("must" if wish.requested == "must" else "prefers", (wish.technician_id,))
        skills = {phase.skill for phase in phases if phase.needs_technician}
        items.append(Item(str(number), tuple(phase_of(phase) for phase in phases), request, same_technician=len(skills) <= 1))
    return Visit(id=ASKED, items=tuple(items), release=release)


def _starts(laid: Laid, visit: Visit, store: StoreFacts, now: datetime) -> list[FreeStart]:
    """Free starts on the day's grid, from now on, ending before the store closes."""
    past = laid.day.origin.astimezone(store.zone).minute
    soonest = max(laid.day.problem.now, -((laid.day.origin - now) // timedelta(minutes=1)))
    minute = _on_grid(soonest, past, laid.step)
    found = []
    while minute < laid.closes:
        rows = laid.ask(visit, Ask(exact=minute))
        if rows is not None:
            if max(row.end for row in rows) <= laid.closes:
                found.append(_free_start(laid, rows))
            minute += laid.step
            continue
        later = laid.ask(visit, Ask(not_before=minute + 1))
        if later is None:
            break
        minute = max(minute + laid.step, _on_grid(min(row.start for row in later), past, laid.step))
    return found


def _on_grid(minute: int, past: int, step: int) -> int:
    """The first minute from this one on that is a multiple of `step` on the wall; minute 0 is `past` the hour."""
    return minute + -(minute + past) % step


def _free_start(laid: Laid, rows: tuple[Assignment, ...]) -> FreeStart:
    first = min(rows, key=lambda row: row.start)
    delay = laid.delays.of(first)
    people = tuple(dict.fromkeys(row.technician for row in rows if row.technician))
    end = max(row.end for row in rows)
    return FreeStart(laid.day.moment(first.start), laid.day.moment(end), people, odds_of(BOOKED_GRACE_MINUTES, delay))


def _works(day: DayProblem, visit: Visit, rows: tuple[Assignment, ...]) -> list[PlannedWork]:
    items = {item.id: item for item in visit.items}
    by_key = {(row.item, row.phase): row for row in rows}
    return [
        PlannedWork(
            row.item,
            row.phase,
            row.technician,
            row.place,
            day.moment(row.start),
            day.moment(row.end),
            place_until(day, items[row.item], row, by_key.get((row.item, row.phase + 1))),
        )
        for row in rows
    ]


def _begun(visit: Visit, row: Assignment) -> bool:
    item = next(item for item in visit.items if item.id == row.item)
    fixed = item.phases[row.phase].fixed
    return fixed is not None and fixed.start is not None


def _facts(problem: Problem) -> list[Assignment]:
    board = Board(problem)
    return [row for rows in board.rows.values() for row in rows]
