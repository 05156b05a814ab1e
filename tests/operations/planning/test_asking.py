"""The process that thinks about people's questions: it answers, and whatever it does, an answer is there."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import pytest

from hub.operations.planning import asking, trials
from hub.operations.planning.asking import Asking
from hub.operations.planning.trials import Question, Trial, answered, tried
from scheduler import Forced, Item, Phase, Problem, Technician, Visit, verify

CUT = Item("i", (Phase(duration=30, skill="cut"),))


def problem() -> Problem:
    people = tuple(Technician(name, {"cut": 3}, ((0, 300),)) for name in ("anna", "ben"))
    visits = tuple(Visit(name, (replace(CUT, id=f"i-{name}"),), booked_start=60) for name in ("v", "w", "x"))
    return Problem(horizon=400, technicians=people, visits=visits)


def question() -> Question:
    day = problem()
    return Question(day, (Trial(day, (), search=True), Trial(day, (), drop=("x",))))


@pytest.fixture
async def process() -> AsyncIterator[Asking]:
    made = Asking(process=True, patience_seconds=60.0)  # a busy machine's answer is none too late
    made.start()
    async with asyncio.timeout(60):
        while not made.ready():
            await asyncio.sleep(0.02)
    yield made
    made.close()


async def test_the_process_answers_and_a_dead_one_is_stood_in_for_and_replaced(process: Asking) -> None:
    assert process.ready()
    pid = process.pid
    answer = await process.ask(question())
    assert [way is not None and verify(problem(), way.plan).valid for way in answer.ways] == [True, True]
    assert answer.ways[1] is not None
    assert answer.ways[1].plan.unserved == ("x",)
    assert process.pid == pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    again = await process.ask(question())
    assert [way is not None for way in again.ways] == [True, True]
    assert process.pid != pid


async def test_a_hung_process_is_stood_in_for_and_replaced(process: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    pid = process.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    process._patience = 0.1
    monkeypatch.setattr(trials, "SEARCH_SECONDS", 0.0)
    answer = await process.ask(question())
    assert answer.ways[0] is not None
    assert process.pid != pid


async def test_who_leaves_has_the_search_stopped_and_the_next_question_is_answered(process: Asking) -> None:
    pid = process.pid
    leaving = asyncio.create_task(process.ask(Question(problem(), forced=Forced("v", start=200))))
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    answer = await process.ask(question())
    assert len(answer.ways) == 2
    assert process.pid == pid


async def test_what_comes_too_late_for_who_has_left_is_no_answer_to_the_next_question(
    process: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = process.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    process._patience = 0.1
    monkeypatch.setattr(asking, "FORCED_SECONDS", 0.0)
    leaving = asyncio.create_task(process.ask(Question(problem(), forced=Forced("v", start=200))))
    await asyncio.sleep(0.05)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)
    process._patience = 60.0
    answer = await process.ask(question())
    assert len(answer.ways) == 2
    assert process.pid != pid


async def test_without_a_process_every_way_is_repaired_here() -> None:
    made = Asking(process=False)
    answer = await made.ask(question())
    assert made.pid is None
    assert all(answer.ways)
    made.close()


def test_a_way_that_does_not_do_what_it_is_about_is_none() -> None:
    day = problem()
    nobody = replace(day, technicians=())
    assert tried(Trial(nobody, (), serves=("v",)), day, search=False) is None
    served = tried(Trial(day, (), serves=("v",)), day, search=False)
    assert served is not None
    row = next(row for row in served.plan.assignments if row.visit == "v")
    elsewhere = replace(row, start=row.start + 200, end=row.end + 200)
    assert tried(Trial(day, (), must=(elsewhere,)), day, search=False) is None
    assert tried(Trial(day, (), must=(row,)), day, search=False) is not None


def test_minutes_are_told_as_minutes_whoever_they_are_of() -> None:
    day = problem()
    gold = replace(day, visits=tuple(replace(visit, tier_weight=4, promised=(0, 0)) for visit in day.visits))
    plain = answered(Question(replace(gold, now=90)), search=False).before
    assert plain.plan.objective["promise_lateness"] > plain.plain["promise_lateness"]
    assert plain.plain["waiting"] == sum(row.start - 90 for row in plain.plan.assignments)
