"""What the export has no column for: zone, currency, places, durations and phases, levels. A YAML file, checked whole."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from hub.imports.book import PhaseKind
from hub.imports.findings import shown
from hub.imports.salon_csv.fields import DateOrder, plain_code
from hub.imports.salon_csv.layouts import FileKind
from hub.kernel.text import Bilingual, Language

MAPPING_BYTES_MAX = 1024 * 1024
PROBLEMS_SHOWN_MAX = 20
"""A file with more wrong in it is mended from the top."""

DEFAULT_MAPPING = Path(__file__).with_name("default_mapping.yaml")


class MappingRefused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """The mapping cannot be used. `problems`: (where in the file, what is wrong there), at most PROBLEMS_SHOWN_MAX."""

    def __init__(self, file: str, problems: list[tuple[str, str]]) -> None:
        super().__init__(f"{file}: " + "; ".join(f"{where}: {what}" for where, what in problems))
        self.file = file
        self.problems = problems


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError) as wrong:  # a folder, a path outside of the database, a missing zone
        raise ValueError(f"no such time zone: {name}") from wrong
    return name


def _both_languages(words: Any) -> Any:
    return {"zh": words, "en": words} if isinstance(words, str) else words


def _hours(text: str) -> str:
    opens, closes = text.split("-")
    if opens >= closes:
        raise ValueError("opening hours must end after they begin, on the same day")
    return text


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Hours = Annotated[
    str,
    StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$"),
    AfterValidator(_hours),
]
"""`08:00-20:00`, local wall time."""
Code = Annotated[str, BeforeValidator(lambda text: plain_code(text) if isinstance(text, str) else text)]
Key = Annotated[str, StringConstraints(pattern=r"^\S{1,30}$")]
"""The mapping's own short name of a skill or a kind of place."""
Words = Annotated[Bilingual, BeforeValidator(_both_languages)]
"""`{zh: …, en: …}`, or one text for both."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PhaseRule(_Strict):
    """One phase; `place` None needs no place, `skill` None is that of the service. While it processes nobody works."""

    kind: PhaseKind
    minutes: int = Field(ge=1, le=600)
    place: str | None = None
    skill: str | None = None
    max_gap: int = Field(default=10, ge=0, le=240)


class WorkRule(_Strict):
    """What a service takes: a skill, the level that it needs, and its phases in order."""

    skill: str
    level: int = Field(default=1, ge=1, le=5)
    phases: tuple[PhaseRule, ...] = Field(min_length=1, max_length=12)


class ServiceRule(WorkRule):
    """A service by its code. What is left out here comes from the service listing."""

    name: Words | None = None
    category: Code | None = None


class CategoryRule(WorkRule):
    """A category of the listing: its name, and the work of its services that have no rule of their own."""

    name: Words


class PlaceRule(_Strict):
    name: Words
    count: int = Field(ge=1, le=200)
    clean_minutes: int = Field(default=0, ge=0, le=120)


class StaffRule(_Strict):
    """A member of staff by code. `skills` come on top of those that the book shows."""

    name: str | None = Field(default=None, min_length=1, max_length=200)
    gender: Literal["woman", "man"] | None = None
    level: int = Field(default=3, ge=1, le=5)
    skills: tuple[str, ...] = ()


class SalonMapping(_Strict):
    """The whole file; see docs/import.md."""

    version: Literal[1]
    zone: Annotated[str, AfterValidator(_known_zone)]
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    country: str = Field(pattern=r"^[A-Z]{2}$")
    language: Language = "en"
    name: Words = Bilingual(zh="沙龙", en="Salon")
    dates: DateOrder = "month_first"
    visit_pause_minutes: int = Field(default=60, ge=0, le=600)
    skill_bookings_min: int = Field(default=1, ge=1, le=1000)
    skills_of_all: tuple[str, ...] = ()
    shift_hours_min: int = Field(default=6, ge=1, le=16)
    opening_hours: dict[Weekday, Hours | None]
    pools: tuple[Code, ...] = ()
    places: dict[Key, PlaceRule] = Field(min_length=1)
    skills: dict[Key, Words] = {}
    categories: dict[Code, CategoryRule] = {}
    otherwise: WorkRule
    services: dict[Code, ServiceRule] = {}
    staff: dict[Code, StaffRule] = {}
    columns: dict[FileKind, dict[str, tuple[str, ...]]] = {}

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        rules: list[tuple[str, WorkRule]] = [("otherwise", self.otherwise)]
        rules += [(f"categories.{code}", rule) for code, rule in self.categories.items()]
        rules += [(f"services.{code}", rule) for code, rule in self.services.items()]
        for where, rule in rules:
            for skill in {rule.skill, *(phase.skill for phase in rule.phases)} - {None, *self.skills}:
                raise ValueError(f"{where}: no skill is called {skill}")
            for phase in rule.phases:
                if phase.place is not None and phase.place not in self.places:
                    raise ValueError(f"{where}: no kind of place is called {phase.place}")
        for skill in set(self.skills_of_all) - set(self.skills):
            raise ValueError(f"skills_of_all: no skill is called {skill}")
        for code, person in self.staff.items():
            for skill in set(person.skills) - set(self.skills):
                raise ValueError(f"staff.{code}: no skill is called {skill}")
            if code in self.pools:
                raise ValueError(f"staff.{code}: is also a pool")
        return self

    def work_of(self, code: str, category: str) -> tuple[WorkRule, Literal["service", "category", "otherwise"]]:
        """The rule for a service and where it was found: its own, its category's, or the last resort."""
        if code in self.services:
            return self.services[code], "service"
        if category in self.categories:
            return self.categories[category], "category"
        return self.otherwise, "otherwise"


def default_mapping() -> SalonMapping:
    """The mapping that ships with the hub."""
    return load_mapping(DEFAULT_MAPPING)


def load_mapping(path: Path) -> SalonMapping:
    """Read and check a mapping file.

    Raises:
        MappingRefused: it cannot be read, is no YAML, or says something impossible.
    """
    name = shown(path.name)
    try:
        with path.open("rb") as file:
            data = file.read(MAPPING_BYTES_MAX + 1)  # a device may have no size and no end
        if len(data) > MAPPING_BYTES_MAX:
            raise MappingRefused(name, [("", "too large")])
        said = yaml.load(data.decode("utf-8-sig"), Loader=_CodesAreText)  # noqa: S506 - derived from SafeLoader # nosec B506
        if not isinstance(said, dict):
            raise MappingRefused(name, [("", "no keys and values, such as version: 1")])
        return SalonMapping.model_validate(said)
    except OSError as wrong:
        raise MappingRefused(name, [("", wrong.strerror or "unreadable")]) from wrong
    except UnicodeDecodeError as wrong:
        raise MappingRefused(name, [("", "not UTF-8")]) from wrong
    except RecursionError as wrong:
        raise MappingRefused(name, [("", "nested too deeply")]) from wrong
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark
        where = f"{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise MappingRefused(name, [(where, shown(wrong.problem or "not YAML"))]) from wrong
    except yaml.reader.ReaderError as wrong:
        line = data.decode("utf-8-sig")[: wrong.position].count("\n") + 1
        raise MappingRefused(name, [(f"{line}", shown(f"the character {wrong.character:#x} cannot stand here"))]) from wrong
    except (yaml.YAMLError, ValueError) as wrong:
        raise MappingRefused(name, _problems(wrong)) from wrong


def _problems(wrong: Exception) -> list[tuple[str, str]]:
    if not isinstance(wrong, ValidationError):
        return [("", shown(str(wrong)))]
    errors = wrong.errors(include_url=False, include_context=False, include_input=False)
    return [
        (".".join(str(part) for part in error["loc"]), error["msg"].removeprefix("Value error, "))
        for error in errors[:PROBLEMS_SHOWN_MAX]
    ]


class _CodesAreText(yaml.SafeLoader):
    """YAML whose keys are always text (the service code NO is not `false`), never written twice, and without aliases
    (a few lines of nested ones can unfold into gigabytes) and tags. What looks like a date is text."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, Any]]]] = {  # type: ignore[misc]
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        unused = "aliases" if isinstance(event, yaml.AliasEvent) else "tags" if getattr(event, "tag", None) else ""
        if unused:
            raise yaml.constructor.ConstructorError(None, None, f"{unused} are not used here", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        found: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be text", key_node.start_mark)
            key = key_node.value
            if key in found:
                raise yaml.constructor.ConstructorError(None, None, f"{key} stands here twice", key_node.start_mark)
            found[key] = self.construct_object(value_node, deep=True)
        return found
