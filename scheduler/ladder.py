"""The ladder for salons: greedy repair, neighbourhoods, the whole day, then comfort; each rung only when it may pay.

Parts that share nothing (the stores of a chain) are climbed side by side at first, and by themselves in turns after that.
"""

from __future__ import annotations

import math
import threading
from concurrent.futures import ThreadPoolExecutor

from scheduler.board import reach
from scheduler.check import ProblemError
from scheduler.components import components, together
from scheduler.incumbent import Incumbent
from scheduler.limits import Deadline
from scheduler.part import Part
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.proof import PROVABLE

FIRST_SECONDS = 0.3
"""The first round of each rung; every further round takes twice as long."""

FIRST_PATIENCE = 12
"""Neighbourhoods without gain before the whole day is tried for the first time."""

SHORT_SECONDS = 0.15
"""With less there is time for a neighbourhood or two; the whole day's model alone takes longer to build."""

COMFORT_PATIENCE = 4 * FIRST_PATIENCE

TELL_SECONDS = 0.5
"""To verify the whole of many parts takes longer than a neighbourhood."""

ABREAST_SHARE = 0.7
"""Of many stores each is improved alone for its share of so much of the time; the rest is for proofs and for the open ones."""

OTHERS_SHARE = 0.3
"""What is left of the time for the stores in which nothing has happened."""

MOST_UNITS = 100_000_000
"""Units of time of all technicians and places together, each of which is a bit on the board."""


def climb(problem: Problem, incumbent: Incumbent, deadline: Deadline, hint: Plan | None = None) -> None:
    """Improve the incumbent until proven or out of time; components are climbed one after the other, in turns.

    Raises ProblemError when the horizon has too many units for a board.
    """
    parts: list[Part] = []
    told, telling = -math.inf, threading.Lock()

    def tell() -> None:
        """To verify the whole of many parts takes longer than a neighbourhood, so it waits for more to come."""
        nonlocal told
        with telling:
            if len(parts) == 1 or deadline.spent - told > TELL_SECONDS:
                incumbent.offer(together(problem, [p.incumbent.best for p in parts], _stage(parts)))
                told = deadline.spent

    lanes = len(problem.technicians) + len(problem.places) + 1
    if problem.horizon * lanes > MOST_UNITS:
        raise ProblemError("horizon_too_long", "horizon", "choose a longer unit of time")
    if reach(problem) * lanes > MOST_UNITS:
        raise ProblemError("day_too_long", "", "a break or a clean-up ends too long after the horizon")
    subproblems = components(problem)
    parts.extend(Part(sub, deadline, tell) for sub in subproblems)
    for part in parts:
        part.alone = len(parts) == 1
        part.first(_of(hint, part.problem), check=len(parts) > 1)
    tell()
    for part in parts:
        part.make_way()
    told = -math.inf
    tell()
    for part in parts:
        part.bound()
    # Where something has happened there is something to gain.
    parts.sort(key=lambda part: not part.disturbed)
    _prove_together(problem, parts, incumbent)
    try:
        _climb_parts(problem, parts, incumbent, deadline)
    finally:
        for part in parts:
            part.end()
            part.comfort_floors()
        told = -math.inf
        tell()
        _prove_together(problem, parts, incumbent)


def _climb_prime(problem: Problem, parts: list[Part], incumbent: Incumbent, deadline: Deadline, end: float) -> None:
    """What customers feel, part by part in rounds, until all is proven or the deadline has so many seconds left."""
    seconds, patience = FIRST_SECONDS, FIRST_PATIENCE
    open_parts = parts
    while deadline.left > end and open_parts:
        for part in sorted(open_parts, key=lambda part: part.open_level != "unserved"):
            if deadline.left <= end:
                break
            share = min(seconds, deadline.left)
            part.beside()
            part.firm(share, patience)
            part.whole(share, prime=True)
            part.prime(share, patience)
            part.listen()
            if seconds > FIRST_SECONDS:
                part.relax(0.3 * deadline.left)
            if len(open_parts) > 1:
                # One thread beside is what there is; it goes on where it was when the part's turn comes again.
                part.end()
            _prove_together(problem, parts, incumbent)
        seconds, patience = seconds * 2, patience * 2
        open_parts = [part for part in open_parts if not part.proven(prime=True)]


def _climb_abreast(parts: list[Part], deadline: Deadline) -> None:
    """Give each of many parts its share of the time, as many at once as there are threads: CP-SAT lets go of the lock."""
    workers = deadline.limits.workers
    seconds = ABREAST_SHARE * deadline.left * workers / len(parts)

    def turn(part: Part) -> None:
        half = min(seconds / 2, deadline.left)
        part.firm(half, FIRST_PATIENCE)
        if part.open_level == "unserved":
            part.whole(min(half, deadline.left), prime=True)
        part.prime(min(seconds - half, deadline.left), FIRST_PATIENCE)

    with ThreadPoolExecutor(workers, thread_name_prefix="stores") as pool:
        for done in [pool.submit(turn, part) for part in parts]:
            done.result()


def _climb_parts(problem: Problem, parts: list[Part], incumbent: Incumbent, deadline: Deadline) -> None:
    if deadline.left < SHORT_SECONDS:
        for part in parts:
            if deadline.left > 0:
                part.prime(deadline.left, FIRST_PATIENCE)
        return
    disturbed = [part for part in parts if part.disturbed]
    if problem.published and len(disturbed) < len(parts):
        _climb_prime(problem, disturbed, incumbent, deadline, OTHERS_SHARE * deadline.left)
    elif len(parts) > deadline.limits.workers > 1 and not deadline.limits.deterministic:
        _climb_abreast(parts, deadline)
    _climb_prime(problem, parts, incumbent, deadline, 0.0)
    seconds, patience = 1.0, COMFORT_PATIENCE
    complete = set(problem.objective) <= PROVABLE
    while deadline.left > 0 and not (complete and incumbent.proven):
        before = incumbent.best.objective
        for part in parts:
            if deadline.left > 0:
                part.whole(min(seconds, deadline.left), prime=False)
                part.comfort(min(seconds, deadline.left), patience)
        _prove_together(problem, parts, incumbent)
        if incumbent.best.objective == before:
            break


def _stage(parts: list[Part]) -> str:
    order = ("greedy", "hint", "neighbourhood", "time-indexed", "whole day")
    return max((p.incumbent.best.stage for p in parts), key=lambda s: order.index(s) if s in order else 0)


def _of(hint: Plan | None, problem: Problem) -> Plan | None:
    if hint is None:
        return None
    names, people = {v.id for v in problem.visits}, {t.id for t in problem.technicians}
    return Plan(
        assignments=tuple(a for a in hint.assignments if a.visit in names),
        breaks=tuple(b for b in hint.breaks if b.technician in people),
        unserved=tuple(name for name in hint.unserved if name in names),
    )


def _prove_together(problem: Problem, parts: list[Part], incumbent: Incumbent) -> None:
    """What the best plans of the parts have at least adds up to what that of the whole has."""
    for level in problem.objective:
        bounds = [part.incumbent.best.bound.get(level) for part in parts]
        known = [bound for bound in bounds if bound is not None]
        if len(known) == len(bounds):
            incumbent.floor(level, sum(known))
