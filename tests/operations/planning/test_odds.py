"""Windows hold what they say when service times are drawn from the distribution that they assume."""

from __future__ import annotations

import math
import random
from datetime import timedelta

import numpy as np
import pytest

from hub.operations.planning.durations import SIGMA, LogNormal
from hub.operations.planning.odds import (
    DRAWS,
    EARLY_MINUTES,
    GRACE_MINUTES,
    ON_TIME,
    RESCUED,
    RESCUED_GREEDILY,
    Delays,
    odds_of,
    rescued_by,
    window_of,
)
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


def test_delays_are_those_of_simulated_days() -> None:
    rows = _chain([0, 5, 0, 10, 0, 0, 15, 0], minutes=45)
    delays = Delays(rows, 0, here={row.visit for row in rows})
    chance, days, width = random.Random(7), 4_000, 10
    late = [0] * len(rows)
    for _ in range(days):
        free = 0.0
        for number, row in enumerate(rows):
            late[number] += free > row.start + width
            start = max(row.start - EARLY_MINUTES if number else row.start, free)
            # Log-normal with mean 45: the logarithm's mean is ln 45 − σ²/2.
            free = start + chance.lognormvariate(math.log(45) - SIGMA**2 / 2, SIGMA)
    for row, times in zip(rows, late, strict=True):
        assert abs(float(np.mean(delays.of(row) > width)) - times / days) <= 0.03


def test_a_place_is_cleaned_between_customers_and_not_between_phases() -> None:
    one = Assignment("v0", "i0", 0, "t0", "chair", 0, 30)
    again = Assignment("v0", "i0", 1, "t0", "chair", 30, 60)
    other = Assignment("v1", "i1", 0, "t1", "chair", 65, 90)
    sure = {"spread": lambda _row: LogNormal(1.0, 0.0), "here": {"v0", "v1"}}
    assert Delays([one, again], 0, clean_up={"chair": 5}, **sure).of(again).max() == pytest.approx(0)
    assert Delays([one, again, other], 0, clean_up={"chair": 5}, **sure).of(other).max() == pytest.approx(0)
    assert Delays([one, again, other], 0, clean_up={"chair": 8}, **sure).of(other).min() == pytest.approx(3)


def test_slower_people_make_the_next_customer_later() -> None:
    rows = _chain([0, 0])
    usual, slow = (
        float(Delays(rows, 0, here={"v0", "v1"}, spread=lambda _row, mean=mean: LogNormal(mean, 0.1)).of(rows[1]).mean())
        for mean in (1.0, 1.2)
    )
    assert slow > usual + 8


def test_customers_who_may_not_come_make_the_next_start_surer() -> None:
    rows = _chain([0, 0])
    here, expected = (Delays(rows, 0, here=here).of(rows[1]) for here in ({"v0", "v1"}, ()))
    assert np.mean(expected == 0) > np.mean(here == 0)


def test_half_of_what_the_plan_misses_is_rescued() -> None:
    assert odds_of(10, np.where(np.arange(DRAWS) < 200, 30.0, 0.0)) == round(100 - 20 * (1 - RESCUED))
    assert odds_of(10, ON_TIME + 10 + GRACE_MINUTES) == 99


def test_a_hub_that_plans_greedily_promises_less() -> None:
    some_late = np.where(np.arange(DRAWS) < 50, 30.0, 0.0)
    assert rescued_by("solver") == rescued_by("desk") == RESCUED
    assert odds_of(10, some_late, rescued_by("greedy")) == round(100 - 5 * (1 - RESCUED_GREEDILY))
    assert odds_of(10, some_late, rescued_by("greedy")) < odds_of(10, some_late)


def test_odds_stay_within_what_may_be_said() -> None:
    assert odds_of(0, ON_TIME + 100) == 50
    assert odds_of(100, ON_TIME) == 99
