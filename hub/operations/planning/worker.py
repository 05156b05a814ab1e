"""The planner's process: it solves a day, and plans stand in for it where it fails."""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event as StopSign

import structlog

from hub.operations.planning.apart import SMALLEST, Apart, take_jobs
from hub.operations.planning.rules import pays
from scheduler import Limits, Plan, Problem, explain, solve

MARGIN_SECONDS = 1.0
"""How far the solver may overrun its limit before it is taken for hung."""

NICENESS = 5
"""How far the process that answers first stands back behind the hub's own where both want a core."""

LAST_NICENESS = 19
"""The same for one that searches on, where the system has no class of its own for what only idle cores do."""

_Job = tuple[bytes, float, int]

log = structlog.get_logger(__name__)


class WorkerFailedError(RuntimeError):
    """The process hung, died or answered nonsense; it has been replaced."""


class Worker(Apart):
    """One solver process. `solve` is for one caller at a time.

    `idle`: it takes only what nobody else wants of the processor, for a search that nobody waits for.
    """

    def __init__(self, *, threads: int = 2, margin_seconds: float = MARGIN_SECONDS, idle: bool = False) -> None:
        super().__init__(serve_idle if idle else serve, "search" if idle else "solver")
        self._threads = threads
        self._margin = margin_seconds
        self._idle = idle

    async def solve(self, problem: bytes, seconds: float) -> bytes:
        """The best plan found within `seconds` or until `hurry`; problem and plan pickled, for they only pass through here.

        Raises:
            WorkerFailedError: no answer in time, or none that could be a plan.
        """
        if not self.ready():
            raise WorkerFailedError("not ready")
        job: _Job = problem, seconds, self._threads
        try:
            answer = await self.think(job, seconds + self._margin)
        except asyncio.CancelledError:
            self.replace()
            raise
        if isinstance(answer, bytes):
            return answer
        # One that takes only idle cores may have got none.
        (log.info if self._idle else log.warning)("solver failed", answer=answer)
        self.replace()
        raise WorkerFailedError(str(answer))


def answer(problem: Problem, limits: Limits) -> Plan:
    """The best plan that pays for its changes, with its reasons."""
    heard: list[Plan] = []
    best = solve(problem, limits=limits, on_plan=heard.append)
    quiet = heard[0]  # the greedy repair, which changes least
    plan = best if pays(quiet.objective, best.objective) else replace(quiet, seconds=best.seconds)
    return replace(plan, reasons=explain(problem, problem.published, plan))


def serve(pipe: Connection, stop: StopSign) -> None:
    """The process's own program."""
    # Whoever taps is answered first, and the plan comes a moment later.
    os.nice(NICENESS)
    _serve(pipe, stop)


def serve_idle(pipe: Connection, stop: StopSign) -> None:
    """The program of one that searches on. It cannot come back from standing so far behind: a first answer is not for it."""
    try:
        if sys.platform == "linux":
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        else:
            os.nice(LAST_NICENESS)
    except PermissionError:
        os.nice(LAST_NICENESS)
    _serve(pipe, stop)


def _serve(pipe: Connection, stop: StopSign) -> None:
    def planned(job: _Job) -> bytes:
        problem, seconds, threads = job
        limits = Limits(seconds=seconds, workers=threads, should_stop=stop.is_set)
        return pickle.dumps(answer(pickle.loads(problem), limits))  # noqa: S301 - the hub's own # nosec B301

    solve(SMALLEST, limits=Limits(seconds=1.0, workers=1))
    take_jobs(pipe, planned)
