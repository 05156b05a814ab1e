"""When a start at a peak time opens, by tier; pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.kernel.business_days import DAY_BEGINS, BusinessDays
from hub.kernel.errors import Refused
from hub.operations.bookings.peak_times import (
    LEAD_HOURS,
    LEAD_MAX,
    TIERS,
    PeakWindow,
    PriorityRule,
    check_order,
    check_peak,
    priority_rule,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY = datetime(2026, 5, 22, 18, 0, tzinfo=SHANGHAI)
EVENINGS = PriorityRule((PeakWindow(frozenset({4, 5}), "16:00", "20:00"),))

WALLS = st.times().map(lambda at: at.strftime("%H:%M"))
WINDOWS = st.builds(PeakWindow, st.frozensets(st.integers(0, 6), min_size=1), WALLS, WALLS).filter(lambda w: w.begins != w.ends)
LEADS = st.lists(st.integers(1, LEAD_MAX), min_size=5, max_size=5).map(
    lambda hours: dict(zip(TIERS, sorted(hours), strict=True))
)
RULES = st.builds(PriorityRule, st.lists(WINDOWS, max_size=4).map(tuple), LEADS)
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
ZONES = st.sampled_from([SHANGHAI, ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")])
DAYS = st.builds(BusinessDays, ZONES, st.sampled_from(DAY_BEGINS))
IN_SHANGHAI = BusinessDays(SHANGHAI)


@given(RULES, MOMENTS, st.integers(0, LEAD_MAX * 60), DAYS)
def test_a_higher_tier_never_sees_fewer_starts(rule: PriorityRule, start: datetime, minutes: int, days: BusinessDays) -> None:
    now = start - timedelta(minutes=minutes)
    is_open = [rule.closed_until(start, tier, now, days) is None for tier in TIERS]
    assert is_open == sorted(is_open)


@given(RULES, MOMENTS, st.floats(0, 1), DAYS)
def test_nothing_is_closed_within_the_last_window(
    rule: PriorityRule, start: datetime, share: float, days: BusinessDays
) -> None:
    now = start - share * timedelta(hours=rule.lead_hours["none"])
    assert all(rule.closed_until(start, tier, now, days) is None for tier in TIERS)


@given(MOMENTS, st.integers(0, LEAD_MAX))
def test_without_windows_everything_is_open(start: datetime, hours: int) -> None:
    rule = priority_rule({})
    assert all(rule.closed_until(start, tier, start - timedelta(hours=hours), IN_SHANGHAI) is None for tier in TIERS)


@pytest.mark.parametrize(
    ("tier", "days"), [("none", 3), ("regular", 3), ("silver", 3), ("gold", 10), ("diamond", 14), ("unheard of", 3)]
)
def test_each_tier_has_its_own_moment_to_the_second(tier: str, days: int) -> None:
    opens = FRIDAY - timedelta(days=days)
    assert EVENINGS.closed_until(FRIDAY, tier, opens, IN_SHANGHAI) is None
    assert EVENINGS.closed_until(FRIDAY, tier, opens - timedelta(seconds=1), IN_SHANGHAI) == opens


@pytest.mark.parametrize(
    ("start", "peak"),
    [
        (FRIDAY.replace(hour=15, minute=59), False),
        (FRIDAY.replace(hour=16), True),
        (FRIDAY.replace(hour=19, minute=59), True),
        (FRIDAY.replace(hour=20), False),
        (FRIDAY - timedelta(days=1), False),
    ],
)
def test_the_window_is_on_the_stores_wall_without_its_end(start: datetime, peak: bool) -> None:
    assert (EVENINGS.opens_at(start.astimezone(UTC), "none", IN_SHANGHAI) is not None) is peak


def test_a_window_over_midnight_belongs_to_its_evening() -> None:
    night = PeakWindow(frozenset({4}), "22:00", "02:00")
    assert night.holds(FRIDAY.replace(hour=23), IN_SHANGHAI)
    assert night.holds(FRIDAY.replace(hour=1) + timedelta(days=1), IN_SHANGHAI)
    assert not night.holds(FRIDAY.replace(hour=1), IN_SHANGHAI)


def test_a_window_counts_by_the_business_day() -> None:
    late = BusinessDays(SHANGHAI, "06:00")
    night, evening = PeakWindow(frozenset({4}), "00:00", "02:00"), PeakWindow(frozenset({4}), "22:00", "02:00")
    after_friday = FRIDAY.replace(hour=1) + timedelta(days=1)
    assert night.holds(after_friday, late)
    assert not night.holds(FRIDAY.replace(hour=1), late), "the small hours of Friday's date are Thursday's evening"
    assert night.holds(FRIDAY.replace(hour=1), IN_SHANGHAI)
    assert evening.holds(after_friday, late)
    assert not evening.holds(FRIDAY.replace(hour=2) + timedelta(days=1), late)


def test_the_refusal_says_on_the_stores_wall_when_to_come_back() -> None:
    with pytest.raises(Refused) as refusal:
        check_peak(EVENINGS, FRIDAY, "gold", FRIDAY - timedelta(days=11), IN_SHANGHAI)
    assert (refusal.value.kind.code, refusal.value.params) == ("peak_not_open", {"opens": "2026-05-12 18:00"})


def test_a_higher_tier_that_would_come_later_is_no_rule() -> None:
    check_order(LEAD_HOURS)
    with pytest.raises(Refused):
        check_order({**LEAD_HOURS, "gold": 71})
