"""The clock on the wall, on the nights when it is changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.kernel.business_days import BusinessDays
from hub.kernel.errors import Refused
from hub.kernel.phones import normal_phone
from hub.kernel.wall_time import date_of, moment, span

BERLIN = ZoneInfo("Europe/Berlin")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
ZONES = st.sampled_from(["Europe/Berlin", "America/Vancouver", "Asia/Shanghai", "Australia/Lord_Howe", "Pacific/Apia"])


def test_a_skipped_time_keeps_the_old_offset() -> None:
    assert moment(SPRING, "02:30", BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert moment(SPRING, "02:30", BERLIN).astimezone(BERLIN).strftime("%H:%M") == "03:30"


def test_a_time_shown_twice_is_the_first() -> None:
    assert moment(AUTUMN, "02:30", BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (date(2026, 6, 1), 24)])
def test_a_day_has_the_hours_that_it_has(day: date, hours: int) -> None:
    first, last = BusinessDays(BERLIN).span(day)
    assert last - first == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "end", "hours"), [("22:00", "06:00", 7), ("01:00", "04:00", 2), ("09:00", "17:00", 8)], ids=str
)
def test_a_shift_in_the_spring_night(start: str, end: str, hours: int) -> None:
    day = SPRING - timedelta(days=1) if start == "22:00" else SPRING
    begins, ends = span(day, start, end, BERLIN)
    assert ends - begins == timedelta(hours=hours)


@given(zone=ZONES, seconds=st.integers(946_684_800, 2_208_988_800))
def test_every_moment_lies_in_its_own_day(zone: str, seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    day = date_of(at, ZoneInfo(zone))
    first, last = BusinessDays(ZoneInfo(zone)).span(day)
    assert first <= at < last


@pytest.mark.parametrize("wall", ["24:00", "7:30", "07:60", "", "07:30 ", "07:30\n", "0٧:3٠"])
def test_what_is_no_time_of_day(wall: str) -> None:
    with pytest.raises(ValueError):
        moment(SPRING, wall, BERLIN)


@pytest.mark.parametrize(
    ("written", "country", "kept"),
    [
        ("138 0013 8000", "CN", "+8613800138000"),
        ("(604) 604-6040", "CA", "+16046046040"),
        ("+49 30 901820", "CN", "+4930901820"),
    ],
)
def test_a_phone_number_is_kept_in_one_form(written: str, country: str, kept: str) -> None:
    assert normal_phone(written, country) == kept


@given(written=st.text(max_size=60))
def test_anything_else_is_no_phone_number(written: str) -> None:
    try:
        kept = normal_phone(written, "CN")
    except Refused as refused:
        code = refused.kind.code
    else:
        code = "" if normal_phone(kept, "CA") == kept else "changed"
    assert code in {"", "invalid_phone"}
