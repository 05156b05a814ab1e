"""What the parts of the CP-SAT model stand on: the board, the variables, and the intervals that rules are asked about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ortools.sat.python import cp_model

from scheduler.board import Board, span_mask
from scheduler.effort import Starts
from scheduler.masks import closed_spans
from scheduler.meaning import PhaseKey, stays_of
from scheduler.problem import Assignment, Item, Place, Visit

LONGEST = 100_000
"""Room for durations beyond the horizon, which nothing served can have."""

Expr = Any
"""A CP-SAT linear expression or literal; OR-Tools' own types are not exported for annotation."""


@dataclass(slots=True)
class ItemVars:
    """What a service became: start, end and length; the literal of each (phase, technician); its phases' starts."""

    item: Item
    start: Expr
    end: Expr
    length: Expr
    people: dict[tuple[int, str], Expr] = field(default_factory=dict)
    starts: dict[int, list[tuple[Expr, Expr, int]]] = field(default_factory=dict)
    """Phase → (literal, start, duration) alternatives."""
    phase_starts: list[Expr] = field(default_factory=list)
    phase_ends: list[Expr] = field(default_factory=list)
    """Of services with pauses and begun ones: every phase, facts included."""
    places: dict[tuple[int, str], Expr] = field(default_factory=dict)
    """(First phase of a stay, place) → literal, where places are chosen one by one."""


class Ground:
    """Variables with hints from how things lie now, and who or what is taken by which interval."""

    def __init__(
        self,
        board: Board,
        current: Mapping[PhaseKey, Assignment],
        counted: Collection[str],
        columns: Starts | None = None,
    ) -> None:
        self.board = board
        self.problem = board.problem
        self.model = cp_model.CpModel()
        self.current = current
        self.counted = counted
        self._columns = columns
        # Ends of what is not served may lie anywhere; only served work ends within the horizon.
        self.far = 3 * self.problem.horizon + LONGEST
        self.work: dict[str, list[Any]] = defaultdict(list)
        self.stays: dict[str, list[Any]] = defaultdict(list)
        self.kinds: dict[str, list[Any]] = defaultdict(list)
        self.starts_of_work: dict[str, list[tuple[Expr, Expr, int]]] = defaultdict(list)
        self._hinted: set[int] = set()

    def allowed(self, visit: Visit, item: Item, technician: str) -> int:
        """Starts of a service without pauses with this technician that are worth a look (bits)."""
        if self._columns is None:
            return -1
        row = self.row(visit, item, 0)
        now = 1 << row.start if row is not None and row.start >= 0 else 0
        return self._columns.get((visit.id, item.id, technician), 0) | now

    def boolean(self, name: str, hint: bool | None = None) -> Expr:
        """A literal, hinted when a value is known."""
        var = self.model.new_bool_var(name)
        if hint is not None:
            self.hint(var, int(hint))
        return var

    def integer(self, low: int, high: int, name: str, hint: int | None = None) -> Expr:
        """A whole number in [low, high], hinted when a value is known."""
        var = self.model.new_int_var(low, max(low, high), name)
        if hint is not None:
            self.hint(var, min(max(hint, low), max(low, high)))
        return var

    def hint(self, var: Expr, value: int) -> None:
        """Hint a variable once."""
        if var.index not in self._hinted:
            self._hinted.add(var.index)
            self.model.add_hint(var, value)

    def enforced(self, start: Expr, mask: int, was: bool) -> Expr:
        """A literal that allows `start` only on the bits of `mask`."""
        literal = self.boolean("who", was)
        domain = cp_model.Domain.from_intervals(closed_spans(mask)) if mask else cp_model.Domain(-1, -1)
        self.model.add_linear_expression_in_domain(start, domain).only_enforce_if(literal)
        return literal

    def work_at(self, found: ItemVars, number: int, name: str, literal: Expr, span: tuple[Expr, int]) -> None:
        """With `literal` the technician does the phase from start for length (`span`)."""
        start, length = span
        key = number, name
        found.people[key] = found.people[key] + literal if key in found.people else literal
        self.work[name].append(self.model.new_optional_fixed_size_interval_var(start, length, literal, name))
        self.starts_of_work[name].append((literal, start, length))

    def row(self, visit: Visit, item: Item, number: int) -> Assignment | None:
        """How the phase lies now."""
        return self.current.get((visit.id, item.id, number))

    def had_person(self, visit: Visit, item: Item, number: int, name: str) -> bool:
        """Whether the technician does the phase now."""
        row = self.row(visit, item, number)
        return row is not None and row.technician == name

    def had_lengths(self, visit: Visit, item: Item, lengths: tuple[int, ...]) -> bool:
        """Whether the phases take these lengths now."""
        rows = [self.row(visit, item, n) for n in range(len(lengths))]
        return all(r is not None and r.end - r.start == length for r, length in zip(rows, lengths, strict=True))

    def had_end(self, visit: Visit, item: Item) -> int | None:
        """When the service ends now."""
        row = self.row(visit, item, len(item.phases) - 1)
        return row.end if row is not None else None

    def had_length(self, visit: Visit, item: Item) -> int | None:
        """How long the service takes now, pauses included."""
        first, end = self.row(visit, item, 0), self.had_end(visit, item)
        return end - first.start if first is not None and end is not None else None

    def finished_stays(self, visit: Visit) -> dict[str, int]:
        """When stays of the visit that are facts to their end take their places, clean-up included."""
        taken: dict[str, int] = {}
        rows = {(r.item, r.phase): r for r in self.board.rows.get(visit.id, ())}
        for item in visit.items:
            for first, last in stays_of(item):
                begin, end = rows.get((item.id, first)), rows.get((item.id, last))
                if begin is not None and end is not None and begin.place is not None:
                    span = span_mask(begin.start, end.end + self.board.places[begin.place].clean_up)
                    taken[begin.place] = taken.get(begin.place, 0) | span
        return taken

    def places_for(self, item: Item, stay: tuple[int, int]) -> list[Place]:
        """Places that suit a stay: of its kind, and the fixed one if there is one."""
        first, last = stay
        named = {f.place for f in (item.phases[n].fixed for n in range(first, last + 1)) if f is not None} - {None}
        places = self.board.by_kind.get(item.phases[first].place_kind or "", [])
        return [place for place in places if not named or place.id in named]
