"""Samples, and the table they end up in."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import quantiles


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


def of(ours: Samples, theirs: Samples) -> str:
    """Our share of theirs."""
    return f"p50 {ours.p50 / theirs.p50:.2f}, p99 {ours.p99 / theirs.p99:.2f}"


def row(what: str, figures: str, ratio: str = "") -> None:
    print(f"{what:<62} {figures:>18} {ratio:>24}", flush=True)  # noqa: T201 - the table is the product


def heading(what: str, figures: str, ratio: str) -> None:
    row(what, figures, ratio)
    row("-" * 62, "-" * 18, "-" * 24)
