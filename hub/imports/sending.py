"""Commands of an import on their way to the door: in batches, under ids made of natural keys, with an account of refusals."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from hub.imports.book import command_id
from hub.imports.known import ACTOR, Known
from hub.kernel.access import system
from hub.kernel.dispatch import Door
from hub.kernel.errors import UNAVAILABLE, Refused

BATCH = 32
"""Sent together, so that they share a transaction."""

PAUSE_SECONDS = 0.02
"""Between two batches: a hub that runs beside looks for the database's lock every few milliseconds."""

TRIES = 5
"""Of a command for which the database had no time; each waits some seconds for it."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A command and the natural keys of what it brings. `edition`: a digest of what the book says, for facts that may say
    more another time; the same fact with another edition is another command."""

    name: str
    data: Mapping[str, Any]
    key: str
    brings: tuple[str, ...] = ()
    edition: str = ""

    @property
    def command_key(self) -> str:
        return f"{self.key}#{self.edition}" if self.edition else self.key


def edition_of(*facts: object) -> str:
    """What tells two editions of a fact apart."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


@dataclass(slots=True)
class Sender:
    """Sends what has not been sent before. With `door` None (a dry run) it only notes what it would send.

    `refused`: natural key → the hub's error code. `stopped`: the database was busy for too long."""

    door: Door | None
    store_id: str
    known: Known
    refused: dict[str, str] = field(default_factory=dict)
    sent: int = 0
    stopped: bool = False

    def id_of(self, errand: Errand) -> str:
        """Ids stand in the log for ever, and one that anybody could make anew would tell of whom an import has heard."""
        return command_id(self.store_id, self.known.stored(errand.command_key))

    def is_known(self, errand: Errand) -> bool:
        """Whether an import has sent it before."""
        of_older_releases = command_id(self.store_id, errand.command_key)
        return not self.known.commands.isdisjoint((self.id_of(errand), of_older_releases))

    async def send_all(self, errands: Iterable[Errand]) -> None:
        """Those sent before are not sent again. Each is made when its turn comes: a book has more than memory should hold."""
        async for _ in self._in_batches(errands):
            pass

    async def answers(self, errands: Iterable[Errand]) -> list[Mapping[str, Any] | None]:
        """The same with their answers, None where one was refused; {} in a dry run and of what was sent before."""
        return [answer async for answers in self._in_batches(errands) for answer in answers]

    async def _in_batches(self, errands: Iterable[Errand]) -> AsyncIterator[list[Mapping[str, Any] | None]]:
        waiting = iter(errands)
        while batch := list(islice(waiting, BATCH)):
            yield await asyncio.gather(*(self._send(errand) for errand in batch))
            if self.door is not None:
                await asyncio.sleep(PAUSE_SECONDS)

    async def _send(self, errand: Errand) -> Mapping[str, Any] | None:
        if self.is_known(errand):
            return {}
        self.sent += 1
        if self.door is None:
            return {}
        for attempt in range(1, TRIES + 1):
            try:
                actor = system(self.store_id, ACTOR)
                return (await self.door.send(errand.name, errand.data, actor, self.id_of(errand))).result
            except Refused as refusal:
                if refusal.kind is UNAVAILABLE and attempt < TRIES and not self.stopped:
                    continue
                self.stopped |= refusal.kind is UNAVAILABLE
                self.refuse(errand.brings or (errand.key,), refusal.kind.code)
                return None
        raise AssertionError("every try returns or goes on")

    def refuse(self, keys: Sequence[str], code: str) -> None:
        self.refused.update(dict.fromkeys(keys, code))
