"""The composition root: lists the domains and screens, fills the ports, builds the hub."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

from socketio import ASGIApp as SocketApp
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

import kiosk.screen
from displays import alarms as alarms_screen
from displays import backups as backups_screen
from displays import (
    book,
    consent_form,
    consulting,
    floor,
    lengths,
    look_back,
    my_visits,
    slots,
    technician,
    visit,
    waiting_place,
    waiting_room,
    waitlist,
    wording,
)
from displays import catalog as catalog_screen
from displays import team as team_screen
from displays.audit import screen as audit_screen
from displays.front_desk import day, offers, people, record, what_if, why_not
from displays.front_desk import slots as desk_slots
from displays.privacy import file, office, roles
from displays.privacy import record as privacy_record
from displays.security import devices, home, me, sign_in, staff
from hub import catalog, imports
from hub.backoffice import alarms, audit, backups, privacy, security
from hub.backoffice.backups.keeper import Keeper
from hub.backoffice.backups.ports import Backups
from hub.backoffice.privacy.searches import NumberSearches
from hub.backoffice.security.grants import GrantWatch
from hub.backoffice.security.ports import Address, Incoming, Sessions, Wall, Wording
from hub.backoffice.security.roles import GRANTS
from hub.backoffice.security.visitors import VISIT_SCHEME, visit_reader
from hub.catalog.queries import text_sources
from hub.gateway.address import HubAddress, PublicAddress
from hub.gateway.callers import Callers
from hub.gateway.fluent import StoreTexts
from hub.gateway.headers import Guard, SocketGate
from hub.gateway.http import Http, Split
from hub.gateway.incoming import Bodies
from hub.gateway.metrics import Metrics
from hub.gateway.openapi import document
from hub.gateway.pages import Pages, built_front_end
from hub.gateway.push import Publisher
from hub.gateway.rates import Rates
from hub.gateway.refusals import Refusals
from hub.gateway.screens import AnyScreen
from hub.gateway.sessions import SessionBook
from hub.gateway.sockets import Sockets
from hub.gateway.starting import Starting
from hub.gateway.views import Viewer
from hub.kernel import answers, journal
from hub.kernel.access import Access
from hub.kernel.carriers import carriers_of
from hub.kernel.clock import Clock, SystemClock
from hub.kernel.commands import Ports
from hub.kernel.crypto import vault_of
from hub.kernel.database import Database
from hub.kernel.dispatch import Door
from hub.kernel.event_log import Bell
from hub.kernel.followers import Follower, FollowerLoop
from hub.kernel.ids import Randomness, SystemRandomness
from hub.kernel.jobs import Job, JobLoop
from hub.kernel.mail import Carrier, Mailer
from hub.kernel.neighbours import Neighbours
from hub.kernel.outbox import Outbox
from hub.kernel.rounds import Rounds
from hub.operations import bookings, forms, planning, stations, team, visits
from hub.operations import waitlist as waiting_list
from hub.operations.bookings.ports import FreedRoom
from hub.operations.planning.asking import Asking
from hub.operations.planning.looking_back import LookingBack
from hub.operations.planning.replanning import Planner
from hub.operations.planning.wiring import fill_ports
from hub.operations.waitlist.offers import OfferedRoom
from hub.running import Hub, Parts, UndeclaredPermissionError, made_by, registry_of
from hub.settings import Settings

__all__ = ["DOMAINS", "SCREENS", "Hub", "UndeclaredPermissionError", "build", "described"]

DOMAINS: tuple[ModuleType, ...] = (
    catalog,
    team,
    stations,
    bookings,
    forms,
    visits,
    planning,
    waiting_list,
    security,
    audit,
    alarms,
    backups,
    privacy,
    imports,
    kiosk,
)
SCREENS: tuple[AnyScreen, ...] = (
    day.screen,
    offers.screen,
    desk_slots.screen,
    people.screen,
    record.screen,
    consulting.screen,
    consent_form.screen,
    what_if.screen,
    why_not.screen,
    floor.screen,
    technician.screen,
    technician.add_ons.screen,
    waiting_room.screen,
    slots.screen,
    visit.screen,
    waitlist.screen,
    waiting_place.screen,
    lengths.screen,
    look_back.screen,
    look_back.day_screen,
    my_visits.screen,
    book.screen,
    home.screen,
    devices.screen,
    sign_in.screen,
    staff.screen,
    team_screen.screen,
    catalog_screen.screen,
    wording.screen,
    me.screen,
    backups_screen.screen,
    audit_screen.screen,
    alarms_screen.screen,
    roles.screen,
    office.screen,
    privacy_record.screen,
    file.screen,
    file.own,
    kiosk.screen.screen,
)

SEATS: dict[str, tuple[str, ...]] = {
    "": ("staff", "technician", "kiosk", "waiting_room", "tablet"),
    "kiosk": ("kiosk", "staff"),
    "waiting_room": ("waiting_room", "staff"),
    "technician": ("technician", "tablet", "staff"),
    "customer": ("customer",),
}
"""For each page's seat, whose credentials count, best first."""


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    wall: Clock | None = None,
    chance: Randomness | None = None,
    domains: Iterable[ModuleType] = DOMAINS,
    screens: Iterable[AnyScreen] = SCREENS,
    carriers: Iterable[Carrier] | None = None,
) -> Hub:
    """Compose a hub; nothing runs and no file but the key's is touched until `start`.

    `carriers` take messages out of the house; None: what the settings name.
    `clock` is the store's time, `wall` the people's, in which sessions end; they differ only where the day is played faster.

    Raises:
        UndeclaredPermissionError: something asks for a permission that is not granted to any role.
    """
    clock = clock or SystemClock()
    wall = wall or (clock if clock.speed == 1 else SystemClock())
    chance = chance or SystemRandomness()
    rooms = tuple(domains)
    registry = registry_of(rooms, screens)
    access = Access(GRANTS, {spec.name: spec.permission for spec in registry.specs.values()})
    registry.check_permissions(access)
    settings.data.mkdir(parents=True, exist_ok=True)
    database, bell, ports, metrics = Database(settings.url), Bell(), Ports(), Metrics()
    vault = vault_of(settings.key_file, settings.keyring_file, settings.master_key or None)
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
    sessions = SessionBook(database, wall)
    hub: Hub
    texts = StoreTexts(database, text_sources, lambda: hub.store_id)
    viewer = Viewer(
        database, registry.screens, access=access, clock=clock, vault=vault, ports=ports, metrics=metrics, texts=texts
    )
    publisher = Publisher(viewer, bell, metrics)
    rates, pages = Rates(settings.rate_factor), Pages(settings.front_end or built_front_end(), settings.language)
    refusals = Refusals(registry.addresses())
    schemes = {VISIT_SCHEME: visit_reader(database, vault, clock)}
    neighbours = None if database.is_sqlite else Neighbours(settings.url, bell)
    callers = Callers(sessions, access, seats=SEATS, schemes=schemes, store_id=lambda: hub.store_id)
    parts = Parts(settings, database, door, clock, wall, vault, ports, bell, callers, chance)
    _fill_ports(parts, sessions, rates)
    ports.fill(Access, access)
    ports.fill(Wording, texts.sentence)
    second = settings.backups_second
    keeper = Keeper(door, wall, folder=settings.backup_folder, second=second, key_file=settings.backup_key_file)
    ports.fill(Backups, keeper)  # type: ignore[type-abstract]
    outbox = Outbox(database, vault, wall, chance, carriers_of(settings, wall) if carriers is None else carriers, clock.speed)
    ports.fill(Mailer, outbox)  # type: ignore[type-abstract]  # a port is known by its Protocol
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
        sessions=sessions,
        callers=callers,
        viewer=viewer,
        publisher=publisher,
        sockets=Sockets(
            viewer=viewer,
            publisher=publisher,
            callers=callers,
            book=sessions,
            rates=rates,
            refusals=refusals,
            metrics=metrics,
            is_current=pages.is_current,
            language=settings.language,
        ),
        metrics=metrics,
        pages=pages,
        followers=FollowerLoop(database, bell, made_by(rooms, "followers", parts, Follower), neighbours),
        jobs=JobLoop(
            database,
            clock,
            [
                journal.forget_job(database, clock),
                answers.forget_job(database, clock, {spec.name for spec in registry.specs.values() if spec.money}),
                outbox.job,
                *made_by(rooms, "jobs", parts, Job),
            ],
            neighbours,
        ),
        neighbours=neighbours,
        rounds=Rounds((vault.look, GrantWatch(database, access).look, texts.look)),
        closers=(ports.get(Planner).close, ports.get(Asking).close, ports.get(LookingBack).close, keeper.close),
    )
    hub.asgi = _asgi(hub, rates, refusals, made_by(rooms, "routes", parts, BaseRoute))
    return hub


def _asgi(hub: Hub, rates: Rates, refusals: Refusals, more: list[Any]) -> ASGIApp:
    origins, language = hub.settings.public_origins, hub.settings.language
    starting = Starting(hub.start, hub.close, ready=lambda: hub.ready, url=hub.settings.url, language=language)
    http = Http(
        door=hub.door,
        viewer=hub.viewer,
        publisher=hub.publisher,
        callers=hub.callers,
        rates=rates,
        refusals=refusals,
        metrics=hub.metrics,
        pages=hub.pages,
        language=language,
        ready=lambda: hub.ready,
        failing=hub.jobs.failing,
        described=hub.registry.routes,
    )
    sockets = SocketGate(
        SocketApp(hub.sockets.server, socketio_path="socket.io"),
        public_origins=origins,
        rates=rates,
        room_for_more=lambda: len(hub.sockets) < hub.settings.sockets_max,
    )
    split = Split(starting.before(http.app(more)), starting.before(sockets), starting)
    said_to = hub.viewer.texts.said_to
    return Guard(split, public_origins=origins, language=language, refusals=refusals, said_to=said_to)


def _fill_ports(parts: Parts, book: SessionBook, rates: Rates) -> None:
    settings = parts.settings
    address = HubAddress(settings.public_url, settings.host, settings.port, secure=settings.tls_cert is not None)
    fill_ports(parts.ports, parts.door, parts.bell, settings.solver_threads)
    parts.ports.fill(FreedRoom, OfferedRoom())  # type: ignore[type-abstract]
    parts.ports.fill(Sessions, book)  # type: ignore[type-abstract]  # a port is known by its Protocol
    parts.ports.fill(NumberSearches, NumberSearches())
    parts.ports.fill(PublicAddress, address)  # type: ignore[type-abstract]
    parts.ports.fill(Address, address)  # type: ignore[type-abstract]
    parts.ports.fill(Wall, parts.wall)  # type: ignore[type-abstract]
    parts.ports.fill(Incoming, Bodies(rates))  # type: ignore[type-abstract]


def described() -> dict[str, Any]:
    """The OpenAPI document of all that is listed here; opens nothing."""
    registry = registry_of(DOMAINS, SCREENS)
    return document(registry.specs.values(), registry.screens, registry.routes)
