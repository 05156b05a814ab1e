"""All ways to place each service on a board as flat arrays: its start, its crew, what it takes of people and places.

Time is counted in cells of the lattice of all data: an optimal plan that starts everything as early as its order allows
has its starts there. A column is a service with one crew from one start; what it takes are stretches of cells of rows,
where a row is a technician, a kind of place, or a visit whose services must not overlap.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheduler.board import Board, runs, span_mask
from scheduler.fit import Crew, crews
from scheduler.masks import spans_of
from scheduler.meaning import due, is_fact, ready, since, stays_of, unaged
from scheduler.problem import Item, Visit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Stretch = tuple[str, int, int]
"""Row, first and last unit (exclusive), counted from the start of the column."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way to staff a service: who, with which lengths, from which starts (bits), and what it takes."""

    technician: str | None
    crew: Crew
    starts: int
    takes: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Columns of one option: they begin at `first`, one per start."""

    visit: int
    item: int
    option: Option
    first: int
    starts: Ints

    @property
    def indices(self) -> Ints:
        """The numbers of its columns."""
        return np.arange(self.first, self.first + len(self.starts))


def is_simple(item: Item) -> bool:
    """Whether a start and a technician say all: no pauses, nothing fixed, one technician at most."""
    people = sum(phase.needs_technician for phase in item.phases)
    plain = all(p.max_gap_before == 0 and p.fixed is None for p in item.phases[1:])
    return plain and item.phases[0].fixed is None and (item.same_technician or people <= 1)


def lattice_of(board: Board, visits: Sequence[Visit]) -> int:
    """The greatest common divisor of everything that a start can depend on."""
    numbers: set[int] = set()
    for visit in visits:
        numbers |= {ready(visit, board.problem), since(visit, board.problem)}
        for item in visit.items:
            for crew in crews(board, item):
                numbers |= set(crew.lengths)
            numbers |= {p.max_gap_before or 0 for p in item.phases}
    for lane in (*board.work.values(), *board.stay.values(), *board.open.values()):
        numbers |= {moment for span in spans_of(lane.free & span_mask(0, board.horizon)) for moment in span}
    numbers |= {n for t in board.problem.technicians for b in t.breaks for n in (b.length, b.earliest, b.latest_end)}
    numbers |= {p.clean_up for p in board.problem.places}
    return max(1, math.gcd(*numbers))


def options(board: Board, item: Item) -> Iterator[Option]:
    """Ways to staff the service. With pauses or several people only its first phase and stay take anything."""
    simple = is_simple(item)
    for crew in crews(board, item):
        offsets = list(itertools.accumulate(crew.lengths, initial=0))
        wanting = [n for n in range(len(crew.lengths)) if crew.people[n]]
        mask = span_mask(0, board.horizon - (offsets[-1] if simple else 0) + 1)
        places: list[Stretch] = []
        for first, last in stays_of(item) if simple else ():
            kind = item.phases[first].place_kind or ""
            mask &= board.kind_starts(kind, offsets[last + 1] - offsets[first]) >> offsets[first]
            clean = min((p.clean_up for p in board.by_kind.get(kind, ())), default=0)
            places.append((f"k {kind}", offsets[first], offsets[last + 1] + clean))
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


class Columns:
    """The columns of all visits, those of better plans than one with `most` lateness and waiting at least."""

    def __init__(self, board: Board, visits: Sequence[Visit], most: tuple[int, int], begun: Sequence[Visit] = ()) -> None:
        self.board = board
        self.problem = board.problem
        self.visits = list(visits)
        self._most_lateness, self._most_waiting = most
        self.cell = lattice_of(board, [*visits, *begun])
        widest = max((p.clean_up for p in self.problem.places), default=0)
        self.cells = -(-(self.problem.horizon + widest) // self.cell) + 1
        several = [f"v {v.id}" for v in visits if len(v.items) > 1]
        names = [*(f"t {t}" for t in board.technicians), *(f"k {k}" for k in board.by_kind), *several]
        self.rows = {name: n for n, name in enumerate(names)}
        self.size = 0
        self.blocks: dict[tuple[int, int], list[Block]] = {}
        for number, visit in enumerate(self.visits):
            for place, item in enumerate(visit.items):
                window = self._window(visit, place)
                alone = len(visit.items) == 1
                self.blocks[number, place] = [
                    self._block(number, place, option if alone else _with_visit(option, visit), window)
                    for option in options(board, item)
                ]
        self.others = [*self._breaks(), *self._rests(begun)]

    def _window(self, visit: Visit, place: int) -> int:
        """Starts of the visit's service that a plan as good may use."""
        first = len(visit.items) == 1 or (visit.items_in_order and place == 0)
        latest = self._latest(visit) if first else self.problem.horizon
        return span_mask(ready(visit, self.problem), latest + 1)

    def _latest(self, visit: Visit) -> int:
        """No plan that is as good starts the visit's first service later than this."""
        latest, low = due(visit, self.problem), since(visit, self.problem)
        found = self.problem.horizon
        if latest is not None and visit.tier_weight:
            most = self._most_lateness // visit.tier_weight
            found = min(found, latest + unaged(most, self.problem.settings.lateness_ageing))
        if self._most_lateness == 0 and visit.tier_weight:
            most = self._most_waiting // visit.tier_weight
            found = min(found, low + unaged(most, self.problem.settings.ageing))
        return found

    def _block(self, visit: int, item: int, option: Option, window: int) -> Block:
        parts = [np.arange(-(-a // self.cell), -(-b // self.cell)) for a, b in spans_of(option.starts & window)]
        starts = np.concatenate(parts) * self.cell if parts else np.zeros(0, dtype=np.int64)
        self.size += len(starts)
        return Block(visit, item, option, self.size - len(starts), starts)

    def _breaks(self) -> Iterator[list[Block]]:
        """Columns for every break that slides; they take their technician's time."""
        for name in self.board.technicians:
            work = 0
            for mask in self.board.work[name].taken.values():
                work |= mask
            for length, earliest, latest_end, _ in self.board.sliding(name):
                starts = runs(~work & span_mask(0, self.problem.horizon + 1), length)
                starts &= span_mask(earliest, latest_end - length + 1)
                crew = Crew(((name,),), (length,))
                yield [self._block(-1, -1, Option(name, crew, starts, ((f"t {name}", 0, length),)), starts)]

    def _rests(self, begun: Sequence[Visit]) -> Iterator[list[Block]]:
        """Columns for what is left of begun services: the next phase, and all that follow it where nothing may be delayed."""
        for visit in begun:
            delay = self._most_lateness // visit.tier_weight if visit.tier_weight else self.problem.horizon
            for item in visit.items:
                number = next((n for n, phase in enumerate(item.phases) if not is_fact(phase)), len(item.phases))
                if not 0 < number < len(item.phases):
                    continue
                gaps = [phase.max_gap_before for phase in item.phases[number:]]
                before = next(r for r in self.board.rows[visit.id] if (r.item, r.phase) == (item.id, number - 1))
                low = max(before.end, self.problem.now)
                latest = self.problem.horizon if gaps[0] is None else low + gaps[0] + delay
                last = len(item.phases) if delay == 0 and not any(gaps) and None not in gaps else number + 1
                window = span_mask(low, min(latest, self.problem.horizon) + 1)
                yield [self._block(-1, -1, option, window) for option in _rest_options(self.board, item, number, last)]

    def covers(self, stride: int) -> tuple[Ints, Ints]:
        """What is taken at every `stride`-th cell: numbers of row × cells + cell, and the columns that take it."""
        rows, columns = [], []
        for block in itertools.chain(*self.blocks.values(), *self.others):
            starts = block.starts // self.cell
            for name, begin, end in block.option.takes:
                row = self.rows.get(name)
                if row is None or not len(starts):
                    continue
                low = -(-(starts + begin // self.cell) // stride)
                counts = np.maximum(0, -(-np.minimum(starts + end // self.cell, self.cells) // stride) - low)
                total = int(counts.sum())
                offsets = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
                rows.append(row * self.cells + (np.repeat(low, counts) + offsets) * stride)
                columns.append(np.repeat(block.indices, counts))
        if not rows:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        return np.concatenate(rows), np.concatenate(columns)

    def room(self) -> Floats:
        """How many can be taken, by row × cells + cell."""
        room = np.ones((len(self.rows), self.cells))
        for kind, places in self.board.by_kind.items():
            row = room[self.rows[f"k {kind}"]]
            row[:] = 0
            for place in places:
                # Clean-up may run into a closure, a stay may not.
                usable = self.board.open[place.id].base
                for _ in range(place.clean_up):
                    usable |= usable << 1
                row += _bits(self.board.stay[place.id].free & usable, self.cells * self.cell)[:: self.cell]
        return room.ravel()


def _rest_options(board: Board, item: Item, number: int, last: int) -> Iterator[Option]:
    """Ways to do the phases from `number` to before `last`, one after the other; the places are held already."""
    for crew in crews(board, item):
        offsets = list(itertools.accumulate(crew.lengths[number:last], initial=0))
        choices = [crew.people[n] or (None,) for n in range(number, last)]
        if not item.same_technician and len([c for c in choices if c != (None,)]) > 1:
            choices = [choices[0], *[(None,)] * (len(choices) - 1)]
        named = sorted({name for names in choices for name in names if name is not None})
        whoever: list[str | None] = [*named] or [None]
        for who in whoever:
            able = span_mask(0, board.horizon + 1)
            takes: list[Stretch] = []
            for n, names in enumerate(choices):
                if who is not None and who in names:
                    able &= board.work[who].starts(offsets[n + 1] - offsets[n]) >> offsets[n]
                    takes.append((f"t {who}", offsets[n], offsets[n + 1]))
            yield Option(who, crew, able, tuple(takes))


def _with_visit(option: Option, visit: Visit) -> Option:
    total = sum(option.crew.lengths)
    takes = (*option.takes, (f"v {visit.id}", 0, total)) if option.takes else ()
    return Option(option.technician, option.crew, option.starts, takes)


def _bits(mask: int, size: int) -> npt.NDArray[np.uint8]:
    data = np.frombuffer((mask & ((1 << size) - 1)).to_bytes(-(-size // 8), "little"), dtype=np.uint8)
    return np.unpackbits(data, bitorder="little")[:size]
