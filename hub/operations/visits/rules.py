"""Pure decisions of the floor, and the ways in which they are refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from hub.catalog.queries import PhaseFacts
from hub.kernel.access import Actor
from hub.kernel.errors import FORBIDDEN, Refused, declare, declare_constraint

ALREADY_ARRIVED = declare("already_arrived", 409)
WRONG_DAY = declare("wrong_day", 409)
NOT_HERE = declare("not_here", 409)
VISIT_STATE = declare("visit_state", 409)
VISIT_PAUSED = declare("visit_paused", 409)
BOOKING_STATE = declare("booking_state", 409)
SERVICE_RUNNING = declare("service_running", 409)
SERVICE_NOT_RUNNING = declare("service_not_running", 409)
SERVICE_DONE = declare("service_done", 409)
NOTHING_PLANNED = declare("nothing_planned", 409)
ONLY_SERVICE = declare("only_service", 409)
NO_REQUEST = declare("no_request", 409)
CUSTOMER_BUSY = declare("customer_busy", 409)
ALLERGY_UNACKNOWLEDGED = declare("allergy_unacknowledged", 409)
TECHNICIAN_BUSY = declare("technician_busy", 409)
TECHNICIAN_NEEDED = declare("technician_needed", 422)
TECHNICIAN_UNFIT = declare("technician_unfit", 409)
PLACE_BUSY = declare("place_busy", 409)
PLACE_UNFIT = declare("place_unfit", 409)
PLACES_FULL = declare("places_full", 409)
CONSULTATION_EMPTY = declare("consultation_empty", 422)
NOT_YOUR_CUSTOMER = declare("not_your_customer", 403)
NO_FREE_CODE = declare("no_free_code", 409)

for _marker in ("one_running_per_technician", "phase_run.technician_id"):
    declare_constraint(_marker, TECHNICIAN_BUSY)
for _marker in ("one_running_per_place", "phase_run.place_id"):
    declare_constraint(_marker, PLACE_BUSY)
for _marker in ("visit.booking_id", "uq_visit_booking_id"):
    declare_constraint(_marker, ALREADY_ARRIVED)

CODE_COLORS = ("celadon", "clay", "amber", "indigo", "rose", "jade", "ivory", "ink")
CODE_NUMBERS = 99

NO_SHOW_AFTER = timedelta(minutes=15)
"""How long after the booked or announced time a missing customer becomes the desk's business."""

LATE_MOST = 240
"""Minutes that anybody may be waited for."""

OVERRUN_AFTER = timedelta(minutes=1)
"""A phase may pass its expected end by this much before anybody is told."""

BEFORE_SERVICE = frozenset({"arrived", "forms_pending", "waiting", "called", "in_room"})
"""Visits whose customer is in the store and not being served."""

CALLABLE = frozenset({"arrived", "waiting"})
"""Visits that wait for nothing but their turn: whoever still has a form to sign is not called."""

TO_COME = frozenset({"confirmed", "expected"})


def free_code(used: Collection[tuple[str, int]], chance: int) -> tuple[str, int]:
    """A colour word and a number that nobody in the store has today; `chance` picks where the search begins.

    Raises:
        Refused: `no_free_code` when all are taken.
    """
    size = len(CODE_COLORS) * CODE_NUMBERS
    for step in range(size):
        number, color = divmod((chance + step) % size, len(CODE_COLORS))
        code = CODE_COLORS[color], number + 1
        if code not in used:
            return code
    raise Refused(NO_FREE_CODE)


def check_visit_state(state: str, allowed: Collection[str]) -> None:
    """Raises `visit_state`."""
    if state not in allowed:
        raise Refused(VISIT_STATE, state=state)


def check_booking_state(state: str, allowed: Collection[str]) -> None:
    """Raises `booking_state`."""
    if state not in allowed:
        raise Refused(BOOKING_STATE, state=state)


def own_technician(actor: Actor) -> str | None:
    """The technician to whom a tablet's actor is bound; None for the desk."""
    return actor.subject if actor.kind == "staff" else None


def check_own(actor: Actor, *technicians: str | None) -> None:
    """A technician ends and changes only work of her own: raises `forbidden`."""
    own = own_technician(actor)
    if own is not None and own not in technicians:
        raise Refused(FORBIDDEN, what="others' work")


def check_level(phase: PhaseFacts, level: int | None) -> None:
    """Raises `technician_unfit` where the phase asks for a skill that the technician lacks at its level."""
    if phase.skill is not None and (level or 0) < phase.min_level:
        raise Refused(TECHNICIAN_UNFIT, skill=phase.skill, level=phase.min_level)


def is_as_begun(phases: Iterable[PhaseFacts], ordinal: int, technician_id: str | None) -> bool:
    """Whether a phase that runs is still one of its service's phases, and still takes somebody or nobody."""
    phase = next((phase for phase in phases if phase.ordinal == ordinal), None)
    return phase is not None and phase.needs_technician == (technician_id is not None)


def extended_end(expected_end: datetime, now: datetime, minutes: int) -> datetime:
    """The new end of a phase: the extension counts from now where the old end has passed already."""
    return max(expected_end, now) + timedelta(minutes=minutes)


ALLERGY_MAX = 2000
"""Characters; as long as the note of an allergy may be."""


def with_allergy(known: str, more: str) -> str:
    """The warning with one more entry on a line of its own; the same where it is known already."""
    lines = [line for line in known.split("\n") if line.strip()]
    if more.casefold() in (line.strip().casefold() for line in lines):
        return known
    return "\n".join([*lines, more])[:ALLERGY_MAX]


def takes_turn(requested: str) -> bool:
    """Whether serving uses up the technician's turn (轮钟); a request for somebody by name (点钟) does not."""
    return requested in ("any", "woman", "man")
