"""The conversation as a pure state machine: (state, what was tapped, what is known) → (state, what has to be done).

Nobody learns from it whether a phone number belongs to a customer. A number alone answers nothing: it is followed, for every
number alike, by the question for the hour of the booking, and only both together find one. A pair that fits nothing, and a code
that is no code, count as failed tries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from hub.kernel.errors import Refused, declare
from hub.kernel.text import Language
from hub.operations.bookings.people import Title
from kiosk.inputs import (
    Another,
    Back,
    Begin,
    Choose,
    ChooseServices,
    ChooseWho,
    Confirm,
    Consent,
    GiveHour,
    GiveName,
    GiveNumber,
    GivePhone,
    Help,
    Input,
    Join,
    Later,
    Leave,
    NotMe,
    Scan,
    Stay,
)

KIOSK_STEP = declare("kiosk_step", 409)
"""The answer fits no question that is being asked."""

TRIES_MAX = 5
TRIES_WITHIN = timedelta(minutes=10)

Step = Literal[
    "welcome",
    "identify",
    "hour",
    "unknown",
    "locked",
    "whose",
    "confirm",
    "consent",
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
    """Of today and still to come, proved to be this customer's."""
    booking_id: str | None = None
    service_ids: tuple[str, ...] = ()
    requested: Literal["any", "woman", "man", "must"] = "any"
    technician_id: str | None = None
    name: str = ""
    title: Title = "none"
    health_changed: bool = False
    helped: bool = False


@dataclass(frozen=True, slots=True)
class FoundBooking:
    id: str
    state: Found
    consented: bool


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


Effect = CheckHere | NoteConsent | NoteHealth | CallPerson | CountFailure | JoinQueue


@dataclass(frozen=True, slots=True)
class Turn:
    state: State
    effects: tuple[Effect, ...] = ()


PREVIOUS: dict[Step, Step] = {
    "identify": "welcome",
    "hour": "identify",
    "unknown": "identify",
    "service": "welcome",
    "who": "service",
    "offer": "who",
    "later": "who",
    "name": "offer",
    "number": "name",
}
"""Where "back" leads; from every other step it ends the conversation."""

BEFORE_KNOWN = frozenset({"welcome", "identify", "hour", "unknown", "locked", "service"})
"""Steps at which a code may still be held before the camera."""


def answer(state: State, given: Input, facts: Facts) -> Turn:
    """What follows from one answer.

    Raises:
        Refused: `kiosk_step` for an answer to a question that is not being asked.
    """
    if isinstance(given, Leave):
        return Turn(State())
    if isinstance(given, Stay):
        return Turn(state)
    if isinstance(given, Help):
        return Turn(_with(state, helped=True), () if state.helped else (CallPerson(),))
    if isinstance(given, Back):
        before = PREVIOUS.get(state.step)
        return Turn(_with(state, step=before) if before and before != "welcome" else State(helped=state.helped))
    if isinstance(given, Scan) and state.step in BEFORE_KNOWN:
        return _recognised(_with(state, way="code", phone=""), facts)
    turn = _TURNS.get((state.step, type(given)))
    if turn is None:
        raise Refused(KIOSK_STEP, step=state.step, input=given.kind)
    return turn(state, given, facts)


def _with(state: State, **changes: object) -> State:
    return state.model_copy(update=changes)


def _begin(state: State, given: Begin, facts: Facts) -> Turn:
    return Turn(_with(state, step="identify" if given.way == "booking" else "service"))


def _phone(state: State, given: GivePhone, facts: Facts) -> Turn:
    if facts.failures >= TRIES_MAX:
        return _locked(state)
    return Turn(_with(state, step="hour", way="number", phone=given.phone))


def _hour(state: State, given: GiveHour, facts: Facts) -> Turn:
    return _locked(state) if facts.failures >= TRIES_MAX else _recognised(state, facts)


def _recognised(state: State, facts: Facts) -> Turn:
    ahead = tuple(each.id for each in facts.found if each.state == "ahead")
    if len(ahead) > 1:
        return Turn(_with(state, step="whose", bookings=ahead))
    if ahead:
        return Turn(_with(state, step="confirm", bookings=ahead, booking_id=ahead[0]))
    for step, found in (("already", "here"), ("elsewhen", "elsewhen"), ("over", "over")):
        known = next((each for each in facts.found if each.state == found), None)
        if known is not None:
            return Turn(_with(state, step=step, booking_id=known.id, phone=""))
    return _failed(state, facts)


def _failed(state: State, facts: Facts) -> Turn:
    locked = facts.failures + 1 >= TRIES_MAX
    effects: tuple[Effect, ...] = (CountFailure(locked),)
    if locked and not state.helped:
        effects = (*effects, CallPerson())
    return Turn(State(step="locked" if locked else "unknown", way=state.way, helped=state.helped or locked), effects)


def _locked(state: State) -> Turn:
    return Turn(State(step="locked", way=state.way, helped=True), () if state.helped else (CallPerson(),))


def _choose(state: State, given: Choose, facts: Facts) -> Turn:
    if given.booking_id not in state.bookings:
        raise Refused(KIOSK_STEP, step=state.step, input=given.kind)
    return Turn(_with(state, step="confirm", booking_id=given.booking_id))


def _confirm(state: State, given: Confirm, facts: Facts) -> Turn:
    state = _with(state, health_changed=given.health_changed)
    known = facts.one(state.booking_id)
    if known is None or known.state != "ahead":
        return _recognised(_with(state, booking_id=None), Facts(facts.failures, facts.found))
    return _arrive(state, known) if known.consented else Turn(_with(state, step="consent"))


def _consent(state: State, given: Consent, facts: Facts) -> Turn:
    known = facts.one(state.booking_id)
    if known is None or known.state != "ahead":
        return _recognised(_with(state, booking_id=None), Facts(facts.failures, facts.found))
    if not given.given:
        return Turn(State(step="person", helped=True), () if state.helped else (CallPerson(),))
    turn = _arrive(state, known)
    return Turn(turn.state, (NoteConsent(known.id), *turn.effects))


def _arrive(state: State, known: FoundBooking) -> Turn:
    health: tuple[Effect, ...] = (NoteHealth(known.id),) if state.health_changed else ()
    others = tuple(each for each in state.bookings if each != known.id)
    return Turn(_with(state, step="result", bookings=others, phone=""), (CheckHere(known.id), *health))


def _not_me(state: State, given: NotMe, facts: Facts) -> Turn:
    if len(state.bookings) > 1:
        return Turn(_with(state, step="whose", booking_id=None))
    return _failed(state, facts)


def _another(state: State, given: Another, facts: Facts) -> Turn:
    if not state.bookings:
        raise Refused(KIOSK_STEP, step=state.step, input=given.kind)
    state = _with(state, health_changed=False)
    if len(state.bookings) > 1:
        return Turn(_with(state, step="whose", booking_id=None))
    return Turn(_with(state, step="confirm", booking_id=state.bookings[0]))


def _services(state: State, given: ChooseServices, facts: Facts) -> Turn:
    if not set(given.service_ids) <= facts.offered:
        raise Refused(KIOSK_STEP, step=state.step, input=given.kind)
    return Turn(_with(state, step="who", service_ids=given.service_ids, requested="any", technician_id=None))


def _who(state: State, given: ChooseWho, facts: Facts) -> Turn:
    if (given.requested == "must") != (given.technician_id is not None):
        raise Refused(KIOSK_STEP, step=state.step, input=given.kind)
    return Turn(_with(state, step="offer", requested=given.requested, technician_id=given.technician_id))


def _join(state: State, given: Join, facts: Facts) -> Turn:
    return Turn(_with(state, step="name"))


def _later(state: State, given: Later, facts: Facts) -> Turn:
    return Turn(_with(state, step="later"))


def _name(state: State, given: GiveName, facts: Facts) -> Turn:
    if given.name is None:
        return Turn(_with(state, step="result"), (JoinQueue(None, "none", None, given.language),))
    return Turn(_with(state, step="number", name=given.name, title=given.title))


def _number(state: State, given: GiveNumber, facts: Facts) -> Turn:
    joined = JoinQueue(state.name, state.title, given.phone, given.language)
    return Turn(_with(state, step="result", name=""), (joined,))


_TURNS: dict[tuple[Step, type], Callable[[State, Any, Facts], Turn]] = {
    ("welcome", Begin): _begin,
    ("unknown", Begin): _begin,
    ("locked", Begin): _begin,
    ("elsewhen", Begin): _begin,
    ("over", Begin): _begin,
    ("identify", Begin): _begin,
    ("identify", GivePhone): _phone,
    ("hour", GiveHour): _hour,
    ("whose", Choose): _choose,
    ("confirm", Confirm): _confirm,
    ("confirm", NotMe): _not_me,
    ("consent", Consent): _consent,
    ("result", Another): _another,
    ("service", ChooseServices): _services,
    ("who", ChooseWho): _who,
    ("who", Later): _later,
    ("offer", Join): _join,
    ("offer", Later): _later,
    ("name", GiveName): _name,
    ("number", GiveNumber): _number,
}
"""Which answers fit which question."""
