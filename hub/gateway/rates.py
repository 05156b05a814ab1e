"""Limits on how often somebody may ask, all in one place. Kept in memory: a restart forgives."""

from __future__ import annotations

from typing import Literal

from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from hub.kernel.access import Actor
from hub.kernel.errors import TOO_MANY, Refused

What = Literal["command", "view", "event", "watch", "connect"]

PER_MINUTE: dict[What, int] = {
    "command": 600,  # a desk at its busiest taps once a second; a tablet that comes back sends 200 at once
    "view": 600,
    "event": 600,
    "watch": 240,
    "connect": 600,  # per address: a whole shop may reconnect from behind one router
}
PER_SECOND: dict[What, int] = {"command": 100, "view": 100, "event": 50, "watch": 60, "connect": 200}
STRANGER_SHARE = 0.5
"""A stranger is known by address only and may ask half as often as somebody who is known."""


class Rates:
    """Counts and refuses. `factor` widens all limits alike; 0 lifts them."""

    def __init__(self, factor: float = 1.0) -> None:
        self._factor = factor
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def count(self, what: What, actor: Actor | None, address: str) -> None:
        """Count one request. Raises `too_many` with `retry_after_seconds` when it was one too many."""
        if self._factor <= 0:
            return
        known = actor is not None and actor.kind != "anonymous"
        who = actor.session_id or actor.key if actor is not None and known else address
        share = self._factor * (1.0 if known or what == "connect" else STRANGER_SHARE)
        second = RateLimitItemPerSecond(max(1, int(PER_SECOND[what] * share)))
        minute = RateLimitItemPerMinute(max(1, int(PER_MINUTE[what] * share)))
        if not self._limiter.hit(second, what, who):
            raise Refused(TOO_MANY, what=what, retry_after_seconds=1)
        if not self._limiter.hit(minute, what, who):
            raise Refused(TOO_MANY, what=what, retry_after_seconds=10)
