"""One ordinary day, and its twin: with measures that no working day keeps to it raises alarms."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.drills import ordinary
from tests.drills.habits import HABITS


@pytest.mark.drill
@pytest.mark.timeout(900)
async def test_an_ordinary_day_raises_at_most_one_false_alarm(tmp_path: Path) -> None:
    calm = await ordinary.live(tmp_path, days=1)
    assert calm.kept, str(calm)
    assert set(calm.done) <= set(HABITS)
    assert calm.weighed >= 20, "a day on which nothing happens proves nothing"


@pytest.mark.drill
@pytest.mark.timeout(900)
async def test_with_measures_that_are_too_tight_the_same_morning_raises_many(tmp_path: Path) -> None:
    calm = await ordinary.live(tmp_path, days=1, tight=True, acts=80)
    assert not calm.kept
    assert sum(calm.alarms.values()) >= 3


def test_the_verdict_counts_by_the_day() -> None:
    good = ordinary.Calm(days=2, facts=10, weighed=5, alarms=Counter(undos=2))
    assert good.kept
    assert not replace(good, alarms=Counter(undos=3)).kept
    assert not replace(good, weighed=0).kept
