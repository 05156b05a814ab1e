"""A hub with the demo salon's day, for drills that send it what nobody should."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from hub.app import Hub, build
from hub.demo.store import open_demo, prepare_days
from hub.kernel.clock import ManualClock
from hub.kernel.ids import SeededRandomness
from hub.settings import Settings
from tests.conftest import MORNING


def _hub(folder: Path, seed: int) -> Hub:
    settings = Settings(
        data=folder / "store",
        front_end=folder / "dist",
        rate_factor=0,
        solver_threads=0,
        anchor_minutes=0,
        mail_folder=folder / "mail",
    )
    return build(settings, clock=ManualClock(MORNING), chance=SeededRandomness(seed))


async def prepare_demo(folder: Path) -> None:
    """The demo salon's day, in `folder / "store"`."""
    hub = _hub(folder, 1)
    await hub.start()
    await open_demo(hub)
    await prepare_days(hub, MORNING.date())
    await hub.close()


@asynccontextmanager
async def demo_hub(folder: Path, prepared: Path | None = None) -> AsyncIterator[Hub]:
    """A hub with the demo salon's day: with a copy of the one that was `prepared` before, or with one made here."""
    if prepared is None:
        await prepare_demo(folder)
    else:
        shutil.copytree(prepared, folder, dirs_exist_ok=True)  # the keys lie beside the store
    hub = _hub(folder, 2)  # the ids of the first chance are taken
    await hub.start()
    try:
        yield hub
    finally:
        await hub.close()
