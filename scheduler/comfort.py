"""What the best plan has at least of overtime, turns and idle time: from who can do what alone, whenever it is done.

Turns: every service that counts for somebody is given to whoever can do it so that the sum of squares is least. One service
after the other goes to the technician with the fewest turns to whom a chain of others handing theirs on leads; that is optimal,
since every further turn of one technician costs more than the one before (convex costs, successive shortest paths).
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Mapping

from scheduler.meaning import eligible, is_fact
from scheduler.problem import Item, Level, Problem, Visit

MOST_SERVICES = 200
"""Beyond, everybody counts as able: chains of hundreds take as long as a neighbourhood."""

Able = frozenset[str]


def comfort_floors(problem: Problem, unserved: int) -> dict[Level, int]:
    """Lower bounds of `overtime`, `fairness` and `idle` among plans that leave at most so many visits unserved."""
    found: dict[Level, int] = {"overtime": _overtime_begun(problem), "fairness": _fairness(problem, unserved), "idle": 0}
    return {level: bound for level, bound in found.items() if level in problem.objective}


def _overtime_begun(problem: Problem) -> int:
    """Of what has happened or is fixed as it is."""
    shifts = {t.id: t.shifts for t in problem.technicians}
    total = 0
    for visit in problem.visits:
        for item in visit.items:
            for phase in item.phases:
                fixed = phase.fixed
                if not is_fact(phase) or fixed is None or fixed.technician is None or fixed.start is None or fixed.end is None:
                    continue
                inside = sum(max(0, min(fixed.end, end) - max(fixed.start, start)) for start, end in shifts[fixed.technician])
                total += fixed.end - fixed.start - inside
    return total


def _fairness(problem: Problem, unserved: int) -> int:
    turns = {t.id: t.turns_taken for t in problem.technicians}
    wanted = {visit.id: [able for item in visit.items if (able := _able(problem, visit, item))] for visit in problem.visits}
    counts = sorted((len(services) for services in wanted.values()), reverse=True)
    sure = sum(counts[unserved:])
    if unserved or sure > MOST_SERVICES:
        # Whoever is left out may be whoever has most services, and nobody knows which.
        return _level(turns, sure)
    groups = Counter(able for services in wanted.values() for able in services)
    return _shared_out(turns, groups)


def _able(problem: Problem, visit: Visit, item: Item) -> Able:
    """Who may have a turn by the service; nobody where it may be none: it has begun, or somebody is asked for."""
    if any(is_fact(phase) for phase in item.phases) or item.request.kind in ("must", "prefers"):
        return frozenset()
    first = next((phase for phase in item.phases if phase.needs_technician), None)
    if first is None:
        return frozenset()
    return frozenset(t.id for t in problem.technicians if eligible(first, item, t))


def _level(turns: Mapping[str, int], services: int) -> int:
    """The least sum of squares when anybody may do anything: whoever has fewest turns is next."""
    heap = list(turns.values())
    heapq.heapify(heap)
    for _ in range(services if heap else 0):
        heapq.heapreplace(heap, heap[0] + 1)
    return sum(count * count for count in heap)


def _shared_out(turns: Mapping[str, int], groups: Mapping[Able, int]) -> int:
    """The same where only some may do each service."""
    load = dict(turns)
    having: dict[str, Counter[Able]] = defaultdict(Counter)
    for able, count in groups.items():
        for _ in range(count):
            _hand_out(able, load, having)
    return sum(count * count for count in load.values())


def _hand_out(able: Able, load: dict[str, int], having: dict[str, Counter[Able]]) -> None:
    """One more service: to whoever has fewest turns of all who are able, or to whom these could hand on one of theirs."""
    came: dict[str, tuple[str | None, Able]] = dict.fromkeys(able, (None, able))
    queue = sorted(able)
    for name in queue:
        for group, count in having[name].items():
            if count:
                for other in sorted(group - came.keys()):
                    came[other] = name, group
                    queue.append(other)
    last = min(queue, key=lambda name: load[name])
    load[last] += 1
    at: str | None = last
    while at is not None:
        before, group = came[at]
        having[at][group] += 1
        if before is not None:
            having[before][group] -= 1
        at = before
