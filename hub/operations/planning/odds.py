"""Promised windows with odds: how late a planned start may become when everything before it takes its own time.

The plan is played through a thousand times at once. Service times are log-normal around the plan's minutes (see `durations`);
what merely takes effect takes its time exactly. Booked customers come early or late, or not at all, as is published of salons
(docs/simulation.md names the sources). Work begins when its technician, its clean place and its customer are free, in the
plan's order, also before the planned minute where all of them are. A customer's own lateness is no delay of the store. The
draws are stratified (one from each thousandth of the distribution, shuffled), so that few of them say much; work that goes on
already is drawn from what is left of its distribution.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from hub.operations.planning.durations import LogNormal
from scheduler import Assignment, Problem

ARRIVAL_MEAN, ARRIVAL_SD = -10.0, 10.0
"""Minutes after the booked time at which customers come, normally distributed."""

NO_SHOW = 0.035
NO_SHOW_MINUTES = 15
"""How long they are waited for."""

CANCELLED_TODAY = 0.04

EARLY_MINUTES = 15
"""Work begins no more than this ahead of its planned time: a break or an errand may lie before it."""

_COMES, _CANCELS, _NEVER = 0.0, 1.0, 2.0

DRAWS = 1000
STEP_MINUTES = 5
"""Windows begin and end on multiples of this."""

NARROWEST_MINUTES = 10
WIDEST_MINUTES = 45
SURE = 0.9
"""How sure a window should be where its width allows."""

GRACE_MINUTES = 1
"""A promise is kept by whoever begins in the minute after it (`rules.kept`)."""

RESCUED = 0.5
"""Of the starts that the plan as it stands would miss, so many are kept because the day is planned again: the share in
simulated months (docs/simulation.md); tests/simulation holds it to that."""

RESCUED_GREEDILY = -1.4
"""Where the greedy plan alone stands, without a solver process, planning again costs more promises than it keeps: in simulated
months 2.4 times as many are missed as by the plan as it stands (two months of 390 promises: 1.9 and 3.0 times)."""

ODDS_RANGE = (50, 99)
"""Nothing is certain, and a window less sure than a coin is not worth telling."""

Draws = NDArray[np.float64]
_NORMAL = NormalDist()
_STRATA = np.array([_NORMAL.inv_cdf((k + 0.5) / DRAWS) for k in range(DRAWS)])
_SHARES = (np.arange(DRAWS) + 0.5) / DRAWS
ON_TIME: Draws = np.zeros(DRAWS)


Spread = Callable[[Assignment], LogNormal]
"""What is known of a phase's length: a factor on the planned minutes."""


def as_planned(_row: Assignment) -> LogNormal:
    """What is believed without a log."""
    return LogNormal()


class Delays:
    """Delays of every start of a plan in minutes, as draws; `now` in the plan's minutes.

    `here` are the visits whose customers are in the store, `clean_up` the minutes that each place needs after a customer.
    """

    def __init__(
        self,
        rows: Iterable[Assignment],
        now: int,
        *,
        here: Collection[str] = (),
        clean_up: Mapping[str, int] | None = None,
        spread: Spread = as_planned,
        seed: int = 0,
    ) -> None:
        self._now = now
        self._here = here
        self._clean_up = clean_up or {}
        self._spread = spread
        self._chance = np.random.default_rng(seed)
        self._ends: dict[tuple[str, str], list[tuple[int, str, Draws]]] = {}
        self._starts: dict[tuple[str, str, int], Draws] = {}
        self._coming: dict[str, tuple[Draws, Draws]] = {}
        for row in sorted(rows, key=lambda r: (r.start, r.end, r.visit)):
            self._add(row)

    @classmethod
    def of_problem(cls, problem: Problem, rows: Iterable[Assignment], spread: Spread = as_planned) -> Delays:
        """Of a plan of this problem, facts included."""
        return cls(
            rows,
            problem.now,
            here={visit.id for visit in problem.visits if visit.arrival.kind == "here"},
            clean_up={place.id: place.clean_up for place in problem.places},
            spread=spread,
        )

    def of(self, row: Assignment) -> Draws:
        """The delay of a start of the plan, or of one that is thought of in addition; at least 0 in every draw."""
        known = self._starts.get((row.visit, row.item, row.phase))
        return known if known is not None else np.maximum(ON_TIME, self._free(row) - row.start)

    def forget_starts(self) -> None:
        """Keep only what starts that are thought of in addition need; the plan's own cannot be asked for any more."""
        self._starts.clear()
        self._coming.clear()

    def _add(self, row: Assignment) -> None:
        if row.start < self._now:
            delay, end = ON_TIME, row.start + self._minutes(row)
        else:
            free = self._free(row)
            delay = np.maximum(ON_TIME, free - row.start)
            came, stays = self._customer(row)
            begins = np.maximum(np.maximum(free, came), self._now)
            missed = np.where(stays == _NEVER, row.start + NO_SHOW_MINUTES, free)
            end = np.where(stays == _COMES, begins + self._minutes(row), np.maximum(free, missed))
        self._starts[row.visit, row.item, row.phase] = delay
        if row.end <= row.start:
            return
        for lane in _lanes(row):
            self._ends.setdefault(lane, []).append((row.end, row.visit, end))

    def _customer(self, row: Assignment) -> tuple[Draws, Draws]:
        """When the customer of a visit comes, and whether; the same for all of its services."""
        if row.visit not in self._coming:
            if row.visit in self._here or ("customer", row.visit) in self._ends:
                self._coming[row.visit] = ON_TIME + self._now, ON_TIME + _COMES
            else:
                came = row.start + ARRIVAL_MEAN + ARRIVAL_SD * self._chance.permutation(_STRATA)
                fate = self._chance.permutation(_SHARES)
                gone = np.where(fate < NO_SHOW + CANCELLED_TODAY, _CANCELS, _COMES)
                self._coming[row.visit] = came, np.where(fate < NO_SHOW, _NEVER, gone)
        return self._coming[row.visit]

    def _minutes(self, row: Assignment) -> Draws:
        """How long it takes; longer than it has taken already."""
        planned = row.end - row.start
        if row.end <= self._now or row.technician is None:
            return np.full(DRAWS, float(planned))
        factor = self._spread(row)
        log_mean, sigma = math.log(planned) + factor.log_mean, factor.sigma
        begun = self._now - row.start
        if begun <= 0 or sigma == 0:
            strata = _STRATA
        else:
            passed = _NORMAL.cdf((math.log(begun) - log_mean) / sigma)
            left = [passed + (1 - passed) * (k + 0.5) / DRAWS for k in range(DRAWS)]
            strata = np.array([_NORMAL.inv_cdf(min(u, 1 - 1e-12)) for u in left])
        drawn: Draws = np.exp(log_mean + sigma * self._chance.permutation(strata))
        return drawn

    def _free(self, row: Assignment) -> Draws:
        """When everything before it is done; a technician's first work of the day begins no earlier than planned."""
        ends = []
        first = row.technician is not None
        for lane in _lanes(row):
            before = [known for known in self._ends.get(lane, ()) if known[0] <= row.start]
            if before:
                _, visit, end = max(before, key=lambda known: known[0])
                clean = self._clean_up.get(lane[1], 0) if lane[0] == "place" and visit != row.visit else 0
                ends.append(end + clean)
                first = first and lane[0] != "technician"
        earliest = ON_TIME + row.start - (0 if first else EARLY_MINUTES)
        found: Draws = np.maximum.reduce([earliest, *ends])
        return found


def _lanes(row: Assignment) -> list[tuple[str, str]]:
    """Whose earlier work may hold this one up: the technician's, the place's, the customer's own."""
    lanes = [("customer", row.visit)]
    if row.technician is not None:
        lanes.append(("technician", row.technician))
    if row.place is not None:
        lanes.append(("place", row.place))
    return lanes


def rescued_by(author: str) -> float:
    """What planning again rescues when plans are made by the solver or greedily."""
    return RESCUED_GREEDILY if author == "greedy" else RESCUED


def window_of(planned: datetime, delay: Draws, rescued: float = RESCUED) -> tuple[datetime, datetime, int]:
    """The window to tell for a planned start, and its odds in percent."""
    begins = planned.replace(minute=planned.minute // STEP_MINUTES * STEP_MINUTES, second=0, microsecond=0)
    ahead = (planned - begins).total_seconds() / 60
    wanted = ahead + float(np.quantile(delay, SURE))
    width = min(WIDEST_MINUTES, max(NARROWEST_MINUTES, math.ceil(wanted / STEP_MINUTES) * STEP_MINUTES))
    return begins, begins + timedelta(minutes=width), odds_of(width - ahead, delay, rescued)


def odds_of(minutes: float, delay: Draws, rescued: float = RESCUED) -> int:
    """Percent that a start is late by no more than `minutes`: the plan's own odds, and what planning again rescues."""
    missed = float(np.mean(delay > minutes + GRACE_MINUTES))
    return min(ODDS_RANGE[1], max(ODDS_RANGE[0], round(100 * (1 - missed * (1 - rescued)))))
