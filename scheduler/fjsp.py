"""The flexible job shop as a Problem: machines are technicians with durations of their own, jobs are visits.

Standard text format (Brandimarte 1993): number of jobs and machines (what else stands on that line is ignored), then
per job the number of operations and, for each, the number of machines followed by pairs of machine and time.
"""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.instance_text import InstanceError, Numbers, tokens
from scheduler.problem import Item, Phase, Problem, Technician, Visit

Operation = tuple[tuple[int, int], ...]
"""Machine (from 0) and time, one pair for each machine that can do the operation."""


@dataclass(frozen=True, slots=True)
class Instance:
    """Jobs as sequences of operations on `machines` machines."""

    machines: int
    jobs: tuple[tuple[Operation, ...], ...]


def read(text: str) -> Instance:
    """Parse an FJSP file. Raises InstanceError (code, line)."""
    found = tokens(text)
    if not found:
        raise InstanceError("empty", 1)
    first = found[0].line
    head = Numbers([token for token in found if token.line == first])
    count, machines = head.count("number of jobs"), head.count("number of machines")
    numbers = Numbers([token for token in found if token.line != first])
    jobs = [_job(numbers, number) for number in range(count)]
    numbers.finish()
    named = {machine for job in jobs for operation in job for machine, _ in operation}
    # Machines count from 1, in some collections from 0.
    base = 0 if 0 in named else 1
    if named and max(named) - base >= machines:
        raise InstanceError("machine_unknown", first, f"machine {max(named)} of {machines}")
    return Instance(machines, tuple(tuple(_shifted(operation, base) for operation in job) for job in jobs))


def to_problem(instance: Instance, name: str = "") -> Problem:
    """Jobs become visits of one item whose phases follow each other with any pause; the last end counts."""
    horizon = sum(max(time for _, time in operation) for job in instance.jobs for operation in job)
    visits = tuple(
        Visit(f"j{number}", (Item("job", tuple(_phase(operation) for operation in job), same_technician=False),))
        for number, job in enumerate(instance.jobs)
        if job
    )
    return Problem(
        horizon=horizon,
        technicians=tuple(Technician(f"m{number}", shifts=((0, max(1, horizon)),)) for number in range(instance.machines)),
        visits=visits,
        objective=("unserved", "makespan"),
        unit="step",
        name=name,
    )


def _phase(operation: Operation) -> Phase:
    return Phase(duration_by_technician={f"m{machine}": time for machine, time in operation}, max_gap_before=None)


def _job(numbers: Numbers, number: int) -> tuple[Operation, ...]:
    return tuple(_operation(numbers, number, step) for step in range(numbers.count(f"operations of job {number}")))


def _operation(numbers: Numbers, number: int, step: int) -> Operation:
    what = f"of operation {step} of job {number}"
    choices = numbers.count(f"number of machines {what}", least=1)
    pairs = [(numbers.take(f"machine {what}"), numbers.take(f"time {what}")) for _ in range(choices)]
    # A machine named twice can take the shorter time.
    return tuple(sorted(dict(sorted(pairs, reverse=True)).items()))


def _shifted(operation: Operation, base: int) -> Operation:
    return tuple((machine - base, time) for machine, time in operation)
