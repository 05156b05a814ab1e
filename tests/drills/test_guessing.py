"""The short form of S7. That asking takes like time is held by its statements, in the tests of customers' codes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.drills import guessing


@pytest.mark.drill
@pytest.mark.timeout(300)
async def test_two_processes_and_a_kill_give_no_eleventh_try(tmp_path: Path, postgres_url: str) -> None:
    found = await guessing.guess(tmp_path / "store", postgres_url, accounts=2, guesses=28)
    assert found.kept, str(found)
    assert found.most == guessing.TRIES


def test_the_verdict_sees_each_failing() -> None:
    """The drill's own twin."""
    good = guessing.Guesses(accounts=2, sent=56, most=10, owners_out=0, code_uses=1)
    assert good.kept
    assert not any(replace(good, **bad).kept for bad in ({"most": 11}, {"owners_out": 1}, {"code_uses": 2}, {"code_uses": 0}))
