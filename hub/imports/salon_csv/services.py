"""The catalogue and the team, as listing, mapping, bookings and receipts together show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import get_args

from hub.catalog.commands import PRICE_MINOR_MAX
from hub.imports.book import (
    CategoryEntry,
    OpeningEntry,
    PhaseEntry,
    PlaceEntry,
    PlaceKindEntry,
    ServiceEntry,
    SkillEntry,
    StaffEntry,
)
from hub.imports.salon_csv.mapping import SalonMapping, Weekday, WorkRule
from hub.imports.salon_csv.rows import ReceiptRow, ServiceRow
from hub.kernel.natural_keys import natural_key
from hub.kernel.text import Bilingual

CURRENCIES_WITHOUT_CENTS = frozenset({"JPY", "KRW", "VND", "CLP", "ISK"})
"""ISO 4217 currencies with an exponent of 0 that salons are likely to charge in."""
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
UNSORTED = "OTHER"
"""The category of a service that neither the listing nor the mapping puts anywhere."""


def minor_units(amount: Decimal, currency: str) -> int:
    """An amount in major units as an integer of minor units, half a unit rounded away from zero."""
    factor = 1 if currency in CURRENCIES_WITHOUT_CENTS else 100
    return int((amount * factor).quantize(Decimal(1), ROUND_HALF_UP))


def is_price(minor: int) -> bool:
    """Whether the catalog takes an amount as a price."""
    return 0 <= minor <= PRICE_MINOR_MAX


def service_entry(
    code: str, listed: ServiceRow | None, mapping: SalonMapping, charged: Mapping[str, list[Decimal]]
) -> ServiceEntry:
    """A service from its listing row (None: only booked) and its rule. `charged`: amounts per piece, by item name."""
    rule = mapping.services.get(code)
    category = (listed.category if listed else "") or (rule.category if rule and rule.category else "") or UNSORTED
    work, found = mapping.work_of(code, category)
    price, is_listed = _price(listed, mapping.currency, charged)
    return ServiceEntry(
        key=natural_key("service", code),
        code=code,
        name=_name(code, listed, rule.name if rule else None),
        category=category,
        skill=work.skill,
        phases=_phases(work),
        phases_from=found,
        active=listed.active if listed else True,
        listed=listed is not None,
        price_minor=price,
        price_is_listed=is_listed,
        cost_minor=None if listed is None or listed.cost is None else minor_units(listed.cost, mapping.currency),
    )


def staff_entry(code: str, done: Counter[str], services: Mapping[str, ServiceEntry], mapping: SalonMapping) -> StaffEntry:
    """A person, with the skills of the services that he is booked for (`done`: bookings by service code)."""
    rule = mapping.staff.get(code)
    by_skill: Counter[str] = Counter()
    for service, bookings in done.items():
        for skill in {phase.skill for phase in services[service].phases} - {None}:
            by_skill[str(skill)] += bookings
    shown = {skill for skill, bookings in by_skill.items() if bookings >= mapping.skill_bookings_min}
    return StaffEntry(
        key=natural_key("staff", code),
        code=code,
        name=rule.name if rule and rule.name else code,
        gender=rule.gender if rule else None,
        level=rule.level if rule else 3,
        skills=tuple(sorted({*shown, *mapping.skills_of_all, *(rule.skills if rule else ())})),
        services=tuple(sorted(done)),
    )


def charged(row: ReceiptRow) -> Decimal | None:
    """What was charged per piece; None for items taken back."""
    pieces = row.quantity if row.quantity is not None else Decimal(1)
    return row.amount / pieces if row.amount >= 0 and pieces > 0 else None


def opening_entries(mapping: SalonMapping) -> tuple[OpeningEntry, ...]:
    """The days that the salon is open."""
    return tuple(
        OpeningEntry(natural_key("opening", weekday), weekday, *hours.split("-"))
        for weekday, name in enumerate(WEEKDAYS)
        if (hours := mapping.opening_hours.get(name)) is not None
    )


def place_kind_entries(mapping: SalonMapping) -> tuple[PlaceKindEntry, ...]:
    """The mapping's kinds of place."""
    return tuple(
        PlaceKindEntry(natural_key("place_kind", kind), kind, rule.name, rule.clean_minutes)
        for kind, rule in mapping.places.items()
    )


def place_entries(mapping: SalonMapping) -> tuple[PlaceEntry, ...]:
    """Every single place, numbered within its kind."""
    return tuple(
        PlaceEntry(
            natural_key("place", kind, number),
            kind,
            number,
            Bilingual(zh=f"{rule.name.zh}{number}", en=f"{rule.name.en} {number}"),
        )
        for kind, rule in mapping.places.items()
        for number in range(1, rule.count + 1)
    )


def skill_entries(mapping: SalonMapping) -> tuple[SkillEntry, ...]:
    """The mapping's skills."""
    return tuple(SkillEntry(natural_key("skill", code), code, name) for code, name in mapping.skills.items())


def category_entries(services: Iterable[ServiceEntry], mapping: SalonMapping) -> tuple[CategoryEntry, ...]:
    """The categories that the services are in; one that the mapping does not name keeps its code as its name."""
    codes = dict.fromkeys(service.category for service in services)
    return tuple(
        CategoryEntry(
            natural_key("category", code),
            code,
            mapping.categories[code].name if code in mapping.categories else Bilingual(zh=code, en=code),
        )
        for code in codes
    )


def _name(code: str, listed: ServiceRow | None, mapped: Bilingual | None) -> Bilingual:
    if mapped is not None:
        return mapped
    name = (listed.name if listed else "") or code
    return Bilingual(zh=name, en=name)


def _price(listed: ServiceRow | None, currency: str, charged: Mapping[str, list[Decimal]]) -> tuple[int | None, bool]:
    if listed is not None and listed.price is not None and listed.price > 0:
        return minor_units(listed.price, currency), True
    amounts = charged.get(listed.name.casefold(), []) if listed is not None and listed.name else []
    price = minor_units(median(amounts), currency) if amounts else None
    return (price, False) if price is None or is_price(price) else (None, False)


def _phases(work: WorkRule) -> tuple[PhaseEntry, ...]:
    return tuple(
        PhaseEntry(
            kind=phase.kind,
            minutes=phase.minutes,
            place_kind=phase.place,
            skill=None if phase.kind == "processing" else phase.skill or work.skill,
            min_level=work.level,
            max_gap_minutes=phase.max_gap,
        )
        for phase in work.phases
    )
