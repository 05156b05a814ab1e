"""The commands of whoever sits at the server: what they refuse is said in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hub.backoffice.privacy import command
from hub.backoffice.privacy.errors import STILL_EXPECTED
from hub.cli import app
from hub.kernel.errors import Refused


def test_who_is_still_expected_is_not_erased_and_the_terminal_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def expected(*_asked: Any) -> str:
        raise Refused(STILL_EXPECTED)

    store = str(tmp_path / "store")
    assert CliRunner().invoke(app, ["new", "--data", store, "--name-zh", "青瓷", "--name-en", "Celadon"]).exit_code == 0
    monkeypatch.setattr(command, "erase", expected)
    told = CliRunner().invoke(app, ["erase-person", "13900001111", "--yes", "--data", store])
    assert told.exit_code == 1
    assert "refused: still_expected: This customer still has visits ahead" in told.output


def test_nobody_of_that_number_is_said(tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    assert CliRunner().invoke(app, ["new", "--data", store, "--name-zh", "青瓷", "--name-en", "Celadon"]).exit_code == 0
    told = CliRunner().invoke(app, ["export-person", "13900001111", "--data", store])
    assert (told.exit_code, list(tmp_path.glob("*.json"))) == (1, [])
    assert "refused: " in told.output
