"""R14, and its twin."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.drills import upgrading


@pytest.mark.drill
async def test_every_released_schema_is_upgraded_with_its_rows(tmp_path: Path) -> None:
    report = await upgrading.upgrade_all(tmp_path)
    assert report.schemas >= 1
    assert report.rows > 10
    assert report.wrong == []


@pytest.mark.drill
async def test_a_schema_that_does_not_become_this_release_is_seen(tmp_path: Path) -> None:
    """The twin: a trigger that the upgrade leaves out is found missing."""
    released = tmp_path / "released"
    shutil.copytree(upgrading.RELEASED, released)
    with (released / "0001.sql").open("a", encoding="utf-8") as file:
        file.write("DROP TRIGGER overlap_place_update;\n")
    report = await upgrading.upgrade_all(tmp_path, released)
    assert any("overlap_place_update" in thing for thing in report.wrong)
