"""The list follows the log: room given up becomes a gap, and whatever ends an offer brings the next one."""

from __future__ import annotations

import hashlib
from typing import Literal, Protocol

from hub.kernel.access import system
from hub.kernel.dispatch import Door
from hub.kernel.events import Event, Recorded
from hub.kernel.followers import Follower
from hub.operations.bookings.events import BookingCancelled, BookingMoved
from hub.operations.visits.events import NoShowNoted
from hub.operations.waitlist import events
from hub.operations.waitlist.commands import OpenGap
from hub.operations.waitlist.keeper import look_after

_Cause = Literal["cancelled", "no_show", "moved"]

GIVING_UP: dict[type[Event], _Cause] = {BookingCancelled: "cancelled", NoShowNoted: "no_show", BookingMoved: "moved"}
_CAUSES = {event.event_type: cause for event, cause in GIVING_UP.items()}

FOLLOWED: frozenset[type[Event]] = frozenset(
    {
        *GIVING_UP,
        events.WaitJoined,
        events.GapOpened,
        events.OfferDeclined,
        events.OfferLapsed,
        events.OfferWithdrawn,
    }
)


class Parts(Protocol):
    """What the composition root hands in."""

    @property
    def door(self) -> Door: ...


def followers(parts: Parts) -> tuple[Follower, ...]:
    door = parts.door

    async def follow(store_id: str, facts: list[Recorded]) -> None:
        for fact in facts:
            cause = _CAUSES.get(fact.type)
            if cause is not None:
                gap = OpenGap(booking_id=fact.data["booking_id"], step=fact.command_id, cause=cause, at=fact.at)
                await door.submit(gap, system(store_id, "waitlist"), _once(store_id, fact.seq))
        await look_after(door, store_id)

    return (Follower("waitlist", FOLLOWED, follow),)


def _once(store_id: str, seq: int) -> str:
    """The same command id whenever this fact is followed again, so that it opens one gap."""
    return hashlib.sha256(f"waitlist/{store_id}/{seq}".encode()).hexdigest()[:32]
