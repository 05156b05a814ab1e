"""What is worth telling, and what is worth changing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.operations.planning.rules import is_move, kept, pays
from scheduler import Level
from tests.operations.floor import at

QUIET: dict[Level, int] = {"unserved": 0, "promise_lateness": 10, "waiting": 100, "changes": 0, "overtime": 0}


@pytest.mark.parametrize(
    ("better", "worth"),
    [
        ({"promise_lateness": 0, "changes": 160}, True),
        ({"promise_lateness": 0, "changes": 161}, False),
        ({"waiting": 90, "changes": 40}, True),
        ({"waiting": 90, "changes": 41}, False),
        ({"waiting": 100, "changes": 0}, True),
        ({"unserved": -1, "changes": 10_000}, True),
        ({"unserved": 1, "waiting": 0}, False),
    ],
)
def test_a_better_plan_pays_for_its_changes_or_is_left(better: dict[Level, int], worth: bool) -> None:
    assert pays(QUIET, QUIET | better) is worth


def test_people_are_told_of_five_minutes_and_of_other_people_and_places() -> None:
    here = ("t", "p")
    assert not is_move(at(10), at(10, 4), here, here)
    assert is_move(at(10), at(10, 5), here, here)
    assert is_move(at(10), at(10), here, ("u", "p"))
    assert is_move(None, at(10), (None, None), here)


def test_a_customer_who_comes_after_the_window_does_not_break_the_promise() -> None:
    end = at(10, 10)
    assert kept(end, end, at(9, 50))
    assert not kept(end + timedelta(minutes=2), end, at(9, 50))
    assert kept(at(10, 33), end, at(10, 30))
    assert not kept(at(10, 45), end, at(10, 30))
