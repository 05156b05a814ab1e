"""A mixed-integer program in the making, and its solution by HiGHS through MathOpt."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from scheduler.turn import Turn

TOLERANCE = 1e-4
"""What the simplex may be off by, on sums of whole numbers."""

MOST_INTEGRAL = 16_000
INTEGRAL_PER_SECOND = 6_000
"""Beyond so many variables HiGHS's presolve alone takes seconds, and does not look at the clock."""


Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Capacities:
    """Rows that keep within the room: the first of them, and the cell that each is about."""

    first: int
    cells: Ints


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear relaxation solved: its value, by variable how much of it and the reduced cost, by row the dual price."""

    value: float
    chosen: Floats
    reduced: Floats
    duals: Floats


class Mip:
    """A MIP in the making: bounded variables and sparse rows."""

    def __init__(self, turn: Turn | None = None) -> None:
        self.turn = turn or Turn()
        self.lows: list[float] = []
        self.highs: list[float] = []
        self.integers: list[bool] = []
        self._row_lows: list[float] = []
        self._row_highs: list[float] = []
        # Rows, columns and coefficients of the matrix, in pieces.
        self._cells: list[tuple[Ints, Ints, Floats]] = []

    @property
    def size(self) -> int:
        """Number of variables."""
        return len(self.lows)

    def variable(self, low: float, high: float, *, integer: bool) -> int:
        """A new variable."""
        self.lows.append(low)
        self.highs.append(high)
        self.integers.append(integer)
        return len(self.lows) - 1

    def choices(self, count: int) -> None:
        """So many new variables that are 0 or 1."""
        self._shares(count, integer=True)

    def levels(self, count: int) -> Ints:
        """So many new variables from 0 to 1 that need not be whole."""
        first = self.size
        self._shares(count, integer=False)
        return np.arange(first, first + count)

    def _shares(self, count: int, *, integer: bool) -> None:
        self.lows += [0.0] * count
        self.highs += [1.0] * count
        self.integers += [integer] * count

    def total(self, columns: Ints, values: Floats, low: float, high: float) -> int:
        """low ≤ Σ value × variable ≤ high; the row's number."""
        number = len(self._row_lows)
        self._cells.append((np.full(len(columns), number, dtype=np.int64), columns, values))
        self._row_lows.append(low)
        self._row_highs.append(high)
        return number

    def balances(self, rows: Ints, columns: Ints, values: Floats, count: int) -> None:
        """So many rows, counted from 0 in `rows`, whose sums of value × variable are 0."""
        self._cells.append((rows + len(self._row_lows), columns, values))
        self._row_lows += [0.0] * count
        self._row_highs += [0.0] * count

    def extend(self, row: int, column: int, value: float) -> None:
        """Add value × variable to a row."""
        self._cells.append((np.array([row]), np.array([column]), np.array([value])))

    def row(self, terms: Sequence[tuple[int, float]], low: float, high: float) -> None:
        """low ≤ Σ coefficient × variable ≤ high."""
        columns, values = np.array([v for v, _ in terms], dtype=np.int64), np.array([c for _, c in terms], dtype=np.float64)
        self.total(columns, values, low, high)

    def sums(self, rows: Ints, columns: Ints, highs: Floats) -> None:
        """Many rows at once: for each row n (of `rows`, counted from 0) the sum of its columns is at most highs[n]."""
        self._cells.append((rows + len(self._row_lows), columns, np.ones(len(rows))))
        self._row_lows += [-math.inf] * len(highs)
        self._row_highs += highs.tolist()

    def capacities(self, cells: Ints, taking: Ints, room: Floats) -> Capacities:
        """One row for each cell of which more is taken than there is room: variable `taking[n]` takes one of `cells[n]`."""
        asked, rows, counts = np.unique(cells, return_inverse=True, return_counts=True)
        free = room[asked]
        tight = counts > free
        number = np.cumsum(tight) - 1
        kept = tight[rows]
        first = len(self._row_lows)
        self.sums(number[rows[kept]], taking[kept], free[tight])
        return Capacities(first, asked[tight])

    def proto(self, costs: Mapping[int, float], *, relaxed: bool = False, without: Ints | None = None) -> model_pb2.ModelProto:
        """The MIP as MathOpt reads it: `relaxed` without integrality, with the columns of `without` left out."""
        proto = model_pb2.ModelProto()
        keep = np.ones(self.size, dtype=np.bool_)
        if without is not None:
            keep[without] = False
        kept = np.flatnonzero(keep)
        proto.variables.ids.extend(kept.tolist())
        proto.variables.lower_bounds.extend(np.array(self.lows)[kept].tolist())
        proto.variables.upper_bounds.extend(np.array(self.highs)[kept].tolist())
        proto.variables.integers.extend((np.array(self.integers)[kept] & (not relaxed)).tolist())
        priced = [(n, cost) for n, cost in sorted(costs.items()) if cost and keep[n]]
        proto.objective.linear_coefficients.ids.extend(n for n, _ in priced)
        proto.objective.linear_coefficients.values.extend(cost for _, cost in priced)
        proto.linear_constraints.ids.extend(range(len(self._row_lows)))
        proto.linear_constraints.lower_bounds.extend(self._row_lows)
        proto.linear_constraints.upper_bounds.extend(self._row_highs)
        if self._cells:
            rows, columns, values = (np.concatenate(part) for part in zip(*self._cells, strict=True))
            order = np.lexsort((columns, rows))
            order = order[keep[columns[order]]]
            matrix = proto.linear_constraint_matrix
            matrix.row_ids.extend(rows[order].tolist())
            matrix.column_ids.extend(columns[order].tolist())
            matrix.coefficients.extend(values[order].tolist())
        return proto

    def linear(self, costs: Mapping[int, float], end: float) -> Linear | None:
        """The linear relaxation; None when it is not solved by `end` (monotonic seconds)."""
        left = end - time.monotonic()
        if left <= 0:
            return None
        # Presolve takes longer here than the simplex saves by it.
        parameters = mathopt.SolveParameters(time_limit=timedelta(seconds=left), presolve=mathopt.Emphasis.OFF)
        model = mathopt.Model.from_model_proto(self.proto(costs, relaxed=True))
        with self.turn.given():
            result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
        if result.termination.reason != mathopt.TerminationReason.OPTIMAL or not result.has_dual_feasible_solution():
            return None
        # With nothing left out both come in the order in which they were made.
        variables, rows = list(model.variables()), list(model.linear_constraints())
        return Linear(
            result.objective_value(),
            np.array(result.variable_values(variables), dtype=np.float64),
            np.maximum(0.0, np.array(result.reduced_costs(variables), dtype=np.float64)),
            np.array(result.dual_values(rows), dtype=np.float64),
        )

    def integral(
        self, costs: Mapping[int, float], without: Ints, most: float, end: float, gap: float = 0.0
    ) -> tuple[float, dict[int, float] | None] | None:
        """Lower bound without these variables (inf: nothing is possible) and a solution worth at most `most`, if found.

        A solution within `gap` of the bound is good enough.
        None when there is no time, or when what is left is still too large.
        """
        left = end - time.monotonic()
        if left <= 0 or self.size - len(without) > most_columns(left):
            return None
        model = mathopt.Model.from_model_proto(self.proto(costs, without=without))
        parameters = mathopt.SolveParameters(
            time_limit=timedelta(seconds=left), relative_gap_tolerance=0.0, absolute_gap_tolerance=max(gap, 1e-6)
        )
        with self.turn.given():
            result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
        bound = result.dual_bound()
        if result.termination.reason == mathopt.TerminationReason.INFEASIBLE:
            return math.inf, None
        if not result.has_primal_feasible_solution() or result.objective_value() > most + TOLERANCE:
            return bound, None
        values = result.variable_values()
        return bound, {variable.id: value for variable, value in values.items() if value > 0.5}


def most_columns(seconds: float) -> int:
    """How many variables a MIP may have that is given so long."""
    return int(min(MOST_INTEGRAL, INTEGRAL_PER_SECOND * seconds))


def reach(through: Floats, bound: float, most: float, count: int) -> float:
    """A value, `most` at most, that plans can be worth which use only `count` columns: those that are `through` it.

    `through` says for every column what plans with it are worth at least, `bound` what all of them are. So a MIP of these
    columns alone says whether there are such plans, however far from the best the plan at hand is.
    """
    if len(through) <= count:
        return most
    return min(most, max(bound, float(np.partition(through, count)[count]) - TOLERANCE))
