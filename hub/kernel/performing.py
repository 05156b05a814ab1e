"""One command within an open transaction: the store's row locked, the known id answered, the handler's change, its facts and
its answer written. Who opens the transaction, and how many commands share it, is the door's business."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from hub.kernel import journal
from hub.kernel.answers import Answered, Answers, Asking
from hub.kernel.clock import Clock
from hub.kernel.commands import Context, Nothing, Ports, ReactionSpec, StoreFacts, facts_in
from hub.kernel.crypto import Vault
from hub.kernel.database import STORE_CHANGED
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.event_log import Head, numbered
from hub.kernel.events import Event
from hub.kernel.ids import Randomness
from hub.kernel.keeping import keep
from hub.kernel.prepared import Prepared
from hub.kernel.tables import Store

_STORES = Store.metadata.tables["store"]
_STORE = Prepared(select(_STORES).where(_STORES.c.id == bindparam("store")).with_for_update())


@dataclass(slots=True)
class Shared:
    """What the commands of one transaction know of each other."""

    stores: dict[str, tuple[StoreFacts, Head]] = field(default_factory=dict)
    """As the transaction's earlier commands left them."""
    answered: set[str] | None = None
    """The ids that may have been answered before; None: each is looked up."""


class Performer:
    """Does commands."""

    def __init__(
        self, reactions: Iterable[ReactionSpec], *, clock: Clock, chance: Randomness, vault: Vault, ports: Ports
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._vault = vault
        self._ports = ports
        self._answers = Answers(vault)
        self.reactions: dict[type[Event], list[ReactionSpec]] = {}
        for reaction in reactions:
            self.reactions.setdefault(reaction.event, []).append(reaction)

    async def begin(self, session: AsyncSession, askings: Sequence[Asking]) -> Shared:
        """Lock the one store of several commands, and look all their ids up at once.

        Raises:
            Refused: `not_found`, for a store that is not there.
        """
        return await session.run_sync(self._begin, askings)

    async def perform(self, session: AsyncSession, asking: Asking, shared: Shared) -> tuple[Answered, Context | None]:
        """The answer; no context where it was given before."""
        store_id = asking.actor.store_id
        store, before = await session.run_sync(self._look, asking, shared)
        if before is not None:
            return before, None
        facts, head = store
        now = self._clock.now()
        context = Context(
            session, facts, asking.actor, now, self._chance, self._vault, self._ports, asking.command_id, head.seq
        )
        journal.begin(session, asking.command_id)
        answer = await asking.spec.handler(context, asking.command) or Nothing()
        await self._react(context)
        result = answer.model_dump(mode="json")
        head = await session.run_sync(self._record, asking, context, head, result)
        await journal.keep(session, now)
        if STORE_CHANGED in session.info:
            shared.stores.pop(store_id, None)
        else:
            shared.stores[store_id] = (facts, head)
        if shared.answered is not None:
            shared.answered.add(asking.command_id)
        return Answered(head.seq, result, repeated=False), context

    def _begin(self, session: Session, askings: Sequence[Asking]) -> Shared:
        [store_id] = {asking.actor.store_id for asking in askings}
        shared = Shared({store_id: self._store(session, store_id)})
        shared.answered = self._answers.among(session.connection(), store_id, [asking.command_id for asking in askings])
        return shared

    @staticmethod
    def _store(session: Session, store_id: str) -> tuple[StoreFacts, Head]:
        """The store, its row locked."""
        row = _STORE.one(session.connection(), {"store": store_id})
        if row is None:
            raise Refused(NOT_FOUND, what="store")
        return facts_in(row), Head(row["seq"], row["head"])

    def _look(self, session: Session, asking: Asking, shared: Shared) -> tuple[tuple[StoreFacts, Head], Answered | None]:
        """The store, its row locked, and what was answered to this id before."""
        store = shared.stores.get(asking.actor.store_id) or self._store(session, asking.actor.store_id)
        if shared.answered is not None and asking.command_id not in shared.answered:
            return store, None
        return store, self._answers.known(session.connection(), asking)

    def _record(self, session: Session, asking: Asking, context: Context, head: Head, result: dict[str, Any]) -> Head:
        """Write what the handler left in the session, its facts and its answer."""
        session.flush()
        facts, head = numbered(
            context.store.id,
            head,
            context.facts,
            actor=asking.actor,
            command=asking.spec.name,
            command_id=asking.command_id,
            at=context.now,
        )
        answer = self._answers.row(asking, head.seq, result, context.now)
        keep(session.connection(), context.store.id, facts, head, answer)
        return head

    async def _react(self, context: Context) -> None:
        done = 0
        while done < len(context.facts):
            fact = context.facts[done]
            for reaction in self.reactions.get(type(fact), ()):
                await reaction.react(context, fact)
            done += 1
