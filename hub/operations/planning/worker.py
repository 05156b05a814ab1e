"""The solver's process: one job at a time, killed and replaced when it hangs, dies or talks nonsense.

A process and not a thread, because building models holds the interpreter for tens of milliseconds. It is spawned, not forked:
a fork would take the hub's sockets and database along.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Event as StopSign

import structlog

from hub.operations.planning.rules import pays
from scheduler import Item, Limits, Phase, Plan, Problem, Technician, Visit, explain, greedy, solve

MARGIN_SECONDS = 1.0
"""How far the solver may overrun its limit before it is taken for hung."""

START_SECONDS = 90.0
"""How long a fresh process may take to load the solver on a slow machine."""

NICENESS = 5
"""How far the solver's process stands back behind the hub's own where both want a core."""

READY = "ready"

log = structlog.get_logger(__name__)


_FIRST = Problem(
    horizon=10,
    technicians=(Technician("t", {"s": 1}, ((0, 10),)),),
    visits=(Visit("v", (Item("i", (Phase(duration=5, skill="s"),)),)),),
)


class WorkerFailedError(RuntimeError):
    """The process hung, died or answered nonsense; it has been replaced."""


class Worker:
    """One solver process. `solve` is for one caller at a time."""

    def __init__(self, *, threads: int = 2, margin_seconds: float = MARGIN_SECONDS) -> None:
        self._spawn = multiprocessing.get_context("spawn")
        self._stop = self._spawn.Event()
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._ready = False
        self._started = 0.0
        self._threads = threads
        self._margin = margin_seconds

    @property
    def pid(self) -> int | None:
        """The process's id while there is one."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Begin to load a process; `ready` tells when it can be asked."""
        if self._process is not None:
            return
        ours, theirs = self._spawn.Pipe()
        self._stop = self._spawn.Event()
        self._process = self._spawn.Process(target=serve, args=(theirs, self._stop), name="solver", daemon=True)
        self._process.start()
        theirs.close()
        self._pipe, self._ready, self._started = ours, False, time.monotonic()

    def ready(self) -> bool:
        """Whether a loaded process waits for a problem. A dead one, or one that takes too long to load, is replaced."""
        if self._process is None or self._pipe is None:
            return False
        try:
            if not self._ready and self._pipe.poll():
                self._ready = self._pipe.recv() == READY
        except (EOFError, OSError):
            self._ready = False
        late = not self._ready and time.monotonic() - self._started > START_SECONDS
        if not self._process.is_alive() or late:
            self.replace()
        return self._ready

    async def solve(self, problem: Problem, published: Plan | None, seconds: float) -> Plan:
        """The best plan found within `seconds` or until `hurry`.

        Raises:
            WorkerFailedError: no answer in time, or none that is a plan.
        """
        if not self.ready() or self._pipe is None:
            raise WorkerFailedError("not ready")
        self._stop.clear()
        pipe = self._pipe
        try:
            answer = await asyncio.to_thread(_ask, pipe, (problem, published, seconds, self._threads), seconds + self._margin)
        except asyncio.CancelledError:
            self.replace()
            raise
        if isinstance(answer, Plan):
            return answer
        log.warning("solver failed", answer=answer)
        self.replace()
        raise WorkerFailedError(str(answer))

    def hurry(self) -> None:
        """Ask for the best plan found so far: something newer has happened."""
        self._stop.set()

    def replace(self) -> None:
        """Kill the process and begin to load another."""
        self.close()
        self.start()

    def close(self) -> None:
        """Kill the process."""
        process, self._process, self._ready = self._process, None, False
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if process is not None:
            process.kill()
            process.join(5)
            process.close()


def _ask(pipe: Connection, job: tuple[Problem, Plan | None, float, int], patience: float) -> object:
    try:
        pipe.send(job)
        return pipe.recv() if pipe.poll(patience) else "hung"
    except (EOFError, OSError) as error:
        return f"died: {error!r}"
    except Exception as error:
        return f"nonsense: {error!r}"


def answer(problem: Problem, published: Plan | None, limits: Limits) -> Plan:
    """The best plan that pays for its changes, with its reasons."""
    quiet, best = greedy(problem), solve(problem, hint=published, limits=limits)
    plan = best if pays(quiet.objective, best.objective) else replace(quiet, seconds=best.seconds)
    return replace(plan, reasons=explain(problem, problem.published, plan))


def serve(pipe: Connection, stop: StopSign) -> None:
    """The process's own loop: problems come in, plans or the reason of a failure go out."""
    # Whoever taps is answered first, and the plan comes a moment later.
    os.nice(NICENESS)
    # The solver loads its engines when it is first asked; nobody should wait for that with a customer at the desk.
    solve(_FIRST, limits=Limits(seconds=1.0, workers=1))
    pipe.send(READY)
    while True:
        try:
            problem, published, seconds, threads = pipe.recv()
        except EOFError:
            return
        try:
            limits = Limits(seconds=seconds, workers=threads, should_stop=stop.is_set)
            pipe.send(answer(problem, published, limits))
        except Exception as error:
            pipe.send(f"{type(error).__name__}: {error}")
