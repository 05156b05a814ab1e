"""A prepared store with one customer, its backups' keys and a first backup; and another machine to restore on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.app import Hub, build
from hub.backoffice.backups.keys import BackupKeys, new_keys
from hub.backoffice.backups.making import make
from hub.kernel.clock import ManualClock
from hub.kernel.ids import SeededRandomness
from hub.settings import Settings
from tests.conftest import MORNING, Send

PERSON = {"natural_key": "k1", "name": "王雅琴", "phone": "+8613800138000"}


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    """A prepared hub: its own keeper does nothing by itself."""
    made = build(settings, clock=clock, chance=SeededRandomness(1))
    await made.prepare()
    yield made
    await made.close()


@pytest.fixture
def keys(settings: Settings) -> tuple[BackupKeys, str]:
    return new_keys(settings.backup_key_file)


@pytest.fixture
async def backup(hub: Hub, store: str, send: Send, keys: tuple[BackupKeys, str], settings: Settings) -> Path:
    assert store
    await send("bookings.put_customer", PERSON)
    return await make(hub.database, settings.backup_folder, keys[0], MORNING)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "new machine" / "store")
