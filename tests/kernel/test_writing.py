"""The switch: what is lost with a pulled disk is told from what heals by itself, and left to a new process."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text

from hub import serving
from hub.app import Hub, build
from hub.kernel import writing as writing_module
from hub.kernel.clock import ManualClock
from hub.kernel.database import Database
from hub.kernel.errors import UNAVAILABLE, Refused
from hub.kernel.fresh_look import is_sound
from hub.kernel.tables import EventRow
from hub.kernel.writing import LOST_PROBES, FilesLostError, Writing
from hub.serving import ANEW_AFTER_SECONDS, Server, run
from hub.settings import Settings
from tests.conftest import MORNING

FAULT = sqlite3.OperationalError("disk I/O error")
FAULT.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing_module, "PROBE_SECONDS", 0.001)


class Tries:
    """What each try to write comes to, the last one for ever; and what a new process sees."""

    def __init__(self, *outcomes: Exception | None, sound: bool = True) -> None:
        self.made = self.looks = 0
        self._outcomes = outcomes
        self.sound = sound

    async def write(self) -> None:
        outcome = self._outcomes[min(self.made, len(self._outcomes) - 1)]
        self.made += 1
        if outcome is not None:
            raise outcome

    async def look(self) -> bool:
        self.looks += 1
        return self.sound

    async def of(self, made: int) -> None:
        async with asyncio.timeout(20):
            while self.made < made:
                await asyncio.sleep(0.001)


async def test_a_disk_that_comes_back_under_other_files_takes_a_new_process() -> None:
    away = OSError(5, "Input/output error")
    tries = Tries(away, away, FilesLostError())
    switch = Writing(tries.write, tries.look)
    switch.note(FAULT)
    async with asyncio.timeout(20):
        while not switch.files_lost:
            await asyncio.sleep(0.001)
    assert (switch.cause, tries.made, tries.looks) == ("disk_fault", 2 + LOST_PROBES, 1)
    await switch.close()


async def test_a_store_that_a_new_process_finds_unsound_is_shown_on() -> None:
    tries = Tries(FilesLostError(), sound=False)
    switch = Writing(tries.write, tries.look)
    damaged = sqlite3.DatabaseError("malformed")
    damaged.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    switch.note(damaged)
    await tries.of(2 * LOST_PROBES + 1)
    assert (switch.cause, switch.files_lost, tries.looks) == ("damaged", False, 2)
    await switch.close()


async def test_what_heals_by_itself_asks_nobody() -> None:
    tries = Tries(*[FilesLostError()] * (LOST_PROBES - 1), FAULT, *[FilesLostError()] * (LOST_PROBES - 1), None)
    switch = Writing(tries.write, tries.look)
    switch.note(FAULT)
    async with asyncio.timeout(20):
        while switch.cause is not None:
            await asyncio.sleep(0.001)
    assert (switch.files_lost, tries.looks) == (False, 0)
    await switch.close()


@pytest.mark.sqlite  # a server looks after its own files
async def test_what_is_damaged_is_not_written_before_a_new_process_has_looked(hub: Hub, store: str) -> None:
    assert store
    hub.database.writing.cause = "damaged"
    with pytest.raises(FilesLostError):
        await hub.database._try_writing()
    hub.database.writing.cause = None
    await hub.database._try_writing()


def _furnished(data: Path) -> Path:
    async def furnish() -> None:
        hub = build(Settings(data=data, solver_threads=0), clock=ManualClock(MORNING))
        await hub.prepare()
        await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai")
        await hub.close()

    asyncio.run(furnish())
    return data / "hub.sqlite3"


def _scribbled(path: Path) -> None:
    body = bytearray(path.read_bytes())
    for at in range(4096, len(body), 4096):
        body[at : at + 64] = bytes(64)
    path.write_bytes(bytes(body))


def test_a_new_process_tells_a_sound_store_from_others(tmp_path: Path) -> None:
    path = _furnished(tmp_path / "a store's folder #1")
    assert asyncio.run(is_sound(path))
    assert not asyncio.run(is_sound(tmp_path / "nowhere.sqlite3"))
    with closing(sqlite3.connect(tmp_path / "empty.sqlite3")) as made:
        made.execute("CREATE TABLE store (id)")
    assert not asyncio.run(is_sound(tmp_path / "empty.sqlite3")), "there is no store in it"
    _scribbled(path)
    assert not asyncio.run(is_sound(path))


def test_what_cannot_be_read_is_refused_with_its_cause_and_a_fault_of_ours_is_not(tmp_path: Path) -> None:
    path = _furnished(tmp_path / "store")
    _scribbled(path)

    async def read() -> None:
        database = Database(f"sqlite+aiosqlite:///{path}")
        try:
            with pytest.raises(Refused) as refused:
                async with database.read("s") as session:
                    await session.scalars(select(EventRow))
            assert (refused.value.kind, refused.value.params) == (UNAVAILABLE, {"what": "database", "cause": "damaged"})
        finally:
            await database.close()

    asyncio.run(read())


async def test_a_wrong_statement_is_no_fault_of_the_disk(hub: Hub, store: str) -> None:
    with pytest.raises(Exception, match="no_such_table"):
        async with hub.database.read(store) as session:
            await session.execute(text("SELECT 1 FROM no_such_table"))


async def test_the_server_stops_for_a_new_process_but_not_again_and_again(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(serving, "monotonic", lambda: now)
    server = Server(hub)
    assert not await server.on_tick(0)
    hub.database.writing.files_lost = True
    now = ANEW_AFTER_SECONDS - 1
    assert not await server.on_tick(0)
    now = ANEW_AFTER_SECONDS
    assert await server.on_tick(0)
    assert server.begins_anew


async def test_a_served_hub_becomes_the_same_command_anew(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[list[str]] = []

    def stopped(server: Server) -> None:
        server.begins_anew = wants_it

    monkeypatch.setattr(Server, "run", stopped)
    monkeypatch.setattr(serving.os, "execv", lambda _program, words: became.append(words))
    monkeypatch.setattr(serving.sys, "orig_argv", ["python", "-m", "hub", "serve", "--port", "8000"])
    wants_it = False
    run(hub)
    assert became == []
    wants_it = True
    run(hub)
    assert [words[1:] for words in became] == [["-m", "hub", "serve", "--port", "8000"]]
