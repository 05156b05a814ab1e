"""The door's memory: what was answered to a command's id, so that a repeat gets the same and nothing happens twice."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select

from hub.kernel.access import Actor
from hub.kernel.commands import Command, CommandSpec
from hub.kernel.crypto import Vault
from hub.kernel.errors import CONFLICT, ID_REUSED, Refused
from hub.kernel.prepared import Prepared
from hub.kernel.tables import AnswerRow

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
