"""Nobody cuts a store's days at midnight: whoever needs a day asks `StoreFacts.days`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CALENDAR = {"date_of", "span", "moment"}
"""Of `hub.kernel.wall_time`: the calendar's dates and the clock alone."""

OF_THE_CALENDAR = {
    "hub/kernel/wall_time.py": "is the clock",
    "hub/kernel/business_days.py": "is made of the clock",
    "hub/imports/bringing.py": "another system's book names dates",
    "hub/imports/known.py": "another system's book names dates",
    "hub/demo/run.py": "the demo's own salon, which closes in the evening",
    "hub/demo/store.py": "the demo's own salon, which closes in the evening",
    "hub/cli.py": "a date typed at the terminal",
    "hub/backoffice/backups/keeper.py": "copies are kept by days of UTC",
}


def cuts(source: str) -> Iterator[int]:
    """Lines that take the calendar's day: the functions that do, and `.date()` of a moment."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "hub.kernel.wall_time":
            if CALENDAR & {each.name for each in node.names}:
                yield node.lineno
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "date":
            yield node.lineno


def test_days_are_asked_of_the_store() -> None:
    found = {}
    for room in ("hub", "displays", "kiosk"):
        for path in (ROOT / room).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            if lines := list(cuts(path.read_text())):
                found[name] = lines
    assert {name: lines for name, lines in found.items() if name not in OF_THE_CALENDAR} == {}
    assert sorted(found) == sorted(OF_THE_CALENDAR), "an exception that is none any more"


def test_a_day_cut_at_midnight_is_seen() -> None:
    assert list(cuts("from hub.kernel.wall_time import WallDate, date_of\n")) == [1]
    assert list(cuts("today = now.astimezone(store.zone).date()\n")) == [1]
    assert list(cuts("from hub.kernel.wall_time import WallDate\ntoday = store.days.of(now)\n")) == []
