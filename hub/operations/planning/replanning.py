"""From disturbing facts to an adopted plan: wait for quiet, read, solve in the worker, verify, adopt; stale: again.

The first answer comes into force at once; the search goes on from there, and what it finds settles the round.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.access import system
from hub.kernel.dispatch import Door, facts_of
from hub.kernel.errors import Refused
from hub.kernel.event_log import Bell
from hub.kernel.events import Recorded
from hub.kernel.tables import Store
from hub.kernel.wall_time import date_of
from hub.operations.bookings.rules import SLOT_TAKEN
from hub.operations.planning.answer import phases_of, promises_of
from hub.operations.planning.models import AdoptPlan
from hub.operations.planning.premises import concerns, newer_premise, newer_premises
from hub.operations.planning.problem import DayProblem, problem_of
from hub.operations.planning.reasons import trigger_of
from hub.operations.planning.rows import DayRows, rows_of
from hub.operations.planning.rules import STALE_PREMISES
from hub.operations.planning.settling import held, moved_by, moves_on
from hub.operations.planning.tables import PlanRow
from hub.operations.planning.worker import Worker, WorkerFailedError
from scheduler import Plan, Problem, explain, greedy, verify

QUIET_SECONDS = 0.3
"""Real seconds without a new fact before planning begins, so that a burst leads to one plan."""

QUIET_MOST_SECONDS = 2.0
"""A floor that never falls quiet is planned all the same."""

FIRST_SECONDS = 0.05
"""Solver time of the first answer: greedy repair, and the first neighbourhood where there is time for it."""

SOLVE_SECONDS = 1.0
"""Solver time of the search that goes on from the first answer."""

TRIES = 8
"""Plans overtaken by newer facts before the follower takes a breath and comes again."""

GREEDY_AFTER = 4
"""The same before the greedy plan, which is the quickest, has to do."""

log = structlog.get_logger(__name__)


class NoPlanError(RuntimeError):
    """No plan could be adopted now; the follower tries again."""


@dataclass(frozen=True, slots=True)
class Found:
    """A verified plan and who made it."""

    plan: Plan
    author: Literal["solver", "greedy"]


@dataclass(frozen=True, slots=True)
class Round:
    """What one answer was made from, and what became of it."""

    day: DayProblem
    found: Found
    facts: tuple[Recorded, ...]
    """What made it necessary."""
    number: int
    """Of the adopted plan."""


@dataclass(frozen=True, slots=True)
class Read:
    """The day at one moment."""

    rows: DayRows
    seq: int
    facts: tuple[Recorded, ...]
    """Disturbing ones that no plan knows."""


class Planner:
    """Plans the stores' days. One solver process, started when it is first needed."""

    def __init__(
        self,
        door: Door,
        bell: Bell,
        worker: Worker | None,
        *,
        quiet_seconds: float = QUIET_SECONDS,
        solve_seconds: float = SOLVE_SECONDS,
        first_seconds: float = FIRST_SECONDS,
    ) -> None:
        self._door = door
        self._bell = bell
        self.worker = worker
        self.quiet_seconds = quiet_seconds
        self.solve_seconds = solve_seconds
        self.first_seconds = first_seconds
        self._one_at_a_time = asyncio.Lock()

    def close(self) -> None:
        """End the solver process."""
        if self.worker is not None:
            self.worker.close()

    async def follow(self, store_id: str, facts: list[Recorded]) -> None:
        """Answer disturbing facts with a plan at once, and with a better one where the search finds it.

        Raises NoPlanError when there is none yet.
        """
        if self.worker is not None:
            self.worker.start()
        today, fresh = await self._unplanned(store_id, facts)
        if not fresh:
            return
        for attempt in range(TRIES):
            await self._wait_for_quiet(store_id)
            first = await self.answer_first(store_id, today, seconds=self.first_seconds if attempt < GREEDY_AFTER else 0.0)
            if first is not None:
                await self.settle(store_id, today, first)
                return
        raise NoPlanError(store_id)

    async def _unplanned(self, store_id: str, facts: Sequence[Recorded]) -> tuple[date, list[Recorded]]:
        """Today, and those facts about it that the plan in force does not know."""
        async with self._door.database.read(store_id) as session:
            store = facts_of(await session.get_one(Store, store_id))
            today = date_of(self._door.clock.now(), store.zone)
            known = await _known_seq(session, today)
        return today, [f for f in facts if f.seq > known and concerns(f.type, f.data, store, today, f.at)]

    async def _wait_for_quiet(self, store_id: str) -> None:
        begun = changed = time.monotonic()
        newest = self._bell.newest().get(store_id, 0)
        while True:
            now = time.monotonic()
            if now - changed >= self.quiet_seconds or now - begun >= QUIET_MOST_SECONDS:
                return
            await asyncio.sleep(min(0.05, self.quiet_seconds))
            heard = self._bell.newest().get(store_id, 0)
            if heard != newest:
                newest, changed = heard, time.monotonic()

    async def answer_first(self, store_id: str, day: date, *, seconds: float) -> Round | None:
        """Read, answer within `seconds` of solving, verify, adopt. None when the world moved on meanwhile."""
        read = await self.read(store_id, day)
        problem = problem_of(read.rows)
        found = await self.solve(problem, store_id, read.seq, seconds)
        command = adoption_of(read.rows, problem, found, read.seq, read.facts)
        # The search settles what a first answer leaves open; without a solver nobody goes on.
        number = await self.adopt(store_id, command.model_copy(update={"first": found.author == "solver"}))
        return None if number is None else Round(problem, found, read.facts, number)

    async def settle(self, store_id: str, day: date, first: Round) -> None:
        """Search on from a first answer in force, and adopt what is better or better known.

        Nobody whom the first answer has moved is moved again, but for those who would still be late or wait; what comes
        of these is told as one move.
        """
        if first.found.author != "solver":
            return
        read = await self.read(store_id, day)
        if read.facts:
            return  # The next round knows more.
        told = moved_by(first.day.problem, first.found.plan)
        problem = held(problem_of(read.rows), told)
        found = await self.solve(problem, store_id, read.seq, self.solve_seconds)
        if moves_on(problem.problem, found.plan, told):
            found = Found(await asyncio.to_thread(_greedy, problem.problem), first.found.author)
        command = adoption_of(read.rows, problem, found, read.seq, first.facts)
        await self.adopt(store_id, command.model_copy(update={"improves": first.number}))

    async def adopt(self, store_id: str, command: AdoptPlan) -> int | None:
        """The new plan's number; None when the world has moved on."""
        try:
            answered = await self._door.submit(command, system(store_id, "planner"), self._door.chance.id())
        except Refused as refusal:
            if refusal.kind in (STALE_PREMISES, SLOT_TAKEN):
                log.info("plan overtaken", store=store_id, seq=command.premises_seq, code=refusal.kind.code)
                return None
            raise
        return int(answered.result["number"])

    async def read(self, store_id: str, day: date) -> Read:
        """The day now, with the facts that no plan of it knows."""
        async with self._door.database.read(store_id) as session:
            row = await session.get_one(Store, store_id)
            store, seq, now = facts_of(row), row.seq, self._door.clock.now()
            rows = await rows_of(session, store, now, day)
            facts = await newer_premises(session, store, day, await _known_seq(session, day))
        return Read(rows, seq, facts)

    async def solve(self, day: DayProblem, store_id: str, seq: int, seconds: float) -> Found:
        """The worker's verified plan, or the greedy one when there is no worker, no answer or no truth in it."""
        if seconds > 0 and self.worker is not None and self.worker.ready():
            async with self._one_at_a_time:
                watch = asyncio.create_task(self._hurry_when_overtaken(store_id, date.fromisoformat(day.problem.name), seq))
                try:
                    plan = await self.worker.solve(day.problem, None, seconds)
                    verdict = verify(day.problem, plan)
                    if verdict.valid:
                        return Found(plan, "solver")
                    log.error("solver lied", broken=[broken.rule for broken in verdict.broken])
                    self.worker.replace()
                except WorkerFailedError:
                    pass
                finally:
                    watch.cancel()
        return Found(await asyncio.to_thread(_greedy, day.problem), "greedy")

    async def _hurry_when_overtaken(self, store_id: str, day: date, seq: int) -> None:
        """Ask the worker for its best as soon as a newer fact disturbs what it is working on."""
        listener = self._bell.listen()
        try:
            while not await self._overtaken(store_id, day, seq):
                await listener.wait(1.0)
        finally:
            listener.close()
        if self.worker is not None:
            self.worker.hurry()

    async def _overtaken(self, store_id: str, day: date, seq: int) -> bool:
        if self._bell.newest().get(store_id, 0) <= seq:
            return False
        async with self._door.database.read(store_id) as session:
            store = facts_of(await session.get_one(Store, store_id))
            return await newer_premise(session, store, day, seq) is not None


async def _known_seq(session: AsyncSession, day: date) -> int:
    """The newest fact that the plan in force for this day knows."""
    return await session.scalar(select(func.max(PlanRow.premises_seq)).where(PlanRow.date == day)) or 0


def _greedy(problem: Problem) -> Plan:
    plan = greedy(problem)
    return replace(plan, reasons=explain(problem, problem.published, plan))


def adoption_of(rows: DayRows, problem: DayProblem, found: Found, seq: int, facts: Sequence[Recorded]) -> AdoptPlan:
    """The command that puts a plan into force; `seq` is the newest fact that it knows."""
    plan, trigger = found.plan, trigger_of(rows, facts)
    return AdoptPlan(
        date=rows.date,
        assignments=phases_of(rows, problem, plan, trigger),
        promises=promises_of(rows, problem, plan),
        premises_seq=seq,
        author=found.author,
        reason=trigger,
        causes=list(dict.fromkeys(fact.command_id for fact in facts))[-200:],
        status=plan.status,
        objective={str(level): value for level, value in plan.objective.items()},
        gap=plan.gap,
        seconds=plan.seconds,
    )
