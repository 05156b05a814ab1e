"""The door's memory: what was answered to a command's id, so that a repeat gets the same and nothing happens twice.

It remembers for `KEPT`. Ids of commands that move money, and ids made of a name, are remembered for ever.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, func, select

from hub.kernel.access import Actor
from hub.kernel.clock import Clock
from hub.kernel.commands import Command, CommandSpec
from hub.kernel.crypto import Vault
from hub.kernel.database import Database
from hub.kernel.errors import CONFLICT, ID_REUSED, Refused
from hub.kernel.jobs import Job
from hub.kernel.prepared import Prepared
from hub.kernel.tables import AnswerRow, Store

KEPT = timedelta(days=30)
"""How long a command may be on its way: a tablet that lay in a drawer for weeks still does everything once."""

KEPT_FACTS = 50_000
"""Ids answered within so many facts are kept whatever the clock says, for one that jumped makes everything look old."""

FORGOTTEN_AT_ONCE = 2_000
"""Rows in one transaction: commands wait for the writer meanwhile."""

SEALED = "sealed"
"""Under this name lies an answer that only the hub can read."""

_ANSWERS = AnswerRow.metadata.tables["command_answer"]
_FIND = Prepared(
    select(_ANSWERS).where(_ANSWERS.c.store_id == bindparam("store"), _ANSWERS.c.command_id == bindparam("command"))
)
_AMONG = select(_ANSWERS.c.command_id).where(
    _ANSWERS.c.store_id == bindparam("store"), _ANSWERS.c.command_id.in_(bindparam("commands", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Answered:
    """The door's answer: the newest event's number after the command, and the handler's answer as JSON values."""

    seq: int
    result: dict[str, Any]
    repeated: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """A command under its id, and who sends it."""

    spec: CommandSpec
    command: Command
    command_id: str
    actor: Actor


class Answers:
    """Finds answers and makes the rows that keep them. Plain statements, for every command passes here."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._body_key = vault.steady_key("command-body")

    def known(self, connection: Connection, asking: Asking) -> Answered | None:
        """The answer given before, if any.

        Raises:
            Refused: `id_reused` for another body or another actor, `conflict` where the answer was a secret.
        """
        asked = {"store": asking.actor.store_id, "command": asking.command_id}
        row = _FIND.one(connection, asked)
        if row is None:
            return None
        if row["actor"] != asking.actor.key or row["body_hash"] != self._body_hash(asking):
            raise Refused(ID_REUSED)
        if row["answer"] is None:
            raise Refused(CONFLICT, what="secret answer")
        return Answered(row["seq"], self._opened(row["answer"], asking), repeated=True)

    def among(self, connection: Connection, store_id: str, command_ids: Sequence[str]) -> set[str]:
        """Those that were answered before."""
        return set(connection.scalars(_AMONG, {"store": store_id, "commands": list(command_ids)}))

    def row(self, asking: Asking, seq: int, result: dict[str, Any], at: datetime) -> dict[str, Any]:
        """As it is kept."""
        return {
            "store_id": asking.actor.store_id,
            "command_id": asking.command_id,
            "actor": asking.actor.key,
            "command": asking.spec.name,
            "body_hash": self._body_hash(asking),
            "seq": seq,
            "answer": None if asking.spec.secret else self._sealed(result, asking),
            "at": at,
        }

    def _body_hash(self, asking: Asking) -> str:
        """Keyed, because a phone, PIN or password in a body is guessed in no time from a bare hash in a copied database."""
        body = orjson.dumps(asking.command.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
        return hmac.digest(self._body_key, asking.spec.name.encode() + b"\0" + body, "sha256").hex()

    def _sealed(self, result: dict[str, Any], asking: Asking) -> dict[str, Any]:
        if not asking.spec.sealed:
            return result
        sealed = self._vault.seal_own(orjson.dumps(result), _bound_to(asking))
        return {SEALED: base64.b64encode(sealed).decode()}

    def _opened(self, kept: dict[str, Any], asking: Asking) -> dict[str, Any]:
        if not asking.spec.sealed:
            return kept
        opened: dict[str, Any] = orjson.loads(self._vault.open_own(base64.b64decode(kept[SEALED]), _bound_to(asking)))
        return opened


def _bound_to(asking: Asking) -> str:
    return f"answer/{asking.actor.store_id}/{asking.command_id}"


def forget_job(database: Database, clock: Clock, for_ever: Collection[str]) -> Job:
    """Forgets the ids that are older than `KEPT`, once an hour.

    Never those of the commands named in `for_ever`, and never an id that is a name-based UUID (RFC 9562, version 5): it is
    made of what it brings, as an import's is, and comes again whenever that is brought again.
    """

    async def forget(store_id: str) -> None:
        while await _forget_some(database, store_id, clock.now() - KEPT, for_ever):
            pass

    return Job("answers", timedelta(hours=1), forget)


async def _forget_some(database: Database, store_id: str, before: datetime, for_ever: Collection[str]) -> bool:
    """Whether there may be more of them."""
    newest = select(Store.seq).where(Store.id == store_id).scalar_subquery()
    version = func.substr(func.replace(AnswerRow.command_id, "-", ""), 13, 1)
    old = (
        select(AnswerRow.command_id)
        .where(AnswerRow.at < before, AnswerRow.seq <= newest - KEPT_FACTS)
        .where(AnswerRow.command.not_in(for_ever), version != "5")
        .limit(FORGOTTEN_AT_ONCE)
    )
    async with database.read(store_id) as session:
        ids = list(await session.scalars(old))
    if ids:
        async with database.write(store_id) as session:
            await session.execute(delete(AnswerRow).where(AnswerRow.command_id.in_(ids)))
    return len(ids) == FORGOTTEN_AT_ONCE
