"""Commands: what may be asked of the door, by whom, and what it answers.

A domain keeps one `CommandBook`; its handlers are coroutine functions `(Context, command) -> answer | None`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.access import Actor
from hub.kernel.business_days import BusinessDays, begin_of, days_of
from hub.kernel.crypto import Vault
from hub.kernel.errors import ErrorKind
from hub.kernel.events import Event
from hub.kernel.ids import Randomness
from hub.kernel.tables import Store


class Command(BaseModel):
    """An imperative request. Frozen; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Answer(BaseModel):
    """What a handler tells the asker. Kept with the command's id, so it holds no personal data."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class Nothing(Answer):
    """The answer of a command that has nothing to tell."""


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """The store as handlers and views need it."""

    id: str
    name_zh: str
    name_en: str
    zone: ZoneInfo
    currency: str
    country: str
    language: str
    settings: Mapping[str, Any]
    epoch: str

    @property
    def days(self) -> BusinessDays:
        """The store's business days: whoever asks for a day, or its begin or end, asks here."""
        return days_of(self.zone, begin_of(self.settings))


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


def facts_in(row: Mapping[str, Any]) -> StoreFacts:
    """The same from the row by column name."""
    facts = {each.name: row[each.name] for each in fields(StoreFacts)}
    return StoreFacts(**{**facts, "zone": _zone(row["zone"])})


PortT = TypeVar("PortT")


class Ports:
    """Implementations handed in by the composition root, by the Protocol they fill."""

    def __init__(self) -> None:
        self._filled: dict[type, object] = {}

    def fill(self, protocol: type[PortT], implementation: PortT) -> None:
        self._filled[protocol] = implementation

    def get(self, protocol: type[PortT]) -> PortT:
        """Raises KeyError when the composition root has filled nothing in."""
        return cast(PortT, self._filled[protocol])


@dataclass(slots=True)
class Context:
    """One command's transaction, as its handler sees it."""

    session: AsyncSession
    store: StoreFacts
    actor: Actor
    now: datetime
    chance: Randomness
    vault: Vault
    ports: Ports
    command_id: str
    seq: int
    """The newest event before this command."""
    facts: list[Event] = field(default_factory=list)
    after_commit: list[Callable[[], None]] = field(default_factory=list)

    def record(self, event: Event) -> None:
        """State a fact; it is numbered and kept when the handler returns."""
        self.facts.append(event)


Handler = Callable[[Context, Any], Awaitable[Answer | None]]
CommandT = TypeVar("CommandT", bound=Command)


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A command as the door, the OpenAPI document and the matrix of permissions know it."""

    name: str
    model: type[Command]
    permission: str
    handler: Handler
    answer: type[Answer]
    errors: tuple[ErrorKind, ...]
    secret: bool
    """The answer or the body holds a secret: the answer is not kept, so a repeat is refused instead of repeated."""
    sealed: bool = False
    """The answer holds a link or token that must survive a lost answer: it is kept sealed, so that a repeat still gets it and a
    copied database does not give it away."""
    money: bool = False
    """It moves money: its id is remembered for ever, so that no repeat, however late, moves it twice."""


class CommandBook:
    """The commands of one domain; a name is `<domain>.<command_in_snake_case>`."""

    def __init__(self, domain: str) -> None:
        self.domain = domain
        self.specs: dict[str, CommandSpec] = {}

    def handles(
        self,
        model: type[CommandT],
        *,
        permission: str,
        answer: type[Answer] = Nothing,
        errors: tuple[ErrorKind, ...] = (),
        secret: bool = False,
        sealed: bool = False,
        money: bool = False,
    ) -> Callable[
        [Callable[[Context, CommandT], Awaitable[Answer | None]]],
        Callable[[Context, CommandT], Awaitable[Answer | None]],
    ]:
        """Declare the handler of `model`."""
        name = f"{self.domain}.{_snake(model.__name__)}"

        def declare(
            handler: Callable[[Context, CommandT], Awaitable[Answer | None]],
        ) -> Callable[[Context, CommandT], Awaitable[Answer | None]]:
            if name in self.specs:
                raise ValueError(f"command {name} is declared twice")
            self.specs[name] = CommandSpec(name, model, permission, handler, answer, errors, secret, sealed, money)
            return handler

        return declare


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


Reaction = Callable[[Context, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ReactionSpec:
    """An answer to a fact in the same transaction, for invariants only."""

    event: type[Event]
    react: Reaction
