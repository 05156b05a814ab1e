"""Processes beside the hub: what they take along, and what happens when one cannot be begun."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import Future
from multiprocessing.context import ForkServerProcess
from typing import cast

import pytest

from hub.operations.planning.apart import READY, Apart, _end, _see_off, take_jobs
from tests.operations.planning.telling import tell, tell_how_much


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


async def test_what_it_has_loaded_is_not_looked_through_for_garbage() -> None:
    made = Apart(tell_how_much, "telling")
    try:
        made.start()
        await loaded(made)
        looked_through, frozen = cast(tuple[int, int], await made.think(None, 10))
        assert looked_through < frozen / 10
    finally:
        made.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux is told which cores a process may take")
async def test_it_leaves_a_core_to_the_hub(apart: Apart) -> None:
    apart.start()
    cores = os.sched_getaffinity(await loaded(apart))
    ours = os.sched_getaffinity(0)
    assert cores < ours or len(ours) == 1
    assert len(ours - cores) <= 1


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
    async with asyncio.timeout(60):
        while sign() is not None:
            await asyncio.sleep(0.01)


class Stuck:
    """A process on a machine that is too busy even for its end."""

    def __init__(self) -> None:
        self.killed = False
        self.waited = threading.Event()
        self.ends = threading.Event()
        self.closed = threading.Event()

    def kill(self) -> None:
        self.killed = True

    def join(self, seconds: float) -> None:
        self.waited.set()
        self.ends.wait(seconds)

    def is_alive(self) -> bool:
        return not self.ends.is_set()

    def close(self) -> None:
        if self.is_alive():
            raise ValueError("Cannot close a process while it is still running.")
        self.closed.set()


def begun_well() -> Future[None]:
    begun: Future[None] = Future()
    begun.set_result(None)
    return begun


def test_nobody_stands_still_for_the_end_of_a_killed_process() -> None:
    stuck = Stuck()
    _end(stuck, begun_well(), None)  # type: ignore[arg-type]
    assert stuck.killed
    assert stuck.waited.wait(10)
    assert not stuck.closed.is_set()
    stuck.ends.set()
    assert stuck.closed.wait(10)


def test_one_that_does_not_even_end_is_left_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.operations.planning.apart.ENDS_SECONDS", 0.01)
    stuck = Stuck()
    _see_off(stuck, begun_well(), None)  # type: ignore[arg-type]
    assert not stuck.closed.is_set()


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
