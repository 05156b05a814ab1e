"""convert, generate, solve and verify."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from scheduler import fjsp, smptsp
from scheduler.check import ProblemError, check
from scheduler.commandline.files import STANDARD, FileError, read_plan, read_problem, read_text, write_text
from scheduler.commandline.interrupting import stopping
from scheduler.generate import generate
from scheduler.instance_text import InstanceError
from scheduler.json_form import plan_to_json, problem_to_json
from scheduler.limits import Limits
from scheduler.plan import Plan
from scheduler.portfolio import load, solve
from scheduler.problem import Problem
from scheduler.verification import verify

BROKEN = 1


def problem_of(form: str, text: str, name: str) -> Problem:
    """An instance file of the form `smptsp` or `fjsp` as a problem. Raises InstanceError."""
    if form == "smptsp":
        return smptsp.to_problem(smptsp.read(text), name)
    return fjsp.to_problem(fjsp.read(text), name)


def run_convert(chosen: argparse.Namespace) -> int:
    """Print the instance as a problem."""
    name = "" if chosen.file == STANDARD else Path(chosen.file).stem
    try:
        problem = problem_of(chosen.form, read_text(chosen.file, lenient=True), name)
        check(problem)
    except (InstanceError, ProblemError) as error:
        raise FileError(f"{chosen.file}: not an instance of {chosen.form}: {error}") from error
    write_text(chosen.out, problem_to_json(problem) + "\n")
    return 0


def run_generate(chosen: argparse.Namespace) -> int:
    """Print a realistic day."""
    write_text(chosen.out, problem_to_json(generate(chosen.size, chosen.seed, chosen.load)) + "\n")
    return 0


def run_solve(chosen: argparse.Namespace) -> int:
    """Write the plan and print one line about it."""
    problem = read_problem(chosen.problem)
    hint = read_plan(chosen.hint) if chosen.hint else None
    with stopping() as (stopped, wait_for):
        limits = Limits(seconds=chosen.seconds, workers=chosen.workers, seed=chosen.seed, should_stop=stopped)

        def search() -> Plan:
            load()
            return solve(problem, hint=hint, limits=limits)

        plan = wait_for(search)
    if chosen.out:
        write_text(chosen.out, plan_to_json(plan) + "\n")
    line = {
        "status": plan.status,
        "objective": dict(plan.objective),
        "bound": dict(plan.bound),
        "proven": {level: plan.bound.get(level) == value for level, value in plan.objective.items()},
        "gap": plan.gap,
        "seconds": round(plan.seconds, 3),
        "seconds_to_first_plan": round(plan.seconds_to_first, 3),
    }
    sys.stdout.write(json.dumps(line) + "\n")
    return 0


def run_verify(chosen: argparse.Namespace) -> int:
    """Print the objective of a valid plan, or the broken rules; say on standard error when the plan claims another value."""
    problem, plan = read_problem(chosen.problem), read_plan(chosen.plan)
    verdict = verify(problem, plan)
    if verdict.valid:
        sys.stdout.write(json.dumps({"valid": True, "objective": dict(verdict.objective)}) + "\n")
        if plan.objective and dict(plan.objective) != dict(verdict.objective):
            sys.stderr.write(f"the plan claims {json.dumps(dict(plan.objective))}\n")
        return 0
    for broken in verdict.broken:
        sys.stdout.write(f"{broken.rule}: {broken.detail} ({', '.join(broken.ids)})\n")
    return BROKEN
