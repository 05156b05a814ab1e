"""A composed hub as it runs, and how the rooms of its domains are gathered. Knows no domain by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from starlette.types import ASGIApp

from hub.backoffice.privacy.checking import check_keys
from hub.gateway.callers import Callers
from hub.gateway.http import RouteSpec, routes_of
from hub.gateway.metrics import Metrics
from hub.gateway.pages import Pages
from hub.gateway.push import Publisher
from hub.gateway.screens import AnyScreen
from hub.gateway.sessions import SessionBook
from hub.gateway.sockets import Sockets
from hub.gateway.views import Viewer
from hub.kernel.access import ANYBODY, Access
from hub.kernel.clock import Clock
from hub.kernel.commands import CommandBook, CommandSpec, Ports, ReactionSpec
from hub.kernel.crypto import Vault
from hub.kernel.database import Database
from hub.kernel.dispatch import Door
from hub.kernel.event_log import Bell
from hub.kernel.followers import FollowerLoop
from hub.kernel.ids import Randomness
from hub.kernel.jobs import JobLoop
from hub.kernel.moved import refuse_moved
from hub.kernel.neighbours import Neighbours
from hub.kernel.rounds import Rounds
from hub.kernel.stores import open_store, store_ids
from hub.migrations.run import upgrade
from hub.settings import Settings


class UndeclaredPermissionError(RuntimeError):
    """A command, screen or route asks for a permission that no role could have."""


@dataclass(slots=True)
class Registry:
    """Everything that the domains declare."""

    specs: dict[str, CommandSpec] = field(default_factory=dict)
    reactions: list[ReactionSpec] = field(default_factory=list)
    screens: list[AnyScreen] = field(default_factory=list)
    routes: tuple[RouteSpec, ...] = ()

    def addresses(self) -> frozenset[str]:
        """Every address that asks or tells something, but for those with a secret in them."""
        own = {f"/api/commands/{name}" for name in self.specs} | {f"/api/views/{screen.name}" for screen in self.screens}
        return frozenset(own | {route.path for route in self.routes if "{" not in route.path})

    def check_permissions(self, access: Access) -> None:
        """Raises UndeclaredPermissionError when something asks for what is granted to no role."""
        known = {ANYBODY}.union(*access.grants.values())
        asked = {spec.name: spec.permission for spec in self.specs.values()}
        asked |= {f"screen {screen.name}": screen.permission for screen in self.screens}
        asked |= {f"{route.method} {route.path}": route.permission for route in self.routes}
        undeclared = {what: permission for what, permission in asked.items() if permission not in known}
        if undeclared:
            raise UndeclaredPermissionError(", ".join(f"{what} asks for {p}" for what, p in sorted(undeclared.items())))


@dataclass(slots=True)
class Parts:
    """What a domain's `followers(parts)`, `jobs(parts)` and `routes(parts)` are built from."""

    settings: Settings
    database: Database
    door: Door
    clock: Clock
    wall: Clock
    vault: Vault
    ports: Ports
    bell: Bell
    callers: Callers
    chance: Randomness


@dataclass(slots=True)
class Hub:
    """A composed hub. `start` and `close` bracket its life; `asgi` does both with the server's lifespan."""

    settings: Settings
    database: Database
    door: Door
    clock: Clock
    wall: Clock
    access: Access
    vault: Vault
    ports: Ports
    bell: Bell
    chance: Randomness
    registry: Registry
    sessions: SessionBook
    callers: Callers
    viewer: Viewer
    publisher: Publisher
    sockets: Sockets
    metrics: Metrics
    pages: Pages
    followers: FollowerLoop
    jobs: JobLoop
    neighbours: Neighbours | None = None
    """The other processes on the same database; None on SQLite, which has one."""
    rounds: Rounds = field(default_factory=Rounds)
    """What this process looks after for itself: keys and grants that others may have changed."""
    closers: tuple[Callable[[], None], ...] = ()
    """What else ends with the hub, after the followers."""
    asgi: ASGIApp = field(init=False)
    store_id: str = ""
    ready: bool = False

    async def prepare(self) -> None:
        """Bring the database up to date; enough to pass commands through the door."""
        if self.database.is_sqlite:
            refuse_moved(self.settings.data)
        await upgrade(self.database)
        await check_keys(self.database, self.vault)
        await self.rounds.once()
        await self.find_store()

    async def start(self) -> None:
        """Prepare, and begin to follow the log. Once only."""
        if self.ready:
            return
        await self.prepare()
        self.publisher.start()
        self.sockets.start()
        if self.neighbours is not None:
            self.neighbours.start()
        self.rounds.start()
        self.followers.start()
        self.jobs.start()
        self.ready = True

    async def close(self) -> None:
        """Stop in the order in which things lean on each other."""
        self.ready = False
        await self.rounds.close()
        await self.jobs.close()
        await self.followers.close()
        await self.jobs.finish()
        if self.neighbours is not None:
            await self.neighbours.close()
        for close in self.closers:
            close()
        await self.sockets.close()
        await self.publisher.close()
        await self.door.close()
        await self.database.close()

    async def find_store(self) -> str:
        """The store that strangers see; "" while there is none."""
        if not self.store_id:
            known = await store_ids(self.database)
            wanted = self.settings.store
            self.store_id = wanted if wanted in known else (known[0] if known else "")
        return self.store_id

    async def open_store(self, **facts: Any) -> str:
        """Make a store; see `hub.kernel.stores.open_store`."""
        made = await open_store(self.database, self.chance, **{"zone": self.settings.zone, **facts})
        self.store_id = self.store_id or made
        return made


def registry_of(domains: Iterable[ModuleType], screens: Iterable[AnyScreen]) -> Registry:
    """Gather what the domains' rooms declare: `commands.commands`, `reactions.reactions`, `routes.route_specs`.

    Raises:
        ValueError: two commands bear one name.
    """
    registry, rooms = Registry(screens=list(screens)), list(domains)
    for domain in rooms:
        book: CommandBook | None = getattr(_room(domain, "commands"), "commands", None)
        for name, spec in (book.specs if book is not None else {}).items():
            if name in registry.specs:
                raise ValueError(f"command {name} is declared twice")
            registry.specs[name] = spec
        registry.reactions.extend(getattr(_room(domain, "reactions"), "reactions", ()))
    registry.routes = routes_of(spec for domain in rooms for spec in getattr(_room(domain, "routes"), "route_specs", ()))
    return registry


def made_by(domains: Iterable[ModuleType], room: str, parts: Parts, kind: type) -> list[Any]:
    """What each domain's `<room>.<room>(parts)` makes.

    Raises:
        TypeError: something is not a `kind`.
    """
    made: list[Any] = []
    for domain in domains:
        factory = getattr(_room(domain, room), room, None)
        if factory is not None:
            made.extend(factory(parts))
    wrong = [item for item in made if not isinstance(item, kind)]
    if wrong:
        raise TypeError(f"{room} makes {wrong[0]!r}")
    return made


def _room(domain: ModuleType, name: str) -> ModuleType | None:
    """A domain's room by the name that all domains give it; a room that is not needed does not exist."""
    qualified = f"{domain.__name__}.{name}"
    return import_module(qualified) if find_spec(qualified) else None
