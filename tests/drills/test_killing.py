"""The short form of R1."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, select

from hub.kernel.database import Database
from hub.kernel.tables import AnswerRow, Store
from hub.settings import Settings
from tests.drills import killing


@pytest.mark.drill
@pytest.mark.timeout(300)
async def test_nothing_acknowledged_is_lost_or_done_twice(tmp_path: Path) -> None:
    report = await killing.kill_rounds(tmp_path / "store", kills=3, commands=400, clients=8, seed=11)
    assert (report.lost, report.doubled, report.gaps) == (0, 0, 0)


@pytest.mark.drill
async def test_the_comparison_sees_a_lost_answer(tmp_path: Path) -> None:
    """The drill's own twin: take one acknowledged answer away, and it must be found missing."""
    data = tmp_path / "store"
    await killing.furnish(data)
    database = Database(Settings(data=data).url)
    async with database.read(None) as session:
        store = await session.scalar(select(Store.id))
    async with database.write(store) as session:
        gone = await session.scalar(select(AnswerRow.command_id))
        await session.execute(delete(AnswerRow).where(AnswerRow.command_id == gone))
    await database.close()
    journal = killing.Journal(acknowledged={str(gone): 1})
    report = await killing.compare(Settings(data=data).url, journal, 0, 0)
    assert report.lost == 1
