"""A customer with a signed visit link: reaches one booking, needs no account, and no cookie."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from hub.kernel.access import Actor
from hub.kernel.clock import Clock
from hub.kernel.crypto import Vault
from hub.kernel.database import Database
from hub.operations.bookings import links

VISIT_SCHEME = "Visit"
"""`Authorization: Visit <token>`; on a socket `auth.visit`."""


def visit_reader(database: Database, vault: Vault, clock: Clock) -> Callable[[str], Awaitable[Actor | None]]:
    """Reads a visit link's token: the customer whose reach is that one booking; None where it opens nothing."""

    async def read(token: str) -> Actor | None:
        link = links.read(vault, token)
        if link is None:
            return None
        async with database.read(link.store_id) as session:
            booking = await links.booking_of(session, vault, token, clock.now())
        if booking is None:
            return None
        return Actor("customer", booking.id, link.store_id, frozenset({"member"}), subject=booking.id)

    return read
