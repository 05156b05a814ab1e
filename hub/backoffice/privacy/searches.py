"""How many whole numbers somebody may look for: whoever tries the hidden digits of one number after the other finds out whose
it is, without opening a file of which the record would tell.

Kept in the memory of each process, like the gateway's own limits."""

from __future__ import annotations

import hashlib

from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy.ext.asyncio import AsyncSession

from hub.backoffice.privacy.errors import TOO_MANY_SEARCHED
from hub.backoffice.privacy.queries import running_unmasking
from hub.backoffice.security.ports import wall_of
from hub.kernel.access import Access, Actor
from hub.kernel.commands import Ports
from hub.kernel.errors import Refused

NUMBERS_AN_HOUR = 60
"""Different ones; a desk that takes a call a minute looks for as many."""

_ONCE = RateLimitItemPerHour(1)


class NumberSearches:
    """Counts each person's; a number that is looked for again counts once an hour."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def count(self, session: AsyncSession, ports: Ports, actor: Actor, number: str) -> None:
        """Raises `too_many_searched`, unless a second person has allowed to see many."""
        digest = hashlib.sha256(number.encode()).hexdigest()
        who, limit = (actor.store_id, actor.key), RateLimitItemPerHour(NUMBERS_AN_HOUR)
        if not self._limiter.test(_ONCE, *who, digest):
            return
        if not self._limiter.test(limit, *who) and not await _may_see_many(session, ports, actor):
            raise Refused(TOO_MANY_SEARCHED, count=NUMBERS_AN_HOUR)
        self._limiter.hit(_ONCE, *who, digest)
        self._limiter.hit(limit, *who)


async def _may_see_many(session: AsyncSession, ports: Ports, actor: Actor) -> bool:
    if not ports.get(Access).allows(actor, "privacy.unmask"):
        return False
    return await running_unmasking(session, actor.id, wall_of(ports).now()) is not None
