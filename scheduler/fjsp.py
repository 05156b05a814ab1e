"""The flexible job shop as a Problem: machines are technicians with durations of their own, jobs are visits.

Standard text format (Brandimarte 1993): number of jobs and machines (what else stands on that line is ignored), then
per job the number of operations and, for each, the number of machines followed by pairs of machine and time. Lines of
words above the numbers, labels ("Job 3:"), comments and signs between the numbers are passed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import dropwhile

from scheduler.instance_text import InstanceError, Numbers, Token, lines_of, tokens, without_label, without_signs
from scheduler.problem import Item, Phase, Problem, Technician, Visit

JOBS = frozenset({"jobs", "job"})

Operation = tuple[tuple[int, int], ...]
"""Machine (from 0) and time, one pair for each machine that can do the operation."""


@dataclass(frozen=True, slots=True)
class Instance:
    """Jobs as sequences of operations on `machines` machines."""

    machines: int
    jobs: tuple[tuple[Operation, ...], ...]


def read(text: str) -> Instance:
    """Parse an FJSP file. Raises InstanceError (code, line)."""
    lines = list(dropwhile(_is_title, lines_of(tokens(text))))
    if not lines:
        raise InstanceError("empty", 1)
    head = Numbers(_head(lines[0]))
    count, machines = head.count("number of jobs"), head.count("number of machines")
    numbers = Numbers([token for line in lines[1:] for token in without_signs(without_label(line, named=False))])
    named: dict[int, int] = {}
    jobs = [_job(numbers, number, named) for number in range(count)]
    numbers.finish()
    # Machines count from 1, in some collections from 0.
    base = 0 if 0 in named else 1
    if named and max(named) - base >= machines:
        worst = max(named)
        raise InstanceError("machine_unknown", named[worst], f"machine {worst} of {machines}, counted from {base}")
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


def _is_title(line: list[Token]) -> bool:
    """A line of words above the numbers."""
    return line[0].text[0].isalpha() and not _names_jobs(line)


def _names_jobs(line: list[Token]) -> bool:
    return not JOBS.isdisjoint(token.text.lower() for token in line)


def _head(line: list[Token]) -> list[Token]:
    """The first line's numbers, also where it names them: "jobs: 10 machines: 6"."""
    if not _names_jobs(line):
        return without_signs(line)
    return [token for token in without_signs(line) if not token.text[0].isalpha()]


def _job(numbers: Numbers, number: int, named: dict[int, int]) -> tuple[Operation, ...]:
    return tuple(_operation(numbers, number, step, named) for step in range(numbers.count(f"operations of job {number}")))


def _operation(numbers: Numbers, number: int, step: int, named: dict[int, int]) -> Operation:
    """`named`: machine → line on which it was first met."""
    what = f"of operation {step} of job {number}"
    choices = numbers.count(f"number of machines {what}", least=1)
    pairs = []
    for _ in range(choices):
        line = numbers.line
        pairs.append((numbers.take(f"machine {what}"), numbers.take(f"time {what}")))
        named.setdefault(pairs[-1][0], line)
    # A machine named twice can take the shorter time.
    return tuple(sorted(dict(sorted(pairs, reverse=True)).items()))


def _shifted(operation: Operation, base: int) -> Operation:
    return tuple((machine - base, time) for machine, time in operation)
