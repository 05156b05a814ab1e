"""What a change would do to everybody else, before it is made: who moves, by how much, whose promise breaks, and other ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from displays.front_desk.slots import wishes_of
from displays.front_desk.ways import Way, way_of
from displays.security.looking import NAMES, may, roles_of
from displays.touching import FLOOR_FACTS
from hub.gateway.screens import Params, Reading, Screen, Thinking, View, head_of
from hub.kernel.errors import INVALID, Refused
from hub.kernel.ids import Id
from hub.kernel.text import Said
from hub.operations.planning.queries import consider, live_day
from hub.operations.planning.what_if import Added, Change, Closed, Gone, Joined, Late, Moved, Sick

Kind = Literal["move", "late", "sick", "closed", "added", "gone", "walk_in"]


class WhatIfParams(Params):
    """A change of today that nobody has made yet; `kind` says which of the others it needs.

    `move`: a service that has not begun, to another technician, place or start; what is left out stays. `late`: a booking and
    the minutes after the booked time. `sick`: a technician. `closed`: a place. `added`: a booking, a service, and who
    should do it. `gone`: a booking. `walk_in`: wishes, written as for `desk-slots`.
    """

    kind: Kind = "move"
    item_id: Id | None = None
    booking_id: Id | None = None
    technician_id: Id | None = None
    place_id: Id | None = None
    service_id: Id | None = None
    start: AwareDatetime | None = None
    minutes: int | None = Field(None, ge=0, le=240)
    wishes: Annotated[str, StringConstraints(max_length=800)] | None = None
    alternatives: bool = False
    thorough: bool = False
    """Look for the best day for some seconds, where a whole day is at stake."""


class WhatIfView(View):
    possible: bool
    said: Said | None
    """Why not, as a refusal's sentence."""
    asked: Way | None
    others: list[Way]
    """Other ways, best first; there may be some where what was asked for is not possible."""


_CHANGES: dict[Kind, tuple[tuple[str, ...], Callable[[WhatIfParams, Any], Change]]] = {
    "move": (("item_id",), lambda p, item: Moved(item, p.technician_id, p.place_id, p.start)),
    "late": (("booking_id", "minutes"), lambda p, booking: Late(booking, p.minutes or 0)),
    "sick": (("technician_id",), lambda p, technician: Sick(technician)),
    "closed": (("place_id",), lambda _, place: Closed(place)),
    "added": (("booking_id", "service_id"), lambda p, booking: Added(booking, str(p.service_id), p.technician_id)),
    "gone": (("booking_id",), lambda p, booking: Gone(booking)),
    "walk_in": (("wishes",), lambda p, wishes: Joined(wishes_of(wishes))),
}


def change_of(params: WhatIfParams) -> Change:
    """Raises `invalid` where something is missing."""
    needed, made = _CHANGES[params.kind]
    missing = [name for name in needed if getattr(params, name) is None]
    if missing:
        raise Refused(INVALID, fields=[{"field": name, "problem": "missing"} for name in missing])
    return made(params, getattr(params, needed[0]))


async def read(reading: Reading, params: WhatIfParams) -> Thinking[WhatIfView]:
    change = change_of(params)
    think = await consider(
        reading.session,
        reading.store,
        reading.now,
        reading.ports,
        change,
        alternatives=params.alternatives,
        thorough=params.thorough,
    )
    today = reading.store.days.of(reading.now)
    day = await live_day(reading.session, reading.store, reading.vault, reading.now, today)
    reads_names = may(reading, NAMES)

    async def finish() -> WhatIfView:
        found = await think()
        return WhatIfView(
            store=head_of(reading.store),
            possible=found.refused is None,
            said=Said(code="error-" + found.refused.replace("_", "-")) if found.refused else None,
            asked=None if found.refused else way_of(day, found, reads_names=reads_names),
            others=[way_of(day, other, reads_names=reads_names) for other in found.alternatives],
        )

    return Thinking(finish)


screen = Screen(
    name="desk-what-if",
    permission="floor.direct",
    params=WhatIfParams,
    view=WhatIfView,
    read=read,
    touched_by=FLOOR_FACTS,
    audience=lambda actor, params: f"{params.model_dump_json()}:{roles_of(actor)}",
    thinks=True,
    errors=(INVALID,),
)
