"""The conversation as a pure state machine: (state, what was tapped, what is known) → (state, what has to be done).

Nobody learns from it whether a phone number belongs to a customer. A number alone answers nothing: it is followed, for every
number alike, by the question for the hour of the booking, and only both together find one. A pair that fits nothing, and a code
that is no code, count as failed tries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from hub.kernel.errors import Refused, declare
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
    Postpone,
    Scan,
    SignForm,
    Stay,
)
from kiosk.states import (
    BringForm,
    CallPerson,
    CheckHere,
    CountFailure,
    Effect,
    Facts,
    Found,
    FoundBooking,
    JoinQueue,
    NoteConsent,
    NoteHealth,
    Sign,
    State,
    Step,
    Turn,
)

__all__ = [
    "KIOSK_STEP",
    "TRIES_MAX",
    "TRIES_WITHIN",
    "BringForm",
    "CallPerson",
    "CheckHere",
    "CountFailure",
    "Effect",
    "Facts",
    "Found",
    "FoundBooking",
    "JoinQueue",
    "NoteConsent",
    "NoteHealth",
    "Sign",
    "State",
    "Step",
    "Turn",
    "answer",
    "asking",
]

KIOSK_STEP = declare("kiosk_step", 409)
"""The answer fits no question that is being asked."""

TRIES_MAX = 5
TRIES_WITHIN = timedelta(minutes=10)

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

FINISHED: frozenset[Step] = frozenset({"result", "already", "elsewhen", "over", "person"})
"""Nothing is asked any more: whoever holds up a code may be the next."""

BEFORE_KNOWN: frozenset[Step] = frozenset(
    {"welcome", "identify", "hour", "unknown", "locked", "service", "who", "offer", "later", "name", "number"}
)
"""Steps at which a booking's code may still be held up, instead of joining the queue too."""


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
    if isinstance(given, Scan) and state.step in BEFORE_KNOWN | FINISHED:
        return _recognised(State(way="code", helped=state.helped and state.step not in FINISHED), facts)
    turn = _TURNS.get((state.step, type(given)))
    if turn is None:
        raise Refused(KIOSK_STEP, step=state.step, input=given.kind)
    return turn(state, given, facts)


def asking(state: State, missing: Sequence[str]) -> State:
    """Whoever is in the store is shown what is still to be signed (codes of forms), one after the other, before the result."""
    if state.step not in ("result", "already") or state.form_later or not missing:
        return state
    return _with(state, step="form", form=missing[0])


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
    today = [each for each in facts.found if each.state in ("ahead", "here")]
    state = _with(state, bookings=tuple(each.id for each in today))
    meant = [each for each in today if each.state == "ahead" or each.named]
    if len(meant) > 1 or (not meant and len(today) > 1):
        return Turn(_with(state, step="whose"))
    likely = [*meant, *today, *sorted(facts.found, key=lambda each: each.state == "over")]
    return Turn(_shown(state, likely[0], facts)) if likely else _failed(state, facts)


_SHOWN: dict[Found, Step] = {"ahead": "confirm", "here": "already", "elsewhen": "elsewhen", "over": "over"}


def _shown(state: State, known: FoundBooking, facts: Facts) -> State:
    """One booking as it stands; the number is forgotten where it is not asked for again."""
    state = _with(state, step=_SHOWN[known.state], booking_id=known.id)
    return state if known.state == "ahead" else _with(state, phone="", bookings=_still_ahead(state, known, facts))


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
    known = facts.one(given.booking_id)
    if known is None:
        return _failed(state, facts)
    return Turn(_shown(state, known, facts))


def _still_ahead(state: State, known: FoundBooking, facts: Facts) -> tuple[str, ...]:
    """The others who came together and are still to be checked in."""
    ahead = {each.id for each in facts.found if each.state == "ahead"}
    return tuple(each for each in state.bookings if each in ahead and each != known.id)


def _confirm(state: State, given: Confirm, facts: Facts) -> Turn:
    state = _with(state, health_changed=given.health_changed)
    known = facts.one(state.booking_id)
    if known is None or known.state != "ahead":
        return _recognised(_with(state, booking_id=None), Facts(facts.failures, facts.found))
    return _arrive(state, known, facts) if known.consented else Turn(_with(state, step="consent"))


def _consent(state: State, given: Consent, facts: Facts) -> Turn:
    known = facts.one(state.booking_id)
    if known is None or known.state != "ahead":
        return _recognised(_with(state, booking_id=None), Facts(facts.failures, facts.found))
    if not given.given:
        return Turn(State(step="person", helped=True), () if state.helped else (CallPerson(),))
    turn = _arrive(state, known, facts)
    return Turn(turn.state, (NoteConsent(known.id), *turn.effects))


def _arrive(state: State, known: FoundBooking, facts: Facts) -> Turn:
    health: tuple[Effect, ...] = (NoteHealth(known.id),) if state.health_changed else ()
    others = _still_ahead(state, known, facts)
    return Turn(
        _with(state, step="result", bookings=others, phone="", form="", form_later=False), (CheckHere(known.id), *health)
    )


def _sign(state: State, given: SignForm, facts: Facts) -> Turn:
    if given.form != state.form or state.booking_id is None:
        raise Refused(KIOSK_STEP, step=state.step, input=given.kind)
    signed = Sign(state.booking_id, given.form, given.version, given.language, given.strokes)
    return Turn(_with(state, step="result", form=""), (signed,))


def _postpone(state: State, given: Postpone, facts: Facts) -> Turn:
    brought = (BringForm(state.booking_id),) if state.booking_id is not None else ()
    return Turn(_with(state, step="result", form="", form_later=True), brought)


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
    if given.name is None and facts.name_needed:
        raise Refused(KIOSK_STEP, step=state.step, input=given.kind)
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
    ("form", SignForm): _sign,
    ("form", Postpone): _postpone,
    ("result", Another): _another,
    ("already", Another): _another,
    ("service", ChooseServices): _services,
    ("who", ChooseWho): _who,
    ("who", Later): _later,
    ("offer", Join): _join,
    ("offer", Later): _later,
    ("name", GiveName): _name,
    ("number", GiveNumber): _number,
}
"""Which answers fit which question."""
