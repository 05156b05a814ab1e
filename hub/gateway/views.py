"""Computes views: one snapshot of the store, a screen's read function, and the bytes that everybody in an audience gets."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any

import orjson
from pydantic import ValidationError
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.gateway.fluent import StoreTexts
from hub.gateway.metrics import Metrics
from hub.gateway.problems import NO_STORE, UNKNOWN_SCREEN
from hub.gateway.screens import AnyScreen, Params, Reading, Thinking
from hub.gateway.wire import Packet, packet
from hub.kernel.access import Access, Actor
from hub.kernel.clock import Clock
from hub.kernel.commands import Ports, StoreFacts, facts_in
from hub.kernel.crypto import Vault
from hub.kernel.database import Database
from hub.kernel.errors import INVALID, Refused
from hub.kernel.prepared import Prepared
from hub.kernel.tables import Store

_STORES = Store.metadata.tables["store"]
_STORE = Prepared(select(_STORES).where(_STORES.c.id == bindparam("store")))


@dataclass(frozen=True, slots=True)
class Asked:
    """A screen with its parameters, and who looks. `key` is the same for all who share the view."""

    screen: AnyScreen
    params: Params
    actor: Actor
    key: str

    @property
    def store_id(self) -> str:
        return self.actor.store_id


@dataclass(frozen=True, slots=True)
class Shown:
    """A computed view: its number in the log, and its bytes as an answer and as a pushed packet."""

    seq: int
    epoch: str
    at: datetime
    body: bytes
    view: bytes
    packet: Packet


@dataclass(frozen=True, slots=True)
class Moment:
    """One snapshot of a store, in which several views may be read."""

    session: AsyncSession
    store: StoreFacts
    seq: int
    now: datetime


class Viewer:
    """Knows the screens and reads them."""

    def __init__(
        self,
        database: Database,
        screens: Iterable[AnyScreen],
        *,
        access: Access,
        clock: Clock,
        vault: Vault,
        ports: Ports,
        metrics: Metrics,
        texts: StoreTexts,
    ) -> None:
        self.screens = {screen.name: screen for screen in screens}
        self.database = database
        self.access = access
        self.clock = clock
        self._vault = vault
        self._ports = ports
        self._metrics = metrics
        self.texts = texts

    def screen(self, name: str) -> AnyScreen:
        """Raises `unknown_screen`."""
        if name not in self.screens:
            raise Refused(UNKNOWN_SCREEN, name=name)
        return self.screens[name]

    def asked(self, screen: AnyScreen, params: Mapping[str, Any], actor: Actor) -> Asked:
        """Check what is asked for. Raises `not_signed_in`, `forbidden` or `invalid`."""
        self.access.require(actor, screen.permission)
        try:
            checked = screen.params.model_validate(params)
        except ValidationError as error:
            raise Refused(INVALID, fields=problems_by_field(error)) from None
        audience = f"{actor.store_id}\0{screen.name}\0{screen.audience(actor, checked)}"
        digest = hashlib.blake2b(audience.encode(), digest_size=9).hexdigest()
        return Asked(screen, checked, actor, f"{screen.name}.{digest}")

    @asynccontextmanager
    async def moment(self, store_id: str) -> AsyncIterator[Moment]:
        """One snapshot of the store. Raises `no_store`."""
        async with self.database.read(store_id) as session:
            connection = await session.connection()
            rows = await _STORE.all(connection, {"store": store_id})
            if not rows:
                raise Refused(NO_STORE)
            store = facts_in(rows[0])
            await self.texts.follow(session, store)
            yield Moment(session, store, rows[0]["seq"], self.clock.now())

    async def show(self, asked: Asked, moment: Moment) -> Shown:
        """Compute a view. Raises what the screen refuses with."""
        return await (await self.begin(asked, moment))()

    async def begin(self, asked: Asked, moment: Moment) -> Callable[[], Awaitable[Shown]]:
        """Read what the view needs of the moment; what is answered computes the rest, without the moment's snapshot."""
        begun = perf_counter()
        reading = Reading(moment.session, moment.store, asked.actor, moment.now, self._vault, self._ports, moment.seq)
        read = await asked.screen.read(reading, asked.params)

        async def finish() -> Shown:
            view = await read.finish() if isinstance(read, Thinking) else read
            shown = shown_at(asked, moment, view.__pydantic_serializer__.to_json(view))
            self._metrics.view_seconds.labels(asked.screen.name).observe(perf_counter() - begun)
            return shown

        return finish


def problems_by_field(error: ValidationError) -> list[dict[str, str]]:
    """Where and what, never what was typed."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return [{"field": ".".join(str(part) for part in e["loc"]), "problem": e["type"]} for e in found]


def shown_at(asked: Asked, moment: Moment, view: bytes) -> Shown:
    """The view's bytes with the moment at which they hold."""
    head = orjson.dumps(
        {
            "screen": asked.screen.name,
            "key": asked.key,
            "seq": moment.seq,
            "epoch": moment.store.epoch,
            "at": moment.now,
        }
    )
    body = head[:-1] + b',"view":' + view + b"}"
    return Shown(moment.seq, moment.store.epoch, moment.now, body, view, packet("view", body))
