"""Bounds found in a thread of their own, while the plan is searched in the other."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping

from scheduler.bounding import Bounding, Floor
from scheduler.plan import Plan
from scheduler.problem import Level

PAUSE_SECONDS = 0.02
"""How long to wait for a better plan when nothing is left to bound."""

LAST_SECONDS = 0.1
"""How long the end waits for the thread; a linear program on its way ends by itself soon after."""

LINEAR_SHARE = 0.6
"""So much of what is left may be spent on the linear program for lateness."""


class Beside:
    """Bounds whatever plan is at hand. Floors are collected by `poll`; what goes wrong is raised there."""

    def __init__(self, bounding: Bounding, plan: Plan, left: Callable[[], float]) -> None:
        self.bounding = bounding
        self._plan = plan
        self._known: Mapping[Level, int] = dict(plan.bound)
        self._left = left
        self._found: queue.SimpleQueue[Floor | BaseException] = queue.SimpleQueue()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bounds", daemon=True)
        self._thread.start()

    def poll(self, plan: Plan) -> list[Floor]:
        """Floors found since the last time; from now on the bounds are those of `plan`."""
        self._plan, self._known = plan, dict(plan.bound)
        floors = []
        while not self._found.empty():
            one = self._found.get()
            if isinstance(one, BaseException):
                raise one
            floors.append(one)
        return floors

    @property
    def idle(self) -> bool:
        """Whether the thread is at its end."""
        return not self._thread.is_alive()

    def end(self) -> None:
        """Ask the thread to end and wait a moment for it."""
        self._ended.set()
        self._thread.join(LAST_SECONDS)

    def _going(self) -> bool:
        return not self._ended.is_set() and self._left() > 0

    def _run(self) -> None:
        try:
            while self._going():
                found = self._step()
                if found is None:
                    self._ended.wait(PAUSE_SECONDS)
                else:
                    self._found.put(found)
        except Exception as error:
            self._found.put(error)

    def _step(self) -> Floor | None:
        plan, known = self._plan, self._known
        if not self.bounding.suits(plan):
            return None
        floor = None
        if "promise_lateness" in plan.objective:
            seconds = LINEAR_SHARE * self._left()
            floor = self.bounding.lateness(plan, known.get("promise_lateness", 0), seconds)
        if floor is None and "waiting" in plan.objective:
            floor = self.bounding.waiting(plan, known.get("waiting", 0), self._going)
        return floor
