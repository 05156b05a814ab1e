"""Other solvers on the same problem. Each runs in a process of its own, so that none can hold up or crash the others.

greedy: one pass by a dispatching rule. pyjobshop: PyJobShop on OR-Tools. highs: a MIP in HiGHS through OR-Tools'
MathOpt. cpsat: the textbook model in CP-SAT, without bounds or hints. A peer gets the seconds for solving; what it
needs to build its model counts as well.
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
    """The peer's answer in this process."""
    begun = time.monotonic()
    if fixed_times_shape.suits(problem):
        plan = FIXED_TIMES[name](fixed_times.fixed_times(problem), seconds, workers)
    elif flexible_shop.suits(problem):
        plan = FLEXIBLE_SHOP[name](flexible_shop.flexible_shop(problem), seconds, workers)
    elif name == "greedy":
        plan = greedy(problem)
    else:
        return PeerRun("unfit")
    return PeerRun("plan" if plan else "none", plan, time.monotonic() - begun)


def _greedy_fixed(shape: FixedTimes, _seconds: float, _workers: int) -> Plan | None:
    return shape.plan(fixed_times.first(shape), "greedy")


def _greedy_shop(shop: FlexibleShop, _seconds: float, _workers: int) -> Plan | None:
    schedules = (flexible_shop.dispatch(shop, longest_first=first) for first in (True, False))
    return shop.plan(min(schedules, key=shop.end), "greedy")


def _pyjobshop_fixed(shape: FixedTimes, seconds: float, workers: int) -> Plan | None:
    from scheduler.benchmark_pyjobshop import fixed_times_plan

    return fixed_times_plan(shape, seconds, workers)


def _pyjobshop_shop(shop: FlexibleShop, seconds: float, workers: int) -> Plan | None:
    from scheduler.benchmark_pyjobshop import flexible_shop_plan

    return flexible_shop_plan(shop, seconds, workers)


def _highs_fixed(shape: FixedTimes, seconds: float, _workers: int) -> Plan | None:
    from scheduler.benchmark_highs import fixed_times_plan

    return fixed_times_plan(shape, seconds)


def _highs_shop(shop: FlexibleShop, seconds: float, _workers: int) -> Plan | None:
    from scheduler.benchmark_highs import flexible_shop_plan

    return flexible_shop_plan(shop, seconds)


def _cpsat_fixed(shape: FixedTimes, seconds: float, workers: int) -> Plan | None:
    from scheduler.benchmark_cpsat import fixed_times_plan

    return fixed_times_plan(shape, seconds, workers)


def _cpsat_shop(shop: FlexibleShop, seconds: float, workers: int) -> Plan | None:
    from scheduler.benchmark_cpsat import flexible_shop_plan

    return flexible_shop_plan(shop, seconds, workers)


FIXED_TIMES: dict[str, Callable[[FixedTimes, float, int], Plan | None]] = {
    "greedy": _greedy_fixed,
    "pyjobshop": _pyjobshop_fixed,
    "highs": _highs_fixed,
    "cpsat": _cpsat_fixed,
}

FLEXIBLE_SHOP: dict[str, Callable[[FlexibleShop, float, int], Plan | None]] = {
    "greedy": _greedy_shop,
    "pyjobshop": _pyjobshop_shop,
    "highs": _highs_shop,
    "cpsat": _cpsat_shop,
}


def _work(name: str, seconds: float, workers: int) -> None:
    run = solve_with(name, problem_from_json(sys.stdin.read()), seconds, workers)
    plan = json.loads(plan_to_json(run.plan)) if run.plan is not None else None
    sys.stdout.write(json.dumps({"state": run.state, "plan": plan, "seconds": run.seconds}))


if __name__ == "__main__":
    _work(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
