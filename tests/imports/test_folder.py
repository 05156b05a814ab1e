from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.imports import report
from hub.imports.findings import FileFault, FileRefused, Rejected, Warn
from hub.imports.salon_csv import SalonMapping, read_files, read_folder


def test_a_folder_reads_like_its_files(tmp_path: Path, book_files: dict[str, bytes], mapping: SalonMapping) -> None:
    for name, data in book_files.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "README.md").write_text("about")
    (tmp_path / "older").mkdir()
    draft = read_folder(tmp_path, mapping)
    assert draft.book == read_files(book_files, mapping).book
    assert [(w.source.file, w.code) for w in draft.warnings if w.code is Warn.FILE_IGNORED] == [
        ("README.md", Warn.FILE_IGNORED)
    ]


def test_files_of_several_months_are_one_book(tmp_path: Path, book_files: dict[str, bytes], mapping: SalonMapping) -> None:
    bookings = book_files["Future Bookings (All Clients)0.csv"]
    (tmp_path / "Future Bookings (All Clients)0.csv").write_bytes(bookings)
    (tmp_path / "Future Bookings (All Clients)1.CSV").write_bytes(bookings.replace(b"05/", b"06/"))
    assert len(read_folder(tmp_path, mapping).book.items) == 10


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: re.sub(r"0(5)/(\d\d)/20(18)", r"\1/\2/\3", text),
        lambda text: re.sub(r"05/(\d\d)/2018", r"2018/5/\1", text),
        lambda text: re.sub(r"05/(\d\d)/2018", r"\1-May-18", text),
        lambda text: (
            text.replace(",", ";").replace("3.5;5.6", "3,50;5,60").replace("-2.5;", "-2,5;").replace(";12.50", ";12,5")
        ),
        lambda text: text.replace(",70,", ",70.00,").replace("05/", "5/"),
    ],
    ids=["short years", "years first", "names of months", "commas in numbers", "two decimals"],
)
def test_a_book_that_a_spreadsheet_has_saved_again_is_the_same_book(
    book_files: dict[str, bytes], mapping: SalonMapping, rewrite: Callable[[str], str]
) -> None:
    whole = read_files(book_files, mapping)
    again = read_files({name: rewrite(data.decode()).encode() for name, data in book_files.items()}, mapping)
    assert again.outcomes == whole.outcomes
    assert (again.book.items, again.book.services) == (whole.book.items, whole.book.services)


def test_a_short_year_among_longer_ones_is_damage(book_files: dict[str, bytes], mapping: SalonMapping) -> None:
    data = book_files["Future Bookings (All Clients)0.csv"].replace(b"05/15/2018,9:00", b"05/15/20,9:00")
    (first, *others) = read_files({"b.csv": data}, mapping).outcomes
    assert isinstance(first, Rejected)
    assert not any(isinstance(outcome, Rejected) for outcome in others)


def test_what_is_no_folder_of_reports_is_refused(tmp_path: Path, mapping: SalonMapping) -> None:
    file = tmp_path / "f"
    file.write_text("x")
    for folder, code in (
        (tmp_path / "nowhere", FileFault.NOT_A_FOLDER),
        (file, FileFault.NOT_A_FOLDER),
        (tmp_path, FileFault.NO_FILES),
    ):
        with pytest.raises(FileRefused) as refused:
            read_folder(folder, mapping)
        assert refused.value.code is code


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (os.mkfifo, FileFault.NOT_A_FILE),
        (Path.mkdir, FileFault.NOT_A_FILE),
        (lambda path: path.symlink_to("nowhere"), FileFault.UNREADABLE),
        (lambda path: path.symlink_to(path.name), FileFault.UNREADABLE),
    ],
    ids=["pipe", "folder", "link to nothing", "link to itself"],
)
def test_what_is_named_like_a_report_and_is_no_file_is_refused(
    tmp_path: Path,
    book_files: dict[str, bytes],
    mapping: SalonMapping,
    make: Callable[[Path], None],
    code: FileFault,
) -> None:
    make(tmp_path / "Future Bookings0.csv")
    (tmp_path / "b.csv").write_bytes(book_files["No-Show Report0.csv"])
    draft = read_folder(tmp_path, mapping)
    assert [(refusal.file, refusal.code) for refusal in draft.refused] == [("Future Bookings0.csv", code)]
    assert len(draft.outcomes) == 2


def test_a_link_to_a_report_is_read(tmp_path: Path, book_files: dict[str, bytes], mapping: SalonMapping) -> None:
    (tmp_path / "elsewhere").write_bytes(book_files["No-Show Report0.csv"])
    (tmp_path / "b.csv").symlink_to("elsewhere")
    assert len(read_folder(tmp_path, mapping).outcomes) == 2


def test_what_a_mac_writes_beside_a_report_is_passed_over(
    tmp_path: Path, book_files: dict[str, bytes], mapping: SalonMapping
) -> None:
    (tmp_path / "No-Show Report0.csv").write_bytes(book_files["No-Show Report0.csv"])
    beside = tmp_path / "._No-Show Report0.csv"
    beside.write_bytes(b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        " + bytes(99))
    draft = read_folder(tmp_path, mapping)
    assert (draft.refused, len(draft.outcomes)) == ((), 2)
    assert (beside.name, Warn.FILE_IGNORED) in [(w.source.file, w.code) for w in draft.warnings]
    beside.write_bytes(bytes(99))
    assert [refusal.file for refusal in read_folder(tmp_path, mapping).refused] == [beside.name]


def test_two_names_that_look_alike_have_an_account_each(
    tmp_path: Path, book_files: dict[str, bytes], mapping: SalonMapping
) -> None:
    for name in (b"more\xfe.csv", b"more\xff.csv"):
        (tmp_path / os.fsdecode(name)).write_bytes(book_files["No-Show Report0.csv"])
    told = json.loads(list(report.lines(read_folder(tmp_path, mapping), "en"))[-1])
    assert [(file["rows"], file["imported"], file["merged"]) for file in told["files"]] == [(2, 2, 0), (2, 0, 2)]
    assert len({file["file"] for file in told["files"]}) == 2


def test_a_file_that_cannot_be_read_is_on_the_account(
    tmp_path: Path, book_files: dict[str, bytes], mapping: SalonMapping, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Path) -> bytes:
        raise OSError(5, "Input/output error")

    (tmp_path / "b.csv").write_bytes(book_files["No-Show Report0.csv"])
    monkeypatch.setattr(Path, "read_bytes", fail)
    assert [refusal.code for refusal in read_folder(tmp_path, mapping).refused] == [FileFault.UNREADABLE]
