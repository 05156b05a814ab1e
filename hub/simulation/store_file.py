"""A store as a small YAML file; docs/simulation.md explains every field. All times are minutes after midnight inside."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

Code = Literal["store_file_unreadable", "store_file_invalid"]

MINUTES_A_DAY = 24 * 60
LATEST_MINUTE = 32 * 60
"""An evening may end in the small hours of the next date, written 24:00 and beyond: business days begin by 08:00."""

COUNT_MAX = 1_000
VISITS_MAX = 10_000
"""Beyond any shop's size; a slip of the keyboard is to be told, not computed for hours."""


class StoreFileError(ValueError):
    """A store that cannot be simulated; `code` is for programs, the text names the field and what is wrong with it."""

    def __init__(self, code: Code, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def _minutes(value: Any) -> Any:
    """`"09:30"` as minutes after midnight. YAML reads an unquoted 10:30 as 630 itself."""
    if not isinstance(value, str):
        return value
    hours, colon, minutes = value.partition(":")
    if not colon or not hours.isdigit() or not minutes.isdigit() or int(minutes) > 59:
        raise ValueError(f"{value!r} is no time of the form HH:MM")
    return int(hours) * 60 + int(minutes)


Clock = Annotated[int, BeforeValidator(_minutes), Field(ge=0, le=LATEST_MINUTE)]
Share = Annotated[float, Field(ge=0, le=1)]
Minutes = Annotated[int, Field(ge=1, le=MINUTES_A_DAY)]


class Part(BaseModel):
    """Of a file that describes a store."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class PlaceKindFile(Part):
    """So many places of one kind, each cleaned for `clean_up` minutes after every customer."""

    kind: str
    count: int = Field(ge=1, le=COUNT_MAX)
    clean_up: int = Field(0, ge=0, le=MINUTES_A_DAY)


class RestFile(Part):
    """A break that slides inside its window."""

    minutes: Minutes
    earliest: Clock
    latest_end: Clock


class TechnicianFile(Part):
    """One technician, or `count` alike. `pace` multiplies the minutes of a service, unknown to the plan."""

    name: str
    count: int = Field(1, ge=1, le=COUNT_MAX)
    skills: dict[str, int]
    begins: Clock
    ends: Clock
    rest: RestFile | None = None
    gender: str = ""
    pace: float = Field(1.0, gt=0, le=3)

    @property
    def names(self) -> list[str]:
        """Of each of them."""
        return [self.name] if self.count == 1 else [f"{self.name}-{number}" for number in range(1, self.count + 1)]

    @model_validator(mode="after")
    def _forwards(self) -> TechnicianFile:
        if self.ends <= self.begins:
            raise ValueError("a shift ends after it begins")
        return self


class PhaseFile(Part):
    """One step of a service. Without `skill` any technician may do it; nobody is there while something is `processing`."""

    kind: Literal["hands_on", "processing", "finishing"] = "hands_on"
    minutes: Minutes
    place: str | None = None
    skill: str | None = None
    level: int = 1


class ServiceFile(Part):
    """A service; of the services that are asked for, its share is `demand` over the sum of all."""

    code: str
    demand: float = Field(1.0, ge=0)
    phases: tuple[PhaseFile, ...] = Field(min_length=1)


class DemandFile(Part):
    """Visits a day, or the share of the technicians' time that they take; exactly one of the two."""

    visits: float | None = Field(None, gt=0, le=VISITS_MAX)
    load: float | None = Field(None, gt=0, le=1.5)

    @model_validator(mode="after")
    def _one(self) -> DemandFile:
        if (self.visits is None) == (self.load is None):
            raise ValueError("give either visits or load")
        return self


class SharesFile(Part):
    """How many of a hundred; sources in docs/simulation.md. `cancelled_on_the_day` is a share of the cancellations."""

    no_show: Share = 0.035
    cancelled: Share = 0.12
    cancelled_on_the_day: Share = 0.33
    walk_in: Share = 0.15
    several_services: Share = 0.15
    other_technician: Share = 0.73
    must: Share = 0.10
    prefers: Share = 0.25
    woman: Share = 0.05
    says_late: Share = 0.5


class ArrivalFile(Part):
    """When booked customers come, in minutes after the booked time, normally distributed."""

    mean: float = -10.0
    sd: float = Field(10.0, ge=0)


class StoreFile(Part):
    """A store and its customers."""

    name: str
    opens: Clock
    closes: Clock
    demand: DemandFile
    hours: dict[int, float] = Field(default_factory=dict, description="Weight of each hour; empty: all alike.")
    shares: SharesFile = SharesFile()
    arrival: ArrivalFile = ArrivalFile(mean=-10.0, sd=10.0)
    sigma: float = Field(0.25, ge=0, le=2, description="Standard deviation of the logarithm of a service time.")
    patience_minutes: float | None = Field(30.0, gt=0, description="Mean wait that a walk-in accepts; null: any.")
    slot_minutes: Minutes = 10
    overtime_minutes: int = Field(60, ge=0, le=MINUTES_A_DAY)
    places: tuple[PlaceKindFile, ...] = ()
    technicians: tuple[TechnicianFile, ...] = Field(min_length=1)
    services: tuple[ServiceFile, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> StoreFile:
        if self.closes <= self.opens:
            raise ValueError("closes: a store closes after it opens")
        if not sum(service.demand for service in self.services) > 0:
            raise ValueError("services: nobody asks for any of them")
        if any(not 0 <= hour < LATEST_MINUTE // 60 or weight < 0 for hour, weight in self.hours.items()):
            raise ValueError("hours: an hour is 0 to 31 and weighs nothing less than 0")
        if self.hours and not any(weight > 0 for hour, weight in self.hours.items() if self.open_in(hour)):
            raise ValueError("hours: nobody comes while the store is open")
        shared = self.shares.must + self.shares.prefers + self.shares.woman
        if shared > 1 or self.shares.no_show + self.shares.cancelled > 1:
            raise ValueError("shares: of one kind they add up to more than 1")
        self._told_apart()
        for service in self.services:
            for phase in service.phases:
                self._possible(service, phase)
        return self

    def _told_apart(self) -> None:
        """Two of one name would be taken for one."""
        people = [name for technician in self.technicians for name in technician.names]
        kinds, codes = [place.kind for place in self.places], [service.code for service in self.services]
        for field, names in (("technicians", people), ("places", kinds), ("services", codes)):
            twice = next((name for number, name in enumerate(names) if name in names[:number]), None)
            if twice is not None:
                raise ValueError(f"{field}: {twice!r} stands there twice")

    def _possible(self, service: ServiceFile, phase: PhaseFile) -> None:
        if phase.place is not None and phase.place not in {place.kind for place in self.places}:
            raise ValueError(f"services: {service.code} needs a place of the kind {phase.place!r}; there is none")
        able = [t for t in self.technicians if phase.skill is None or t.skills.get(phase.skill, 0) >= phase.level]
        if phase.kind != "processing" and not able:
            raise ValueError(f"services: nobody can do {service.code} (skill {phase.skill!r}, level {phase.level})")

    def open_in(self, hour: int) -> bool:
        """Whether customers may come in the hour."""
        return self.opens < (hour + 1) * 60 and hour * 60 < self.closes


def read_store(path: Path) -> StoreFile:
    """The store that a YAML file describes.

    Raises:
        StoreFileError: `store_file_unreadable` when it cannot be read as YAML, `store_file_invalid` when a field is wrong.
    """
    return store_of(read_yaml(path))


def read_yaml(path: Path) -> object:
    """What a YAML file says.

    Raises:
        StoreFileError: `store_file_unreadable`.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except RecursionError as error:
        raise StoreFileError("store_file_unreadable", f"{path}: nested too deeply") from error
    # ValueError: bytes that are no text, a day that does not exist; AttributeError: a tag that promises another kind of day.
    except (OSError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise StoreFileError("store_file_unreadable", str(error)) from error


def store_of(found: object) -> StoreFile:
    """The same from what YAML has read. Raises StoreFileError as `read_store` does."""
    try:
        return StoreFile.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise StoreFileError("store_file_invalid", f"{where}: {first['msg']}" if where else first["msg"]) from error
