"""A whole hub over a temporary store, with a clock that stands still and repeatable chance.

The store is SQLite's, or PostgreSQL's where SALON_HUB_TEST_ENGINE says so.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import shutil
import signal
import threading
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import structlog
from structlog.dev import ConsoleRenderer, plain_traceback

from hub.app import Hub, build
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.database import Database
from hub.kernel.dispatch import Answered
from hub.kernel.ids import SeededRandomness
from hub.kernel.jobs import JobLoop
from hub.migrations.run import upgrade
from hub.settings import Settings
from tests import hashes, memory, statements
from tests.once import made_once
from tests.operations.floor import FloorStore, make_floor_store
from tests.postgres import running

MORNING = datetime(2026, 5, 14, 1, 0, tzinfo=UTC)
"""A Thursday, 09:00 in Shanghai."""

ORIGIN = "http://hub.test"

TEMPLATE, FLOOR_TEMPLATE = "hub_template", "hub_floor_template"

ENGINE = os.environ.get("SALON_HUB_TEST_ENGINE", "sqlite")
"""Of the tests' hubs: sqlite or postgresql."""

Send = Callable[..., Awaitable[Answered]]

memory.move_in()
statements.share()

pytest_plugins = ["tests.browser"]


def pytest_configure() -> None:
    """What only tests may do: hash passwords quickly, and print a fault as Python does.

    By itself structlog draws it with every value of every frame, whole plans among them: up to a second of a core for each.
    """
    hashes.hurry()
    plain = ConsoleRenderer(exception_formatter=plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is loaded meanwhile stays until the end: nobody need look for garbage in it, then or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true nothing may be skipped: what lacks its tool there has failed."""
    report = yield
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"skipped although CI=true: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_timeout_set_timer(settings: Any) -> Generator[None, object, object]:
    """Ring again: an alarm that rings while some task is at work ends that task and not the test, which then waits for ever."""
    made = yield
    if settings.method == "signal" and threading.current_thread() is threading.main_thread():
        signal.setitimer(signal.ITIMER_REAL, settings.timeout, settings.timeout)
    return made


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, leave out what would be the same test as on SQLite; on either, spread those that wait a lot evenly."""
    if ENGINE != "sqlite":
        config.hook.pytest_deselected(items=[item for item in items if not _asks_the_engine(item)])
        items[:] = [item for item in items if _asks_the_engine(item)]
    groups: dict[bool, list[pytest.Item]] = {True: [], False: []}
    for item in items:
        groups[_waits(item)].append(item)
    places = [(number / len(group), item) for group in groups.values() for number, item in enumerate(group)]
    items[:] = [item for _, item in sorted(places, key=lambda place: place[0])]


def _waits(item: pytest.Item) -> bool:
    """Half of the time for a browser or another process: where only such tests are left, cores stand idle."""
    return "chromium" in getattr(item, "fixturenames", ()) or item.get_closest_marker("drill") is not None


def _asks_the_engine(item: pytest.Item) -> bool:
    """Whether its hub is on the engine that the whole run is on: not if it has none, and not if it chooses one itself."""
    fixtures = set(getattr(item, "fixturenames", ()))
    chosen = getattr(getattr(item, "callspec", None), "params", {}).keys() & {"on_both", "engine"}
    return "settings" in fixtures and "postgres_url" not in fixtures and not chosen and not item.get_closest_marker("sqlite")


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """What a test sets up for its own lines, as every command of the terminal does, holds for no other test."""
    said = structlog.get_config()
    yield
    structlog.configure(**said)
    root = logging.getLogger()
    root.handlers[:] = [handler for handler in root.handlers if type(handler) is not logging.StreamHandler]


@pytest.fixture(autouse=True)
def jobs_at_rest(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The jobs of any hub of this process run when the test runs them, unless it is a drill or marked `jobs`.

    At every start all of them are due: that took longer than most tests, and on a slow machine did more than they are about.
    """
    if not any(map(request.node.get_closest_marker, ("jobs", "drill"))):
        monkeypatch.setattr(JobLoop, "start", lambda _jobs: None)


async def on_duty(hub: Hub) -> None:
    """Wait until the hub does its store's standing work: on PostgreSQL several processes stand for it."""
    while not await hub.jobs._duties.stores():
        await asyncio.sleep(0.01)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(MORNING)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of this release, to be copied rather than migrated anew by every test."""

    async def migrate(path: Path) -> None:
        database = Database(f"sqlite+aiosqlite:///{path}")
        await upgrade(database)
        await database.close()

    return made_once(tmp_path_factory, "migrated", lambda folder: asyncio.run(migrate(folder / "hub.sqlite3"))) / "hub.sqlite3"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The folder of a running server's socket; it holds a migrated database to make others from."""
    with running() as url:
        folder = url.partition("host=")[2]

        async def prepare() -> None:
            connection = await asyncpg.connect(host=folder, user="hub", database="postgres")
            await connection.execute(f"CREATE DATABASE {TEMPLATE}")
            await connection.close()
            database = Database(f"postgresql+asyncpg://hub@/{TEMPLATE}?host={folder}")
            await upgrade(database)
            await database.close()

        asyncio.run(prepare())
        yield folder


@pytest.fixture(scope="session")
def floor_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> FloorStore:
    """The working day of `open_floor`, made once by each process: a test that asks for it finds a copy on its hub's engine."""
    data = tmp_path_factory.mktemp("floor") / "store"
    data.mkdir()
    shutil.copy(migrated, data / migrated.name)
    made = Settings(data=data, rate_factor=0, solver_threads=0, anchor_minutes=0, language="en")
    if ENGINE != "postgresql":
        return asyncio.run(make_floor_store(made))
    folder = request.getfixturevalue("postgres")
    url = f"postgresql+asyncpg://hub@/{FLOOR_TEMPLATE}?host={folder}"

    async def make() -> FloorStore:
        connection = await asyncpg.connect(host=folder, user="hub", database="postgres")
        await connection.execute(f"CREATE DATABASE {FLOOR_TEMPLATE} TEMPLATE {TEMPLATE}")
        await connection.close()
        return await make_floor_store(made.model_copy(update={"database_url": url}))

    return asyncio.run(make())


def _on_a_floor(request: pytest.FixtureRequest) -> bool:
    return "floor_store" in request.fixturenames


@pytest.fixture(scope="session")
async def postgres_admin(postgres: str) -> AsyncIterator[asyncpg.Connection]:
    """One connection for whatever is said to the server itself: each new one costs it a process."""
    connection = await asyncpg.connect(host=postgres, user="hub", database="postgres")
    yield connection
    await connection.close()


@pytest.fixture
async def postgres_url(
    request: pytest.FixtureRequest, postgres: str, postgres_admin: asyncpg.Connection, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[str]:
    """A fresh migrated database, with what `floor_store` holds where the test asks for that."""
    template = FLOOR_TEMPLATE if ENGINE == "postgresql" and _on_a_floor(request) else TEMPLATE
    name = "hub_" + tmp_path_factory.mktemp("pg").name.replace("-", "_")
    # Since version 15 a database is otherwise copied through the log: three times the work.
    newer = " STRATEGY file_copy" if postgres_admin.get_server_version().major >= 15 else ""
    await postgres_admin.execute(f'CREATE DATABASE "{name}" TEMPLATE {template}{newer}')
    yield f"postgresql+asyncpg://hub@/{name}?host={postgres}"
    await postgres_admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def empty_store(request: pytest.FixtureRequest, tmp_path: Path, migrated: Path) -> Path:
    """A data folder of the test's own, with a migrated database that holds nothing, or what `floor_store` does."""
    folder = tmp_path / "store"
    if _on_a_floor(request):
        shutil.copytree(request.getfixturevalue("floor_store").data.parent, tmp_path, dirs_exist_ok=True)  # keys lie beside it
        return folder
    folder.mkdir()
    shutil.copy(migrated, folder / migrated.name)
    return folder


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path, empty_store: Path) -> Settings:
    """A hub's settings in a folder of its own; SALON_HUB_TEST_ENGINE=postgresql puts it on that engine."""
    made = Settings(
        data=empty_store,
        front_end=tmp_path / "dist",
        rate_factor=0,
        solver_threads=0,
        anchor_minutes=0,
        language="en",
    )
    if ENGINE == "postgresql":
        return made.model_copy(update={"database_url": request.getfixturevalue("postgres_url")})
    return made


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    """A started hub without a store."""
    made = build(settings, clock=clock, chance=SeededRandomness(1))
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def store(request: pytest.FixtureRequest, hub: Hub) -> str:
    """The id of an open store."""
    if _on_a_floor(request):
        return hub.store_id
    return await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai")


@pytest.fixture
def manager(store: str) -> Actor:
    return Actor("staff", "0" * 31 + "1", store, frozenset({"manager"}))


@pytest.fixture
def desk(store: str) -> Actor:
    return Actor("staff", "0" * 31 + "2", store, frozenset({"front_desk"}))


@pytest.fixture
def send(hub: Hub, manager: Actor) -> Send:
    """`await send("team.put_technician", {...}, actor)`: through the door, by the manager where nobody is named."""

    async def through(name: str, data: dict[str, Any], actor: Actor | None = None, command_id: str | None = None) -> Answered:
        return await hub.door.send(name, data, actor or manager, command_id or uuid.uuid4().hex)

    return through


@pytest.fixture
async def http(hub: Hub, store: str) -> AsyncIterator[httpx.AsyncClient]:
    """A stranger's client; it speaks like the front end does."""
    headers = {"Origin": ORIGIN, "X-Requested-With": "salon-hub", "Accept-Language": "en"}
    transport = httpx.ASGITransport(hub.asgi, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers) as client:
        yield client
