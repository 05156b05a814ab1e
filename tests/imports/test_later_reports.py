"""Reports that come by themselves: after the bookings of which they speak, or before them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hub.cli import app

BOOKINGS = """Code,Staff,Service,Date,Time,TimeInt
ANNA01,MIA,CTU,05/15/2018,9:00:00 AM,540
ANNA01,LEO,SHCW,05/15/2018,10:10:00 AM,610
BENO01,LEO,SHCW,05/15/2018,2:00:00 PM,840
"""
HEADERS = {
    "no_show": "Date,Code,Service,Staff\n",
    "cancelled": "Cancel Date,Code,Service,Staff,Booking Date,Canceled By,Days\n",
}
NO_SHOW = HEADERS["no_show"] + "05/15/2018,BENO01,SHCW,LEO\n"
OTHER_MONTH = "Code,Staff,Service,Date,Time,TimeInt\nCARA01,LEO,SHCW,06/15/2018,9:00:00 AM,540\n"

Bring = Callable[..., dict[str, Any]]


@pytest.fixture
def bring(tmp_path: Path) -> Bring:
    """`bring(report, …)`: import these texts as a folder; the totals. A dry run before it says the same."""
    folders = iter(range(100))

    def imported(*reports: str) -> dict[str, Any]:
        folder = tmp_path / f"book{next(folders)}"
        folder.mkdir()
        for number, text in enumerate(reports):
            (folder / f"{number}.csv").write_text(text)
        tried, done = (_run(folder, tmp_path / "store", *options) for options in (("--dry-run",), ()))
        assert tried == done
        return done

    return imported


def _run(folder: Path, data: Path, *options: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["import", "salon-csv", str(folder), "--data", str(data), *options])
    assert result.exit_code == 0, result.output
    totals: dict[str, Any] = json.loads(result.output.splitlines()[-1])
    return {name: totals[name] for name in ("imported", "merged", "rejected")}


def ask(tmp_path: Path, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(tmp_path / "store" / "hub.sqlite3")) as database:
        return database.execute(question).fetchall()


def states(tmp_path: Path) -> list[tuple[Any, ...]]:
    """State, whether the time of day is known, and services, of each booking."""
    counted = "(SELECT count(*) FROM booking_item i WHERE i.booking_id = b.id)"
    return ask(tmp_path, f"SELECT state, start_known, {counted} FROM booking b ORDER BY 1, 2, 3")  # noqa: S608


def facts(tmp_path: Path) -> list[tuple[Any, ...]]:
    return ask(tmp_path, "SELECT max(seq), count(*) FROM event")


def account(imported: int, merged: int) -> dict[str, int]:
    return {"imported": imported, "merged": merged, "rejected": 0}


@pytest.mark.parametrize("beside", [(), (OTHER_MONTH,)], ids=["alone", "with another month"])
def test_a_no_show_report_marks_the_stores_booking(bring: Bring, tmp_path: Path, beside: tuple[str, ...]) -> None:
    bring(BOOKINGS)
    assert bring(NO_SHOW, *beside) == account(len(beside), 1)
    others = [("done", 1, 1)] * len(beside)
    assert states(tmp_path) == [*others, ("done", 1, 2), ("no_show", 1, 1)]
    before = facts(tmp_path)
    assert bring(NO_SHOW, *beside) == account(0, 1 + len(beside))
    assert bring(BOOKINGS, NO_SHOW, *beside) == account(0, 4 + len(beside))
    assert facts(tmp_path) == before


def test_bookings_give_an_earlier_no_show_its_time(bring: Bring, tmp_path: Path) -> None:
    bring(NO_SHOW)
    assert states(tmp_path) == [("no_show", 0, 1)]
    assert bring(BOOKINGS) == account(3, 0)
    assert states(tmp_path) == [("done", 1, 2), ("no_show", 1, 1)]
    before = facts(tmp_path)
    assert bring(BOOKINGS) == account(0, 3)
    assert bring(BOOKINGS, NO_SHOW) == account(0, 4)
    assert facts(tmp_path) == before


@pytest.mark.parametrize(
    "row",
    ["05/15/2018,BENO01,CTU,LEO\n", "05/16/2018,BENO01,SHCW,LEO\n", "05/15/2018,CARA01,SHCW,LEO\n", "05/15/2018,,SHCW,LEO\n"],
    ids=["another service", "another day", "another customer", "nobody named"],
)
def test_a_no_show_of_nothing_in_the_store_stands_by_itself(bring: Bring, tmp_path: Path, row: str) -> None:
    bring(BOOKINGS)
    assert bring(HEADERS["no_show"] + row) == account(1, 0)
    assert ("no_show", 0, 1) in states(tmp_path)
    assert states(tmp_path).count(("done", 1, 1)) == 1


def test_a_cancellation_from_before_the_stores_booking_leaves_it(bring: Bring, tmp_path: Path) -> None:
    bring(BOOKINGS)
    cancelled = HEADERS["cancelled"] + "05/14/2018,BENO01,SHCW,LEO,05/15/2018,MIA,1\n"
    before = facts(tmp_path)
    assert bring(cancelled) == account(0, 1)
    assert facts(tmp_path) == before
    assert bring(BOOKINGS, cancelled) == account(0, 4)


def test_a_booking_ahead_that_was_cancelled_since_is_cancelled(bring: Bring, tmp_path: Path) -> None:
    day, since, today = (f"{datetime.now(UTC).date() + timedelta(days=n):%m/%d/%Y}" for n in (60, 3, -1))
    ahead = BOOKINGS.replace("05/15/2018", day)
    bring(ahead)
    assert states(tmp_path) == [("confirmed", 1, 1), ("confirmed", 1, 2)]
    as_ever = HEADERS["cancelled"] + f"{today},ANNA01,SHCW,LEO,{day},MIA,61\n"
    assert bring(as_ever) == account(0, 1)
    assert states(tmp_path) == [("confirmed", 1, 1), ("confirmed", 1, 2)]
    later = HEADERS["cancelled"] + f"{since},ANNA01,SHCW,LEO,{day},MIA,57\n"
    assert bring(later, OTHER_MONTH) == account(1, 1)
    assert states(tmp_path) == [("cancelled_by_customer", 1, 1), ("confirmed", 1, 1), ("confirmed", 1, 1), ("done", 1, 1)]
    before = facts(tmp_path)
    assert bring(later) == account(0, 1)
    assert facts(tmp_path) == before
