"""The shift minimisation personnel task scheduling problem as a Problem: fixed times, qualified people, fewest of them.

Text format of Krishnamoorthy, Ernst and Baatar (EJOR 219(1), 2012): type 1; number of jobs, start and end of each;
number of workers, for each the count and the indices of the jobs that he is qualified for. Labels ("Jobs =", "12:",
"Worker 3:"), comments and line breaks are free; files without any label are read as well, with or without the leading level.
"""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.instance_text import SIGNS, InstanceError, Numbers, Token, lines_of, tokens, without_label, without_signs
from scheduler.problem import Fixed, Item, Phase, Problem, Technician, Visit

JOBS = frozenset({"jobs", "job", "tasks", "task"})
WORKERS = frozenset({"qualifications", "qualification", "workers", "worker", "employees", "employee", "shifts"})


@dataclass(frozen=True, slots=True)
class Instance:
    """Spans of the tasks and, per worker, the indices of the tasks that he may do."""

    spans: tuple[tuple[int, int], ...]
    qualified: tuple[tuple[int, ...], ...]


def read(text: str) -> Instance:
    """Parse an SMPTSP file. Raises InstanceError (code, line)."""
    found = [token for line in lines_of(tokens(text)) for token in without_label(line, named=True)]
    if not found:
        raise InstanceError("empty", 1)
    if any(token.text.lower() in JOBS for token in found):
        return _labelled(found)
    return _bare(without_signs(found))


def to_problem(instance: Instance, name: str = "") -> Problem:
    """Tasks become visits whose start is fixed, workers technicians; served first, then by as few as possible."""
    able: list[dict[str, int]] = [{} for _ in instance.spans]
    workers = [f"w{number}" for number in range(len(instance.qualified))]
    for worker, jobs in zip(workers, instance.qualified, strict=True):
        for job in jobs:
            start, end = instance.spans[job]
            able[job][worker] = end - start
    horizon = max((end for _, end in instance.spans), default=0)
    visits = tuple(
        # Without anybody qualified the task asks for a skill that nobody has, and stays unserved.
        Visit(f"t{number}", (Item("task", (_phase(span, able[number]),)),))
        for number, span in enumerate(instance.spans)
    )
    return Problem(
        horizon=horizon,
        technicians=tuple(Technician(worker, shifts=((0, max(1, horizon)),)) for worker in workers),
        visits=visits,
        objective=("unserved", "technicians_used"),
        unit="step",
        name=name,
    )


def _phase(span: tuple[int, int], able: dict[str, int]) -> Phase:
    skill = None if able else "nobody"
    return Phase(duration=span[1] - span[0], skill=skill, duration_by_technician=able, fixed=Fixed(start=span[0]))


def _labelled(found: list[Token]) -> Instance:
    kind = _after(found, frozenset({"type"}))
    if kind is not None and found[kind[1]].text != "1":
        raise InstanceError("type_unsupported", found[kind[1]].line, f"type {found[kind[1]].text[:30]}, only 1 is known")
    jobs, workers = _after(found, JOBS), _after(found, WORKERS)
    if jobs is None:
        raise InstanceError("jobs_missing", found[-1].line, "no number after 'Jobs'")
    if workers is None or workers < jobs:
        raise InstanceError("qualifications_missing", found[-1].line, "no 'Qualifications' after the jobs")
    head, *lines = lines_of(found[jobs[1] : workers[0]])
    numbers = Numbers(without_signs([*head, *(token for line in lines for token in without_label(line, named=False))]))
    spans = _spans(numbers)
    numbers.finish()
    numbers = Numbers(without_signs(found[workers[1] :]))
    instance = _with_workers(spans, numbers)
    numbers.finish()
    return instance


def _after(found: list[Token], labels: frozenset[str]) -> tuple[int, int] | None:
    """Positions of the first label that a whole number follows, and of that number."""
    for position, token in enumerate(found):
        if token.text.lower() in labels:
            number = next((n for n in range(position + 1, len(found)) if found[n].text not in SIGNS), len(found))
            if number < len(found) and found[number].text.isdigit():
                return position, number
    return None


def _bare(found: list[Token]) -> Instance:
    """Only numbers: skip a leading level and type as far as the counts then come out exactly."""
    refused: InstanceError | None = None
    for skipped in (2, 1, 0):
        if skipped and (len(found) <= skipped or found[skipped - 1].text != "1"):
            continue
        try:
            numbers = Numbers(found[skipped:])
            instance = _with_workers(_spans(numbers), numbers)
            numbers.finish()
        except InstanceError as error:
            refused = refused or error
        else:
            return instance
    raise refused or InstanceError("empty", 1)


def _spans(numbers: Numbers) -> tuple[tuple[int, int], ...]:
    count = numbers.count("number of jobs")
    spans = []
    for job in range(count):
        start = numbers.take(f"start of job {job}")
        line = numbers.line
        end = numbers.take(f"end of job {job}")
        if end < start:
            raise InstanceError("span_reversed", line, f"job {job} ends at {end}, before its start {start}")
        spans.append((start, end))
    return tuple(spans)


def _with_workers(spans: tuple[tuple[int, int], ...], numbers: Numbers) -> Instance:
    lists = []
    named: dict[int, int] = {}
    for worker in range(numbers.count("number of workers")):
        count = numbers.count(f"count of worker {worker}")
        lists.append([_job(numbers, worker, named) for _ in range(count)])
    # Indices count from 0; a file that names every index but 0, and the number of jobs itself, counts from 1.
    base = 1 if named and 0 not in named and max(named) == len(spans) else 0
    if named and max(named) - base >= len(spans):
        worst = max(named)
        raise InstanceError("job_unknown", named[worst], f"index {worst} with {len(spans)} jobs, counted from {base}")
    return Instance(spans, tuple(tuple(sorted({job - base for job in jobs})) for jobs in lists))


def _job(numbers: Numbers, worker: int, named: dict[int, int]) -> int:
    """`named`: job → line on which it was first met."""
    line = numbers.line
    job = numbers.take(f"job of worker {worker}")
    named.setdefault(job, line)
    return job
