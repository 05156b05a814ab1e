"""The day as the solver sees it: a `Problem` goes in, a `Plan` comes out.

All times and durations are whole units counted from the start of the horizon; the unit is named in `Problem.unit`
(minutes in a store). Spans are half open: `(start, end)` contains `start` and not `end`. Everything is frozen, so that
a problem can be shared with worker processes and kept beside the plan that answers it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Span: TypeAlias = tuple[int, int]

Level: TypeAlias = Literal[
    "unserved",
    "promise_lateness",
    "waiting",
    "changes",
    "wishes",
    "overtime",
    "fairness",
    "idle",
    "technicians_used",
    "makespan",
]

DEFAULT_OBJECTIVE: tuple[Level, ...] = (
    "unserved",
    "promise_lateness",
    "waiting",
    "changes",
    "wishes",
    "overtime",
    "fairness",
    "idle",
)

_CLOSED = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Break:
    """A rest of `length` units that lies inside `[earliest, latest_end]`; it slides when the window is longer."""

    length: int
    earliest: int
    latest_end: int
    __pydantic_config__ = _CLOSED


@dataclass(frozen=True, slots=True)
class Technician:
    """Somebody (or, in abstract problems, a machine) who does one phase at a time.

    `skills` maps a skill to its level; a phase asks for a skill at a least level. Work lies inside the shifts, each of
    which may be overrun by `overtime_max` units (priced by the level `overtime`); without shifts nobody works.
    `turns_taken` counts the turns of the day so far; `turn_rank` breaks ties in the rotation (lower goes first).
    """

    id: str
    skills: Mapping[str, int] = field(default_factory=dict)
    shifts: tuple[Span, ...] = ()
    breaks: tuple[Break, ...] = ()
    absences: tuple[Span, ...] = ()
    earliest_free: int = 0
    overtime_max: int = 0
    turns_taken: int = 0
    turn_rank: int = 0
    tags: tuple[str, ...] = ()
    __pydantic_config__ = _CLOSED


@dataclass(frozen=True, slots=True)
class Place:
    """A chair, basin or room for one customer at a time; `clean_up` units follow every stay before the next begins."""

    id: str
    kind: str
    clean_up: int = 0
    closures: tuple[Span, ...] = ()
    earliest_free: int = 0
    __pydantic_config__ = _CLOSED


@dataclass(frozen=True, slots=True)
class Fixed:
    """What is settled about a phase. Started work: `technician`, `place`, `start` and the expected `end`.

    Called work: `technician` and `place`, while the solver chooses the start. Fixed starts alone (`start`) leave the
    technician open. What is None stays open; `end` needs `start` and replaces the duration.
    """

    technician: str | None = None
    place: str | None = None
    start: int | None = None
    end: int | None = None
    __pydantic_config__ = _CLOSED


@dataclass(frozen=True, slots=True)
class Phase:
    """One step of a service.

    `place_kind` None needs no place. A technician is needed when `skill` or `duration_by_technician` is given.
    The duration is the technician's own (`duration_by_technician`, which also lists who may do it at all), else the one
    of his level in `duration_by_level`, else `duration`. `max_gap_before` is the longest pause after the phase before
    it: 0 for none, None for any. With `keep_place` the phase stays on the place of the phase before when the kinds are
    equal, and the place is held through the pause.
    """

    kind: Literal["hands_on", "processing", "finishing"] = "hands_on"
    duration: int = 0
    place_kind: str | None = None
    skill: str | None = None
    min_level: int = 1
    duration_by_level: Mapping[int, int] = field(default_factory=dict)
    duration_by_technician: Mapping[str, int] = field(default_factory=dict)
    max_gap_before: int | None = 0
    keep_place: bool = True
    fixed: Fixed | None = None
    __pydantic_config__ = _CLOSED

    @property
    def needs_technician(self) -> bool:
        """Whether somebody must be there for the whole of the phase."""
        return self.skill is not None or bool(self.duration_by_technician)


@dataclass(frozen=True, slots=True)
class Request:
    """Whom the customer asks for: `must` (hard) or `prefers` one of `technicians`; `tag`: only people with it (hard)."""

    kind: Literal["any", "must", "prefers", "tag"] = "any"
    technicians: tuple[str, ...] = ()
    tag: str = ""
    __pydantic_config__ = _CLOSED


@dataclass(frozen=True, slots=True)
class Item:
    """One service of a visit: phases in sequence. With `same_technician` one person does all phases that need one."""

    id: str
    phases: tuple[Phase, ...]
    request: Request = field(default_factory=Request)
    same_technician: bool = True
    __pydantic_config__ = _CLOSED


@dataclass(frozen=True, slots=True)
class Arrival:
    """`not_yet` (at is ignored), `expected_late` (at the customer's estimate) or `here` (since `at`)."""

    kind: Literal["not_yet", "expected_late", "here"] = "not_yet"
    at: int = 0
    __pydantic_config__ = _CLOSED


@dataclass(frozen=True, slots=True)
class Visit:
    """A customer's stay: one or more services that never overlap each other.

    No phase starts before `release`. `items_in_order` keeps the services in the given order. Visits of one `party`
    start together. `pinned` keeps the published plan's assignments of this visit exactly. `moves_so_far` counts how
    often the customer was moved already; `tier_weight` multiplies lateness and waiting.
    """

    id: str
    items: tuple[Item, ...]
    customer: str | None = None
    arrival: Arrival = field(default_factory=Arrival)
    release: int = 0
    booked_start: int | None = None
    promised: Span | None = None
    tier_weight: int = 1
    party: str | None = None
    moves_so_far: int = 0
    pinned: bool = False
    items_in_order: bool = True
    __pydantic_config__ = _CLOSED


@dataclass(frozen=True, slots=True)
class Settings:
    """The store's prices and limits; docs/scheduler.md gives the formulas that they enter."""

    moves_max: int = 3
    frozen: int = 15
    ageing: int = 15
    lateness_ageing: int = 30
    near: int = 60
    change_technician: int = 10
    change_place: int = 2
    change_start: int = 1
    wish: int = 1
    __pydantic_config__ = _CLOSED


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who does a phase, where and when. `phase` counts from 0 inside the item."""

    visit: str
    item: str
    phase: int
    technician: str | None
    place: str | None
    start: int
    end: int
    __pydantic_config__ = _CLOSED


@dataclass(frozen=True, slots=True)
class BreakTime:
    """When the `index`-th break of a technician is taken."""

    technician: str
    index: int
    start: int
    end: int
    __pydantic_config__ = _CLOSED


@dataclass(frozen=True, slots=True)
class Problem:
    """One store's day (or any number of stores that share nothing). Levels of `objective` are minimised in order."""

    horizon: int
    technicians: tuple[Technician, ...] = ()
    places: tuple[Place, ...] = ()
    visits: tuple[Visit, ...] = ()
    now: int = 0
    published: tuple[Assignment, ...] = ()
    settings: Settings = field(default_factory=Settings)
    objective: tuple[Level, ...] = DEFAULT_OBJECTIVE
    unit: str = "minute"
    name: str = ""
    __pydantic_config__ = _CLOSED
