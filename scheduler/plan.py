"""What the solver answers: a `Plan` with its objective by level, its bound and the reasons of its moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from scheduler.problem import Assignment, BreakTime, Level

_CLOSED = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a phase moved.

    `rule` is `newly_placed`, `not_placeable`, `objective`, or the hard rule (see `rules`) that the published assignment
    would break now. `visit` is whom it helps or who is in the way (None: the moved visit itself), `resource` the
    technician or place concerned. With `objective` the move was a choice: it improved `level` by `by` in that level's
    unit for `visit`; with a hard rule `by` is how far the start moved.
    """

    rule: str
    visit: str | None = None
    resource: str | None = None
    level: Level | None = None
    by: int = 0
    __pydantic_config__ = _CLOSED


@dataclass(frozen=True, slots=True)
class Move:
    """One phase before and after; None before means newly placed, None after means not served any more."""

    visit: str
    item: str
    phase: int
    before: Assignment | None
    after: Assignment | None
    cause: Cause
    __pydantic_config__ = _CLOSED


@dataclass(frozen=True, slots=True)
class Plan:
    """Assignments of every served visit, and of the started phases of unserved ones.

    `objective` has one entry per level of the problem, in its order. `bound` holds proven lower bounds, for a level
    only as long as every level above it is proven, or where it holds without that; `gap` is the relative gap of the first
    level that is not proven (0.0 when all are, None when nothing is known). `status` is `optimal` only when every level
    is proven, but for overtime, fairness and idle time below all others, which are improved and whose bounds are seldom met.
    `stage` names the step of the ladder that found the plan; the seconds are measured from the call. `reasons` are
    those of `explain`, where somebody asked for them.
    """

    assignments: tuple[Assignment, ...] = ()
    breaks: tuple[BreakTime, ...] = ()
    unserved: tuple[str, ...] = ()
    objective: Mapping[Level, int] = field(default_factory=dict)
    bound: Mapping[Level, int] = field(default_factory=dict)
    gap: float | None = None
    status: Literal["optimal", "feasible"] = "feasible"
    stage: str = ""
    seconds: float = 0.0
    seconds_to_first: float = 0.0
    reasons: tuple[Move, ...] = ()
    __pydantic_config__ = _CLOSED
