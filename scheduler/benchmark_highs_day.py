"""Peer: HiGHS on the usual time-indexed model of a salon's day (Dyer and Wolsey 1990), one weighted sum of the levels.

A variable says that a service begins at a slot with a technician; people and kinds of place are rows slot by slot. Said:
who is served, aged lateness and aged waiting, breaks, overtime's limit. Left out: services of one visit are done in the
order in which they are listed, nobody begins more than `SLOTS` slots late, and the levels below waiting.
"""

from __future__ import annotations

import datetime
import itertools
import math
import time
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from ortools.math_opt.python import mathopt

from scheduler.benchmark_days import open_visits, plan_of
from scheduler.board import Board
from scheduler.columns import Block, Columns
from scheduler.level_prices import Prices
from scheduler.meaning import ready
from scheduler.mip import Mip
from scheduler.plan import Plan
from scheduler.problem import Assignment, Level, Problem, Visit

SLOTS = 12
SERVED_PRICE, LATE_PRICE = 1e7, 1e3
"""What a visit left out and a unit of lateness are worth in units of waiting; greater ones lose what HiGHS can tell apart."""

WEIGHTS: tuple[tuple[Level, float], ...] = (("promise_lateness", LATE_PRICE), ("waiting", 1.0))


class _DayMip:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.columns = Columns(Board(problem), open_visits(problem), (None, None), ({}, {}))
        self.mip = Mip()
        self.costs: dict[int, float] = {}
        self._start: dict[int, int] = {}
        self._length: dict[int, int] = {}
        self._block: dict[int, Block] = {}
        self._cells: dict[int, list[int]] = defaultdict(list)
        prices = Prices(problem)
        for number, visit in enumerate(self.columns.visits):
            self._add_visit(number, visit, prices)
        for breaks in self.columns.others:
            self.mip.row([(n, 1.0) for n in self._add(breaks, problem.horizon)], 1.0, 1.0)
        self._add_rooms()

    def _add_visit(self, number: int, visit: Visit, prices: Prices) -> None:
        out = self.mip.variable(0.0, 1.0, integer=True)
        self.costs[out] = SERVED_PRICE
        spans, latest = [], ready(visit, self.problem) + SLOTS * self.columns.cell
        for place in range(len(visit.items)):
            blocks = self.columns.blocks[number, place]
            span = self._add(blocks, latest)
            self.mip.row([*((n, 1.0) for n in span), (out, 1.0)], 1.0, 1.0)
            spans.append(span)
            latest += max((block.option.length for block in blocks), default=0)
        starts = [np.array([self._start[n] for n in span], dtype=np.int64) for span in spans]
        before = sum(min((self._length[n] for n in span), default=0) for span in spans[:-1])
        for level, weight in WEIGHTS:
            firsts, lasts = prices.of_chain(level, visit, starts, [(len(spans) - 1, before)])
            for span, costs in ((spans[0], firsts[0]), (spans[-1], lasts[0])):
                for n, cost in zip(span, costs.tolist(), strict=True):
                    self.costs[n] = self.costs.get(n, 0.0) + weight * cost
        for one, two in itertools.pairwise(spans):
            ends = [(n, -float(self._start[n] + self._length[n])) for n in one]
            self.mip.row([*((n, float(self._start[n])) for n in two), *ends], 0.0, math.inf)

    def _add(self, blocks: Sequence[Block], latest: int) -> list[int]:
        """Variables for the columns that begin by `latest`, and what they take of whom."""
        span = []
        width, cell = self.columns.cells + 1, self.columns.cell
        for block in blocks:
            for start in block.starts[block.starts <= latest].tolist():
                n = self.mip.variable(0.0, 1.0, integer=True)
                self._start[n], self._length[n], self._block[n] = start, block.option.length, block
                span.append(n)
                for name, begin, end in block.option.takes:
                    base = self.columns.rows[name] * width
                    for at in range((start + begin) // cell, (start + end) // cell):
                        self._cells[base + at].append(n)
        return span

    def _add_rooms(self) -> None:
        width = self.columns.cells + 1
        for at, taking in self._cells.items():
            room = float(self.columns.room[at // width, at % width])
            if len(taking) > room:
                self.mip.row([(n, 1.0) for n in taking], -math.inf, room)

    def rows(self, values: dict[int, float]) -> dict[str, list[Assignment]]:
        """By visit the assignments that the variables stand for."""
        found: dict[str, list[Assignment]] = defaultdict(list)
        for n, block in self._block.items():
            if values.get(n, 0.0) >= 0.5 and block.visit is not None:
                found[block.visit.id] += block.rows(self._start[n])
        return dict(found)


def day_plan(problem: Problem, seconds: float, _workers: int) -> Plan | None:
    """The best plan of the model in the time, building it included; it takes no number of threads from MathOpt."""
    end = time.monotonic() + seconds
    day = _DayMip(problem)
    left = end - time.monotonic()
    if left <= 0:
        return None
    model = mathopt.Model.from_model_proto(day.mip.proto(day.costs))
    limit = mathopt.SolveParameters(time_limit=datetime.timedelta(seconds=left))
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=limit)
    if not result.has_primal_feasible_solution():
        return None
    values = {variable.id: value for variable, value in result.variable_values().items()}
    return plan_of(problem, day.rows(values), "highs")
