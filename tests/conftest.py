"""A whole hub over a temporary SQLite store, with a clock that stands still and repeatable chance."""

from __future__ import annotations

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.app import Hub, build
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.database import Database
from hub.kernel.dispatch import Answered
from hub.kernel.ids import SeededRandomness
from hub.migrations.run import upgrade
from hub.settings import Settings

MORNING = datetime(2026, 5, 14, 1, 0, tzinfo=UTC)
"""A Thursday, 09:00 in Shanghai."""

ORIGIN = "http://hub.test"

Send = Callable[..., Awaitable[Answered]]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(MORNING)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of this release, to be copied rather than migrated anew by every test."""
    path = tmp_path_factory.mktemp("migrated") / "hub.sqlite3"

    async def migrate() -> None:
        database = Database(f"sqlite+aiosqlite:///{path}")
        await upgrade(database)
        await database.close()

    asyncio.run(migrate())
    return path


@pytest.fixture
def settings(tmp_path: Path, migrated: Path) -> Settings:
    (tmp_path / "store").mkdir()
    shutil.copy(migrated, tmp_path / "store" / migrated.name)
    return Settings(data=tmp_path / "store", front_end=tmp_path / "dist", rate_factor=0, solver_threads=0, language="en")


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    """A started hub without a store."""
    made = build(settings, clock=clock, chance=SeededRandomness(1))
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def store(hub: Hub) -> str:
    """The id of an open store."""
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
