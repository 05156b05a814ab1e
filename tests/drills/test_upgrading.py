"""R14, and its twin."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hub.gateway.pages import Pages
from tests.drills import browsing, upgrading

needs_browser = [
    pytest.mark.drill,
    pytest.mark.e2e,
    pytest.mark.skipif(browsing.missing() is not None, reason=str(browsing.missing())),
    pytest.mark.timeout(300),
]


def with_browser(test):  # type: ignore[no-untyped-def]
    for mark in needs_browser:
        test = mark(test)
    return test


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


@with_browser
async def test_a_page_of_the_old_build_is_loaded_anew_by_the_new_hub(tmp_path: Path) -> None:
    assert await upgrading.page_over_an_upgrade(tmp_path)


@with_browser
async def test_without_the_word_to_reload_a_page_stays_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    monkeypatch.setattr(Pages, "is_current", lambda *_: True)
    monkeypatch.setattr(upgrading, "RELOAD_SECONDS", 15.0)
    assert not await upgrading.page_over_an_upgrade(tmp_path)
