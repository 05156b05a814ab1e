"""At which lateness plans are looked for: the least that is possible by what is known, or if no plan has that, that at hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scheduler.relaxation import ROUNDING

if TYPE_CHECKING:
    from scheduler.linear_prices import Round

FIRST_COLUMNS, MORE = 3_000, 3
"""How many columns the first MIP on waiting has; so many times as many once it has shown that no plan uses these alone."""

MOST_COLUMNS = 10_000
"""With so many columns a plan of the least lateness is looked for; beyond that the plan at hand is bounded."""


class Aim:
    """What is known of the free visits' lateness: `least` is a lower bound, `lateness` what is aimed at."""

    def __init__(self) -> None:
        self.lateness = -1
        self.least = 0
        self.count = FIRST_COLUMNS
        self.exact = False
        """Whether the prices at hand are the best that there are for plans of this lateness."""
        self._missed: set[int] = set()
        self._waiting = -1, 0.0

    def take(self, late: int, least: int) -> None:
        """Aim anew, given the plan at hand's lateness and a lower bound."""
        self.least = max(self.least, least)
        lateness = late if self.least in self._missed else min(late, self.least)
        if lateness != self.lateness:
            self.lateness, self.exact, self.count = lateness, False, FIRST_COLUMNS

    def learn(self, found: Round, grain: int, late: int) -> None:
        """Take in what a linear program with this aim said; the lateness at hand is `late`, a multiple of the grain each."""
        if found.lateness > 0:
            least = math.ceil((found.lateness * (1 - ROUNDING) - ROUNDING) / grain) * grain
            self.least = max(self.least, min(late, least))
        self.exact = found.done
        if found.done and abs(self.lateness + found.beyond - self.least) < ROUNDING:
            # The same prices are the best with that cap.
            self.lateness = self.least

    def more(self, count: int) -> bool:
        """The next MIP has more columns than this one's `count`; False when that was as many as there can be."""
        last, self.count = count < self.count, MORE * self.count
        return not last

    def tried(self, waiting: float | None, *, found: bool) -> None:
        """A MIP looked for plans of this lateness: they wait so long at least (None: it could not say)."""
        if waiting is None or (not found and self.count > MOST_COLUMNS):
            self._missed.add(self.lateness)
        self._waiting = self.lateness, max(waiting or 0.0, self.waiting)

    @property
    def waiting(self) -> float:
        """What plans of the lateness that is aimed at wait at least, by the MIPs so far."""
        lateness, waiting = self._waiting
        return waiting if lateness == self.lateness else 0.0
