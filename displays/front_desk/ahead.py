"""Who on a later day has lost their room, each with the start nearest to the one they have booked."""

from __future__ import annotations

from datetime import date as calendar_date

from displays.front_desk.models import Attention, Mend
from hub.gateway.screens import Reading
from hub.kernel.text import Said
from hub.operations.bookings.ports import SlotFinder, SlotRequest, Wish
from hub.operations.planning.live_day import BookingOfDay, LiveDay

PROPOSED_MAX = 6
"""A closed day concerns everybody; the desk begins with the first of them."""

DAYS_AHEAD = 7
"""How far on from the booked day another start is looked for."""


async def attention_ahead(reading: Reading, day: LiveDay, shown: list[Attention], *, proposes: bool) -> list[Attention]:
    """Of what `shown` says of a later day, that bookings lack room, with a proposal where there is one and it is wanted."""
    lacking = [entry for entry in shown if entry.kind == "unplanned"]
    count = PROPOSED_MAX if proposes else 0
    proposed = [await _proposed(reading, day, entry) for entry in lacking[:count]]
    return [*proposed, *(entry.model_copy(update={"mend": []}) for entry in lacking[count:])]


async def _proposed(reading: Reading, day: LiveDay, entry: Attention) -> Attention:
    booking = day.booking(entry.booking_id or "")
    mend = await _nearest(reading, day.date, booking) if booking is not None else None
    return entry.model_copy(update={"mend": [mend] if mend else []})


async def _nearest(reading: Reading, date: calendar_date, booking: BookingOfDay) -> Mend | None:
    """Move to the free start nearest to the booked one: on that day, else on the days after."""
    finder = reading.ports.get(SlotFinder)  # type: ignore[type-abstract]  # a port is known by its Protocol
    wishes = tuple(Wish(item.service_id, item.requested, item.requested_technician_id) for item in booking.items)
    if not wishes:
        return None
    for days in (1, DAYS_AHEAD):
        free = await finder.free_starts(reading.session, reading.store, reading.now, SlotRequest(wishes, date, days))
        if free:
            start = min((slot.start for slot in free), key=lambda found: (abs(found - booking.booked_start), found))
            elsewhere = reading.store.days.of(start) != date
            label = Said(code="mend-move-to-day" if elsewhere else "mend-move-to", params={"start": start.isoformat()})
            return Mend(label=label, command="bookings.move", data={"booking_id": booking.id, "start": start.isoformat()})
    return None
