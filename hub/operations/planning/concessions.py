"""Where a day went beyond the rules, the rules give way as far, so that what happened is one of the plans that are compared."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from scheduler import Assignment, Item, Place, Problem, Request, Span, Technician, Visit


def conceded(problem: Problem, happened: Sequence[Assignment]) -> Problem:
    """The problem with its rules loosened where `happened` broke them. Nothing is made stricter, so its bounds hold."""
    by_technician: dict[str, list[Assignment]] = defaultdict(list)
    by_visit: dict[str, list[Assignment]] = defaultdict(list)
    for row in happened:
        by_visit[row.visit].append(row)
        if row.technician is not None:
            by_technician[row.technician].append(row)
    stays = _stays(happened)
    tags = {t.id: t.tags for t in problem.technicians}
    visits = tuple(_visit(visit, by_visit[visit.id], tags) for visit in problem.visits)
    return replace(
        problem,
        technicians=tuple(_technician(t, by_technician[t.id]) for t in problem.technicians),
        places=tuple(_place(place, stays[place.id]) for place in problem.places),
        visits=_apart(visits, by_visit),
    )


def without(spans: Iterable[Span], used: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of spans when those that were used are taken out."""
    left = list(spans)
    for start, end in used:
        left = [
            piece
            for first, last in left
            for piece in (
                ((first, min(last, start)), (max(first, end), last)) if start < last and first < end else ((first, last),)
            )
            if piece[0] < piece[1]
        ]
    return tuple(left)


def _technician(technician: Technician, work: Sequence[Assignment]) -> Technician:
    """Absences that were worked through, and work before, after or without a shift."""
    shifts = sorted(technician.shifts)
    overtime = technician.overtime_max
    for row in sorted(work, key=lambda row: row.start):
        of_day = [shift for shift in shifts if shift[0] <= row.start]
        if of_day:
            overtime = max(overtime, row.end - of_day[-1][1])
        elif row.start < row.end:
            following = shifts[0][0] if shifts else row.end
            shifts = [(row.start, min(row.end, following)), *shifts]
    spans = [(row.start, row.end) for row in work]
    return replace(technician, shifts=tuple(shifts), overtime_max=overtime, absences=without(technician.absences, spans))


def _stays(happened: Sequence[Assignment]) -> dict[str, list[Span]]:
    """Spans in which one service held a place, pauses between its phases included."""
    found: dict[str, list[Span]] = defaultdict(list)
    ordered = sorted(happened, key=lambda row: (row.visit, row.item, row.phase))
    for _, rows in itertools.groupby(ordered, key=lambda row: (row.visit, row.item)):
        for place, stay in itertools.groupby(rows, key=lambda row: row.place):
            held = list(stay)
            if place is not None:
                found[place].append((held[0].start, held[-1].end))
    for spans in found.values():
        spans.sort()
    return found


def _place(place: Place, stays: Sequence[Span]) -> Place:
    """Closures that were worked through, and cleaning that took less than it should."""
    pauses = [max(0, after[0] - before[1]) for before, after in itertools.pairwise(stays)]
    clean = min([place.clean_up, *pauses])
    return replace(place, clean_up=clean, closures=without(place.closures, stays))


def _visit(visit: Visit, happened: Sequence[Assignment], tags: dict[str, tuple[str, ...]]) -> Visit:
    """Wishes that were not met although they had to be, and services done in another order."""
    if not happened:
        return visit
    people: dict[str, set[str]] = defaultdict(set)
    starts: dict[str, int] = {}
    for row in happened:
        starts[row.item] = min(row.start, starts.get(row.item, row.start))
        if row.technician is not None:
            people[row.item].add(row.technician)
    order = [starts[item.id] for item in visit.items]
    items = tuple(item if _met(item, people[item.id], tags) else replace(item, request=Request()) for item in visit.items)
    return replace(visit, items=items, items_in_order=order == sorted(order))


def _met(item: Item, people: set[str], tags: dict[str, tuple[str, ...]]) -> bool:
    if item.request.kind == "must":
        return people <= set(item.request.technicians)
    return item.request.kind != "tag" or all(item.request.tag in tags.get(name, ()) for name in people)


def _apart(visits: tuple[Visit, ...], happened: dict[str, list[Assignment]]) -> tuple[Visit, ...]:
    """Parties that did not start together are none; somebody who was in two visits at once counts as two people."""
    spans = {name: (min(r.start for r in rows), max(r.end for r in rows)) for name, rows in happened.items() if rows}
    parties: dict[str | None, set[int | None]] = defaultdict(set)
    for visit in visits:
        parties[visit.party].add(spans[visit.id][0] if visit.id in spans else None)
    twice = {
        visit.customer
        for visit, other in itertools.combinations([visit for visit in visits if visit.id in spans], 2)
        if visit.customer == other.customer and _meet(spans[visit.id], spans[other.id])
    }
    return tuple(
        replace(
            visit,
            party=visit.party if len(parties[visit.party]) == 1 else None,
            customer=None if visit.customer in twice else visit.customer,
        )
        for visit in visits
    )


def _meet(one: Span, two: Span) -> bool:
    return one[0] < two[1] and two[0] < one[1]
