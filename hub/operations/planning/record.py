"""What the hub has learned and kept: the lengths of services by who does them, and the promises with their odds."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.catalog.queries import PhaseFacts, ServiceFacts
from hub.kernel.commands import StoreFacts
from hub.kernel.text import Bilingual
from hub.operations.planning.duration_log import learned
from hub.operations.planning.lengths import ENOUGH, LengthRule, Lengths
from hub.operations.planning.rows import Standing, own_settings, standing_of
from hub.operations.planning.tables import PromiseRow

BANDS = ((50, 69), (70, 79), (80, 89), (90, 94), (95, 99))
"""Stated odds in percent, both ends included; together all that are told (`odds.ODDS_RANGE`)."""

DAYS = 90
"""How far back promises are counted, as far as lengths are learned."""

Z = 1.96
"""Of the normal distribution, for intervals of 95 %."""

TENTH = 1.2816
"""Standard deviations between the median and the first or last tenth."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How many promises were settled, and how many of them kept."""

    settled: int
    kept: int

    @property
    def share(self) -> float | None:
        """Percent; None while nothing is settled."""
        return 100 * self.kept / self.settled if self.settled else None


@dataclass(frozen=True, slots=True)
class Band:
    """Promises told with odds from `low` to `high` percent."""

    low: int
    high: int
    settled: int
    kept: int
    stated: float | None
    """Mean of the odds that were told."""
    share: float | None
    """Percent that was kept, with the ends of its 95 % interval (Wilson, JASA 22, 1927)."""
    least: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class PromiseRecord:
    """The live share of promises kept, by how far back, and whether the odds are true."""

    today: Kept
    week: Kept
    month: Kept
    quarter: Kept
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class PersonsLength:
    """Minutes of work by hand; a tenth of the services takes less than `low`, a tenth more than `high`."""

    technician_id: str
    technician: Bilingual
    seen: int
    learned: float
    planned: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ServiceLength:
    """The same for everybody who does it, and for each of them; `counts` says whether the plan goes by it."""

    service_id: str
    service: Bilingual
    catalog: int
    seen: int
    learned: float
    counts: bool
    people: tuple[PersonsLength, ...]


async def promise_record(session: AsyncSession, store: StoreFacts, now: datetime) -> PromiseRecord:
    """Of the last 90 days, today included; a day counts by when the window began."""
    today = store.days.of(now)
    since = store.days.span(today - timedelta(days=DAYS - 1))[0]
    wanted = select(PromiseRow.start, PromiseRow.odds, PromiseRow.kept).where(
        PromiseRow.start >= since, PromiseRow.kept.is_not(None)
    )
    rows = [(store.days.of(start), odds, bool(kept)) for start, odds, kept in await session.execute(wanted)]

    def of_last(days: int) -> Kept:
        first = today - timedelta(days=days - 1)
        found = [kept for day, _, kept in rows if first <= day <= today]
        return Kept(len(found), sum(found))

    return PromiseRecord(of_last(1), of_last(7), of_last(30), of_last(DAYS), bands_of((odds, kept) for _, odds, kept in rows))


def bands_of(told: Iterable[tuple[int, bool]]) -> tuple[Band, ...]:
    """Stated odds and whether they came true, by band."""
    by_band: dict[tuple[int, int], list[tuple[int, bool]]] = defaultdict(list)
    for odds, kept in told:
        band = next((band for band in BANDS if odds <= band[1]), BANDS[-1])
        by_band[band].append((odds, kept))
    return tuple(_band(*band, by_band[band]) for band in BANDS)


def _band(low: int, high: int, told: Sequence[tuple[int, bool]]) -> Band:
    if not told:
        return Band(low, high, 0, 0, None, None, None, None)
    kept = sum(kept for _, kept in told)
    least, most = wilson(kept, len(told))
    return Band(
        low, high, len(told), kept, sum(odds for odds, _ in told) / len(told), 100 * kept / len(told), 100 * least, 100 * most
    )


def wilson(kept: int, count: int) -> tuple[float, float]:
    """The score interval of a share at 95 %; `count` is at least 1."""
    share, z2 = kept / count, Z * Z
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = Z * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count)) / (1 + z2 / count)
    return max(0.0, middle - half), min(1.0, middle + half)


async def length_record(session: AsyncSession, store: StoreFacts, day: date) -> list[ServiceLength]:
    """Every service with work by hand, the most seen first; `day`: what the days before it have taught."""
    standing = await standing_of(session)
    durations = await learned(session, store, day, standing.catalog)
    lengths = Lengths(standing, durations, LengthRule.of(own_settings(store)))
    services = [service for service in standing.catalog.services.values() if service.active]
    found = [_service(service, standing, lengths) for service in services if _by_hand(service)]
    return sorted(found, key=lambda entry: (-entry.seen, entry.service.en))


def _by_hand(service: ServiceFacts) -> list[PhaseFacts]:
    return [phase for phase in service.phases if phase.needs_technician]


def _service(service: ServiceFacts, standing: Standing, lengths: Lengths) -> ServiceLength:
    phases = _by_hand(service)
    seen = min(lengths.durations.seen.get((service.id, phase.ordinal), 0) for phase in phases)
    people = [
        _person(service, phases, row.id, Bilingual(zh=row.name_zh, en=row.name_en), standing, lengths)
        for row in standing.technicians
        if row.active and all(_able(standing, row.id, phase) for phase in phases)
    ]
    means = [lengths.durations.of(service.id, phase.ordinal, 0, None).mean * phase.minutes for phase in phases]
    return ServiceLength(
        service_id=service.id,
        service=Bilingual(zh=service.name.zh, en=service.name.en),
        catalog=sum(phase.minutes for phase in phases),
        seen=seen,
        learned=sum(means),
        counts=lengths.rule.learned and seen >= ENOUGH,
        people=tuple(sorted(people, key=lambda person: (-person.seen, person.technician.en))),
    )


def _able(standing: Standing, technician_id: str, phase: PhaseFacts) -> bool:
    return phase.is_for(standing.skills.get(technician_id, {}))


def _person(
    service: ServiceFacts, phases: list[PhaseFacts], technician_id: str, name: Bilingual, standing: Standing, lengths: Lengths
) -> PersonsLength:
    """Phases are added up; their spreads as if they had nothing to do with each other."""
    mean = variance = 0.0
    seen: list[int] = []
    for phase in phases:
        level = standing.skills.get(technician_id, {}).get(phase.skill or "", 0)
        factor = lengths.durations.of(service.id, phase.ordinal, level, technician_id)
        seen.append(lengths.durations.by_person.get((service.id, phase.ordinal, level, technician_id), 0))
        mean += factor.mean * phase.minutes
        variance += (factor.mean * phase.minutes) ** 2 * (math.exp(factor.sigma**2) - 1)
    sigma = math.sqrt(math.log(1 + variance / mean**2))
    median = math.log(mean) - sigma**2 / 2
    return PersonsLength(
        technician_id=technician_id,
        technician=name,
        seen=min(seen),
        learned=mean,
        planned=sum(lengths.minutes(service.id, phase, technician_id) for phase in phases),
        low=math.exp(median - TENTH * sigma),
        high=math.exp(median + TENTH * sigma),
    )
