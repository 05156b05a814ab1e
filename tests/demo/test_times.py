"""Commands beside a hub on a faster clock keep the store's own time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from sqlalchemy import select

from hub.app import build
from hub.demo.announcing import print_links
from hub.demo.times import clock_beside, end_of_log
from hub.kernel.clock import ManualClock, SystemClock
from hub.kernel.serving_note import remember
from hub.kernel.tables import EventRow
from hub.settings import Settings

LAST_YEAR = datetime(2025, 3, 1, 9, 45, tzinfo=UTC)


async def _lived(settings: Settings) -> str:
    hub = build(settings, clock=ManualClock(LAST_YEAR), wall=SystemClock())
    await hub.prepare()
    store = await hub.open_store(name_zh="青瓷", name_en="Celadon")
    await hub.close()
    await print_links(settings, Console(quiet=True))
    return store


async def _times(settings: Settings, store: str) -> list[datetime]:
    hub = build(settings)
    async with hub.database.read(store) as session:
        found = [*await session.scalars(select(EventRow.at).order_by(EventRow.seq))]
    await hub.close()
    return found


async def test_links_beside_a_fast_hub_are_made_at_the_end_of_its_log(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "store", solver_threads=0)
    remember_at = tmp_path / "store"
    remember_at.mkdir()
    store = await _lived(settings)
    first = await _times(settings, store)
    remember(remember_at, speed=30)
    await print_links(settings, Console(quiet=True))
    later = (await _times(settings, store))[len(first) :]
    assert later
    assert set(later) == {max(first)}


async def test_elsewhere_the_machines_own_time_holds(tmp_path: Path) -> None:
    settings, began = Settings(data=tmp_path / "store", solver_threads=0), datetime.now(UTC)
    assert await end_of_log(settings) is None
    store = await _lived(settings)
    remember(settings.data, speed=1)
    assert await clock_beside(settings) is None
    assert began <= (await _times(settings, store))[-1] <= datetime.now(UTC)
