"""What a move would do to everybody else, before it is done: who moves, by how much, whose promise breaks, and other ways."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict

from displays.front_desk.day import NAMES
from displays.security.looking import may, roles_of
from displays.touching import FLOOR_FACTS
from hub.gateway.screens import Params, Reading, Screen, View, head_of
from hub.kernel.ids import Id
from hub.kernel.text import Bilingual, Said
from hub.kernel.wall_time import date_of
from hub.operations.bookings.masking import masked_name
from hub.operations.planning.live_day import BookingOfDay, LiveDay
from hub.operations.planning.queries import Proposal, ProposedMove, live_day, what_if
from hub.operations.planning.what_if import Moved


class WhatIfParams(Params):
    """A service that has not begun, to another technician, place or start; what is left out stays."""

    item_id: Id
    technician_id: Id | None = None
    place_id: Id | None = None
    start: AwareDatetime | None = None
    alternatives: bool = False


class Effect(BaseModel):
    """One service of somebody else, before and after."""

    model_config = ConfigDict(frozen=True)

    booking_id: str
    item_id: str
    name: str
    color: str | None
    number: int | None
    before: datetime | None
    after: datetime | None
    minutes: int
    to_technician: Bilingual | None
    """Who serves instead; None: the same."""
    to_place: Bilingual | None
    breaks: bool
    """Its promised window would not be kept."""


class Way(BaseModel):
    """One way to do it; `id` is what `planning.accept_proposal` takes."""

    model_config = ConfigDict(frozen=True)

    id: str
    start: datetime | None
    technician: Bilingual | None
    place: Bilingual | None
    moves: list[Effect]
    """The others, the moved service itself left out; those whose promise breaks first."""
    minutes: int
    """By which the others are shifted, all together."""
    broken: int
    unserved: int
    """Customers who would have no room today."""


class WhatIfView(View):
    possible: bool
    said: Said | None
    """Why not, as a refusal's sentence."""
    asked: Way | None
    others: list[Way]
    """Other ways, best first."""


async def read(reading: Reading, params: WhatIfParams) -> WhatIfView:
    change = Moved(params.item_id, params.technician_id, params.place_id, params.start)
    found = await what_if(reading.session, reading.store, reading.now, reading.ports, change, alternatives=params.alternatives)
    today = date_of(reading.now, reading.store.zone)
    day = await live_day(reading.session, reading.store, reading.vault, reading.now, today)
    reads_names = may(reading, NAMES)
    return WhatIfView(
        store=head_of(reading.store),
        possible=found.refused is None,
        said=Said(code="error-" + found.refused.replace("_", "-")) if found.refused else None,
        asked=None if found.refused else _way(day, found, params.item_id, reads_names=reads_names),
        others=[_way(day, other, params.item_id, reads_names=reads_names) for other in found.alternatives],
    )


def _way(day: LiveDay, proposal: Proposal, item_id: str, *, reads_names: bool) -> Way:
    broken = {promise.booking_id for promise in proposal.broken}
    own = next((move for move in proposal.moves if move.item_id == item_id), None)
    technician = day.technician(own.after_technician_id) if own else None
    place = day.place(own.after_place_id) if own else None
    others = [_effect(day, move, broken, reads_names=reads_names) for move in proposal.moves if move.item_id != item_id]
    return Way(
        id=proposal.id,
        start=own.after_start if own else None,
        technician=technician.name if technician else None,
        place=place.name if place else None,
        moves=sorted(others, key=lambda effect: (not effect.breaks, effect.after or day.now)),
        minutes=sum(abs(effect.minutes) for effect in others),
        broken=len(broken),
        unserved=len(proposal.unserved),
    )


def _effect(day: LiveDay, move: ProposedMove, broken: set[str], *, reads_names: bool) -> Effect:
    booking: BookingOfDay | None = day.booking(move.booking_id)
    technician = day.technician(move.after_technician_id)
    place = day.place(move.after_place_id)
    name = booking.customer_name if booking else ""
    return Effect(
        booking_id=move.booking_id,
        item_id=move.item_id,
        name=name if reads_names or not name else masked_name(name),
        color=booking.code_color if booking else None,
        number=booking.code_number if booking else None,
        before=move.before_start,
        after=move.after_start,
        minutes=move.minutes,
        to_technician=technician.name if technician and move.after_technician_id != move.before_technician_id else None,
        to_place=place.name if place and move.after_place_id != move.before_place_id else None,
        breaks=move.booking_id in broken,
    )


screen = Screen(
    name="desk-what-if",
    permission="floor.direct",
    params=WhatIfParams,
    view=WhatIfView,
    read=read,
    touched_by=FLOOR_FACTS,
    audience=lambda actor, params: f"{params.model_dump_json()}:{roles_of(actor)}",
)
