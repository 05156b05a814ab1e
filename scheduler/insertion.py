"""Where one visit fits on a board: the earliest start, with whom and where. Deterministic; changes nothing but by `put`."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Sequence
from dataclasses import replace

from scheduler.board import Board, facts_of, lowest
from scheduler.fit import MOST_TRIES, Ask, Crew, Fit, crews
from scheduler.masks import spans_of
from scheduler.meaning import is_fact, ready, started, stays_of
from scheduler.problem import Assignment, Item, Visit


class Inserter:
    """Finds places for visits on one board; remembers who can staff what."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self._crews: dict[tuple[str, str], list[Crew]] = {}

    def crews_of(self, visit: Visit, item: Item) -> list[Crew]:
        """All ways to staff an item of a visit."""
        key = visit.id, item.id
        if key not in self._crews:
            self._crews[key] = crews(self.board, item)
        return self._crews[key]

    def forget(self, visit: str) -> None:
        """Forget who can staff a visit, because another one of that name is asked about."""
        for key in [key for key in self._crews if key[0] == visit]:
            del self._crews[key]

    def place_visit(self, visit: Visit, ask: Ask) -> tuple[Assignment, ...] | None:
        """Assignments for the whole visit, starting as early as possible; None when it does not fit at all."""
        if len(facts_of(visit, self.board.technicians)) == sum(len(i.phases) for i in visit.items):
            return tuple(facts_of(visit, self.board.technicians))
        ask = replace(ask, not_before=max(ask.not_before, ready(visit, self.board.problem)))
        for _ in range(MOST_TRIES):
            rows = self._place_items(visit, ask)
            if rows is None:
                return None
            first, last = min(r.start for r in rows), max(r.end for r in rows)
            clashes = [end for start, end in self.board.busy_of_customer(visit) if start < last and first < end]
            if not clashes:
                return rows
            if ask.exact is not None or started(visit):
                return None
            ask = replace(ask, not_before=max(clashes))
        return None

    def moments(self, visit: Visit) -> set[int]:
        """Starts of the visit at which somebody or some place becomes free, or is free no longer, for a phase of a service."""
        found: set[int] = set()
        for item in visit.items:
            for crew in self.crews_of(visit, item):
                found |= self._moments(item, crew)
        return found

    def _moments(self, item: Item, crew: Crew) -> set[int]:
        found: set[int] = set()
        stays = {
            first: (item.phases[first].place_kind or "", sum(crew.lengths[first : last + 1])) for first, last in stays_of(item)
        }
        early = late = 0
        for number, length in enumerate(crew.lengths):
            pause = item.phases[number].max_gap_before if number else 0
            late += self.board.horizon if pause is None else pause
            freed: set[int] = set()
            for name in crew.people[number]:
                freed |= _edges(self.board.work[name].starts(length))
                freed |= {earliest + rest for rest, earliest, _, _ in self.board.sliding(name)}
                freed |= {at + rest for at in freed for rest, _, _, _ in self.board.sliding(name)}
            kind, stay = stays.get(number, ("", 0))
            for place in self.board.by_kind.get(kind, ()):
                freed |= _edges(self.board.stay_starts(place, stay))
            # With a pause before the phase the visit may begin earlier by as much, or wait where it is.
            found |= {moment - by for moment in freed for by in {early, min(early + late, moment)}}
            early += length
        return found

    def _place_items(self, visit: Visit, ask: Ask) -> tuple[Assignment, ...] | None:
        before = self.board.rows.get(visit.id, ())
        best: tuple[tuple[int, int], tuple[Assignment, ...]] | None = None
        for order in _orders(visit, ask):
            rows = self._place_in_order(visit, order, ask)
            if rows is not None:
                key = min(r.start for r in rows), max(r.end for r in rows)
                if best is None or key < best[0]:
                    best = key, rows
        if before or len(visit.items) > 1:
            self.board.put(visit, before)
        return best[1] if best else None

    def _place_in_order(self, visit: Visit, order: Sequence[Item], ask: Ask) -> tuple[Assignment, ...] | None:
        rows = facts_of(visit, self.board.technicians)
        if rows or len(visit.items) > 1:
            self.board.put(visit, rows)
        cursor = max([ask.not_before, *(r.end for r in rows if r.item != order[0].id)])
        exact = ask.exact if not rows else None
        for number, item in enumerate(order):
            own = [r for r in rows if r.item == item.id]
            found = self._place_item(visit, item, own, replace(ask, not_before=cursor, exact=exact))
            if found is None:
                return None
            rows = [r for r in rows if r.item != item.id] + list(found)
            cursor, exact = max(cursor, found[-1].end), None
            if number + 1 < len(order):
                self.board.put(visit, rows)
        return tuple(rows)

    def _place_item(self, visit: Visit, item: Item, own: list[Assignment], ask: Ask) -> list[Assignment] | None:
        """The earliest start; among equal ones the earliest end, then the preferred crew."""
        if len(own) == len(item.phases):
            return own
        queue: list[tuple[int, int, tuple[int, ...], int]] = []
        masks: list[tuple[Fit, int]] = []
        staff = crews(self.board, item, _asked_for(item, ask)) if ask.strict else self.crews_of(visit, item)
        for crew in staff:
            if ask.strict and not _wanted_crew(crew, item, ask):
                continue
            fit = Fit(self.board, visit, item, crew, tuple(own), ask)
            mask = fit.starts()
            if mask:
                start = lowest(mask)
                queue.append((start, start + sum(crew.lengths), fit.preference(), len(masks)))
                masks.append((fit, mask))
        heapq.heapify(queue)
        for _ in range(MOST_TRIES * max(1, len(queue))):
            if not queue:
                return None
            start, end, preference, index = heapq.heappop(queue)
            fit, mask = masks[index]
            rows = fit.realise(start)
            if rows is not None:
                return rows
            mask &= mask - 1
            masks[index] = fit, mask
            if mask:
                later = lowest(mask)
                heapq.heappush(queue, (later, end + later - start, preference, index))
        return None


def _edges(mask: int) -> set[int]:
    return {edge for span in spans_of(mask) for edge in span}


def _orders(visit: Visit, ask: Ask) -> list[tuple[Item, ...]]:
    """Orders in which the items may be done: begun ones first, as published when strict, else all (of at most four)."""
    begun = [i for i in visit.items if any(is_fact(p) for p in i.phases)]
    rest = [i for i in visit.items if i not in begun]
    begun.sort(key=lambda i: min(p.fixed.start for p in i.phases if is_fact(p) and p.fixed and p.fixed.start is not None))
    if ask.strict and all((i.id, 0) in ask.wanted for i in rest):
        return [(*begun, *sorted(rest, key=lambda i: ask.wanted[i.id, 0].start))]
    if visit.items_in_order or len(rest) <= 1:
        return [(*begun, *rest)]
    if len(rest) > 4:
        return [(*begun, *rest), (*begun, *reversed(rest))]
    return [(*begun, *order) for order in itertools.permutations(rest)]


def _asked_for(item: Item, ask: Ask) -> set[str]:
    """Everybody who does a phase of the item as wanted."""
    rows = (ask.wanted.get((item.id, n)) for n in range(len(item.phases)))
    return {row.technician for row in rows if row is not None and row.technician is not None}


def _wanted_crew(crew: Crew, item: Item, ask: Ask) -> bool:
    return all(
        not names or (item.id, n) not in ask.wanted or ask.wanted[item.id, n].technician in names
        for n, names in enumerate(crew.people)
    )
