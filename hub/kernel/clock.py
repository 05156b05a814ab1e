"""Where time comes from. The demo and the tests run the same hub on another clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Wall time for facts, and the speed at which it passes."""

    @property
    def speed(self) -> float:
        """Hub seconds per real second."""
        ...

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    speed = 1.0

    def now(self) -> datetime:
        return datetime.now(UTC)


class ScaledClock:
    """A clock that starts at a chosen moment and runs `speed` times as fast; steps of the machine's clock do not move it."""

    def __init__(self, start: datetime, speed: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        if start.tzinfo is None:
            raise ValueError("start must be aware")
        self.speed = speed
        self._start = start.astimezone(UTC)
        self._monotonic = monotonic
        self._zero = monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(self._monotonic() - self._zero) * self.speed)

    def jump_to(self, moment: datetime) -> None:
        """Go on from `moment` at the same speed; never backwards.

        Raises:
            ValueError: `moment` lies in this clock's past.
        """
        if moment < self.now():
            raise ValueError("a clock does not run backwards")
        self._start, self._zero = moment.astimezone(UTC), self._monotonic()


class ManualClock:
    """A clock that stands still until it is moved."""

    speed = 1.0

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, **by: float) -> datetime:
        self._now += timedelta(**by)
        return self._now

    def set(self, moment: datetime) -> None:
        self._now = moment.astimezone(UTC)
