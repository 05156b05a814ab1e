"""The levels of the objective, one function each; docs/scheduler.md gives the same formulas in words."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator

from scheduler.day import Day
from scheduler.meaning import aged, due, key_of, nearness, phases_of, since
from scheduler.problem import Assignment, Level, Visit


def unserved(day: Day) -> int:
    """Number of visits that are not served."""
    return len(day.unserved)


def promise_lateness(day: Day) -> int:
    """Tier weight × aged units that a visit starts after its promise, and × units of pause beyond the allowed in started ones.

    Aged, so that three customers half an hour late are better than one who is an hour and a half late.
    """
    total = 0
    for visit in _served(day):
        latest = due(visit, day.problem)
        if latest is not None and not day.started(visit):
            total += visit.tier_weight * aged(_first_start(day, visit) - latest, day.problem.settings.lateness_ageing)
        if day.started(visit):
            total += visit.tier_weight * _stretch(day, visit)
    return total


def _stretch(day: Day, visit: Visit) -> int:
    extra = 0
    for item in visit.items:
        for before, after in itertools.pairwise(day.item_rows(visit, item)):
            most = item.phases[after.phase].max_gap_before
            if key_of(after) not in day.facts and most is not None:
                extra += max(0, after.start - max(before.end, day.problem.now) - most)
    return extra


def waiting(day: Day) -> int:
    """Tier weight × aged wait: until the first start, and between the services of the visit."""
    total = 0
    for visit in _served(day):
        wait = 0 if day.started(visit) else max(0, _first_start(day, visit) - since(visit, day.problem))
        for (_, end, _), (start, _, item) in itertools.pairwise(day.item_spans(visit)):
            if (visit.id, item.id, 0) not in day.facts:
                wait += max(0, start - end)
        total += visit.tier_weight * aged(wait, day.problem.settings.ageing)
    return total


def changes(day: Day) -> int:
    """Price of every change to the published plan: × nearness × (1 + moves so far)."""
    published = {key_of(a): a for a in day.problem.published}
    settings = day.problem.settings
    total = 0
    for visit in _served(day):
        pairs = [(published[key], day.rows[key]) for key, _, _ in phases_of(visit) if key not in day.facts and key in published]
        if not pairs:
            continue
        price = sum(
            settings.change_technician * (a.technician != b.technician) + settings.change_place * (a.place != b.place)
            for a, b in pairs
        )
        before, after = min(a.start for a, _ in pairs), min(b.start for _, b in pairs)
        price += settings.change_start * abs(after - before)
        total += price * nearness(before, day.problem) * (1 + visit.moves_so_far)
    return total


def wishes(day: Day) -> int:
    """`wish` for each service whose preferred technicians do not do all of it."""
    total = 0
    for visit in _served(day):
        for item in visit.items:
            people = {row.technician for row in _open_rows(day, visit, item.id)} - {None}
            if item.request.kind == "prefers" and not people <= set(item.request.technicians):
                total += day.problem.settings.wish
    return total


def overtime(day: Day) -> int:
    """Units of work outside the shifts of whoever does it."""
    total = 0
    for name, work in day.by_technician.items():
        shifts = day.technicians[name].shifts
        for _, row in work:
            inside = sum(max(0, min(row.end, end) - max(row.start, start)) for start, end in shifts)
            total += row.end - row.start - inside
    return total


def fairness(day: Day) -> int:
    """Sum of squared turns, those taken and those planned; a service by a requested technician is no turn."""
    turns = {t.id: t.turns_taken for t in day.problem.technicians}
    for visit in _served(day):
        for item in visit.items:
            if any((visit.id, item.id, n) in day.facts for n in range(len(item.phases))):
                continue
            first = next((r.technician for r in day.item_rows(visit, item) if r.technician is not None), None)
            requested = item.request.kind in ("must", "prefers") and first in item.request.technicians
            if first is not None and not requested:
                turns[first] += 1
    return sum(count * count for count in turns.values())


def idle(day: Day) -> int:
    """Units between a technician's first and last work in which nothing is done and no break is taken."""
    total = 0
    rests: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for rest in day.plan.breaks:
        rests[rest.technician].append((rest.start, rest.end))
    for name, work in day.by_technician.items():
        first, last = work[0][1].start, max(row.end for _, row in work)
        busy = sum(row.end - row.start for _, row in work)
        resting = sum(max(0, min(end, last) - max(start, first)) for start, end in rests[name])
        total += max(0, last - first - busy - resting)
    return total


def technicians_used(day: Day) -> int:
    """Number of technicians with any work."""
    return len(day.by_technician)


def makespan(day: Day) -> int:
    """When the last work ends."""
    return max((row.end for row in day.plan.assignments), default=0)


def _served(day: Day) -> Iterator[Visit]:
    return (visit for visit in day.problem.visits if visit.id not in day.unserved)


def _first_start(day: Day, visit: Visit) -> int:
    return min(start for start, _, _ in day.item_spans(visit))


def _open_rows(day: Day, visit: Visit, item: str) -> list[Assignment]:
    found = next(i for i in visit.items if i.id == item)
    return [row for row in day.item_rows(visit, found) if key_of(row) not in day.facts]


LEVELS: dict[Level, Callable[[Day], int]] = {
    "unserved": unserved,
    "promise_lateness": promise_lateness,
    "waiting": waiting,
    "changes": changes,
    "wishes": wishes,
    "overtime": overtime,
    "fairness": fairness,
    "idle": idle,
    "technicians_used": technicians_used,
    "makespan": makespan,
}
