"""How one service fits on a board: with which crew, from which starts, on which places."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from scheduler.board import Board, lowest, span_mask
from scheduler.meaning import duration, eligible, is_fact, started, stays_of
from scheduler.problem import Assignment, Item, Phase, Place, Technician, Visit

MOST_CREWS = 64
"""Combinations of durations tried for a service whose phases may be done by different people."""

MOST_TRIES = 40
"""Starts tried per crew where breaks, places or pauses spoil the one that the masks promise."""

PhaseInItem = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Ask:
    """What is wanted of an insertion: not before, exactly at, and whom it had before.

    `strict` makes people and starts of `wanted` obligatory, `keep_place` the places too.
    """

    not_before: int = 0
    exact: int | None = None
    wanted: Mapping[PhaseInItem, Assignment] = field(default_factory=dict)
    strict: bool = False
    keep_place: bool = False


@dataclass(frozen=True, slots=True)
class Crew:
    """For each phase who may do it (empty: nobody needed) and the duration that all of them need."""

    people: tuple[tuple[str, ...], ...]
    lengths: tuple[int, ...]


REMEMBERED = 4

_known: list[tuple[tuple[Technician, ...], dict[Hashable, list[Crew]]]] = []


def crews(board: Board, item: Item, among: Collection[str] | None = None) -> list[Crew]:
    """All ways to staff an item (with people of `among` only), grouped by duration.

    Those of the last few staffs are remembered: one search asks for the same ones again and again, and so do all visits
    with the same service.
    """
    if among is not None:
        return _crews(board, item, among)
    staff = board.problem.technicians
    found = next((known for people, known in _known if people is staff), None)
    if found is None:
        found = {}
        _known[:] = [(staff, found), *_known[: REMEMBERED - 1]]
    wanted = _staffing(item)
    answer = found.get(wanted)
    if answer is None:
        answer = found[wanted] = _crews(board, item, None)
    return answer


def _staffing(item: Item) -> Hashable:
    """All that `crews` asks of an item: equal for those whom the same people can do in the same time."""
    request = item.request
    asked = (request.kind, request.technicians, request.tag) if request.kind in ("must", "tag") else None
    return item.same_technician, asked, tuple(map(_phase_staffing, item.phases))


def _phase_staffing(phase: Phase) -> Hashable:
    by_level, by_technician = tuple(phase.duration_by_level.items()), tuple(phase.duration_by_technician.items())
    return phase.skill, phase.min_level, phase.duration, by_level, by_technician, phase.fixed, is_fact(phase)


def _crews(board: Board, item: Item, among: Collection[str] | None) -> list[Crew]:
    asked = list(board.technicians.values())
    if among is not None:
        few = [board.technicians[name] for name in among if name in board.technicians]
        asked = few if len(few) < 2 else [t for t in asked if t.id in among]
    able = [
        [(t.id, duration(phase, t)) for t in asked if eligible(phase, item, t)] if phase.needs_technician else []
        for phase in item.phases
    ]
    facts = [is_fact(phase) for phase in item.phases]
    wanting = [n for n, phase in enumerate(item.phases) if phase.needs_technician and not facts[n]]
    if any(not able[n] for n in wanting):
        return []
    plain = [duration(phase, None) for phase in item.phases]
    if item.same_technician and wanting:
        return _single_crews(item, able, wanting, plain)
    choices: list[list[tuple[tuple[str, ...], int]]] = []
    for number in range(len(item.phases)):
        by_length: dict[int, list[str]] = {}
        if number in wanting:
            for name, length in able[number]:
                by_length.setdefault(length, []).append(name)
            choices.append([(tuple(names), length) for length, names in sorted(by_length.items())])
        else:
            choices.append([((), plain[number])])
    combined = itertools.islice(itertools.product(*choices), MOST_CREWS)
    return [Crew(tuple(c[0] for c in combo), tuple(c[1] for c in combo)) for combo in combined]


def _single_crews(item: Item, able: list[list[tuple[str, int]]], wanting: list[int], plain: list[int]) -> list[Crew]:
    named = {phase.fixed.technician for phase in item.phases if is_fact(phase) and phase.fixed and phase.fixed.technician}
    lengths = [dict(pairs) for pairs in able]
    found = []
    for name in lengths[wanting[0]]:
        if all(name in lengths[n] for n in wanting) and (not named or name in named):
            people = tuple((name,) if n in wanting else () for n in range(len(item.phases)))
            found.append(Crew(people, tuple(lengths[n][name] if n in wanting else plain[n] for n in range(len(plain)))))
    return found


@dataclass(frozen=True, slots=True)
class Fit:
    """One item, one crew: `own` are the assignments of the item's phases that are facts (always the first ones)."""

    board: Board
    visit: Visit
    item: Item
    crew: Crew
    own: tuple[Assignment, ...]
    ask: Ask

    def starts(self) -> int:
        """Bits at which the first open phase may start; exact up to breaks and shared places when no pause is allowed."""
        tight = not self.own and all(phase.max_gap_before == 0 for phase in self.item.phases[1:])
        return self._tight_starts() if tight else self._loose_starts()

    def _tight_starts(self) -> int:
        offsets = list(itertools.accumulate(self.crew.lengths, initial=0))
        mask = self._window(0)
        for number, offset in enumerate(offsets[:-1]):
            mask &= self._phase_starts(number) >> offset
        for first, last in stays_of(self.item):
            if not mask:
                break
            length = offsets[last + 1] - offsets[first]
            if self.ask.strict and self._has_its_place(first, length, mask << offsets[first]):
                continue
            mask &= self._kind_starts(first, last, length) >> offsets[first]
        return mask

    def _has_its_place(self, first: int, length: int, mask: int) -> bool:
        """Whether the stay's own place takes it at its one start; then nobody need ask for the other places."""
        wanted = self.ask.wanted.get((self.item.id, first))
        place = self.board.places.get(wanted.place or "") if wanted is not None else None
        phase = self.item.phases[first]
        if place is None or place.kind != phase.place_kind or phase.fixed is not None or mask & (mask - 1):
            return False
        return bool(self.board.stay_starts(place, length) & mask)

    def _kind_starts(self, first: int, last: int, length: int) -> int:
        """Bits at which some place that suits the stay is free for `length` units."""
        kind = self.item.phases[first].place_kind or ""
        if all(self.item.phases[n].fixed is None for n in range(first, last + 1)):
            return self.board.kind_starts(kind, length)
        free = 0
        for place in self._places(first, last):
            free |= self.board.stay_starts(place, length)
        return free

    def _loose_starts(self) -> int:
        number = len(self.own)
        return self._window(number) & self._phase_starts(number) & self._stay_starts(number)

    def _stay_starts(self, number: int) -> int:
        """Bits from which some place could take the stay that begins with the phase; all bits when none begins with it."""
        for first, last in stays_of(self.item):
            if first == number:
                return self._kind_starts(first, last, sum(self.crew.lengths[first : last + 1]))
        return span_mask(0, self.board.horizon + 1)

    def _window(self, number: int) -> int:
        fixed = self.item.phases[number].fixed
        if fixed is not None and fixed.start is not None:
            return self._at(fixed.start)
        if self.own:
            return span_mask(max(self.ask.not_before, self.own[-1].end), self.board.horizon + 1)
        if self.ask.exact is not None:
            return self._at(self.ask.exact) if self.ask.exact >= self.ask.not_before else 0
        return span_mask(self.ask.not_before, self.board.horizon + 1)

    def _at(self, start: int) -> int:
        """The start as a bit; none outside the horizon, however far."""
        return 1 << start if 0 <= start <= self.board.horizon else 0

    def _phase_starts(self, number: int) -> int:
        """Bits at which the phase on its own may start, places aside."""
        length = self.crew.lengths[number]
        mask = span_mask(0, max(0, self.board.horizon - length) + 1)
        if self.crew.people[number]:
            free = 0
            for name in self.crew.people[number]:
                free |= self.board.work[name].starts(length)
            mask &= free
        fixed = self.item.phases[number].fixed
        decreed = fixed.start if fixed is not None else None
        if self.ask.strict and (self.item.id, number) in self.ask.wanted:
            decreed = self.ask.wanted[self.item.id, number].start
        return mask & self._at(decreed) if decreed is not None else mask

    def _places(self, first: int, last: int) -> Iterator[Place]:
        named = {f.place for f in (self.item.phases[n].fixed for n in range(first, last + 1)) if f is not None} - {None}
        for place in self.board.by_kind.get(self.item.phases[first].place_kind or "", ()):
            if not named or place.id in named:
                yield place

    def realise(self, start: int) -> list[Assignment] | None:
        """Concrete times, people and places from this start of the first open phase; None when it does not work out."""
        times = self._times(start)
        if times is None:
            return None
        rows = list(self.own)
        extra: dict[str, tuple[int, tuple[int, ...]]] = {}
        for number in range(len(self.own), len(self.item.phases)):
            begin, end = times[number], times[number] + self.crew.lengths[number]
            who = self._who(number, begin, extra)
            if self.crew.people[number] and who is None:
                return None
            rows.append(Assignment(self.visit.id, self.item.id, number, who, None, begin, end))
        return self._with_places(rows)

    def _times(self, start: int) -> list[int] | None:
        times = [row.start for row in self.own] + [start]
        for number in range(len(self.own) + 1, len(self.item.phases)):
            earliest = times[-1] + self.crew.lengths[number - 1]
            gap = self.item.phases[number].max_gap_before
            latest = self.board.horizon if gap is None or started(self.visit) else earliest + gap
            mask = self._phase_starts(number) & self._stay_starts(number) & span_mask(earliest, latest + 1)
            if not mask:
                return None
            times.append(lowest(mask))
        return times

    def preference(self) -> tuple[int, ...]:
        """Lower is better: as published, as wished, fewest turns, least versatile, next in the rotation."""
        people = [(number, names) for number, names in enumerate(self.crew.people) if names]
        ranks = [min(self._rank(number, name) for name in names) for number, names in people]
        changed, unwished = sum(rank[0] for rank in ranks), max((rank[1] for rank in ranks), default=0)
        return (changed, unwished, *ranks[0][2:]) if ranks else (0, 0)

    def _rank(self, number: int, name: str) -> tuple[int, ...]:
        technician = self.board.technicians[name]
        wanted = self.ask.wanted.get((self.item.id, number))
        changed = wanted is not None and wanted.technician != name
        unwished = self.item.request.kind == "prefers" and name not in self.item.request.technicians
        return int(changed), int(unwished), self.board.turns[name], len(technician.skills), technician.turn_rank

    def _who(self, number: int, begin: int, extra: dict[str, tuple[int, tuple[int, ...]]]) -> str | None:
        """The preferred of those in the crew who are free and can still take their breaks.

        `extra` is what each does of the service so far: bits, and moments of work without length.
        """
        length = self.crew.lengths[number]
        wanted = self.ask.wanted.get((self.item.id, number))
        mask, moments = span_mask(begin, begin + length), () if length else (begin,)
        for name in sorted(self.crew.people[number], key=lambda n: self._rank(number, n)):
            if self.ask.strict and wanted is not None and wanted.technician != name:
                continue
            if not self.board.work[name].starts(length) >> begin & 1:
                continue
            before, others = extra.get(name, (0, ()))
            if self.board.breaks_of(name, before | mask, (*others, *moments)) is None:
                continue
            extra[name] = before | mask, (*others, *moments)
            return name
        return None

    def _with_places(self, rows: list[Assignment]) -> list[Assignment] | None:
        fixed = len(self.own)
        taken: dict[str, int] = {}
        for first, last in stays_of(self.item):
            if last < fixed:
                continue
            start, end = rows[first].start, rows[last].end
            if first < fixed:
                begun = self.board.places[rows[first].place or ""]
                kept = begun if self._holds(begun, start, end) else None
            else:
                kept = self._free_place(first, last, (start, end), taken)
            if kept is None:
                return None
            taken[kept.id] = taken.get(kept.id, 0) | span_mask(start, end + kept.clean_up)
            for number in range(max(first, fixed), last + 1):
                rows[number] = replace(rows[number], place=kept.id)
        return rows

    def _holds(self, place: Place, start: int, end: int) -> bool:
        """Whether a stay that began as a fact can go on to `end`; closures do not drive the customer out."""
        span = span_mask(start, end + place.clean_up)
        return not any(mask & span for name, mask in self.board.stay[place.id].taken.items() if name != self.visit.id)

    def _free_place(self, first: int, last: int, span: tuple[int, int], taken: dict[str, int]) -> Place | None:
        wanted = self.ask.wanted.get((self.item.id, first))
        liked = wanted.place if wanted is not None else None
        for place in sorted(self._places(first, last), key=lambda p: p.id != liked):
            if self.ask.keep_place and liked is not None and place.id != liked:
                continue
            clear = self.board.stay_starts(place, span[1] - span[0]) >> span[0] & 1
            if clear and not taken.get(place.id, 0) & span_mask(span[0], span[1] + place.clean_up):
                return place
        return None
