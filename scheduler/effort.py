"""How much a search may cost, and what it brings. Light enough to be imported before anything is solved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scheduler.problem import Assignment, Level

MODELLED: tuple[Level, ...] = (
    "unserved",
    "promise_lateness",
    "waiting",
    "changes",
    "wishes",
    "overtime",
    "fairness",
    "technicians_used",
    "makespan",
)

PRIME: frozenset[Level] = frozenset({"unserved", "promise_lateness", "waiting", "changes"})
"""What customers feel. The comfort levels below make a neighbourhood ten times harder, so they come afterwards."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much one search may cost; with `prime` only the levels down to the changes are looked at.

    `down_to` ends with that level: a model of the first levels alone is settled far sooner than one of all.
    With `deterministic` the seconds are CP-SAT's own count of work, which is the same on every machine. `stop` is asked
    fifty times a second and ends the search.
    """

    seconds: float
    workers: int = 1
    seed: int = 0
    prime: bool = False
    down_to: Level | None = None
    deterministic: bool = False
    stop: Callable[[], bool] | None = None


Starts = Mapping[tuple[str, str, str], int]
"""By visit, service and technician: starts as bits."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the best plan: what the free visits cost at least by level, and the starts that it may use."""

    least: Mapping[Level, int]
    columns: Starts | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What one search brought: rows by visit (None: nothing), lower bounds of the levels, whether all was proven."""

    rows: dict[str, list[Assignment]] | None
    bound: Mapping[Level, int]
    proven: bool
