"""Whether two accounts are two people: whoever made an account, or lately handed out a way into it, can be in it themselves."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.tables import EventRow

IN_HAND = timedelta(days=7)
"""By then whoever the account is for has come in, and has seen that it was used. Every wait ends, and at the server there is
none: a store of two people is never locked out."""

_HANDED = (
    "security.account_created",
    "security.password_set",
    "security.pin_set",
    "security.reset_link_made",
    "security.second_factor_removed",
    "security.passkey_removed",
)


async def in_one_hand(session: AsyncSession, one: str, other: str, now: datetime) -> bool:
    """Whether somebody of the staff had a way into both accounts within IN_HAND, or was one of the two and into the other."""
    handed = select(EventRow.actor_id, EventRow.data).where(
        EventRow.type.in_(_HANDED), EventRow.actor_kind == "staff", EventRow.at > now - IN_HAND
    )
    by: dict[str, set[str]] = defaultdict(set)
    for actor_id, data in await session.execute(handed):
        by[data["account_id"]].add(actor_id)
    return not _in_hand_of(one, by).isdisjoint(_in_hand_of(other, by))


def _in_hand_of(account_id: str, by: dict[str, set[str]]) -> set[str]:
    """The account, who had a way into it, who had one into theirs, and so on."""
    found, new = {account_id}, [account_id]
    while new:
        more = by.get(new.pop(), set()) - found
        found |= more
        new += more
    return found
