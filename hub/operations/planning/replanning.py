"""From disturbing facts to an adopted plan: wait for quiet, read, solve in the worker, verify, adopt; stale: again.

The first answer comes into force at once; the search goes on from there, and what it finds settles the round.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import structlog

from hub.kernel.access import system
from hub.kernel.dispatch import Door, facts_of
from hub.kernel.errors import Refused
from hub.kernel.event_log import Bell
from hub.kernel.events import Recorded
from hub.kernel.tables import Store
from hub.operations.bookings.rules import SLOT_TAKEN
from hub.operations.planning.drafting import Ahead, Reading, Review, known_seq
from hub.operations.planning.models import AdoptPlan
from hub.operations.planning.premises import concerns, is_unsettling, newer_premise
from hub.operations.planning.rules import STALE_PREMISES
from hub.operations.planning.secretary import DraftFailedError, Secretary
from hub.operations.planning.worker import Worker, WorkerFailedError

QUIET_SECONDS = 0.3
"""Real seconds without a new fact before planning begins, so that a burst leads to one plan."""

QUIET_MOST_SECONDS = 2.0
"""A floor that never falls quiet is planned all the same."""

FIRST_SECONDS = 0.025
"""Solver time of the first answer: greedy repair and the first neighbourhood; the last thing begun is finished."""

SOLVE_SECONDS = 1.0
"""Solver time of the search that goes on from the first answer."""

LOOK_SECONDS = 0.1
"""How often a busy floor's facts are looked through for one that disturbs the search under way."""

HEED_SECONDS = 0.5
"""How long a search that should end may take to notice, on a machine that is busy with everything else, before it is ended."""

REST_SECONDS = 60.0
"""A searcher that failed, most likely because a busy machine gave it no time, is not asked again for so long."""

TRIES = 8
"""Plans overtaken by newer facts before the follower takes a breath and comes again."""

GREEDY_AFTER = 4
"""The same before the greedy plan, which is the quickest, has to do."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What became of a first answer."""

    ticket: int
    number: int
    """Of the adopted plan."""
    author: Literal["solver", "greedy", "desk"]
    seconds: float
    """Of solving."""


class Planner:
    """Plans the stores' days.

    `worker` answers first, `searcher` goes on from there, and `secretary` reads and drafts: a process each, started when they
    are first needed. Where the searcher gives no answer the worker goes on itself.
    """

    def __init__(
        self,
        door: Door,
        bell: Bell,
        worker: Worker | None,
        secretary: Secretary,
        *,
        searcher: Worker | None = None,
        quiet_seconds: float = QUIET_SECONDS,
        solve_seconds: float = SOLVE_SECONDS,
        first_seconds: float = FIRST_SECONDS,
    ) -> None:
        self._door = door
        self._bell = bell
        self.worker = worker
        self.searcher = searcher
        self.secretary = secretary
        self.quiet_seconds = quiet_seconds
        self.solve_seconds = solve_seconds
        self.first_seconds = first_seconds
        self._rests_until = 0.0
        self._turns: defaultdict[Worker, asyncio.Lock] = defaultdict(asyncio.Lock)

    def close(self) -> None:
        """End the processes."""
        self.secretary.close()
        for worker in (self.worker, self.searcher):
            if worker is not None:
                worker.close()

    def start(self) -> None:
        """Begin to load the processes."""
        self.secretary.start()
        for worker in (self.worker, self.searcher):
            if worker is not None:
                worker.start()

    async def follow(self, store_id: str, facts: list[Recorded]) -> None:
        """Answer disturbing facts with a plan at once, and with a better one where the search finds it.

        Raises Refused (STALE_PREMISES) when the floor has overtaken every plan so far; the follower comes again.
        """
        self.start()
        today, fresh = await self._unplanned(store_id, facts)
        if fresh:
            await self._plan_today(store_id, today)
        if unsettling := tuple(fact for fact in facts if is_unsettling(fact)):
            await self._see_to_later_days(store_id, today, unsettling)

    async def _plan_today(self, store_id: str, today: date) -> None:
        for attempt in range(TRIES):
            await self._wait_for_quiet(store_id)
            first = await self.answer_first(store_id, today, seconds=self.first_seconds if attempt < GREEDY_AFTER else 0.0)
            if first is not None:
                await self._settle(store_id, today, first)
                return
        raise Refused(STALE_PREMISES)

    async def _see_to_later_days(self, store_id: str, today: date, facts: tuple[Recorded, ...]) -> None:
        """Give those who are booked later room again, where these facts took it."""
        try:
            for day in await self.secretary.ahead(Ahead(store_id, today, facts)):
                await self._see_to(store_id, day, facts)
        except DraftFailedError as error:
            raise Refused(STALE_PREMISES) from error

    async def _see_to(self, store_id: str, day: date, facts: tuple[Recorded, ...]) -> None:
        for _ in range(TRIES):
            draft = await self.secretary.review(Review(store_id, day, self._door.clock.now(), facts))
            if draft is None or await self.adopt(store_id, draft.command) is not None:
                return
        raise Refused(STALE_PREMISES)

    async def _unplanned(self, store_id: str, facts: Sequence[Recorded]) -> tuple[date, list[Recorded]]:
        """Today, and those facts about it that the plan in force does not know."""
        async with self._door.database.read(store_id) as session:
            store = facts_of(await session.get_one(Store, store_id))
            today = store.days.of(self._door.clock.now())
            known = await known_seq(session, today)
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
        try:
            ticket, reading = await self.secretary.read(store_id, day, self._door.clock.now())
            command = await self._drafted(self.worker, store_id, day, ticket, reading, seconds)
        except DraftFailedError:
            return None
        # The search settles what a first answer leaves open; without a solver nobody goes on.
        number = await self.adopt(store_id, command.model_copy(update={"first": command.author == "solver"}))
        return None if number is None else Round(ticket, number, command.author, command.seconds)

    async def _settle(self, store_id: str, day: date, first: Round) -> None:
        """Settle, and once more in the hub where the process that drafts has failed."""
        try:
            await self.settle(store_id, day, first)
        except DraftFailedError:
            await self.settle(store_id, day, first)

    async def settle(self, store_id: str, day: date, first: Round) -> None:
        """Search on from a first answer in force, and adopt what is better or better known.

        Nobody whom the first answer has moved is moved again, but for those who would still be late or wait; what comes
        of these is told as one move.
        """
        if first.author != "solver":
            return
        ticket, reading = await self.secretary.read(store_id, day, self._door.clock.now(), first.ticket)
        if reading.problem is None:
            return  # The next round knows more.
        command = await self._drafted(self.searcher, store_id, day, ticket, reading, self.solve_seconds)
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

    async def _drafted(
        self, first: Worker | None, store_id: str, day: date, ticket: int, reading: Reading, seconds: float
    ) -> AdoptPlan:
        """The adoption of the plan of `first` or else of the worker; of the greedy one where there is neither, no answer or no
        truth in it.

        Raises:
            DraftFailedError: there is no plan at all this time.
        """
        answer, asked = None, None
        for worker in dict.fromkeys((first, self.worker)):
            if answer is None and seconds > 0 and reading.problem is not None and worker is not None and self._can(worker):
                if asked is not None and await self._overtaken(store_id, day, reading.seq):
                    break  # The first was ended for that, and nobody wants to know any more.
                answer, asked = await self._solved(worker, reading.problem, store_id, day, reading.seq, seconds), worker
        draft = await self.secretary.draft(ticket, answer)
        if draft.lie:
            log.error("solver lied", broken=draft.lie)
            if asked is not None:
                asked.replace()
        return draft.command

    def _can(self, worker: Worker) -> bool:
        return worker.ready() and (worker is not self.searcher or time.monotonic() >= self._rests_until)

    async def _solved(self, worker: Worker, problem: bytes, store_id: str, day: date, seq: int, seconds: float) -> bytes | None:
        async with self._turns[worker]:
            watch = asyncio.create_task(self._hurry_when_overtaken(worker, store_id, day, seq))
            try:
                return await worker.solve(problem, seconds)
            except WorkerFailedError:
                if worker is self.searcher:
                    self._rests_until = time.monotonic() + REST_SECONDS
                return None
            finally:
                watch.cancel()

    async def _hurry_when_overtaken(self, worker: Worker, store_id: str, day: date, seq: int) -> None:
        """Ask the worker for its best as soon as a newer fact disturbs what it is working on; the next round waits for it."""
        listener = self._bell.listen()
        try:
            while not await self._overtaken(store_id, day, seq):
                await listener.wait(1.0)
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            listener.close()
        worker.hurry()
        await asyncio.sleep(HEED_SECONDS)
        worker.kill()

    async def _overtaken(self, store_id: str, day: date, seq: int) -> bool:
        if self._bell.newest().get(store_id, 0) <= seq:
            return False
        async with self._door.database.read(store_id) as session:
            store = facts_of(await session.get_one(Store, store_id))
            return await newer_premise(session, store, day, seq) is not None
