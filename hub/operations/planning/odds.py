"""Promised windows with odds: how late a planned start may become when everything before it takes its own time.

Service times are log-normal with a standard deviation of 0.25 of the logarithm until a store's own log says otherwise. The
plan is played through a thousand times at once: work begins at its planned start, or when its technician, its place and its
customer are free if that is later. The draws of each service are stratified (one from each thousandth of the distribution,
shuffled), so that few of them say much; work that goes on already is drawn from what is left of its distribution.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from scheduler import Assignment

SIGMA = 0.25
"""Of the logarithm of a service time."""

DRAWS = 1000
STEP_MINUTES = 5
"""Windows begin and end on multiples of this."""

NARROWEST_MINUTES = 10
WIDEST_MINUTES = 45
SURE = 0.9
"""How sure a window should be where its width allows."""

ODDS_RANGE = (50, 99)
"""Nothing is certain, and a window less sure than a coin is not worth telling."""

Draws = NDArray[np.float64]
_NORMAL = NormalDist()
_STRATA = np.array([_NORMAL.inv_cdf((k + 0.5) / DRAWS) for k in range(DRAWS)])
ON_TIME: Draws = np.zeros(DRAWS)


class Delays:
    """Delays of every start of a plan in minutes, as draws; `now` in the plan's minutes."""

    def __init__(self, rows: Iterable[Assignment], now: int, *, seed: int = 0) -> None:
        self._now = now
        self._chance = np.random.default_rng(seed)
        self._ends: dict[tuple[str, str], list[tuple[int, Draws]]] = {}
        self._starts: dict[tuple[str, str, int], Draws] = {}
        for row in sorted(rows, key=lambda r: (r.start, r.end, r.visit)):
            self._add(row)

    def of(self, row: Assignment) -> Draws:
        """The delay of a start of the plan, or of one that is thought of in addition; at least 0 in every draw."""
        known = self._starts.get((row.visit, row.item, row.phase))
        return known if known is not None else self._start(row)

    def _add(self, row: Assignment) -> None:
        delay = ON_TIME if row.start < self._now else self._start(row)
        self._starts[row.visit, row.item, row.phase] = delay
        if row.end <= row.start:
            return
        end = row.start + delay + self._minutes(row)
        for lane in _lanes(row):
            self._ends.setdefault(lane, []).append((row.end, end))

    def _minutes(self, row: Assignment) -> Draws:
        """How long it takes: mean as planned; longer than it has taken already."""
        planned = row.end - row.start
        log_mean = math.log(planned) - SIGMA**2 / 2
        if row.end <= self._now:
            return np.full(DRAWS, float(planned))
        begun = self._now - row.start
        if begun <= 0:
            strata = _STRATA
        else:
            passed = _NORMAL.cdf((math.log(begun) - log_mean) / SIGMA)
            left = [passed + (1 - passed) * (k + 0.5) / DRAWS for k in range(DRAWS)]
            strata = np.array([_NORMAL.inv_cdf(min(u, 1 - 1e-12)) for u in left])
        drawn: Draws = np.exp(log_mean + SIGMA * self._chance.permutation(strata))
        return drawn

    def _start(self, row: Assignment) -> Draws:
        found = ON_TIME
        for lane in _lanes(row):
            before = [(planned, end) for planned, end in self._ends.get(lane, ()) if planned <= row.start]
            if before:
                found = np.maximum(found, max(before, key=lambda pair: pair[0])[1] - row.start)
        return found


def _lanes(row: Assignment) -> list[tuple[str, str]]:
    """Whose earlier work may hold this one up: the technician's, the place's, the customer's own."""
    lanes = [("customer", row.visit)]
    if row.technician is not None:
        lanes.append(("technician", row.technician))
    if row.place is not None:
        lanes.append(("place", row.place))
    return lanes


def window_of(planned: datetime, delay: Draws) -> tuple[datetime, datetime, int]:
    """The window to tell for a planned start, and its odds in percent."""
    begins = planned.replace(minute=planned.minute // STEP_MINUTES * STEP_MINUTES, second=0, microsecond=0)
    ahead = (planned - begins).total_seconds() / 60
    wanted = ahead + float(np.quantile(delay, SURE))
    width = min(WIDEST_MINUTES, max(NARROWEST_MINUTES, math.ceil(wanted / STEP_MINUTES) * STEP_MINUTES))
    return begins, begins + timedelta(minutes=width), odds_of(width - ahead, delay)


def odds_of(minutes: float, delay: Draws) -> int:
    """Percent that a start is late by no more than `minutes`."""
    sure = float(np.mean(delay <= minutes))
    return min(ODDS_RANGE[1], max(ODDS_RANGE[0], round(100 * sure)))
