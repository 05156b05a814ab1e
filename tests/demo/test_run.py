"""The demo's night: it passes at once, and the next day begins with an empty store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from unittest.mock import AsyncMock
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console
from typer.testing import CliRunner

from hub import serving
from hub.app import Hub, build
from hub.backoffice.security.first_start import Credential
from hub.cli import app
from hub.demo import run, salon
from hub.demo.announcing import announce
from hub.demo.store import Filler, open_demo, roster
from hub.demo.times import end_of_log, made_for_the_demo
from hub.kernel.access import Actor, system
from hub.kernel.clock import ManualClock, ScaledClock
from hub.operations.bookings.tables import BookingRow
from hub.operations.visits.tables import PhaseRunRow
from hub.serving import Server
from hub.settings import Settings
from tests.conftest import Send
from tests.operations.floor import DAY, OPENS, Floor, at, floor_hub, open_floor


class Watch:
    """Real seconds that pass when the test says so."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def fast(watch: Watch) -> ScaledClock:
    return ScaledClock(OPENS, 60, watch)


@pytest.fixture
async def hub(settings: Settings, fast: ScaledClock) -> AsyncIterator[Hub]:
    made = floor_hub(settings, fast, planning=False)
    await made.start()
    yield made
    await made.close()


async def test_who_is_served_at_the_jump_over_the_night_holds_nobody_next_day(
    hub: Hub, store: str, send: Send, desk: Actor, fast: ScaledClock, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor: Floor = await open_floor(hub, store, send, desk)
    served, missing = await floor.book("cut", at(17), technician="lin"), await floor.book("cut", at(17), technician="wang")
    fast.jump_to(at(17))
    await floor.send("visits.start_service", {"item_id": await floor.item(served)}, floor.desk)
    fast.jump_to(at(21, 45))
    prepared: list[date] = []

    async def note(hub: Hub, day: date) -> int:
        prepared.append(day)
        return 0

    monkeypatch.setattr(run, "prepare_days", note)
    await run.next_morning(hub, fast, DAY)
    assert prepared == [DAY + timedelta(days=1)]
    assert fast.now() == at(9, 45) + timedelta(days=1)
    assert {each.state for each in await floor.rows(PhaseRunRow)} == {"done"}
    assert {booking.id: booking.state for booking in await floor.rows(BookingRow)} == {served: "done", missing: "no_show"}


async def test_a_first_start_that_was_cut_off_is_finished_by_the_next(
    settings: Settings, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = build(settings, clock=clock)
    await hub.prepare()
    try:
        with monkeypatch.context() as cut:
            cut.setattr("hub.demo.store._put_team", AsyncMock(side_effect=ConnectionError))
            with pytest.raises(ConnectionError):
                await open_demo(hub)
        assert hub.store_id
        assert len(await open_demo(hub)) == 2 + len(salon.TECHNICIANS)
        assert await open_demo(hub) == []
        await roster(Filler(hub, system(hub.store_id, "demo"), 7), DAY)
    finally:
        await hub.close()


async def test_a_database_without_tables_holds_no_store_yet(tmp_path: Path) -> None:
    """A first start may be cut off as early as that."""
    (tmp_path / "hub.sqlite3").touch()
    settings = Settings(data=tmp_path)
    assert await made_for_the_demo(settings)
    assert await end_of_log(settings) is None


@pytest.mark.parametrize(("ended", "goes_on"), [(at(0, 22), at(9, 45)), (at(11), at(11)), (at(22, 30), at(22, 30))])
async def test_a_demo_that_ended_in_the_small_hours_goes_on_in_the_morning(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, ended: datetime, goes_on: datetime
) -> None:
    async def last(_: Settings) -> datetime:
        return ended

    monkeypatch.setattr(run, "end_of_log", last)
    assert await run._moment_to_go_on(settings) == goes_on


@pytest.mark.parametrize("lost", [False, True])
def test_a_demo_whose_disk_was_pulled_and_is_back_becomes_the_same_command_anew(
    lost: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a store that is served does; the demo's server runs beside its people, and so has a way of its own."""
    became: list[list[str]] = []

    async def serve(server: Server) -> None:
        server.begins_anew = lost

    async def opened(hub: Hub) -> list[Credential]:
        await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai")
        return []

    async def prepared(hub: Hub, day: date) -> None:
        await hub.close()

    monkeypatch.setattr(Server, "serve", serve)
    monkeypatch.setattr(run, "open_demo", opened)
    monkeypatch.setattr(run, "prepare_days", prepared)
    monkeypatch.setattr(serving.os, "execv", lambda _program, words: became.append(words))
    monkeypatch.setattr(serving.sys, "orig_argv", ["python", "-m", "hub", "demo"])
    done = CliRunner().invoke(app, ["demo", "--data", str(tmp_path / "store"), "--port", "0"])
    assert done.exit_code == 0, done.output
    assert [words[1:] for words in became] == ([["-m", "hub", "demo"]] if lost else [])


@pytest.mark.parametrize("made", [True, False])
def test_whoever_missed_the_passwords_is_told_how_to_come_in(
    made: bool, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A demo that was cut off between making its accounts and showing them."""
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    console, zone = Console(file=StringIO(), width=400), ZoneInfo("Asia/Shanghai")
    shown = [Credential("manager", "Chen", "manager", "hush-hush", None)] if made else []
    announce(console, settings, shown, [], ManualClock(at(9)), zone)
    said = console.file.getvalue()  # type: ignore[attr-defined]
    assert ("hush-hush" in said, f"salon-hub accounts reset-link LOGIN --data {settings.data}" in said) == (made, not made)
