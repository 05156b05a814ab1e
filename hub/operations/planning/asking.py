"""The process that thinks about questions of people: what if, and why not. Apart from the planner's, which may be busy.

Without a process, before it has loaded, and where it hangs, dies or talks nonsense, the answer is a repair made here.
"""

from __future__ import annotations

import asyncio
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event as StopSign

import structlog

from hub.operations.planning.apart import SMALLEST, Apart, take_jobs
from hub.operations.planning.trials import FORCED_SECONDS, Answer, Question, answered
from scheduler import Forced

PATIENCE_SECONDS = 3.0
"""How far an answer may overrun its limits before the process is taken for hung; a slow machine's repairs fit in."""

log = structlog.get_logger(__name__)


class Asking(Apart):
    """One question at a time; who leaves while it is thought about has it stopped."""

    def __init__(self, *, process: bool, patience_seconds: float = PATIENCE_SECONDS) -> None:
        super().__init__(serve, "questions")
        self._wanted = process
        self._patience = patience_seconds
        self._one_at_a_time = asyncio.Lock()

    def start(self) -> None:
        if self._wanted:
            super().start()

    async def ask(self, question: Question) -> Answer:
        """What would happen, within the limits of `trials`; a plan in it is not verified yet."""
        self.start()
        async with self._one_at_a_time:
            if self.ready():
                answer = await self.heard_out(question, self._patience_for(question), hurried=True)
                if isinstance(answer, Answer):
                    return answer
                log.warning("no answer to a question", answer=str(answer))
                self.replace()
        return await asyncio.to_thread(answered, question, search=False)

    def _patience_for(self, question: Question) -> float:
        searching = sum(trial.seconds for trial in question.trials)
        return self._patience + (FORCED_SECONDS if question.forced else searching)


def serve(pipe: Connection, stop: StopSign) -> None:
    """The process's own program."""

    def thought(question: Question) -> Answer:
        return answered(question, search=True, should_stop=stop.is_set)

    answered(Question(SMALLEST, forced=Forced("v")), search=True)
    take_jobs(pipe, thought)
