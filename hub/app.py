"""The composition root: lists the domains and screens, fills the ports, builds the hub."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import structlog
from socketio import ASGIApp as SocketApp
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from hub.backoffice.security.visitors import VISIT_SCHEME, visit_reader
from hub.gateway.address import HubAddress, PublicAddress
from hub.gateway.callers import Callers
from hub.gateway.headers import Guard, SocketGate
from hub.gateway.http import Http, RouteSpec, Split, routes_of
from hub.gateway.incoming import Bodies
from hub.gateway.metrics import Metrics
from hub.gateway.openapi import document
from hub.gateway.pages import Pages, built_front_end
from hub.gateway.push import Publisher
from hub.gateway.rates import Rates
from hub.gateway.screens import AnyScreen
from hub.gateway.sessions import SessionBook
from hub.gateway.sockets import Sockets
from hub.gateway.views import Viewer
from hub.kernel import journal
from hub.kernel.access import ANYBODY, Access
from hub.kernel.clock import Clock, SystemClock
from hub.kernel.commands import CommandSpec, Ports, ReactionSpec
from hub.kernel.crypto import Vault, master_key
from hub.kernel.database import Database
from hub.kernel.dispatch import Door
from hub.kernel.event_log import Bell
from hub.kernel.followers import Follower, FollowerLoop
from hub.kernel.ids import Randomness, SystemRandomness
from hub.kernel.jobs import Job, JobLoop
from hub.kernel.stores import open_store, store_ids
from hub.migrations.run import upgrade
from hub.operations.planning.replanning import Planner
from hub.operations.planning.wiring import fill_ports
from hub.settings import Settings

log = structlog.get_logger(__name__)

DOMAINS = (
    "hub.catalog",
    "hub.operations.team",
    "hub.operations.stations",
    "hub.operations.bookings",
    "hub.operations.visits",
    "hub.operations.planning",
    "hub.backoffice.security",
    "hub.imports",
    "kiosk",
)
SCREENS = (
    "displays.front_desk.day",
    "displays.front_desk.offers",
    "displays.front_desk.slots",
    "displays.front_desk.people",
    "displays.front_desk.record",
    "displays.front_desk.what_if",
    "displays.floor",
    "displays.technician",
    "displays.waiting_room",
    "displays.slots",
    "displays.visit",
    "displays.book",
    "displays.security.home",
    "displays.security.devices",
    "displays.security.sign_in",
    "displays.security.staff",
    "displays.security.me",
    "kiosk.screen",
)

SEATS: dict[str, tuple[str, ...]] = {
    "": ("staff", "technician", "kiosk", "waiting_room", "tablet"),
    "kiosk": ("kiosk", "staff"),
    "waiting_room": ("waiting_room", "staff"),
    "technician": ("technician", "tablet", "staff"),
}
"""For each page's seat, whose credentials count, best first."""


class UndeclaredPermissionError(RuntimeError):
    """A command, screen or route asks for a permission that no role could have."""


@dataclass(slots=True)
class Registry:
    """Everything that the domains declare."""

    specs: dict[str, CommandSpec] = field(default_factory=dict)
    reactions: list[ReactionSpec] = field(default_factory=list)
    screens: list[AnyScreen] = field(default_factory=list)
    routes: tuple[RouteSpec, ...] = ()


@dataclass(slots=True)
class Parts:
    """What followers, jobs and routes are built from: `followers(parts)`, `jobs(parts)`, `routes(parts)`."""

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
    asgi: ASGIApp = field(init=False)
    store_id: str = ""
    ready: bool = False

    async def prepare(self) -> None:
        """Bring the database up to date; enough to pass commands through the door."""
        await upgrade(self.database)
        await self.find_store()

    async def start(self) -> None:
        """Prepare, and begin to follow the log. Once only."""
        if self.ready:
            return
        await self.prepare()
        self.publisher.start()
        self.sockets.start()
        self.followers.start()
        self.jobs.start()
        self.ready = True

    async def close(self) -> None:
        """Stop in the order in which things lean on each other."""
        self.ready = False
        await self.jobs.close()
        await self.followers.close()
        self.ports.get(Planner).close()
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


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    wall: Clock | None = None,
    chance: Randomness | None = None,
    domains: Iterable[ModuleType] | None = None,
    screens: Iterable[AnyScreen] | None = None,
) -> Hub:
    """Compose a hub; nothing runs and no file but the key's is touched until `start`.

    `clock` is the store's time, `wall` the people's, in which sessions end; they differ only where the day is played faster.

    Raises:
        UndeclaredPermissionError: something asks for a permission that is not granted to any role.
    """
    clock = clock or SystemClock()
    wall = wall or (clock if clock.speed == 1 else SystemClock())
    chance = chance or SystemRandomness()
    rooms = list(domains) if domains is not None else _present(DOMAINS)
    registry = _registry(rooms, screens)
    access = Access(_grants())
    _check_permissions(registry, access)
    settings.data.mkdir(parents=True, exist_ok=True)
    database, bell, ports, metrics = Database(settings.url), Bell(), Ports(), Metrics()
    vault = Vault(master_key(settings.key_file, settings.master_key or None))
    door = Door(
        database,
        registry.specs,
        registry.reactions,
        access=access,
        clock=clock,
        chance=chance,
        vault=vault,
        ports=ports,
        bell=bell,
    )
    book = SessionBook(database, wall)
    viewer = Viewer(database, registry.screens, access=access, clock=clock, vault=vault, ports=ports, metrics=metrics)
    publisher = Publisher(viewer, bell, metrics)
    rates, pages = Rates(settings.rate_factor), Pages(settings.front_end or built_front_end(), settings.language)
    schemes = {VISIT_SCHEME: visit_reader(database, vault, clock)}
    hub: Hub
    callers = Callers(book, access, seats=SEATS, schemes=schemes, store_id=lambda: hub.store_id)
    sockets = Sockets(
        viewer=viewer,
        publisher=publisher,
        callers=callers,
        book=book,
        rates=rates,
        metrics=metrics,
        is_current=pages.is_current,
        language=settings.language,
    )
    parts = Parts(settings, database, door, clock, wall, vault, ports, bell, callers, chance)
    _fill_ports(parts, book, rates)
    hub = Hub(
        settings=settings,
        database=database,
        door=door,
        clock=clock,
        wall=wall,
        access=access,
        vault=vault,
        ports=ports,
        bell=bell,
        chance=chance,
        registry=registry,
        sessions=book,
        callers=callers,
        viewer=viewer,
        publisher=publisher,
        sockets=sockets,
        metrics=metrics,
        pages=pages,
        followers=FollowerLoop(database, bell, _made(rooms, "followers", parts, Follower)),
        jobs=JobLoop(database, clock, [journal.forget_job(database, clock), *_made(rooms, "jobs", parts, Job)]),
    )
    http = Http(
        door=door,
        viewer=viewer,
        publisher=publisher,
        callers=callers,
        rates=rates,
        metrics=metrics,
        pages=pages,
        language=settings.language,
        ready=lambda: hub.ready,
    )
    hub.asgi = _asgi(hub, http, rates, _made(rooms, "routes", parts, BaseRoute))
    return hub


def _asgi(hub: Hub, http: Http, rates: Rates, more: list[Any]) -> ASGIApp:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await hub.start()
        try:
            yield
        finally:
            await hub.close()

    origins, language = hub.settings.public_origins, hub.settings.language
    sockets = SocketGate(
        SocketApp(hub.sockets.server, socketio_path="socket.io"),
        public_origins=origins,
        rates=rates,
        room_for_more=lambda: len(hub.sockets) < hub.settings.sockets_max,
    )
    split = Split(http.app(more), sockets, Starlette(lifespan=lifespan))
    return Guard(split, public_origins=origins, language=language)


def _registry(rooms: Iterable[ModuleType], screens: Iterable[AnyScreen] | None) -> Registry:
    registry = Registry()
    for room in rooms:
        book = getattr(_part(room, "commands"), "commands", None)
        for name, spec in (book.specs if book is not None else {}).items():
            if name in registry.specs:
                raise ValueError(f"command {name} is declared twice")
            registry.specs[name] = spec
        registry.reactions.extend(getattr(_part(room, "reactions"), "reactions", ()))
    found = [module.screen for module in _present(SCREENS)] if screens is None else list(screens)
    registry.screens.extend(found)
    registry.routes = routes_of(spec for room in rooms for spec in getattr(_part(room, "routes"), "route_specs", ()))
    return registry


def _grants() -> dict[str, frozenset[str]]:
    from hub.backoffice.security.roles import GRANTS

    return GRANTS


def _check_permissions(registry: Registry, access: Access) -> None:
    known = {ANYBODY}.union(*access.grants.values())
    asked = {spec.name: spec.permission for spec in registry.specs.values()}
    asked |= {f"screen {screen.name}": screen.permission for screen in registry.screens}
    asked |= {f"{route.method} {route.path}": route.permission for route in registry.routes}
    undeclared = {what: permission for what, permission in asked.items() if permission not in known}
    if undeclared:
        raise UndeclaredPermissionError(", ".join(f"{what} asks for {p}" for what, p in sorted(undeclared.items())))


def _fill_ports(parts: Parts, book: SessionBook, rates: Rates) -> None:
    from hub.backoffice.security.ports import Incoming, Sessions, Wall

    fill_ports(parts.ports, parts.door, parts.bell, parts.settings.solver_threads)
    parts.ports.fill(Sessions, book)  # type: ignore[type-abstract]  # a port is known by its Protocol
    settings = parts.settings
    address = HubAddress(settings.public_url, settings.host, settings.port, secure=settings.tls_cert is not None)
    parts.ports.fill(PublicAddress, address)  # type: ignore[type-abstract]
    parts.ports.fill(Wall, parts.wall)  # type: ignore[type-abstract]
    parts.ports.fill(Incoming, Bodies(rates))  # type: ignore[type-abstract]


def _made(rooms: Iterable[ModuleType], part: str, parts: Parts, kind: type) -> list[Any]:
    made: list[Any] = []
    for room in rooms:
        factory = getattr(_part(room, part), part, None)
        if factory is not None:
            made.extend(factory(parts))
    wrong = [item for item in made if not isinstance(item, kind)]
    if wrong:
        raise TypeError(f"{part} makes {wrong[0]!r}")
    return made


def _part(room: ModuleType, name: str) -> ModuleType | None:
    qualified = f"{room.__name__}.{name}"
    found = _present([qualified]) if find_spec(qualified) else []
    return found[0] if found else None


def _present(names: Iterable[str]) -> list[ModuleType]:
    found = []
    for name in names:
        try:
            found.append(import_module(name))
        except Exception as error:
            log.warning("room not there yet", room=name, error=str(error))
    return found


def described() -> dict[str, Any]:
    """The OpenAPI document of all that is listed here; opens nothing."""
    registry = _registry(_present(DOMAINS), None)
    return document(registry.specs.values(), registry.screens)
