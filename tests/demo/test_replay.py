"""A day of an imported book is lived again: the copy, its plan, and simulated people who act it out."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from hub import serving
from hub.app import Hub, build
from hub.cli import app
from hub.demo import replay
from hub.demo.people import Fate
from hub.demo.replay import Lived, prepare
from hub.kernel.access import system
from hub.kernel.business_days import days_of
from hub.kernel.errors import Refused
from hub.kernel.natural_keys import natural_key
from hub.operations.bookings.keys import stored_key
from hub.operations.team.queries import shifts, technicians
from hub.serving import Server
from hub.settings import Settings

WINNIPEG = ZoneInfo("America/Winnipeg")
DAY = date(2018, 5, 15)

SERVICES = """IsActive,Code,Desc,Cate,Price,Cost
TRUE,SHCW,Women's hair cut,STYLE,90,5
TRUE,SHCM,Men's hair cut,STYLE,50,5
TRUE,CTU,Color touch up,COLOR,70,10
"""
BOOKINGS = """Code,Staff,Service,Date,Time,TimeInt
ANNA01,MIA,CTU,05/15/2018,9:00:00 AM,540
ANNA01,LEO,SHCW,05/15/2018,10:10:00 AM,610
BENO01,LEO,SHCM,05/15/2018,9:00:00 AM,540
CARA01,LEO,SHCM,05/15/2018,9:00:00 AM,540
DORA01,MIA,SHCW,05/15/2018,2:00:00 PM,840
"""
NO_SHOWS = "Date,Code,Service,Staff\n05/15/2018,DORA01,SHCW,MIA\n"
CANCELLATIONS = """Cancel Date,Code,Service,Staff,Booking Date,Canceled By,Days
05/15/2018,EMIL01,SHCM,LEO,05/15/2018,MIA,0
05/10/2018,FRAN01,SHCM,LEO,05/15/2018,MIA,5
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A store with the small book."""
    book = tmp_path / "book"
    book.mkdir()
    for name, text in (("s", SERVICES), ("b", BOOKINGS), ("n", NO_SHOWS), ("c", CANCELLATIONS)):
        (book / f"{name}.csv").write_text(text)
    result = CliRunner().invoke(app, ["import", "salon-csv", str(book), "--data", str(tmp_path / "store")])
    assert result.exit_code == 0, result.output
    return tmp_path / "store"


def ask(data: Path, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(data / "hub.sqlite3")) as database:
        return database.execute(question).fetchall()


def settings_of(data: Path) -> Settings:
    return Settings(data=data, port=0, solver_threads=0, front_end=data / "dist")


@pytest.fixture
async def lived(data: Path) -> AsyncIterator[Lived]:
    made = await prepare(settings_of(data), DAY, speed=60)
    yield made
    await made.hub.close()


LIVED_AGAIN = "FROM booking WHERE natural_key LIKE 'replay:%'"
PLANNED = (
    "SELECT a.technician_id, a.start FROM assignment a JOIN booking b ON b.id = a.booking_id "
    "WHERE b.natural_key LIKE 'replay:%' AND a.ordinal = 0"
)


async def test_the_day_is_todays_on_a_copy(lived: Lived, data: Path) -> None:
    copy = lived.hub.settings.data
    assert ask(data, f"SELECT count(*) {LIVED_AGAIN}") == [(0,)], "the store itself is left alone"
    starts = [
        datetime.fromisoformat(f"{start}+00:00").astimezone(WINNIPEG)
        for (start,) in ask(copy, f"SELECT booked_start {LIVED_AGAIN} ORDER BY booked_start")
    ]
    assert {start.date() for start in starts} == {lived.today}
    assert [f"{start:%H:%M}" for start in starts].count("09:00") == 3
    assert f"{lived.clock.now().astimezone(WINNIPEG):%Y-%m-%d %H:%M}" == f"{lived.today} 08:45"
    roster = [day for (day,) in ask(copy, "SELECT date FROM shift")]
    assert roster.count(lived.today.isoformat()) == 2


async def test_who_stayed_away_stays_away_and_who_rang_up_rings_up(lived: Lived) -> None:
    rung_up = natural_key("cancellation", "EMIL01", "2018-05-15", "SHCM", "LEO", "2018-05-15")
    assert len(lived.bookings) == 5, "who cancelled on an earlier day was not expected"
    assert _fates(lived)[stored_key(lived.hub.vault, rung_up)].cancels is not None
    assert [fate.cancels for fate in lived.fates.values()].count(None) == 1


def _fates(lived: Lived) -> dict[str, Fate]:
    return {key: lived.fates[found] for key, found in lived.bookings.items() if found in lived.fates}


async def test_two_bookings_of_one_stylist_at_once_are_parted_by_the_plan(lived: Lived) -> None:
    await lived.hub.start()
    planned: list[tuple[Any, ...]] = []
    ends = time.monotonic() + 30
    while len(planned) < 6 and time.monotonic() < ends:
        await asyncio.sleep(0.2)
        planned = ask(lived.hub.settings.data, PLANNED)
    assert len(planned) == 6
    assert len(set(planned)) == len(planned)


async def test_preparing_the_same_day_again_goes_on_with_it(lived: Lived, data: Path) -> None:
    events = ask(lived.hub.settings.data, "SELECT max(seq) FROM event")
    again = await prepare(settings_of(data), DAY, speed=60)
    await again.hub.close()
    assert again.bookings == lived.bookings
    assert ask(lived.hub.settings.data, "SELECT max(seq) FROM event") == events


NIGHT = """Code,Staff,Service,Date,Time,TimeInt
ANNA01,MIA,SHCM,05/15/2018,2:10:00 AM,130
BENO01,LEO,SHCM,05/15/2018,1:15:00 AM,75
"""


@pytest.mark.parametrize(
    ("now", "starts"),
    [
        # 02:10 is skipped that night, and is what the old offset gives; so is the hour that somebody else worked.
        (datetime(2026, 3, 8, 16, tzinfo=UTC), ["01:15-0600", "03:10-0500"]),
        # 01:15 comes twice that night and means the first.
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), ["01:15-0500", "02:10-0600"]),
        (datetime(2026, 5, 12, 16, tzinfo=UTC), ["01:15-0500", "02:10-0500"]),
    ],
)
async def test_a_night_is_lived_again_when_the_clocks_change_and_where_today_is_closed(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime, starts: list[str]
) -> None:
    (tmp_path / "book" / "b.csv").write_text(NIGHT)
    done = await asyncio.to_thread(
        CliRunner().invoke, app, ["import", "salon-csv", str(tmp_path / "book"), "--data", str(data)]
    )
    assert done.exit_code == 0, done.output
    store = build(settings_of(data))
    await store.prepare()
    async with store.database.read(store.store_id) as session:
        who = next(iter(await technicians(session))).id
        days = days_of(WINNIPEG, "00:00")
        rostered = [shift.id for shift in await shifts(session, *days.span(DAY)) if shift.technician_id == who]
    today = now.astimezone(WINNIPEG).date()
    closed = {"date": today.isoformat(), "name": {"zh": "盘点", "en": "stocktaking"}}
    hour = {"technician_id": who, "date": DAY.isoformat(), "start": "02:00", "end": "03:00"}
    gone: list[tuple[str, dict[str, Any]]] = [("team.remove_shift", {"shift_id": shift_id}) for shift_id in rostered]
    for name, command in (("catalog.close_day", closed), *gone, ("team.put_shift", hour)):
        await store.door.send(name, command, system(store.store_id, "test"), store.chance.id())
    await store.close()
    monkeypatch.setattr(replay, "datetime", SimpleNamespace(now=lambda _zone: now))
    lived = await prepare(settings_of(data), DAY, speed=60)
    copy = lived.hub.settings.data
    if today.month == 3:
        put = {**hour, "date": today.isoformat()}
        with pytest.raises(Refused, match="ends_before_start"):
            await lived.hub.door.send("team.put_shift", put, system(store.store_id, "test"), lived.hub.chance.id())
    await lived.hub.close()
    assert lived.today == today
    found = ask(copy, f"SELECT booked_start {LIVED_AGAIN} ORDER BY booked_start")
    local = [datetime.fromisoformat(f"{start}+00:00").astimezone(WINNIPEG) for (start,) in found]
    assert {f"{start:%H:%M%z}" for start in local} >= set(starts)
    assert ask(copy, "SELECT count(*) FROM closed_day") == [(0,)]


@pytest.mark.parametrize(
    ("options", "said", "code"),
    [(["2018-05-16"], "2018-05-15", 1), (["2018-05-15", "--data", "nowhere"], "nowhere", 2)],
)
def test_a_day_that_is_not_there_is_refused(data: Path, options: list[str], said: str, code: int) -> None:
    place = [] if "--data" in options else ["--data", str(data)]
    result = CliRunner().invoke(app, ["replay-day", *options, *place])
    assert result.exit_code == code
    assert said in result.output
    assert not data.with_name("store-replays").exists()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2018-02-30", "31/05/2018", "today", ""])
@pytest.mark.parametrize("command", ["replay-day", "review-day"])
def test_what_is_no_day_is_refused_before_anything(tmp_path: Path, command: str, day: str) -> None:
    result = CliRunner().invoke(app, [command, day, "--data", str(tmp_path / "store")])
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize(
    "options",
    [["--port", "65536"], ["--port", "-1"], ["--speed", "0"], ["--speed", "nan"], ["--speed", "inf"], ["--speed", "x"]],
)
def test_a_port_or_a_speed_that_there_is_not_is_refused(tmp_path: Path, options: list[str]) -> None:
    result = CliRunner().invoke(app, ["replay-day", str(DAY), "--data", str(tmp_path), *options])
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)


@pytest.fixture
def running(data: Path) -> Iterator[Path]:
    """The folder of a copy on which a fast day runs in a process of its own."""
    command = [sys.executable, "-m", "hub", "replay-day", str(DAY), "--data", str(data), "--port", "0", "--speed", "600"]
    environment = os.environ | {"SALON_HUB_SOLVER_THREADS": "0"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment) as process:
        try:
            yield data.with_name("store-replays")
        finally:
            process.send_signal(signal.SIGTERM)
            said = process.communicate(timeout=30)[0].decode()
            assert "desk" in said
            assert "Traceback" not in said, said


@pytest.mark.slow
def test_simulated_people_act_the_day_out(running: Path) -> None:
    ends = time.monotonic() + 90
    served: list[tuple[Any, ...]] = []
    while not served and time.monotonic() < ends:
        time.sleep(1)
        for copy in running.glob("*/hub.sqlite3"):
            try:
                served = ask(copy.parent, "SELECT id FROM visit WHERE state IN ('served', 'at_checkout', 'left')")
            except sqlite3.OperationalError:
                continue  # not yet made, or being written
    assert served


@pytest.mark.parametrize("lost", [False, True])
def test_a_day_whose_disk_was_pulled_and_is_back_becomes_the_same_command_anew(
    lost: bool, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a store that is served does, and the demo."""
    became: list[list[str]] = []
    hubs: list[Hub] = []

    def built(*given: Any, **more: Any) -> Hub:
        hubs.append(build(*given, **more))
        return hubs[-1]

    async def serve(server: Server) -> None:
        await hubs[-1].close()
        server.begins_anew = lost

    monkeypatch.setattr(replay, "build", built)
    monkeypatch.setattr(Server, "serve", serve)
    monkeypatch.setattr(serving.os, "execv", lambda _program, words: became.append(words))
    monkeypatch.setattr(serving.sys, "orig_argv", ["python", "-m", "hub", "replay-day", str(DAY)])
    done = CliRunner().invoke(app, ["replay-day", str(DAY), "--data", str(data), "--port", "0"])
    assert done.exit_code == 0, done.output
    assert [words[1:] for words in became] == ([["-m", "hub", "replay-day", str(DAY)]] if lost else [])
