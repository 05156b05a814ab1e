"""A mixed-integer program in the making, and its solution by HiGHS through MathOpt."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

TOLERANCE = 1e-4
"""What the simplex may be off by, on sums of whole numbers."""

MOST_INTEGRAL = 12_000
"""Beyond this HiGHS's presolve alone takes seconds, and does not look at the clock."""


@dataclass(slots=True)
class Mip:
    """A MIP in the making: bounded variables and sparse rows."""

    lows: list[float] = field(default_factory=list)
    highs: list[float] = field(default_factory=list)
    integers: list[bool] = field(default_factory=list)
    row_lows: list[float] = field(default_factory=list)
    row_highs: list[float] = field(default_factory=list)
    rows: list[list[tuple[int, float]]] = field(default_factory=list)

    def variable(self, low: float, high: float, *, integer: bool) -> int:
        """A new variable."""
        self.lows.append(low)
        self.highs.append(high)
        self.integers.append(integer)
        return len(self.lows) - 1

    def row(self, terms: Sequence[tuple[int, float]], low: float, high: float) -> None:
        """low ≤ Σ coefficient × variable ≤ high."""
        self.rows.append(sorted(terms))
        self.row_lows.append(low)
        self.row_highs.append(high)

    def proto(
        self, costs: Mapping[int, float], *, relaxed: bool = False, without: Collection[int] = ()
    ) -> model_pb2.ModelProto:
        """The MIP as MathOpt reads it: `relaxed` without integrality, with the columns of `without` left out."""
        proto = model_pb2.ModelProto()
        kept = [n for n in range(len(self.lows)) if n not in without]
        proto.variables.ids.extend(kept)
        proto.variables.lower_bounds.extend(self.lows[n] for n in kept)
        proto.variables.upper_bounds.extend(self.highs[n] for n in kept)
        proto.variables.integers.extend(self.integers[n] and not relaxed for n in kept)
        priced = [(n, cost) for n, cost in sorted(costs.items()) if cost and n not in without]
        proto.objective.linear_coefficients.ids.extend(n for n, _ in priced)
        proto.objective.linear_coefficients.values.extend(cost for _, cost in priced)
        proto.linear_constraints.ids.extend(range(len(self.rows)))
        proto.linear_constraints.lower_bounds.extend(self.row_lows)
        proto.linear_constraints.upper_bounds.extend(self.row_highs)
        matrix = proto.linear_constraint_matrix
        cells = [(n, v, c) for n, terms in enumerate(self.rows) for v, c in terms if v not in without]
        matrix.row_ids.extend(n for n, _, _ in cells)
        matrix.column_ids.extend(v for _, v, _ in cells)
        matrix.coefficients.extend(c for _, _, c in cells)
        return proto

    def linear(self, costs: Mapping[int, float], end: float) -> tuple[float, dict[int, float]] | None:
        """Value and reduced costs of the linear relaxation; None when it is not solved by `end` (monotonic seconds)."""
        left = end - time.monotonic()
        if left <= 0:
            return None
        model = mathopt.Model.from_model_proto(self.proto(costs, relaxed=True))
        # Presolve takes longer here than the simplex saves by it.
        parameters = mathopt.SolveParameters(time_limit=timedelta(seconds=left), presolve=mathopt.Emphasis.OFF)
        result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
        if result.termination.reason != mathopt.TerminationReason.OPTIMAL or not result.has_dual_feasible_solution():
            return None
        reduced = {variable.id: max(0.0, cost) for variable, cost in result.reduced_costs().items()}
        return result.objective_value(), reduced

    def integral(
        self, costs: Mapping[int, float], without: Collection[int], most: float, end: float
    ) -> tuple[float, dict[int, float] | None] | None:
        """Lower bound (inf: nothing is worth `most` or less) and a solution worth at most `most`, if one was found.

        None when there is no time, or when what is left without some variables is still too large.
        """
        left = end - time.monotonic()
        if left <= 0 or len(self.lows) - len(without) > MOST_INTEGRAL:
            return None
        model = mathopt.Model.from_model_proto(self.proto(costs, without=without))
        parameters = mathopt.SolveParameters(time_limit=timedelta(seconds=left), relative_gap_tolerance=0.0)
        result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
        bound = result.dual_bound()
        if result.termination.reason == mathopt.TerminationReason.INFEASIBLE or bound > most + TOLERANCE:
            return math.inf, None
        if not result.has_primal_feasible_solution() or result.objective_value() > most + TOLERANCE:
            return bound, None
        values = result.variable_values()
        return bound, {variable.id: value for variable, value in values.items() if value > 0.5}
