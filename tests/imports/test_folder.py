from __future__ import annotations

import os
from pathlib import Path

import pytest

from hub.imports.findings import FileFault, FileRefused, Warn
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


def test_a_pipe_does_not_hold_up_the_import(tmp_path: Path, book_files: dict[str, bytes], mapping: SalonMapping) -> None:
    os.mkfifo(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_bytes(book_files["No-Show Report0.csv"])
    assert len(read_folder(tmp_path, mapping).outcomes) == 2


def test_a_file_that_cannot_be_read_is_on_the_account(
    tmp_path: Path, book_files: dict[str, bytes], mapping: SalonMapping, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Path) -> bytes:
        raise OSError(5, "Input/output error")

    (tmp_path / "b.csv").write_bytes(book_files["No-Show Report0.csv"])
    monkeypatch.setattr(Path, "read_bytes", fail)
    assert [refusal.code for refusal in read_folder(tmp_path, mapping).refused] == [FileFault.UNREADABLE]
