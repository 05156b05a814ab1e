"""Programs as HiGHS solves them: values, reduced costs and dual prices where they belong."""

from __future__ import annotations

import time

import numpy as np

from scheduler.mip import Mip


def furniture() -> tuple[Mip, dict[int, float]]:
    """Dantzig's kind of example: 3a + 5b, with a ≤ 4, 2b ≤ 12 and 3a + 2b ≤ 18; c is in no row."""
    mip = Mip()
    a, b, c = (mip.variable(0.0, 100.0, integer=True) for _ in range(3))
    mip.row([(a, 1.0)], 0.0, 4.0)
    mip.row([(b, 2.0)], 0.0, 12.0)
    mip.row([(a, 3.0), (b, 2.0)], 0.0, 18.0)
    return mip, {a: -3.0, b: -5.0, c: 2.0}


def test_a_linear_program_has_its_prices_by_variable_and_by_row() -> None:
    mip, costs = furniture()
    found = mip.linear(costs, time.monotonic() + 60)
    assert found is not None
    assert round(found.value, 6) == -36
    assert found.chosen.round(6).tolist() == [2, 6, 0]
    assert found.reduced.round(6).tolist() == [0, 0, 2]
    assert found.duals.round(6).tolist() == [0, -1.5, -1]


def test_there_is_no_answer_without_time_or_solution() -> None:
    mip, costs = furniture()
    assert mip.linear(costs, time.monotonic() - 1) is None
    mip.row([(0, 1.0)], 5.0, 6.0)
    assert mip.linear(costs, time.monotonic() + 60) is None


def test_a_program_without_some_variables_names_the_others_as_before() -> None:
    mip, costs = furniture()
    assert mip.integral(costs, np.array([0], dtype=np.int64), 0.0, time.monotonic() + 60) == (-30.0, {1: 6.0})
