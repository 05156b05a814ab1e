"""The process that thinks about questions of people: what if, and why not. Apart from the planner's, which may be busy.

Without a process, before it has loaded, and where it hangs, dies or talks nonsense, the answer is a repair made here.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Event as StopSign

import structlog

from hub.operations.planning.trials import FORCED_SECONDS, Answer, Question, answered
from scheduler import Forced, Item, Phase, Problem, Technician, Visit

PATIENCE_SECONDS = 3.0
"""How far an answer may overrun its limits before the process is taken for hung; a slow machine's repairs fit in."""

READY = "ready"

FIRST = Question(
    Problem(
        horizon=10,
        technicians=(Technician("t", {"s": 1}, ((0, 10),)),),
        visits=(Visit("v", (Item("i", (Phase(duration=5, skill="s"),)),)),),
    ),
    forced=Forced("v"),
)
"""Loads the solver's engines: nobody should wait for that."""

log = structlog.get_logger(__name__)


class Asking:
    """One question at a time; who leaves while it is thought about has it stopped."""

    def __init__(self, *, process: bool, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._wanted = process
        self._patience = patience_seconds
        self._spawn = multiprocessing.get_context("spawn")
        self._stop = self._spawn.Event()
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._ready = False
        self._one_at_a_time = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The process's id while there is one."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Begin to load the process."""
        if self._process is not None or not self._wanted:
            return
        ours, theirs = self._spawn.Pipe()
        self._stop = self._spawn.Event()
        self._process = self._spawn.Process(target=serve, args=(theirs, self._stop), name="questions", daemon=True)
        self._process.start()
        theirs.close()
        self._pipe, self._ready = ours, False

    def ready(self) -> bool:
        """Whether the process waits for a question; a dead one is replaced."""
        if self._process is None or self._pipe is None:
            return False
        try:
            if not self._ready and self._pipe.poll():
                self._ready = self._pipe.recv() == READY
        except (EOFError, OSError):
            self._ready = False
        if not self._process.is_alive():
            self.replace()
        return self._ready

    async def ask(self, question: Question) -> Answer:
        """What would happen, within the limits of `trials`; a plan in it is not verified yet."""
        self.start()
        async with self._one_at_a_time:
            if self.ready() and self._pipe is not None:
                answer = await self._think(self._pipe, question)
                if isinstance(answer, Answer):
                    return answer
                log.warning("no answer to a question", answer=str(answer))
                self.replace()
        return await asyncio.to_thread(answered, question, search=False)

    async def _think(self, pipe: Connection, question: Question) -> object:
        self._stop.clear()
        searching = sum(trial.seconds for trial in question.trials)
        patience = self._patience + (FORCED_SECONDS if question.forced else searching)
        thinking = asyncio.ensure_future(asyncio.to_thread(_ask, pipe, question, patience))
        try:
            return await asyncio.shield(thinking)
        except asyncio.CancelledError:
            # The pipe must be empty before the next question; a stopped search answers at once.
            self._stop.set()
            await asyncio.wait({thinking})
            raise

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


def _ask(pipe: Connection, question: Question, patience: float) -> object:
    try:
        pipe.send(question)
        return pipe.recv() if pipe.poll(patience) else "hung"
    except (EOFError, OSError) as error:
        return f"died: {error!r}"
    except Exception as error:
        return f"nonsense: {error!r}"


def serve(pipe: Connection, stop: StopSign) -> None:
    """The process's own loop: questions come in, answers or the reason of a failure go out."""
    answered(FIRST, search=True)
    pipe.send(READY)
    while True:
        try:
            question = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(answered(question, search=True, should_stop=stop.is_set))
        except Exception as error:
            pipe.send(f"{type(error).__name__}: {error}")
