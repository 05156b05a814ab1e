"""A store's day begins at an hour of its own: no moment falls between two days, also on the nights when the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from hub.kernel.business_days import DAY_BEGINS, BusinessDays, DayBegin, begin_of
from hub.kernel.wall_time import date_of, moment, span

BERLIN = ZoneInfo("Europe/Berlin")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
ZONES = st.sampled_from(
    ["Asia/Shanghai", "Europe/Berlin", "America/Vancouver", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns"]
).map(ZoneInfo)
DAYS = st.builds(BusinessDays, ZONES, st.sampled_from(DAY_BEGINS))
MOMENTS = st.integers(946_684_800, 2_208_988_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
DATES = st.dates(date(2000, 1, 1), date(2039, 12, 31))
MICROSECOND = timedelta(microseconds=1)
ST_JOHNS = BusinessDays(ZoneInfo("America/St_Johns"))


@given(DAYS, MOMENTS)
@example(ST_JOHNS, datetime(2006, 10, 29, 2, 30, 30, tzinfo=UTC))  # the clock went back over midnight, at 00:01
@example(ST_JOHNS, datetime(2006, 10, 29, 2, 31, 30, tzinfo=UTC))
@example(BusinessDays(BERLIN, "02:00"), datetime(2026, 3, 29, 1, 30, tzinfo=UTC))
@example(BusinessDays(BERLIN, "02:00"), datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
@example(BusinessDays(BERLIN, "02:00"), datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
def test_every_moment_lies_in_its_own_day_and_in_no_other(days: BusinessDays, at: datetime) -> None:
    day = days.of(at)
    around = [day + timedelta(days=apart) for apart in range(-2, 3)]
    assert [each for each in around if days.span(each)[0] <= at < days.span(each)[1]] == [day]


@given(DAYS, DATES)
@example(BusinessDays(ZoneInfo("Pacific/Apia"), "06:00"), date(2011, 12, 30))  # a date that the islands left out
def test_days_follow_each_other_without_a_gap(days: BusinessDays, day: date) -> None:
    (begins, ends), (following, _) = days.span(day), days.span(day + timedelta(days=1))
    assert begins <= ends == following
    if begins < ends:
        assert (days.of(begins), days.of(ends - MICROSECOND)) == (day, day)


@given(ZONES, MOMENTS)
def test_from_midnight_on_a_day_is_the_calendars(zone: ZoneInfo, at: datetime) -> None:
    days = BusinessDays(zone)
    if zone.key != "America/St_Johns":  # where a midnight that came twice parted a date in two, days are whole
        assert days.of(at) == date_of(at, zone)
    date_there = date_of(at, zone)
    following = date_there + timedelta(days=1)
    assert days.span(date_there) == (moment(date_there, "00:00", zone), moment(following, "00:00", zone))


@pytest.mark.parametrize("begins", ["03:00", "06:00"])
@pytest.mark.parametrize(("night", "hours"), [(SPRING, 23), (AUTUMN, 25), (date(2026, 6, 1), 24)])
def test_the_night_of_the_clocks_belongs_to_the_evening_before(begins: str, night: date, hours: int) -> None:
    days = BusinessDays(BERLIN, begins)
    evening = night - timedelta(days=1)
    first, last = days.span(evening)
    assert last - first == timedelta(hours=hours)
    assert {days.of(first), days.of(last - MICROSECOND)} == {evening}
    assert days.span(night)[1] - days.span(night)[0] == timedelta(hours=24)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 5, 14, 15, 59, tzinfo=UTC), 14),
        (datetime(2026, 5, 14, 16, 30, tzinfo=UTC), 14),
        (datetime(2026, 5, 14, 21, 59, tzinfo=UTC), 14),
        (datetime(2026, 5, 14, 22, 0, tzinfo=UTC), 15),
    ],
)
def test_half_past_midnight_is_still_the_evening(at: datetime, day: int) -> None:
    days = BusinessDays(ZoneInfo("Asia/Shanghai"), "06:00")
    assert days.of(at) == date(2026, 5, day)


@given(DAYS, DATES, st.times(), st.times())
def test_times_of_the_clock_lie_on_the_day_that_they_are_asked_for(
    days: BusinessDays, day: date, one: datetime, other: datetime
) -> None:
    first, second = (at.strftime("%H:%M") for at in (one, other))
    assert days.date_at(day, first) == (day + timedelta(days=1) if first < days.begins else day)
    start, end = days.between(day, first, second)
    assert start == days.moment(day, first)
    if days.holds(first, second):
        assert days.span(day)[0] <= start
        assert end <= days.span(day)[1] or days.zone.key != "Asia/Shanghai"  # a skipped hour may lead beyond
    elif first != second:
        assert end > days.span(day)[0] + timedelta(hours=22)


@given(ZONES, DATES, st.times(), st.times())
def test_from_midnight_on_times_are_as_they_always_were(zone: ZoneInfo, day: date, one: datetime, other: datetime) -> None:
    first, second = (at.strftime("%H:%M") for at in (one, other))
    days = BusinessDays(zone)
    assert days.between(day, first, second) == span(day, first, second, zone)
    assert days.holds(first, second) == (first < second or second == "00:00")
    assert days.minute(first) == int(first[:2]) * 60 + int(first[3:])


def test_minutes_go_on_past_midnight() -> None:
    days = BusinessDays(ZoneInfo("Asia/Shanghai"), "06:00")
    assert [days.minute(wall) for wall in ("06:00", "12:00", "23:59", "00:00", "02:00", "05:59")] == [
        360,
        720,
        1439,
        1440,
        1560,
        1799,
    ]
    assert days.last_minute == 1800
    assert days.minute_of(datetime(2026, 5, 14, 18, 30, tzinfo=UTC)) == 1590


@pytest.mark.parametrize(
    ("opens", "closes", "holds"),
    [
        ("12:00", "02:00", True),
        ("06:00", "06:00", True),
        ("12:00", "06:00", True),
        ("12:00", "06:30", False),
        ("05:00", "20:00", False),
    ],
)
def test_an_evening_is_over_before_the_next_day(opens: str, closes: str, holds: bool) -> None:
    assert BusinessDays(BERLIN, "06:00").holds(opens, closes) is holds


@pytest.mark.parametrize("wall", ["24:00", "08:30", "09:00", "6:00", "06:30", "06:00\n", ""])
def test_a_day_begins_at_a_full_hour_of_the_night(wall: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(DayBegin).validate_python(wall)
    assert [TypeAdapter(DayBegin).validate_python(each) for each in DAY_BEGINS] == list(DAY_BEGINS)


def test_a_store_that_says_nothing_begins_at_midnight() -> None:
    assert (begin_of({}), begin_of({"day_begins": "05:00"})) == ("00:00", "05:00")
    assert {begin_of({"day_begins": wrong}) for wrong in ("5", "12:00", None, 6, ["06:00"])} == {"00:00"}
