"""A customer with a signed link, to a visit or a place on the waiting list: reaches that alone, without account or cookie."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from hub.kernel.access import Actor
from hub.kernel.clock import Clock
from hub.kernel.commands import facts_of
from hub.kernel.crypto import Vault
from hub.kernel.database import Database
from hub.kernel.tables import Store
from hub.operations.bookings import links
from hub.operations.waitlist import links as waiting_links

VISIT_SCHEME = "Visit"
"""`Authorization: Visit <token>`; on a socket `auth.visit`."""


def visit_reader(database: Database, vault: Vault, clock: Clock) -> Callable[[str], Awaitable[Actor | None]]:
    """Reads a link's token: the customer whose reach is that one booking or place; None where it opens nothing."""

    async def read(token: str) -> Actor | None:
        link = links.read(vault, token)
        if link is None:
            return await _waiting(token)
        async with database.read(link.store_id) as session:
            booking = await links.booking_of(session, vault, token, clock.now())
        if booking is None:
            return None
        return Actor("customer", booking.id, link.store_id, frozenset({"member"}), subject=booking.id)

    async def _waiting(token: str) -> Actor | None:
        link = waiting_links.read(vault, token)
        if link is None:
            return None
        async with database.read(link.store_id) as session:
            store = await session.get(Store, link.store_id)
            today = facts_of(store).days.of(clock.now()) if store is not None else None
            entry = await waiting_links.entry_of(session, vault, token, today) if today is not None else None
        if entry is None:
            return None
        return Actor("customer", entry.id, link.store_id, frozenset({"member"}), subject=entry.id)

    return read
