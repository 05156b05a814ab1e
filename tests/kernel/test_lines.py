"""Waiting lines: who comes meanwhile goes next, together, in order; lines of different keys do not wait for each other."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from hub.kernel import lines as lines_module
from hub.kernel.lines import Lines


async def test_those_who_wait_go_together_in_order() -> None:
    served: list[list[int]] = []

    async def serve(_key: str, jobs: list[int]) -> None:
        served.append(jobs)
        await asyncio.sleep(0.01)

    lines: Lines[int] = Lines(serve, 4)
    lines.join("a", 0)
    await asyncio.sleep(0)
    for number in range(1, 8):
        lines.join("a", number)
    assert lines.waiting == 8
    await lines.close()
    assert served == [[0], [1, 2, 3, 4], [5, 6, 7]]
    assert lines.waiting == 0


async def test_a_slow_line_holds_up_no_other() -> None:
    slow, served = asyncio.Event(), []

    async def serve(key: str, jobs: list[int]) -> None:
        if key == "slow":
            await slow.wait()
        served.append((key, jobs))

    lines: Lines[int] = Lines(serve, 4)
    lines.join("slow", 1)
    lines.join("quick", 2)
    await asyncio.sleep(0.01)
    assert served == [("quick", [2])]
    slow.set()
    await lines.close()
    assert served == [("quick", [2]), ("slow", [1])]


async def turns(seconds: float) -> None:
    """Sleeps for as many turns of the loop as there are milliseconds: no busy machine makes one longer than another."""
    for _ in range(round(seconds * 1000)):
        await asyncio.sleep(0)


async def test_those_just_served_are_waited_for_where_several_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight senders that each send again once answered stay one group instead of two that take turns."""
    in_turns = SimpleNamespace(create_task=asyncio.create_task, gather=asyncio.gather, sleep=turns)
    monkeypatch.setattr(lines_module, "asyncio", in_turns)
    sizes: list[int] = []
    answers: dict[int, asyncio.Future[None]] = {}

    async def serve(_key: str, jobs: list[int]) -> None:
        sizes.append(len(jobs))
        await turns(0.005)
        for job in jobs:
            answers[job].set_result(None)

    async def sender(lines: Lines[int], number: int) -> None:
        await turns(number * 0.001)
        for _ in range(10):
            answers[number] = asyncio.get_running_loop().create_future()
            lines.join("a", number)
            await answers[number]
            await turns(0.002)  # the way back

    lines: Lines[int] = Lines(serve, 32, pause=0.02)
    await asyncio.gather(*(sender(lines, number) for number in range(8)))
    await lines.close()
    assert sum(sizes) == 80
    assert sizes.count(8) >= 8


async def test_one_sender_alone_waits_for_nobody() -> None:
    async def serve(_key: str, _jobs: list[int]) -> None:
        await asyncio.sleep(0)

    lines: Lines[int] = Lines(serve, 32, pause=60.0)
    async with asyncio.timeout(20):
        for number in range(3):
            lines.join("a", number)
            await lines.close()
