"""Where there is room: free starts for bookings, and a seat for whoever stands at the desk. Moves nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from hub.catalog.queries import PhaseFacts
from hub.kernel.commands import Context, StoreFacts
from hub.kernel.errors import Refused
from hub.operations.bookings.making import PlannedWork, reassign
from hub.operations.bookings.ports import FreeStart, PlannedPhase, SlotRequest, Wish
from hub.operations.bookings.rules import SLOT_TAKEN
from hub.operations.planning.adoption import make_promise
from hub.operations.planning.answer import place_until
from hub.operations.planning.compromises import Compromise, compromises_of
from hub.operations.planning.duration_log import learned
from hub.operations.planning.laid_days import ASKED, Laid, LaidDays, lay
from hub.operations.planning.lengths import LengthRule, planned_minutes
from hub.operations.planning.models import PromiseData
from hub.operations.planning.odds import Delays, odds_of, window_of
from hub.operations.planning.problem import BOOKED_GRACE_MINUTES, DayProblem, problem_of
from hub.operations.planning.rows import DayRows, own_settings, rows_of
from hub.operations.planning.tables import PromiseRow
from hub.operations.team.tables import TechnicianSkillRow
from hub.operations.visits.models import Window
from scheduler import Assignment, Item, Problem, Request, Visit
from scheduler.board import Board
from scheduler.fit import Ask

ROUNDED_MINUTES = 5

ANSWERS_KEPT = 64
"""Of one day. Strangers may ask for any services in any order, and each answer takes some ten kilobytes."""


class Finder:
    """Fills `SlotFinder` of the bookings and `FloorPlanner` of the visits. Days are kept until a fact disturbs them."""

    def __init__(self) -> None:
        self.laid_days = LaidDays()

    async def free_starts(
        self, session: AsyncSession, store: StoreFacts, now: datetime, request: SlotRequest
    ) -> list[FreeStart]:
        today = store.days.of(now)
        days = [request.date_from + timedelta(days=number) for number in range(request.days)]
        laid_days = await self.laid_days.days(session, store, now, [day for day in days if day >= today])
        found = [laid.without(request.moving) for laid in laid_days if laid is not None]
        return [start for laid in found for start in _starts(laid, request.services, store, now)]

    async def earliest(
        self, session: AsyncSession, store: StoreFacts, now: datetime, services: tuple[Wish, ...]
    ) -> Window | None:
        """The window that `seat` would promise to somebody who asks now; None when today has no room."""
        [laid] = await self.laid_days.days(session, store, now, [store.days.of(now)], overtime=True)
        if laid is None or not _offered(services, laid.rows):
            return None
        rows = laid.ask(_asked(services, laid.rows), Ask(not_before=laid.day.problem.now))
        if not rows:
            return None
        first = min(rows, key=lambda row: row.start)
        start, end, odds = window_of(laid.day.moment(first.start), laid.delays.of(first), laid.rows.rescued)
        return Window(start=start, end=end, odds=odds)

    async def compromises(
        self, session: AsyncSession, store: StoreFacts, now: datetime, booking_id: str
    ) -> tuple[Compromise, ...]:
        """What would give a customer who is in the store without room a seat today."""
        [laid] = await self.laid_days.days(session, store, now, [store.days.of(now)], overtime=True)
        if laid is None:
            return ()
        if booking_id not in laid.compromises:
            laid.compromises[booking_id] = compromises_of(laid, booking_id)
        known: tuple[Compromise, ...] = laid.compromises[booking_id]
        return known

    async def place(
        self,
        session: AsyncSession,
        store: StoreFacts,
        now: datetime,
        booking_id: str,
        request: SlotRequest,
        start: datetime,
    ) -> list[PlannedPhase]:
        rows = await rows_of(session, store, now, store.days.of(start))
        rows.bookings = [booking for booking in rows.bookings if booking.id != booking_id]
        laid = lay(rows, overtime=False)
        if laid is None:
            raise Refused(SLOT_TAKEN)
        minute = (start.astimezone(UTC) - laid.day.origin) // timedelta(minutes=1)
        visit = _asked(request.services, rows)
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

    async def minutes(self, context: Context, service_id: str, phase: PhaseFacts, technician_id: str | None) -> int:
        if not phase.needs_technician or technician_id is None:
            return phase.minutes
        skill = await context.session.get(TechnicianSkillRow, (technician_id, phase.skill)) if phase.skill else None
        durations = await learned(context.session, context.store, context.store.days.of(context.now))
        rule = LengthRule.of(own_settings(context.store))
        return planned_minutes(phase, service_id, skill.level if skill else 0, technician_id, durations, rule)

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
        start, end, odds = window_of(day.moment(own[0].start), delays.of(own[0]), rows.rescued)
        told = {f"{row.item}:{row.phase}": day.moment(row.start).isoformat() for row in own}
        await make_promise(context, PromiseData(booking_id=booking_id, start=start, end=end, odds=odds), told)
        return Window(start=start, end=end, odds=odds)


async def _today(context: Context) -> DayRows:
    await context.session.flush()
    return await rows_of(context.session, context.store, context.now, context.store.days.of(context.now))


def _offered(services: tuple[Wish, ...], rows: DayRows) -> bool:
    return all(wish.service_id in rows.catalog.services for wish in services)


def _asked(services: tuple[Wish, ...], rows: DayRows) -> Visit:
    """A visit for these services; its items are named by their number. Who has left the team is asked for no longer."""
    items = []
    for number, wish in enumerate(services):
        phases = rows.catalog.services[wish.service_id].phases
        request = Request()
        if wish.requested in ("woman", "man"):
            request = Request("tag", tag=wish.requested)
        elif wish.requested in ("must", "prefers") and wish.technician_id and wish.technician_id not in rows.retired:
            request = Request("must" if wish.requested == "must" else "prefers", (wish.technician_id,))
        skills = {phase.skill for phase in phases if phase.needs_technician}
        built = tuple(rows.lengths.phase(wish.service_id, phase) for phase in phases)
        items.append(Item(str(number), built, request, same_technician=len(skills) <= 1))
    return Visit(id=ASKED, items=tuple(items))


def _starts(laid: Laid, services: tuple[Wish, ...], store: StoreFacts, now: datetime) -> list[FreeStart]:
    """Free starts on the day's grid, from now on, ending before the store closes; none for what the store does not have."""
    if not _offered(services, laid.rows):
        return []
    past = laid.day.origin.astimezone(store.zone).minute
    soonest = max(laid.day.problem.now, -((laid.day.origin - now) // timedelta(minutes=1)))
    minute = _on_grid(soonest, past, laid.step)
    key = services, minute
    if key not in laid.answers:
        laid.answers[key] = list(_found(laid, _asked(services, laid.rows), minute, past))
        while len(laid.answers) > ANSWERS_KEPT:
            del laid.answers[next(iter(laid.answers))]
    return laid.answers[key]


def _found(laid: Laid, visit: Visit, minute: int, past: int) -> Iterator[FreeStart]:
    while minute < laid.closes:
        rows = laid.ask(visit, Ask(exact=minute))
        if rows is not None:
            if max(row.end for row in rows) <= laid.closes:
                yield _free_start(laid, rows)
            minute += laid.step
            continue
        later = laid.ask(visit, Ask(not_before=minute + 1))
        if later is None:
            break
        minute = max(minute + laid.step, _on_grid(min(row.start for row in later), past, laid.step))


def _on_grid(minute: int, past: int, step: int) -> int:
    """The first minute from this one on that is a multiple of `step` on the wall; minute 0 is `past` the hour."""
    return minute + -(minute + past) % step


def _free_start(laid: Laid, rows: tuple[Assignment, ...]) -> FreeStart:
    first = min(rows, key=lambda row: row.start)
    delay = laid.delays.of(first)
    people = tuple(dict.fromkeys(row.technician for row in rows if row.technician))
    end = max(row.end for row in rows)
    return FreeStart(
        laid.day.moment(first.start), laid.day.moment(end), people, odds_of(BOOKED_GRACE_MINUTES, delay, laid.rows.rescued)
    )


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
