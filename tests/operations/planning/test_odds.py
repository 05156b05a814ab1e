"""Windows hold what they say when service times are drawn from the distribution that they assume."""

from __future__ import annotations

import math
import random
from datetime import timedelta

import numpy as np

from hub.operations.planning.odds import DRAWS, ON_TIME, SIGMA, Delays, odds_of, window_of
from scheduler import Assignment
from tests.operations.floor import at


def _chain(gaps: list[int], minutes: int = 60) -> list[Assignment]:
    rows, start = [], 0
    for number, gap in enumerate(gaps):
        start += gap
        rows.append(Assignment(f"v{number}", f"i{number}", 0, "t", None, start, start + minutes))
        start += minutes
    return rows


def test_delays_grow_along_a_chain_and_shrink_behind_a_pause() -> None:
    rows = _chain([0, 0, 0, 60])
    delays = Delays(rows, 0)
    means = [float(delays.of(row).mean()) for row in rows]
    assert means[0] == 0 < means[1] < means[2]
    assert means[3] < means[1]


def test_what_has_begun_is_not_late_and_what_is_over_delays_nobody() -> None:
    rows = _chain([0, 0])
    assert Delays(rows, 61).of(rows[1]).max() == 0
    assert Delays(rows[:1], 60).of(rows[1]).max() == 0


def test_the_longer_work_lasts_beyond_its_mean_the_later_the_next() -> None:
    first, second = _chain([0, 0])
    late = [float(Delays([first, second], now).of(second).mean()) for now in (10, 50, 59)]
    assert late[0] < late[1] < late[2]


def test_windows_begin_and_end_on_five_minutes_and_widen_with_doubt() -> None:
    assert window_of(at(10, 7), ON_TIME) == (at(10, 5), at(10, 15), 99)
    spread = np.linspace(0, 25, DRAWS)
    start, end, odds = window_of(at(10), spread)
    assert (start, end) == (at(10), at(10, 25))
    assert odds >= 90
    assert window_of(at(10), spread * 4)[1] == at(10) + timedelta(minutes=45)


def test_stated_odds_are_met_in_simulated_days() -> None:
    rows = _chain([0, 5, 0, 10, 0, 0, 15, 0], minutes=45)
    delays = Delays(rows, 0)
    windows = [window_of(at(9) + timedelta(minutes=row.start), delays.of(row)) for row in rows[1:]]
    chance, days = random.Random(7), 4_000
    kept = [0] * len(windows)
    for _ in range(days):
        free = 0.0
        for number, row in enumerate(rows):
            start = max(float(row.start), free)
            if number > 0 and at(9) + timedelta(minutes=start) <= windows[number - 1][1]:
                kept[number - 1] += 1
            # Log-normal with mean 45: the logarithm's mean is ln 45 − σ²/2.
            free = start + chance.lognormvariate(math.log(45) - SIGMA**2 / 2, SIGMA)
    for (_, _, odds), times in zip(windows, kept, strict=True):
        assert abs(odds - 100 * times / days) <= 3


def test_odds_stay_within_what_may_be_said() -> None:
    assert odds_of(0, ON_TIME + 100) == 50
    assert odds_of(100, ON_TIME) == 99
