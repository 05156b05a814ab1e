"""Bounds found in a thread of their own, while the plan is searched in the other."""

from __future__ import annotations

import atexit
import queue
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from contextlib import nullcontext

from scheduler.bounding import Bounding, Floor
from scheduler.plan import Plan
from scheduler.problem import Level

PAUSE_SECONDS = 0.02
"""How long to wait for a better plan when nothing is left to bound."""

HEAD_START_SECONDS = 0.45
"""The first neighbourhoods bring most; they are not made to wait."""

LAST_SECONDS = 0.1
"""How long the end waits for the thread; a linear program on its way ends by itself soon after."""

LINEAR_SHARE = 0.6
"""So much of what is left may be spent on the linear program for lateness."""


INTEGRAL_SECONDS = 2.5
EVENT_SECONDS = 1.0
INTEGRAL_SHARE = 0.95
"""So much may be spent on the MIP for waiting; it overruns its time a little."""


class Beside:
    """Bounds whatever plan is at hand. Floors are collected by `poll`; what goes wrong is raised there."""

    def __init__(self, bounding: Bounding, plan: Plan, left: Callable[[], float]) -> None:
        self.bounding = bounding
        self._plan = plan
        self._known: Mapping[Level, int] = dict(plan.bound)
        self._left = left
        self._found: queue.SimpleQueue[Floor | BaseException] = queue.SimpleQueue()
        self._ended = threading.Event()
        self._heard = threading.Event()
        self._heard.set()
        self._thread = threading.Thread(target=self._run, name="bounds", daemon=True)
        self._thread.start()
        _BEGUN.add(self)

    def poll(self, plan: Plan) -> list[Floor]:
        """Floors found since the last time; once there are none with a plan, what is bounded is `plan` from now on."""
        # Not beyond the time there is: on a busy machine the thread may be kept from ending its turn.
        self.bounding.turn.wait(min(self._left(), threading.TIMEOUT_MAX))
        floors = []
        while not self._found.empty():
            one = self._found.get()
            if isinstance(one, BaseException):
                raise one
            floors.append(one)
        if all(floor.rows is None for floor in floors):
            self._plan, self._known = plan, dict(plan.bound)
            self._heard.set()
        return floors

    @property
    def better(self) -> bool:
        """Whether a plan was found that nobody has asked for yet."""
        return not self._heard.is_set()

    @property
    def idle(self) -> bool:
        """Whether the thread is at its end."""
        return not self._thread.is_alive()

    def end(self) -> None:
        """Ask the thread to end and wait a moment for it."""
        self._ended.set()
        self._thread.join(LAST_SECONDS)

    def leave(self) -> None:
        """Ask the thread to end and wait until it has, which is as long as HiGHS was given at most."""
        self._ended.set()
        self._thread.join()

    def _going(self) -> bool:
        return not self._ended.is_set() and self._left() > 0

    def _integral_seconds(self) -> float:
        """Half of what is left at a time, so that a better plan at hand can make the next MIP a smaller one.

        After an event no more than `EVENT_SECONDS`: the next one may come at any time, and HiGHS cannot be interrupted.
        """
        most = EVENT_SECONDS if self.bounding.problem.published else max(INTEGRAL_SECONDS, self._left() / 2)
        return min(self._left() * INTEGRAL_SHARE - LAST_SECONDS, most)

    def _run(self) -> None:
        try:
            self._ended.wait(HEAD_START_SECONDS)
            while self._going():
                with self.bounding.turn.taken() if self.bounding.together else nullcontext():
                    floors = self._step()
                if not floors:
                    self._ended.wait(PAUSE_SECONDS)
                    continue
                # Where a plan comes along, what is next depends on whether it is taken over.
                waits = any(floor.rows is not None for floor in floors)
                if waits:
                    self._heard.clear()
                for floor in floors:
                    self._found.put(floor)
                while waits and self._going() and not self._heard.wait(PAUSE_SECONDS):
                    pass
        except Exception as error:
            self._found.put(error)

    def _step(self) -> list[Floor]:
        """The next floors: of a fresh day lateness first; where most is published it is mostly known before it is asked for."""
        plan, known = self._plan, self._known
        if not self.bounding.suits(plan):
            return []
        if self.bounding.together:
            steps = [self._linear, self._least, self._change, self._wait]
        elif self.bounding.problem.published:
            steps = [self._least, self._change, self._late_after, self._wait]
        else:
            steps = [self._late, self._least, self._change, self._wait]
        return next((floors for step in steps if (floors := step(plan, known))), [])

    def _late(self, plan: Plan, known: Mapping[Level, int]) -> list[Floor]:
        if "promise_lateness" not in plan.objective:
            return []
        return _listed(self.bounding.lateness(plan, known.get("promise_lateness", 0), LINEAR_SHARE * self._left()))

    def _change(self, plan: Plan, known: Mapping[Level, int]) -> list[Floor]:
        return _listed(self.bounding.least_changes(plan, known, self._integral_seconds()))

    def _late_after(self, plan: Plan, known: Mapping[Level, int]) -> list[Floor]:
        proven = known.get("waiting") == plan.objective.get("waiting")
        return self._late(plan, known) if proven or self.bounding.ripe else []

    def _least(self, plan: Plan, known: Mapping[Level, int]) -> list[Floor]:
        return _listed(self.bounding.least_waiting(plan, known.get("waiting", 0), self._integral_seconds()))

    def _linear(self, plan: Plan, known: Mapping[Level, int]) -> list[Floor]:
        return self.bounding.linear(plan, known, time.monotonic() + self._left())

    def _wait(self, plan: Plan, known: Mapping[Level, int]) -> list[Floor]:
        if "waiting" not in plan.objective:
            return []
        return _listed(self.bounding.waiting(plan, known.get("waiting", 0), self._going))


_BEGUN: weakref.WeakSet[Beside] = weakref.WeakSet()


def busy() -> bool:
    """Whether a thread is still at work; HiGHS may be, for a while after the search has ended."""
    return any(not one.idle for one in list(_BEGUN))


@atexit.register
def _leave() -> None:
    """A thread that comes back from HiGHS while Python is being taken down ends the process with SIGABRT."""
    for one in list(_BEGUN):
        one.leave()


def _listed(floor: Floor | None) -> list[Floor]:
    return [floor] if floor is not None else []
