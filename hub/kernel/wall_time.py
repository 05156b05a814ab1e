"""The clock on the store's wall: from its dates and times of day to moments in UTC and back, on summer-time nights too."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints

WALL_TIME_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"

WallTime = Annotated[str, StringConstraints(pattern=WALL_TIME_PATTERN)]
"""A time of day on the store's clock, `HH:MM`."""

WallDate = Annotated[date, Field(ge=date(1970, 1, 1), le=date(2199, 12, 31))]
"""A date that somebody may ask for: from the calendar's very ends, the weeks around a day lead out of it."""


def moment(day: date, wall: str, zone: ZoneInfo) -> datetime:
    """The moment when the store's clock shows `wall` on `day`, in UTC.

    A time that the spring night skips means the moment that the old offset gives (02:30 becomes 03:30); a time that the
    autumn night shows twice means the first.

    Raises:
        ValueError: `wall` is not `HH:MM`.
    """
    if not re.fullmatch(WALL_TIME_PATTERN, wall):
        raise ValueError(f"not a time of day: {wall!r}")
    return datetime.combine(day, time.fromisoformat(wall), zone).astimezone(UTC)


def span(day: date, start: str, end: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The moments of `start` and `end` on `day`; an end that is not after the start lies on the next day."""
    last = day if end > start else day + timedelta(days=1)
    return moment(day, start, zone), moment(last, end, zone)


def date_of(at: datetime, zone: ZoneInfo) -> date:
    """The date on the store's wall at this moment."""
    return at.astimezone(zone).date()
