"""Reading and writing of files; every error says which file."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TypeVar

from scheduler.check import ProblemError
from scheduler.instance_bytes import NotTextError, text_of
from scheduler.json_form import plan_from_json, problem_from_json
from scheduler.plan import Plan
from scheduler.problem import Problem

T = TypeVar("T")

STANDARD = "-"


class FileError(Exception):
    """A file that cannot be read, written or understood."""


def read_text(name: str, *, lenient: bool = False) -> str:
    """The file's text, `-` for standard input; `lenient` as in `text_of`. Raises FileError."""
    try:
        data = sys.stdin.buffer.read() if name == STANDARD else Path(name).read_bytes()
        return text_of(data, lenient=lenient)
    except OSError as error:
        raise FileError(f"{name}: {error.strerror or error}") from error
    except NotTextError as error:
        raise FileError(f"{name}: {error}") from error


def read_problem(name: str) -> Problem:
    """A checked problem. Raises FileError."""
    try:
        return problem_from_json(read_text(name))
    except ProblemError as error:
        raise FileError(f"{name}: not a problem: {error}") from error


def read_plan(name: str) -> Plan:
    """A plan, valid or not. Raises FileError."""
    try:
        return plan_from_json(read_text(name))
    except ProblemError as error:
        raise FileError(f"{name}: not a plan: {error}") from error


def write_text(name: str, text: str) -> None:
    """Write the whole file or nothing, `-` to standard output. Raises FileError."""
    if name == STANDARD:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    path = Path(name)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.exists() and not path.is_file():
            # A device or a pipe cannot be replaced.
            path.write_text(text, encoding="utf-8")
            return
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise FileError(f"{name}: {error.strerror or error}") from error
