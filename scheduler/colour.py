"""Concrete places for stays that a model only counted: started stays keep theirs, the rest is coloured by start."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from scheduler.meaning import PhaseKey, is_fact, key_of, phases_of, stays_of
from scheduler.problem import Assignment, Place, Problem, Span


def open_from(place: Place, now: int) -> int | None:
    """From when on the place is free and open for good; None when it closes once more after `now`."""
    if any(now < start < end for start, end in place.closures):
        return None
    return max([place.earliest_free, *(end for start, end in place.closures if start < end)])


def countable_kinds(problem: Problem) -> set[str]:
    """Kinds of place whose places are alike but for when they become free, so that counting them is enough.

    Colouring by start is exact for interval graphs when whatever is settled lies before everything open. A closure that has
    begun is no more than a later moment from which the place is free, unless somebody on it has not ended.
    """
    kinds: dict[str, set[int]] = {}
    closed = set()
    for place in problem.places:
        begin = open_from(place, problem.now)
        kinds.setdefault(place.kind, set()).add(-1 if begin is None else place.clean_up)
        if any(start <= problem.now < end for start, end in place.closures):
            closed.add(place.id)
    alike = {kind for kind, seen in kinds.items() if len(seen) == 1 and -1 not in seen}
    for visit in problem.visits:
        for _, item, phase in phases_of(visit):
            fixed = phase.fixed
            if fixed is not None and fixed.place in closed and not all(is_fact(p) for p in item.phases):
                alike -= {p.place_kind for p in item.phases if p.place_kind is not None}
            if fixed is None or phase.place_kind is None:
                continue
            settled_ahead = fixed.place is not None and (fixed.start is None or fixed.start > problem.now)
            if settled_ahead or (visit.pinned and fixed.start is None):
                alike.discard(phase.place_kind)
        if visit.pinned:
            alike -= {phase.place_kind for _, _, phase in phases_of(visit) if phase.place_kind is not None}
    return alike


def coloured(
    problem: Problem, rows: Sequence[Assignment], kinds: Collection[str], liked: Mapping[PhaseKey, str | None]
) -> list[Assignment] | None:
    """The assignments with places for all open stays of `kinds`; None when they do not fit."""
    places = {p.id: p for p in problem.places}
    visits = {v.id: v for v in problem.visits}
    by_key = {key_of(row): row for row in rows}
    busy_until = {p.id: open_from(p, problem.now) or p.earliest_free for p in problem.places}
    open_stays: list[tuple[int, int, str, list[PhaseKey]]] = []
    for visit in visits.values():
        for item in visit.items:
            for first, last in stays_of(item):
                kind = item.phases[first].place_kind
                keys = [(visit.id, item.id, n) for n in range(first, last + 1) if (visit.id, item.id, n) in by_key]
                if kind not in kinds or not keys:
                    continue
                start, end = by_key[keys[0]].start, by_key[keys[-1]].end
                if is_fact(item.phases[first]):
                    place = by_key[keys[0]].place or ""
                    busy_until[place] = max(busy_until[place], end + places[place].clean_up)
                    for key in keys:
                        by_key[key] = replace(by_key[key], place=place)
                else:
                    open_stays.append((start, end, kind or "", keys))
    by_kind: dict[str, list[str]] = {}
    for place_id, found in places.items():
        by_kind.setdefault(found.kind, []).append(place_id)
    for keys, chosen in _painted(open_stays, by_kind, places, liked, busy_until):
        if chosen is None:
            return None
        for key in keys:
            by_key[key] = replace(by_key[key], place=chosen)
    return list(by_key.values())


def _painted(
    stays: Sequence[tuple[int, int, str, list[PhaseKey]]],
    by_kind: Mapping[str, Sequence[str]],
    places: Mapping[str, Place],
    liked: Mapping[PhaseKey, str | None],
    busy_until: dict[str, int],
) -> Iterator[tuple[list[PhaseKey], str | None]]:
    """A place for each stay by start; None where none is free."""
    wanted: dict[str, list[Span]] = {}
    for start, end, _, keys in stays:
        wanted.setdefault(liked.get(keys[0]) or "", []).append((start, end))
    for start, end, kind, keys in sorted(stays):
        free = [p for p in by_kind[kind] if busy_until[p] <= start]
        chosen = liked.get(keys[0])
        if chosen is None or chosen not in free:
            until = end + places[free[0]].clean_up if free else end
            chosen = _out_of_the_way(free, (start, until), wanted, busy_until) if free else None
        if chosen is not None:
            busy_until[chosen] = end + places[chosen].clean_up
        yield keys, chosen


def _out_of_the_way(
    free: Sequence[str], span: Span, wanted: Mapping[str, Sequence[Span]], busy_until: Mapping[str, int]
) -> str:
    """A place that fewest others would rather have meanwhile; of these the one that became free last leaves longer gaps."""

    def rivals(place: str) -> int:
        return sum(start < span[1] and end > span[0] for start, end in wanted.get(place, ()))

    return min(free, key=lambda place: (rivals(place), -busy_until[place]))
