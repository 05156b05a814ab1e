"""What is measured of a day that has been played; docs/simulation.md defines each measure in words."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass
from typing import Literal, get_args

from hub.simulation.book import Day
from hub.simulation.floor import Floor, Stay
from hub.simulation.promising import is_kept
from hub.simulation.statistics import percentile

Measure = Literal[
    "waiting_mean",
    "waiting_p90",
    "lateness_mean",
    "promises_kept",
    "odds_stated",
    "overtime",
    "changes",
    "utilisation",
    "served",
    "turned_away",
    "no_room",
]
"""Minutes: waiting, lateness (per customer), overtime (of the day). Percent: promises, odds, utilisation. Else counts."""

MEASURES: tuple[Measure, ...] = get_args(Measure)

WAIT_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class DayRecord:
    """A day in numbers; a measure is None on a day without anybody to measure it on."""

    values: dict[Measure, float | None]
    outcomes: dict[str, int]
    promises: tuple[tuple[int, bool], ...]
    """Stated odds in percent, and whether the promise was kept, of everybody who was served."""


def measured(floor: Floor, day: Day) -> DayRecord:
    """The record of a day at its end."""
    served = [stay for stay in floor.stays.values() if stay.state == "served"]
    waits = [waited(stay) for stay in served]
    told = [(stay, stay.promise) for stay in served if stay.promise is not None]
    promises = tuple((p.odds, is_kept(p, stay.first_start or 0, stay.arrived or 0)) for stay, p in told)
    late = [max(0, (stay.first_start or 0) - max(p.end, stay.arrived or 0)) for stay, p in told]
    busy, over = _work(floor)
    outcomes = Counter(str(stay.state) for stay in floor.stays.values())
    values: dict[Measure, float | None] = {
        "waiting_mean": _mean(waits),
        "waiting_p90": float(percentile(waits, WAIT_SHARE)) if waits else None,
        "lateness_mean": _mean(late),
        "promises_kept": _percent([kept for _, kept in promises]),
        "odds_stated": _mean([odds for odds, _ in promises]),
        "overtime": float(over),
        "changes": _mean([stay.changes for stay in served]),
        "utilisation": 100 * busy / floor.ground.shift_minutes,
        "served": float(len(served)),
        "turned_away": float(outcomes["turned_away"]),
        "no_room": float(day.no_room),
    }
    counted: dict[str, int] = {**outcomes, "no_room": day.no_room, "cancelled_ahead": day.cancelled_ahead}
    return DayRecord(values, counted, promises)


def waited(stay: Stay) -> int:
    """Minutes beyond the customer's own earliness until the first service, and between the services."""
    begins = stay.first_start or 0
    wait = max(0, begins - max(stay.arrived or 0, stay.customer.booked or 0))
    spans = sorted(
        (
            min(run.start for (item, _), run in stay.runs.items() if item == one.id),
            max(run.ends for (item, _), run in stay.runs.items() if item == one.id),
        )
        for one in stay.customer.items
    )
    return wait + sum(max(0, after[0] - before[1]) for before, after in itertools.pairwise(spans))


def _work(floor: Floor) -> tuple[int, int]:
    """Minutes that technicians worked inside their shifts, and outside."""
    shifts = {t.id: t.shifts[0] for t in floor.ground.technicians}
    busy = over = 0
    for stay in floor.stays.values():
        for run in stay.runs.values():
            if run.technician is not None:
                begins, ends = shifts[run.technician]
                inside = max(0, min(run.ends, ends) - max(run.start, begins))
                busy += inside
                over += run.ends - run.start - inside
    return busy, over


def _mean(values: list[int]) -> float | None:
    return sum(values) / len(values) if values else None


def _percent(values: list[bool]) -> float | None:
    return 100 * sum(values) / len(values) if values else None
