"""The short form of S13: a sample of the requests that the hub's own description makes, and the twin that a fault is found."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from hub.kernel import performing
from tests.drills.generating import generated

pytestmark = [pytest.mark.drill, pytest.mark.timeout(240)]


async def test_no_generated_request_is_a_fault(tmp_path: Path, demo_day: Path) -> None:
    report = await generated(tmp_path, per_operation=1, share=4, prepared=demo_day)
    assert report.wrong == []
    assert report.sent > 80
    assert {200, 401, 403, 422} <= report.by_status.keys()


async def test_a_door_that_breaks_is_found(tmp_path: Path, demo_day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep = performing.keep

    def broken(connection: Connection, store_id: str, facts: Any, head: Any, answer: Mapping[str, Any]) -> None:
        if not answer["actor"].startswith("system"):
            raise ZeroDivisionError
        keep(connection, store_id, facts, head, answer)

    monkeypatch.setattr(performing, "keep", broken)
    report = await generated(tmp_path, per_operation=1, share=5, prepared=demo_day)
    assert any("500 a fault" in line for line in report.wrong)
