"""Reasons with the names that a looker may see: what is kept names a customer by the booking's id alone."""

from __future__ import annotations

from collections.abc import Callable

from displays.security.looking import name_for
from hub.kernel.text import Bilingual, Said
from hub.operations.planning.live_day import BookingOfDay, LiveDay

A_GUEST = Bilingual(zh="一位客人", en="a customer")


def called(booking: BookingOfDay | None, *, reads_names: bool) -> str | Bilingual:
    """The name as this looker may see it, else the number, else nobody in particular."""
    if booking is None:
        return A_GUEST
    if booking.customer_name:
        return name_for(booking.customer_name, reads_names=reads_names)
    return f"#{booking.code_number}" if booking.code_number else A_GUEST


def told(day: LiveDay, reason: Said, *, reads_names: bool) -> Said:
    """The reason with `who` in the place of the booking's id."""
    return _with_who(reason, lambda booking_id: called(day.booking(booking_id), reads_names=reads_names))


def told_on_tablet(day: LiveDay, reason: Said, technician_id: str) -> Said:
    """The same for a technician, in front of a customer: others than her own customers have no name there."""
    return _with_who(reason, lambda booking_id: called_on_tablet(day.booking(booking_id), technician_id))


def called_on_tablet(booking: BookingOfDay | None, technician_id: str) -> str | Bilingual:
    """The masked name of her own customer of the day, anybody else's number, or nobody in particular."""
    if booking is None:
        return A_GUEST
    if any(phase.technician_id == technician_id for item in booking.items for phase in item.phases):
        return called(booking, reads_names=False)
    return f"#{booking.code_number}" if booking.code_number else A_GUEST


def _with_who(reason: Said, who: Callable[[str], str | Bilingual]) -> Said:
    if "booking" not in reason.params:
        return reason
    params = {name: value for name, value in reason.params.items() if name != "booking"}
    return Said(code=reason.code, params={**params, "who": who(str(reason.params["booking"]))})
