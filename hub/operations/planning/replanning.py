"""From disturbing facts to an adopted plan: wait for quiet, read, solve in the worker, verify, adopt; stale: again."""

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

from hub.kernel import event_log
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
from hub.operations.planning.premises import concerns
from hub.operations.planning.problem import DayProblem, problem_of
from hub.operations.planning.reasons import trigger_of
from hub.operations.planning.rows import DayRows, rows_of
from hub.operations.planning.rules import STALE_PREMISES
from hub.operations.planning.tables import PlanRow
from hub.operations.planning.worker import Worker, WorkerFailedError
from scheduler import Plan, Problem, explain, greedy, verify

QUIET_SECONDS = 0.3
"""Real seconds without a new fact before planning begins, so that a burst leads to one plan."""

QUIET_MOST_SECONDS = 2.0
"""A floor that never falls quiet is planned all the same."""

SOLVE_SECONDS = 1.0
SHORTEST_SECONDS = 0.1
"""Less is not worth a question: the greedy plan stands in at once."""

TRIES = 8
"""Plans overtaken by newer facts before the follower takes a breath and comes again."""

log = structlog.get_logger(__name__)


class NoPlanError(RuntimeError):
    """No plan could be adopted now; the follower tries again."""


@dataclass(frozen=True, slots=True)
class Found:
    """A verified plan and who made it."""

    plan: Plan
    author: Literal["solver", "greedy"]


class Planner:
    """Plans the stores' current day. One solver process, started when it is first needed."""

    def __init__(
        self,
        door: Door,
        bell: Bell,
        worker: Worker | None,
        *,
        quiet_seconds: float = QUIET_SECONDS,
        solve_seconds: float = SOLVE_SECONDS,
    ) -> None:
        self._door = door
        self._bell = bell
        self.worker = worker
        self.quiet_seconds = quiet_seconds
        self.solve_seconds = solve_seconds
        self._one_at_a_time = asyncio.Lock()

    def close(self) -> None:
        """End the solver process."""
        if self.worker is not None:
            self.worker.close()

    async def follow(self, store_id: str, facts: list[Recorded]) -> None:
        """Answer disturbing facts with one adopted plan. Raises NoPlanError when there is none yet."""
        if self.worker is not None:
            self.worker.start()
        fresh = await self._unplanned(store_id, facts)
        if not fresh:
            return
        for attempt in range(TRIES):
            await self._wait_for_quiet(store_id)
            if await self.plan_once(store_id, seconds=self.solve_seconds / 3**attempt):
                return
        raise NoPlanError(store_id)

    async def _unplanned(self, store_id: str, facts: Sequence[Recorded]) -> list[Recorded]:
        """Those facts about today that the plan in force does not know."""
        async with self._door.database.read(store_id) as session:
            store = facts_of(await session.get_one(Store, store_id))
            today = date_of(self._door.clock.now(), store.zone)
            known = await _known_seq(session, today)
        return [f for f in facts if f.seq > known and concerns(f.type, f.data, store, today)]

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

    async def plan_once(self, store_id: str, *, seconds: float) -> bool:
        """Read, solve, verify, adopt. False when the world moved on meanwhile."""
        async with self._door.database.read(store_id) as session:
            row = await session.get_one(Store, store_id)
            store, seq, now = facts_of(row), row.seq, self._door.clock.now()
            today = date_of(now, store.zone)
            rows = await rows_of(session, store, now, today)
            causes = await event_log.since(session, await _known_seq(session, today))
        problem = problem_of(rows)
        found = await self._solve(problem, store_id, seq, seconds if seconds >= SHORTEST_SECONDS else 0.0)
        facts = [fact for fact in causes if concerns(fact.type, fact.data, store, today)]
        command = adoption_of(rows, problem, found, seq, facts)
        try:
            await self._door.submit(command, system(store_id, "planner"), self._door.chance.id())
        except Refused as refusal:
            if refusal.kind in (STALE_PREMISES, SLOT_TAKEN):
                log.info("plan overtaken", store=store_id, seq=seq, code=refusal.kind.code)
                return False
            raise
        return True

    async def _solve(self, day: DayProblem, store_id: str, seq: int, seconds: float) -> Found:
        """The worker's verified plan, or the greedy one when there is no worker, no answer or no truth in it."""
        if seconds > 0 and self.worker is not None and self.worker.ready():
            async with self._one_at_a_time:
                watch = asyncio.create_task(self._hurry_when_overtaken(store_id, seq))
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

    async def _hurry_when_overtaken(self, store_id: str, seq: int) -> None:
        listener = self._bell.listen()
        try:
            while self._bell.newest().get(store_id, 0) <= seq:
                await listener.wait(1.0)
        finally:
            listener.close()
        if self.worker is not None:
            self.worker.hurry()


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
