"""What stands before the bookings, as commands: skills, places, hours, services, people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from hub.catalog.queries import ServiceFacts
from hub.imports.book import Book, ServiceEntry, StaffEntry
from hub.imports.sending import Errand, edition_of
from hub.kernel.natural_keys import natural_key
from hub.kernel.text import Bilingual
from hub.operations.team.queries import TechnicianFacts

DAY_ENDS = "24:00"
"""As the mapping may write it; the hub's clock calls it the next day's first minute."""


def catalog_errands(book: Book) -> Iterator[list[Errand]]:
    """In the order in which one needs the other."""
    yield [_errand("catalog.put_skill", skill.key, {"code": skill.code, "name": _both(skill.name)}) for skill in book.skills]
    yield [
        _errand(
            "catalog.put_place_kind",
            kind.key,
            {"code": kind.code, "name": _both(kind.name), "clean_minutes": kind.clean_minutes, "ordinal": number},
        )
        for number, kind in enumerate(book.place_kinds)
    ]
    yield [
        _errand(
            "stations.put_place",
            place.key,
            {"code": f"{place.kind}-{place.number}", "kind": place.kind, "name": _both(place.name), "ordinal": number},
        )
        for number, place in enumerate(book.places)
    ]
    open_days = {entry.weekday: entry for entry in book.opening_hours}
    hours = []
    for weekday in range(7):
        entry = open_days.get(weekday)
        closes = None if entry is None else "00:00" if entry.closes == DAY_ENDS else entry.closes
        data = {"weekday": weekday, "opens": entry.opens if entry else None, "closes": closes}
        hours.append(_errand("catalog.set_opening_hours", natural_key("opening", weekday), data))
    yield hours


def service_errand(entry: ServiceEntry, category: Bilingual, ordinal: int, stored: ServiceFacts | None) -> Errand:
    """A service. A price that nobody knows leaves the one that the store has; online only what has a price is offered."""
    price = entry.price_minor if entry.price_minor is not None else stored.price_minor if stored else 0
    data = {
        "code": entry.code,
        "name": _both(entry.name),
        "category": _both(category),
        "price_minor": price,
        "bookable_online": price > 0 and entry.phases_from == "service",
        "active": entry.active,
        "ordinal": ordinal,
        "phases": [asdict(phase) for phase in entry.phases],
    }
    return Errand("catalog.put_service", data, entry.key, edition=edition_of(entry, category))


def technician_errand(entry: StaffEntry, ordinal: int, stored: TechnicianFacts | None) -> Errand:
    """A person with the skills that this book shows beside those that the store knows, at the level it knows."""
    skills = dict.fromkeys(entry.skills, entry.level)
    data: dict[str, Any] = {
        "code": entry.code,
        "name": {"zh": entry.name, "en": entry.name},
        "gender": entry.gender,
        "skills": skills,
        "ordinal": ordinal,
    }
    if stored is not None:
        data |= {
            "name": _both(stored.name),
            "gender": stored.gender or entry.gender,
            "skills": {**skills, **stored.skills},
            "active": stored.active,
            "ordinal": stored.ordinal,
        }
    return Errand("team.put_technician", data, entry.key, edition=edition_of(entry.level, entry.gender, entry.skills))


def _errand(name: str, key: str, data: dict[str, Any]) -> Errand:
    return Errand(name, data, key, edition=edition_of(data))


def _both(name: Bilingual) -> dict[str, str]:
    return {"zh": name.zh, "en": name.en}
