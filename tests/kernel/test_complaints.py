"""A loop's complaints: in a sentence where one says it, once, and their end."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from hub.kernel import complaints
from hub.kernel.complaints import Complaints, StandstillError, complain, word_for
from hub.kernel.errors import READ_ONLY, UNAVAILABLE, Refused
from hub.kernel.keyring import KeyFileError

FULL = OSError(errno.ENOSPC, "No space left on device", "/srv/salon/store.anchors/1")


def _sqlite(code: int) -> OperationalError:
    fault = sqlite3.OperationalError("disk I/O error")
    fault.sqlite_errorcode = code
    return OperationalError("SELECT secret", {"secret": 1}, fault)


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (FULL, "disk_full"),
        (OSError(errno.EROFS, "Read-only file system"), "protected"),
        (PermissionError(errno.EACCES, "Permission denied"), "protected"),
        (FileNotFoundError(errno.ENOENT, "No such file"), "missing"),
        (FileExistsError(errno.EEXIST, "File exists"), "missing"),
        (_sqlite(sqlite3.SQLITE_IOERR), "disk_fault"),
        (KeyFileError("no key in it"), "key_wrong"),
        (StandstillError("anchors_lost", "3 were made"), "anchors_lost"),
        (Refused(UNAVAILABLE, what="database"), "unavailable"),
        (ZeroDivisionError("1/0"), "error"),
    ],
)
def test_every_error_has_its_word(error: Exception, word: str) -> None:
    assert word_for(error) == word


def test_what_the_machine_says_is_a_sentence_and_a_fault_of_the_program_bears_its_trace() -> None:
    with capture_logs() as lines:
        for error in (
            FULL,
            _sqlite(sqlite3.SQLITE_IOERR),
            StandstillError("anchors_lost", "3 were made"),
            KeyFileError("none"),
        ):
            complain(error, "job failed", job="j")
    assert [line["said"] for line in lines] == [str(FULL), "disk I/O error", "3 were made", "none"]
    assert not any("exc_info" in line for line in lines)
    with capture_logs() as lines:
        complain(_sqlite(sqlite3.SQLITE_ERROR), "job failed", job="j")
        complain(ZeroDivisionError(), "job failed", job="j")
        complain(Refused(READ_ONLY, cause="disk_full"), "job failed", job="j")
    assert ["exc_info" in line for line in lines] == [True, True]


def test_the_same_is_said_once_another_cause_again_and_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr(complaints, "monotonic", lambda: now)
    loop = Complaints()
    with capture_logs() as lines:
        for error in (FULL, FULL, OSError(errno.EROFS, "Read-only"), OSError(errno.EROFS, "Read-only")):
            loop.complain(error, "job failed", job="j")
        loop.complain(FULL, "job failed", job="k")
        assert loop.standing() == [({"job": "j"}, "protected"), ({"job": "k"}, "disk_full")]
        now += complaints.AGAIN_SECONDS
        loop.complain(FULL, "job failed", job="k")
        loop.over("job works again", job="k")
        loop.over("job works again", job="k")
        loop.complain(Refused(READ_ONLY, cause="disk_full"), "job failed", job="m")
    told = [(line["event"], line["job"], line.get("cause")) for line in lines]
    assert told == [
        ("job failed", "j", "disk_full"),
        ("job failed", "j", "protected"),
        ("job failed", "k", "disk_full"),
        ("job failed", "k", "disk_full"),
        ("job works again", "k", "disk_full"),
    ]
    assert lines[-1]["seconds"] == complaints.AGAIN_SECONDS
    assert loop.standing() == [({"job": "j"}, "protected")]
    loop.forget(job="j")
    assert loop.standing() == []


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with capture_logs() as lines:
        try:
            (tmp_path / "gone" / "file").read_bytes()
        except OSError as error:
            complain(error, "job failed", job="j")
    assert str(tmp_path / "gone" / "file") in lines[0]["said"]
