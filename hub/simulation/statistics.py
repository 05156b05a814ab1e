"""Means with confidence intervals over independent days (batches), and paired differences between policies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and the half width of its interval at 95 % confidence; `half` is None with fewer than two days."""

    mean: float
    half: float | None


def estimate(values: Sequence[float]) -> Estimate | None:
    """Student's interval of the mean of independent days; None without any."""
    count = len(values)
    if count == 0:
        return None
    mean = math.fsum(values) / count
    if count == 1:
        return Estimate(mean, None)
    variance = math.fsum((value - mean) ** 2 for value in values) / (count - 1)
    return Estimate(mean, t_quantile((1 + CONFIDENCE) / 2, count - 1) * math.sqrt(variance / count))


def difference(values: Sequence[float | None], base: Sequence[float | None]) -> Estimate | None:
    """Mean of `values` − `base` day by day: the same customers on both sides, so their luck cancels out."""
    return estimate([a - b for a, b in zip(values, base, strict=True) if a is not None and b is not None])


def t_cdf(t: float, degrees: int) -> float:
    """Student's distribution by its finite series (Abramowitz and Stegun, 26.7.3 and 26.7.4); `degrees` ≥ 1."""
    theta = math.atan(t / math.sqrt(degrees))
    cosine, sine = math.cos(theta), math.sin(theta)
    total, term = 0.0, 1.0 if degrees % 2 == 0 else cosine
    for k in range(degrees % 2, degrees - 1, 2):
        total += term
        term *= cosine * cosine * (k + 1) / (k + 2)
    inside = sine * total if degrees % 2 == 0 else 2 / math.pi * (theta + sine * total)
    return (1 + inside) / 2


def t_quantile(probability: float, degrees: int) -> float:
    """The value below which Student's variable lies with `probability` (0.5 … 1), by bisection."""
    low, high = 0.0, 1.0
    while t_cdf(high, degrees) < probability:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if t_cdf(middle, degrees) < probability else (low, middle)
    return (low + high) / 2


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
