"""Pure decisions of the waiting list: for whom a start will do, who comes first, and for how long an offer holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from hub.kernel.business_days import BusinessDays
from hub.kernel.errors import Refused, declare
from hub.operations.bookings.rules import BOOK_AT_DESK

OFFER_LAPSED = declare("offer_lapsed", 409)
OFFER_TAKEN = declare("offer_taken", 409)
OFFER_DECLINED = declare("offer_declined", 409)
OFFER_WITHDRAWN = declare("offer_withdrawn", 409)
WAIT_OVER = declare("wait_over", 409)
WAIT_DATES = declare("wait_dates", 422)

WAITS_PER_PHONE = 3
"""Places on the list that one phone number may hold by itself; the desk may add more."""

DAYS_MAX = 31
"""Days that one place on the list may span."""

AHEAD_MAX_DAYS = 180

TIER_WEIGHTS = {"none": 1, "regular": 1, "silver": 2, "gold": 3, "diamond": 4}
"""Store setting `waitlist.tier_weights`."""

SHIFTED = timedelta(minutes=5)
"""A hold that a newer plan starts later or earlier by more is not what was offered."""

WithdrawReason = Literal["filled", "taken_back", "no_room", "desk", "booked", "left"]

_OVER = {"accepted": OFFER_TAKEN, "declined": OFFER_DECLINED, "lapsed": OFFER_LAPSED, "withdrawn": OFFER_WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Rules:
    """The store's own figures: its setting `waitlist`, an object with these names."""

    offer_minutes: int = 10
    """How long an offer holds."""
    notice_minutes: int = 30
    """A start nearer than this is not offered: people must get there."""
    grace_seconds: int = 15
    """A gap waits so long before it is offered, so that the desk can take its step back."""
    tier_weights: Mapping[str, int] = field(default_factory=lambda: dict(TIER_WEIGHTS))


def rules_of(settings: Mapping[str, Any]) -> Rules:
    """The store's figures; what is missing or no positive number keeps its default."""
    given = settings.get("waitlist")
    own = given if isinstance(given, dict) else {}
    names = ("offer_minutes", "notice_minutes", "grace_seconds")
    numbers = {n: own[n] for n in names if isinstance(own.get(n), int) and own[n] >= (1 if n == "offer_minutes" else 0)}
    weights = own.get("tier_weights")
    return Rules(**numbers, tier_weights={**TIER_WEIGHTS, **(weights if isinstance(weights, dict) else {})})


@dataclass(frozen=True, slots=True)
class Span:
    """Business days, and times on the store's wall, within which a visit may begin."""

    date_from: date
    date_to: date
    time_from: str | None
    time_until: str | None

    def holds(self, start: datetime, days: BusinessDays) -> bool:
        at = days.minute_of(start)
        return (
            self.date_from <= days.of(start) <= self.date_to
            and (self.time_from is None or at >= days.minute(self.time_from))
            and (self.time_until is None or at <= days.minute(self.time_until))
        )


def lost_minutes(gap: tuple[datetime, datetime], visit: tuple[datetime, datetime], *, same_hands: bool) -> int:
    """Minutes of the gap that stay without work; all of them when somebody else's hands serve the visit."""
    whole = (gap[1] - gap[0]) // timedelta(minutes=1)
    if not same_hands:
        return whole
    shared = (min(gap[1], visit[1]) - max(gap[0], visit[0])) // timedelta(minutes=1)
    return whole - max(0, shared)


Rank = tuple[int, int, datetime, str]


def rank(lost: int, tier: str, joined_at: datetime, entry_id: str, rules: Rules) -> Rank:
    """The published order, least first: minutes lost, then tier weight, then who waits longest; the id settles ties."""
    return lost, -int(rules.tier_weights.get(tier, 1)), joined_at, entry_id


def check_span(span: Span, now: datetime, days: BusinessDays) -> None:
    """Raises `wait_dates` for days that are past, too many, too far, or the wrong way round."""
    long, today = (span.date_to - span.date_from).days, days.of(now)
    times = [days.minute(each) for each in (span.time_from, span.time_until) if each is not None]
    far = (span.date_to - today).days > AHEAD_MAX_DAYS
    if not 0 <= long < DAYS_MAX or span.date_to < today or far or times != sorted(times):
        raise Refused(WAIT_DATES, days=DAYS_MAX)


def check_waits(waiting: int) -> None:
    """Raises `book_at_desk` for a phone number that waits in several places already."""
    if waiting >= WAITS_PER_PHONE:
        raise Refused(BOOK_AT_DESK)


def check_running(state: str, reason: str | None, expires_at: datetime, now: datetime) -> None:
    """Raises `offer_taken`, `offer_declined`, `offer_lapsed` or `offer_withdrawn` unless the offer can be answered."""
    if state != "running":
        raise Refused(_OVER[state], **({"reason": reason} if reason else {}))
    if now >= expires_at:
        raise Refused(OFFER_LAPSED)
