"""What the conversation knows and what it can want done: values alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from hub.kernel.text import Language
from hub.operations.bookings.people import Title

Step = Literal[
    "welcome",
    "identify",
    "hour",
    "unknown",
    "locked",
    "whose",
    "confirm",
    "consent",
    "form",
    "person",
    "result",
    "already",
    "elsewhen",
    "over",
    "service",
    "who",
    "offer",
    "later",
    "name",
    "number",
]
Found = Literal["ahead", "here", "elsewhen", "over"]
"""To come today, in the store already, on another day, or ended."""


class State(BaseModel):
    """What the kiosk knows of whoever stands before it."""

    model_config = ConfigDict(frozen=True)

    step: Step = "welcome"
    way: Literal["none", "code", "number"] = "none"
    phone: str = ""
    bookings: tuple[str, ...] = ()
    """Of today, proved to be this customer's: those in the store among them until one is chosen, then those still to come."""
    booking_id: str | None = None
    service_ids: tuple[str, ...] = ()
    requested: Literal["any", "woman", "man", "must"] = "any"
    technician_id: str | None = None
    name: str = ""
    title: Title = "none"
    health_changed: bool = False
    form: str = ""
    """Code of the form that is shown."""
    form_later: bool = False
    """A person brings what is left to sign."""
    helped: bool = False


@dataclass(frozen=True, slots=True)
class FoundBooking:
    id: str
    state: Found
    consented: bool
    named: bool = True
    """By its own code or its own hour; False: found beside one of those."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the hub looked up for this answer.

    `found` are bookings that a code opens, or that a number and an hour together name, with all others of that number today.
    `failures` are this device's failed tries within `TRIES_WITHIN`.
    """

    failures: int = 0
    found: tuple[FoundBooking, ...] = ()
    offered: frozenset[str] = frozenset()
    """Services that can be asked for at the kiosk."""
    name_needed: bool = False
    """What was chosen has to be signed for, which nobody can do without a name."""

    def one(self, booking_id: str | None) -> FoundBooking | None:
        return next((each for each in self.found if each.id == booking_id), None)


@dataclass(frozen=True, slots=True)
class CheckHere:
    """Note that the customer of this booking is in the store."""

    booking_id: str


@dataclass(frozen=True, slots=True)
class NoteConsent:
    booking_id: str


@dataclass(frozen=True, slots=True)
class NoteHealth:
    booking_id: str


@dataclass(frozen=True, slots=True)
class Sign:
    """Keep the signature, or with None that the customer agreed by holding."""

    booking_id: str
    form: str
    version: int
    language: Language
    strokes: tuple[tuple[int, ...], ...] | None


@dataclass(frozen=True, slots=True)
class BringForm:
    """Somebody comes to this customer with the form."""

    booking_id: str


@dataclass(frozen=True, slots=True)
class CallPerson:
    pass


@dataclass(frozen=True, slots=True)
class CountFailure:
    locked: bool


@dataclass(frozen=True, slots=True)
class JoinQueue:
    """A walk-in with the state's services; the booking that is made becomes the state's."""

    name: str | None
    title: Title
    phone: str | None
    language: Language


Effect = CheckHere | NoteConsent | NoteHealth | Sign | BringForm | CallPerson | CountFailure | JoinQueue


@dataclass(frozen=True, slots=True)
class Turn:
    state: State
    effects: tuple[Effect, ...] = ()
