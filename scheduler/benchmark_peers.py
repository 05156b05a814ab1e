"""Other solvers on the same problem. Each runs in a process of its own, so that none can hold up or crash the others.

greedy: one pass by a dispatching rule or by insertion. pyjobshop: PyJobShop on OR-Tools. highs: a MIP in HiGHS through
OR-Tools' MathOpt. cpsat: the textbook model in CP-SAT, without bounds or hints. A peer gets the seconds for solving;
what it needs to build its model counts as well, what it needs to load does not.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from scheduler import fixed_times, fixed_times_shape, flexible_shop
from scheduler.fixed_times import FixedTimes
from scheduler.flexible_shop import FlexibleShop
from scheduler.greedy import greedy
from scheduler.json_form import plan_from_json, plan_to_json, problem_from_json, problem_to_json
from scheduler.plan import Plan
from scheduler.problem import Problem

PEERS = ("greedy", "pyjobshop", "highs", "cpsat")

GRACE_SECONDS = 60.0
"""What a peer may overrun before it is ended: start of the process, building of the model, and slow last steps."""

State = Literal["plan", "none", "missing", "unfit"]


@dataclass(frozen=True, slots=True)
class PeerRun:
    """`plan` found in `seconds`; else `none` found in time, peer `missing`, or the problem's shape does not fit it."""

    state: State
    plan: Plan | None = None
    seconds: float = 0.0


def run_peer(name: str, problem: Problem, seconds: float, workers: int) -> PeerRun:
    """Let a peer solve the problem in a process of its own."""
    if name == "pyjobshop" and importlib.util.find_spec("pyjobshop") is None:
        return PeerRun("missing")
    command = [sys.executable, "-m", "scheduler.benchmark_peers", name, str(seconds), str(workers)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            input=problem_to_json(problem),
            capture_output=True,
            text=True,
            timeout=seconds + GRACE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return PeerRun("none", seconds=seconds + GRACE_SECONDS)
    if done.returncode:
        return PeerRun("none", seconds=seconds)
    said = json.loads(done.stdout)
    plan = plan_from_json(json.dumps(said["plan"])) if said["plan"] is not None else None
    return PeerRun("plan" if plan else said["state"], plan, said["seconds"])


def solve_with(name: str, problem: Problem, seconds: float, workers: int) -> PeerRun:
    """The peer's answer in this process; loading its libraries is not counted."""
    answer: Callable[[], Plan | None] | None = None
    if name == "greedy":
        answer = _greedy(problem)
    elif fixed_times_shape.suits(problem):
        by_name = _fixed_times_peers(name)
        answer = lambda: by_name(fixed_times.fixed_times(problem), seconds, workers)  # noqa: E731
    elif flexible_shop.suits(problem):
        of_shop = _flexible_shop_peers(name)
        answer = lambda: of_shop(flexible_shop.flexible_shop(problem), seconds, workers)  # noqa: E731
    else:
        of_day = _day_peers(name, problem)
        answer = (lambda: of_day(problem, seconds, workers)) if of_day is not None else None
    if answer is None:
        return PeerRun("unfit")
    begun = time.monotonic()
    plan = answer()
    return PeerRun("plan" if plan else "none", plan, time.monotonic() - begun)


def _greedy(problem: Problem) -> Callable[[], Plan | None]:
    def fixed() -> Plan:
        shape = fixed_times.fixed_times(problem)
        return shape.plan(fixed_times.first(shape), "greedy")

    def shop() -> Plan:
        found = flexible_shop.flexible_shop(problem)
        schedules = (flexible_shop.dispatch(found, longest_first=first) for first in (True, False))
        return found.plan(min(schedules, key=found.end), "greedy")

    if fixed_times_shape.suits(problem):
        return fixed
    return shop if flexible_shop.suits(problem) else lambda: greedy(problem)


def _fixed_times_peers(name: str) -> Callable[[FixedTimes, float, int], Plan | None]:
    if name == "pyjobshop":
        from scheduler import benchmark_pyjobshop

        return benchmark_pyjobshop.fixed_times_plan
    if name == "highs":
        from scheduler import benchmark_highs

        return benchmark_highs.fixed_times_plan
    from scheduler import benchmark_cpsat

    return benchmark_cpsat.fixed_times_plan


def _flexible_shop_peers(name: str) -> Callable[[FlexibleShop, float, int], Plan | None]:
    if name == "pyjobshop":
        from scheduler import benchmark_pyjobshop

        return benchmark_pyjobshop.flexible_shop_plan
    if name == "highs":
        from scheduler import benchmark_highs

        return benchmark_highs.flexible_shop_plan
    from scheduler import benchmark_cpsat

    return benchmark_cpsat.flexible_shop_plan


def _day_peers(name: str, problem: Problem) -> Callable[[Problem, float, int], Plan | None] | None:
    if name == "cpsat":
        from scheduler import benchmark_cpsat

        return benchmark_cpsat.day_plan
    from scheduler.benchmark_days import sayable

    if not sayable(problem):
        return None
    if name == "pyjobshop":
        from scheduler import benchmark_pyjobshop_day

        return benchmark_pyjobshop_day.day_plan
    from scheduler import benchmark_highs_day

    return benchmark_highs_day.day_plan


def _work(name: str, seconds: float, workers: int) -> None:
    run = solve_with(name, problem_from_json(sys.stdin.read()), seconds, workers)
    plan = json.loads(plan_to_json(run.plan)) if run.plan is not None else None
    sys.stdout.write(json.dumps({"state": run.state, "plan": plan, "seconds": run.seconds}))


if __name__ == "__main__":
    _work(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
