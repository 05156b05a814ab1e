"""A process that thinks: one job at a time, killed and replaced when it hangs, dies or talks nonsense.

A process and not a thread, because building models holds the interpreter for tens of milliseconds. It is forked, but not from
the hub, whose sockets and database it would take along: a server process without either loads the solver once and is forked for
each, which takes milliseconds and shares its memory, where a process of its own took seconds.
Where that server cannot serve (no room for its socket, say), one loads everything by itself.

All of them keep off one core: what thinks on every core, however nice, makes each commit wait for a tick of the system's clock
(4 ms in Linux 6.18) when its sync is over.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event as StopSign
from types import ModuleType
from typing import Any

from scheduler import Item, Phase, Problem, Technician, Visit

START_SECONDS = 90.0
"""How long a fresh process may take to load the solver on a slow machine."""

HALF_SECONDS = 1.0
"""How long after its time a process may still be at sending its answer: a plan of a large store takes a millisecond."""

ENDS_SECONDS = 5.0
"""So long a thread waits for the end of a killed process, which wants the processor for it. What takes longer is looked after
when the next one begins."""

READY = "ready"

SMALLEST = Problem(
    horizon=10,
    technicians=(Technician("t", {"s": 1}, ((0, 10),)),),
    visits=(Visit("v", (Item("i", (Phase(duration=5, skill="s"),)),)),),
)
"""What a fresh process solves first: the solver loads its engines then, and nobody should wait for that."""


_FORKED = multiprocessing.get_context("forkserver")
_ALONE = multiprocessing.get_context("spawn")
_ONE_AT_A_TIME = threading.Lock()


def load_ahead(*modules: str) -> None:
    """What the server process loads, for the first of its children to find it there. Before anything is started."""
    _FORKED.set_forkserver_preload(list(modules))


class Apart:
    """The hub's end of one process. `think` is for one caller at a time.

    `serve` is the process's own program: it gets its end of the pipe and the sign to stop, and runs `take_jobs`.
    """

    def __init__(self, serve: Callable[[Connection, StopSign], None], name: str) -> None:
        self._serve = serve
        self._name = name
        self._stop: StopSign | None = None
        self._process: BaseProcess | None = None
        self._begun: Future[None] = Future()
        self._by_itself = False
        self._pipe: Connection | None = None
        self._ready = False
        self._started = 0.0

    @property
    def pid(self) -> int | None:
        """The process's id while there is one."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Begin to load a process; `ready` tells when it can be asked."""
        if self._process is not None:
            return
        kind = _ALONE if self._by_itself else _FORKED
        ours, theirs = kind.Pipe()
        self._stop = kind.Event()
        program = (self._serve, theirs, self._stop)
        self._process = kind.Process(target=_deaf, args=program, name=self._name, daemon=True)
        self._begun = _begin(self._process, theirs)
        self._pipe, self._ready, self._started = ours, False, time.monotonic()

    def ready(self) -> bool:
        """Whether a loaded process waits for a job. A dead one, or one that takes too long to load, is replaced."""
        if self._process is None or self._pipe is None or not self._begun.done():
            return False
        try:
            if not self._ready and self._pipe.poll():
                self._ready = self._pipe.recv() == READY
        except (EOFError, OSError):
            self._ready = False
        late = not self._ready and time.monotonic() - self._started > START_SECONDS
        failed = self._begun.exception() is not None
        if failed or not self._process.is_alive() or late:
            self._by_itself |= failed
            self.replace()
        return self._ready

    def think(self, job: object, patience: float) -> asyncio.Task[object]:
        """What comes back within `patience` seconds, else the reason why nothing did, as text. Ask it when it is `ready`."""
        if self._pipe is None or self._stop is None or self._process is None:
            raise RuntimeError("the process was not started")
        self._stop.clear()
        return asyncio.create_task(_within(self._process, self._pipe, job, patience))

    async def heard_out(self, job: object, patience: float, *, hurried: bool) -> object:
        """The same, and who is cancelled meanwhile still waits for it: the pipe must be empty before the next job.

        `hurried`: then for the best found so far, which comes at once. Where nothing comes the process is replaced: what it
        says later would be taken for the answer to the next job.
        """
        thinking, process = self.think(job, patience), self._process
        try:
            return await asyncio.shield(thinking)
        except asyncio.CancelledError:
            if hurried:
                self.hurry()
            await asyncio.wait({thinking})
            if isinstance(thinking.result(), str) and self._process is process:
                self.replace()
            raise

    def hurry(self) -> None:
        """Ask for the best found so far: something newer has happened, or nobody listens any more."""
        if self._stop is not None:
            self._stop.set()

    def kill(self) -> None:
        """End what it is thinking, for it heeds nothing: whoever waits for an answer hears that it died, and replaces it."""
        if self._process is not None and self._begun.done() and self._begun.exception() is None:
            self._process.kill()

    def replace(self) -> None:
        """Kill the process and begin to load another."""
        self.close()
        self.start()

    def close(self) -> None:
        """Kill the process."""
        process, self._process, self._ready = self._process, None, False
        stop, self._stop = self._stop, None
        begun, self._begun = self._begun, Future()
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if process is not None:
            begun.add_done_callback(lambda begun: _end(process, begun, stop))


def _deaf(serve: Callable[[Connection, StopSign], None], pipe: Connection, stop: StopSign) -> None:
    """The child's own program; Ctrl-C is the hub's to hear, which ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _leave_a_core()
    # What was loaded stays. To look through it for garbage takes a quarter of a second, in the middle of a job.
    gc.freeze()
    serve(pipe, stop)


def _leave_a_core() -> None:
    """To the hub, where there are several and the system can be told."""
    if sys.platform == "linux":
        first, *others = sorted(os.sched_getaffinity(0))
        with suppress(OSError):
            os.sched_setaffinity(0, others or {first})


def _begin(process: BaseProcess, theirs: Connection) -> Future[None]:
    """Start it in a thread: the first of all waits until the server process has loaded. `theirs` is the child's end."""
    begun: Future[None] = Future()

    def start() -> None:
        try:
            with _ONE_AT_A_TIME, _without_program():
                process.start()
        except Exception as error:  # the server process was ended, or could not begin
            begun.set_exception(error)
        else:
            begun.set_result(None)
        finally:
            theirs.close()

    threading.Thread(target=start, name="fork", daemon=True).start()
    return begun


def _end(process: BaseProcess, begun: Future[None], stop: StopSign | None) -> None:
    """Kill a process that has begun, and let a thread wait for its end: nobody stands still meanwhile."""
    if begun.exception() is None:
        process.kill()
    threading.Thread(target=_see_off, args=(process, begun, stop), name="end", daemon=True).start()


def _see_off(process: BaseProcess, begun: Future[None], _stop: StopSign | None) -> None:
    """Until its end a process may look for its sign to stop, whose semaphores go when nobody holds it; they do not wait for an
    end that a signal cuts short."""
    if begun.exception() is None:
        process.join(ENDS_SECONDS)
        if process.is_alive():
            return
    with _ONE_AT_A_TIME:  # who begins another looks through all that are not closed
        process.close()


@contextmanager
def _without_program() -> Iterator[None]:
    """Each child would load the program that was started, which is the whole hub, for what might be defined in it."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program


async def _within(process: BaseProcess, pipe: Connection, job: object, patience: float) -> object:
    """Ask, and kill a process that takes or gives half a message: nothing else ends the thread that waits for the rest."""
    asking = asyncio.create_task(asyncio.to_thread(_ask, pipe, job, patience))
    done, _ = await asyncio.wait({asking}, timeout=patience + HALF_SECONDS)
    if not done:
        with suppress(ValueError):  # it has been replaced meanwhile
            process.kill()
    return await asking


def _ask(pipe: Connection, job: object, patience: float) -> object:
    try:
        pipe.send(job)
        return pipe.recv() if pipe.poll(patience) else "hung"
    except (EOFError, OSError) as error:
        return f"died: {error!r}"
    except Exception as error:
        return f"nonsense: {error!r}"


def take_jobs(pipe: Connection, answer: Callable[[Any], object]) -> None:
    """The process's loop: jobs come in, answers or the reason of a failure go out, until the hub has gone."""
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        pipe.send(READY)
        while True:
            job = pipe.recv()
            try:
                pipe.send(answer(job))
            except Exception as error:
                pipe.send(f"{type(error).__name__}: {error}")
