"""Who comes with whom."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import timedelta

from hub.operations.bookings.tables import BookingRow
from hub.operations.planning.rows import DayRows

OPEN_STATES = frozenset({"held", "confirmed", "expected", "arrived"})
"""Of bookings that the planner has something to do for."""


def accompanied(rows: DayRows) -> frozenset[str]:
    """Bookings that one customer has made for the same time: nobody is in two places at once, so somebody comes with them.

    A walk-in says nothing of that: whoever asks for more than they have booked is one person all the same.
    """
    by_customer: dict[str, list[BookingRow]] = defaultdict(list)
    for booking in rows.bookings:
        if booking.customer_id is not None and booking.state in OPEN_STATES and booking.source != "walk_in":
            by_customer[booking.customer_id].append(booking)
    pairs = (pair for of_one in by_customer.values() for pair in itertools.combinations(of_one, 2))
    return frozenset(each.id for pair in pairs if _at_once(rows, *pair) for each in pair)


def _at_once(rows: DayRows, one: BookingRow, other: BookingRow) -> bool:
    """Whether they were booked for the same time, by the lengths of the catalog."""
    first, second = sorted((one, other), key=lambda booking: booking.booked_start)
    phases = (phase for item in rows.items.get(first.id, []) for phase in rows.service_of(item).phases)
    return second.booked_start < first.booked_start + timedelta(minutes=sum(phase.minutes for phase in phases))


def party_of(rows: DayRows, booking: BookingRow) -> str | None:
    """Those who come together start together, unless one of them has agreed on a time of their own: with a booking that was
    moved, or at the desk, which has pinned it.
    """
    if booking.party_id is None:
        return None
    others = [other for other in rows.bookings if other.party_id == booking.party_id and other.id != booking.id]
    if _is_pinned(rows, booking) and rows.planned_start(booking) not in {rows.planned_start(other) for other in others}:
        return None
    return f"{booking.party_id}/{booking.booked_start.isoformat()}"


def _is_pinned(rows: DayRows, booking: BookingRow) -> bool:
    planned = [row for item in rows.open_items(booking) for row in rows.assignments.get(item.id, {}).values()]
    return bool(planned) and all(row.pinned for row in planned)
