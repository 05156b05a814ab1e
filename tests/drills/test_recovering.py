"""The short forms of R12 and R13, and their twins."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hub.backoffice.backups import parcel, restoring
from hub.recovery import finding
from tests.drills import recovering


@pytest.mark.drill
@pytest.mark.parametrize("name", recovering.HARM)
async def test_every_harm_is_met_with_its_cause(tmp_path: Path, name: str) -> None:
    assert await recovering.harmed(tmp_path, name) == []


@pytest.mark.drill
async def test_a_file_that_another_program_holds_is_not_called_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = await recovering.furnish(tmp_path / "store")
    monkeypatch.setattr(finding, "WAIT_SECONDS", 0)
    with closing(sqlite3.connect(settings.data / "hub.sqlite3", isolation_level=None)) as held:
        held.execute("PRAGMA locking_mode=EXCLUSIVE")
        held.execute("BEGIN EXCLUSIVE")
        found = finding.trouble_of(settings)
    assert found is not None
    assert (found.cause, "locked" in found.detail) == ("unreadable", True)
    assert finding.trouble_of(settings) is None


@pytest.mark.drill
async def test_without_the_marker_a_lost_store_would_not_be_missed(tmp_path: Path) -> None:
    """The twin: only the marker tells a store that is gone from one that never was."""
    settings = await recovering.furnish(tmp_path / "store")
    (settings.data / "hub.sqlite3").unlink()
    assert finding.trouble_of(settings) is not None
    settings.marker_file.unlink()
    assert finding.trouble_of(settings) is None


@pytest.mark.drill
async def test_no_spoilt_backup_is_taken(tmp_path: Path) -> None:
    found = await recovering.spoilt(tmp_path, flips=25, cuts=10, seed=2)
    assert found.kept, found.figure


@pytest.mark.drill
async def test_without_its_checks_restore_would_take_spoilt_backups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: a restore that takes the whole backup whatever it is given is caught."""
    unseal = parcel.unseal

    def careless(sealed: Path, identity: str, scratch: Path) -> object:
        whole = next(iter((tmp_path / "store.backups").glob("*.age")))
        assert sealed
        return unseal(whole, identity, scratch)

    monkeypatch.setattr(restoring, "unseal", careless)
    found = await recovering.spoilt(tmp_path, flips=1, cuts=0, seed=2)
    assert not found.kept
