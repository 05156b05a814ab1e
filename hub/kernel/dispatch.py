"""The one door: who may do it, was it done already, do it, append its facts, commit, then tell.

On SQLite the commands that wait while one transaction syncs share the next one (group commit); each runs in its own savepoint,
so that a refusal undoes only its own. On PostgreSQL each has its own transaction, serialised per store by the counter row.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

import structlog
from pydantic import ValidationError
from sqlalchemy import Row, bindparam, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Session

from hub.kernel import event_log, journal
from hub.kernel.access import Access, Actor
from hub.kernel.answers import Answered, Answers, Asking
from hub.kernel.away import is_worth_another_try
from hub.kernel.clock import Clock
from hub.kernel.commands import Command, CommandSpec, Context, Nothing, Ports, ReactionSpec, StoreFacts
from hub.kernel.crypto import Vault
from hub.kernel.database import STORE_CHANGED, Database
from hub.kernel.errors import (
    INVALID,
    NOT_FOUND,
    UNAVAILABLE,
    UNKNOWN_COMMAND,
    Refused,
    refusal_of_constraint,
)
from hub.kernel.events import Event
from hub.kernel.ids import Randomness
from hub.kernel.tables import Store
from hub.kernel.writing import is_read_only

GROUP_MAX = 32
"""Commands sharing one sync: bounds what a failed commit refuses and how long the first one waits."""

QUEUE_MAX = 1_000
"""Commands waiting for the writer before the door says `unavailable`; at some 1,000 a second that is a second's wait."""

TRY_AGAIN_SECONDS = (0.02, 0.2)
"""After a deadlock or a lost connection a command is begun again after these pauses; its id makes that harmless."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Job:
    asking: Asking
    done: asyncio.Future[Answered]
    context: Context | None = None


_Seen = tuple[StoreFacts, event_log.Head]
_Known = dict[str, _Seen]

_STORES = Store.metadata.tables["store"]
_STORE = select(_STORES).where(_STORES.c.id == bindparam("store")).with_for_update()


class Door:
    """Every change to a store passes here."""

    def __init__(
        self,
        database: Database,
        specs: Mapping[str, CommandSpec],
        reactions: Iterable[ReactionSpec],
        *,
        access: Access,
        clock: Clock,
        chance: Randomness,
        vault: Vault,
        ports: Ports,
        bell: event_log.Bell,
    ) -> None:
        self.database = database
        self.specs = dict(specs)
        self.access = access
        self.clock = clock
        self.chance = chance
        self.vault = vault
        self.ports = ports
        self.bell = bell
        self._answers = Answers(vault)
        self._reactions: dict[type[Event], list[ReactionSpec]] = {}
        for reaction in reactions:
            self._reactions.setdefault(reaction.event, []).append(reaction)
        self._queue: asyncio.Queue[_Job] = asyncio.Queue()
        self._writer: asyncio.Task[None] | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def send(self, name: str, payload: Mapping[str, Any], actor: Actor, command_id: str) -> Answered:
        """Pass a command through the door.

        Raises:
            Refused: with `unknown_command`, `invalid`, `not_signed_in`, `forbidden`, `id_reused`, `unavailable`, `read_only`
                or one of the command's own errors. After a refusal nothing has changed.
        """
        spec = self.specs.get(name)
        if spec is None:
            raise Refused(UNKNOWN_COMMAND, name=name)
        self.access.require(actor, spec.permission)
        command = _validated(spec, payload)
        return await self.submit(command, actor, command_id, spec)

    async def submit(self, command: Command, actor: Actor, command_id: str, spec: CommandSpec | None = None) -> Answered:
        """Like `send`, for a typed command of the hub's own."""
        if spec is None:
            spec = next(s for s in self.specs.values() if s.model is type(command))
            self.access.require(actor, spec.permission)
        self.database.writing.require()
        done: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()
        done.add_done_callback(_heard)
        job = _Job(Asking(spec, command, command_id, actor), done)
        if self.waiting >= QUEUE_MAX:
            raise Refused(UNAVAILABLE, what="writer")
        if self.database.is_sqlite:
            if self._writer is None or self._writer.done():
                self._writer = asyncio.create_task(self._write_forever(), name="writer")
            self._queue.put_nowait(job)
        else:
            task = asyncio.create_task(self._alone(job), name="command")
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(done)  # a sender that goes away does not tear its command

    @property
    def waiting(self) -> int:
        """Commands that wait for the writer or are under way."""
        return self._queue.qsize() + len(self._under_way)

    async def close(self) -> None:
        """Let what was taken in finish, then stop the writer."""
        await asyncio.gather(*self._under_way, return_exceptions=True)
        if self._writer is not None:
            await self._queue.join()
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)
            self._writer = None

    async def _alone(self, job: _Job) -> None:
        """One command, one transaction; one at a time per store, so that a busy store does not take all connections."""
        turn = self._turns.setdefault(job.asking.actor.store_id, asyncio.Lock())
        for pause in (*TRY_AGAIN_SECONDS, None):
            try:
                async with turn, self.database.write(job.asking.actor.store_id) as session:
                    answered = await self._perform(session, job, {})
            except Exception as error:
                if pause is None or not is_worth_another_try(error):
                    self._settle(job, self._refusal_of(error))
                    return
                job.context = None
                await asyncio.sleep(pause)
            else:
                self._settle(job, answered)
                return

    async def _write_forever(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < GROUP_MAX and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._write_together(batch)
            for _ in batch:
                self._queue.task_done()

    async def _write_together(self, batch: list[_Job]) -> None:
        outcomes: list[tuple[_Job, Answered | BaseException]] = []
        known: _Known = {}
        try:
            self.database.writing.require()
            async with self.database.writer.begin() as connection:
                for job in batch:
                    outcomes.append((job, await self._in_savepoint(connection, job, known)))
        except Exception as error:
            refusal = self._refusal_of(error)
            if not is_read_only(refusal):
                log.exception("commit failed", commands=[job.asking.spec.name for job in batch])
            outcomes = [(job, refusal) for job in batch]
        for job, outcome in outcomes:
            self._settle(job, outcome)

    def _settle(self, job: _Job, outcome: Answered | BaseException) -> None:
        """Answer the sender, if it still waits, and tell the others."""
        if isinstance(outcome, BaseException):
            if not job.done.done():
                job.done.set_exception(outcome)
            return
        if not job.done.done():
            job.done.set_result(outcome)
        self._tell(job)

    async def _in_savepoint(self, connection: AsyncConnection, job: _Job, known: _Known) -> Answered | BaseException:
        session = AsyncSession(
            bind=connection,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint",
            info={"store_id": job.asking.actor.store_id},
        )
        try:
            async with session, session.begin():
                return await self._perform(session, job, known)
        except IntegrityError as error:
            return self._refusal_of(error)
        except DBAPIError:
            raise
        except Exception as error:
            return error

    async def _perform(self, session: AsyncSession, job: _Job, known: _Known) -> Answered:
        """`known` holds the stores as this transaction's earlier commands left them."""
        store_id = job.asking.actor.store_id
        store, before = await session.run_sync(self._look, job.asking, known.get(store_id))
        if before is not None:
            return before
        facts, head = store
        now = self.clock.now()
        context = Context(
            session, facts, job.asking.actor, now, self.chance, self.vault, self.ports, job.asking.command_id, head.seq
        )
        journal.begin(session, job.asking.command_id)
        answer = await job.asking.spec.handler(context, job.asking.command) or Nothing()
        await self._react(context)
        result = answer.model_dump(mode="json")
        head = await session.run_sync(self._record, job.asking, context, head, result)
        await journal.keep(session, now)
        if STORE_CHANGED in session.info:
            known.pop(store_id, None)
        else:
            known[store_id] = (facts, head)
        job.context = context
        return Answered(head.seq, result, repeated=False)

    def _look(self, session: Session, asking: Asking, store: _Seen | None) -> tuple[_Seen, Answered | None]:
        """The store, its row locked, and what was answered to this id before."""
        connection = session.connection()
        if store is None:
            row = connection.execute(_STORE, {"store": asking.actor.store_id}).one_or_none()
            if row is None:
                raise Refused(NOT_FOUND, what="store")
            store = facts_of(row), event_log.Head(row.seq, row.head)
        return store, self._answers.known(connection, asking)

    def _record(
        self, session: Session, asking: Asking, context: Context, head: event_log.Head, result: dict[str, Any]
    ) -> event_log.Head:
        """Write what the handler left in the session, its facts and its answer."""
        session.flush()
        connection = session.connection()
        head = event_log.append(
            connection,
            context.store.id,
            head,
            context.facts,
            actor=asking.actor,
            command=asking.spec.name,
            command_id=asking.command_id,
            at=context.now,
        )
        self._answers.keep(connection, asking, head.seq, result, context.now)
        return head

    async def _react(self, context: Context) -> None:
        done = 0
        while done < len(context.facts):
            fact = context.facts[done]
            for reaction in self._reactions.get(type(fact), ()):
                await reaction.react(context, fact)
            done += 1

    def _refusal_of(self, error: Exception) -> Exception:
        if isinstance(error, IntegrityError):
            return Refused(refusal_of_constraint(str(error.orig)))
        if isinstance(error, DBAPIError):
            return self.database.writing.note(error) or Refused(UNAVAILABLE, what="database")
        return error

    def _tell(self, job: _Job) -> None:
        if job.context is None:
            return
        for act in job.context.after_commit:
            try:
                act()
            except Exception:  # what is committed stays so, and the writer must live
                log.exception("act after a commit failed", command=job.asking.spec.name)
        if job.context.facts:
            self.bell.ring(job.asking.actor.store_id, job.context.seq + len(job.context.facts))


def _heard(done: asyncio.Future[Answered]) -> None:
    """A refusal whose sender has gone away is nobody's error."""
    if not done.cancelled():
        done.exception()


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def facts_of(store: Store | Row[Any]) -> StoreFacts:
    """The store's row as handlers and views see it."""
    return StoreFacts(
        store.id,
        store.name_zh,
        store.name_en,
        _zone(store.zone),
        store.currency,
        store.country,
        store.language,
        store.settings,
        store.epoch,
    )


def _validated(spec: CommandSpec, payload: Mapping[str, Any]) -> Command:
    try:
        return spec.model.model_validate(payload)
    except ValidationError as error:
        fields = [
            {"field": ".".join(str(part) for part in e["loc"]), "problem": e["type"]}
            for e in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise Refused(INVALID, fields=fields) from None
