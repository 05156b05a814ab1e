"""The short forms of the drills about keys, and the twin of the one about backups."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.kernel.keyring import Keyring
from tests.drills import keys


@pytest.mark.drill
@pytest.mark.slow
async def test_nobody_is_lost_while_another_process_renews_the_keys(tmp_path: Path) -> None:
    finding = await keys.rotate_under_load(tmp_path)
    assert finding.kept, finding.figure


@pytest.mark.drill
async def test_an_older_backup_opens_for_all_but_the_erased(tmp_path: Path) -> None:
    finding = await keys.forget_with_backups(tmp_path)
    assert finding.kept, finding.figure


@pytest.mark.drill
async def test_with_the_key_kept_the_erased_would_be_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the one above."""
    monkeypatch.setattr(Keyring, "without_owner", lambda self, owner: self)
    assert not (await keys.forget_with_backups(tmp_path)).kept
