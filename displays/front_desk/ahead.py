"""Who has no room and has not come yet, each with the start nearest to the one they have booked."""

from __future__ import annotations

from datetime import date as calendar_date

from displays.front_desk.models import Attention, Mend
from hub.gateway.screens import Reading
from hub.kernel.text import Said
from hub.operations.bookings.ports import SlotFinder, SlotRequest, Wish
from hub.operations.planning.live_day import BookingOfDay, LiveDay

PROPOSED_MAX = 6
"""A closed day concerns everybody; the desk begins with the first of them."""

PROPOSED_TODAY = 2
"""Today is read again with every step on the floor."""

DAYS_AHEAD = 7
"""How far on from the booked day another start is looked for."""


async def attention_ahead(reading: Reading, day: LiveDay, shown: list[Attention], *, proposes: bool) -> list[Attention]:
    """Of what `shown` says of a later day, that bookings lack room, with a proposal where there is one and it is wanted."""
    lacking = [entry for entry in shown if entry.kind == "unplanned"]
    count = PROPOSED_MAX if proposes else 0
    proposed = [await _proposed(reading, day, entry) for entry in lacking[:count]]
    return [*proposed, *(entry.model_copy(update={"mend": []}) for entry in lacking[count:])]


async def with_other_starts(reading: Reading, day: LiveDay, shown: list[Attention]) -> list[Attention]:
    """Today's entries; the first customers without room who are not here yet have another start before "plan again"."""
    bookings = {entry.id: day.booking(entry.booking_id or "") for entry in shown if entry.kind == "unplanned"}
    absent = {key: booking for key, booking in bookings.items() if booking is not None and booking.visit_id is None}
    mends = {key: await _nearest(reading, day.date, absent[key]) for key in list(absent)[:PROPOSED_TODAY]}
    # Where the booked start is free, planning again is enough.
    others = {key: mend for key, mend in mends.items() if mend and mend.data["start"] != absent[key].booked_start.isoformat()}
    return [e.model_copy(update={"mend": [others[e.id], *e.mend]}) if e.id in others else e for e in shown]


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
