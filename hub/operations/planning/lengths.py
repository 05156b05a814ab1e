"""How long the plan sets aside for a phase: the catalog's minutes, or what this technician has been seen to need.

The published rule: once `ENOUGH` finished phases of a service are known, the planned length is the quantile `QUANTILE` of the
learned distribution (`durations`), 0.55 by default, which for a log-normal of the usual spread is its mean. It differs from
the catalog by whole steps of five minutes, by no more than a quarter less or a half more. Room that has been set aside keeps
its length as long as that lies between the catalog's and the learned one: nobody is moved because the hub has learned.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import Any, Protocol

from hub.catalog.queries import PhaseFacts
from hub.operations.planning.durations import Durations
from scheduler import Phase

QUANTILE = 0.55
"""Store setting `planning.length_quantile`: the share of the phases that shall end within their planned length."""

ENOUGH = 20
"""Finished phases of a service before anything but the catalog is planned."""

STEP_MINUTES = 5
SHORTEST, LONGEST = 0.75, 1.5
"""Shares of the catalog's minutes."""

ANY_SKILL = "*"
_NORMAL = NormalDist()


class Known(Protocol):
    """What is known of the team, as `rows.Standing` has it: level by technician and skill."""

    @property
    def skills(self) -> Mapping[str, Mapping[str, int]]: ...

    @property
    def technicians(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class LengthRule:
    """A store's choice: whether lengths are learned (`planning.learned_lengths`), and which quantile is planned."""

    learned: bool = True
    quantile: float = QUANTILE

    @classmethod
    def of(cls, own: Mapping[str, Any]) -> LengthRule:
        """From the store's settings of planning; what makes no sense counts as not given."""
        quantile = own.get("length_quantile", QUANTILE)
        sensible = isinstance(quantile, (int, float)) and 0.05 <= quantile <= 0.95
        return cls(own.get("learned_lengths", True) is not False, float(quantile) if sensible else QUANTILE)


def planned_minutes(
    phase: PhaseFacts, service_id: str, level: int, technician: str | None, durations: Durations, rule: LengthRule
) -> int:
    """The planned length of a phase by the published rule."""
    known = durations.seen.get((service_id, phase.ordinal), 0)
    if not rule.learned or not phase.needs_technician or known < ENOUGH:
        return phase.minutes
    factor = durations.of(service_id, phase.ordinal, level, technician)
    share = math.exp(factor.log_mean + factor.sigma * _NORMAL.inv_cdf(rule.quantile))
    wanted = phase.minutes * min(LONGEST, max(SHORTEST, share))
    return max(1, phase.minutes + STEP_MINUTES * round((wanted - phase.minutes) / STEP_MINUTES))


@dataclass(slots=True)
class Lengths:
    """The planned lengths of one store's phases, each computed once."""

    standing: Known
    durations: Durations
    rule: LengthRule
    _by_phase: dict[tuple[str, int], dict[str, int]] = field(default_factory=dict)

    def minutes(self, service_id: str, phase: PhaseFacts, technician: str | None) -> int:
        """Of the phase when this technician does it."""
        level = self.standing.skills.get(technician or "", {}).get(phase.skill or "", 0)
        return planned_minutes(phase, service_id, level, technician, self.durations, self.rule)

    def phase(self, service_id: str, phase: PhaseFacts, kept: Mapping[str, int] | None = None) -> Phase:
        """The phase in the solver's words, nothing settled about it. `kept`: minutes set aside already, by technician."""
        made = Phase(
            kind=phase.kind,
            duration=phase.minutes,
            place_kind=phase.place_kind,
            skill=(phase.skill or ANY_SKILL) if phase.needs_technician else None,
            min_level=phase.min_level,
            max_gap_before=phase.max_gap_minutes,
        )
        if not phase.needs_technician:
            return made
        own = self._of_able(service_id, phase)
        kept = {name: minutes for name, minutes in (kept or {}).items() if self._may_stay(phase, own.get(name), minutes)}
        if set((own | kept).values()) <= {phase.minutes}:
            return made
        return replace(made, duration_by_technician=own | kept)

    def _may_stay(self, phase: PhaseFacts, learned: int | None, minutes: int) -> bool:
        return learned is not None and min(phase.minutes, learned) <= minutes <= max(phase.minutes, learned)

    def _of_able(self, service_id: str, phase: PhaseFacts) -> dict[str, int]:
        key = service_id, phase.ordinal
        if key not in self._by_phase:
            skills = self.standing.skills
            able = [row.id for row in self.standing.technicians if phase.is_for(skills.get(row.id, {}))]
            self._by_phase[key] = {name: self.minutes(service_id, phase, name) for name in able}
        return self._by_phase[key]
