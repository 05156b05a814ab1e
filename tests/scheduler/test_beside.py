"""Bounds in a thread of their own: they arrive, they hold, the thread ends, and what goes wrong there is not lost."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scheduler import Limits, Plan, Problem, greedy, solve
from scheduler.beside import Beside
from scheduler.bounding import Bounding, Floor
from scheduler.generate import generate
from scheduler.meaning import is_fact, phases_of
from scheduler.proof import felt_gap, hopeless

PATIENCE_SECONDS = 60.0


def bounding(problem: Problem) -> Bounding:
    lost = hopeless(problem)
    open_visits = [v.id for v in problem.visits if v.id not in lost and any(not is_fact(p) for _, _, p in phases_of(v))]
    return Bounding(problem, open_visits, lost)


def until(asked: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not asked():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


def test_floors_arrive_and_are_below_the_plan() -> None:
    problem = generate("small", 2, 0.6)
    plan = greedy(problem)
    beside = Beside(bounding(problem), plan, lambda: PATIENCE_SECONDS)
    floors: list[Floor] = []

    def heard() -> bool:
        floors.extend(beside.poll(plan))
        return any(floor.level == "promise_lateness" and floor.bound for floor in floors)

    try:
        until(heard)
    finally:
        beside.end()
    assert all(floor.bound <= plan.objective[floor.level] for floor in floors)
    until(lambda: beside.idle)


def test_what_goes_wrong_beside_is_raised_where_the_floors_are_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Bounding, plan: Plan) -> bool:
        raise ArithmeticError("no bound")

    monkeypatch.setattr(Bounding, "suits", broken)
    problem = generate("small", 2, 0.6)
    plan = greedy(problem)
    beside = Beside(bounding(problem), plan, lambda: PATIENCE_SECONDS)
    until(lambda: beside.idle)
    with pytest.raises(ArithmeticError):
        beside.poll(plan)


def test_two_threads_prove_what_customers_feel_of_a_small_day() -> None:
    plan = solve(generate("small", 2, 0.6), limits=Limits(seconds=30, workers=2))
    gap = felt_gap(plan)
    assert gap is not None
    assert gap <= 0.2
    assert all(plan.bound[level] <= plan.objective[level] for level in plan.bound)


def test_the_floors_are_collected_when_time_is_over_whoever_has_the_turn() -> None:
    problem = generate("small", 2, 0.6)
    plan, day, over = greedy(problem), bounding(problem), threading.Event()
    beside = Beside(day, plan, lambda: 0.0 if over.is_set() else PATIENCE_SECONDS)
    done = threading.Event()

    def holder() -> None:
        with day.turn.taken():
            over.set()
            done.wait(PATIENCE_SECONDS)

    thread = threading.Thread(target=holder)
    thread.start()
    assert over.wait(PATIENCE_SECONDS)
    beside.poll(plan)
    assert thread.is_alive()
    done.set()
    thread.join()
    beside.end()


LEFT_AT_WORK = """
import atexit, random, threading, time

# What is registered first is done last, just before Python is taken down.
atexit.register(lambda: print(threading.active_count()))

import numpy as np
from scheduler import greedy
from scheduler.beside import Beside
from scheduler.bounding import Bounding
from scheduler.generate import generate
from scheduler.mip import Mip
from tests.scheduler.test_beside import bounding

def hard(self, plan):
    dice, mip = random.Random(1), Mip(self.turn)
    mip.choices(120)
    for _ in range(25):
        mip.row([(n, dice.randint(1, 1000)) for n in range(120)], 0, 20_000)
    at_work.set()
    mip.integral({n: -dice.randint(1, 1000) for n in range(120)}, np.array([], dtype=np.int64), 0.0, time.monotonic() + 3)
    return False

at_work, Bounding.suits = threading.Event(), hard
problem = generate("small", 2, 0.6)
beside = Beside(bounding(problem), greedy(problem), lambda: 60.0)
assert at_work.wait(60)
time.sleep(1)
beside.end()
assert not beside.idle
"""


def test_nothing_is_at_work_any_more_when_python_is_taken_down() -> None:
    """A thread that comes back from HiGHS then aborts the process: "terminate called without an active exception"."""
    script = [sys.executable, "-c", LEFT_AT_WORK]
    done = subprocess.run(script, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")
