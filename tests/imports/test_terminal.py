"""What a person at the terminal gets: an account and a last line in every case, and secrets that are whole."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from hub import cli
from hub.backoffice.security.first_start import Credential
from hub.imports.terminal import credentials_table

BOOKINGS = b"Code,Staff,Service,Date,Time,TimeInt\nANNA01,MIA,CTU,05/15/2018,9:00:00 AM,540\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "b.csv").write_bytes(BOOKINGS)
    return folder


@pytest.mark.parametrize("name", ["file", "file/below", "damaged"])
def test_a_store_that_cannot_be_used_is_told_and_nothing_is_written(book: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("no folder")
    damaged = tmp_path / "damaged" / "hub.sqlite3"
    damaged.parent.mkdir()
    damaged.write_bytes(b"no database" * 999)
    result = CliRunner().invoke(cli.app, ["import", "salon-csv", str(book), "--data", str(tmp_path / name)])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert json.loads(result.output.splitlines()[-1])["rows"] == 0
    assert damaged.read_bytes() == b"no database" * 999


def test_a_terminal_that_knows_few_letters_gets_the_whole_report(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(paper, encoding="ascii", write_through=True))
    monkeypatch.setattr(
        sys, "argv", ["salon-hub", "import", "salon-csv", str(book), "--data", str(tmp_path / "s"), "--dry-run"]
    )
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    first, *_, last = paper.getvalue().decode("ascii").splitlines()
    assert first == "b.csv ? bookings"
    assert json.loads(last)["imported"] == 1


def test_secrets_are_whole_however_long_the_names() -> None:
    people = [
        Credential("z" * 40, "Z" * 40, "technician", None, "0123"),
        Credential("[/red]", "[bold]", "manager", "aaaa-bbbb-cccc-dddd", None),
    ]
    paper = io.StringIO()
    Console(file=paper, width=80, soft_wrap=True).print(credentials_table(people))
    for said in ("aaaa-bbbb-cccc-dddd", "0123", "[/red]", "[bold]"):
        assert said in paper.getvalue()
