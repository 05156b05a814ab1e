"""Concrete places for stays that a model only counted: started stays keep theirs, the rest is coloured by start."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from scheduler.meaning import PhaseKey, is_fact, key_of, phases_of, stays_of
from scheduler.problem import Assignment, Problem


def countable_kinds(problem: Problem) -> set[str]:
    """Kinds of place whose places are alike but for when they become free, so that counting them is enough.

    Colouring by start is exact for interval graphs when whatever is settled lies before everything open.
    """
    kinds: dict[str, set[int]] = {}
    for place in problem.places:
        kinds.setdefault(place.kind, set()).add(-1 if place.closures else place.clean_up)
    alike = {kind for kind, seen in kinds.items() if len(seen) == 1 and -1 not in seen}
    for visit in problem.visits:
        for _, _, phase in phases_of(visit):
            fixed = phase.fixed
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
    busy_until = {p.id: p.earliest_free for p in problem.places}
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
    for start, end, kind, keys in sorted(open_stays):
        free = [p for p in by_kind[kind] if busy_until[p] <= start]
        if not free:
            return None
        wish = liked.get(keys[0])
        # The place that became free last leaves the others longer gaps.
        chosen = wish if wish is not None and wish in free else max(free, key=lambda p: busy_until[p])
        busy_until[chosen] = end + places[chosen].clean_up
        for key in keys:
            by_key[key] = replace(by_key[key], place=chosen)
    return list(by_key.values())
