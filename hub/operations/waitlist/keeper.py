"""Looks after a store's list: what is due is sent through the door, one command per gap. Looks first, so that a quiet store
writes nothing."""

from __future__ import annotations

from sqlalchemy import select

from hub.kernel.access import system
from hub.kernel.dispatch import Door, facts_of
from hub.kernel.errors import Refused
from hub.kernel.tables import Store
from hub.operations.bookings.rules import SLOT_TAKEN
from hub.operations.waitlist.commands import OfferGap, Tend
from hub.operations.waitlist.offers import gone
from hub.operations.waitlist.tables import GapRow, OfferRow, WaitRow

ROUNDS = 8
"""Offers of one look; the rest follow with the next."""


async def look_after(door: Door, store_id: str) -> None:
    """Tend the list where there is anything to tend, then offer the gaps that are due."""
    actor = system(store_id, "waitlist")
    if await _to_tend(door, store_id):
        await door.submit(Tend(), actor, door.chance.id())
    async with door.database.read(store_id) as session:
        on_offer = select(OfferRow.gap_id).where(OfferRow.state == "running")
        due = select(GapRow.id).where(GapRow.state == "open", GapRow.try_at <= door.clock.now(), GapRow.id.not_in(on_offer))
        gaps = list(await session.scalars(due.order_by(GapRow.start, GapRow.id).limit(ROUNDS)))
    for gap_id in gaps:
        try:
            await door.submit(OfferGap(gap_id=gap_id), actor, door.chance.id())
        except Refused as refusal:
            if refusal.kind is not SLOT_TAKEN:  # somebody was quicker; the next look sees what is left
                raise


async def _to_tend(door: Door, store_id: str) -> bool:
    now = door.clock.now()
    async with door.database.read(store_id) as session:
        today = facts_of(await session.get_one(Store, store_id)).days.of(now)
        offers = list(await session.scalars(select(OfferRow).where(OfferRow.state == "running")))
        if any([offer.expires_at <= now or await gone(session, offer) for offer in offers]):
            return True
        on_offer = [offer.gap_id for offer in offers]
        past_gap = select(GapRow.id).where(GapRow.state == "open", GapRow.end <= now, GapRow.id.not_in(on_offer))
        past_wait = select(WaitRow.id).where(WaitRow.state == "waiting", WaitRow.date_to < today)
        return any([await session.scalar(look.limit(1)) for look in (past_gap, past_wait)])
