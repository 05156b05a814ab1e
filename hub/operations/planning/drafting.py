"""The long parts of planning beside the search: reading the day, verifying an answer, wording the plan's adoption.

`Drafts` runs in a process of its own (`secretary`), so that whoever taps meanwhile is not kept waiting, and in the hub where
there is none. The hub sends an order, passes the problem on to the solver unread, and gets the command to send back.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.database import Database
from hub.kernel.dispatch import facts_of
from hub.kernel.events import Recorded
from hub.kernel.tables import Store
from hub.operations.bookings.events import BookingCancelled
from hub.operations.bookings.tables import AssignmentRow, BookingRow
from hub.operations.planning.answer import phases_of, promises_of
from hub.operations.planning.changes import Key, changes_of
from hub.operations.planning.greedily import greedily
from hub.operations.planning.later_days import BOOKED_AHEAD, is_settled, made_room
from hub.operations.planning.models import AdoptPlan
from hub.operations.planning.premises import newer_premises, unsettles
from hub.operations.planning.problem import DayProblem, problem_of
from hub.operations.planning.reasons import trigger_of
from hub.operations.planning.rows import DayRows, rows_of
from hub.operations.planning.settling import held, moved_by, moves_on
from hub.operations.planning.tables import PlanRow
from scheduler import Plan, Problem, verify

OPEN_MAX = 32
"""Days read and not yet answered; a round leaves two."""


@dataclass(frozen=True, slots=True)
class Order:
    """Read the day as it is at `now`, under a `ticket` that no other order has.

    `settles`: the ticket of the first answer that the search goes on from; None: this is to be a first answer.
    """

    ticket: int
    store_id: str
    day: date
    now: datetime
    settles: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What is to be solved. `problem` is a pickled `scheduler.Problem`; None: newer facts call for another round."""

    seq: int
    problem: bytes | None


@dataclass(frozen=True, slots=True)
class Draft:
    """The command that puts the plan into force, and what was wrong with the solver's."""

    command: AdoptPlan
    lie: tuple[str, ...] = ()
    """Broken rules by name, or what else made the answer no plan; then the greedy plan stands in."""


@dataclass(slots=True)
class _Open:
    rows: DayRows
    day: DayProblem
    seq: int
    facts: tuple[Recorded, ...]
    """What made a plan necessary."""
    standing: frozenset[Key]
    """Phases that have room on this day now."""
    settles: bool
    told: frozenset[str] = frozenset()
    """Whom this answer moves, or, where it settles one, whom the first has moved."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """Which days after `today` could these facts have unsettled?"""

    store_id: str
    today: date
    facts: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """Does everybody who is booked on a later day still have room? `facts`: what may have taken it."""

    store_id: str
    day: date
    now: datetime
    facts: tuple[Recorded, ...]


class LostTicketError(RuntimeError):
    """The order was given to another process, or too long ago."""


class Drafts:
    """Reads days and drafts the commands that adopt their plans. `search`: nobody waits here while it looks for more."""

    def __init__(self, database: Database, *, search: bool = False) -> None:
        self._database = database
        self._search = search
        self._open: OrderedDict[int, _Open] = OrderedDict()

    async def read(self, order: Order) -> Reading:
        """The day's problem at one moment."""
        first = self._open.get(order.settles) if order.settles is not None else None
        async with self._database.read(order.store_id) as session:
            row = await session.get_one(Store, order.store_id)
            store, seq = facts_of(row), row.seq
            facts = await newer_premises(session, store, order.day, await known_seq(session, order.day))
            if order.settles is not None and facts:
                return Reading(seq, None)
            rows = await rows_of(session, store, order.now, order.day)
            standing = await _standing(session, rows)
        day, told = problem_of(rows), first.told if first else frozenset()
        if order.settles is not None:
            day, facts = held(day, told), first.facts if first else ()
        self._open[order.ticket] = _Open(rows, day, seq, facts, standing, order.settles is not None, told)
        while len(self._open) > OPEN_MAX:
            self._open.popitem(last=False)
        return Reading(seq, pickle.dumps(day.problem))

    def draft(self, ticket: int, answer: bytes | None) -> Draft:
        """The adoption of the solver's pickled plan; of the greedy one where there is none or it is not to be believed.

        Raises:
            LostTicketError: nothing was read under this ticket here.
        """
        known = self._open.get(ticket)
        if known is None:
            raise LostTicketError(str(ticket))
        plan, lie = _believed(known.day.problem, answer)
        author: Literal["solver", "greedy"] = "greedy" if plan is None else "solver"
        if plan is None or (known.settles and moves_on(known.day.problem, plan, known.told)):
            plan = greedily(known.day.problem)
        if not known.settles:
            known.told = moved_by(known.day.problem, plan)
        whole = adoption_of(known.rows, known.day, plan, author, known.seq, known.facts)
        return Draft(changes_of(known.rows, known.standing, whole), lie)

    async def ahead(self, ask: Ahead) -> tuple[date, ...]:
        """The days with bookings that the facts are about, soonest first."""
        async with self._database.read(ask.store_id) as session:
            store = facts_of(await session.get_one(Store, ask.store_id))
            tomorrow = store.days.span(ask.today)[1]
            wanted = select(BookingRow.booked_start).where(
                BookingRow.booked_start >= tomorrow, BookingRow.state.in_(BOOKED_AHEAD)
            )
            booked = {store.days.of(start) for start in await session.scalars(wanted)}
            cancelled = {fact.data["booking_id"] for fact in ask.facts if fact.type == BookingCancelled.event_type}
            starts = select(BookingRow.id, BookingRow.booked_start).where(BookingRow.id.in_(cancelled))
            given_up = {booking_id: store.days.of(start) for booking_id, start in await session.execute(starts)}

        def is_about(fact: Recorded, day: date) -> bool:
            elsewhere = fact.type == BookingCancelled.event_type and given_up.get(fact.data["booking_id"], day) != day
            return not elsewhere and unsettles(fact, store, day)

        return tuple(day for day in sorted(booked) if any(is_about(fact, day) for fact in ask.facts))

    async def review(self, ask: Review) -> Draft | None:
        """The adoption that gives everybody room again; None where nobody is concerned, or can be helped."""
        async with self._database.read(ask.store_id) as session:
            row = await session.get_one(Store, ask.store_id)
            seq = row.seq
            rows = await rows_of(session, facts_of(row), ask.now, ask.day)
            standing = await _standing(session, rows)
        day = problem_of(rows)
        if is_settled(day.problem):
            return None
        # Windows are told on the day itself, with its first plan.
        whole = adoption_of(rows, day, made_room(day.problem, search=self._search), "greedy", seq, ask.facts).model_copy(
            update={"promises": []}
        )
        changes = changes_of(rows, standing, whole)
        return Draft(changes) if changes.assignments or changes.given_up else None


def _believed(problem: Problem, answer: bytes | None) -> tuple[Plan | None, tuple[str, ...]]:
    """The plan if it is one, and which rules it breaks."""
    if answer is None:
        return None, ()
    try:
        plan = pickle.loads(answer)  # noqa: S301 - from the hub's own process: perhaps broken, no stranger # nosec B301
    except Exception as error:
        return None, (f"{type(error).__name__}: {error}",)
    if not isinstance(plan, Plan):
        return None, (type(plan).__name__,)
    verdict = verify(problem, plan)
    return (plan, ()) if verdict.valid else (None, tuple(broken.rule for broken in verdict.broken))


async def known_seq(session: AsyncSession, day: date) -> int:
    """The newest fact that the plan in force for this day knows."""
    return await session.scalar(select(func.max(PlanRow.premises_seq)).where(PlanRow.date == day)) or 0


async def _standing(session: AsyncSession, rows: DayRows) -> frozenset[Key]:
    of_day = select(AssignmentRow.item_id, AssignmentRow.ordinal).where(
        AssignmentRow.start >= rows.begins, AssignmentRow.start < rows.ends
    )
    return frozenset((item, ordinal) for item, ordinal in await session.execute(of_day))


def adoption_of(
    rows: DayRows,
    problem: DayProblem,
    plan: Plan,
    author: Literal["solver", "greedy"],
    seq: int,
    facts: Sequence[Recorded],
) -> AdoptPlan:
    """The command that puts a plan into force; `seq` is the newest fact that it knows."""
    trigger = trigger_of(rows, facts)
    return AdoptPlan(
        date=rows.date,
        assignments=phases_of(rows, problem, plan, trigger),
        promises=promises_of(rows, problem, plan),
        premises_seq=seq,
        author=author,
        reason=trigger,
        causes=list(dict.fromkeys(fact.command_id for fact in facts))[-200:],
        status=plan.status,
        objective={str(level): value for level, value in plan.objective.items()},
        gap=plan.gap,
        seconds=plan.seconds,
    )
