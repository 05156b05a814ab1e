"""Many days under several policies or rosters: the same customers for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hub.simulation.book import draw_day
from hub.simulation.engine import Play
from hub.simulation.ground import lay_out
from hub.simulation.measures import MEASURES, DayRecord, Measure, measured
from hub.simulation.policies import POLICIES, PolicyName
from hub.simulation.statistics import Estimate, difference, estimate
from hub.simulation.store_file import StoreFile

OWN = "store"
"""The store's own roster among others."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """What was played; the records of each policy or roster are day by day in the same order."""

    store: str
    days: int
    seed: int
    records: Mapping[str, list[DayRecord]]
    rostered: Mapping[str, float] | None = None
    """Hours on each roster; None: policies were compared."""

    def values(self, name: str, measure: Measure) -> list[float | None]:
        return [record.values[measure] for record in self.records[name]]

    def estimate(self, name: str, measure: Measure) -> Estimate | None:
        """Over the days that have a value."""
        return estimate([value for value in self.values(name, measure) if value is not None])

    def against(self, name: str, base: str, measure: Measure) -> Estimate | None:
        """`name` − `base`, paired by day."""
        return difference(self.values(name, measure), self.values(base, measure))

    def to_json(self) -> dict[str, object]:
        """Numbers for programs; differences are against the first."""
        names = list(self.records)
        return {
            "store": self.store,
            "days": self.days,
            "seed": self.seed,
            "policies" if self.rostered is None else "rosters": {
                name: {m: _json(self.estimate(name, m)) for m in MEASURES} for name in names
            },
            "differences": {
                name: {"against": names[0], **{m: _json(self.against(name, names[0], m)) for m in MEASURES}}
                for name in names[1:]
            },
            "outcomes": {name: _summed(records) for name, records in self.records.items()},
            **({} if self.rostered is None else {"hours_on_roster": dict(self.rostered)}),
        }


def _json(found: Estimate | None) -> dict[str, float | None] | None:
    return None if found is None else {"mean": found.mean, "half_width": found.half}


def _summed(records: list[DayRecord]) -> dict[str, int]:
    total: dict[str, int] = {}
    for record in records:
        for state, count in record.outcomes.items():
            total[state] = total.get(state, 0) + count
    return dict(sorted(total.items()))


def simulate(
    store: StoreFile,
    days: int,
    policies: Sequence[PolicyName],
    seed: int = 0,
    tell: Callable[[int], None] = lambda day: None,
) -> Campaign:
    """Play `days` days under each policy; `tell` hears of every day that is over. The same arguments give the same numbers."""
    ground = lay_out(store)
    records: dict[str, list[DayRecord]] = {policy: [] for policy in policies}
    for number in range(days):
        day = draw_day(ground, seed, number)
        for policy in policies:
            records[policy].append(measured(Play(ground, day, POLICIES[policy]()).run(), day))
        tell(number + 1)
    return Campaign(store.name, days, seed, records)
