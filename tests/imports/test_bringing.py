"""A book through the command line into a store: once, again, damaged, later, and of another month."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from hub.cli import app
from hub.imports.book import ShiftEntry
from hub.imports.bringing import Bringer
from hub.imports.draft import Draft
from hub.imports.known import Known
from hub.imports.sending import Sender
from hub.kernel.business_days import BusinessDays

Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path, book_files: dict[str, bytes]) -> Folder:
    """`folder(name, **changes)`: the small book as files; `changes` by a part of the file's name, None leaves it out."""

    def make(name: str = "book", changes: Mapping[str, bytes | None] | None = None) -> Path:
        made = tmp_path / name
        made.mkdir()
        for file, content in book_files.items():
            changed = next((new for part, new in (changes or {}).items() if part in file), content)
            if changed is not None:
                (made / file).write_bytes(changed)
        return made

    return make


def bring(folder: Path, data: Path, *options: str, code: int = 0) -> dict[str, Any]:
    """Import; the last printed line. Its parts must add up, also file by file."""
    result = CliRunner().invoke(app, ["import", "salon-csv", str(folder), "--data", str(data), *options])
    assert result.exit_code == code, result.output
    totals: dict[str, Any] = json.loads(result.output.splitlines()[-1])
    assert totals["rows"] == totals["imported"] + totals["merged"] + totals["rejected"]
    for name in ("rows", "imported", "merged", "rejected"):
        assert sum(file[name] for file in totals["files"]) == totals[name]
    return totals


def ask(data: Path, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(data / "hub.sqlite3")) as database:
        return database.execute(question).fetchall()


def everything(data: Path) -> dict[str, list[tuple[Any, ...]]]:
    tables = [name for (name,) in ask(data, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {table: sorted(ask(data, f'SELECT * FROM "{table}"'), key=repr) for table in tables}  # noqa: S608


def counts(totals: dict[str, Any]) -> tuple[int, int, int]:
    return totals["imported"], totals["merged"], totals["rejected"]


def states(data: Path) -> list[tuple[Any, ...]]:
    return ask(data, "SELECT state, count(*) FROM booking GROUP BY state ORDER BY state")


def test_the_book_is_in_the_store(folder: Folder, tmp_path: Path) -> None:
    data = tmp_path / "store"
    assert counts(bring(folder(), data)) == (15, 2, 0)
    assert ask(data, "SELECT zone, currency, country FROM store") == [("America/Winnipeg", "CAD", "CA")]
    assert states(data) == [("cancelled_by_customer", 1), ("done", 3), ("no_show", 2)]
    assert ask(data, "SELECT kind, count(*) FROM kept_row GROUP BY kind ORDER BY kind") == [("products", 1), ("receipts", 3)]
    assert ask(data, "SELECT count(*) FROM customer") == [(5,)]
    (first,) = ask(data, "SELECT booked_start FROM booking ORDER BY start_known DESC, booked_start LIMIT 1")
    assert first[0].startswith("2018-05-15 14:00"), "nine in the morning in Winnipeg, kept in UTC"
    claimed = "SELECT count(*) FROM kept_row JOIN customer ON customer.id = owner_id WHERE raw IS NULL"
    assert ask(data, claimed) == [(3,)], "all receipts are Anna's"
    assert ask(data, "SELECT DISTINCT actor_kind || ':' || actor_id FROM event WHERE type LIKE 'bookings.%'") == [
        ("system:import",)
    ]


def test_a_colour_and_the_cut_after_it_are_one_booking(folder: Folder, tmp_path: Path) -> None:
    bring(folder(), tmp_path / "store")
    items = ask(tmp_path / "store", "SELECT count(*) FROM booking_item GROUP BY booking_id ORDER BY 1")
    assert items == [(1,), (1,), (1,), (1,), (1,), (2,)]


def test_importing_again_changes_nothing_at_all(folder: Folder, tmp_path: Path) -> None:
    data, book = tmp_path / "store", folder()
    bring(book, data)
    before = everything(data)
    assert counts(bring(book, data)) == (0, 17, 0)
    assert everything(data) == before


def test_a_dry_run_says_the_same_and_writes_nothing(folder: Folder, tmp_path: Path) -> None:
    data, book = tmp_path / "store", folder()
    tried = bring(book, data, "--dry-run")
    assert not data.exists()
    assert bring(book, data) == tried
    before = everything(data)
    assert counts(bring(book, data, "--dry-run")) == (0, 17, 0)
    assert everything(data) == before


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("Receipt", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3 not a report"),
        ("No-Show", b""),
        ("Future", b"a,b,c\n1,2,3\n"),
        ("Product", bytes(900)),
    ],
)
def test_a_file_that_is_not_what_it_claims_to_be_changes_nothing(
    folder: Folder, tmp_path: Path, part: str, content: bytes
) -> None:
    data = tmp_path / "store"
    totals = bring(folder("damaged", {part: content}), data, code=1)
    assert totals["files_refused"] == 1
    assert (totals["imported"], totals["merged"]) == (0, 0)
    assert totals["rejected"] == totals["rows"] > 0
    assert not data.exists()
    bring(folder(), data)
    before = everything(data)
    bring(tmp_path / "damaged", data, code=1)
    assert everything(data) == before


def test_a_folder_or_mapping_that_cannot_be_used_changes_nothing(folder: Folder, tmp_path: Path) -> None:
    assert bring(tmp_path / "nowhere", tmp_path / "store", code=1)["rows"] == 0
    (tmp_path / "mapping.yaml").write_text("version: 1\nzone: Nowhere/Land\n")
    assert bring(folder(), tmp_path / "store", "--mapping", str(tmp_path / "mapping.yaml"), code=1)["rows"] == 0
    assert not (tmp_path / "store").exists()


def test_rows_that_nobody_can_read_stop_nothing(folder: Folder, tmp_path: Path, book_files: dict[str, bytes]) -> None:
    broken = book_files["Future Bookings (All Clients)0.csv"] + b"XAVI01,LEO,SHCW,02/30/2018,9:00:00 AM,540\n\xff\xfe,\x00\n"
    totals = bring(folder(changes={"Future": broken}), tmp_path / "store")
    assert counts(totals) == (15, 2, 2)
    repaired = broken.replace(b"02/30/2018", b"02/27/2018")
    assert counts(bring(folder("repaired", {"Future": repaired}), tmp_path / "store")) == (1, 17, 1)


def test_a_later_no_show_report_marks_the_one_service(folder: Folder, tmp_path: Path) -> None:
    data = tmp_path / "store"
    bring(folder("first", {"No-Show": None}), data)
    assert states(data) == [("cancelled_by_customer", 1), ("done", 4)]
    report = b"Date,Code,Service,Staff\n05/15/2018,ANNA01,SHCW,LEO\n05/15/2018,BENO01,SHCW,LEO\n"
    later = folder("later", {"No-Show": report})
    assert counts(bring(later, data)) == (0, 17, 0)
    assert states(data) == [("cancelled_by_customer", 1), ("done", 3), ("no_show", 2)]
    anna = ask(
        data,
        "SELECT b.state FROM booking b JOIN booking_item i ON i.booking_id = b.id WHERE b.customer_id IN "
        "(SELECT customer_id FROM booking GROUP BY customer_id HAVING count(*) > 1)",
    )
    assert sorted(anna) == [("done",), ("no_show",)]
    before = everything(data)
    bring(later, data)
    assert everything(data) == before


def test_a_booking_that_comes_after_its_no_show_gives_it_its_time(
    folder: Folder, tmp_path: Path, book_files: dict[str, bytes]
) -> None:
    data = tmp_path / "store"
    bring(folder(), data)
    (before,) = ask(data, "SELECT start_known FROM booking WHERE natural_key LIKE 'no_show/%'")
    more = book_files["Future Bookings (All Clients)0.csv"] + b"DORA01,MIA,SHCW,05/17/2018,3:30:00 PM,930\n"
    later = folder("later", {"Future": more})
    assert counts(bring(later, data)) == (1, 17, 0)
    (after,) = ask(data, "SELECT start_known, booked_start FROM booking WHERE natural_key LIKE 'no_show/%'")
    assert before == (0,)
    assert (after[0], after[1][:16]) == (1, "2018-05-17 20:30")
    assert ask(data, "SELECT count(*) FROM booking WHERE state = 'no_show'") == [(2,)]
    assert counts(bring(later, data)) == (0, 18, 0)


def test_another_month_brings_new_codes_and_keeps_what_was(folder: Folder, tmp_path: Path) -> None:
    data = tmp_path / "store"
    bring(folder(), data)
    month = tmp_path / "june"
    month.mkdir()
    (month / "Future Bookings (All Clients)1.csv").write_text(
        "Date;Service;Code;TimeInt;Staff;Room\n06/05/2018;PERM;ZOE01;600;NORA;2\n06/05/2018;SHCW;ANNA01;600;MIA;1\n",
        encoding="utf-16",
    )
    assert counts(bring(month, data)) == (2, 0, 0)
    assert ask(data, "SELECT code FROM technician ORDER BY code") == [("LEO",), ("MIA",), ("NORA",)]
    mia = ask(data, "SELECT skill FROM technician_skill s JOIN technician t ON t.id = s.technician_id WHERE t.code = 'MIA'")
    assert {"colour", "cutting"} <= {skill for (skill,) in mia}
    assert ask(data, "SELECT price_minor FROM service WHERE code = 'SHCW'") == [(9000,)], "a booking knows no price"
    assert counts(bring(month, data)) == (0, 2, 0)


def test_what_people_changed_by_hand_stays(folder: Folder, tmp_path: Path) -> None:
    data, book = tmp_path / "store", folder()
    bring(book, data)
    with closing(sqlite3.connect(data / "hub.sqlite3")) as database:
        database.execute("UPDATE service SET price_minor = 9900 WHERE code = 'SHCW'")
        database.commit()
    bring(book, data)
    assert ask(data, "SELECT price_minor FROM service WHERE code = 'SHCW'") == [(9900,)]


def test_hours_of_another_zone_are_not_taken_for_the_stores(folder: Folder, tmp_path: Path) -> None:
    data, book = tmp_path / "store", folder()
    bring(book, data)
    shipped = Path(__file__).parents[2] / "hub/imports/salon_csv/default_mapping.yaml"
    text = shipped.read_text(encoding="utf-8").replace("America/Winnipeg", "America/Vancouver")
    (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
    before = everything(data)
    assert bring(book, data, "--mapping", str(tmp_path / "mapping.yaml"), code=1)["rows"] == 0
    assert everything(data) == before


@pytest.mark.slow
def test_a_real_book_comes_in_whole_and_only_once(real_book: Path, tmp_path: Path) -> None:
    data = tmp_path / "store"
    first = bring(real_book, data)
    assert first["rejected"] == first["files_refused"] == 0
    assert first["rows"] > 3000
    (events,) = ask(data, "SELECT max(seq) FROM event")
    again = bring(real_book, data)
    assert again["merged"] == again["rows"] == first["rows"]
    assert ask(data, "SELECT max(seq) FROM event") == [events]
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in real_book.glob("*.csv"):
        shutil.copy(file, copy / file.name.replace("0.csv", "7.csv"))
    assert bring(copy, data)["merged"] == first["rows"]


def test_a_shift_past_midnight_goes_on_the_business_day_of_the_store() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    starts = datetime(2018, 5, 16, 0, 30, tzinfo=shanghai).astimezone(UTC)
    entry = ShiftEntry("shift/LEO", "LEO", date(2018, 5, 16), starts, starts + timedelta(hours=2))
    sent = {}
    for begins in ("00:00", "06:00"):
        sender = Sender(None, "", Known(days=BusinessDays(shanghai, begins)))
        book = SimpleNamespace(zone=shanghai.key)
        bringer = Bringer(sender, cast(Draft, SimpleNamespace(book=book)), starts, people={"LEO": "1" * 32})
        errand = bringer._shift(entry)
        assert errand is not None
        sent[begins] = errand.data
    assert {begins: (data["date"], data["start"], data["end"]) for begins, data in sent.items()} == {
        "00:00": ("2018-05-16", "00:30", "02:30"),
        "06:00": ("2018-05-15", "00:30", "02:30"),
    }


def test_an_import_that_broke_off_is_ended_by_the_next_and_leaves_accounts(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, whole, broken = folder(), tmp_path / "whole", tmp_path / "broken"
    bring(book, whole)

    async def killed(_: Bringer) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Bringer, "_visits", killed)
        CliRunner().invoke(app, ["import", "salon-csv", str(book), "--data", str(broken)])
    assert (states(broken), ask(broken, "SELECT count(*) FROM account")) == ([], [(0,)])
    totals = bring(book, broken)
    assert totals["imported"] + totals["merged"] == 17
    for question in (
        "SELECT state, booked_start FROM booking ORDER BY 1, 2",
        "SELECT file, line, kind FROM kept_row ORDER BY 1, 2",
        "SELECT count(*) FROM account",
    ):
        assert ask(broken, question) == ask(whole, question)
