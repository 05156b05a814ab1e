"""Samples, and the table they end up in."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import quantiles

MISSED: list[str] = []
"""What was asked for and not reached in this run."""


@dataclass
class Samples:
    """Milliseconds."""

    ms: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return quantiles(self.ms, n=100, method="inclusive")[49]

    @property
    def p95(self) -> float:
        return quantiles(self.ms, n=100, method="inclusive")[94]

    @property
    def p99(self) -> float:
        return quantiles(self.ms, n=100, method="inclusive")[98]

    def __str__(self) -> str:
        return f"{self.p50:8.2f} {self.p99:8.2f}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure and what it has to be: at most `most`, or at least `least`."""

    value: float
    most: float | None = None
    least: float | None = None
    of: str = ""

    @property
    def reached(self) -> bool:
        return (self.most is None or self.value <= self.most) and (self.least is None or self.value >= self.least)

    def __str__(self) -> str:
        bound = f"≤ {self.most:g}" if self.most is not None else f"≥ {self.least:g}"
        return f"{self.of} {self.value:.2f} {bound} {'reached' if self.reached else 'MISSED'}".strip()


def of(ours: Samples, theirs: Samples) -> str:
    """Our share of theirs."""
    return f"p50 {ours.p50 / theirs.p50:.2f}, p99 {ours.p99 / theirs.p99:.2f}"


def row(what: str, figures: str, ratio: str = "", *asked: Asked) -> None:
    print(f"{what:<62} {figures:>18} {ratio:>24}  {'; '.join(map(str, asked))}".rstrip(), flush=True)  # noqa: T201 - the table is the product
    MISSED.extend(f"{what.strip()}: {each}" for each in asked if not each.reached)


def heading(what: str, figures: str, ratio: str) -> None:
    row(what, figures, ratio)
    row("-" * 62, "-" * 18, "-" * 24)
