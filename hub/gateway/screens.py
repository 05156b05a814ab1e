"""Screens: read functions from (store, who looks, parameters) to a whole view.

A screen declares its permission, its models, and which facts can touch it. The gateway recomputes a touched view once per
audience and sends the same bytes to everybody in that audience.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.access import Actor
from hub.kernel.commands import Ports, StoreFacts
from hub.kernel.crypto import Vault
from hub.kernel.errors import ErrorKind
from hub.kernel.events import Event
from hub.kernel.product_texts import texts_version
from hub.kernel.text import Bilingual

ParamsT = TypeVar("ParamsT", bound="Params")
ViewT = TypeVar("ViewT", bound="View")


class Params(BaseModel):
    """What a screen is asked for; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class NoParams(Params):
    pass


class StoreHead(BaseModel):
    """The store as every view names it."""

    model_config = ConfigDict(frozen=True)

    name: Bilingual
    zone: str
    day_begins: str
    """`HH:MM` on the store's wall: until then the business day of the date before goes on."""
    currency: str
    country: str
    wording: str | None
    """Where the store's own words are, after `/api/texts/`; another address when they change. None: it has none."""


class View(BaseModel):
    """A whole view. Holds everything the screen shows; the browser decides nothing."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    store: StoreHead


def head_of(store: StoreFacts) -> StoreHead:
    texts = texts_version(store.settings)
    return StoreHead(
        name=Bilingual(zh=store.name_zh, en=store.name_en),
        zone=store.zone.key,
        day_begins=store.days.begins,
        currency=store.currency,
        country=store.country,
        wording=None if texts is None else f"{store.id}/{texts}",
    )


@dataclass(frozen=True, slots=True)
class Thinking(Generic[ViewT]):
    """A view that must still be thought about: `finish` needs no more of the database, so that the snapshot can be given
    back before a question that may take a second. Whoever asks over HTTP and leaves, cancels it.
    """

    finish: Callable[[], Awaitable[ViewT]]


@dataclass(slots=True)
class Reading:
    """One moment of the store, as a view function sees it."""

    session: AsyncSession
    store: StoreFacts
    actor: Actor
    now: datetime
    vault: Vault
    ports: Ports
    seq: int


@dataclass(frozen=True, slots=True)
class Screen(Generic[ParamsT, ViewT]):
    """A screen's declaration.

    `audience(actor, params)` is the key under which lookers share one view: it must name everything of the actor and the
    parameters on which the view depends. `refresh` recomputes an open view as time passes, of the hub's clock.
    """

    name: str
    permission: str
    params: type[ParamsT]
    view: type[ViewT]
    read: Callable[[Reading, ParamsT], Awaitable[ViewT | Thinking[ViewT]]]
    touched_by: frozenset[type[Event]]
    audience: Callable[[Actor, ParamsT], str]
    refresh: timedelta | None = None
    thinks: bool = False
    """Reading it may take a second, as `Thinking` does; who leaves meanwhile has it stopped."""
    errors: tuple[ErrorKind, ...] = ()
    private: bool = False
    """What it is asked for may name a person: over HTTP that comes in a body, never in an address, which others note."""


AnyScreen = Screen[Any, Any]
