"""How long services really take: learned per service, level and technician, each held to what is known without it.

Service times are log-normal. The logarithm of (true minutes ÷ catalog minutes) is the sum of an effect of the service's phase,
one of the level inside it and one of the technician inside that, and a rest of standard deviation σ. Each effect is its
group's mean residual, shrunk by n ÷ (n + σ²/τ²) towards 0 (empirical Bayes for normal means: Efron and Morris, "Data Analysis
Using Stein's Estimator and its Generalizations", JASA 70, 1975); τ², how much groups differ, comes from the groups themselves
by the method of moments (DerSimonian and Laird, 1986) and, like σ, is held to a prior as long as there is little to see.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

SIGMA = 0.25
"""Prior of the standard deviation of the logarithm: no salon has published one."""

SIGMA_WEIGHT = 30
"""So many observations is the prior of σ worth."""

TAU = 0.10
"""Prior of how much services, levels and people differ, in the logarithm: a tenth more or less."""

TAU_WEIGHT = 10
"""So many groups is the prior of τ worth."""

GROUP_WEIGHT = 10
"""A group of so many observations tells half as much about τ as one that is known for sure."""

CREDIBLE = 4.0
"""A phase that took so many times longer or shorter than planned is a forgotten tap, not a service time."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One finished phase. `minutes` is the true length, `planned` the catalog's."""

    service: str
    ordinal: int
    level: int
    technician: str
    planned: float
    minutes: float


@dataclass(frozen=True, slots=True)
class LogNormal:
    """The factor on the catalog's minutes: `mean` of the factor itself, `sigma` of its logarithm."""

    mean: float = 1.0
    sigma: float = SIGMA

    @property
    def log_mean(self) -> float:
        """Of the factor's logarithm."""
        return math.log(self.mean) - self.sigma**2 / 2


@dataclass(frozen=True, slots=True)
class Durations:
    """What has been learned; without observations the prior. Effects are shifts of the logarithm against the prior."""

    sigma: float = SIGMA
    services: Mapping[Hashable, float] = field(default_factory=dict)
    levels: Mapping[Hashable, float] = field(default_factory=dict)
    people: Mapping[Hashable, float] = field(default_factory=dict)
    observed: int = 0
    seen: Mapping[Hashable, int] = field(default_factory=dict)
    """Finished phases by service and ordinal."""
    by_person: Mapping[Hashable, int] = field(default_factory=dict)
    """Finished phases by service, ordinal, level and technician."""

    def of(self, service: str, ordinal: int, level: int, technician: str | None) -> LogNormal:
        """The factor on a phase's minutes for this technician; whoever is unknown is like others of the level."""
        shift = self.services.get((service, ordinal), 0.0)
        shift += self.levels.get((service, ordinal, level), 0.0)
        shift += self.people.get((service, ordinal, level, technician), 0.0)
        return LogNormal(math.exp(shift), self.sigma)


Key = Callable[[Observation], Hashable]
_KEYS: tuple[Key, ...] = (
    lambda o: (o.service, o.ordinal),
    lambda o: (o.service, o.ordinal, o.level),
    lambda o: (o.service, o.ordinal, o.level, o.technician),
)


def learn(observations: Iterable[Observation]) -> Durations:
    """Durations from finished phases; those that cannot be true are left out."""
    seen = [o for o in observations if o.planned > 0 and 1 / CREDIBLE <= o.minutes / o.planned <= CREDIBLE]
    if not seen:
        return Durations()
    ratios = [math.log(o.minutes / o.planned) for o in seen]
    sigma = _sigma(seen, ratios)
    # The catalog's minutes are the mean of a log-normal, whose logarithm has its mean σ²/2 lower.
    residuals = [ratio + sigma**2 / 2 for ratio in ratios]
    effects: list[dict[Hashable, float]] = []
    for key in _KEYS:
        groups = [key(o) for o in seen]
        found = _shrunk(groups, residuals, sigma)
        residuals = [rest - found[group] for group, rest in zip(groups, residuals, strict=True)]
        effects.append(found)
    services, levels, people = effects
    return Durations(sigma, services, levels, people, len(seen), Counter(map(_KEYS[0], seen)), Counter(map(_KEYS[2], seen)))


def _sigma(seen: Sequence[Observation], ratios: Sequence[float]) -> float:
    """Spread inside the finest groups, together with the prior."""
    groups = _grouped([_KEYS[-1](o) for o in seen], ratios)
    squares = sum(_scatter(values) for values in groups.values())
    degrees = len(ratios) - len(groups)
    return math.sqrt((SIGMA_WEIGHT * SIGMA**2 + squares) / (SIGMA_WEIGHT + degrees))


def _shrunk(groups: Sequence[Hashable], residuals: Sequence[float], sigma: float) -> dict[Hashable, float]:
    by_group = _grouped(groups, residuals)
    tau2 = _between(by_group, sigma)
    return {key: sum(values) / (len(values) + sigma**2 / tau2) for key, values in by_group.items()}


def _between(groups: Mapping[Hashable, Sequence[float]], sigma: float) -> float:
    """How much groups differ beyond what chance alone would show: the variance of their true means around 0."""
    total = sum(len(values) for values in groups.values())
    excess = sum(len(v) * (sum(v) / len(v)) ** 2 for v in groups.values()) - len(groups) * sigma**2
    seen = max(0.0, excess / total)
    weight = sum(len(v) / (len(v) + GROUP_WEIGHT) for v in groups.values())
    return (TAU_WEIGHT * TAU**2 + weight * seen) / (TAU_WEIGHT + weight)


def _grouped(keys: Sequence[Hashable], values: Sequence[float]) -> dict[Hashable, list[float]]:
    found: dict[Hashable, list[float]] = defaultdict(list)
    for key, value in zip(keys, values, strict=True):
        found[key].append(value)
    return found


def _scatter(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values)
