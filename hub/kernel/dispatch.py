"""The one door: who may do it, was it done already, do it, append its facts, commit, then tell.

Commands that wait while one transaction syncs share the next one (group commit). On SQLite all of them do, each in its own
savepoint, so that a refusal undoes only its own. On PostgreSQL those of one store do, serialised by the counter row and without
savepoints: where one would have to be undone, the transaction is, and each of them gets its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.kernel.access import Access, Actor
from hub.kernel.answers import Answered, Asking
from hub.kernel.away import is_worth_another_try
from hub.kernel.clock import Clock
from hub.kernel.commands import Command, CommandSpec, Context, Ports, ReactionSpec, facts_of
from hub.kernel.crypto import Vault
from hub.kernel.database import Database
from hub.kernel.errors import (
    INVALID,
    UNAVAILABLE,
    UNKNOWN_COMMAND,
    Refused,
    refusal_of_constraint,
)
from hub.kernel.event_log import Bell
from hub.kernel.ids import Randomness
from hub.kernel.lines import Lines
from hub.kernel.performing import Performer, Shared
from hub.kernel.prepared import written
from hub.kernel.writing import is_read_only

__all__ = ["GROUP_MAX", "QUEUE_MAX", "Answered", "Door", "facts_of"]

GROUP_MAX = 32
"""Commands sharing one sync: bounds what a failed commit refuses and how long the first one waits."""

GATHER_SECONDS = 0.001
"""On PostgreSQL, where a commit costs more than this: how long the next group gathers after one of several commands."""

QUEUE_MAX = 1_000
"""Commands waiting for the writer before the door says `unavailable`; at some 1,000 a second that is a second's wait."""

TRY_AGAIN_SECONDS = (0.02, 0.2)
"""After a deadlock or a lost connection a command is begun again after these pauses; its id makes that harmless."""

ONE_WRITER = ""
"""The one line of SQLite's commands; on PostgreSQL each store has its own."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Job:
    asking: Asking
    done: asyncio.Future[Answered]
    context: Context | None = None


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
        bell: Bell,
    ) -> None:
        self.database = database
        self.specs = dict(specs)
        self.access = access
        self.clock = clock
        self.chance = chance
        self.vault = vault
        self.ports = ports
        self.bell = bell
        self.performer = Performer(reactions, clock=clock, chance=chance, vault=vault, ports=ports)
        self._lines: Lines[_Job] = Lines(self._write, GROUP_MAX, pause=0.0 if database.is_sqlite else GATHER_SECONDS)

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
        self._lines.join(ONE_WRITER if self.database.is_sqlite else actor.store_id, job)
        return await asyncio.shield(done)  # a sender that goes away does not tear its command

    @property
    def waiting(self) -> int:
        """Commands that wait for the writer or are under way."""
        return self._lines.waiting

    async def close(self) -> None:
        """Let what was taken in finish."""
        await self._lines.close()

    async def _write(self, key: str, batch: list[_Job]) -> None:
        if self.database.is_sqlite and len(batch) > 1:
            await self._write_together(batch)
        elif len(batch) == 1 or not await self._at_once(key, batch):
            for job in batch:
                await self._alone(job)

    async def _at_once(self, store_id: str, batch: list[_Job]) -> bool:
        """Commands of one store in one transaction without savepoints, each of which would be two ways to the server and back.

        False when one of them would have to be undone alone, or the commit failed: then nothing was done.
        """
        outcomes: list[tuple[_Job, Answered | BaseException]] = []
        try:
            async with self.database.write(store_id) as session:
                shared = await self.performer.begin(session, [job.asking for job in batch])
                connection = await session.connection()
                for job in batch:
                    outcomes.append((job, await self._in_common(connection, job, shared)))
        except Exception:
            for job in batch:
                job.context = None
            return False
        for job, outcome in outcomes:
            self._settle(job, outcome)
        return True

    async def _in_common(self, connection: AsyncConnection, job: _Job, shared: Shared) -> Answered | BaseException:
        """Raises what has left something behind that must be undone."""
        session = AsyncSession(
            bind=connection,
            expire_on_commit=False,
            join_transaction_mode="rollback_only",
            info={"store_id": job.asking.actor.store_id},
        )
        mark = written(connection)
        try:
            answered, job.context = await self.performer.perform(session, job.asking, shared)
        except Exception as error:
            if isinstance(error, DBAPIError) or written(connection) != mark:
                raise
            return error
        else:
            return answered
        finally:
            await session.close()

    async def _alone(self, job: _Job) -> None:
        """One command, one transaction."""
        for pause in (*TRY_AGAIN_SECONDS, None):
            try:
                async with self.database.write(job.asking.actor.store_id) as session:
                    answered, job.context = await self.performer.perform(session, job.asking, Shared())
            except Exception as error:
                job.context = None
                if pause is None or not is_worth_another_try(error):
                    self._settle(job, self._refusal_of(error))
                    return
                await asyncio.sleep(pause)
            else:
                self._settle(job, answered)
                return

    async def _write_together(self, batch: list[_Job]) -> None:
        outcomes: list[tuple[_Job, Answered | BaseException]] = []
        shared = Shared()
        try:
            self.database.writing.require()
            async with self.database.writer.begin() as connection:
                for job in batch:
                    outcomes.append((job, await self._in_savepoint(connection, job, shared)))
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

    async def _in_savepoint(self, connection: AsyncConnection, job: _Job, shared: Shared) -> Answered | BaseException:
        session = AsyncSession(
            bind=connection,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint",
            info={"store_id": job.asking.actor.store_id},
        )
        try:
            async with session, session.begin():
                answered, job.context = await self.performer.perform(session, job.asking, shared)
                return answered
        except IntegrityError as error:
            return self._refusal_of(error)
        except DBAPIError:
            raise
        except Exception as error:
            return error

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


def _validated(spec: CommandSpec, payload: Mapping[str, Any]) -> Command:
    try:
        return spec.model.model_validate(payload)
    except ValidationError as error:
        fields = [
            {"field": ".".join(str(part) for part in e["loc"]), "problem": e["type"]}
            for e in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise Refused(INVALID, fields=fields) from None
