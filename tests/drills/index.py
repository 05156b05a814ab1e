"""The index of the drills: a module of this package that has a `DRILLS` tuple and stands in `MODULES` is run by `make drills`.

A module offers its drill as a coroutine with small counts by default (the short form, which the suite asserts, with a twin that
fails when the guard is off) and lists the long form in `DRILLS`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

MODULES: tuple[str, ...] = (
    "killing",
    "cutting_power",
    "racing",
    "converging",
    "repeating",
    "offline",
    "clocks",
    "degrading",
    "recovering",
    "upgrading",
    "restarting",
    "dying",
    "taking_over",
    "guessing",
    "keys",
    "generating",
    "fuzzing",
    "abusing",
    "ordinary",
    "touring",
)
"""In the order in which they are run."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one drill came to."""

    figure: str
    """What was counted, with the counts that make it a proof: "200 kills, 20,000 commands: 0 lost, 0 doubled"."""
    kept: bool
    """Whether the promise was kept."""
    skipped: bool = False
    """It could not be run here; `figure` says why."""


@dataclass(frozen=True, slots=True)
class Drill:
    """The long form of one promise's proof. `run` gets an empty folder of its own."""

    promise: str
    """Its id: R1 … R14, S1 … S19."""
    says: str
    run: Callable[[Path], Awaitable[Finding]]


def drills(wanted: Sequence[str] = ()) -> list[Drill]:
    """Those of the wanted promises, all where none is named."""
    found: list[Drill] = []
    for name in MODULES:
        found += import_module(f"tests.drills.{name}").DRILLS
    return [drill for drill in found if not wanted or drill.promise in wanted]
