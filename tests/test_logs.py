"""Lines of the log: one event is one line, whatever somebody typed into it; and JSON for whoever collects them."""

from __future__ import annotations

import json
import logging

import pytest
import structlog

from hub.logs import LogFormat, log_to_stderr, written_out

FORGED = "x\n2026-05-14T01:00:00Z [info] signed in login=manager\r\x1b[2J\u2028\u202e\x85\x00"


@pytest.mark.parametrize("form", ["text", "json"])
def test_nobody_makes_one_line_look_like_two(form: LogFormat, capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr(form=form)
    structlog.get_logger("hub").info("refused", what=FORGED)
    logging.getLogger("library").warning("cannot read %s", FORGED)
    written = capsys.readouterr().err
    assert written.endswith("\n")
    assert len(written.splitlines()) == 2
    assert not any(char in written for char in "\r\x1b\x00\u2028\u202e\x85")


def test_without_writing_out_the_forged_line_would_stand_by_itself() -> None:
    """The twin."""
    assert len(FORGED.splitlines()) > 1
    assert len(written_out(FORGED).splitlines()) == 1


def test_json_lines_hold_when_how_bad_and_all_that_was_said(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr(form="json")
    structlog.get_logger("hub").warning("refusals left out", code="invalid", count=3)
    logging.getLogger("library").error("gone")
    try:
        raise ValueError("why")
    except ValueError as error:
        structlog.get_logger("hub").error("failed", exc_info=error)
    ours, theirs, failed = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["level"], ours["code"], ours["count"]) == ("refusals left out", "warning", "invalid", 3)
    assert ours["timestamp"].endswith("Z")
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("gone", "error", "library")
    assert "ValueError: why" in failed["exception"]


def test_text_lines_keep_where_an_error_came_from(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr()
    try:
        raise ValueError("why")
    except ValueError as error:
        structlog.get_logger("hub").error("failed", exc_info=error)
    assert "Traceback (most recent call last):\n" in capsys.readouterr().err
