"""Peak times: when a booking that starts within one opens, by the customer's tier. Pure; published at /book and in the docs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from hub.kernel.business_days import BusinessDays
from hub.kernel.errors import Refused
from hub.operations.bookings.rules import BOOKABLE_DAYS, PEAK_NOT_OPEN, PRIORITY_ORDER

TIERS: tuple[Literal["none", "regular", "silver", "gold", "diamond"], ...] = ("none", "regular", "silver", "gold", "diamond")
"""From the lowest to the highest."""

LEAD_HOURS = {"none": 72, "regular": 72, "silver": 72, "gold": 240, "diamond": 336}
"""How many hours before a start at a peak time each tier may book it, where the store has said nothing else."""

LEAD_MAX = BOOKABLE_DAYS * 24

SETTING = "priority"
"""Store setting: `windows`, each with `weekdays`, `begins` and `ends`, and `lead_hours` by tier."""


@dataclass(frozen=True, slots=True)
class PeakWindow:
    """Weekdays (0 is Monday) of business days and times on the store's wall; an end that does not come after the begin in the
    course of a business day lies on the next one.
    """

    weekdays: frozenset[int]
    begins: str
    ends: str

    def holds(self, start: datetime, days: BusinessDays) -> bool:
        """Whether a booking that starts at this moment starts at a peak time. The end itself is outside."""
        at, weekday = days.minute_of(start), days.of(start).weekday()
        begins, ends = days.minute(self.begins), days.minute(self.ends)
        if begins < ends:
            return weekday in self.weekdays and begins <= at < ends
        return (weekday in self.weekdays and at >= begins) or ((weekday - 1) % 7 in self.weekdays and at < ends)


@dataclass(frozen=True, slots=True)
class PriorityRule:
    """Without windows nothing is ever closed."""

    windows: tuple[PeakWindow, ...] = ()
    lead_hours: Mapping[str, int] = field(default_factory=lambda: dict(LEAD_HOURS))

    def opens_at(self, start: datetime, tier: str, days: BusinessDays) -> datetime | None:
        """When this start opens for the tier; None: it is no peak time and always open."""
        if not any(window.holds(start, days) for window in self.windows):
            return None
        return start - timedelta(hours=self.lead_hours.get(tier, self.lead_hours["none"]))

    def closed_until(self, start: datetime, tier: str, now: datetime, days: BusinessDays) -> datetime | None:
        """When this start opens, where it is not open yet for the tier."""
        opens = self.opens_at(start, tier, days)
        return opens if opens is not None and now < opens else None


def priority_rule(settings: Mapping[str, Any]) -> PriorityRule:
    """The store's own rule."""
    given = settings.get(SETTING) or {}
    windows = tuple(PeakWindow(frozenset(w["weekdays"]), w["begins"], w["ends"]) for w in given.get("windows", ()))
    return PriorityRule(windows, {**LEAD_HOURS, **given.get("lead_hours", {})})


def check_order(lead_hours: Mapping[str, int]) -> None:
    """Raises `priority_order` where a higher tier would come later than a lower one."""
    hours = [lead_hours[tier] for tier in TIERS]
    if hours != sorted(hours):
        raise Refused(PRIORITY_ORDER)


def check_peak(rule: PriorityRule, start: datetime, tier: str, now: datetime, days: BusinessDays) -> None:
    """Raises `peak_not_open` with the moment from which this tier may book the start."""
    opens = rule.closed_until(start, tier, now, days)
    if opens is not None:
        raise Refused(PEAK_NOT_OPEN, opens=opens.astimezone(days.zone).strftime("%Y-%m-%d %H:%M"))
