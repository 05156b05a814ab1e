"""How long and how hard `solve` may work, and how it is told to stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


def never() -> bool:
    """Nobody stops the search."""
    return False


@dataclass(frozen=True, slots=True)
class Limits:
    """At most `seconds` on `workers` threads; `should_stop` is asked often and ends the search with the best plan.

    `clock` is a monotonic clock in seconds, `busy_clock` counts those that this process has worked; `seed` makes the search
    repeatable as far as time limits allow. With `deterministic` each CP-SAT search is bounded by its own count of work instead
    of seconds; together with one worker and a clock that counts, the same problem has the same plan on every machine.
    """

    seconds: float = 10.0
    workers: int = 2
    should_stop: Callable[[], bool] = never
    clock: Callable[[], float] = time.monotonic
    busy_clock: Callable[[], float] = time.process_time
    seed: int = 0
    deterministic: bool = False


GRACE_SECONDS = 0.5
"""The first plan may take so much longer than the limit; who has no place by then is unserved."""


@dataclass(slots=True)
class Deadline:
    """A running limit."""

    limits: Limits
    begun: float = field(init=False)
    busy_begun: float = field(init=False)

    def __post_init__(self) -> None:
        self.begun, self.busy_begun = self.limits.clock(), self.limits.busy_clock()

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return self.limits.clock() - self.begun

    @property
    def left(self) -> float:
        """Seconds that remain; 0.0 when it is time to stop."""
        return 0.0 if self.limits.should_stop() else max(0.0, self.limits.seconds - self.spent)

    def overdue(self) -> bool:
        """Whether even the first plan has taken too long. Never where the same plan is wanted on every machine, nor while the
        process has only been kept from working: nobody goes unserved because a machine stood still."""
        if self.limits.deterministic or self.spent <= self.limits.seconds + GRACE_SECONDS:
            return False
        return self.limits.busy_clock() - self.busy_begun > GRACE_SECONDS
