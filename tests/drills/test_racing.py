"""The short form of R3, and its twins."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.settings import Settings
from tests.drills import racing
from tests.postgres import cluster

WITHOUT = {
    "sqlite": ("DROP TRIGGER overlap_technician_insert", "DROP TRIGGER overlap_place_insert"),
    "postgresql": tuple(f"ALTER TABLE assignment DROP CONSTRAINT overlap_{what}" for what in ("technician", "place")),
}


@pytest.mark.drill
async def test_of_all_who_race_for_a_slot_one_wins(tmp_path: Path) -> None:
    report = await racing.guard_rounds(Settings(data=tmp_path, rate_factor=0), races=20, spans=400, seed=3)
    assert report.kept, str(report)
    assert (report.races, report.spans) == (20, 400)


@pytest.mark.drill
async def test_of_all_who_race_through_several_hubs_one_wins(tmp_path: Path) -> None:
    """On PostgreSQL; and the twin: without the exclusion constraints the same races have several winners."""
    with cluster() as server:
        settings = Settings(data=tmp_path, database_url=server.url, rate_factor=0)
        report = await racing.guard_rounds(settings, races=20, spans=400, seed=3)
        assert report.kept, str(report)
    with cluster() as server:
        settings = Settings(data=tmp_path, database_url=server.url, rate_factor=0)
        unguarded = racing.Report()
        async with racing.hubs(settings, racing.HUBS) as hubs:
            await racing.race_rounds(hubs, unguarded, races=3, seed=3, off=WITHOUT["postgresql"])
        assert unguarded.won_by_one < unguarded.races
        assert unguarded.double > 0


@pytest.mark.drill
async def test_without_the_guards_several_would_win(tmp_path: Path) -> None:
    """The twin on SQLite."""
    report = racing.Report()
    async with racing.hubs(Settings(data=tmp_path, rate_factor=0), 1) as hubs:
        await racing.race_rounds(hubs, report, races=3, seed=3, off=WITHOUT["sqlite"])
    assert report.won_by_one < report.races
    assert report.double > 0


@pytest.mark.drill
async def test_desks_and_planner_together_book_nobody_twice(tmp_path: Path) -> None:
    report = racing.Report()
    await racing.planned_rounds(Settings(data=tmp_path, solver_threads=0, rate_factor=0), report, rounds=12, seed=5)
    assert report.double == 0
    assert report.plans > 1
