"""Promised windows with odds: how late a planned start may become when everything before it takes its own time.

Service times are log-normal with standard deviation 0.25 of the logarithm until a store's own log says otherwise, so a
duration d has a standard deviation of d·√(exp(0.25²) − 1) ≈ 0.254·d. Delays run along each technician's and each place's
work in the order of the plan; pauses in between absorb them. The greatest of two delays is taken as normal with the moments
of C. E. Clark, "The greatest of a finite set of random variables", Operations Research 9 (1961).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler import Assignment

SIGMA = 0.25
"""Of the logarithm of a service time."""

SPREAD = math.sqrt(math.exp(SIGMA**2) - 1)
STEP_MINUTES = 5
"""Windows begin and end on multiples of this."""

NARROWEST_MINUTES = 10
WIDEST_MINUTES = 45
QUANTILE = 1.2816
"""Of the normal distribution, 90 %: how sure a window should be."""

ODDS_RANGE = (50, 99)
"""Nothing is certain, and a window less sure than a coin is not worth telling."""


@dataclass(frozen=True, slots=True)
class Delay:
    """A delay in minutes, about normal."""

    mean: float = 0.0
    variance: float = 0.0

    def after(self, pause: float) -> Delay:
        """What is left of the delay behind a pause."""
        return Delay(self.mean - pause, self.variance)

    def longer(self, minutes: float) -> Delay:
        """The delay of the end of work that takes `minutes`."""
        return Delay(self.mean, self.variance + (SPREAD * minutes) ** 2)


ON_TIME = Delay()


def greatest(one: Delay, two: Delay) -> Delay:
    """The greater of two independent delays, by its first two moments."""
    spread = math.sqrt(one.variance + two.variance)
    if spread < 1e-9:
        return one if one.mean >= two.mean else two
    alpha = (one.mean - two.mean) / spread
    below, above = _normal(alpha), _normal(-alpha)
    density = math.exp(-alpha * alpha / 2) / math.sqrt(2 * math.pi)
    mean = one.mean * below + two.mean * above + spread * density
    square = (one.mean**2 + one.variance) * below + (two.mean**2 + two.variance) * above
    square += (one.mean + two.mean) * spread * density
    return Delay(mean, max(0.0, square - mean**2))


def _normal(value: float) -> float:
    return 0.5 * (1 + math.erf(value / math.sqrt(2)))


class Delays:
    """Delays of every start of a plan; `now` in the plan's minutes: what has begun before is not late any more."""

    def __init__(self, rows: Iterable[Assignment], now: int) -> None:
        self._now = now
        self._ends: dict[tuple[str, str], list[tuple[int, Delay]]] = {}
        self._starts: dict[tuple[str, str, int], Delay] = {}
        for row in sorted(rows, key=lambda r: (r.start, r.end)):
            self._add(row)

    def of(self, row: Assignment) -> Delay:
        """The delay of a start of the plan, or of one that is thought of in addition."""
        known = self._starts.get((row.visit, row.item, row.phase))
        return known if known is not None else self._start(row)

    def _add(self, row: Assignment) -> None:
        begun = row.start < self._now
        start = ON_TIME if begun else self._start(row)
        self._starts[row.visit, row.item, row.phase] = start
        end = ON_TIME if row.end <= self._now else start.longer(row.end - row.start)
        for lane in _lanes(row):
            self._ends.setdefault(lane, []).append((row.end, end))

    def _start(self, row: Assignment) -> Delay:
        found = ON_TIME
        for lane in _lanes(row):
            before = [(end, delay) for end, delay in self._ends.get(lane, ()) if end <= row.start]
            if before:
                end, delay = max(before, key=lambda pair: pair[0])
                found = greatest(found, delay.after(row.start - end))
        return found


def _lanes(row: Assignment) -> list[tuple[str, str]]:
    """Whose earlier work may hold this one up: the technician's, the place's, the customer's own."""
    lanes = [("customer", row.visit)]
    if row.technician is not None:
        lanes.append(("technician", row.technician))
    if row.place is not None:
        lanes.append(("place", row.place))
    return lanes


def window_of(planned: datetime, delay: Delay) -> tuple[datetime, datetime, int]:
    """The window to tell for a planned start, and its odds in percent."""
    begins = planned - timedelta(
        minutes=planned.minute % STEP_MINUTES, seconds=planned.second, microseconds=planned.microsecond
    )
    ahead = (planned - begins).total_seconds() / 60
    wanted = ahead + delay.mean + QUANTILE * math.sqrt(delay.variance)
    width = min(WIDEST_MINUTES, max(NARROWEST_MINUTES, math.ceil(wanted / STEP_MINUTES) * STEP_MINUTES))
    return begins, begins + timedelta(minutes=width), odds_of(width - ahead, delay)


def odds_of(minutes: float, delay: Delay) -> int:
    """Percent that a start is late by no more than `minutes`."""
    if delay.variance < 1e-9:
        sure = 1.0 if delay.mean <= minutes else 0.0
    else:
        sure = _normal((minutes - delay.mean) / math.sqrt(delay.variance))
    return min(ODDS_RANGE[1], max(ODDS_RANGE[0], round(100 * sure)))
