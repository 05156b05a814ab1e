"""Signed links of those who wait: the visit link's form, signed for a purpose of its own, so that neither opens the other."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.crypto import Vault
from hub.operations.bookings import links
from hub.operations.waitlist.tables import WaitRow

WAITLIST = "waitlist"

LINK_DAYS = 14
"""How long after the last day waited for the link still opens."""


def sign(vault: Vault, entry: WaitRow) -> str:
    """The token of a place on the list, safe in an address."""
    return links.signed(vault, WAITLIST, entry.store_id, entry.id, entry.link_key)


def read(vault: Vault, token: str) -> links.Link | None:
    """What the token says, if this installation signed it for the waiting list; `booking_id` is then the entry's id."""
    return links.read(vault, token, WAITLIST)


async def entry_of(session: AsyncSession, vault: Vault, token: str, today: date) -> WaitRow | None:
    """The place on the list that a link opens on this date; None for a forged, outdated or foreign one."""
    link = read(vault, token)
    if link is None or link.store_id != session.info.get("store_id"):
        return None
    entry = await session.get(WaitRow, link.booking_id)
    if entry is None or entry.link_key != link.key or today > entry.date_to + timedelta(days=LINK_DAYS):
        return None
    return entry
