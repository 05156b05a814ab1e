"""The demo's night: it passes at once, and the next day begins with an empty store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub import serving
from hub.app import Hub
from hub.backoffice.security.first_start import Credential
from hub.cli import app
from hub.demo import run
from hub.kernel.access import Actor
from hub.kernel.clock import ScaledClock
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
