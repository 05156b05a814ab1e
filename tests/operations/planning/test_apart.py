"""Processes beside the hub: what they take along, and what happens when one cannot be begun."""

from __future__ import annotations

import asyncio
import multiprocessing
import weakref
from collections.abc import Iterator
from concurrent.futures import Future
from multiprocessing.context import ForkServerProcess

import pytest

from hub.operations.planning.apart import ENDS_SECONDS, READY, Apart, _end, take_jobs
from tests.operations.planning.telling import tell


@pytest.fixture
def apart() -> Iterator[Apart]:
    made = Apart(tell, "telling")
    yield made
    made.close()


async def loaded(apart: Apart) -> int:
    """The process's id once it can be asked."""
    async with asyncio.timeout(60):
        while not apart.ready():
            await asyncio.sleep(0.01)
    assert apart.pid is not None
    return apart.pid


async def test_it_loads_nothing_of_the_program_that_was_started(apart: Apart) -> None:
    apart.start()
    await loaded(apart)
    assert await apart.think("hub.operations.planning.apart", 10) is True
    assert await apart.think("hub.app", 10) is False
    assert await apart.think("pytest", 10) is False


async def test_one_that_cannot_be_forked_is_begun_by_itself(apart: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    begin, tries = ForkServerProcess.start, 0

    def fail_once(process: ForkServerProcess) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise EOFError("the server process is gone")
        begin(process)

    monkeypatch.setattr(ForkServerProcess, "start", fail_once)
    apart.start()
    await loaded(apart)
    assert tries == 1
    assert await apart.think("hub.operations.planning.apart", 10) is True


async def test_one_that_is_closed_while_it_begins_leaves_nothing_behind(apart: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[ForkServerProcess] = []
    begin = ForkServerProcess.start

    def noted(process: ForkServerProcess) -> None:
        begin(process)
        begun.append(process)

    monkeypatch.setattr(ForkServerProcess, "start", noted)
    apart.start()
    apart.close()
    assert apart.pid is None
    async with asyncio.timeout(60):
        while not (begun and begun[0]._closed):  # type: ignore[attr-defined]
            await asyncio.sleep(0.01)


async def test_its_sign_to_stop_is_there_until_its_end_and_no_longer(apart: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is ended while it still begins would not find it, and say so in a trace."""
    apart.start()
    await loaded(apart)
    assert apart._stop is not None
    sign, there = weakref.ref(apart._stop), list[bool]()
    kill = ForkServerProcess.kill

    def noted(process: ForkServerProcess) -> None:
        there.append(sign() is not None)
        kill(process)

    monkeypatch.setattr(ForkServerProcess, "kill", noted)
    apart.close()
    assert there == [True]
    assert sign() is None


class Stuck:
    """A process on a machine that is too busy even for its end."""

    def __init__(self) -> None:
        self.killed = False
        self.waited: list[float] = []

    def kill(self) -> None:
        self.killed = True

    def join(self, seconds: float) -> None:
        self.waited.append(seconds)

    def is_alive(self) -> bool:
        return True

    def close(self) -> None:
        raise ValueError("Cannot close a process while it is still running.")


def test_a_killed_process_that_takes_long_to_end_holds_up_nobody() -> None:
    begun: Future[None] = Future()
    begun.set_result(None)
    stuck = Stuck()
    _end(stuck, begun, None)  # type: ignore[arg-type]
    assert stuck.killed
    assert stuck.waited == [ENDS_SECONDS]
    assert ENDS_SECONDS < 1


def test_a_hub_that_goes_before_it_is_told_or_answered_is_no_fault() -> None:
    ours, theirs = multiprocessing.Pipe()
    ours.close()
    take_jobs(theirs, len)  # it had just been loaded
    ours, theirs = multiprocessing.Pipe()
    ours.send("job")

    def answer(job: object) -> object:
        assert ours.recv() == READY
        ours.close()
        return job

    take_jobs(theirs, answer)
