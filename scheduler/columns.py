"""All ways to place each service on a board as flat arrays: its start, its crew, what it takes of people and places.

A column is a service with one crew from one start; what it takes are stretches of units of rows, where a row is a
technician or a kind of place. Only starts of the lattice count: an optimal plan that starts everything as early as its
order allows has its starts at a source (a moment when somebody or something becomes free or ready, or a published start)
plus sums of durations.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheduler.board import Board, runs, span_mask
from scheduler.fit import Crew, crews
from scheduler.masks import spans_of
from scheduler.meaning import due, is_fact, ready, since, started, stays_of, unaged
from scheduler.problem import Assignment, Item, Visit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Costs = Mapping[str, int]
"""Prices by visit."""

Stretch = tuple[str, int, int]
"""Row, first and last unit (exclusive), counted from the start of the column."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way to staff a service: who, with which lengths, from which starts (bits), and what it takes."""

    technician: str | None
    crew: Crew
    starts: int
    takes: tuple[Stretch, ...]

    @property
    def length(self) -> int:
        """Units from the start of the service to its end."""
        return sum(self.crew.lengths)


@dataclass(frozen=True, slots=True)
class Block:
    """Columns of one option of an item, one per start; `phase` is the first phase that the option does."""

    visit: Visit | None
    item: Item | None
    phase: int
    option: Option
    starts: Ints

    def rows(self, start: int) -> list[Assignment]:
        """What the column with this start stands for, places open; nothing for a break."""
        if self.visit is None or self.item is None:
            return []
        found, at, crew = [], start, self.option.crew
        for phase, (people, length) in enumerate(zip(crew.people, crew.lengths, strict=True), self.phase):
            who = self.option.technician if people else None
            found.append(Assignment(self.visit.id, self.item.id, phase, who, None, at, at + length))
            at += length
        return found


def is_simple(item: Item) -> bool:
    """Whether a start and a technician say all: no pauses, nothing fixed, one technician at most."""
    people = sum(phase.needs_technician for phase in item.phases)
    plain = all(p.max_gap_before == 0 for p in item.phases[1:])
    open_start = all(p.fixed is None or p.fixed.start is None for p in item.phases)
    return plain and open_start and (item.same_technician or people <= 1)


def lattice_of(board: Board, visits: Sequence[Visit]) -> tuple[int, frozenset[int]]:
    """The step and the remainders of all starts that count: sources plus sums of durations, gaps and clean-ups.

    Prices bend at multiples of the ageing, and a change is free at the published start, so these count as well.
    """
    steps: set[int] = {p.clean_up for p in board.problem.places}
    steps |= {board.problem.settings.ageing, board.problem.settings.lateness_ageing}
    sources: set[int] = {row.start for row in board.problem.published}
    sources |= {row.end for rows in board.rows.values() for row in rows}
    for visit in visits:
        sources |= {ready(visit, board.problem), since(visit, board.problem), due(visit, board.problem) or 0}
        for item in visit.items:
            for crew in crews(board, item):
                # What has begun ends when it ends, and that is a source.
                steps |= {n for n, phase in zip(crew.lengths, item.phases, strict=True) if not is_fact(phase)}
            steps |= {p.max_gap_before or 0 for p in item.phases}
            sources |= {p.fixed.start for p in item.phases if p.fixed is not None and p.fixed.start is not None}
    for lane in (*board.work.values(), *board.stay.values(), *board.open.values()):
        sources |= {start for start, _ in spans_of(lane.free & span_mask(0, board.horizon))}
    rests = [b for t in board.problem.technicians for b in t.breaks]
    steps |= {b.length for b in rests}
    sources |= {b.earliest for b in rests}
    step = max(1, math.gcd(*steps))
    return step, frozenset(moment % step for moment in sources)


class Columns:
    """The columns of all visits of `free`, those of plans with at most `most` lateness and waiting of these at least.

    `least` is what each visit costs at least: lateness and waiting by visit. A limit of None is none. With `coarse` there
    is one column for all that take the same at multiples of it, the earliest; only where all lengths are multiples, too.
    """

    def __init__(
        self,
        board: Board,
        free: Sequence[Visit],
        most: tuple[int | None, int | None],
        least: tuple[Costs, Costs],
        coarse: int = 1,
    ) -> None:
        self.board = board
        self.problem = board.problem
        self.visits = [v for v in free if not started(v)]
        self._begun = [v for v in free if started(v)]
        self._most = most
        self._least = least
        self._spare = [None if m is None else m - sum(costs.values()) for m, costs in zip(most, least, strict=True)]
        self.step, self.remainders = lattice_of(board, free)
        self.cell = math.gcd(self.step, *self.remainders)
        longest = self.problem.horizon + max((p.clean_up for p in self.problem.places), default=0)
        self.cells = -(-longest // self.cell) + 1
        self._lattice = self._moments()
        fine = self.step % coarse == 0 and coarse % self.cell == 0 and self.cell < coarse
        self.coarse = coarse if fine else 1
        names = [*(f"t {t}" for t in board.technicians), *(f"k {k}" for k in board.by_kind)]
        self.rows = {name: n for n, name in enumerate(names)}
        self.room = self._room()
        self._open = {kind: self._mask(np.repeat(self.room[self.rows[f"k {kind}"]] >= 1, self.cell)) for kind in board.by_kind}
        self.size = 0
        self.blocks: dict[tuple[int, int], list[Block]] = {}
        for number, visit in enumerate(self.visits):
            for place, item in enumerate(visit.items):
                window = self._window(visit, place)
                self.blocks[number, place] = [self._block(visit, item, 0, o, window) for o in self._options(item)]
        self.others = [*self._breaks(), *self._rests()]

    @property
    def spare(self) -> int | None:
        """How much lateness plans as good have at most beyond what everybody has alone; None: any."""
        return self._spare[0]

    def _moments(self) -> int:
        mask = 0
        for remainder in self.remainders:
            period = span_mask(remainder, remainder + 1)
            reached = self.step
            while reached <= self.problem.horizon:
                period |= period << reached
                reached *= 2
            mask |= period
        return mask & span_mask(0, self.problem.horizon + 1)

    def _mask(self, bits: npt.NDArray[np.bool_]) -> int:
        return int.from_bytes(np.packbits(bits, bitorder="little").tobytes(), "little")

    def _room(self) -> Floats:
        """How many can be taken of each row in each cell: a technician once, of a kind what is free of it.

        Counted, not place by place: what is not settled may still be laid on other places. What has begun stays where it is.
        """
        held = self._held()
        room = np.ones((len(self.rows), self.cells))
        for kind, places in self.board.by_kind.items():
            row = room[self.rows[f"k {kind}"]]
            row[:] = 0
            for place in places:
                # Clean-up may run into a closure, a stay may not.
                usable = self.board.open[place.id].base
                for _ in range(place.clean_up):
                    usable |= usable << 1
                free = self.board.stay[place.id].free & usable & ~held.get(place.id, 0)
                bits = _bits(free, self.cells * self.cell)
                row += bits.reshape(self.cells, self.cell).min(axis=1)
        return room

    # --- ways to do a service ----------------------------------------------------------------------------------------

    def _options(self, item: Item) -> Iterator[Option]:
        """Ways to staff the service. With pauses or several people only its first phase takes anybody's time."""
        board, simple = self.board, is_simple(item)
        for crew in crews(board, item):
            offsets = list(itertools.accumulate(crew.lengths, initial=0))
            wanting = [n for n in range(len(crew.lengths)) if crew.people[n]]
            mask = span_mask(0, board.horizon - offsets[-1] + 1)
            places: list[Stretch] = []
            for first, last in stays_of(item) if simple else ():
                kind = item.phases[first].place_kind or ""
                clean = min((p.clean_up for p in board.by_kind.get(kind, ())), default=0)
                length = offsets[last + 1] - offsets[first] + clean
                mask &= runs(self._open.get(kind, 0), length) >> offsets[first] if length else -1
                places.append((f"k {kind}", offsets[first], offsets[first] + length))
            if not simple or not wanting:
                yield Option(None, crew, mask, tuple(places))
                continue
            for who in crew.people[wanting[0]]:
                able = mask
                for n in wanting:
                    able &= board.work[who].starts(crew.lengths[n]) >> offsets[n]
                if able:
                    work = [(f"t {who}", offsets[n], offsets[n + 1]) for n in wanting]
                    yield Option(who, crew, able, (*work, *places))

    def _window(self, visit: Visit, place: int) -> int:
        """Starts of the visit's service that a plan as good may use."""
        first = len(visit.items) == 1 or (visit.items_in_order and place == 0)
        latest = self._latest(visit) if first else self.problem.horizon
        return span_mask(ready(visit, self.problem), latest + 1)

    def _latest(self, visit: Visit) -> int:
        """No plan that is as good starts the visit's first service later than this."""
        latest, settings = self.problem.horizon, self.problem.settings
        limits = zip(
            (due(visit, self.problem), since(visit, self.problem)),
            (settings.lateness_ageing, settings.ageing),
            self._spare,
            self._least,
            strict=True,
        )
        for begin, ageing, spare, least in limits:
            if begin is not None and spare is not None and visit.tier_weight:
                price = max(0, spare + least.get(visit.id, 0)) // visit.tier_weight
                latest = min(latest, begin + unaged(price, ageing))
        return latest

    def _block(self, visit: Visit | None, item: Item | None, phase: int, option: Option, window: int) -> Block:
        starts = np.flatnonzero(_bits(option.starts & window & self._lattice, self.problem.horizon + 1)).astype(np.int64)
        if self.coarse > 1:
            starts = starts[np.unique(-(-starts // self.coarse), return_index=True)[1]]
        self.size += len(starts)
        return Block(visit, item, phase, option, starts)

    # --- what else takes people's time ---------------------------------------------------------------------------------

    def _breaks(self) -> Iterator[list[Block]]:
        """Columns for every break that slides; they take their technician's time."""
        for name, lane in self.board.work.items():
            for length, earliest, latest_end, _ in self.board.sliding(name):
                if latest_end > self.problem.horizon:
                    # It may be taken when the day is over.
                    continue
                starts = lane.rests(lane.outside_work(), length, (earliest, latest_end))
                crew = Crew(((name,),), (length,))
                yield [self._block(None, None, 0, Option(name, crew, starts, ((f"t {name}", 0, length),)), starts)]

    def _rests(self) -> Iterator[list[Block]]:
        """Columns for what is left of begun services, phase by phase, and for services of begun visits that have not begun."""
        for visit in self._begun:
            rows = self.board.rows[visit.id]
            ends = [self._earliest_end(visit, i, len(i.phases) - 1) for i in visit.items if is_fact(i.phases[0])]
            low = max(self.problem.now, ready(visit, self.problem), *ends)
            for item in visit.items:
                number = next((n for n, phase in enumerate(item.phases) if not is_fact(phase)), len(item.phases))
                if number == 0:
                    window = span_mask(low, self.problem.horizon + 1)
                    yield [self._block(visit, item, 0, option, window) for option in self._options(item)]
                elif number < len(item.phases):
                    before = next(r for r in rows if (r.item, r.phase) == (item.id, number - 1))
                    yield from self._rest(visit, item, number, max(before.end, self.problem.now))

    def _rest(self, visit: Visit, item: Item, number: int, low: int) -> Iterator[list[Block]]:
        """The phases from `number` on. Longer pauses than allowed are lateness."""
        staff = crews(self.board, item)
        high: int | None = low
        for n in range(number, len(item.phases)):
            gap = item.phases[n].max_gap_before
            high = None if high is None or gap is None else high + gap
            spare = self._spare[0]
            latest = self.problem.horizon
            if high is not None and spare is not None and visit.tier_weight:
                latest = min(latest, high + max(0, spare + self._least[0].get(visit.id, 0)) // visit.tier_weight)
            window = span_mask(low, latest + 1)
            takes = self._place_of_rest(item, n)
            yield [self._block(visit, item, n, option, window) for option in _phase_options(self.board, staff, n, takes)]
            lengths = [crew.lengths[n] for crew in staff]
            low += min(lengths, default=0)
            high = None if high is None else high + max(lengths, default=0)

    def _held(self) -> dict[str, int]:
        """By place the units for which stays that have begun hold it at least, clean-up included."""
        found: dict[str, int] = {}
        for visit in self._begun:
            for item in visit.items:
                for first, last in stays_of(item):
                    fact = next((r for r in self.board.rows[visit.id] if (r.item, r.phase) == (item.id, first)), None)
                    place = self.board.places.get(fact.place or "") if fact is not None else None
                    if fact is not None and place is not None:
                        mask = span_mask(fact.start, self._earliest_end(visit, item, last) + place.clean_up)
                        found[place.id] = found.get(place.id, 0) | mask
        return found

    def _earliest_end(self, visit: Visit, item: Item, last: int) -> int:
        """When a phase of a begun service ends at the earliest."""
        ends = {r.phase: r.end for r in self.board.rows[visit.id] if r.item == item.id}
        end = max(ends.values())
        for n in range(max(ends) + 1, last + 1):
            end = max(end, self.problem.now) + min((crew.lengths[n] for crew in crews(self.board, item)), default=0)
        return ends.get(last, end)

    def _place_of_rest(self, item: Item, number: int) -> tuple[str, int] | None:
        """The kind of place that the phase takes, and what is added to its end; None where its stay has begun (`_held`)."""
        for first, last in stays_of(item):
            if first <= number <= last and not is_fact(item.phases[first]):
                kind = item.phases[first].place_kind or ""
                clean = min((p.clean_up for p in self.board.by_kind.get(kind, ())), default=0)
                return f"k {kind}", clean if number == last else 0
        return None


def _phase_options(board: Board, staff: Sequence[Crew], number: int, place: tuple[str, int] | None) -> Iterator[Option]:
    """Ways to do one phase of a begun service."""
    seen = set()
    for crew in staff:
        length = crew.lengths[number]
        whoever: tuple[str | None, ...] = crew.people[number] or (None,)
        for who in whoever:
            if (who, length) in seen:
                continue
            seen.add((who, length))
            alone = Crew(((who,) if who is not None else (),), (length,))
            starts = span_mask(0, board.horizon + 1) if who is None else board.work[who].starts(length)
            takes = () if who is None else ((f"t {who}", 0, length),)
            if place is not None:
                takes = (*takes, (place[0], 0, length + place[1]))
            yield Option(who, alone, starts, takes)


def _bits(mask: int, size: int) -> npt.NDArray[np.uint8]:
    data = np.frombuffer((mask & ((1 << size) - 1)).to_bytes(-(-size // 8), "little"), dtype=np.uint8)
    return np.unpackbits(data, bitorder="little")[:size]
