"""Which visits keep their published technician and start: pinned ones, frozen ones and those moved often enough.

Facts release a held visit: directly, when its published time is no longer possible, or by pushing, when keeping the
published order on its technicians and places moves it later. Nobody else's advantage does.
"""

from __future__ import annotations

from collections import defaultdict

from scheduler.meaning import PhaseKey, duration, eligible, is_fact, key_of, phases_of, ready, started, stays_of, working_spans
from scheduler.problem import Assignment, Phase, Place, Problem, Span, Technician, Visit


def held(problem: Problem) -> dict[str, dict[PhaseKey, Assignment]]:
    """Visit id → its published assignments of open phases, for each visit that may not be moved."""
    published = {key_of(a): a for a in problem.published}
    open_now: dict[str, dict[PhaseKey, Assignment]] = {}
    for visit in problem.visits:
        keys = [key for key, _, phase in phases_of(visit) if not is_fact(phase)]
        if keys and all(key in published for key in keys):
            open_now[visit.id] = {key: published[key] for key in keys}
    visits = {v.id: v for v in problem.visits}
    bound = {name for name, rows in open_now.items() if _is_bound(visits[name], rows, problem)}
    for visit in problem.visits:
        if visit.party is not None and visit.id in bound:
            bound |= {v.id for v in problem.visits if v.party == visit.party}
    if not bound:
        return {}
    released = _released(problem, open_now, visits)
    released |= {v.id for v in problem.visits if v.party is not None and v.id not in open_now and not started(v)}
    for visit in problem.visits:
        if visit.party is not None and visit.id in released:
            released |= {v.id for v in problem.visits if v.party == visit.party}
    return {name: rows for name, rows in open_now.items() if name in bound - released}


def _is_bound(visit: Visit, rows: dict[PhaseKey, Assignment], problem: Problem) -> bool:
    settings = problem.settings
    first = min(a.start for a in rows.values())
    return visit.pinned or visit.moves_so_far >= settings.moves_max or first < problem.now + settings.frozen


def _released(problem: Problem, rows: dict[str, dict[PhaseKey, Assignment]], visits: dict[str, Visit]) -> set[str]:
    """Visits whose published time the facts make impossible or push later in the published order."""
    released: set[str] = set()
    people: dict[str | None, Technician] = {t.id: t for t in problem.technicians}
    places = {p.id: p for p in problem.places}
    pushing: dict[tuple[str, str], list[Span]] = defaultdict(list)
    clean = {p.id: p.clean_up for p in problem.places}
    for visit in problem.visits:
        for _, _, phase in phases_of(visit):
            if is_fact(phase) and phase.fixed is not None and phase.fixed.start is not None:
                fixed = phase.fixed
                start = phase.fixed.start
                end = start + duration(phase, people.get(fixed.technician))
                if fixed.technician is not None:
                    pushing["t", fixed.technician].append((start, end))
                if fixed.place is not None:
                    pushing["p", fixed.place].append((start, end + clean[fixed.place]))
                if visit.customer is not None:
                    pushing["c", visit.customer].append((start, end))
    for name, phases in sorted(rows.items(), key=lambda pair: min(a.start for a in pair[1].values())):
        visit = visits[name]
        if _impossible(people, places, visit, phases):
            released.add(name)
            continue
        spans = _occupied(visit, phases, clean)
        first = min(a.start for a in phases.values())
        delay = _delay(max(0, ready(visit, problem) - first), spans, pushing)
        if delay:
            released.add(name)
            for resource, (start, end) in spans:
                pushing[resource].append((start + delay, end + delay))
    return released


def _delay(delay: int, spans: list[tuple[tuple[str, str], Span]], pushing: dict[tuple[str, str], list[Span]]) -> int:
    moved = True
    while moved:
        moved = False
        for resource, (start, end) in spans:
            for busy_start, busy_end in pushing.get(resource, ()):
                if start + delay < busy_end and busy_start < end + delay:
                    delay, moved = busy_end - start, True
    return delay


def _occupied(visit: Visit, rows: dict[PhaseKey, Assignment], clean: dict[str, int]) -> list[tuple[tuple[str, str], Span]]:
    spans: list[tuple[tuple[str, str], Span]] = []
    if visit.customer is not None:
        spans.append((("c", visit.customer), (min(r.start for r in rows.values()), max(r.end for r in rows.values()))))
    for row in rows.values():
        if row.technician is not None:
            spans.append((("t", row.technician), (row.start, row.end)))
    for item in visit.items:
        for first, last in stays_of(item):
            stay = [rows[visit.id, item.id, n] for n in range(first, last + 1) if (visit.id, item.id, n) in rows]
            if stay and stay[0].place is not None:
                place = stay[0].place
                spans.append((("p", place), (stay[0].start, stay[-1].end + clean.get(place, 0))))
    return spans


def _impossible(
    people: dict[str | None, Technician], places: dict[str, Place], visit: Visit, rows: dict[PhaseKey, Assignment]
) -> bool:
    """Whether the published technicians, places or durations are no longer possible at all at those times."""
    for key, item, phase in phases_of(visit):
        row = rows.get(key)
        if row is None:
            continue
        technician = people.get(row.technician)
        able = technician is not None and eligible(phase, item, technician) and _works(technician, row)
        if phase.needs_technician and not able:
            return True
        if row.end - row.start != duration(phase, technician):
            return True
        if phase.place_kind is not None and not _takes(places.get(row.place or ""), phase, row):
            return True
    return False


def _works(technician: Technician, row: Assignment) -> bool:
    """Whether the technician could work then, other work aside."""
    return (
        row.start >= technician.earliest_free
        and not any(_meets(row, span) for span in technician.absences)
        and any(start <= row.start and row.end <= end for start, end in working_spans(technician))
        and not any(_squeezes(row, rest.earliest, rest.latest_end, rest.length) for rest in technician.breaks)
    )


def _takes(place: Place | None, phase: Phase, row: Assignment) -> bool:
    """Whether the place could take the phase then, other stays aside."""
    return (
        place is not None
        and place.kind == phase.place_kind
        and row.start >= place.earliest_free
        and (phase.fixed is None or phase.fixed.place in (None, place.id))
        and not any(_meets(row, span) for span in place.closures)
    )


def _meets(row: Assignment, span: Span) -> bool:
    return row.start < span[1] and span[0] < row.end


def _squeezes(row: Assignment, earliest: int, latest_end: int, length: int) -> bool:
    return row.start - earliest < length and latest_end - row.end < length and _meets(row, (earliest, latest_end))
