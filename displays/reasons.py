"""Reasons with the names that a looker may see: what is kept names a customer by the booking's id alone."""

from __future__ import annotations

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
    if "booking" not in reason.params:
        return reason
    params = {name: value for name, value in reason.params.items() if name != "booking"}
    who = called(day.booking(str(reason.params["booking"])), reads_names=reads_names)
    return Said(code=reason.code, params={**params, "who": who})
