"""Who is in the store and has no room: what they could agree to, where the planner says that it would help."""

from __future__ import annotations

from displays.front_desk.models import Attention, Mend
from displays.rights import Rights
from hub.gateway.screens import Reading
from hub.kernel.text import Said
from hub.operations.planning.live_day import BookingOfDay, LiveDay
from hub.operations.planning.queries import Compromise, compromises

HELPED_AT_ONCE = 3
"""Today is read again with every step on the floor; those who have waited longest come first."""

OFFERED = {"anybody": 1, "without": 2}
"""Buttons of each kind beside one customer."""

COMMANDS = {"anybody": "visits.waive_request", "without": "visits.drop_service"}


async def with_compromises(reading: Reading, day: LiveDay, shown: list[Attention], rights: Rights) -> list[Attention]:
    """Today's entries; before "plan again" stands what somebody who is here could do without."""
    bookings = {entry.id: day.booking(entry.booking_id or "") for entry in shown if entry.kind == "unplanned"}
    here = [(key, booking) for key, booking in bookings.items() if booking is not None and booking.visit_id is not None]
    mends: dict[str, list[Mend]] = {}
    for key, booking in here[:HELPED_AT_ONCE]:
        found = await compromises(reading.session, reading.store, reading.now, reading.ports, booking.id)
        mends[key] = [_mend(booking, one) for one in _offered(found) if rights.may_send(COMMANDS[one.kind])]
    return [e.model_copy(update={"mend": [*mends[e.id], *e.mend]}) if mends.get(e.id) else e for e in shown]


def _offered(found: tuple[Compromise, ...]) -> list[Compromise]:
    return [one for kind, most in OFFERED.items() for one in [each for each in found if each.kind == kind][:most]]


def _mend(booking: BookingOfDay, one: Compromise) -> Mend:
    start = one.start.isoformat() if one.start is not None else None
    if one.kind == "anybody":
        data: dict[str, str | int] = {"booking_id": booking.id, **({"item_id": one.item_id} if one.item_id else {})}
        return Mend(label=Said(code="mend-anybody", params={"start": start}), command=COMMANDS["anybody"], data=data)
    service = next(item.service for item in booking.items if item.id == one.item_id)
    label = Said(code="mend-without-at" if start else "mend-without", params={"service": service, "start": start})
    return Mend(label=label, command=COMMANDS["without"], data={"item_id": str(one.item_id)})
