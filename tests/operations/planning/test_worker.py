"""The solver may die, hang or lie: a plan is adopted all the same."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import pytest

from hub.app import Hub
from hub.kernel.clock import ManualClock
from hub.operations.planning.apart import Apart
from hub.operations.planning.replanning import Planner
from hub.operations.planning.tables import PlanRow
from hub.operations.planning.worker import Worker, WorkerFailedError
from hub.settings import Settings
from scheduler import Item, Phase, Plan, Problem, Technician, Visit
from tests.operations.floor import Floor, at, floor_hub

PROBLEM = Problem(
    horizon=100,
    technicians=(Technician("t", {"cut": 1}, ((0, 100),)),),
    visits=(Visit("v", (Item("i", (Phase(duration=30, skill="cut"),)),)),),
)


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    made = floor_hub(settings.model_copy(update={"solver_threads": 1}), clock, planning=True)
    planner = made.ports.get(Planner)
    planner.quiet_seconds, planner.solve_seconds = 0.05, 0.3
    await made.start()
    yield made
    await made.close()


async def _solved(worker: Worker, problem: Problem, seconds: float) -> Plan:
    plan = pickle.loads(await worker.solve(pickle.dumps(problem), seconds))  # noqa: S301 - our own process
    assert isinstance(plan, Plan)
    return plan


async def _loaded(worker: Apart) -> None:
    worker.start()
    for _ in range(600):
        if worker.ready():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the solver process did not load")


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    made = Worker(threads=1, margin_seconds=3.0)
    await _loaded(made)
    yield made
    made.close()


async def test_the_worker_solves_and_is_asked_again(worker: Worker) -> None:
    for _ in range(2):
        plan = await _solved(worker, PROBLEM, 1.0)
        assert [(row.start, row.end) for row in plan.assignments] == [(0, 30)]


@pytest.mark.skipif(sys.platform != "linux", reason="the class of what only idle cores do is Linux's")
async def test_one_that_searches_on_takes_only_what_nobody_else_wants(worker: Worker) -> None:
    """Nothing is asked of it: where others want the processor it may get no answer ready in time."""
    searcher = Worker(threads=1, idle=True)
    searcher.start()
    try:
        assert worker.pid is not None
        assert os.sched_getscheduler(worker.pid) == os.SCHED_OTHER
        async with asyncio.timeout(60):
            while searcher.pid is None or os.sched_getscheduler(searcher.pid) != os.SCHED_IDLE:
                await asyncio.sleep(0.02)
    finally:
        searcher.close()


async def test_a_killed_worker_is_replaced(worker: Worker) -> None:
    before = worker.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    with pytest.raises(WorkerFailedError):
        await _solved(worker, PROBLEM, 1.0)
    await _loaded(worker)
    assert worker.pid != before
    assert (await _solved(worker, PROBLEM, 1.0)).assignments


async def gone(pid: int) -> None:
    """Wait until there is no such process: on a busy machine a killed one takes its time."""
    async with asyncio.timeout(20):
        with suppress(ProcessLookupError):
            while True:
                os.kill(pid, 0)
                await asyncio.sleep(0.01)


async def test_a_hung_worker_is_killed_after_its_limit_and_margin(worker: Worker) -> None:
    assert worker.pid is not None
    hung = worker.pid
    os.kill(hung, signal.SIGSTOP)
    with pytest.raises(WorkerFailedError, match="hung"):
        await _solved(worker, PROBLEM, 0.2)
    await gone(hung)


async def test_nonsense_to_the_worker_is_an_answer_not_a_crash(worker: Worker) -> None:
    broken = replace(PROBLEM, now=-5)
    with pytest.raises(WorkerFailedError, match="now_out_of_range"):
        await _solved(worker, broken, 0.2)


async def test_a_plan_is_adopted_while_the_worker_is_stopped(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    planner = floor.hub.ports.get(Planner)
    assert planner.worker is not None
    await floor.planned()
    await _loaded(planner.worker)
    since = await floor.seq()
    booking = await floor.book("cut", at(10))
    await floor.planned(since=since)
    assert planner.worker.pid is not None
    os.kill(planner.worker.pid, signal.SIGSTOP)
    monkeypatch.setattr(planner.worker, "start", lambda: None)  # the next one takes longer to load than this test
    since = await floor.seq()
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 10}, floor.desk)
    await floor.planned(since=since)
    plans = sorted(await floor.rows(PlanRow), key=lambda row: row.number)
    assert [plan.author for plan in plans[-2:]] == ["solver", "greedy"]


@pytest.mark.parametrize("answer", [pickle.dumps(Plan()), pickle.dumps("no plan"), b"no pickle"])
async def test_a_lying_worker_is_found_out(floor: Floor, monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    planner = floor.hub.ports.get(Planner)
    assert planner.worker is not None
    await floor.planned()
    await _loaded(planner.worker)
    asked = []

    async def lie(problem: bytes, _seconds: float) -> bytes:
        asked.append(problem)
        return answer

    monkeypatch.setattr(planner.worker, "solve", lie)
    since = await floor.seq()
    booking = await floor.book("cut", at(10))
    await floor.planned(since=since)
    assert asked
    assert max(await floor.rows(PlanRow), key=lambda row: row.number).author == "greedy"
    assert (await floor.booking(booking)).planned_start == at(10)
