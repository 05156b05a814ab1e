"""A planner's process that lies, for the drill of R11: what it answers next stands in a file."""

from __future__ import annotations

import os
import pickle
import time
from dataclasses import replace
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event as StopSign
from pathlib import Path

from hub.operations.planning.apart import READY
from hub.operations.planning.worker import Worker
from scheduler import Plan, Problem

LIES = ("too late", "empty", "text", "bytes", "half", "silence", "gone")
AFTER_CLOSING_MINUTES = 900


class Liar(Worker):
    """In the place of the planner's worker."""

    def __init__(self, told: Path, margin_seconds: float) -> None:
        super().__init__(threads=1, margin_seconds=margin_seconds)
        self._serve = partial(lie, told)


def lie(told: Path, pipe: Connection, _stop: StopSign) -> None:
    """The process's own program."""
    pipe.send(READY)
    while True:
        try:
            problem: Problem = pickle.loads(pipe.recv()[0])  # noqa: S301 - the hub's own
        except EOFError:
            return
        _answer(pipe, problem, told.read_text("utf-8"))


def _answer(pipe: Connection, problem: Problem, what: str) -> None:
    if what == "too late":
        pipe.send(pickle.dumps(Plan(tuple(_later(row) for row in problem.published), unserved=_unplanned(problem))))
    elif what == "empty":
        pipe.send(pickle.dumps(Plan()))
    elif what == "text":
        pipe.send("a plan")
    elif what == "bytes":
        pipe.send(b"\x80\x05this is no pickle")
    elif what == "half":
        os.write(pipe.fileno(), (1_000_000).to_bytes(4, "big") + b"half")
        time.sleep(600)
    elif what == "silence":
        time.sleep(600)
    else:
        os._exit(1)


def _later(row):  # type: ignore[no-untyped-def]
    """Told once: what is put off twice lies on another day, and no plan of this day tells of it."""
    if row.start >= AFTER_CLOSING_MINUTES:
        return row
    return replace(row, start=row.start + AFTER_CLOSING_MINUTES, end=row.end + AFTER_CLOSING_MINUTES)


def _unplanned(problem: Problem) -> tuple[str, ...]:
    planned = {row.visit for row in problem.published}
    return tuple(visit.id for visit in problem.visits if visit.id not in planned)
