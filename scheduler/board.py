"""Who and what is busy when, as bit masks: bit n of a mask says that unit n is free. Insertion and slots work on it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from scheduler.meaning import duration, is_fact, phases_of, started, stays_of, working_spans
from scheduler.problem import Assignment, Break, BreakTime, Place, Problem, Span, Technician, Visit


def span_mask(start: int, end: int) -> int:
    """Bits start … end - 1; empty when end ≤ start."""
    start = max(start, 0)
    return (1 << end) - (1 << start) if end > start else 0


def runs(mask: int, length: int) -> int:
    """Bits from which `length` consecutive bits of `mask` are set; all bits of `mask` for length 0 or 1."""
    reached = 1
    while reached < length:
        step = min(reached, length - reached)
        mask &= mask >> step
        reached += step
    return mask


def lowest(mask: int) -> int:
    """Number of the lowest set bit; -1 when none is set."""
    return (mask & -mask).bit_length() - 1


class Lane:
    """One technician or place: when it could work at all, and which visit takes it when.

    `allowed` are the moments at which work without length may lie, also between two units: bit n is the start of unit n.
    """

    def __init__(self, base: int, allowed: int) -> None:
        self.base = base
        self.allowed = allowed
        self.taken: dict[str, int] = {}
        self.moments: dict[str, list[int]] = {}
        """Work without length by visit: it takes no unit, but nothing else may lie across it."""
        self.free = base
        self._runs: dict[int, int] = {}

    def take(self, visit: str, mask: int) -> None:
        """Add to what the visit takes of this lane."""
        self.taken[visit] = self.taken.get(visit, 0) | mask
        self.free &= ~mask
        self._runs.clear()

    def touch(self, visit: str, moment: int) -> None:
        """Note work without length."""
        self.moments.setdefault(visit, []).append(moment)
        self._runs.clear()

    def give_back(self, visit: str) -> None:
        """Free what the visit takes (facts of two visits may overlap, so the rest is laid again)."""
        if self.moments.pop(visit, None) is not None:
            self._runs.clear()
        if self.taken.pop(visit, None) is not None:
            busy = 0
            for mask in self.taken.values():
                busy |= mask
            self.free = self.base & ~busy
            self._runs.clear()

    def starts(self, length: int) -> int:
        """Bits from which the lane is free for `length` units."""
        found = self._runs.get(length)
        if found is None:
            found = self.beside(runs(self.free, length), length) if length else self._between()
            self._runs[length] = found
        return found

    def _between(self) -> int:
        busy = ~self.outside_work()
        return self.allowed & ~(busy & busy << 1)

    def beside(self, starts: int, length: int, more: Sequence[int] = ()) -> int:
        """Of these starts those from which `length` units lie across no work without length (nor across `more`)."""
        for moment in (*itertools.chain.from_iterable(self.moments.values()), *more):
            # What lies far beyond them costs nothing.
            starts &= ~span_mask(moment - length + 1, min(moment, starts.bit_length()))
        return starts

    def outside_work(self) -> int:
        """All bits in which nothing is done, without end."""
        room = -1
        for mask in self.taken.values():
            room &= ~mask
        return room

    def rests(self, room: int, length: int, window: Span, moments: Sequence[int] = ()) -> int:
        """Bits of `room` from which a break may be taken in a window, across no moment of work either."""
        return self.beside(runs(room & span_mask(*window), length), length, moments)


class Board:
    """Occupancy of the whole day; the facts are on it from the start."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.horizon = problem.horizon
        self.technicians: dict[str, Technician] = {t.id: t for t in problem.technicians}
        self.places: dict[str, Place] = {p.id: p for p in problem.places}
        self.by_kind: dict[str, list[Place]] = {}
        for place in problem.places:
            self.by_kind.setdefault(place.kind, []).append(place)
        self.turns = {t.id: t.turns_taken for t in problem.technicians}
        self.rows: dict[str, tuple[Assignment, ...]] = {}
        self.visits: dict[str, Visit] = {v.id: v for v in problem.visits}
        widest = max((p.clean_up for p in problem.places), default=0)
        self._whole = span_mask(0, self.horizon + widest)
        facts = {visit.id: facts_of(visit, self.technicians) for visit in problem.visits}
        self._over = max([self.horizon, *(row.end for rows in facts.values() for row in rows)])
        # Nobody asks for what lies beyond.
        self.far = _far(problem, self._over)
        self.work = {t.id: Lane(self._working(t), self._working(t, 1)) for t in problem.technicians}
        # `open` is where a stay may be, `stay` also keeps the clean-up of others clear.
        self.open = {p.id: Lane(self._open(p), self._open(p, 1)) for p in problem.places}
        self.stay = {p.id: Lane(self._whole, self._whole | self._whole << 1) for p in problem.places}
        self._started = {v.id for v in problem.visits if started(v)}
        self._of_customer: dict[str, list[str]] = {}
        for visit in problem.visits:
            if visit.customer is not None:
                self._of_customer.setdefault(visit.customer, []).append(visit.id)
        self._kind_starts: dict[str, dict[int, int]] = {}
        self._sliding: dict[str, list[tuple[int, int, int, int]]] = {}
        for visit in problem.visits:
            self.put(visit, facts[visit.id])
        for technician in problem.technicians:
            self._settle_breaks(technician)

    def _working(self, technician: Technician, edge: int = 0) -> int:
        """Units in which somebody could work; with an `edge` of 1 the moments for work without length."""
        mask = 0
        for start, end in working_spans(technician):
            mask |= span_mask(start, min(end, self.horizon) + edge)
        for start, end in technician.absences:
            mask &= ~span_mask(start + edge, min(end, self.horizon + 1))
        return mask & ~span_mask(0, min(technician.earliest_free, self.horizon + 1))

    def _open(self, place: Place, edge: int = 0) -> int:
        mask = span_mask(place.earliest_free, self.horizon + edge)
        for start, end in place.closures:
            mask &= ~span_mask(start + edge, min(end, self.horizon + 1))
        return mask

    def _settle_breaks(self, technician: Technician) -> None:
        """Drop breaks for which facts leave no room, block those that cannot slide, remember those that can."""
        lane = self.work[technician.id]
        room = lane.outside_work()
        for index, rest in sorted(enumerate(technician.breaks), key=lambda pair: pair[1].latest_end):
            latest_end = _latest_end(technician, rest, self._over)
            starts = lane.rests(room, rest.length, (rest.earliest, latest_end))
            if not starts:
                continue
            start = lowest(starts)
            room &= ~span_mask(start, start + rest.length)
            self._sliding.setdefault(technician.id, []).append((rest.length, rest.earliest, latest_end, index))
            if starts == 1 << start:
                lane.base &= ~span_mask(start, start + rest.length)
                lane.allowed &= ~span_mask(start + 1, start + rest.length)
                lane.free &= lane.base

    def sliding(self, technician: str) -> list[tuple[int, int, int, int]]:
        """Breaks that fit beside the facts: length, earliest start, latest end, index; by latest end."""
        return self._sliding.get(technician, [])

    def breaks_of(self, technician: str, extra: int = 0, moments: Sequence[int] = ()) -> list[BreakTime] | None:
        """Times for the technician's breaks around the work on the board, `extra` and `moments`; None when one does not fit."""
        wanted = self._sliding.get(technician)
        if not wanted:
            return []
        lane = self.work[technician]
        room = lane.outside_work() & ~extra
        found = []
        for length, earliest, latest_end, index in wanted:
            starts = lane.rests(room, length, (earliest, latest_end), moments)
            if not starts:
                return None
            start = lowest(starts)
            room &= ~span_mask(start, start + length)
            found.append(BreakTime(technician, index, start, start + length))
        return found

    def put(self, visit: Visit, rows: Sequence[Assignment]) -> None:
        """Lay the visit's assignments (facts included) on the board in place of what it had there."""
        self.lift(visit.id)
        by_key = {(row.item, row.phase): row for row in rows}
        for row in rows:
            if row.technician is not None:
                self._lay(self.work[row.technician], visit.id, row.start, row.end)
        for item in visit.items:
            for first, last in stays_of(item):
                stay = [by_key[item.id, n] for n in range(first, last + 1) if (item.id, n) in by_key]
                if stay and stay[0].place is not None:
                    place = self.places[stay[0].place]
                    self._kind_starts.pop(place.kind, None)
                    self._lay(self.stay[place.id], visit.id, stay[0].start, stay[-1].end + place.clean_up)
        self.rows[visit.id] = tuple(rows)
        self._count_turns(visit.id, 1)

    def _lay(self, lane: Lane, visit: str, start: int, end: int) -> None:
        lane.take(visit, span_mask(start, min(end, self.far)))
        if start == end:
            lane.touch(visit, start)

    def lift(self, visit: str) -> None:
        """Take everything of the visit off the board."""
        if self.rows.get(visit):
            self._count_turns(visit, -1)
            for row in self.rows[visit]:
                if row.technician is not None:
                    self.work[row.technician].give_back(visit)
                if row.place is not None:
                    self._kind_starts.pop(self.places[row.place].kind, None)
                    self.stay[row.place].give_back(visit)
        self.rows.pop(visit, None)

    def _count_turns(self, visit: str, step: int) -> None:
        for row in self.rows.get(visit, ()):
            if row.phase == 0 and row.technician is not None:
                self.turns[row.technician] += step

    def stay_starts(self, place: Place, length: int) -> int:
        """Bits at which a stay of `length` on the place may begin."""
        return self.open[place.id].starts(length) & self.stay[place.id].starts(length + place.clean_up)

    def kind_starts(self, kind: str, length: int) -> int:
        """Bits at which some place of the kind could take a stay of `length`."""
        known = self._kind_starts.setdefault(kind, {})
        if length not in known:
            free = 0
            for place in self.by_kind.get(kind, ()):
                free |= self.stay_starts(place, length)
            known[length] = free
        return known[length]

    def breaks(self) -> tuple[BreakTime, ...]:
        """Times for all breaks."""
        return tuple(b for t in self.technicians for b in self.breaks_of(t) or ())

    def busy_of_customer(self, visit: Visit) -> list[Span]:
        """When the visit's customer is in other visits."""
        names: Sequence[str] = self._of_customer.get(visit.customer or "", ())
        if visit.id in self._started:
            # Two visits that have both begun are the world's business.
            names = [name for name in names if name not in self._started]
        laid = [self.rows[name] for name in names if name != visit.id and self.rows.get(name)]
        return [(min(r.start for r in rows), max(r.end for r in rows)) for rows in laid]


def reach(problem: Problem) -> int:
    """The number of units of a board: beyond the horizon where clean-up or breaks end later."""
    technicians = {t.id: t for t in problem.technicians}
    ends = (row.end for visit in problem.visits for row in facts_of(visit, technicians))
    return _far(problem, max([problem.horizon, *ends]))


def _far(problem: Problem, over: int) -> int:
    widest = max((p.clean_up for p in problem.places), default=0)
    ends = [_latest_end(t, rest, over) for t in problem.technicians for rest in t.breaks]
    return max([problem.horizon + widest + 1, *ends])


def _latest_end(technician: Technician, rest: Break, over: int) -> int:
    """The end of a break's window, or what is late enough for all breaks once the work is over."""
    return min(rest.latest_end, max(over, rest.earliest) + sum(one.length for one in technician.breaks))


def facts_of(visit: Visit, technicians: Mapping[str, Technician]) -> list[Assignment]:
    """The assignments that a visit's facts amount to."""
    rows = []
    for key, _, phase in phases_of(visit):
        fixed = phase.fixed
        if is_fact(phase) and fixed is not None and fixed.start is not None:
            length = duration(phase, technicians.get(fixed.technician or ""))
            rows.append(Assignment(*key, fixed.technician, fixed.place, fixed.start, fixed.start + length))
    return rows
