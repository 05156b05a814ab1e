"""What others may read of the catalog. Times of opening are aware UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.catalog.rules import closed_by_law, day_begin_for, public_holiday
from hub.catalog.tables import (
    ClosedDayRow,
    ConsentFormRow,
    OpeningHoursRow,
    PlaceKindRow,
    ServicePhaseRow,
    ServiceRow,
    SkillRow,
    WordingRow,
)
from hub.catalog.wording import OwnText, sources
from hub.kernel.business_days import MIDNIGHT
from hub.kernel.commands import StoreFacts
from hub.kernel.text import Bilingual, Language, language_of

PhaseKind = Literal["hands_on", "processing", "finishing"]


@dataclass(frozen=True, slots=True)
class PhaseFacts:
    """One phase of a service; `place_kind` and `skill` are codes, None: needs none."""

    ordinal: int
    kind: PhaseKind
    minutes: int
    place_kind: str | None
    skill: str | None
    min_level: int
    max_gap_minutes: int

    @property
    def needs_technician(self) -> bool:
        """While colour develops the technician is free."""
        return self.kind != "processing"

    def is_for(self, skills: Mapping[str, int]) -> bool:
        """Whether somebody with these levels by skill can do it."""
        return self.skill is None or skills.get(self.skill, 0) >= self.min_level


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """A service with its phases in order."""

    id: str
    code: str
    name: Bilingual
    category: Bilingual
    price_minor: int
    bookable_online: bool
    active: bool
    ordinal: int
    phases: tuple[PhaseFacts, ...]
    consent_form: str | None = None
    """Code of the form that has to be signed before it begins."""

    @property
    def minutes(self) -> int:
        """The shortest stay: all phases without gaps."""
        return sum(phase.minutes for phase in self.phases)

    @property
    def name_zh(self) -> str:
        return self.name.zh

    @property
    def name_en(self) -> str:
        return self.name.en


@dataclass(frozen=True, slots=True)
class PlaceKindFacts:
    code: str
    name: Bilingual
    clean_minutes: int
    ordinal: int


@dataclass(frozen=True, slots=True)
class ConsentFormFacts:
    """A form as customers are asked to sign it now."""

    code: str
    version: int
    name: Bilingual
    text: Bilingual
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Catalog:
    """The whole catalog, each part in the store's own order."""

    services: dict[str, ServiceFacts]
    """By id, retired ones included."""
    by_code: dict[str, ServiceFacts]
    kinds: dict[str, PlaceKindFacts]
    skills: dict[str, Bilingual]
    hours: dict[int, tuple[str, str]]
    """Opens and closes (`HH:MM` on the store's wall) by weekday, 0 is Monday; closed where there is none."""

    def clean_minutes(self, kind: str | None) -> int:
        """Minutes of cleaning after a customer has left a place of this kind."""
        return self.kinds[kind].clean_minutes if kind in self.kinds else 0


async def catalog_of(session: AsyncSession) -> Catalog:
    """Read the store's catalog in five small queries."""
    phases: dict[str, list[PhaseFacts]] = {}
    for row in await session.scalars(select(ServicePhaseRow).order_by(ServicePhaseRow.ordinal)):
        phases.setdefault(row.service_id, []).append(_phase(row))
    rows = await session.scalars(select(ServiceRow).order_by(ServiceRow.ordinal, ServiceRow.code))
    services = {row.id: _service(row, tuple(phases.get(row.id, ()))) for row in rows}
    kinds = await session.scalars(select(PlaceKindRow).order_by(PlaceKindRow.ordinal, PlaceKindRow.code))
    skills = await session.scalars(select(SkillRow).order_by(SkillRow.code))
    hours = await session.scalars(select(OpeningHoursRow).order_by(OpeningHoursRow.weekday))
    return Catalog(
        services=services,
        by_code={service.code: service for service in services.values()},
        kinds={
            row.code: PlaceKindFacts(row.code, Bilingual(zh=row.name_zh, en=row.name_en), row.clean_minutes, row.ordinal)
            for row in kinds
        },
        skills={row.code: Bilingual(zh=row.name_zh, en=row.name_en) for row in skills},
        hours={row.weekday: (row.opens, row.closes) for row in hours},
    )


async def consent_forms(session: AsyncSession) -> dict[str, ConsentFormFacts]:
    """The newest version of each form, by code."""
    rows = await session.scalars(select(ConsentFormRow).order_by(ConsentFormRow.code, ConsentFormRow.version))
    return {
        row.code: ConsentFormFacts(
            code=row.code,
            version=row.version,
            name=Bilingual(zh=row.name_zh, en=row.name_en),
            text=Bilingual(zh=row.text_zh, en=row.text_en),
            made_at=row.made_at,
        )
        for row in rows
    }


async def own_texts(session: AsyncSession) -> list[OwnText]:
    """What the store says in its own words, in a stable order."""
    rows = await session.scalars(select(WordingRow).order_by(WordingRow.message_id, WordingRow.language))
    return [OwnText(language_of(row.language), row.message_id, row.text) for row in rows]


async def text_sources(session: AsyncSession) -> dict[Language, str]:
    """The same as a Fluent file per language, without what no longer fits the product's texts."""
    return sources(await own_texts(session))


async def opening(session: AsyncSession, store: StoreFacts, day: date) -> tuple[datetime, datetime] | None:
    """When the store opens and closes on this business day; None: closed."""
    if await session.scalar(select(ClosedDayRow).where(ClosedDayRow.date == day)) is not None:
        return None
    if closed_by_law(store.settings) and public_holiday(store.country, day) is not None:
        return None
    hours = await session.scalar(select(OpeningHoursRow).where(OpeningHoursRow.weekday == day.weekday()))
    return store.days.between(day, hours.opens, hours.closes) if hours is not None else None


def day_begin_proposed(store: StoreFacts, catalog: Catalog) -> str | None:
    """The hour at which the day should begin where it begins at midnight and the store is open past it; None: all is well."""
    return day_begin_for(catalog.hours.values()) if store.days.begins == MIDNIGHT else None


async def closed_days(session: AsyncSession, first: date, last: date) -> dict[date, Bilingual]:
    """Days that the store has closed by hand, both ends included."""
    rows = await session.scalars(select(ClosedDayRow).where(ClosedDayRow.date.between(first, last)))
    return {row.date: Bilingual(zh=row.name_zh, en=row.name_en) for row in rows}


def holiday(store: StoreFacts, day: date) -> Bilingual | None:
    """The public holiday of the store's country on this day: a hint, not a closure."""
    return public_holiday(store.country, day)


def _phase(row: ServicePhaseRow) -> PhaseFacts:
    return PhaseFacts(
        ordinal=row.ordinal,
        kind=cast(PhaseKind, row.kind),
        minutes=row.minutes,
        place_kind=row.place_kind,
        skill=row.skill,
        min_level=row.min_level,
        max_gap_minutes=row.max_gap_minutes,
    )


def _service(row: ServiceRow, phases: tuple[PhaseFacts, ...]) -> ServiceFacts:
    return ServiceFacts(
        id=row.id,
        code=row.code,
        name=Bilingual(zh=row.name_zh, en=row.name_en),
        category=Bilingual(zh=row.category_zh, en=row.category_en),
        price_minor=row.price_minor,
        bookable_online=row.bookable_online,
        active=row.active,
        ordinal=row.ordinal,
        phases=phases,
        consent_form=row.consent_form,
    )
