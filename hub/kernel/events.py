"""A fact: past tense, frozen, typed, versioned, without personal data (ids only)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

_types: dict[str, type[Event]] = {}


class Event(BaseModel):
    """Base of all facts. A subclass names itself: `class ServiceStarted(Event, name="visits.service_started")`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    event_type: ClassVar[str]
    version: ClassVar[int] = 1

    def __init_subclass__(cls, *, name: str, version: int = 1, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if name in _types and _types[name].__qualname__ != cls.__qualname__:
            raise ValueError(f"event {name} is declared twice")
        cls.event_type = name
        cls.version = version
        _types[name] = cls

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Keeps pydantic from handing `name` on."""


def event_types() -> dict[str, type[Event]]:
    """Every declared fact by its name."""
    return dict(_types)


class Recorded(BaseModel):
    """A fact as the log holds it. `seq` is gapless per store."""

    model_config = ConfigDict(frozen=True)

    store_id: str
    seq: int
    type: str
    version: int
    at: datetime
    actor_kind: str
    actor_id: str
    device_id: str | None
    command: str
    command_id: str
    data: dict[str, Any]

    def event(self) -> Event:
        """The typed fact.

        Raises:
            KeyError: the type is unknown to this release.
        """
        return _types[self.type].model_validate(self.data)
