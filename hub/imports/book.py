"""The canonical book: what an importer found, in the hub's own terms and free of any file format.

Every fact has a natural key made of what the fact says, never of where it stood, so the same fact read again, from
another file or after a repair, has the same key; `command_id` makes the id of a command from it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from hub.imports.findings import Source
from hub.kernel.text import Bilingual, Language

PhaseKind = Literal["hands_on", "processing", "finishing"]

_NAMESPACE = uuid.UUID("5f5b3c1e-7a0e-5c55-9d3a-2f1f6f1c8a10")


def command_id(store: str, key: str) -> str:
    """The id (32 hexadecimal digits) of the command that brings the fact `key` into `store`; always the same one.

    A name-based UUID, RFC 9562 version 5."""
    return uuid.uuid5(_NAMESPACE, f"{store}\n{key}").hex


@dataclass(frozen=True, slots=True)
class PhaseEntry:
    """One step of a service. `place_kind` None needs no place, `skill` None (only while processing) no technician.

    It may wait `max_gap_minutes` for its start after the step before."""

    kind: PhaseKind
    minutes: int
    place_kind: str | None
    skill: str | None
    min_level: int
    max_gap_minutes: int


@dataclass(frozen=True, slots=True)
class PlaceKindEntry:
    """A kind of place; `clean_minutes` are needed after each customer."""

    key: str
    code: str
    name: Bilingual
    clean_minutes: int


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """One chair, basin or room; `number` counts from 1 within its kind."""

    key: str
    kind: str
    number: int
    name: Bilingual


@dataclass(frozen=True, slots=True)
class SkillEntry:
    key: str
    code: str
    name: Bilingual


@dataclass(frozen=True, slots=True)
class CategoryEntry:
    key: str
    code: str
    name: Bilingual


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """A service. `price_minor` is the listed price, else the median of what was charged, else None (nobody knows).

    `price_is_listed` tells the two apart; `phases_from` says where the durations come from; `listed`: a service listing
    names it (else only bookings do)."""

    key: str
    code: str
    name: Bilingual
    category: str
    skill: str
    phases: tuple[PhaseEntry, ...]
    phases_from: Literal["service", "category", "otherwise"]
    active: bool
    listed: bool
    price_minor: int | None
    price_is_listed: bool
    cost_minor: int | None

    @property
    def minutes(self) -> int:
        """From the first phase's start to the last one's end, without pauses."""
        return sum(phase.minutes for phase in self.phases)

    @property
    def opening_minutes(self) -> int:
        """The technician's unbroken work before the first phase that leaves him free."""
        total = 0
        for phase in self.phases:
            if phase.kind == "processing":
                break
            total += phase.minutes
        return total


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """A person who serves. `level` 1 (junior) to 5 (master); `skills` are what the book shows plus what the mapping says;
    `gender` None: the mapping does not say."""

    key: str
    code: str
    name: str
    gender: Literal["woman", "man"] | None
    level: int
    skills: tuple[str, ...]
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpeningEntry:
    """Opening hours of a weekday (0 is Monday), local wall time as HH:MM; a weekday without an entry is closed."""

    key: str
    weekday: int
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class ShiftEntry:
    """When somebody must have been there, by the bookings of that day; UTC. The key names person and day, so a further
    booking found later changes the hours and not the key."""

    key: str
    staff: str
    day: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class CustomerEntry:
    """A customer as far as the book knows one: a code. `first_day` is the earliest day that names it."""

    key: str
    code: str
    name: str
    first_day: date


@dataclass(frozen=True, slots=True)
class ItemEntry:
    """One booked service. `customer` None: nobody is named; `staff` None: no technician is requested (`pool` says which
    pool the book named, if one). `no_show` and `rebooked` carry what other reports say about it."""

    key: str
    customer: str | None
    service: str
    staff: str | None
    pool: str | None
    day: date
    minute: int
    starts_at: datetime
    minutes: int
    no_show: bool
    rebooked: bool
    source: Source

    @property
    def ends_at(self) -> datetime:
        """UTC; by the mapping's durations."""
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class VisitEntry:
    """One customer's contiguous items of one day, by start. The key changes when an item is added."""

    key: str
    customer: str | None
    day: date
    items: tuple[ItemEntry, ...]

    @property
    def starts_at(self) -> datetime:
        """UTC."""
        return self.items[0].starts_at

    @property
    def ends_at(self) -> datetime:
        """UTC; the latest end of its items."""
        return max(item.ends_at for item in self.items)


@dataclass(frozen=True, slots=True)
class CancellationEntry:
    """A booking that was cancelled; the book no longer knows at what time of day it was."""

    key: str
    customer: str | None
    service: str
    staff: str | None
    day: date
    cancelled_on: date
    cancelled_by: str | None
    source: Source

    @property
    def days_ahead(self) -> int:
        """Days between the cancellation and the booked day; negative when it was noted afterwards."""
        return (self.day - self.cancelled_on).days


@dataclass(frozen=True, slots=True)
class NoShowEntry:
    """A no-show. `item` is the booking it belongs to, None when the book has none (then the time of day is unknown)."""

    key: str
    item: str | None
    customer: str | None
    service: str
    staff: str | None
    day: date
    source: Source


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row kept word for word for a part of the hub that takes it up later; `kind` is `receipts` or `products`.
    `client` is the code of the customer whom it names."""

    key: str
    kind: str
    cells: Mapping[str, str]
    source: Source
    client: str | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """Everything one import found; customer, service and staff fields hold codes, which are unique within the book."""

    name: Bilingual
    zone: str
    currency: str
    country: str
    language: Language
    visit_pause_minutes: int
    skills: tuple[SkillEntry, ...]
    categories: tuple[CategoryEntry, ...]
    opening_hours: tuple[OpeningEntry, ...]
    place_kinds: tuple[PlaceKindEntry, ...]
    places: tuple[PlaceEntry, ...]
    services: tuple[ServiceEntry, ...]
    staff: tuple[StaffEntry, ...]
    shifts: tuple[ShiftEntry, ...]
    customers: tuple[CustomerEntry, ...]
    items: tuple[ItemEntry, ...]
    cancellations: tuple[CancellationEntry, ...]
    no_shows: tuple[NoShowEntry, ...]
    raw_rows: tuple[RawRow, ...]
