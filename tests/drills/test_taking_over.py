"""A killed planner's store is planned by another process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drills.taking_over import take_over


@pytest.mark.drill
@pytest.mark.timeout(300)
async def test_another_process_plans_on(tmp_path: Path, postgres_url: str) -> None:
    before, after = await take_over(tmp_path / "store", postgres_url)
    assert before != after
