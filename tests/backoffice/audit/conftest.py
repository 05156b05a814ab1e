"""A store with a short log, its anchors, and hands that write past the door."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from hub.app import Hub, build
from hub.backoffice.audit import tables as audit_tables
from hub.backoffice.audit.anchors import AnchorFolder
from hub.backoffice.audit.keeping import Keeper, folder_of
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.ids import SeededRandomness
from hub.kernel.tables import EventRow
from hub.settings import Settings
from tests.conftest import ENGINE

assert audit_tables

BOTH = ("sqlite", "postgresql")

Forge = Callable[..., Awaitable[None]]


@pytest.fixture
def engine() -> str:
    """The run's, unless a test asks for others: `@pytest.mark.parametrize("engine", BOTH)`."""
    return ENGINE


@pytest.fixture
def on_engine(engine: str, request: pytest.FixtureRequest, settings: Settings) -> Settings:
    if engine == "sqlite":
        return settings
    return settings.model_copy(update={"database_url": request.getfixturevalue("postgres_url")})


@pytest.fixture
async def hub(on_engine: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    """A prepared hub: nothing runs by itself."""
    made = build(on_engine, clock=clock, chance=SeededRandomness(1))
    await made.prepare()
    yield made
    await made.close()


@pytest.fixture
def folder(on_engine: Settings) -> AnchorFolder:
    return folder_of(on_engine)


@pytest.fixture
def keeper(hub: Hub, folder: AnchorFolder) -> Keeper:
    return Keeper(hub.database, hub.door, hub.clock, folder, timedelta(minutes=15))


@pytest.fixture
async def log(hub: Hub, store: str, manager: Actor) -> Callable[[int], Awaitable[None]]:
    """`await log(5)`: five more facts."""

    async def more(count: int) -> None:
        for _ in range(count):
            await hub.door.send(
                "catalog.put_skill",
                {"code": "cut", "name": {"zh": "剪发", "en": "Cutting"}},
                manager,
                hub.chance.id(),
            )

    return more


async def head_at(hub: Hub, store_id: str, seq: int) -> str:
    """The hash of a row of the log."""
    async with hub.database.read(store_id) as session:
        found: str = (await session.scalars(select(EventRow.hash).where(EventRow.seq == seq))).one()
    return found


@pytest.fixture
def forge(hub: Hub) -> Forge:
    """`await forge("UPDATE event …", seq=3)`: as somebody does who has the database but not the door."""

    async def write(statement: str, **values: Any) -> None:
        async with hub.database.writer.begin() as connection:
            await connection.execute(text(statement), values)

    return write


@pytest.fixture
def anchor_file(on_engine: Settings, store: str) -> Path:
    return on_engine.anchor_folder / f"{store}.anchors"
