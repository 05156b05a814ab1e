"""What more a customer could have now: each service at once with what it would do to the others. Names as on the floor."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from displays.reasons import called_on_tablet
from displays.touching import FLOOR_FACTS
from hub.catalog.queries import catalog_of
from hub.gateway.screens import Params, Reading, Screen, Thinking, View, head_of
from hub.kernel.ids import Id
from hub.kernel.text import Bilingual
from hub.operations.planning.live_day import LiveDay, TechnicianOfDay
from hub.operations.planning.queries import Desk, Proposal, ProposedMove, desk_of, each_of, live_day
from hub.operations.planning.what_if import ADDED, Added

Verdict = Literal["free", "later", "swap", "breaks", "impossible"]
"""`free`: at once, nobody moves. `later`: nobody moves, but the customer waits for it. `swap`: others move, every promise is
kept. `breaks`: a promise would not be kept, or somebody would have no room.
"""

AT_ONCE = timedelta(minutes=10)
"""A wait of this length between two services is none."""


class AddOnsParams(Params):
    booking_id: Id


class Touched(BaseModel):
    """Somebody else who would be moved."""

    model_config = ConfigDict(frozen=True)

    name: str | Bilingual
    before: datetime | None
    after: datetime | None
    """None: no room any more today."""
    minutes: int
    to_technician: Bilingual | None
    to_place: Bilingual | None
    late: int
    """Minutes after the promised window."""


class AddOn(BaseModel):
    model_config = ConfigDict(frozen=True)

    service_id: str
    verdict: Verdict
    id: str
    """What `planning.accept_add_on` takes; empty where it is impossible."""
    start: datetime | None
    technician: Bilingual | None
    """Who would do it, where the technician at the tablet has no time for it."""
    place: Bilingual | None
    touched: list[Touched]
    """Those whose promise breaks first."""


class AddOnsView(View):
    booking_id: str
    add_ons: list[AddOn]


async def read(reading: Reading, params: AddOnsParams) -> Thinking[AddOnsView]:
    today = reading.store.days.of(reading.now)
    day = await live_day(reading.session, reading.store, reading.vault, reading.now, today)
    me = day.technician(reading.actor.subject)
    catalog = await catalog_of(reading.session)
    # As the tablet offers them: what the technician can begin herself.
    services = [
        service.id
        for service in catalog.services.values()
        if service.active and me is not None and all(phase.is_for(me.skills) for phase in service.phases[:1])
    ]
    desk = await desk_of(reading.session, reading.store, reading.now, reading.ports)

    async def finish() -> AddOnsView:
        found = await _found(desk, params.booking_id, services, me.id if me else None)
        add_ons = [_add_on(day, params.booking_id, service, found[service], me) for service in services]
        return AddOnsView(store=head_of(reading.store), booking_id=params.booking_id, add_ons=add_ons)

    return Thinking(finish)


async def _found(desk: Desk, booking_id: str, services: list[str], me: str | None) -> dict[str, Proposal]:
    """Each service done by the technician herself; by whoever has time where she has none."""
    mine = await each_of(desk, [Added(booking_id, service, me) for service in services])
    found = dict(zip(services, mine, strict=True))
    others = [service for service, proposal in found.items() if proposal.refused is not None]
    if others and me is not None:
        found |= zip(others, await each_of(desk, [Added(booking_id, service) for service in others]), strict=True)
    return found


def _add_on(day: LiveDay, booking_id: str, service_id: str, proposal: Proposal, me: TechnicianOfDay | None) -> AddOn:
    late = {promise.booking_id: promise.minutes for promise in proposal.broken}
    own = next((move for move in proposal.moves if move.item_id == ADDED), None)
    place = day.place(own.after_place_id) if own else None
    technician = day.technician(own.after_technician_id) if own else None
    others = [move for move in proposal.moves if move.booking_id != booking_id]
    touched = [_touched(day, move, late.get(move.booking_id, 0), me) for move in others]
    return AddOn(
        service_id=service_id,
        verdict=_verdict(day, booking_id, proposal, own, touched),
        id=proposal.id,
        start=own.after_start if own else None,
        technician=technician.name if technician and (me is None or technician.id != me.id) else None,
        place=place.name if place else None,
        touched=sorted(touched, key=lambda each: (-each.late, each.after is not None, each.after or day.now)),
    )


def _verdict(day: LiveDay, booking_id: str, proposal: Proposal, own: ProposedMove | None, touched: list[Touched]) -> Verdict:
    if proposal.refused is not None or own is None or own.after_start is None:
        return "impossible"
    if any(not promise.anyway for promise in proposal.broken) or proposal.unserved:
        return "breaks"
    if touched:
        return "swap"
    booking = day.booking(booking_id)
    ends = [p.end for item in booking.items for p in item.phases if p.end and p.end <= own.after_start] if booking else []
    return "later" if own.after_start - max([*ends, day.now]) > AT_ONCE else "free"


def _touched(day: LiveDay, move: ProposedMove, late: int, me: TechnicianOfDay | None) -> Touched:
    technician, place = day.technician(move.after_technician_id), day.place(move.after_place_id)
    return Touched(
        name=called_on_tablet(day.booking(move.booking_id), me.id if me else ""),
        before=move.before_start,
        after=move.after_start,
        minutes=move.minutes,
        to_technician=technician.name if technician and move.after_technician_id != move.before_technician_id else None,
        to_place=place.name if place and move.after_place_id != move.before_place_id else None,
        late=late,
    )


screen = Screen(
    name="technician-add-ons",
    permission="screen.technician",
    params=AddOnsParams,
    view=AddOnsView,
    read=read,
    touched_by=FLOOR_FACTS,
    audience=lambda actor, params: f"{actor.subject}:{params.booking_id}",
    thinks=True,
)
