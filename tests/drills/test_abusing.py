"""The whole drill of abuses, and its twins."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.drills import abusing


@pytest.mark.drill
@pytest.mark.timeout(300)
async def test_every_scripted_abuse_is_found_within_a_minute_and_none_before_its_measure(tmp_path: Path) -> None:
    found = await abusing.find(tmp_path / "store")
    assert found.kept, str(found)


@pytest.mark.drill
@pytest.mark.timeout(300)
async def test_with_the_rules_off_nothing_is_found(tmp_path: Path) -> None:
    found = await abusing.find(tmp_path / "store", rules_are_on=False)
    assert (found.found, found.early, found.kept) == (0, 0, False)


def test_the_verdict_sees_each_failing() -> None:
    good = abusing.Found(abuses=10, early=0, found=10, slowest=timedelta(seconds=60))
    assert good.kept
    late = timedelta(seconds=61)
    assert not any(
        replace(good, **bad).kept for bad in ({"early": 1}, {"found": 9}, {"slowest": late}, {"abuses": 9, "found": 9})
    )
